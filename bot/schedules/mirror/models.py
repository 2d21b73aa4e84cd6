from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.circles.models import Circle
from bot.schedules.models import Schedule, State
from bot.schedules.recurrence import EVERY_DAY, WEEK, Monthly, Rule, Slot, Weekly


@dataclass(frozen=True)
class Mirrored:
    """A schedule and its event. `slot` is what the event is to show; None: it is to go."""

    circle: Circle
    schedule: Schedule
    slot: Slot | None
    event_id: int | None
    was_tried: bool  # an event may be there that was not heard of: look before making one

    @property
    def is_over(self) -> bool:
        """Its last time has come: the event that shows it ends by itself."""
        over = self.schedule.state in (State.ENDED, State.NEEDS_ATTENTION)
        return self.schedule.next is None and over


class NotAllowed(Exception):
    """Discord does not let the bot make or change events there, until a person changes something."""


class Events(Protocol):
    async def show(self, mirrored: Mirrored) -> int | None:
        """Make the event say what the schedule does; its id, or None once it is gone. Raises NotAllowed."""
        ...


@dataclass(frozen=True)
class Recurrence:
    """A rule as Discord can repeat it (Guild Scheduled Event Recurrence Rule Object); Monday is 0."""

    frequency: int
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: tuple[int, int] | None = None  # (nth, weekday)


MONTHLY, WEEKLY, DAILY = 1, 2, 3
DAILY_SETS = tuple(
    frozenset(days) for days in ((0, 1, 2, 3, 4), (1, 2, 3, 4, 5), (6, 0, 1, 2, 3), (4, 5), (5, 6), (6, 0))
)
"""The sets of weekdays that Discord's clients know."""


def recurrence_of(rule: Rule, slot: Slot) -> Recurrence | None:
    """None where Discord can't say it: then the event is for the next time only, and renewed after it.

    Discord repeats by days in UTC: a time whose day is another there is not left to it.
    """
    if slot.instant.date().isoformat() != slot.local[:10]:
        return None
    if len(rule.times) > 1 or rule.until is not None or rule.count is not None:
        return None
    match rule.days:
        case Weekly(days, 1) if days == EVERY_DAY:
            return Recurrence(DAILY)
        case Weekly(days, every) if len(days) == 1 and every <= 2:
            return Recurrence(WEEKLY, every, _numbers(days))
        case Weekly(days, 1) if frozenset(_numbers(days)) in DAILY_SETS:
            return Recurrence(DAILY, 1, _numbers(days))
        case Monthly(nths, days) if len(nths) == len(days) == 1 and min(nths) > 0:
            return Recurrence(MONTHLY, nth=(min(nths), _numbers(days)[0]))
    return None


def _numbers(days: frozenset[str]) -> tuple[int, ...]:
    return tuple(number for number, day in enumerate(WEEK) if day in days)
