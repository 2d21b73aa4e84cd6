"""Reads days and times as people type them. What is not wholly understood is not read at all."""

from __future__ import annotations

import re
from datetime import time

from bot.schedules.recurrence import EVERY_DAY, WEEK, WORKDAYS, Day

NAMES = dict(
    zip(WEEK, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True)
)
GROUPS = {
    "weekdays": WORKDAYS,
    "weekends": frozenset(WEEK[5:]),
    "every day": EVERY_DAY,
}
_ALSO = {
    "weekday": "weekdays",
    "weekend": "weekends",
    "daily": "every day",
    "everyday": "every day",
    "day": "every day",
    "days": "every day",
}
_BETWEEN = re.compile(r"[\s,;&+/]+")
_FILLERS = {"", "and", "on", "every", "each"}
_RANGE = re.compile(r"\s*(?:[-–—]|\bto\b|\buntil\b|\bthrough\b)\s*")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})\s*(?:[:.h]\s*(?P<minute>[0-9]{2}))?\s*(?P<part>am|pm|h|uhr|o'?clock)?"
    r"|(?P<hour4>[0-9]{2})(?P<minute4>[0-9]{2})"
)


def read_time(text: str) -> time | None:
    """Such as 19:00, 7pm, 7:30 p.m., 19h, 19.30, 1930, noon. None for a bare 7: morning or evening?"""
    text = text.strip().lower()
    if text in ("noon", "midday", "midnight"):
        return time(0 if text == "midnight" else 12)
    match = _TIME.fullmatch(text.replace("a.m.", "am").replace("p.m.", "pm"))
    if match is None:
        return None
    hour, minute = int(match["hour"] or match["hour4"]), int(match["minute"] or match["minute4"] or 0)
    part = match["part"]
    if part in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part == "pm" else 0)
    elif hour <= 12 and not (part or match["minute"] or match["minute4"]):
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_days(text: str) -> frozenset[Day] | None:
    """Such as tuesdays; tue, thu; mon to fri; weekdays; every day. None for what says more, or less."""
    found: set[Day] = set()
    for word in _BETWEEN.split(_RANGE.sub("-", text.strip().lower())):
        if word in _FILLERS:
            continue
        days = _range(word)
        if days is None:
            return None
        found |= days
    return frozenset(found) or None


def suggest_days(typed: str) -> list[frozenset[Day]]:
    """Choices while someone types: what stands there already, and with one day more."""
    there = read_days(typed)
    if there is None:
        *before, last = _BETWEEN.split(typed.strip().lower())
        there, begun = read_days(" ".join(before)) or frozenset(), last
        if before and not there:
            return []
    else:
        begun = ""
    single = [there | {day} for day in WEEK if day not in there and NAMES[day].startswith(begun)]
    groups = [days for name, days in GROUPS.items() if name.startswith(begun) and not there]
    return ([there] if there and not begun else []) + single + groups


def _range(word: str) -> frozenset[Day] | None:
    """One word: a day, a group of days, or from one day to another (over the week's end, too)."""
    name = _ALSO.get(word, word)
    if name in GROUPS:
        return GROUPS[name]
    ends = [read_weekday(part) for part in word.split("-")]
    if None in ends or len(ends) > 2:
        return None
    first, last = (WEEK.index(day) for day in (ends[0], ends[-1]) if day is not None)
    return frozenset(WEEK[(first + n) % 7] for n in range((last - first) % 7 + 1))


def read_weekday(word: str) -> Day | None:
    """A day's name or its beginning, from two letters on ("tu", "tues", "tuesdays")."""
    word = word.rstrip(".")
    for day, name in NAMES.items():
        if len(word) >= 2 and (name.startswith(word) or word == name + "s"):
            return day
    return None
