"""A schedule that is shown and not yet saved. It lives in its *Save* button, so it survives a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from bot.errors import UserError
from bot.schedules import reading
from bot.schedules.models import Kind
from bot.schedules.recurrence import WEEK, Rule, Weekly

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Draft:
    kind: Kind
    rule: Rule
    window: timedelta  # whole hours
    deck: str | None

    def packed(self) -> str:
        """For a custom_id (of 100 characters), such as `check_in:26:1900:24:`; Monday is day 1."""
        days = "".join(str(WEEK.index(day) + 1) for day in self.rule.in_order)
        return f"{self.kind}:{days}:{self.rule.at:%H%M}:{self.window // HOUR}:{self.deck or ''}"

    @classmethod
    def unpack(cls, kind: str, days: str, at: str, hours: str, deck: str) -> Draft:
        return cls(
            kind=Kind(kind),
            rule=Weekly(frozenset(WEEK[int(day) - 1] for day in days), time(int(at[:2]), int(at[2:]))),
            window=int(hours) * HOUR,
            deck=deck or None,
        )


def rule_from(days: str, at: str) -> Rule:
    """The rule that was typed. Raises UserError showing the forms that can be read."""
    read_days = reading.read_days(days)
    if read_days is None:
        raise UserError("schedule.errors.days_unreadable")
    read_time = reading.read_time(at)
    if read_time is None:
        raise UserError("schedule.errors.time_unreadable")
    return Weekly(read_days, read_time)
