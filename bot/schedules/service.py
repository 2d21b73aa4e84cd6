from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.content import Content
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.outbox.service import Outbox
from bot.schedules import recurrence, store
from bot.schedules.drafts import store as drafts_store
from bot.schedules.drafts.models import Draft
from bot.schedules.drafts.service import Drafts
from bot.schedules.history import store as history
from bot.schedules.holding import coming
from bot.schedules.mirror.service import Mirrors
from bot.schedules.models import (
    LATE_LIMIT,
    LEAST_LATE_LIMIT,
    LONGEST_WINDOW,
    MOST_LATE_LIMIT,
    SHORTEST_WINDOW,
    CannotOpen,
    Change,
    Glimpse,
    Hold,
    IfLater,
    Kind,
    Occurrence,
    OccurrenceState,
    Schedule,
    State,
    Why,
    draw_key,
)
from bot.schedules.recurrence import MINUTE, Rule, Slot
from bot.schedules.running import UNEXPECTED, Again, Opener, Runner
from bot.schedules.trouble.models import Told
from bot.schedules.trouble.service import Troubles
from bot.schedules.words import reason_in_words

Decks = Callable[[str], Collection[str]]
"""A language -> the ids of the decks there are in it"""

PREVIEWED = 5
LOG_LINES = 15
REASON_LENGTH = 200  # characters in why something was changed
NOBODY = Why()


@dataclass(frozen=True)
class Upcoming:
    """A time that will come."""

    slot: Slot
    clocks_change: bool  # between the one before it (or now) and it
    moved: bool  # its own time is left out that day: it comes at the next minute there is


@dataclass(frozen=True)
class Question:
    """Times that were missed and wait for a decision, oldest first; none once all are decided."""

    circle: Circle
    schedule: Schedule
    waiting: list[Occurrence]


