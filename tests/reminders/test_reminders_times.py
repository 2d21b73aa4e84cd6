"""Hours on a person's clock, against a walk over the minutes themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.times import USUAL, Quiet, next_shown, start_of

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
# Clocks that change at night, at midnight (Cairo, Santiago), by half an hour (Lord Howe), twice around Ramadan
# (Casablanca), at their own odd distance (Chatham), and never.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "America/New_York",
        "Africa/Cairo",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Pacific/Chatham",
        "Asia/Kolkata",
        "UTC",
    )
]
CHANGES = [
    day
    for zone in ZONES
    for number in range(730)
    if (day := datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)).astimezone(zone).utcoffset()
    != (day + timedelta(days=1)).astimezone(zone).utcoffset()
]

zones = st.sampled_from(ZONES)
clocks = st.times(timezones=st.none()).map(lambda clock: clock.replace(second=0, microsecond=0))
anywhen = st.datetimes(
    min_value=datetime.combine(date(2026, 1, 1), time()),
    max_value=datetime.combine(date(2027, 12, 31), time()),
    timezones=st.just(UTC),
)
near_a_change = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-1440, 2880)
)
moments = (anywhen | near_a_change).map(lambda moment: moment.replace(second=0, microsecond=0))


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def first_shown(clock: time, zone: ZoneInfo, after: datetime) -> datetime:
    """Minute by minute: where the clock shows the time, or jumps over it."""
    moment = after
    while True:
        before, now = wall(moment - MINUTE, zone), wall(moment, zone)
        if now.time() == clock:
            return moment
        days = {before.date(), now.date()}
        if any(before < datetime.combine(day, clock) < now for day in days):
            return moment
        moment += MINUTE


@given(clocks, zones, moments)
def test_the_next_time_a_clock_shows_is_the_one_a_walk_over_the_minutes_finds(
    clock: time, zone: ZoneInfo, after: datetime
) -> None:
    assert next_shown(clock, zone, after) == first_shown(clock, zone, after)


@given(st.builds(Quiet, clocks, clocks), zones, moments)
def test_quiet_hours_end_at_the_first_minute_that_they_do_not_cover(
    quiet: Quiet, zone: ZoneInfo, moment: datetime
) -> None:
    over = quiet.over(moment, zone)
    assert not quiet.covers(over, zone)
    walked = moment
    while quiet.covers(walked, zone):
        walked += MINUTE
    assert over == walked


@given(st.builds(Quiet, clocks, clocks), zones, anywhen)
def test_to_the_second_too_nothing_leaves_in_quiet_hours_and_nothing_waits_without_need(
    quiet: Quiet, zone: ZoneInfo, moment: datetime
) -> None:
    over = quiet.over(moment, zone)
    assert not quiet.covers(over, zone)
    assert (over == moment) == (not quiet.covers(moment, zone))
    if over > moment:
        assert quiet.covers(over - datetime.resolution, zone)


@pytest.mark.parametrize(
    ("clock", "quiet_there"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_the_usual_quiet_hours_cross_midnight(clock: str, quiet_there: bool) -> None:
    moment = datetime.combine(date(2026, 3, 3), time.fromisoformat(clock), BERLIN)
    assert USUAL.covers(moment, BERLIN) is quiet_there


def test_the_same_start_and_end_are_no_quiet_hours() -> None:
    nine = time(9, 0)
    assert not Quiet(nine, nine).covers(datetime(2026, 3, 3, 9, 0, tzinfo=BERLIN), BERLIN)


def test_a_time_that_the_night_of_the_change_leaves_out_is_the_next_minute_there_is() -> None:
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert next_shown(time(2, 30), BERLIN, evening) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_day_begins_where_its_first_minute_is_even_if_midnight_is_left_out() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    change = date(2026, 4, 24)  # the clock goes from 23:59 to 1:00
    assert wall(start_of(change, cairo), cairo) == datetime.combine(change, time(1, 0))
