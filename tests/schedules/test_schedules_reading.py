from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedules.reading import read_days, read_time, suggest_days
from bot.schedules.recurrence import WEEK, Day


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("19:00", 19, 0),
        (" 9:05 ", 9, 5),
        ("07:00", 7, 0),
        ("7pm", 19, 0),
        ("7 PM", 19, 0),
        ("7:30 p.m.", 19, 30),
        ("12am", 0, 0),
        ("12 pm", 12, 0),
        ("19h", 19, 0),
        ("19h30", 19, 30),
        ("7h", 7, 0),
        ("19.30", 19, 30),
        ("1930", 19, 30),
        ("19", 19, 0),
        ("19 Uhr", 19, 0),
        ("noon", 12, 0),
        ("Midnight", 0, 0),
        ("00:00", 0, 0),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, hour: int, minute: int) -> None:
    assert read_time(text) == time(hour, minute)


@pytest.mark.parametrize(
    "text",
    ["", "7", "12", "24:00", "19:60", "13pm", "0am", "7:5", "evening", "19:00:00", "-7", "७pm", "7pm UTC"],
)
def test_a_time_that_could_mean_two_things_or_nothing_is_not_guessed(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Tuesday", "tue"),
        ("tuesdays", "tue"),
        ("tues", "tue"),
        ("Tu, th", "tue thu"),
        ("mon and wed & fri", "mon wed fri"),
        ("every Sunday", "sun"),
        ("mon-fri", "mon tue wed thu fri"),
        ("Friday to Monday", "fri sat sun mon"),
        ("weekdays", "mon tue wed thu fri"),
        ("weekends, wed", "wed sat sun"),
        ("every day", "mon tue wed thu fri sat sun"),
        ("daily", "mon tue wed thu fri sat sun"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: str) -> None:
    assert read_days(text) == frozenset(Day(day) for day in days.split())


@pytest.mark.parametrize(
    "text",
    ["", "and", "t", "every other tuesday", "1st sunday", "tuesday 19:00", "someday", "mon-", "mon-wed-fri"],
)
def test_days_that_are_not_wholly_understood_are_not_half_read(text: str) -> None:
    assert read_days(text) is None


def test_nothing_typed_offers_each_day_and_the_usual_groups() -> None:
    assert suggest_days("") == [
        *({day} for day in WEEK),
        set(WEEK[:5]),
        set(WEEK[5:]),
        set(WEEK),
    ]


def test_a_day_begun_is_completed_and_one_that_stands_is_offered_with_one_more() -> None:
    assert suggest_days("tue, th") == [
        {Day.TUE, Day.THU},
        *({Day.TUE, Day.THU, day} for day in WEEK if day not in ("tue", "thu")),
    ]
    assert suggest_days("we") == [{Day.WED}, *({Day.WED, day} for day in WEEK if day != "wed")]
    assert suggest_days("w") == [{Day.WED}, set(WEEK[:5]), set(WEEK[5:])]
    assert suggest_days("fri s") == [{Day.FRI, Day.SAT}, {Day.FRI, Day.SUN}]
    assert suggest_days("someday t") == []


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_not_and_never_an_error(text: str) -> None:
    read_time(text), read_days(text), suggest_days(text)


@given(st.times())
def test_every_minute_of_the_day_can_be_written(at: time) -> None:
    at = at.replace(second=0, microsecond=0, tzinfo=None, fold=0)
    assert read_time(f"{at:%H:%M}") == at
    assert read_time(f"{at:%I:%M %p}") == at
