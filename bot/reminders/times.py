"""Hours of a person's own clock: when it next shows a time, and the hours in which nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def next_shown(clock: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The first instant (UTC), `after` itself included, at which the zone's clock shows this time.

    On a day that leaves the time out, it is the next minute that there is.
    """
    # A day early: the clock may have been set back over midnight.
    day = after.astimezone(zone).date() - DAY
    while True:
        for instant in _shown(datetime.combine(day, clock), zone):
            if instant >= after:
                return instant
        day += DAY


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day begins in the zone."""
    return _shown(datetime.combine(day, time(0)), zone)[0]


def _shown(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the clock shows this: two where it is set back over it."""
    while True:
        instants = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        found = [each for each in instants if each.astimezone(zone).replace(tzinfo=None) == wall]
        if found:
            return found
        wall += MINUTE


@dataclass(frozen=True)
class Quiet:
    """Hours of a person's clock in which nothing is sent, over midnight too. Start and end alike: none."""

    start: time
    end: time

    def covers(self, moment: datetime, zone: ZoneInfo) -> bool:
        clock = moment.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def over(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or where it falls in these hours, when they end."""
        while self.covers(moment, zone):
            # More than one turn only where a clock change leaves the end out and lands in these hours again.
            moment = next_shown(self.end, zone, after=moment + datetime.resolution)
        return moment


USUAL = Quiet(time(22, 0), time(8, 0))
