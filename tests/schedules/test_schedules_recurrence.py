"""When a rule's times come, against somebody who walks over the calendar and watches the wall clock."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedules.recurrence import (
    EVERY_DAY,
    LAST,
    WEEK,
    WORKDAYS,
    Day,
    Monthly,
    Once,
    Rule,
    Slot,
    Weekly,
    clocks_change,
    dump,
    load,
    moment,
    next_slot,
    next_slots,
    weekly,
)
from tests.schedules.rules import rules

ZONES = sorted(available_timezones())
MINUTE, STEP, HOUR, DAY, WEEK_LONG = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(weeks=1),
)
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2039, 1, 1, tzinfo=UTC)


def shown(
    zone: ZoneInfo, start: datetime, end: datetime, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """(instant, what the wall clock shows) from start to end."""
    instant = start
    while instant <= end:
        yield instant, instant.astimezone(zone).replace(tzinfo=None)
        instant += step


def is_on(rule: Rule, day: date) -> bool:
    """Whether the rule means this day, by the calendar on the wall: week rows, and days counted in a month."""
    if (rule.since and day < rule.since) or (rule.until and day > rule.until):
        return False
    match rule.days:
        case Once(on):
            return day == on
        case Weekly(days, every):
            if rule.since is None:
                return WEEK[day.weekday()] in days
            year, week, _ = day.isocalendar()
            weeks = date.fromisocalendar(year, week, 1) - date.fromisocalendar(
                *rule.since.isocalendar()[:2], 1
            )
            return WEEK[day.weekday()] in days and weeks.days % (7 * every) == 0
        case Monthly(nths, days):
            length = calendar.monthrange(day.year, day.month)[1]
            there = [n for n in range(1, length + 1) if WEEK[day.replace(day=n).weekday()] in days]
            if day.day not in there:
                return False
            return there.index(day.day) + 1 in nths or (LAST in nths and day.day == there[-1])


def planned(rule: Rule, first: date, last: date) -> list[datetime]:
    """The rule's wall-clock times from one day to another, day by day over the calendar."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    walls = [datetime.combine(day, at) for day in days if is_on(rule, day) for at in rule.times]
    if rule.count is None:
        return walls
    assert rule.since is not None
    before = planned(Rule(rule.days, rule.times, rule.since, rule.until), rule.since, first - DAY)
    return walls[: max(0, rule.count - len(before))]


def watched(rule: Rule, zone: ZoneInfo, start: datetime, end: datetime) -> list[Slot]:
    """The rule's times after `start`, by watching: one comes when the clock shows it or, for the first time,
    more. Two that come in the same minute are one, by the name of the earlier."""
    found: list[Slot] = []
    walk = shown(zone, start - timedelta(days=2), end, MINUTE)
    first = (start - timedelta(days=2)).astimezone(zone).date()
    waiting = planned(rule, first, end.astimezone(zone).date() + DAY)
    latest = None
    for instant, wall in walk:
        if latest is None:
            waiting = [each for each in waiting if each > wall]
        latest = wall if latest is None else max(latest, wall)
        while waiting and waiting[0] <= latest:
            local = waiting.pop(0).isoformat(timespec="minutes")
            if instant > start and not (found and found[-1].instant == instant):
                found.append(Slot(instant, local))
    return found


@cache
def transitions(name: str) -> list[datetime]:
    """Each first instant (to 5 minutes) of another distance from UTC, 2024 to 2038."""
    zone, week, found = ZoneInfo(name), START, []
    while week < END:
        if clocks_change(zone, week, week + WEEK_LONG):
            low, high = week, week + WEEK_LONG
            while high - low > STEP:
                middle = low + (high - low) // STEP // 2 * STEP
                low, high = (low, middle) if clocks_change(zone, low, middle) else (middle, high)
            found.append(high)
        week += WEEK_LONG
    return found


@pytest.mark.parametrize("letter", sorted({zone[0] for zone in ZONES}))
def test_every_time_at_every_clock_change_until_2038_comes_once_when_the_wall_clock_says(letter: str) -> None:
    for name in (name for name in ZONES if name[0] == letter):
        zone = ZoneInfo(name)
        for change in transitions(name):
            walk = list(shown(zone, change - 4 * HOUR, change + 4 * HOUR, STEP))
            latest = walk[0][1]
            for instant, wall in walk:
                while latest < wall:
                    latest += STEP
                    assert moment(latest, zone) == instant, (name, latest)


