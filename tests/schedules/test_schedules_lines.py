"""Lines that say when: as people type them, as they are said back, and those that could mean two things."""

from __future__ import annotations

import string
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import content
from bot.schedules.lines import read_day, read_rule, written
from bot.schedules.recurrence import Rule
from bot.schedules.words import in_words
from tests.schedules.rules import rules

NOW = datetime.fromisoformat("2026-03-02T13:00")  # a Monday
WORDS = content.load(Path(__file__).resolve().parents[2] / "content")

FORMS = {
    "every other tue 19:00": "every 2 weeks tue 19:00 from 2026-03-03",
    "1st sunday 18:30": "1st sunday of the month 18:30",
    "weekdays 8am": "weekdays 08:00",
    "daily 9:00 and 21:00": "every day 09:00, 21:00",
    "last friday 20:00": "last friday of the month 20:00",
    "mon, thu 7pm until 2026-12-20": "mon, thu 19:00 until 2026-12-20",
    "once 2026-12-01 18:00": "once 2026-12-01 18:00",
    "tue 19:00 for 10 times": "tue 19:00 from 2026-03-03 for 10 times",
    "Tuesdays at 7pm": "tue 19:00",
    "every tuesday at 7:30 p.m.": "tue 19:30",
    "at 19:00 on tuesdays": "tue 19:00",
    "Tuesday 19": "tue 19:00",
    "tue 1930": "tue 19:30",
    "mon 13:00 every 2 weeks": None,
    "every 2 weeks tue, thu 19:00 from 2026-03-10": "every 2 weeks tue, thu 19:00 from 2026-03-10",
    "Every 3 weeks: Weekends 09:00": "every 3 weeks weekends 09:00 from 2026-03-07",
    "fortnightly on wed 19h": "every 2 weeks wed 19:00 from 2026-03-04",
    "biweekly fri noon": "every 2 weeks fri 12:00 from 2026-03-06",
    "weekly on monday 12:00": "mon 12:00",
    "every other monday 12:00": "every 2 weeks mon 12:00 from 2026-03-09",  # today's has passed
    "every other monday 14:00": "every 2 weeks mon 14:00 from 2026-03-02",
    "1st and 3rd tuesday of the month 19:00": "1st, 3rd tuesday of the month 19:00",
    "every month on the first and third tuesday 7pm": "1st, 3rd tuesday of the month 19:00",
    "every 2nd tuesday of the month 19:00": "2nd tuesday of the month 19:00",
    "last day of the month 20:00": "last day of the month 20:00",
    "last weekday 9am": "last weekday of the month 09:00",
    "the 15th of the month at noon": "15th day of the month 12:00",
    "15th 12:00": "15th day of the month 12:00",
    "mon to fri 8:00": "weekdays 08:00",
    "fri-mon 8:00": "mon, fri, sat, sun 08:00",
    "1 december 18:00": "once 2026-12-01 18:00",
    "Dec 1st, 18:00": "once 2026-12-01 18:00",
    "1 feb 18:00": "once 2027-02-01 18:00",  # the next there is
    "december 1 2027 6pm": "once 2027-12-01 18:00",
    "20 dec 2026 at 1930": "once 2026-12-20 19:30",
    "29 feb 18:00": "once 2028-02-29 18:00",
    "tomorrow 18:00": "once 2026-03-03 18:00",
    "once on 2026-12-01 at 9:00 and 18:00": "once 2026-12-01 09:00, 18:00",
    "sundays 19:00 until 20 dec": "sun 19:00 until 2026-12-20",
    "sundays 19:00, starting 1 may, until dec 20, 2026": "sun 19:00 from 2026-05-01 until 2026-12-20",
    "daily 9:00 for 3 times": "every day 09:00 from 2026-03-03 for 3 times",  # today's has passed
    "daily 9:00 and 21:00 for 4 times": "every day 09:00, 21:00 from 2026-03-03 for 4 times",
}


@pytest.mark.parametrize(("line", "meant"), FORMS.items())
def test_a_line_is_read_as_people_mean_it(line: str, meant: str | None) -> None:
    rule = read_rule(line, NOW)
    assert (rule and written(rule)) == meant


@pytest.mark.parametrize(
    "line",
    [
        "",
        "tue",
        "19:00",
        "tue 7",  # in the morning or in the evening?
        "every second tuesday 19:00",  # every other one, or the second of a month?
        "every 2nd tuesday 19:00",
        "second 19:00",
        "last 19:00",
        "every other 19:00",
        "every other day 9:00",
        "mon 9:00 and thu 19:00",  # two schedules
        "mon 9:00-17:00",
        "32nd 19:00",
        "6th friday 19:00",
        "1st someday 19:00",
        "1st monday and tuesday 19:00",
        "until 2026-12-20",
        "every 99 weeks tue 19:00",
        "every 0 weeks tue 19:00",
        "tue 19:00 for 0 times",
        "tue 19:00 for 900 times",
        "tue 19:00 for 10 times for 5 times",
        "tue 19:00 until 2026-12-20 until 2026-12-21",
        "tue 19:00 until soon",
        "once 2026-02-30 18:00",
        "31 feb 18:00",
        "may 18:00",
        "03/04/2026 18:00",
        "daily 1:00 2:00",
        "daily 1:00, 2:00, 3:00, 4:00, 5:00, 6:00, 7:00",
        "tue 25:00",
        "tue 19:00 utc",
        "tue 19:00 please",
    ],
)
def test_a_line_that_could_mean_two_things_or_nothing_is_not_guessed(line: str) -> None:
    assert read_rule(line, NOW) is None


@given(rules())
def test_a_rule_that_is_written_reads_as_the_same_rule(rule: Rule) -> None:
    assert read_rule(written(rule), NOW) == rule


@given(rules())
def test_what_is_said_back_in_english_reads_as_the_same_rule(rule: Rule) -> None:
    assert read_rule(in_words(WORDS.text, rule), NOW) == rule


@given(st.sampled_from(sorted(FORMS)))
def test_capitals_and_space_make_no_difference(line: str) -> None:
    assert read_rule(f"  {line.upper()}  ".replace(" ", "  "), NOW) == read_rule(line, NOW)


TOKENS = [*" ".join(FORMS).replace(",", " ,").split(), "-", "until", "from", "0", "99"]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(TOKENS), max_size=9).map(" ".join)))
def test_whatever_is_typed_is_read_or_not_and_never_an_error(line: str) -> None:
    rule = read_rule(line, NOW)
    assert rule is None or read_rule(written(rule), NOW) == rule
    read_day(line, NOW.date())


@given(st.text(string.ascii_lowercase + string.digits + " :,.-", max_size=200))
def test_a_long_line_is_answered_at_once(line: str) -> None:
    read_rule(line, NOW)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-20", date(2026, 12, 20)),
        (" 20 December ", date(2026, 12, 20)),
        ("Tomorrow", date(2026, 3, 3)),
        ("march 1", date(2027, 3, 1)),
        ("soon", None),
        ("2026-02-30", None),
        ("20.12.2026", None),
    ],
)
def test_a_day_is_read_on_its_own(typed: str, day: date | None) -> None:
    assert read_day(typed, NOW.date()) == day


def test_times_of_one_line_are_put_in_order_and_said_once() -> None:
    rule = read_rule("daily 21:00, 9:00 and 9am", NOW)
    assert rule is not None
    assert rule.times == (time(9), time(21))
