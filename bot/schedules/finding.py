"""A circle's schedule by its id, when it comes next, and whether the circle is held."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.circles.models import Circle
from bot.db import Reader
from bot.errors import UserError
from bot.schedules import recurrence, store
from bot.schedules.models import Hold, Schedule, State
from bot.schedules.recurrence import MINUTE, Slot


async def of_circle(db: Reader, circle: Circle, schedule_id: str) -> Schedule:
    """Raises UserError for one that isn't there, or is another circle's."""
    schedule = await store.get(db, schedule_id)
    if schedule is None or schedule.circle_id != circle.id or schedule.state is State.REMOVED:
        raise UserError("schedule.errors.no_such_schedule")
    return schedule


def next_of(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Slot | None:
    """Its next time from now on, or from the day on which its rest is over.

    A time that has come while it ran, and is not decided yet, stays what it was.
    """
    if schedule.state.running and schedule.next is not None and schedule.next.instant <= now:
        return schedule.next
    after = now
    if schedule.rests_until is not None:
        after = max(after, recurrence.midnight(schedule.rests_until, zone) - MINUTE)
    return recurrence.next_slot(schedule.rule, zone, after)


async def held_now(db: Reader, circle: Circle, now: datetime) -> Hold | None:
    return next((hold for hold in await store.holds(db, circle.id) if hold.covers(now)), None)
