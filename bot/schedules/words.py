"""A schedule said in words, in a language of content/."""

from __future__ import annotations

from collections.abc import Callable

from bot.schedules.models import Schedule
from bot.schedules.recurrence import WEEK, Day, Rule

Text = Callable[..., str]
"""text(key, **params): content in one language"""

# Reasons of the outbox and of openers that have words of their own (see cogs/delivery.py).
KNOWN_REASONS = frozenset(
    {
        "channel_gone",
        "no_access",
        "no_permission",
        "too_many_threads",
        "thread_archived",
        "no_answer",
        "no_prompt",
        "unexpected",
    }
)


def name_of(text: Text, schedule: Schedule) -> str:
    """Such as "Check-in · Tuesdays 19:00"."""
    return text(
        "schedule.name", kind=text(f"schedule.kinds.{schedule.kind}"), rule=in_words(text, schedule.rule)
    )


def in_words(text: Text, rule: Rule) -> str:
    """Such as "Tuesdays 19:00" or "weekdays 08:30"."""
    return text("schedule.rules.weekly", days=days_in_words(text, rule.days), time=f"{rule.at:%H:%M}")


def days_in_words(text: Text, days: frozenset[Day]) -> str:
    """Such as "Tuesdays", "Tuesdays and Thursdays", "Weekdays"."""
    for name, group in (("every_day", WEEK), ("weekdays", WEEK[:5]), ("weekends", WEEK[5:])):
        if days == frozenset(group):
            return text(f"schedule.days.{name}")
    *first, last = [text(f"schedule.days.{day}") for day in WEEK if day in days]
    return text("schedule.days.several", first=", ".join(first), last=last) if first else last


def reason_in_words(text: Text, reason: str) -> str:
    """Why something did not come through, and what would mend it."""
    return text(f"schedule.reasons.{reason if reason in KNOWN_REASONS else 'other'}")
