"""Reads until when someone is away, as people type it. What is not wholly understood is not read at all."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.reminders.times import DAY, start_of
from bot.schedules.reading import read_days
from bot.schedules.recurrence import WEEK

_SPAN = re.compile(r"(?:for )?(?P<count>[0-9]{1,3}|an?|one|two|three|four) (?P<unit>day|week|month)s?")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_DAYS = {"day": 1, "week": 7, "month": 30}
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_FARTHEST = 3653 * DAY  # ten years: beyond that, no end is the truer answer
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_NAMED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)? (?:of )?(?P<month>[a-z]{3,})"
    r"|(?P<month2>[a-z]{3,}) (?P<day2>[0-9]{1,2})(?:st|nd|rd|th)?)(?:,? (?P<year>[0-9]{4}))?"
)


def read_until(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant (UTC) at which the day begins in the zone. Such as tomorrow, friday, 2 weeks, 2026-03-14,
    14 march, march 14 2027. None for what can't be read, and for a day that is past or ten years away.
    """
    today = now.astimezone(zone).date()
    day = _day(" ".join(text.lower().replace("until ", "").split()), today)
    if day is None or not today < day <= today + _FARTHEST:
        return None
    return start_of(day, zone)


def _day(text: str, today: date) -> date | None:
    if text == "tomorrow":
        return today + DAY
    if match := _SPAN.fullmatch(text):
        count = _NUMBERS.get(match["count"]) or int(match["count"])
        return today + count * _DAYS[match["unit"]] * DAY
    if match := _ISO.fullmatch(text):
        return _date(int(match["year"]), int(match["month"]), int(match["day"]))
    if match := _NAMED.fullmatch(text):
        return _named(
            match["month"] or match["month2"], int(match["day"] or match["day2"]), match["year"], today
        )
    return _weekday(text, today)


def _weekday(text: str, today: date) -> date | None:
    """The next one of that name, a week from now where today is one."""
    found = read_days(text.removeprefix("next "))
    if found is None or len(found) != 1:
        return None
    [wanted] = found
    return today + ((WEEK.index(wanted) - today.weekday() - 1) % 7 + 1) * DAY


def _named(month: str, day: int, year: str | None, today: date) -> date | None:
    """A day of a month by name; without a year the next one to come."""
    months = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(month)]
    if len(months) != 1:
        return None
    if year is not None:
        return _date(int(year), months[0], day)
    found = (_date(each, months[0], day) for each in range(today.year, today.year + 9))
    return next((each for each in found if each is not None and each > today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
