"""The hour at which a circle's waiting shares are opened together: once on each day of its clock.

A wall time that a clock change leaves out comes when it would have been; one that it repeats, the first time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.circles.models import Circle
from bot.db import Transaction
from bot.sharing.waiting import store

DAY = timedelta(days=1)


def on(day: date, hour: time, circle: Circle) -> datetime:
    return datetime.combine(day, hour, tzinfo=circle.tz).astimezone(UTC)


def last(now: datetime, hour: time, circle: Circle) -> date:
    """The latest day whose hour has come."""
    today = now.astimezone(circle.tz).date()
    return today if on(today, hour, circle) <= now else today - DAY


def following(now: datetime, hour: time, circle: Circle, opened: date | None) -> date:
    """The day of the next opening, after that of the day `opened`."""
    return max(last(now, hour, circle), opened or date.min) + DAY


async def begin(tx: Transaction, circle: Circle, share_id: str, hour: time, now: datetime) -> None:
    """A share begins to wait. If it is the first, the hours before it are none of its own."""
    if not await store.others_wait(tx, circle.id, share_id):
        await store.opened(tx, circle.id, last(now, hour, circle))


async def turn(tx: Transaction, circle: Circle, hour: time, now: datetime) -> date | None:
    """The day whose hour has come, once; several that passed while the bot was down are one."""
    day = last(now, hour, circle)
    return day if await store.opened(tx, circle.id, day) else None
