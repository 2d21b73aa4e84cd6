from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.circles.models import Circle
from bot.schedules.models import Schedule


@dataclass(frozen=True)
class Trouble:
    """A cause for which a circle's posts do not come, and the notice that tells of it."""

    id: str
    circle_id: str
    reason: str  # in one word
    is_open: bool
    channel_id: int
    message_id: int | None = None


@dataclass(frozen=True)
class Told:
    """What a notice of a trouble says: which schedules wait for it to be mended; none once it is."""

    circle: Circle
    trouble: Trouble
    schedules: Sequence[Schedule]
