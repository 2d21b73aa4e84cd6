"""What people do with a bot: commands, buttons, selects and forms, and the bot's answers to them."""

from sandbox.interactions.engine import Interactions
from sandbox.interactions.models import CannotInvoke, Interaction, Modal, Outcome, What

__all__ = ["CannotInvoke", "Interaction", "Interactions", "Modal", "Outcome", "What"]
