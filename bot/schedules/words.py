"""A schedule said in words, in a language of content/."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time

from bot.schedules.models import Schedule
from bot.schedules.recurrence import (
    EVERY_DAY,
    LAST,
    WEEK,
    WORKDAYS,
    Day,
    Monthly,
    Once,
    Rule,
    Weekly,
    in_order,
)

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
    return named(text, schedule.kind, schedule.rule)


def named(text: Text, kind: str, rule: Rule) -> str:
    return text("schedule.name", kind=text(f"schedule.kinds.{kind}"), rule=in_words(text, rule))


def in_words(text: Text, rule: Rule) -> str:
    """Such as "Tuesdays 19:00", "Last Friday of the month 20:00", "Every 2 weeks: Tuesdays 19:00"."""
    times = times_in_words(text, rule.times)
    match rule.days:
        case Weekly(days, 1):
            said = text("schedule.rules.weekly", days=days_in_words(text, days), time=times)
        case Weekly(days, every):
            said = text("schedule.rules.every", every=every, days=days_in_words(text, days), time=times)
        case Monthly(_, days):
            nths = _listed(text, [text(f"schedule.nths.{_nth(nth)}") for nth in rule.days.in_order])
            day = text(f"schedule.day.{_kind_of_day(days)}")
            said = text("schedule.rules.monthly", nths=nths, day=day, time=times)
        case Once(on):
            said = text("schedule.rules.once", date=on, time=times)
    if rule.since is not None:
        said = text("schedule.rules.since", rule=said, date=rule.since)
    if rule.until is not None:
        said = text("schedule.rules.until", rule=said, date=rule.until)
    return said if rule.count is None else text("schedule.rules.count", rule=said, count=rule.count)


def times_in_words(text: Text, times: Sequence[time]) -> str:
    """Such as "19:00" or "09:00 and 21:00"."""
    return _listed(text, [f"{at:%H:%M}" for at in times])


def days_in_words(text: Text, days: frozenset[Day]) -> str:
    """Such as "Tuesdays", "Tuesdays and Thursdays", "Weekdays"."""
    for name, group in (("every_day", WEEK), ("weekdays", WEEK[:5]), ("weekends", WEEK[5:])):
        if days == frozenset(group):
            return text(f"schedule.days.{name}")
    return _listed(text, [text(f"schedule.days.{day}") for day in WEEK if day in days])


def reason_in_words(text: Text, reason: str) -> str:
    """Why something did not come through, and what would mend it."""
    return text(f"schedule.reasons.{reason if reason in KNOWN_REASONS else 'other'}")


def _listed(text: Text, names: Sequence[str]) -> str:
    *first, last = names
    return text("schedule.days.several", first=", ".join(first), last=last) if first else last


def _nth(nth: int) -> str:
    return "last" if nth == LAST else str(nth)


def _kind_of_day(days: frozenset[Day]) -> str:
    return {EVERY_DAY: "any", WORKDAYS: "weekday"}.get(days) or in_order(days)[0]
