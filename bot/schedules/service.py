from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.content import Content
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.outbox.service import Outbox
from bot.schedules import recurrence, store
from bot.schedules.deciding import Again, Decisions
from bot.schedules.drafts import store as drafts_store
from bot.schedules.drafts.models import Draft
from bot.schedules.drafts.service import Drafts
from bot.schedules.finding import next_of, of_circle
from bot.schedules.history.service import History
from bot.schedules.holding import coming
from bot.schedules.mirror.service import Mirrors
from bot.schedules.models import (
    LATE_LIMIT,
    LEAST_LATE_LIMIT,
    LONGEST_WINDOW,
    MOST_LATE_LIMIT,
    NOBODY,
    SHORTEST_WINDOW,
    Glimpse,
    IfLater,
    Kind,
    OccurrenceState,
    Schedule,
    State,
    Why,
    draw_key,
)
from bot.schedules.recurrence import MINUTE, Rule, Slot
from bot.schedules.resting import Rests
from bot.schedules.running import Opener, Runner
from bot.schedules.trouble.service import Troubles

Decks = Callable[[str], Collection[str]]
"""A language -> the ids of the decks there are in it"""

PREVIEWED = 5


@dataclass(frozen=True)
class Upcoming:
    """A time that will come."""

    slot: Slot
    clocks_change: bool  # between the one before it (or now) and it
    moved: bool  # its own time is left out that day: it comes at the next minute there is


