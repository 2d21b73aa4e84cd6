"""What time does to schedules: a time that has come is opened, or skipped and told; once, whoever looks."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.content import Content
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.schedules import recurrence, store
from bot.schedules.models import CannotOpen, Kind, Occurrence, OccurrenceState, Schedule, State
from bot.schedules.recurrence import Slot
from bot.schedules.words import Text, name_of, reason_in_words

log = logging.getLogger(__name__)

Opener = Callable[[Transaction, Circle, Schedule, Occurrence], Awaitable[None]]

UNEXPECTED = "unexpected"
TIMES_TOLD = 5  # a notice about missed times names so many of them, and counts the rest


class Runner:
    def __init__(self, db: Database, clock: Clock, circles: Circles, content: Content) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._content = content
        self.openers: dict[Kind, Opener] = {}

    async def run_due(self) -> None:
        """Decide every time that has come: open it, or skip it and say so. Once each, oldest first."""
        now = self._clock.now()
        for schedule_id in await store.due(self._db, now):
            while await self._run_next(schedule_id, now):
                pass

    async def _run_next(self, schedule_id: str, now: datetime) -> bool:
        """Decide a schedule's next time, and what was missed before it; whether another may be due."""
        try:
            try:
                async with self._db.transaction() as tx:
                    return await self._decide(tx, schedule_id, now)
            except CannotOpen as error:
                await self._stumbled(schedule_id, error)
        except Exception:
            log.exception("a schedule could not be run; the next tick tries again")
        return False

    async def _decide(self, tx: Transaction, schedule_id: str, now: datetime) -> bool:
        schedule = await store.get(tx, schedule_id)
        if schedule is None or schedule.next is None or schedule.next.instant > now:
            return False
        circle = await self._circle_of(schedule)
        if circle is None:
            await store.change_state(tx, schedule, State.PAUSED, following=None)
            return False
        slot, missed = schedule.next, []
        while now - slot.instant >= schedule.late_limit:
            missed.append(slot)
            slot = recurrence.next_slot(schedule.rule, circle.tz, after=slot.instant)
        if missed:
            await self._skip(tx, circle, schedule, missed)
        else:
            await self.open(tx, circle, schedule, slot, now)
            slot = recurrence.next_slot(schedule.rule, circle.tz, after=slot.instant)
        await store.advance(tx, schedule, slot)
        return slot.instant <= now

    async def open(
        self, tx: Transaction, circle: Circle, schedule: Schedule, slot: Slot, now: datetime
    ) -> bool:
        """Open an occurrence with its whole window from now on; False if this time was decided before."""
        opens_at = now.replace(second=0, microsecond=0)
        occurrence = _occurrence(schedule, slot, opens_at, OccurrenceState.OPEN)
        if not await store.insert_occurrence(tx, occurrence):
            return False
        try:
            await self.openers[schedule.kind](tx, circle, schedule, occurrence)
        except CannotOpen:
            raise
        except Exception as error:
            raise CannotOpen(UNEXPECTED) from error
        return True

    async def _skip(self, tx: Transaction, circle: Circle, schedule: Schedule, missed: list[Slot]) -> None:
        told = []
        for slot in missed:
            if await store.insert_occurrence(
                tx, _occurrence(schedule, slot, slot.instant, OccurrenceState.SKIPPED)
            ):
                told.append(slot)
        if told:
            await self._circles.notify(
                tx,
                circle,
                "schedule.notices.missed_one" if len(told) == 1 else "schedule.notices.missed_several",
                schedule=name_of(self.text(circle), schedule),
                count=len(told),
                times="\n".join(f"- <t:{int(slot.instant.timestamp())}:F>" for slot in told[-TIMES_TOLD:]),
            )

    async def _stumbled(self, schedule_id: str, error: CannotOpen) -> None:
        """Its opener could not: tell it once. It stays due, so the next ticks try again until too late."""
        async with self._db.transaction() as tx:
            schedule = await store.get(tx, schedule_id)
            if schedule is None or (schedule.state, schedule.reason) == (State.NEEDS_ATTENTION, error.reason):
                return
            log.error("a schedule's opener failed: %s", error.reason, exc_info=error)
            await self.needs_attention(tx, schedule, error.reason)

    async def needs_attention(self, tx: Transaction, schedule: Schedule, reason: str) -> None:
        if schedule.state.running:
            await store.change_state(
                tx, schedule, State.NEEDS_ATTENTION, following=schedule.next, reason=reason
            )
        if circle := await self._circle_of(schedule):
            await self._circles.notify(
                tx,
                circle,
                "schedule.notices.needs_attention",
                schedule=name_of(self.text(circle), schedule),
                reason=reason_in_words(self.text(circle), reason),
            )

    async def _circle_of(self, schedule: Schedule) -> Circle | None:
        """None if it was closed."""
        try:
            return await self._circles.get(schedule.circle_id)
        except UserError:
            return None

    def text(self, circle: Circle) -> Text:
        """Content in the circle's language."""
        return partial(self._content.text, locale=circle.locale)


def _occurrence(schedule: Schedule, slot: Slot, opens_at: datetime, state: OccurrenceState) -> Occurrence:
    return Occurrence(
        id=secrets.token_hex(8),
        schedule_id=schedule.id,
        slot=slot.local,
        opens_at=opens_at,
        closes_at=opens_at + schedule.window,
        state=state,
    )
