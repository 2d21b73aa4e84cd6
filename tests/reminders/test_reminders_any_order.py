"""Whatever people do in whatever order: who is told of what is as a plain reckoning on paper has it."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.reminders.service import LOOK_EVERY
from tests.reminders.conftest import MAYA, Place

STEP, HOUR = timedelta(minutes=15), timedelta(hours=1)
STEPS = 100
HOURS = [time(hour) for hour in (0, 3, 7, 13, 19, 23)]
ZONES = [None, "Asia/Kolkata", "America/New_York"]


@dataclass
class Window:
    is_prompt: bool
    opens_at: datetime
    closes_at: datetime
    here: set[int] = field(default_factory=set)
    decided: set[int] = field(default_factory=set)


@dataclass
class Someone:
    asked: tuple[str, time | int | None] | None = None  # of what, and when
    since: datetime | None = None
    zone: str | None = None
    quiet: tuple[time, time] = (time(22), time(8))
    away_until: datetime | None = None

    def wall(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone or "Europe/Berlin")).replace(tzinfo=None)

    def wants(self, window: Window) -> bool:
        return self.asked is not None and self.asked[0] in (
            "both",
            "prompts" if window.is_prompt else "check_ins",
        )

    def due(self, window: Window) -> datetime:
        assert self.asked is not None
        when = self.asked[1]
        if isinstance(when, int):
            return max(window.opens_at, window.closes_at - when * HOUR)
        if when is None:
            return window.opens_at
        moment = window.opens_at.replace(second=0)
        while moment < window.opens_at or self.wall(moment).time() != when:
            moment += timedelta(minutes=1)
        return moment

    def is_left_alone(self, now: datetime) -> bool:
        start, end = self.quiet
        clock = self.wall(now).time()
        quiet = start <= clock < end if start <= end else not end <= clock < start
        return quiet or (self.away_until is not None and now < self.away_until)


class Paper:
    def __init__(self) -> None:
        self.people = {MAYA + number: Someone() for number in range(4)}
        self.windows: dict[str, Window] = {}
        self.told: dict[int, list[str]] = defaultdict(list)

    def look(self, now: datetime) -> None:
        for id, window in self.windows.items():
            for user_id, someone in self.people.items():
                if not someone.wants(window) or user_id in window.decided or now >= window.closes_at:
                    continue
                due = someone.due(window)
                assert someone.since is not None
                if not someone.since <= due <= now or someone.is_left_alone(now):
                    continue
                if someone.away_until is not None and due < someone.away_until:
                    continue
                window.decided.add(user_id)
                if user_id not in window.here:
                    self.told[user_id].append(id)


class Play:
    """The same acts, done in Towards and written on paper."""

    def __init__(self, place: Place, rng: random.Random) -> None:
        self.place, self.rng, self.paper = place, rng, Paper()
        self.reach = place.app.reminders.reach

    async def opens(self) -> None:
        is_prompt = self.rng.random() < 0.4
        span = self.rng.choice([2, 9, 24, 48]) * HOUR
        opened = await (self.place.prompt(span) if is_prompt else self.place.check_in(span))
        now = self.place.clock.now()
        self.paper.windows[opened.id] = Window(is_prompt, now, now + span)

    async def comes(self) -> None:
        user_id, _ = self.anyone()
        now = self.place.clock.now()
        there = [(id, each) for id, each in self.paper.windows.items() if now < each.closes_at]
        if not there:
            return
        id, window = self.rng.choice(there)
        await (self.place.app.prompts if window.is_prompt else self.place.app.checkins).here(id, user_id)
        window.here.add(user_id)

    async def asks(self) -> None:
        user_id, someone = self.anyone()
        what = self.rng.choice(["both", "check_ins", "prompts"])
        when = self.rng.choice([None, self.rng.choice(HOURS), self.rng.choice([1, 6, 30])])
        await self.place.ask(
            user_id,
            channel_id=user_id % 1000,
            check_ins=what != "prompts",
            prompts=what != "check_ins",
            at=when if isinstance(when, time) else None,
            hours_before=when if isinstance(when, int) else None,
        )
        someone.asked, someone.since = (what, when), self.place.clock.now()

    async def stops(self) -> None:
        user_id, someone = self.anyone()
        await self.place.app.reminders.stop(self.place.circle.id, user_id)
        someone.asked = None

    async def goes_away(self) -> None:
        user_id, someone = self.anyone()
        span = self.rng.choice([1, 5, 30, None])
        until = None if span is None else self.place.clock.now() + span * HOUR
        await self.reach.go_away(user_id, until)
        someone.away_until = until or self.place.clock.now() + timedelta(days=999)

    async def comes_back(self) -> None:
        user_id, someone = self.anyone()
        now = self.place.clock.now()
        await self.reach.come_back(user_id)
        if someone.away_until is not None and now < someone.away_until:
            someone.away_until = now

    async def sets_quiet(self) -> None:
        user_id, someone = self.anyone()
        start, end, zone = self.rng.choice(HOURS), self.rng.choice(HOURS), self.rng.choice(ZONES)
        await self.reach.set_quiet(user_id, start=start, end=end, zone=zone)
        someone.quiet, someone.zone = (start, end), zone or someone.zone

    def anyone(self) -> tuple[int, Someone]:
        return self.rng.choice(list(self.paper.people.items()))

    async def passes(self, span: timedelta) -> None:
        await self.place.pass_time(span)
        self.paper.look(self.place.clock.now())
        self.place.clock.advance(LOOK_EVERY / 2)  # one leaves each second
        await self.place.app.outbox.drain(self.place.postman)

    def told(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for channel_id, shown in self.place.postman.sent:
            assert channel_id == shown.user_id % 1000
            found[shown.user_id].append(shown.occasion.id)
        return {user_id: sorted(ids) for user_id, ids in found.items()}


@pytest.mark.parametrize("seed", range(3))
async def test_in_any_order_of_acts_each_is_told_of_just_what_they_asked_for(place: Place, seed: int) -> None:
    play = Play(place, random.Random(seed))
    acts = [
        *[play.opens] * 3,
        *[play.comes] * 2,
        *[play.asks] * 3,
        play.stops,
        play.goes_away,
        *[play.comes_back] * 3,
        play.sets_quiet,
    ]
    for _ in range(STEPS):
        await play.rng.choice(acts)()
        await play.passes(play.rng.choice([STEP, STEP, HOUR, 5 * HOUR]))
        assert play.told() == {user_id: sorted(ids) for user_id, ids in play.paper.told.items()}
    assert sum(map(len, play.told().values())) > 3
