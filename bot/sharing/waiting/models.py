from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.sharing.rules.models import Leaving


class Rest(StrEnum):
    """Why nothing that waits is posted for now."""

    STOPPED = "stopped"  # the facilitators stopped sharing in the circle
    ENDED = "ended"  # the circle was closed


@dataclass(frozen=True)
class Outlook:
    """What a share waits for, as its author may know it: it is the same however many others wait."""

    leaving: Leaving
    as_circle: Leaving
    """What it waits for unless its author chooses otherwise."""
    usually: timedelta
    """HELD: 19 of 20 have left by then."""
    authors: int
    """AUTHORS: of how many different people shares are posted together."""
    opens_at: datetime
    """The circle's next opening of the day."""
    latest: datetime
    """At this opening it is posted, whatever it waits for."""
    rest: Rest | None = None
