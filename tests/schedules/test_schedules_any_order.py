"""Whatever facilitators do and whenever the bot was down: no time is posted twice, or where it was not to be."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Circle
from bot.config import Settings
from bot.errors import UserError
from bot.schedules.models import IfLater, Kind, Schedule
from tests.conftest import FixedClock
from tests.schedules.conftest import FACILITATOR, HOUR, MINUTE, Opener

LINES = (
    "daily 9:00 and 19:00",
    "every other tue 19:00",
    "weekdays 8am",
    "1st day 12:00",
    "tue 19:00 for 3 times",
)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("live"), st.integers(6, 36)),
        st.tuples(st.just("be down"), st.integers(1, 4 * 24 * 60)),
        st.tuples(st.sampled_from(["hold", "lift", "skip", "pause", "resume", "post", "leave"]), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, len(LINES) - 1)),
    ),
    min_size=8,
    max_size=20,
)


class Group:
    """One circle with one schedule, and what must be so of it after every step."""

    def __init__(self, app: App, circle: Circle, clock: FixedClock, opener: Opener) -> None:
        self.app = app
        self.circle = circle
        self.clock = clock
        self.opener = opener
        self.held: list[tuple[datetime, datetime | None]] = []
        self.schedule: Schedule

    async def do(self, what: str, number: int) -> None:
        rests, drafts = self.app.schedules.rests, self.app.schedules.drafts
        now, id = self.clock.now(), self.schedule.id
        match what:
            case "live":
                for _ in range(number):
                    self.clock.advance(HOUR)
                    await self.app.schedules.run_due()
            case "be down":
                self.clock.advance(number * MINUTE)
            case "hold":
                await rests.hold(FACILITATOR, self.circle)
                self._hold_ends(now)
                self.held.append((now, None))
            case "lift":
                await rests.lift(FACILITATOR, self.circle)
                self._hold_ends(now)
            case "skip":
                await rests.skip_next(FACILITATOR, self.circle, id)
            case "pause":
                until = (now + timedelta(days=9)).date()
                await rests.pause(FACILITATOR, self.circle, id, until=until)
            case "resume":
                await rests.resume(FACILITATOR, self.circle, id)
            case "post" | "leave":
                await self._decide(post=what == "post")
            case "move":
                rule = drafts.read(self.circle, LINES[number])
                draft = await drafts.begin_change(FACILITATOR, self.circle, id, rule=rule)
                await drafts.save(FACILITATOR, self.circle, draft.id, "Ana")

    def _hold_ends(self, now: datetime) -> None:
        self.held = [(since, until or now) for since, until in self.held]

    async def _decide(self, *, post: bool) -> None:
        rows = await self.app.db.all(
            "SELECT asked_with, slot FROM occurrences WHERE state = 'asked' ORDER BY opens_at LIMIT 1"
        )
        for row in rows:
            await self.app.schedules.decisions.answer(
                FACILITATOR, self.circle, row["asked_with"], row["slot"], post=post
            )

    async def check(self) -> None:
        slots = self.opener.slots
        assert len(slots) == len(set(slots)), "posted twice"
        for occurrence in self.opener.opened:
            for since, until in self.held:
                within = since <= occurrence.opens_at and (until is None or occurrence.opens_at < until)
                opened_before = occurrence.opens_at == since.replace(second=0, microsecond=0)
                assert not within or opened_before, "posted while everything was held"
        rows = await self.app.db.all("SELECT slot, state FROM occurrences")
        states = {row["slot"]: row["state"] for row in rows}
        assert set(slots) == {slot for slot, state in states.items() if state == "open"}


@settings(max_examples=30, deadline=None)
@given(steps=steps, if_later=st.sampled_from(IfLater))
async def test_in_whatever_order_things_happen_no_time_is_posted_twice_or_in_a_hold(
    steps: list[tuple[str, int]], if_later: IfLater
) -> None:
    clock = FixedClock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        read = Settings.read(
            {"TOWARDS_DATABASE": str(path / "towards.db"), "TOWARDS_KEY_FILE": str(path / "towards.keys")}
        )
        async with App.open(read, clock) as app:
            circle = Circle("c1", 1, "Harbour", 11, 12, 13, 21, "Europe/Berlin", "en", 2, clock.now())
            async with app.db.transaction() as tx:
                await circles_store.insert(tx, circle)
            opener = Opener(app)
            app.schedules.opens("check_in", opener, opener.try_again)
            group = Group(app, circle, clock, opener)
            rule = app.schedules.drafts.read(circle, LINES[0])
            group.schedule = await app.schedules.create(
                FACILITATOR, circle, Kind.CHECK_IN, rule, late_limit=HOUR, if_later=if_later
            )
            for what, number in steps:
                try:
                    await group.do(what, number)
                except UserError:
                    pass  # there is nothing to skip, to lift, to resume: told, and nothing is changed
                await group.check()
