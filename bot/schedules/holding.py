"""What comes next of a schedule, with the times left out in which its circle is held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.schedules import recurrence
from bot.schedules.models import Hold, Schedule
from bot.schedules.recurrence import Slot

MOMENT = timedelta(microseconds=1)


def coming(schedule: Schedule, zone: ZoneInfo, holds: Sequence[Hold]) -> Slot | None:
    """The schedule's first time that no hold covers; `holds` in the order in which they began."""
    slot = schedule.next
    for hold in holds:
        if slot is not None and hold.covers(slot.instant):
            end = hold.until
            slot = None if end is None else recurrence.next_slot(schedule.rule, zone, end - MOMENT)
    return slot
