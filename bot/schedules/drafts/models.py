from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.schedules.models import LATE_LIMIT, IfLater, Kind, Schedule
from bot.schedules.recurrence import EVERY_DAY, WORKDAYS, Day, Rule, in_order

OFTEN = (
    "weekly",
    "every 2 weeks",
    "every 3 weeks",
    "every 4 weeks",
    "1st",
    "2nd",
    "3rd",
    "4th",
    "last",
    "once",
)
"""How often, as the panel offers it: words of the grammar in lines.py."""


@dataclass(frozen=True)
class Draft:
    """A schedule being made, or changed (`schedule_id`), by one person.

    Either the rule was typed in one line, or the panel's parts are chosen one by one (`often`, `days`,
    `times`, `starts`, `ends`: as typed) and together make such a line.
    """

    id: str
    circle_id: str
    user_id: int
    schedule_id: str | None = None
    kind: Kind | None = None
    deck: str | None = None
    rule: Rule | None = None
    window: timedelta | None = None  # None: what is usual
    late_limit: timedelta = LATE_LIMIT
    if_later: IfLater = IfLater.SKIP
    reason: str | None = None
    often: str | None = None
    days: frozenset[Day] = frozenset()
    times: str = ""
    starts: str = ""
    ends: str = ""

    @classmethod
    def of(cls, schedule: Schedule, id: str, user_id: int) -> Draft:
        return cls(
            id=id,
            circle_id=schedule.circle_id,
            user_id=user_id,
            schedule_id=schedule.id,
            kind=schedule.kind,
            deck=schedule.deck,
            rule=schedule.rule,
            window=schedule.window,
            late_limit=schedule.late_limit,
            if_later=schedule.if_later,
        )

    def unchosen(self) -> list[str]:
        """What the panel still needs: 'what', 'often', 'days', 'times', 'starts'."""
        needed = {
            "what": self.kind,
            "often": self.often,
            "days": self.days or self.often == "once",
            "times": self.times,
            "starts": self.starts or self.often != "once",
        }
        return [name for name, value in needed.items() if not value]

    def line(self) -> str:
        """What the panel's parts come to, as it could have been typed."""
        if self.often == "once":
            return f"once {self.starts} {self.times}"
        whole = {EVERY_DAY: "day", WORKDAYS: "weekday"}
        if self.often in OFTEN[4:]:
            days = f"{self.often} {whole.get(self.days) or ', '.join(in_order(self.days))} of the month"
        else:
            days = f"{self.often} {', '.join(in_order(self.days))}"
        starts = f" from {self.starts}" if self.starts else ""
        ends = f" for {self.ends}" if "time" in self.ends else f" until {self.ends}" if self.ends else ""
        return f"{days} {self.times}{starts}{ends}"