RULES_AT_A_CHANGE = (
    lambda day, at: Rule(Weekly(EVERY_DAY), at),
    lambda day, at: Rule(Weekly(frozenset({WEEK[day.weekday()]}), 2), at, since=day - 14 * DAY),
    lambda day, at: Rule(
        Monthly(frozenset({(day.day - 1) // 7 + 1, LAST}), frozenset({WEEK[day.weekday()]})), at
    ),
    lambda day, at: Rule(Monthly(frozenset({day.day}), EVERY_DAY), at, until=day),
    lambda day, at: Rule(Once(day), at),
    lambda day, at: Rule(Weekly(EVERY_DAY), at, since=day - DAY, count=2 * len(at)),
)


@pytest.mark.parametrize("letter", sorted({zone[0] for zone in ZONES}))
def test_every_kind_of_rule_comes_at_every_clock_change_as_a_walk_over_the_calendar_says(letter: str) -> None:
    for name in (name for name in ZONES if name[0] == letter):
        zone = ZoneInfo(name)
        for number, change in enumerate(transitions(name)):
            day = change.astimezone(zone).date()
            skipped = (change - STEP).astimezone(zone).replace(tzinfo=None) + STEP
            times = tuple(sorted({time(0, 0), skipped.time(), (skipped + 30 * MINUTE).time(), time(23, 55)}))
            rule = RULES_AT_A_CHANGE[number % len(RULES_AT_A_CHANGE)](day, times)
            expected = walked(rule, zone, change - 13 * HOUR, change + 13 * HOUR)
            assert expected, (name, day, rule)
            assert next_slots(rule, zone, change - 13 * HOUR, len(expected)) == expected, (name, day, rule)


def walked(rule: Rule, zone: ZoneInfo, start: datetime, end: datetime) -> list[Slot]:
    """As `watched`, but in steps of 5 minutes over planned times that are whole steps."""
    found: list[Slot] = []
    latest, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
    waiting = [wall for wall in planned(rule, latest.date(), last.date()) if wall > latest]
    for instant, wall in shown(zone, start, end, STEP):
        latest = max(latest, wall)
        while waiting and waiting[0] <= latest:
            local = waiting.pop(0).isoformat(timespec="minutes")
            if not (found and found[-1].instant == instant):
                found.append(Slot(instant, local))
    return found


@settings(max_examples=60, deadline=None)
@given(
    rule=rules(),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=st.datetimes(START.replace(tzinfo=None), END.replace(tzinfo=None), timezones=st.just(UTC)),
)
def test_a_rule_in_any_zone_brings_the_times_that_a_watcher_of_the_clock_would_note(
    rule: Rule, zone: ZoneInfo, start: datetime
) -> None:
    start = start.replace(second=0, microsecond=0)
    noted = watched(rule, zone, start, start + timedelta(days=9))
    assert next_slots(rule, zone, start, len(noted)) == noted
    following = next_slot(rule, zone, noted[-1].instant if noted else start)
    assert following is None or following.instant > start + timedelta(days=9)


@settings(max_examples=60, deadline=None)
@given(rule=rules(), zone=st.sampled_from(ZONES).map(ZoneInfo), weeks=st.integers(0, 780))
def test_over_two_years_a_rule_comes_on_the_days_that_the_calendar_has_and_each_time_after_the_one_before(
    rule: Rule, zone: ZoneInfo, weeks: int
) -> None:
    start = START + weeks * WEEK_LONG
    first = start.astimezone(zone).date() + DAY
    walls = [wall.isoformat(timespec="minutes") for wall in planned(rule, first, first + 730 * DAY)]
    slots = [slot for slot in next_slots(rule, zone, start, len(walls) + 12) if slot.local[:10] >= str(first)]
    lasting = [slot.local for slot in slots if slot.local[:10] <= str(first + 730 * DAY)]
    # A clock change can make two times of a day one.
    assert set(lasting) <= set(walls)
    assert {local[:10] for local in lasting} == {local[:10] for local in walls}
    assert len(walls) - len(lasting) <= 4 * (len(rule.times) - 1)
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


def days_of(rule: Rule, count: int, start: str = "2026-03-02") -> list[str]:
    zone = ZoneInfo("Europe/Berlin")
    after = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return [slot.local[:10] for slot in next_slots(rule, zone, after, count)]


AT_19 = (time(19, 0),)
TUE = frozenset({Day.TUE})


def test_known_rules_come_on_the_days_that_people_mean() -> None:
    every_other = Rule(Weekly(TUE, 2), AT_19, since=date(2026, 3, 3))
    assert days_of(every_other, 3) == ["2026-03-03", "2026-03-17", "2026-03-31"]
    first_sunday = Rule(Monthly(frozenset({1}), frozenset({Day.SUN})), AT_19)
    assert days_of(first_sunday, 3) == ["2026-04-05", "2026-05-03", "2026-06-07"]
    last_day = Rule(Monthly(frozenset({LAST}), EVERY_DAY), AT_19)
    assert days_of(last_day, 3, "2028-01-31T20:00") == ["2028-02-29", "2028-03-31", "2028-04-30"]
    last_workday = Rule(Monthly(frozenset({LAST}), WORKDAYS), AT_19)
    assert days_of(last_workday, 2, "2026-05-01") == ["2026-05-29", "2026-06-30"]
    the_31st = Rule(Monthly(frozenset({31}), EVERY_DAY), AT_19)
    assert days_of(the_31st, 3) == ["2026-03-31", "2026-05-31", "2026-07-31"]


def test_weeks_are_counted_over_the_end_of_a_year() -> None:
    rule = Rule(Weekly(TUE, 3), AT_19, since=date(2026, 12, 15))
    assert days_of(rule, 3, "2026-12-01") == ["2026-12-15", "2027-01-05", "2027-01-26"]


def test_a_rule_ends_with_its_last_day_or_its_last_time() -> None:
    until = Rule(Weekly(TUE), AT_19, until=date(2026, 3, 10))
    assert days_of(until, 9) == ["2026-03-03", "2026-03-10"]
    counted = Rule(Weekly(TUE), (time(9), time(19)), since=date(2026, 3, 3), count=3)
    assert days_of(counted, 9) == ["2026-03-03", "2026-03-03", "2026-03-10"]
    assert days_of(counted, 9, "2026-03-05") == ["2026-03-10"]
    assert days_of(Rule(Once(date(2026, 3, 1)), AT_19), 9) == []


def test_two_times_that_a_clock_change_lets_fall_together_are_one() -> None:
    rule = Rule(Weekly(EVERY_DAY), (time(2, 15), time(2, 45), time(3, 0)))
    slots = next_slots(rule, ZoneInfo("Europe/Berlin"), datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert [slot.local for slot in slots] == ["2026-03-29T02:15", "2026-03-30T02:15"]


def test_the_next_time_is_strictly_later_so_that_a_time_does_not_follow_itself() -> None:
    rule, zone = weekly(TUE, time(19, 0)), ZoneInfo("Europe/Berlin")
    first = next_slot(rule, zone, datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert first == Slot(datetime(2026, 3, 3, 18, 0, tzinfo=UTC), "2026-03-03T19:00")
    second = next_slot(rule, zone, first.instant)
    assert second is not None
    assert second.local == "2026-03-10T19:00"
    assert next_slot(rule, zone, first.instant - timedelta(microseconds=1)) == first


def test_weekly_at_19_stays_at_19_on_the_wall_when_the_clocks_change() -> None:
    slots = next_slots(
        weekly(TUE, time(19, 0)), ZoneInfo("Europe/Berlin"), datetime(2026, 3, 23, tzinfo=UTC), 2
    )
    assert [slot.instant.hour for slot in slots] == [18, 17]


@given(rule=rules())
def test_a_rule_survives_being_written_down_and_is_always_written_alike(rule: Rule) -> None:
    assert load(dump(rule)) == rule
    assert dump(load(dump(rule))) == dump(rule)


def test_a_rule_that_an_earlier_version_wrote_is_read_and_written_as_it_was() -> None:
    text = '{"at": "19:00", "days": ["tue"], "type": "weekly"}'
    assert load(text) == weekly(TUE, time(19, 0))
    assert dump(load(text)) == text


def test_a_rule_of_a_later_version_is_refused_rather_than_misread() -> None:
    with pytest.raises(ValueError, match="does not know"):
        load('{"type": "yearly", "at": "19:00", "days": ["tue"]}')


@pytest.mark.parametrize(
    ("days", "times", "more"),
    [
        (Weekly(TUE), (), {}),
        (Weekly(TUE), (time(19, 0, 30),), {}),
        (Weekly(TUE), (time(20), time(19)), {}),
        (Weekly(TUE), (time(19), time(19)), {}),
        (Weekly(TUE), tuple(time(hour) for hour in range(7)), {}),
        (Weekly(TUE, 2), AT_19, {}),
        (Weekly(TUE), AT_19, {"count": 3}),
        (Weekly(TUE), AT_19, {"since": date(2026, 1, 1), "count": 0}),
    ],
)
def test_a_rule_that_can_not_be_is_refused(
    days: Weekly, times: tuple[time, ...], more: dict[str, date]
) -> None:
    with pytest.raises(ValueError):
        Rule(days, times, **more)


@pytest.mark.parametrize(
    ("nths", "days"),
    [
        ({6}, {Day.SUN}),
        ({0}, {Day.SUN}),
        (set(), {Day.SUN}),
        ({1}, {Day.SUN, Day.MON}),
        ({32}, set(EVERY_DAY)),
    ],
)
def test_a_day_that_no_month_has_is_refused(nths: set[int], days: set[Day]) -> None:
    with pytest.raises(ValueError, match="no month"):
        Monthly(frozenset(nths), frozenset(days))


@pytest.mark.parametrize("days", [(frozenset(), 1), (TUE, 0), (TUE, 13)])
def test_weeks_without_a_day_or_too_far_apart_are_refused(days: tuple[frozenset[Day], int]) -> None:
    with pytest.raises(ValueError):
        Weekly(*days)