class Schedules:
    def __init__(
        self, db: Database, clock: Clock, outbox: Outbox, circles: Circles, content: Content
    ) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._troubles = Troubles(db, outbox, circles)
        self._runner = Runner(db, clock, outbox, circles, content, self._troubles)
        self._decks: Decks = lambda locale: ()
        self.history = History(db, clock)
        self.mirrors = Mirrors(db, clock, circles)
        self.rests = Rests(db, clock, self.history, self._troubles, self.mirrors)
        self.decisions = Decisions(db, clock, circles, self._runner, self._troubles, self.history)
        self.drafts = Drafts(db, clock, self)

    # For the features whose posts are scheduled

    def opens(self, kind: Kind | str, opener: Opener, again: Again | None = None) -> None:
        """How an occurrence of this kind begins: the opener writes its check-in or round, enqueues its card.

        It is called once per occurrence in the transaction that decides it, so all of it happens or
        nothing. It may raise CannotOpen(reason), which the facilitators are told; it is then called again
        at each tick until the time is too late. Its feature tells `delivered` or `delivery_failed` when it
        hears from the outbox, and `closed` when the window is over.

        `again` tries once more to post what could not be delivered, where the circle's posts go now; False
        where it is too late for that, and a new one is opened instead.
        """
        self._runner.openers[Kind(kind)] = opener
        if again is not None:
            self.decisions.again[Kind(kind)] = again

    def takes_decks_from(self, decks: Decks) -> None:
        """Which decks a prompt schedule may name."""
        self._decks = decks

    async def delivered(self, tx: Transaction, occurrence_id: str) -> None:
        """The occurrence's card stands in the channel: whatever was wrong with its schedule is mended."""
        schedule = await self._schedule_of(tx, occurrence_id)
        await store.unfail_occurrence(tx, occurrence_id, OccurrenceState.OPEN)
        if schedule is not None and schedule.state is State.NEEDS_ATTENTION:
            await store.change_state(tx, schedule, schedule.mended, following=schedule.next)
            await self._troubles.settle(tx, schedule.circle_id, schedule.reason)

    async def delivery_failed(self, tx: Transaction, occurrence_id: str, reason: str) -> None:
        """The occurrence's card can't be delivered (the outbox's one-word reason): tell the facilitators."""
        occurrence = await store.occurrence(tx, occurrence_id)
        schedule = await self._schedule_of(tx, occurrence_id)
        if occurrence is not None and schedule is not None:
            await store.fail_occurrence(tx, occurrence)
            await self._runner.needs_attention(tx, schedule, reason)

    async def closed(self, tx: Transaction, occurrence_id: str) -> None:
        """The occurrence's window is over and its check-in or round was ended."""
        await store.close_occurrence(tx, occurrence_id)

    # What facilitators do: making and changing

    def preview(
        self,
        actor: Actor,
        circle: Circle,
        kind: Kind,
        rule: Rule,
        *,
        window: timedelta | None = None,
        deck: str | None = None,
    ) -> list[Upcoming]:
        """The next times that such a schedule would have. Raises UserError for what can't be."""
        circle.require_facilitator(actor)
        self._check(circle, kind, kind.usual_window if window is None else window, deck, LATE_LIMIT)
        now = self._clock.now()
        slots = recurrence.next_slots(rule, circle.tz, now, PREVIEWED)
        if not slots:
            raise UserError("schedule.errors.no_time_to_come")
        before = [now, *(slot.instant for slot in slots)]
        return [
            Upcoming(
                slot,
                clocks_change=recurrence.clocks_change(circle.tz, earlier, slot.instant),
                moved=recurrence.moved(slot, circle.tz),
            )
            for earlier, slot in zip(before, slots, strict=False)
        ]

    def check(self, circle: Circle, draft: Draft) -> None:
        """Raises UserError for a drafted schedule that can't be."""
        assert draft.kind is not None
        assert draft.rule is not None
        window = draft.kind.usual_window if draft.window is None else draft.window
        self._check(circle, draft.kind, window, draft.deck, draft.late_limit)
        if recurrence.next_slot(draft.rule, circle.tz, self._clock.now()) is None:
            raise UserError("schedule.errors.no_time_to_come")

    async def create(
        self,
        actor: Actor,
        circle: Circle,
        kind: Kind,
        rule: Rule,
        *,
        window: timedelta | None = None,
        deck: str | None = None,
        late_limit: timedelta = LATE_LIMIT,
        if_later: IfLater = IfLater.SKIP,
        why: Why = NOBODY,
    ) -> Schedule:
        draft = Draft(
            id="",
            circle_id=circle.id,
            user_id=actor.user_id,
            kind=kind,
            deck=deck,
            rule=rule,
            window=window,
            late_limit=late_limit,
            if_later=if_later,
        )
        async with self._db.transaction() as tx:
            return await self.add(tx, actor, circle, draft, why)

    async def add(
        self, tx: Transaction, actor: Actor, circle: Circle, draft: Draft, why: Why = NOBODY
    ) -> Schedule:
        circle.require_facilitator(actor)
        self.check(circle, draft)
        assert draft.kind is not None
        assert draft.rule is not None
        now = self._clock.now()
        schedule = Schedule(
            id=secrets.token_hex(8),
            circle_id=circle.id,
            kind=draft.kind,
            rule=draft.rule,
            window=draft.kind.usual_window if draft.window is None else draft.window,
            deck=draft.deck,
            late_limit=draft.late_limit,
            state=State.ACTIVE,
            reason=None,
            next=recurrence.next_slot(draft.rule, circle.tz, now),
            created_at=now,
            if_later=draft.if_later,
        )
        if not await store.insert(tx, schedule):
            raise UserError("schedule.errors.exists")
        await self.history.note(tx, circle, actor, why, "made", schedule)
        return schedule

    async def change(
        self, tx: Transaction, actor: Actor, circle: Circle, draft: Draft, why: Why = NOBODY
    ) -> Schedule:
        """Let a schedule be as drafted from now on. What was posted stays as it was."""
        circle.require_facilitator(actor)
        self.check(circle, draft)
        assert draft.schedule_id is not None
        assert draft.rule is not None
        assert draft.window is not None
        before = await of_circle(tx, circle, draft.schedule_id)
        after = replace(
            before,
            rule=draft.rule,
            window=draft.window,
            deck=draft.deck,
            late_limit=draft.late_limit,
            if_later=draft.if_later,
        )
        if before.next is not None and before.rule != after.rule:
            after = replace(after, next=next_of(after, circle.tz, self._clock.now()))
        if not await store.change(tx, after):
            raise UserError("schedule.errors.exists")
        what = "changed" if before.rule == after.rule else "moved"
        await self.history.note(tx, circle, actor, why, what, before, to=recurrence.dump(after.rule))
        return after

    # What facilitators do: by hand

    async def glimpse(self, actor: Actor, circle: Circle, schedule_id: str) -> Glimpse:
        """The next one of a schedule, to be shown as it will look."""
        schedule = await self.get(actor, circle, schedule_id)
        slot = schedule.next or recurrence.next_slot(schedule.rule, circle.tz, self._clock.now())
        if slot is None:
            raise UserError("schedule.errors.no_time_to_come")
        return Glimpse(
            circle,
            schedule.kind,
            schedule.deck,
            slot.instant,
            slot.instant + schedule.window,
            draw_key(schedule.id, slot.local),
        )

    async def glimpse_of_draft(self, actor: Actor, circle: Circle, draft_id: str) -> Glimpse:
        draft = await self.drafts.get(actor, circle, draft_id)
        if draft.kind is None or draft.rule is None:
            raise UserError("schedule.errors.not_ready")
        slot = recurrence.next_slot(draft.rule, circle.tz, self._clock.now())
        if slot is None:
            raise UserError("schedule.errors.no_time_to_come")
        closes_at = slot.instant + (draft.window or draft.kind.usual_window)
        key = draw_key(draft.schedule_id or draft.id, slot.local)
        certain = draft.schedule_id is not None
        return Glimpse(circle, draft.kind, draft.deck, slot.instant, closes_at, key, certain)

    def span(self, circle: Circle, schedule: Schedule, count: int) -> timedelta | None:
        """How long the next so many times of a schedule last; None where it ends before."""
        now = self._clock.now()
        slots = recurrence.next_slots(schedule.rule, circle.tz, now, count)
        return slots[-1].instant - now if slots and len(slots) == count else None

    async def overview(self, actor: Actor, circle: Circle) -> list[Schedule]:
        """The circle's schedules, soonest first, the paused last."""
        circle.require_facilitator(actor)
        return await self.of(circle)

    async def get(self, actor: Actor, circle: Circle, schedule_id: str) -> Schedule:
        circle.require_facilitator(actor)
        return await of_circle(self._db, circle, schedule_id)

    async def run_now(self, actor: Actor, circle: Circle, schedule_id: str, *, why: Why = NOBODY) -> Schedule:
        """Open one now, beside its regular times. Twice in a minute makes one."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            schedule = await of_circle(tx, circle, schedule_id)
            if not await self._runner.open_now(tx, circle, schedule):
                raise UserError("schedule.errors.opened_just_now")
            await self.history.note(tx, circle, actor, why, "posted", schedule)
        return schedule

    async def mirror(
        self, actor: Actor, circle: Circle, schedule_id: str, *, on: bool, why: Why = NOBODY
    ) -> Schedule:
        """Show a schedule as a Discord scheduled event, or no longer: everyone in the server sees those."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            schedule = await of_circle(tx, circle, schedule_id)
            if on and await self.mirrors.want(tx, schedule):
                await self.history.note(tx, circle, actor, why, "mirrored", schedule)
            elif not on and await self.mirrors.unwant(tx, schedule):
                await self.history.note(tx, circle, actor, why, "unmirrored", schedule)
        return schedule

    # What everyone may know

    async def of(self, circle: Circle) -> list[Schedule]:
        """The circle's schedules, soonest first, the paused last."""
        return await store.of_circle(self._db, circle.id)

    async def coming(self, circle: Circle) -> list[tuple[Schedule, Slot]]:
        """What comes next of each schedule, soonest first, with holds reckoned in."""
        holds = await store.holds(self._db, circle.id)
        found = []
        for schedule in await self.of(circle):
            slot = coming(schedule, circle.tz, holds)
            if slot is not None:
                found.append((schedule, slot))
        return sorted(found, key=lambda each: each[1])

    async def export(self, user_id: int) -> Mapping[str, list[dict[str, Any]]]:
        return {
            "schedule_drafts": await drafts_store.export_of(self._db, user_id),
            "schedule_changes": await self.history.export(user_id),
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await drafts_store.forget(tx, user_id)
        await self.history.forget(tx, user_id)

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
                await store.advance(tx, schedule, next_of(schedule, circle.tz, self._clock.now()))

    # Inside

    def _check(
        self, circle: Circle, kind: Kind, window: timedelta, deck: str | None, late_limit: timedelta
    ) -> None:
        """Raises UserError for a window, a deck or a lateness that can't be."""
        if not SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
            raise UserError(
                "schedule.errors.window",
                shortest=SHORTEST_WINDOW // timedelta(hours=1),
                longest=LONGEST_WINDOW // timedelta(hours=1),
            )
        if not LEAST_LATE_LIMIT <= late_limit <= MOST_LATE_LIMIT:
            raise UserError(
                "schedule.errors.late",
                least=LEAST_LATE_LIMIT // MINUTE,
                most=MOST_LATE_LIMIT // MINUTE,
            )
        if kind is Kind.PROMPT and deck not in self._decks(circle.locale):
            raise UserError("schedule.errors.no_such_deck")
        assert kind is Kind.PROMPT or deck is None

    async def _schedule_of(self, tx: Transaction, occurrence_id: str) -> Schedule | None:
        occurrence = await store.occurrence(tx, occurrence_id)
        return None if occurrence is None else await store.get(tx, occurrence.schedule_id)
