"""Reads a whole line that says when, and writes one. What is not wholly understood is not read at all.

every other tue 19:00 · 1st sunday 18:30 · weekdays 8am · daily 9:00 and 21:00 · last friday 20:00
mon, thu 7pm until 2026-12-20 · once 2026-12-01 18:00 · tue 19:00 for 10 times
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from bot.schedules.reading import GROUPS, NAMES, read_days, read_time, read_weekday
from bot.schedules.recurrence import (
    EVERY_DAY,
    LAST,
    WORKDAYS,
    Day,
    Days,
    Monthly,
    Once,
    Rule,
    Weekly,
    in_order,
)

Found = TypeVar("Found")

# In a line, a bare number is a time only where it can't be anything else.
_TIME_IN_LINE = (
    r"(?:[0-9]{1,2}\s*[:.h]\s*[0-9]{2}(?:\s*(?:am|pm|h|uhr|o'?clock)\b)?|[0-9]{1,2}\s*(?:am|pm|h|uhr|o'?clock)\b"
    r"|[0-9]{4}|1[3-9]|2[0-3]|noon|midday|midnight)(?![\w:.])"
)
_AND = r"\s*(?:,\s*and\b|,|;|&|\+|/|\band\b)\s*(?:at\b)?\s*"
_TIMES = re.compile(rf"(?<![\w:.-])(?:at\s+|@\s*)?{_TIME_IN_LINE}(?:{_AND}{_TIME_IN_LINE})*")

_MONTHS = [
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
]
_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS)
_DATE = (
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|today|tomorrow"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\b(?:,?\s+[0-9]{{4}}\b(?!\s*(?:am|pm|:)))?"
    rf"|(?:{_MONTH})\s+[0-9]{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:am|pm|:))(?:,?\s+[0-9]{{4}}\b(?!\s*(?:am|pm|:)))?)"
)
_UNTIL = re.compile(rf"[\s,]*\b(?:until|till|through|up to)\s+({_DATE})")
_SINCE = re.compile(rf"[\s,]*\b(?:from|starting|beginning|since)(?:\s+on)?\s+({_DATE})")
_COUNT = re.compile(r"[\s,]*\b(?:for\s+)?([0-9]{1,3})\s+times\b")
_ONCE = re.compile(rf"(?:once\s*,?\s*)?(?:on\s+)?({_DATE})(?:\s+at)?")
_EVERY = re.compile(
    r"(?:(?:every\s+(?:(?P<other>other|second)|(?P<number>[0-9]{1,2}))\s+weeks?"
    r"|(?P<two>biweekly|fortnightly|every\s+fortnight)|weekly|(?:every|each)\s+week)\b\s*:?"
    r"|(?:every|each)\s+(?P<alternate>other|alternate)\b)\s*(?:on\s+)?"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": LAST}
_ORDINAL = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
_MONTHLY = re.compile(
    rf"(?:every\s+month,?\s+|monthly,?\s+)?(?:on\s+)?(?:the\s+)?(?P<every>every\s+|each\s+)?(?P<nths>{_ORDINAL}"
    rf"(?:{_AND}(?:the\s+)?{_ORDINAL})*)(?:\s+(?P<day>[a-z]+))??"
    r"(?P<month>\s+(?:of|in)\s+(?:the|each|every)\s+month|\s+every\s+month|\s+each\s+month)?"
)


def read_rule(line: str, now: datetime) -> Rule | None:
    """A whole line, on a day and at a time (`now`, naive: what the circle's clock shows).

    `every other tue` begins with the next Tuesday there is, unless a day is given (`from 2026-03-10`); so do
    the times that are counted. A date without a year is the next one of that name.
    """
    text = " ".join(line.lower().replace("a.m.", "am").replace("p.m.", "pm").split())
    try:
        text, until = _taken(_UNTIL, text, lambda found: read_date(found, now.date()))
        text, since = _taken(_SINCE, text, lambda found: read_date(found, now.date()))
        text, count = _taken(_COUNT, text, int)
        days, times = _days_and_times(text, now.date())
        rule = Rule(days, times, since=since or now.date(), until=until, count=count)
        return _begun(rule, since, now)
    except ValueError:
        return None


def read_date(text: str, today: date) -> date:
    """Such as 2026-12-20, 20 Dec 2026, December 20, tomorrow. Raises ValueError."""
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return date.fromisoformat(text)
    words = re.findall(r"[0-9]+|[a-z]{3,}", text)
    [month] = [place for place, name in enumerate(_MONTHS, start=1) if name[:3] in [w[:3] for w in words]]
    day, *year = [int(word) for word in words if word.isdigit()]
    if year:
        return date(year[0], month, day)
    found = [date(today.year + n, month, day) for n in range(9) if _is_date(today.year + n, month, day)]
    return next(each for each in found if each >= today) if found else date(today.year, month, day)


def read_day(text: str, today: date) -> date | None:
    """A day on its own, as `read_date` reads it; None for what is none."""
    text = " ".join(text.lower().split())
    try:
        return read_date(text, today) if re.fullmatch(_DATE, text) else None
    except ValueError:
        return None


def written(rule: Rule) -> str:
    """The line that reads as this rule, such as `every other week tue, thu 19:00 from 2026-03-03`."""
    match rule.days:
        case Weekly(days, every):
            named = _named(days)
            line = named if every == 1 else f"every {every} weeks {named}"
        case Monthly(_, days):
            nths = ", ".join("last" if nth == LAST else ordinal(nth) for nth in rule.days.in_order)
            of = {EVERY_DAY: "day", WORKDAYS: "weekday"}.get(days) or NAMES[in_order(days)[0]]
            line = f"{nths} {of} of the month"
        case Once(on):
            line = f"once {on}"
    line += " " + ", ".join(f"{at:%H:%M}" for at in rule.times)
    line += f" from {rule.since}" if rule.since else ""
    line += f" until {rule.until}" if rule.until else ""
    return line + (f" for {rule.count} times" if rule.count else "")


def ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def _taken(pattern: re.Pattern[str], text: str, read: Callable[[str], Found]) -> tuple[str, Found | None]:
    """The text without what the pattern finds, and that; ValueError where it is there twice."""
    found = list(pattern.finditer(text))
    if not found:
        return text, None
    [match] = found
    return f"{text[: match.start()]} {text[match.end() :]}".strip(" ,"), read(match[1])


def _days_and_times(text: str, today: date) -> tuple[Days, tuple[time, ...]]:
    """Raises ValueError for what is not wholly understood."""
    if once := _ONCE.match(text):
        [times] = _TIMES.findall(text[once.end() :])
        if _TIMES.sub("", text[once.end() :]).strip(" ,"):
            raise ValueError("more than a date and times")
        return Once(read_date(once[1], today)), _read_times(times)
    [found] = _TIMES.finditer(text)
    days = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,:")
    return _read_when(" ".join(days.split())), _read_times(found[0])


def _read_times(text: str) -> tuple[time, ...]:
    """Times with commas and the like between them; each counts once."""
    parts = [part.strip() for part in re.split(r",|;|&|\+|/|\band\b|\bat\b|@", text)]
    times = [read_time(part) for part in parts if part]
    if None in times:
        raise ValueError("not a time")
    return tuple(sorted({at for at in times if at is not None}))


def _read_when(text: str) -> Days:
    if (monthly := _MONTHLY.fullmatch(text)) and (days := _month_days(monthly)):
        return days
    every = 1
    if match := _EVERY.match(text):
        text = text[match.end() :]
        two = match["other"] or match["two"] or match["alternate"]
        every = int(match["number"] or (2 if two else 1))
        if match["alternate"] and (read_days(text) or EVERY_DAY) == EVERY_DAY:
            raise ValueError("every other day: days of no week")
    found = read_days(text)
    if found is None:
        raise ValueError("not days")
    return Weekly(found, every)


def _month_days(match: re.Match[str]) -> Monthly | None:
    """None where `every second tuesday` could mean every other one."""
    if match["every"] and not match["month"]:
        return None
    if not match["day"] and not match["month"] and not re.search(r"[0-9]", match["nths"]):
        return None
    nths = [_ORDINALS.get(word) or int(word.rstrip("stndrh")) for word in re.findall(_ORDINAL, match["nths"])]
    day = match["day"] or "day"
    if day in ("day", "days"):
        days: frozenset[Day] | None = EVERY_DAY
    elif day in ("weekday", "weekdays", "workday"):
        days = WORKDAYS
    else:
        single = read_weekday(day)
        days = frozenset({single}) if single else None
    return Monthly(frozenset(nths), days) if days else None


def _begun(rule: Rule, since: date | None, now: datetime) -> Rule:
    """With the day it begins on only where that was said, or is needed to count from."""
    is_every = isinstance(rule.days, Weekly) and rule.days.every > 1
    if rule.count is None and not is_every:
        return replace(rule, since=since)
    if since is None:
        # Counted times begin with a whole day, so that none of them is over already.
        unended = replace(rule, since=None, count=None, days=_each_week(rule.days), until=None)
        walls = (wall for wall in unended.walls(now.date()) if wall > now)
        first = next(walls, now)
        if rule.count is not None and first.time() != rule.times[0]:
            first = next((wall for wall in walls if wall.date() > first.date()), first)
        since = first.date()
    return replace(rule, since=since)


def _each_week(days: Days) -> Days:
    return replace(days, every=1) if isinstance(days, Weekly) else days


def _named(days: frozenset[Day]) -> str:
    return next((name for name, group in GROUPS.items() if group == days), ", ".join(in_order(days)))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
