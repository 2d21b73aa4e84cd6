"""When a rule's times come: wall clock in a zone first, the instant from it.

A wall time that a clock change leaves out happens at the next minute that exists; one that a clock change
repeats happens the first time only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


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


@dataclass(frozen=True)
class Weekly:
    """On these weekdays at this wall-clock time, to the minute."""

    days: frozenset[Day]
    at: time

    def __post_init__(self) -> None:
        if not self.days:
            raise ValueError("a weekly rule needs a day")
        if self.at != time(self.at.hour, self.at.minute):
            raise ValueError("a rule's time is a wall clock's, to the minute")

    @property
    def in_order(self) -> list[Day]:
        """Its weekdays from Monday on."""
        return [day for day in WEEK if day in self.days]

    def walls(self, start: date) -> Iterator[datetime]:
        """Its wall-clock times (naive) in order, from the start of that day, for as long as there are any."""
        day = start
        while True:
            if WEEK[day.weekday()] in self.days:
                yield datetime.combine(day, self.at)
            day += DAY


Rule = Weekly
"""Whatever has `walls`; the zone is no concern of a rule's."""


@dataclass(frozen=True, order=True)
class Slot:
    """One time of a rule: what the wall clock was to show, and the instant (UTC) at which that comes."""

    instant: datetime
    local: str  # YYYY-MM-DDTHH:MM, the name of this time: each is decided once


def next_slot(rule: Rule, zone: ZoneInfo, after: datetime) -> Slot:
    """The rule's first time in the zone later than the instant `after`."""
    # A day early: an instant's own day may have begun before a clock that was set back.
    for wall in rule.walls(after.astimezone(zone).date() - DAY):
        instant = moment(wall, zone)
        if instant > after:
            return Slot(instant, local(wall))
    raise AssertionError("a weekly rule has no end")


def next_slots(rule: Rule, zone: ZoneInfo, after: datetime, count: int) -> list[Slot]:
    slots: list[Slot] = []
    for _ in range(count):
        slots.append(next_slot(rule, zone, slots[-1].instant if slots else after))
    return slots


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the zone's clock first shows this time, or else the next that it shows."""
    while True:
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall += MINUTE


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
    return json.dumps({"at": f"{rule.at:%H:%M}", "days": rule.in_order, "type": "weekly"}, sort_keys=True)


def load(text: str) -> Rule:
    data = json.loads(text)
    if data["type"] != "weekly":
        raise ValueError("this rule is of a kind that this version does not know")
    return Weekly(frozenset(Day(day) for day in data["days"]), time.fromisoformat(data["at"]))
