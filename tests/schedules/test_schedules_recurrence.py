"""When a rule's times come, against somebody who watches the wall clock minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedules.recurrence import (
    WEEK,
    Day,
    Slot,
    Weekly,
    clocks_change,
    dump,
    load,
    moment,
    next_slot,
    next_slots,
)

ZONES = sorted(available_timezones())
MINUTE, STEP, HOUR, WEEK_LONG = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(weeks=1),
)
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2039, 1, 1, tzinfo=UTC)

rules = st.builds(
    Weekly,
    days=st.frozensets(st.sampled_from(Day), min_size=1),
    at=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)


def shown(
    zone: ZoneInfo, start: datetime, end: datetime, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """(instant, what the wall clock shows) from start to end."""
    instant = start
    while instant <= end:
        yield instant, instant.astimezone(zone).replace(tzinfo=None)
        instant += step


def watched(rule: Weekly, zone: ZoneInfo, start: datetime, end: datetime) -> list[Slot]:
    """The rule's times after `start`, by watching: one comes when the clock shows it or, for the first time, more."""
    found, latest = [], None
    for instant, wall in shown(zone, start - timedelta(days=2), end, MINUTE):
        while latest is not None and latest < wall:
            latest += MINUTE
            if WEEK[latest.weekday()] in rule.days and latest.time() == rule.at and instant > start:
                found.append(Slot(instant, latest.isoformat(timespec="minutes")))
        latest = latest or wall
    return found


def transitions(zone: ZoneInfo) -> Iterator[datetime]:
    """Each first instant (to 5 minutes) of another distance from UTC, 2024 to 2038."""
    week = START
    while week < END:
        if clocks_change(zone, week, week + WEEK_LONG):
            low, high = week, week + WEEK_LONG
            while high - low > STEP:
                middle = low + (high - low) // STEP // 2 * STEP
                low, high = (low, middle) if clocks_change(zone, low, middle) else (middle, high)
            yield high
        week += WEEK_LONG


@pytest.mark.parametrize("letter", sorted({zone[0] for zone in ZONES}))
def test_every_time_at_every_clock_change_until_2038_comes_once_when_the_wall_clock_says(letter: str) -> None:
    for name in (name for name in ZONES if name[0] == letter):
        zone = ZoneInfo(name)
        for change in transitions(zone):
            walk = list(shown(zone, change - 4 * HOUR, change + 4 * HOUR, STEP))
            latest = walk[0][1]
            for instant, wall in walk:
                while latest < wall:
                    latest += STEP
                    assert moment(latest, zone) == instant, (name, latest)


@settings(max_examples=60, deadline=None)
@given(
    rule=rules,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=st.datetimes(START.replace(tzinfo=None), END.replace(tzinfo=None), timezones=st.just(UTC)),
)
def test_a_rule_in_any_zone_brings_the_times_that_a_watcher_of_the_clock_would_note(
    rule: Weekly, zone: ZoneInfo, start: datetime
) -> None:
    start = start.replace(second=0, microsecond=0)
    noted = watched(rule, zone, start, start + timedelta(days=9))
    assert noted
    assert next_slots(rule, zone, start, len(noted)) == noted


@given(rule=rules, zone=st.sampled_from(ZONES).map(ZoneInfo), weeks=st.integers(0, 780))
@settings(max_examples=60, deadline=None)
def test_over_a_year_each_day_of_the_rule_has_one_time_and_each_comes_later_than_the_one_before(
    rule: Weekly, zone: ZoneInfo, weeks: int
) -> None:
    start = START + weeks * WEEK_LONG
    slots = next_slots(rule, zone, start, 52 * len(rule.days))
    days = [date.fromisoformat(slot.local[:10]) for slot in slots]
    first = days[0]
    expected = [first + timedelta(days=n) for n in range(366)]
    assert days == [day for day in expected if WEEK[day.weekday()] in rule.days][: len(days)]
    assert all(earlier.instant < later.instant for earlier, later in pairwise(slots))


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        # 02:00 to 03:00 is left out: 03:00 in summer time is the next minute there is
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00Z"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00Z"),
        # midnight itself is left out
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00Z"),
        ("Africa/Cairo", "2026-04-24", "00:59", "2026-04-23T22:00Z"),
        # half an hour is left out
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30Z"),
        # 02:30 comes twice: the first time, still in summer time
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30Z"),
        # a whole day is left out
        ("Pacific/Apia", "2011-12-30", "19:00", "2011-12-30T10:00Z"),
        ("Asia/Kathmandu", "2026-07-01", "19:00", "2026-07-01T13:15Z"),
    ],
)
def test_known_days_on_which_clocks_misbehave(zone: str, day: str, at: str, instant: str) -> None:
    wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(at))
    assert moment(wall, ZoneInfo(zone)) == datetime.fromisoformat(instant)


def test_the_next_time_is_strictly_later_so_that_a_time_does_not_follow_itself() -> None:
    rule, zone = Weekly(frozenset({Day.TUE}), time(19, 0)), ZoneInfo("Europe/Berlin")
    first = next_slot(rule, zone, datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert first == Slot(datetime(2026, 3, 3, 18, 0, tzinfo=UTC), "2026-03-03T19:00")
    assert next_slot(rule, zone, first.instant).local == "2026-03-10T19:00"
    assert next_slot(rule, zone, first.instant - timedelta(microseconds=1)) == first


def test_weekly_at_19_stays_at_19_on_the_wall_when_the_clocks_change() -> None:
    rule = Weekly(frozenset({Day.TUE}), time(19, 0))
    slots = next_slots(rule, ZoneInfo("Europe/Berlin"), datetime(2026, 3, 23, tzinfo=UTC), 2)
    assert [slot.instant.hour for slot in slots] == [18, 17]


@given(rule=rules)
def test_a_rule_survives_being_written_down_and_is_always_written_alike(rule: Weekly) -> None:
    assert load(dump(rule)) == rule
    assert dump(load(dump(rule))) == dump(rule)


def test_a_rule_of_a_later_version_is_refused_rather_than_misread() -> None:
    with pytest.raises(ValueError, match="does not know"):
        load('{"type": "monthly", "at": "19:00", "days": ["tue"]}')


@pytest.mark.parametrize(("days", "at"), [(frozenset(), time(19)), (frozenset({Day.MON}), time(19, 0, 30))])
def test_a_rule_without_a_day_or_with_seconds_can_not_be(days: frozenset[Day], at: time) -> None:
    with pytest.raises(ValueError):
        Weekly(days, at)
