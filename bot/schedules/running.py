"""What time does to schedules: a time that has come is opened, or skipped and told, or asked about.

Once, whoever looks.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.content import Content
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.schedules import recurrence, store
from bot.schedules.finding import held_now
from bot.schedules.models import CannotOpen, Hold, IfLater, Kind, Occurrence, OccurrenceState, Schedule, State
from bot.schedules.recurrence import MINUTE, Slot
from bot.schedules.trouble.service import Troubles
from bot.schedules.words import Text, name_of, reason_in_words

log = logging.getLogger(__name__)

Opener = Callable[[Transaction, Circle, Schedule, Occurrence], Awaitable[None]]

UNEXPECTED = "unexpected"
QUESTION = "schedule.question"
TIMES_TOLD = 5  # a notice about missed times names so many of them, and counts the rest


class Runner:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        circles: Circles,
        content: Content,
        troubles: Troubles,
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._circles = circles
        self._content = content
        self._troubles = troubles
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
        if schedule.state is State.PAUSED:  # until a day that has come
            await store.change_state(tx, schedule, State.ACTIVE, following=schedule.next)
            schedule = replace(schedule, state=State.ACTIVE, rests_until=None)
        missed, slot = _passed(schedule, circle, await store.holds(tx, circle.id), now)
        if missed:
            await self._missed(tx, circle, schedule, missed)
        elif slot is not None and slot.instant <= now:
            await self.open(tx, circle, schedule, slot, now)
            slot = recurrence.next_slot(schedule.rule, circle.tz, after=slot.instant)
        await store.advance(tx, schedule, slot)
        return slot is not None and slot.instant <= now

    async def open(
        self, tx: Transaction, circle: Circle, schedule: Schedule, slot: Slot, now: datetime
    ) -> bool:
        """Open an occurrence with its whole window from now on; False if this time was decided before."""
        opens_at = now.replace(second=0, microsecond=0)
        made = occurrence(schedule, slot, opens_at, OccurrenceState.OPEN)
        if not await store.insert_occurrence(tx, made):
            return False
        await self.begin(tx, circle, schedule, made)
        return True

    async def begin(self, tx: Transaction, circle: Circle, schedule: Schedule, made: Occurrence) -> None:
        """Have the feature make its check-in or round. Raises CannotOpen."""
        try:
            await self.openers[schedule.kind](tx, circle, schedule, made)
        except CannotOpen:
            raise
        except Exception as error:
            raise CannotOpen(UNEXPECTED) from error

    async def open_now(self, tx: Transaction, circle: Circle, schedule: Schedule) -> bool:
        """Open one as a facilitator says; False if one was opened in this minute. Raises UserError."""
        await self.require_not_held(tx, circle)
        now = self._clock.now()
        slot = Slot(now, recurrence.local(now.astimezone(circle.tz)))
        try:
            return await self.open(tx, circle, schedule, slot, now)
        except CannotOpen as error:
            raise self._told_why(circle, error) from error

    async def begin_now(self, tx: Transaction, circle: Circle, schedule: Schedule, made: Occurrence) -> None:
        """As `begin`, because a facilitator says so. Raises UserError."""
        try:
            await self.begin(tx, circle, schedule, made)
        except CannotOpen as error:
            raise self._told_why(circle, error) from error

    def _told_why(self, circle: Circle, error: CannotOpen) -> Exception:
        if error.reason == UNEXPECTED:
            return error
        why = reason_in_words(self.text(circle), error.reason)
        return UserError("schedule.errors.cannot_open", reason=why)

    async def require_not_held(self, tx: Transaction, circle: Circle) -> None:
        if await held_now(tx, circle, self._clock.now()):
            raise UserError("schedule.errors.held")

    async def _missed(
        self, tx: Transaction, circle: Circle, schedule: Schedule, missed: Sequence[Slot]
    ) -> None:
        if schedule.if_later is IfLater.ASK:
            await self._ask(tx, circle, schedule, missed)
        else:
            await self._skip(tx, circle, schedule, missed)

    async def _skip(
        self, tx: Transaction, circle: Circle, schedule: Schedule, missed: Sequence[Slot]
    ) -> None:
        told = [
            slot
            for slot in missed
            if await store.insert_occurrence(
                tx, occurrence(schedule, slot, slot.instant, OccurrenceState.SKIPPED)
            )
        ]
        if told:
            await self._circles.notify(
                tx,
                circle,
                "schedule.notices.missed_one" if len(told) == 1 else "schedule.notices.missed_several",
                schedule=name_of(self.text(circle), schedule),
                count=len(told),
                minutes=schedule.late_limit // MINUTE,
                times="\n".join(f"- <t:{int(slot.instant.timestamp())}:F>" for slot in told[-TIMES_TOLD:]),
            )

    async def _ask(self, tx: Transaction, circle: Circle, schedule: Schedule, missed: Sequence[Slot]) -> None:
        """One question for all of them; it is answered for one time after the other."""
        question = secrets.token_hex(8)
        asked = [
            await store.insert_occurrence(
                tx, occurrence(schedule, slot, slot.instant, OccurrenceState.ASKED, question)
            )
            for slot in missed
        ]
        if any(asked):
            await self._outbox.enqueue(
                tx,
                kind=QUESTION,
                reference=question,
                channel_id=circle.facilitators_channel_id,
                priority=Priority.REMINDER,
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
        """Show it on the schedule, and tell the facilitators once as long as the cause lasts."""
        circle = await self._circle_of(schedule)
        if schedule.state in (State.PAUSED, State.REMOVED):
            if circle is not None:
                text = self.text(circle)
                await self._circles.notify(
                    tx,
                    circle,
                    "schedule.notices.needs_attention",
                    schedule=name_of(text, schedule),
                    reason=reason_in_words(text, reason),
                )
            return
        await store.change_state(tx, schedule, State.NEEDS_ATTENTION, following=schedule.next, reason=reason)
        if schedule.reason != reason:
            await self._troubles.settle(tx, schedule.circle_id, schedule.reason)
        if circle is not None:
            await self._troubles.tell(tx, circle, reason)

    async def _circle_of(self, schedule: Schedule) -> Circle | None:
        """None if it was closed."""
        try:
            return await self._circles.get(schedule.circle_id)
        except UserError:
            return None

    def text(self, circle: Circle) -> Text:
        """Content in the circle's language."""
        return partial(self._content.text, locale=circle.locale)


def _passed(
    schedule: Schedule, circle: Circle, holds: Sequence[Hold], now: datetime
) -> tuple[list[Slot], Slot | None]:
    """What was missed, and the first time that was not: due now, or to come.

    A time within a hold is neither. Nor is one that would be opened while a hold lasts.
    """
    missed, slot = [], schedule.next
    while slot is not None and slot.instant <= now:
        held = any(hold.covers(slot.instant) for hold in holds)
        late = now - slot.instant >= schedule.late_limit
        if late and not held:
            missed.append(slot)
        elif not held and not any(hold.covers(now) for hold in holds):
            break
        slot = recurrence.next_slot(schedule.rule, circle.tz, after=slot.instant)
    return missed, slot


def occurrence(
    schedule: Schedule, slot: Slot, opens_at: datetime, state: OccurrenceState, asked_with: str | None = None
) -> Occurrence:
    return Occurrence(
        id=secrets.token_hex(8),
        schedule_id=schedule.id,
        slot=slot.local,
        opens_at=opens_at,
        closes_at=opens_at + schedule.window,
        state=state,
        asked_with=asked_with,
    )