class Schedules:
    def __init__(
        self, db: Database, clock: Clock, outbox: Outbox, circles: Circles, content: Content
    ) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._troubles = Troubles(db, outbox, circles)
        self._runner = Runner(db, clock, outbox, circles, content, self._troubles)
        self._again: dict[Kind, Again] = {}
        self._decks: Decks = lambda locale: ()
        self.drafts = Drafts(db, clock, self)
        self.mirrors = Mirrors(db, clock, circles)

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
            self._again[Kind(kind)] = again

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
        await self._note(tx, circle, actor, why, "made", schedule)
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
        before = await self._of_circle(tx, circle, draft.schedule_id)
        after = replace(
            before,
            rule=draft.rule,
            window=draft.window,
            deck=draft.deck,
            late_limit=draft.late_limit,
            if_later=draft.if_later,
        )
        if before.next is not None and before.rule != after.rule:
            after = replace(after, next=self._following(circle, after))
        if not await store.change(tx, after):
            raise UserError("schedule.errors.exists")
        what = "changed" if before.rule == after.rule else "moved"
        await self._note(tx, circle, actor, why, what, before, to=recurrence.dump(after.rule))
        return after

    # What facilitators do: resting

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
        return await self._of_circle(self._db, circle, schedule_id)

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
            schedule = await self._of_circle(tx, circle, schedule_id)
            slot = schedule.next
            if slot is None:
                raise UserError("schedule.errors.nothing_to_skip")
            await store.insert_occurrence(tx, _left_out(schedule, slot))
            following = recurrence.next_slot(schedule.rule, circle.tz, slot.instant)
            await store.advance(tx, schedule, following)
            await self._note(tx, circle, actor, why, "skipped", schedule, at=int(slot.instant.timestamp()))
        return replace(schedule, next=following), slot

    async def run_now(self, actor: Actor, circle: Circle, schedule_id: str, *, why: Why = NOBODY) -> Schedule:
        """Open one now, beside its regular times. Twice in a minute makes one."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            schedule = await self._of_circle(tx, circle, schedule_id)
            if not await self._open_now(tx, circle, schedule):
                raise UserError("schedule.errors.opened_just_now")
            await self._note(tx, circle, actor, why, "posted", schedule)
        return schedule

    async def mirror(
        self, actor: Actor, circle: Circle, schedule_id: str, *, on: bool, why: Why = NOBODY
    ) -> Schedule:
        """Show a schedule as a Discord scheduled event, or no longer: everyone in the server sees those."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            schedule = await self._of_circle(tx, circle, schedule_id)
            if on and await self.mirrors.want(tx, schedule):
                await self._note(tx, circle, actor, why, "mirrored", schedule)
            elif not on and await self.mirrors.unwant(tx, schedule):
                await self._note(tx, circle, actor, why, "unmirrored", schedule)
        return schedule

    # What facilitators do: holding everything

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
            await self.mirrors.touch(tx, circle)
            await self._note(tx, circle, actor, why, "held", until=_iso(until))
        return hold

    async def lift(self, actor: Actor, circle: Circle, *, why: Why = NOBODY) -> None:
        """Go on, from now; nothing that passed meanwhile is posted."""
        circle.require_facilitator(actor)
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if not any(hold.covers(now) for hold in await store.holds(tx, circle.id)):
                raise UserError("schedule.errors.not_held")
            await store.end_holds(tx, circle.id, now)
            await self.mirrors.touch(tx, circle)
            await self._note(tx, circle, actor, why, "lifted")

    async def held(self, circle: Circle) -> Hold | None:
        """The hold that keeps the circle's posts back now. For whatever the bot would send by itself."""
        return await self._held(self._db, circle)

    # What facilitators do: after something went wrong

    async def question(self, question_id: str) -> Question | None:
        schedule = await store.schedule_asked_about(self._db, question_id)
        if schedule is None:
            return None
        circle = await self._circles.get(schedule.circle_id)
        gone = schedule.state is State.REMOVED
        return Question(circle, schedule, [] if gone else await store.asked(self._db, question_id))

    async def answer(
        self, actor: Actor, circle: Circle, question_id: str, slot: str, *, post: bool, why: Why = NOBODY
    ) -> Question:
        """Decide about the oldest time of a question, which was this one when they looked: once."""
        circle.require_facilitator(actor)
        now = self._clock.now()
        async with self._db.transaction() as tx:
            waiting = await store.asked(tx, question_id)
            if not waiting or waiting[0].slot != slot:
                raise UserError("schedule.errors.decided_before")
            schedule = await self._of_circle(tx, circle, waiting[0].schedule_id)
            if post:
                await self._not_held(tx, circle)
                opens_at = now.replace(second=0, microsecond=0)
                made = replace(
                    waiting[0],
                    opens_at=opens_at,
                    closes_at=opens_at + schedule.window,
                    state=OccurrenceState.OPEN,
                )
                await store.decide(tx, made)
                await self._begin(tx, circle, schedule, made)
            else:
                await store.decide(tx, replace(waiting[0], state=OccurrenceState.SKIPPED))
            await self._note(
                tx,
                circle,
                actor,
                why,
                "posted_late" if post else "skipped",
                schedule,
                at=int(waiting[0].opens_at.timestamp()),
            )
        return Question(circle, schedule, waiting[1:])

    async def told(self, trouble_id: str) -> Told | None:
        """What the notice of a trouble says now."""
        return await self._troubles.told(trouble_id)

    async def try_again(self, actor: Actor, circle: Circle, trouble_id: str) -> list[Schedule]:
        """Post what did not come through for a cause that was mended; the schedules it was about."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            trouble = await self._troubles.get(tx, trouble_id)
            waiting = (
                [] if trouble is None or not trouble.is_open else await self._troubles.waiting(tx, trouble)
            )
            if trouble is None or trouble.circle_id != circle.id or not waiting:
                raise UserError("schedule.errors.nothing_to_try")
            await self._not_held(tx, circle)
            for schedule in waiting:
                await self._post_again(tx, circle, schedule)
                await store.change_state(tx, schedule, schedule.mended, following=schedule.next)
            await self._troubles.close(tx, trouble)
        await self.run_due()
        return waiting

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

    async def log(self, circle: Circle) -> list[Change]:
        """What facilitators changed lately, the newest first: every member may read it."""
        return await history.of_circle(self._db, circle.id, LOG_LINES)

    async def export(self, user_id: int) -> Mapping[str, list[dict[str, Any]]]:
        return {
            "schedule_drafts": await drafts_store.export_of(self._db, user_id),
            "schedule_changes": await history.export_of(self._db, user_id),
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await drafts_store.forget(tx, user_id)
        await history.forget(tx, user_id)

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
                await store.advance(tx, schedule, self._following(circle, schedule))

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

    def _following(self, circle: Circle, schedule: Schedule) -> Slot | None:
        """Its next time from now on, or from the day on which its rest is over."""
        after = self._clock.now()
        if schedule.rests_until is not None:
            after = max(after, recurrence.midnight(schedule.rests_until, circle.tz) - MINUTE)
        return recurrence.next_slot(schedule.rule, circle.tz, after)

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
            before = await self._of_circle(tx, circle, schedule_id)
            after = replace(before, state=state, reason=None, rests_until=until)
            runs = state.running or until is not None
            after = replace(after, next=self._following(circle, after) if runs else None)
            if state is State.ACTIVE and after.next is None:
                raise UserError("schedule.errors.no_time_to_come")
            await store.change_state(tx, before, state, following=after.next, rests_until=until)
            await self._troubles.settle(tx, circle.id, before.reason)
            what = {State.PAUSED: "paused", State.ACTIVE: "resumed"}.get(state, "removed")
            await self._note(tx, circle, actor, why, what, before, until=_iso(until))
        return after

    async def _open_now(self, tx: Transaction, circle: Circle, schedule: Schedule) -> bool:
        await self._not_held(tx, circle)
        now = self._clock.now()
        slot = Slot(now, recurrence.local(now.astimezone(circle.tz)))
        return bool(await self._told_why(self._runner.open(tx, circle, schedule, slot, now), circle))

    async def _begin(self, tx: Transaction, circle: Circle, schedule: Schedule, made: Occurrence) -> None:
        await self._told_why(self._runner.begin(tx, circle, schedule, made), circle)

    async def _told_why(self, opening: Awaitable[Any], circle: Circle) -> Any:
        """Do it; where it can't be opened, raise UserError with the reason in words."""
        try:
            return await opening
        except CannotOpen as error:
            if error.reason == UNEXPECTED:
                raise
            why = reason_in_words(self._runner.text(circle), error.reason)
            raise UserError("schedule.errors.cannot_open", reason=why) from error

    async def _post_again(self, tx: Transaction, circle: Circle, schedule: Schedule) -> None:
        failed = await store.failed_occurrence(tx, schedule.id)
        again = self._again.get(schedule.kind)
        if failed is not None and again is not None and await again(tx, circle, failed):
            over = failed.closes_at <= self._clock.now()
            state = OccurrenceState.CLOSED if over else OccurrenceState.OPEN
            await store.unfail_occurrence(tx, failed.id, state)
        elif schedule.next is None or schedule.next.instant > self._clock.now():
            # Its window is over: a new one takes its place.
            if failed is not None:
                await store.unfail_occurrence(tx, failed.id, OccurrenceState.SKIPPED)
            await self._open_now(tx, circle, schedule)

    async def _held(self, db: Reader, circle: Circle) -> Hold | None:
        now: datetime = self._clock.now()
        return next((hold for hold in await store.holds(db, circle.id) if hold.covers(now)), None)

    async def _not_held(self, tx: Transaction, circle: Circle) -> None:
        if await self._held(tx, circle):
            raise UserError("schedule.errors.held")

    async def _note(
        self,
        tx: Transaction,
        circle: Circle,
        actor: Actor,
        why: Why,
        what: str,
        schedule: Schedule | None = None,
        **more: str | int | None,
    ) -> None:
        """Write a line of the log: about which schedule, as it was before, and what else there is to say."""
        details: dict[str, Any] = {name: value for name, value in more.items() if value is not None}
        if schedule is not None:
            details |= {"kind": schedule.kind, "rule": recurrence.dump(schedule.rule)}
        reason = " ".join((why.reason or "").split())[:REASON_LENGTH]
        await history.insert(
            tx,
            Change(
                circle_id=circle.id,
                schedule_id=schedule.id if schedule else None,
                changed_at=self._clock.now(),
                what=what,
                details=details,
                user_id=actor.user_id,
                name=why.name,
                reason=reason or None,
            ),
        )

    async def _of_circle(self, db: Reader, circle: Circle, schedule_id: str) -> Schedule:
        schedule = await store.get(db, schedule_id)
        if schedule is None or schedule.circle_id != circle.id or schedule.state is State.REMOVED:
            raise UserError("schedule.errors.no_such_schedule")
        return schedule

    async def _schedule_of(self, tx: Transaction, occurrence_id: str) -> Schedule | None:
        occurrence = await store.occurrence(tx, occurrence_id)
        return None if occurrence is None else await store.get(tx, occurrence.schedule_id)


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
