"""What the key file holds, and the rules by which periods begin and keys are destroyed. Days are UTC."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

PERIOD = timedelta(days=30)
LINK_DAYS = 60
"""As long as the database keeps who wrote what: bot/sharing/models.py, OPEN_DAYS and LINK_DAYS."""
KEY_BYTES = 32


@dataclass(frozen=True)
class Period:
    number: int
    begins: date
    ends: date | None = (
        None  # the day on which the next one began; the last may have been used on that day still
    )
    key: bytes | None = field(default=None, repr=False)  # none: destroyed...
    destroyed: date | None = None  # ...on that day

    def last_day(self) -> date:
        return self.ends or self.begins + PERIOD


@dataclass(frozen=True)
class Ring:
    root: bytes = field(repr=False)  # the lasting key
    periods: tuple[Period, ...] = ()  # the last one is the present one, and its key is there
    link_days: int = LINK_DAYS  # how long after its period's end a key is kept at the longest

    @property
    def id(self) -> str:
        """Tells key files apart, and nothing of what is in them. The database remembers it."""
        return hashlib.sha256(b"towards key file " + self.root).hexdigest()[:16]

    @property
    def living(self) -> tuple[Period, ...]:
        """Those whose keys are there; the present one comes first."""
        return tuple(period for period in reversed(self.periods) if period.key is not None)

    def destroyed_on(self, period: Period) -> date:
        """When a period's key goes at the latest, or went."""
        return period.destroyed or period.last_day() + timedelta(days=self.link_days)

    def turned(self, today: date, done_with: Collection[int] = ()) -> Ring:
        """As it is to be on that day: a new period where it is time for one, and no key past its last day.

        `done_with`: past periods with which nothing is reckoned any more; their keys go at once.
        """
        ring = self
        if not ring.periods or today >= ring.periods[-1].begins + PERIOD:
            ring = ring.rotated(today)
        over = [
            old.number
            for old in ring.periods[:-1]
            if today >= ring.destroyed_on(old) or old.number in done_with
        ]
        return ring.burnt(over, today)

    def rotated(self, today: date) -> Ring:
        """With a new period from that day on."""
        ended = tuple(
            # A bot that was off for long used the key until its period's end at most.
            replace(period, ends=max(period.begins, min(today, period.last_day())))
            if period.ends is None
            else period
            for period in self.periods
        )
        number = self.periods[-1].number + 1 if self.periods else 1
        return replace(self, periods=(*ended, Period(number, today, key=secrets.token_bytes(KEY_BYTES))))

    def with_link_days(self, days: int) -> Ring:
        return replace(self, link_days=days)

    def burnt(self, numbers: Collection[int], today: date) -> Ring:
        """Without the keys of those periods; a new one begins where the present one is among them."""
        ring = self.rotated(today) if self.periods and self.periods[-1].number in numbers else self
        return replace(
            ring,
            periods=tuple(
                replace(period, key=None, destroyed=today)
                if period.number in numbers and period.key is not None
                else period
                for period in ring.periods
            ),
        )
