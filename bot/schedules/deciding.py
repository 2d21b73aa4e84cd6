"""What facilitators decide after something went wrong: a time was missed, or a post did not come through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.schedules import store
from bot.schedules.finding import of_circle
from bot.schedules.history.service import History
from bot.schedules.models import NOBODY, Kind, Occurrence, OccurrenceState, Schedule, State, Why
from bot.schedules.running import Runner
from bot.schedules.trouble.models import Told
from bot.schedules.trouble.service import Troubles

Again = Callable[[Transaction, Circle, Occurrence], Awaitable[bool]]


@dataclass(frozen=True)
class Question:
    """Times that were missed and wait for a decision, oldest first; none once all are decided."""

    circle: Circle
    schedule: Schedule
    waiting: list[Occurrence]


class Decisions:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        circles: Circles,
        runner: Runner,
        troubles: Troubles,
        history: History,
    ) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._runner = runner
        self._troubles = troubles
        self._history = history
        self.again: dict[Kind, Again] = {}

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
            schedule = await of_circle(tx, circle, waiting[0].schedule_id)
            if post:
                await self._runner.require_not_held(tx, circle)
                opens_at = now.replace(second=0, microsecond=0)
                made = replace(
                    waiting[0],
                    opens_at=opens_at,
                    closes_at=opens_at + schedule.window,
                    state=OccurrenceState.OPEN,
                )
                await store.decide(tx, made)
                await self._runner.begin_now(tx, circle, schedule, made)
            else:
                await store.decide(tx, replace(waiting[0], state=OccurrenceState.SKIPPED))
            await self._history.note(
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
            await self._runner.require_not_held(tx, circle)
            for schedule in waiting:
                await self._post_again(tx, circle, schedule)
                await store.change_state(tx, schedule, schedule.mended, following=schedule.next)
            await self._troubles.close(tx, trouble)
        await self._runner.run_due()
        return waiting

    async def _post_again(self, tx: Transaction, circle: Circle, schedule: Schedule) -> None:
        failed = await store.failed_occurrence(tx, schedule.id)
        again = self.again.get(schedule.kind)
        if failed is not None and again is not None and await again(tx, circle, failed):
            over = failed.closes_at <= self._clock.now()
            state = OccurrenceState.CLOSED if over else OccurrenceState.OPEN
            await store.unfail_occurrence(tx, failed.id, state)
        elif schedule.next is None or schedule.next.instant > self._clock.now():
            # Its window is over: a new one takes its place.
            if failed is not None:
                await store.unfail_occurrence(tx, failed.id, OccurrenceState.SKIPPED)
            await self._runner.open_now(tx, circle, schedule)
