"""A schedule says when a circle's check-in or prompt comes; an occurrence is one time that it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.schedules.recurrence import Rule, Slot


class Kind(StrEnum):
    CHECK_IN = "check_in"
    PROMPT = "prompt"

    @property
    def usual_window(self) -> timedelta:
        return timedelta(hours=24 if self is Kind.CHECK_IN else 72)


SHORTEST_WINDOW = timedelta(hours=1)
LONGEST_WINDOW = timedelta(days=14)
LATE_LIMIT = timedelta(minutes=60)


class State(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    NEEDS_ATTENTION = "needs_attention"  # its last post did not come through; it goes on trying at its times
    REMOVED = "removed"

    @property
    def running(self) -> bool:
        return self in (State.ACTIVE, State.NEEDS_ATTENTION)


@dataclass(frozen=True)
class Schedule:
    id: str
    circle_id: str
    kind: Kind
    rule: Rule
    window: timedelta  # how long each check-in or prompt round stays open
    deck: str | None  # for prompts: where they are taken from
    late_limit: timedelta  # a time missed by less is made up for; by this or more, skipped and told
    state: State
    reason: str | None  # while it needs attention: why, in one word
    next: Slot | None  # its next time; none while it is paused or removed
    created_at: datetime


class OccurrenceState(StrEnum):
    OPEN = "open"  # the check-in or prompt round was made
    SKIPPED = "skipped"  # its time was missed by too much
    CLOSED = "closed"  # its window is over


@dataclass(frozen=True)
class Occurrence:
    """One time of a schedule that was decided upon. `slot` is its wall-clock name (YYYY-MM-DDTHH:MM)."""

    id: str
    schedule_id: str
    slot: str
    opens_at: datetime
    closes_at: datetime
    state: OccurrenceState


class CannotOpen(Exception):
    """Raised by an opener that can't make its check-in or prompt now. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
