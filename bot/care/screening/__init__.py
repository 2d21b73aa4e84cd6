"""Screening: notices danger in a message, on this machine, and keeps nothing of it."""

from bot.care.screening.models import Category, Noticed, Tier
from bot.care.screening.service import Screening, check

__all__ = ["Category", "Noticed", "Screening", "Tier", "check"]
