from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.content import Content
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.schedules import recurrence, store
from bot.schedules.models import (
    LATE_LIMIT,
    LONGEST_WINDOW,
    SHORTEST_WINDOW,
    CannotOpen,
    Kind,
    Schedule,
    State,
)
from bot.schedules.recurrence import Rule, Slot
from bot.schedules.running import UNEXPECTED, Opener, Runner
from bot.schedules.words import reason_in_words

Decks = Callable[[str], Collection[str]]
"""A language -> the ids of the decks there are in it"""

PREVIEWED = 3


@dataclass(frozen=True)
class Upcoming:
    """A time that will come."""

    slot: Slot
    clocks_change: bool  # between the one before it (or now) and it
    moved: bool  # its own time is left out that day: it comes at the next minute there is


class Schedules:
    def __init__(self, db: Database, clock: Clock, circles: Circles, content: Content) -> None:
        self._db = db
        self._clock = clock
        self._runner = Runner(db, clock, circles, content)
        self._decks: Decks = lambda locale: ()

    # For the features whose posts are scheduled

    def opens(self, kind: Kind | str, opener: Opener) -> None:
        """How an occurrence of this kind begins: the opener writes its check-in or round, enqueues its card.

        It is called once per occurrence in the transaction that decides it, so all of it happens or
        nothing. It may raise CannotOpen(reason), which the facilitators are told; it is then called again
        at each tick until the time is too late. Its feature tells `delivered` or `delivery_failed` when it
        hears from the outbox, and `closed` when the window is over.
        """
        self._runner.openers[Kind(kind)] = opener

    def takes_decks_from(self, decks: Decks) -> None:
        """Which decks a prompt schedule may name."""
        self._decks = decks

    async def delivered(self, tx: Transaction, occurrence_id: str) -> None:
        """The occurrence's card stands in the channel: whatever was wrong with its schedule is mended."""
        schedule = await self._schedule_of(tx, occurrence_id)
        if schedule is not None and schedule.state is State.NEEDS_ATTENTION:
            await store.change_state(tx, schedule, State.ACTIVE, following=schedule.next)

    async def delivery_failed(self, tx: Transaction, occurrence_id: str, reason: str) -> None:
        """The occurrence's card can't be delivered (the outbox's one-word reason): tell the facilitators."""
        schedule = await self._schedule_of(tx, occurrence_id)
        if schedule is not None:
            await self._runner.needs_attention(tx, schedule, reason)

    async def closed(self, tx: Transaction, occurrence_id: str) -> None:
        """The occurrence's window is over and its check-in or round was ended."""
        await store.close_occurrence(tx, occurrence_id)

    # What facilitators do

    def preview(
        self,
        actor: Actor,
        circle: Circle,
        kind: Kind,
        rule: Rule,
        *,
        window: timedelta,
        deck: str | None = None,
    ) -> list[Upcoming]:
        """The next times that this would bring, before anything is saved. UserError as from `create`."""
        circle.require_facilitator(actor)
        self._check(circle, kind, window, deck)
        now = self._clock.now()
        slots = recurrence.next_slots(rule, circle.tz, now, PREVIEWED)
        before = [now, *(slot.instant for slot in slots)]
        return [
            Upcoming(
                slot,
                clocks_change=recurrence.clocks_change(circle.tz, earlier, slot.instant),
                moved=recurrence.moved(slot, circle.tz),
            )
            for earlier, slot in zip(before, slots, strict=False)
        ]

    async def create(
        self,
        actor: Actor,
        circle: Circle,
        kind: Kind,
        rule: Rule,
        *,
        window: timedelta | None = None,
        deck: str | None = None,
    ) -> Schedule:
        circle.require_facilitator(actor)
        window = kind.usual_window if window is None else window
        self._check(circle, kind, window, deck)
        now = self._clock.now()
        schedule = Schedule(
            id=secrets.token_hex(8),
            circle_id=circle.id,
            kind=kind,
            rule=rule,
            window=window,
            deck=deck,
            late_limit=LATE_LIMIT,
            state=State.ACTIVE,
            reason=None,
            next=recurrence.next_slot(rule, circle.tz, now),
            created_at=now,
        )
        async with self._db.transaction() as tx:
            if not await store.insert(tx, schedule):
                raise UserError("schedule.errors.exists")
        return schedule

    async def overview(self, actor: Actor, circle: Circle) -> list[Schedule]:
        """The circle's schedules, soonest first, the paused last."""
        circle.require_facilitator(actor)
        return await self.of(circle)

    async def get(self, actor: Actor, circle: Circle, schedule_id: str) -> Schedule:
        circle.require_facilitator(actor)
        return await self._of_circle(self._db, circle, schedule_id)

    async def pause(self, actor: Actor, circle: Circle, schedule_id: str) -> Schedule:
        """No more times until it is resumed; what is open stays open."""
        return await self._change(actor, circle, schedule_id, State.PAUSED)

    async def resume(self, actor: Actor, circle: Circle, schedule_id: str) -> Schedule:
        """Go on with the next time from now; the times that passed meanwhile are not counted."""
        return await self._change(actor, circle, schedule_id, State.ACTIVE)

    async def remove(self, actor: Actor, circle: Circle, schedule_id: str) -> Schedule:
        return await self._change(actor, circle, schedule_id, State.REMOVED)

    async def run_now(self, actor: Actor, circle: Circle, schedule_id: str) -> Schedule:
        """Open one now, beside its regular times. Twice in a minute makes one."""
        circle.require_facilitator(actor)
        now = self._clock.now()
        async with self._db.transaction() as tx:
            schedule = await self._of_circle(tx, circle, schedule_id)
            slot = Slot(now, recurrence.local(now.astimezone(circle.tz)))
            try:
                opened = await self._runner.open(tx, circle, schedule, slot, now)
            except CannotOpen as error:
                if error.reason == UNEXPECTED:
                    raise
                why = reason_in_words(self._runner.text(circle), error.reason)
                raise UserError("schedule.errors.cannot_open", reason=why) from error
            if not opened:
                raise UserError("schedule.errors.opened_just_now")
        return schedule

    # What everyone may know

    async def of(self, circle: Circle) -> list[Schedule]:
        """The circle's schedules, soonest first, the paused last."""
        return await store.of_circle(self._db, circle.id)

    # What time does

    async def run_due(self) -> None:
        """Decide every time that has come: open it, or skip it and say so. Once each, oldest first."""
        await self._runner.run_due()

    async def rezone(self, tx: Transaction, circle: Circle) -> None:
        """The circle's zone was changed (`circle` has the new one): its schedules mean that clock now."""
        now = self._clock.now()
        for schedule in await store.of_circle(tx, circle.id):
            # A time that has come already is decided as what it was.
            if schedule.next is not None and schedule.next.instant > now:
                await store.advance(tx, schedule, recurrence.next_slot(schedule.rule, circle.tz, now))

    def _check(self, circle: Circle, kind: Kind, window: timedelta, deck: str | None) -> None:
        """Raises UserError for a window or a deck that can't be."""
        if not SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
            raise UserError(
                "schedule.errors.window",
                shortest=SHORTEST_WINDOW // timedelta(hours=1),
                longest=LONGEST_WINDOW // timedelta(hours=1),
            )
        if kind is Kind.PROMPT and deck not in self._decks(circle.locale):
            raise UserError("schedule.errors.no_such_deck")
        assert kind is Kind.PROMPT or deck is None

    async def _change(self, actor: Actor, circle: Circle, schedule_id: str, state: State) -> Schedule:
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            schedule = await self._of_circle(tx, circle, schedule_id)
            following = (
                recurrence.next_slot(schedule.rule, circle.tz, self._clock.now()) if state.running else None
            )
            await store.change_state(tx, schedule, state, following=following)
        return replace(schedule, state=state, reason=None, next=following)

    async def _of_circle(self, db: Reader, circle: Circle, schedule_id: str) -> Schedule:
        schedule = await store.get(db, schedule_id)
        if schedule is None or schedule.circle_id != circle.id or schedule.state is State.REMOVED:
            raise UserError("schedule.errors.no_such_schedule")
        return schedule

    async def _schedule_of(self, tx: Transaction, occurrence_id: str) -> Schedule | None:
        occurrence = await store.occurrence(tx, occurrence_id)
        return None if occurrence is None else await store.get(tx, occurrence.schedule_id)
