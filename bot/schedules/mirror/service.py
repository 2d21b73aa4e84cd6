from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Row, Transaction
from bot.schedules import store as schedules_store
from bot.schedules.holding import coming
from bot.schedules.mirror import store
from bot.schedules.mirror.models import Events, Mirrored, NotAllowed
from bot.schedules.models import Schedule, State

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
"""What was tried and not heard of for so long is looked for, and tried again."""


class Mirrors:
    """Events follow their schedules: whatever changes one marks its event as untrue, with the change."""

    def __init__(self, db: Database, clock: Clock, circles: Circles) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._events: Events | None = None

    def shown_by(self, events: Events) -> None:
        """Who makes the events on Discord."""
        self._events = events

    async def want(self, tx: Transaction, schedule: Schedule) -> bool:
        return await store.want(tx, schedule.id)

    async def unwant(self, tx: Transaction, schedule: Schedule) -> bool:
        return await store.unwant(tx, schedule.id)

    async def touch(self, tx: Transaction, circle: Circle) -> None:
        """Something about all schedules of the circle is another now: a hold, or its end."""
        await store.touch_circle(tx, circle.id)

    async def do_due(self) -> None:
        """Make each event that is not true say what its schedule does."""
        now = self._clock.now()
        if self._events is None:
            return
        for row in await store.untrue(self._db, now - LEASE):
            try:
                await self._follow(self._events, row, now)
            except Exception:
                log.exception("a scheduled event could not be brought up to date; it is tried again")

    async def _follow(self, events: Events, row: Row, now: datetime) -> None:
        mirrored = await self._mirrored(row)
        if mirrored.slot is not None and mirrored.slot.instant <= now:
            return  # it is being opened: the time after it is what the event will show
        if mirrored.is_over:
            async with self._db.transaction() as tx:
                await store.end(tx, row["schedule_id"])
            return
        async with self._db.transaction() as tx:
            if not await store.claim(tx, row["schedule_id"], before=now - LEASE, now=now):
                return
        try:
            event_id = await events.show(mirrored)
        except NotAllowed:
            await self._give_up(mirrored)
            return
        async with self._db.transaction() as tx:
            await store.shown(tx, row["schedule_id"], event_id)
            if event_id is None and not (row["is_wanted"] and mirrored.schedule.state is not State.REMOVED):
                await store.end(tx, row["schedule_id"])

    async def _mirrored(self, row: Row) -> Mirrored:
        schedule = await schedules_store.get(self._db, row["schedule_id"])
        assert schedule is not None
        circle = await self._circles.even_closed(schedule.circle_id)
        assert circle is not None
        is_open = any(each.id == circle.id for each in await self._circles.of_guild(circle.guild_id))
        holds = await schedules_store.holds(self._db, circle.id)
        shows = row["is_wanted"] and is_open and schedule.state is not State.REMOVED
        return Mirrored(
            circle=circle,
            schedule=schedule,
            slot=coming(schedule, circle.tz, holds) if shows else None,
            event_id=row["event_id"],
            was_tried=row["tried_at"] is not None,
        )

    async def _give_up(self, mirrored: Mirrored) -> None:
        """Discord does not allow it: it is told once, and asked for anew by whoever mended it."""
        async with self._db.transaction() as tx:
            await store.end(tx, mirrored.schedule.id)
            if mirrored.slot is not None:
                await self._circles.notify(tx, mirrored.circle, "schedule.notices.no_events")
