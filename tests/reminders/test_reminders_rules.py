"""When one reminder of one window is due, and when nothing reaches a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.reminders.models import NO_END, Asked, Occasion, Pending, Person, Wish
from bot.reminders.reading import read_until
from bot.reminders.times import Quiet

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NONE = Quiet(time(0), time(0))


def pending(asked: Asked, opens_at: datetime = MONDAY, window: timedelta = DAY, **person: Any) -> Pending:
    occasion = Occasion(False, "o", "c", 11, 12, opens_at, opens_at + window)
    return Pending(
        occasion,
        Wish("c", asked, opens_at - DAY),
        replace(Person("w", quiet=NONE), **person),
        "Europe/Berlin",
    )


def decided_at(each: Pending) -> datetime | None:
    """The first quarter of an hour in its window (and a day around it) at which it is due."""
    start = each.occasion.opens_at - HOUR
    return next((at for n in range(4 * 24 * 5) if each.is_due(at := start + n * HOUR / 4)), None)


def test_it_is_due_when_the_window_opens_where_nothing_else_was_asked() -> None:
    assert decided_at(pending(Asked())) == MONDAY


def test_it_is_due_at_ones_own_hour_on_ones_own_clock() -> None:
    asked = Asked(at=time(19, 0))
    assert decided_at(pending(asked)) == MONDAY + 6 * HOUR  # 19:00 in Berlin, the circle's clock
    assert decided_at(pending(asked, zone="Asia/Kolkata")) == MONDAY + 1.5 * HOUR


def test_an_hour_that_does_not_come_before_the_window_closes_brings_nothing() -> None:
    assert decided_at(pending(Asked(at=time(12, 0)), window=20 * HOUR)) is None


def test_it_is_due_some_hours_before_closing_and_not_before_opening() -> None:
    assert decided_at(pending(Asked(hours_before=3))) == MONDAY + 21 * HOUR
    assert decided_at(pending(Asked(hours_before=3), window=2 * HOUR)) == MONDAY


def test_a_window_that_crosses_the_change_of_the_clocks_keeps_ones_hour() -> None:
    opens_at = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert decided_at(pending(Asked(at=time(9, 0)), opens_at)) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)


def test_what_falls_into_quiet_hours_waits_until_they_end() -> None:
    opens_at = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)  # 23:00 in Berlin
    quiet = Quiet(time(22, 0), time(8, 0))
    assert decided_at(pending(Asked(), opens_at, quiet=quiet)) == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)


def test_what_falls_into_quiet_hours_that_end_after_the_window_is_dropped() -> None:
    opens_at = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    quiet = Quiet(time(22, 0), time(8, 0))
    assert decided_at(pending(Asked(), opens_at, 9 * HOUR, quiet=quiet)) is None


@pytest.mark.parametrize("until", [MONDAY + HOUR, NO_END])
def test_what_was_due_while_someone_was_away_is_not_made_up_for(until: datetime) -> None:
    assert decided_at(pending(Asked(), away_until=until)) is None


def test_what_is_due_after_an_absence_comes() -> None:
    each = pending(Asked(hours_before=3), away_until=MONDAY + HOUR)
    assert decided_at(each) == MONDAY + 21 * HOUR


def test_what_was_due_before_someone_asked_is_not_made_up_for() -> None:
    each = pending(Asked())
    assert decided_at(replace(each, wish=replace(each.wish, since=MONDAY + HOUR))) is None


def test_a_reminder_has_one_moment_only() -> None:
    with pytest.raises(UserError, match="one_moment"):
        Asked(at=time(9, 0), hours_before=2)


@given(
    asked=st.builds(Asked, at=st.none() | st.times()) | st.builds(Asked, hours_before=st.integers(1, 400)),
    quiet=st.builds(Quiet, st.times(), st.times()),
    zone=st.sampled_from([None, "Asia/Kolkata", "America/New_York", "Pacific/Chatham"]),
    away=st.none() | st.integers(-48, 400),
    hours=st.integers(1, 336),
    now=st.integers(-60, 400 * 60),
)
def test_nothing_is_ever_due_outside_the_window_in_quiet_hours_or_while_away(
    asked: Asked, quiet: Quiet, zone: str | None, away: int | None, hours: int, now: int
) -> None:
    until = None if away is None else MONDAY + away * HOUR
    each = pending(asked, window=hours * HOUR, quiet=quiet, zone=zone, away_until=until)
    moment = MONDAY + timedelta(minutes=now)
    if each.is_due(moment):
        assert MONDAY <= moment < MONDAY + hours * HOUR
        assert not quiet.covers(moment, ZoneInfo(zone) if zone else BERLIN)
        assert until is None or moment >= until


def test_who_is_away_or_closed_is_not_reached_and_who_is_quiet_later() -> None:
    night = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    assert Person("w").may_be_reached(MONDAY, BERLIN) == MONDAY
    assert Person("w").may_be_reached(night, BERLIN) == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    assert Person("w", zone="America/New_York").may_be_reached(night, BERLIN) == night
    assert Person("w", away_until=NO_END).may_be_reached(MONDAY, BERLIN) is None
    assert Person("w", away_until=MONDAY).may_be_reached(MONDAY, BERLIN) == MONDAY
    assert Person("w", closed_at=MONDAY).may_be_reached(MONDAY, BERLIN) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("tomorrow", "2026-03-03"),
        ("Friday", "2026-03-06"),
        ("until fri", "2026-03-06"),
        ("Monday", "2026-03-09"),
        ("next monday", "2026-03-09"),
        ("2 weeks", "2026-03-16"),
        ("for 10 days", "2026-03-12"),
        ("a week", "2026-03-09"),
        ("a month", "2026-04-01"),
        ("2026-04-05", "2026-04-05"),
        ("14 March", "2026-03-14"),
        ("march 14th", "2026-03-14"),
        ("1. March", "2027-03-01"),
        ("Sep 3, 2027", "2027-09-03"),
        ("29 february", "2028-02-29"),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: str) -> None:
    moment = read_until(typed, MONDAY, BERLIN)
    assert moment is not None
    assert moment.astimezone(BERLIN).isoformat()[:16] == f"{day}T00:00"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "yesterday",
        "2026-03-02",
        "2020-01-01",
        "2026-02-30",
        "30 february",
        "0 days",
        "9999-12-31",
        "mon, tue",
        "ma 3",
        "999 months",
        "14/03/26",
        "1 2 3",
    ],
)
def test_what_is_no_day_to_come_is_not_read(typed: str) -> None:
    assert read_until(typed, MONDAY, BERLIN) is None


def test_a_day_begins_on_ones_own_clock() -> None:
    late = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # in Kolkata it is Tuesday already
    assert read_until("tomorrow", late, KOLKATA) == datetime(2026, 3, 3, 18, 30, tzinfo=UTC)


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_moment_to_come_or_none(typed: str) -> None:
    moment = read_until(typed, MONDAY, KOLKATA)
    assert moment is None or moment > MONDAY
