"""When a rule's times come: wall clock in a zone first, the instant from it.

A wall time that a clock change leaves out happens at the next minute that exists; one that a clock change
repeats happens the first time only. Two times of a rule that so fall together are one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST_TIMES_A_DAY = 6
MOST_WEEKS = 12
MOST_COUNT = 200
LAST = -1


class Day(StrEnum):
    """A weekday by name: numbers mean Monday to some and Sunday to others."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK = tuple(Day)
EVERY_DAY = frozenset(WEEK)
WORKDAYS = frozenset(WEEK[:5])


def in_order(days: frozenset[Day]) -> list[Day]:
    """From Monday on."""
    return [day for day in WEEK if day in days]


@dataclass(frozen=True)
class Weekly:
    """On these weekdays of every week, or of every so many weeks."""

    days: frozenset[Day]
    every: int = 1  # weeks from Monday on; the week of the rule's `since` is the first that counts

    def __post_init__(self) -> None:
        if not self.days:
            raise ValueError("a weekly rule needs a day")
        if not 1 <= self.every <= MOST_WEEKS:
            raise ValueError(f"a weekly rule comes every 1 to {MOST_WEEKS} weeks")

    def dates(self, start: date, since: date | None) -> Iterator[date]:
        day, first = start, (_monday(since) if since else start)
        while True:
            if WEEK[day.weekday()] in self.days and (_monday(day) - first).days // 7 % self.every == 0:
                yield day
            day += DAY


@dataclass(frozen=True)
class Monthly:
    """On the nth of a month's Sundays, weekdays (Monday to Friday) or days; LAST is the last of them.

    A month that has no such day (a fifth Friday, a 31st) is left out.
    """

    nths: frozenset[int]
    days: frozenset[Day]  # one day, WORKDAYS or EVERY_DAY

    def __post_init__(self) -> None:
        most = 5 if len(self.days) == 1 else {WORKDAYS: 23, EVERY_DAY: 31}.get(self.days, 0)
        if not self.nths or not all(nth == LAST or 1 <= nth <= most for nth in self.nths):
            raise ValueError("no month has such a day")

    @property
    def in_order(self) -> list[int]:
        return sorted(self.nths, key=lambda nth: (nth == LAST, nth))

    def dates(self, start: date, since: date | None) -> Iterator[date]:
        month = start.replace(day=1)
        while True:
            following = (month + 31 * DAY).replace(day=1)
            held = [month + n * DAY for n in range((following - month).days)]
            fitting = [day for day in held if WEEK[day.weekday()] in self.days]
            for place, day in enumerate(fitting, start=1):
                is_meant = place in self.nths or (LAST in self.nths and day == fitting[-1])
                if is_meant and day >= start:
                    yield day
            month = following


@dataclass(frozen=True)
class Once:
    on: date

    def dates(self, start: date, since: date | None) -> Iterator[date]:
        if self.on >= start:
            yield self.on


Days = Weekly | Monthly | Once


@dataclass(frozen=True)
class Rule:
    """On which days, at which times of a wall clock, from when and until when; the zone is told elsewhere."""

    days: Days
    times: tuple[time, ...]  # to the minute, in order
    since: date | None = None  # its first day
    until: date | None = None  # its last day
    count: int | None = None  # so many times from `since` on, whether they were posted or not

    def __post_init__(self) -> None:
        if not 1 <= len(self.times) <= MOST_TIMES_A_DAY or list(self.times) != sorted(set(self.times)):
            raise ValueError(f"a rule has 1 to {MOST_TIMES_A_DAY} times, in order, each once")
        if any(at != time(at.hour, at.minute) for at in self.times):
            raise ValueError("a rule's time is a wall clock's, to the minute")
        if self.count is not None and not 1 <= self.count <= MOST_COUNT:
            raise ValueError(f"a rule comes 1 to {MOST_COUNT} times")
        counts_from_a_day = self.count is not None or (isinstance(self.days, Weekly) and self.days.every > 1)
        if counts_from_a_day and self.since is None:
            raise ValueError("what is counted needs a day to be counted from")

    def walls(self, start: date) -> Iterator[datetime]:
        """Its wall-clock times (naive) in order, from the start of that day, for as long as there are any."""
        if self.count is None:
            yield from self._walls(start)
            return
        assert self.since is not None
        for number, wall in enumerate(self._walls(self.since), start=1):
            if wall.date() >= start:
                yield wall
            if number == self.count:
                return

    def _walls(self, start: date) -> Iterator[datetime]:
        for day in self.days.dates(max(start, self.since or start), self.since):
            if self.until is not None and day > self.until:
                return
            for at in self.times:
                yield datetime.combine(day, at)


