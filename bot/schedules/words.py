"""A schedule said in words, in a language of content/."""

from __future__ import annotations

from collections.abc import Callable

from bot.schedules.models import Schedule
from bot.schedules.recurrence import WEEK, Rule

Text = Callable[..., str]
"""text(key, **params): content in one language"""


def name_of(text: Text, schedule: Schedule) -> str:
    """Such as "Check-in · Tuesdays 19:00"."""
    return text(
        "schedule.name", kind=text(f"schedule.kinds.{schedule.kind}"), rule=in_words(text, schedule.rule)
    )


def in_words(text: Text, rule: Rule) -> str:
    """Such as "Tuesdays 19:00" or "weekdays 08:30"."""
    return text("schedule.rules.weekly", days=_days(text, rule), time=f"{rule.at:%H:%M}")


def _days(text: Text, rule: Rule) -> str:
    for name, days in (("every_day", WEEK), ("weekdays", WEEK[:5]), ("weekends", WEEK[5:])):
        if rule.days == frozenset(days):
            return text(f"schedule.days.{name}")
    *first, last = [text(f"schedule.days.{day}") for day in rule.in_order]
    return text("schedule.days.several", first=", ".join(first), last=last) if first else last
