from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

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
    Occurrence,
    OccurrenceState,
    Schedule,
    State,
)
from bot.schedules.recurrence import Rule, Slot
from bot.schedules.words import name_of

log = logging.getLogger(__name__)

Opener = Callable[[Transaction, Circle, Schedule, Occurrence], Awaitable[None]]
Decks = Callable[[str], Collection[str]]
"""A language -> the ids of the decks there are in it"""

UNEXPECTED = "unexpected"
TIMES_TOLD = 5  # a notice about missed times names so many of them, and counts the rest


@dataclass(frozen=True)
class Upcoming:
    """A time that will come; whether the clocks change between the one before it (or now) and it."""

    slot: Slot
    clocks_change: bool


class Schedules:
    def __init__(self, db: Database, clock: Clock, circles: Circles, content: Content) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._content = content
        self._openers: dict[Kind, Opener] = {}
        self._decks: Decks = lambda locale: ()

    # For the features whose posts are scheduled

    def opens(self, kind: Kind | str, opener: Opener) -> None:
        """How an occurrence of this kind begins: the opener writes its check-in or round, enqueues its card.

        It is called once per occurrence in the transaction that decides it, so all of it happens or
        nothing. It may raise CannotOpen(reason), which the facilitators are told; it is then called again
        at each tick until the time is too late. Its feature tells `delivered` or `delivery_failed` when it
        hears from the outbox, and `closed` when the window is over.
        """
        self._openers[Kind(kind)] = opener

    def takes_decks_from(self, decks: Decks) -> None:
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
            await self._needs_attention(tx, schedule, reason)

    async def closed(self, tx: Transaction, occurrence_id: str) -> None:
        """The occurrence's window is over and its check-in or round was ended."""
        await store.close_occurrence(tx, occurrence_id)

    # What facilitators do

    def preview(self, actor: Actor, circle: Circle, rule: Rule, count: int = 3) -> list[Upcoming]:
        """The next times that the rule would bring, before anything is saved."""
        circle.require_facilitator(actor)
        now = self._clock.now()
        slots = recurrence.next_slots(rule, circle.tz, now, count)
        before = [now, *(slot.instant for slot in slots)]
        return [
            Upcoming(slot, recurrence.clocks_change(circle.tz, earlier, slot.instant))
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
        self.check(circle, kind, window, deck)
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

    def check(self, circle: Circle, kind: Kind, window: timedelta, deck: str | None) -> None:
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

    async def overview(self, actor: Actor, circle: Circle) -> list[Schedule]:
        """The circle's schedules, soonest first, the paused last."""
        circle.require_facilitator(actor)
        return await self.of(circle)

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
                opened = await self._open(tx, circle, schedule, slot, now)
            except CannotOpen as error:
                if error.reason == UNEXPECTED:
                    raise
                raise UserError(
                    "schedule.errors.cannot_open", reason=self.reason_in_words(error.reason, circle.locale)
                ) from error
            if not opened:
                raise UserError("schedule.errors.opened_just_now")
        return schedule

    # What everyone may know

    async def of(self, circle: Circle) -> list[Schedule]:
        """The circle's schedules, soonest first, the paused last."""
        return await store.of_circle(self._db, circle.id)

    async def get(self, circle: Circle, schedule_id: str) -> Schedule:
        return await self._of_circle(self._db, circle, schedule_id)

    def reason_in_words(self, reason: str, locale: str) -> str:
        """Why something did not come through, and what would mend it."""
        key = f"schedule.reasons.{reason}"
        return self._content.text(key if self._content.has(key) else "schedule.reasons.other", locale)

    # What time does

    async def run_due(self) -> None:
        """Decide every time that has come: open it, or skip it and say so. Once each, oldest first."""
        now = self._clock.now()
        for schedule_id in await store.due(self._db, now):
            while await self._run_next(schedule_id, now):
                pass

    async def rezone(self, tx: Transaction, circle: Circle) -> None:
        """The circle's zone was changed (`circle` has the new one): its schedules mean that clock now."""
        for schedule in await store.of_circle(tx, circle.id):
            if schedule.next is not None:
                following = recurrence.next_slot(schedule.rule, circle.tz, self._clock.now())
                await store.advance(tx, schedule, following)

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
            await self._open(tx, circle, schedule, slot, now)
            slot = recurrence.next_slot(schedule.rule, circle.tz, after=slot.instant)
        await store.advance(tx, schedule, slot)
        return slot.instant <= now

    async def _open(
        self, tx: Transaction, circle: Circle, schedule: Schedule, slot: Slot, now: datetime
    ) -> bool:
        """Open an occurrence with its whole window from now on; False if this time was decided before."""
        opens_at = now.replace(second=0, microsecond=0)
        occurrence = _occurrence(schedule, slot, opens_at, OccurrenceState.OPEN)
        if not await store.insert_occurrence(tx, occurrence):
            return False
        try:
            await self._openers[schedule.kind](tx, circle, schedule, occurrence)
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
                schedule=self._name(schedule, circle),
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
            await self._needs_attention(tx, schedule, error.reason)

    async def _needs_attention(self, tx: Transaction, schedule: Schedule, reason: str) -> None:
        if schedule.state.running:
            await store.change_state(
                tx, schedule, State.NEEDS_ATTENTION, following=schedule.next, reason=reason
            )
        if circle := await self._circle_of(schedule):
            await self._circles.notify(
                tx,
                circle,
                "schedule.notices.needs_attention",
                schedule=self._name(schedule, circle),
                reason=self.reason_in_words(reason, circle.locale),
            )

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

    async def _circle_of(self, schedule: Schedule) -> Circle | None:
        """None if it was closed."""
        try:
            return await self._circles.get(schedule.circle_id)
        except UserError:
            return None

    def _name(self, schedule: Schedule, circle: Circle) -> str:
        return name_of(partial(self._content.text, locale=circle.locale), schedule)


def _occurrence(schedule: Schedule, slot: Slot, opens_at: datetime, state: OccurrenceState) -> Occurrence:
    return Occurrence(
        id=secrets.token_hex(8),
        schedule_id=schedule.id,
        slot=slot.local,
        opens_at=opens_at,
        closes_at=opens_at + schedule.window,
        state=state,
    )