def weekly(days: frozenset[Day], at: time) -> Rule:
    """Every week on these days, at one time."""
    return Rule(Weekly(days), (at,))


@dataclass(frozen=True, order=True)
class Slot:
    """One time of a rule: what the wall clock was to show, and the instant (UTC) at which that comes."""

    instant: datetime
    local: str  # YYYY-MM-DDTHH:MM, the name of this time: each is decided once


def next_slot(rule: Rule, zone: ZoneInfo, after: datetime) -> Slot | None:
    """The rule's first time in the zone later than the instant `after`; None where there are no more."""
    # A day early: an instant's own day may have begun before a clock that was set back.
    for wall in rule.walls(after.astimezone(zone).date() - DAY):
        instant = moment(wall, zone)
        if instant > after:
            return Slot(instant, local(wall))
    return None


def next_slots(rule: Rule, zone: ZoneInfo, after: datetime, count: int) -> list[Slot]:
    """The next so many, or as many as there are."""
    slots: list[Slot] = []
    while len(slots) < count and (slot := next_slot(rule, zone, slots[-1].instant if slots else after)):
        slots.append(slot)
    return slots


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the zone's clock first shows this time, or else the next that it shows."""
    while True:
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall += MINUTE


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day begins there."""
    return moment(datetime.combine(day, time()), zone)


def local(wall: datetime) -> str:
    return wall.strftime("%Y-%m-%dT%H:%M")


def moved(slot: Slot, zone: ZoneInfo) -> bool:
    """Whether the clock does not show the slot's own time, because a clock change left it out."""
    return local(slot.instant.astimezone(zone)) != slot.local


def clocks_change(zone: ZoneInfo, start: datetime, end: datetime) -> bool:
    """Whether the zone's clock is at another distance from UTC at the end than at the start."""
    return start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset()


def dump(rule: Rule) -> str:
    """The rule as JSON, always the same for the same rule."""
    match rule.days:
        case Weekly(days, every):
            data: dict[str, Any] = {"type": "weekly", "days": in_order(days)}
            if every > 1:
                data["every"] = every
        case Monthly(_, days):
            data = {"type": "monthly", "days": in_order(days), "nths": rule.days.in_order}
        case Once(on):
            data = {"type": "once", "on": on.isoformat()}
    data["at"] = " ".join(f"{at:%H:%M}" for at in rule.times)
    data |= {name: day.isoformat() for name in ("since", "until") if (day := getattr(rule, name))}
    if rule.count is not None:
        data["count"] = rule.count
    return json.dumps(data, sort_keys=True)


def load(text: str) -> Rule:
    data = json.loads(text)
    return Rule(
        days=_days(data),
        times=tuple(time.fromisoformat(at) for at in data["at"].split()),
        since=date.fromisoformat(data["since"]) if "since" in data else None,
        until=date.fromisoformat(data["until"]) if "until" in data else None,
        count=data.get("count"),
    )


def _days(data: dict[str, Any]) -> Days:
    match data["type"]:
        case "weekly":
            return Weekly(frozenset(Day(day) for day in data["days"]), data.get("every", 1))
        case "monthly":
            return Monthly(frozenset(data["nths"]), frozenset(Day(day) for day in data["days"]))
        case "once":
            return Once(date.fromisoformat(data["on"]))
    raise ValueError("this rule is of a kind that this version does not know")


def _monday(day: date) -> date:
    return day - day.weekday() * DAY
