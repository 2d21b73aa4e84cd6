from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.sharing.reports.models import Kind

KIND = "meet"
"""Of the talks, and the contacts' purpose"""
OFFER = "meet.offer"
"""The contacts' purpose while an offer waits"""
OFFER_LIFE = timedelta(days=14)
OFFER_WORDS_MOST = 400  # characters
REPORT_WORDS_MOST = 500
REPORTS_KEPT = timedelta(days=30)

# What a side is told besides messages.
BEGUN = "begun"
SHOWN = "shown"


class Offered(StrEnum):
    DRAFT = "draft"  # whoever offers looks at it first
    OPEN = "open"
    ASIDE = "aside"  # the author said no, or the share is gone; nobody is told before its time
    OVER = "over"  # its time has come: whoever offered is being told


@dataclass(frozen=True)
class Offer:
    id: str
    share_id: str
    circle_id: str
    reader: str
    """Keyed tag of (share, reader): one offer each"""
    name: str
    """The reader's pseudonym, made for this"""
    state: Offered
    day: date
    period: int
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Report:
    """What somebody told facilitators about whom they talk with: nothing of who the two are."""

    id: str
    circle_id: str
    kind: Kind
    side: str
    pausing: str | None
    period: int
    day: date
    words: str = field(default="", repr=False)
    message: str = field(default="", repr=False)
    card_id: int | None = None
