"""A schedule says when a circle's check-in or prompt comes; an occurrence is one time that it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.circles.models import Circle
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
LEAST_LATE_LIMIT = timedelta(minutes=5)  # a restart is not a missed time
MOST_LATE_LIMIT = timedelta(hours=24)


class IfLater(StrEnum):
    """What happens to a time that was missed by the late limit or more."""

    SKIP = "skip"  # it is skipped, and the facilitators are told
    ASK = "ask"  # the facilitators are asked


class State(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    NEEDS_ATTENTION = "needs_attention"  # its last post did not come through; it goes on trying at its times
    ENDED = "ended"  # its last time has come
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
    late_limit: timedelta  # a time missed by less is made up for; by this or more, see `if_later`
    state: State
    reason: str | None  # while it needs attention: why, in one word
    next: Slot | None  # its next time; none while it is paused without an end, ended or removed
    created_at: datetime
    if_later: IfLater = IfLater.SKIP
    rests_until: date | None = None  # while it is paused: the day it goes on by itself

    @property
    def mended(self) -> State:
        """What it is once nothing is wrong with it any more."""
        return State.ACTIVE if self.next else State.ENDED


class OccurrenceState(StrEnum):
    OPEN = "open"  # the check-in or prompt round was made
    SKIPPED = "skipped"  # its time was missed by too much, or it was left out
    CLOSED = "closed"  # its window is over
    ASKED = "asked"  # its time was missed, and the facilitators decide
    FAILED = "failed"  # it was made, and its post did not come through


@dataclass(frozen=True)
class Occurrence:
    """One time of a schedule that was decided upon. `slot` is its wall-clock name (YYYY-MM-DDTHH:MM)."""

    id: str
    schedule_id: str
    slot: str
    opens_at: datetime
    closes_at: datetime
    state: OccurrenceState
    asked_with: str | None = None  # the question that it is, or was, part of


@dataclass(frozen=True)
class Hold:
    """A time in which nothing of a circle is posted."""

    id: str
    circle_id: str
    since: datetime
    until: datetime | None  # None: until it is lifted

    def covers(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class Why:
    """Under which shown name someone changes a schedule, and why: what the log will tell every member."""

    name: str | None = None
    reason: str | None = None


NOBODY = Why()


@dataclass(frozen=True)
class Change:
    """A line of the log that every member can read. `details` depend on `what`; see service.py."""

    circle_id: str
    schedule_id: str | None  # None: it is about the whole circle
    changed_at: datetime
    what: str
    details: Mapping[str, Any]
    user_id: int | None
    name: str | None
    reason: str | None


class CannotOpen(Exception):
    """Raised by an opener that can't make its check-in or prompt now. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Glimpse:
    """One that is to come, to be shown as it will look. What is drawn by lot is drawn by its `key`."""

    circle: Circle
    kind: Kind
    deck: str | None
    opens_at: datetime
    closes_at: datetime
    key: str
    is_certain: bool = True  # else its schedule is not saved yet


def draw_key(schedule_id: str, slot: str) -> str:
    """What the lot of an occurrence is drawn from: known before it comes, so that it can be shown."""
    return f"{schedule_id}:{slot}"
