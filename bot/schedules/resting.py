"""Letting things rest: one time, one schedule, or everything of a circle."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

from bot.circles.models import Actor, Circle
from bot.clock import Clock
from bot.db import Database
from bot.errors import UserError
from bot.schedules import recurrence, store
from bot.schedules.finding import held_now, next_of, of_circle
from bot.schedules.history.service import History
from bot.schedules.mirror.service import Mirrors
from bot.schedules.models import NOBODY, Hold, Occurrence, OccurrenceState, Schedule, State, Why
from bot.schedules.recurrence import Slot
from bot.schedules.trouble.service import Troubles


class Rests:
    def __init__(
        self, db: Database, clock: Clock, history: History, troubles: Troubles, mirrors: Mirrors
    ) -> None:
        self._db = db
        self._clock = clock
        self._history = history
        self._troubles = troubles
        self._mirrors = mirrors

    async def pause(
        self, actor: Actor, circle: Circle, schedule_id: str, *, until: date | None = None, why: Why = NOBODY
    ) -> Schedule:
        """No more times until it is resumed, or until a day begins; what is open stays open."""
        if until is not None and recurrence.midnight(until, circle.tz) <= self._clock.now():
            raise UserError("schedule.errors.day_is_over")
        return await self._rest(actor, circle, schedule_id, State.PAUSED, until, why)

    async def resume(self, actor: Actor, circle: Circle, schedule_id: str, *, why: Why = NOBODY) -> Schedule:
        """Go on with the next time from now; the times that passed meanwhile are not counted."""
        return await self._rest(actor, circle, schedule_id, State.ACTIVE, None, why)

    async def remove(self, actor: Actor, circle: Circle, schedule_id: str, *, why: Why = NOBODY) -> Schedule:
        return await self._rest(actor, circle, schedule_id, State.REMOVED, None, why)

    async def skip_next(
        self, actor: Actor, circle: Circle, schedule_id: str, *, why: Why = NOBODY
    ) -> tuple[Schedule, Slot]:
        """Leave out the next time; the schedule as it is now, and the time that was left out."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            schedule = await of_circle(tx, circle, schedule_id)
            slot = schedule.next
            if slot is None:
                raise UserError("schedule.errors.nothing_to_skip")
            await store.insert_occurrence(tx, _left_out(schedule, slot))
            following = recurrence.next_slot(schedule.rule, circle.tz, slot.instant)
            await store.advance(tx, schedule, following)
            await self._history.note(
                tx, circle, actor, why, "skipped", schedule, at=int(slot.instant.timestamp())
            )
        return replace(schedule, next=following), slot

    async def hold(
        self, actor: Actor, circle: Circle, *, until: date | None = None, why: Why = NOBODY
    ) -> Hold:
        """Nothing of the circle is posted until that day begins, or until it is lifted.

        What is open stays open. The times that pass meanwhile are not made up for.
        """
        circle.require_facilitator(actor)
        now = self._clock.now()
        end = None if until is None else recurrence.midnight(until, circle.tz)
        if end is not None and end <= now:
            raise UserError("schedule.errors.day_is_over")
        hold = Hold(secrets.token_hex(8), circle.id, now, end)
        async with self._db.transaction() as tx:
            await store.end_holds(tx, circle.id, now)
            await store.insert_hold(tx, hold)
            await self._mirrors.touch(tx, circle)
            await self._history.note(tx, circle, actor, why, "held", until=_iso(until))
        return hold

    async def lift(self, actor: Actor, circle: Circle, *, why: Why = NOBODY) -> None:
        """Go on, from now; nothing that passed meanwhile is posted."""
        circle.require_facilitator(actor)
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if not any(hold.covers(now) for hold in await store.holds(tx, circle.id)):
                raise UserError("schedule.errors.not_held")
            await store.end_holds(tx, circle.id, now)
            await self._mirrors.touch(tx, circle)
            await self._history.note(tx, circle, actor, why, "lifted")

    async def held(self, circle: Circle) -> Hold | None:
        """The hold that keeps the circle's posts back now. For whatever the bot would send by itself."""
        return await held_now(self._db, circle, self._clock.now())

    async def _rest(
        self,
        actor: Actor,
        circle: Circle,
        schedule_id: str,
        state: State,
        until: date | None,
        why: Why,
    ) -> Schedule:
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            before = await of_circle(tx, circle, schedule_id)
            after = replace(before, state=state, reason=None, rests_until=until)
            runs = state.running or until is not None
            after = replace(after, next=next_of(after, circle.tz, self._clock.now()) if runs else None)
            if state is State.ACTIVE and after.next is None:
                raise UserError("schedule.errors.no_time_to_come")
            await store.change_state(tx, before, state, following=after.next, rests_until=until)
            await self._troubles.settle(tx, circle.id, before.reason)
            what = {State.PAUSED: "paused", State.ACTIVE: "resumed"}.get(state, "removed")
            await self._history.note(tx, circle, actor, why, what, before, until=_iso(until))
        return after


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _left_out(schedule: Schedule, slot: Slot) -> Occurrence:
    return Occurrence(
        id=secrets.token_hex(8),
        schedule_id=schedule.id,
        slot=slot.local,
        opens_at=slot.instant,
        closes_at=slot.instant + schedule.window,
        state=OccurrenceState.SKIPPED,
    )
