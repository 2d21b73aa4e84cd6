"""The hour of the day at which shares are opened: once a day on the circle's clock, whatever the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.circles.models import Circle
from bot.sharing.waiting import openings

MINUTE = timedelta(minutes=1)
HARBOUR = Circle(
    "c1", 1, "Harbour", 11, 12, 13, 21, "Europe/Berlin", "en", 2, datetime(2026, 1, 1, tzinfo=UTC)
)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"]


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        (
            date(2026, 3, 29),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        ),  # 02:30 is left out: 03:30 by the clock
        (date(2026, 3, 30), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice: the first
        (date(2026, 10, 26), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_hour_is_one_of_the_circles_clock(day: date, at: datetime) -> None:
    assert openings.on(day, time(2, 30), HARBOUR) == at
    assert openings.last(at, time(2, 30), HARBOUR) == day
    assert openings.last(at - MINUTE, time(2, 30), HARBOUR) == day - timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [time(0), time(2, 30), time(20), time(23, 59)])
async def test_a_year_of_looks_opens_each_day_once(app: App, circle: Circle, zone: str, hour: time) -> None:
    there = replace(circle, zone=zone)
    now, opened = datetime(2026, 1, 1, 12, tzinfo=UTC), []
    async with app.db.transaction() as tx:
        await openings.turn(tx, there, hour, now)
        for _ in range(366 * 6):
            now += timedelta(hours=4)
            if day := await openings.turn(tx, there, hour, now):
                opened.append(day)
                assert (
                    openings.on(day, hour, there) <= now < openings.on(day, hour, there) + timedelta(hours=4)
                )
    assert opened == [opened[0] + timedelta(days=n) for n in range(len(opened))]
    assert len(opened) >= 365


async def test_days_that_passed_while_nobody_looked_are_one_opening(app: App, circle: Circle) -> None:
    now = app.clock.now()
    async with app.db.transaction() as tx:
        await openings.begin(tx, circle, "s1", time(20), now)
        later = now + timedelta(days=5)
        assert await openings.turn(tx, circle, time(20), later) == date(2026, 3, 6)
        assert await openings.turn(tx, circle, time(20), later) is None


async def test_the_first_that_waits_is_not_opened_at_an_hour_before_it(app: App, circle: Circle) -> None:
    evening = datetime(2026, 3, 2, 21, tzinfo=UTC)
    async with app.db.transaction() as tx:
        await openings.begin(tx, circle, "s1", time(20), evening)
        assert await openings.turn(tx, circle, time(20), evening) is None
        assert await openings.turn(tx, circle, time(20), evening + timedelta(days=1)) == date(2026, 3, 3)


async def test_an_hour_that_is_moved_opens_no_day_twice(app: App, circle: Circle) -> None:
    evening = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)  # 20:30 in Berlin
    async with app.db.transaction() as tx:
        assert await openings.turn(tx, circle, time(20), evening) == date(2026, 3, 2)
        assert await openings.turn(tx, circle, time(22), evening + timedelta(hours=3)) is None
        assert await openings.turn(tx, circle, time(22), evening + timedelta(hours=26)) == date(2026, 3, 3)
    following = openings.following(evening, time(22), circle, date(2026, 3, 2))
    assert following == date(2026, 3, 3)


@given(st.sampled_from(ZONES), st.times(), st.integers(0, 525_600))
def test_what_is_said_to_come_next_is_yet_to_come(zone: str, hour: time, minutes: int) -> None:
    circle, now = replace(HARBOUR, zone=zone), datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
    hour = hour.replace(second=0, microsecond=0, tzinfo=None)
    day = openings.following(now, hour, circle, None)
    assert now < openings.on(day, hour, circle) <= now + timedelta(hours=27)
