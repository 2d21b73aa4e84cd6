"""Scheduled events and their recurrence (resources/guild-scheduled-event)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sandbox.limits.forms import Errors, Form, leaf, required

STAGE, VOICE, EXTERNAL = 1, 2, 3
YEARLY, MONTHLY, WEEKLY, DAILY = 0, 1, 2, 3

# The sets of weekdays (Monday is 0) that a daily rule may name.
_DAILY_SETS: Final = tuple(
    frozenset(days) for days in ((0, 1, 2, 3, 4), (1, 2, 3, 4, 5), (6, 0, 1, 2, 3), (4, 5), (5, 6), (6, 0))
)
_NOT_SETTABLE: Final = ("count", "end", "by_year_day")


def event_create(body: object, now: datetime) -> Errors:
    """Create Guild Scheduled Event; `now` is the time it must start after."""
    form = Form(body)
    kind = form.choice("entity_type", (STAGE, VOICE, EXTERNAL), needed=True)
    _event(form, now, new=True)
    if kind in (STAGE, VOICE) and form.body.get("channel_id") is None:
        form.refuse("channel_id", required())
    if kind == EXTERNAL:
        _external(form, form.body)
    return form.errors


def event_edit(body: object, before: Mapping[str, Any], now: datetime) -> Errors:
    """Modify Guild Scheduled Event that was `before`, as on the wire."""
    form = Form(body)
    _event(form, now, new=False)
    form.choice("status", (1, 2, 3, 4))
    kind = form.choice("entity_type", (STAGE, VOICE, EXTERNAL)) or before.get("entity_type")
    if kind == EXTERNAL:
        _external(form, {**before, **form.body})
    return form.errors


def _event(form: Form, now: datetime, *, new: bool) -> None:
    form.text("name", least=1, most=100, needed=new)
    form.text("description", most=1000)
    form.choice("privacy_level", (2,), needed=new)
    form.snowflake("channel_id")
    starts = form.moment("scheduled_start_time", needed=new)
    ends = form.moment("scheduled_end_time")
    if starts and starts <= now:
        past = leaf("GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.")
        form.refuse("scheduled_start_time", past)
    if starts and ends and ends <= starts:
        early = leaf("GUILD_SCHEDULED_EVENT_END_BEFORE_START", "Event end time must be after its start time.")
        form.refuse("scheduled_end_time", early)
    form.part("recurrence_rule", recurrence)


def _external(form: Form, fields: Mapping[str, Any]) -> None:
    """What an event outside Discord must have: a place and an end."""
    if fields.get("scheduled_end_time") is None:
        form.refuse("scheduled_end_time", required())
    if fields.get("channel_id") is not None and "channel_id" in form.body:
        outside = leaf("GUILD_SCHEDULED_EVENT_CHANNEL_INVALID", "An external event has no channel.")
        form.refuse("channel_id", outside)
    if fields.get("entity_metadata") is None:
        form.refuse("entity_metadata", required())
    elif "entity_metadata" in form.body:
        form.part("entity_metadata", _place)


def _place(body: object) -> Errors:
    form = Form(body)
    form.text("location", least=1, most=100, needed=True)
    return form.errors


def recurrence(body: object) -> Errors:
    """A recurrence rule, which must be one of the few shapes that Discord's clients can show."""
    form = Form(body)
    form.moment("start", needed=True)
    frequency = form.choice("frequency", (YEARLY, MONTHLY, WEEKLY, DAILY), needed=True)
    interval = form.number("interval", least=1, most=2, needed=True)
    days = form.items("by_weekday", most=7, check=lambda each: _whole(each, 0, 6))
    nth = form.items("by_n_weekday", most=7, check=_nth_weekday)
    months = form.items("by_month", most=12, check=lambda each: _whole(each, 1, 12))
    dates = form.items("by_month_day", most=33, check=lambda each: _whole(each, 1, 31))
    for name in _NOT_SETTABLE:
        if form.body.get(name) is not None:
            form.refuse(name, _shape("This field cannot be set"))
    if form.errors:
        return form.errors
    if interval != 1 and frequency != WEEKLY:
        form.refuse("interval", _shape("Only a weekly rule may have an interval other than 1"))
    form.whole(_kind_errors(frequency, days=days, nth=nth, months=months, dates=dates))
    return form.errors


def _kind_errors(
    frequency: int, *, days: list[Any], nth: list[Any], months: list[Any], dates: list[Any]
) -> Errors:
    given = {"by_weekday": days, "by_n_weekday": nth, "by_month": months, "by_month_day": dates}
    own = {
        DAILY: {"by_weekday"},
        WEEKLY: {"by_weekday"},
        MONTHLY: {"by_n_weekday"},
        YEARLY: {"by_month", "by_month_day"},
    }[frequency]
    for name, values in given.items():
        if values and name not in own:
            return {name: _shape("This field does not go with the frequency")}
        if name in own and frequency != DAILY and len(values) != 1:
            return {name: _shape("Exactly one value must be given")}
    if frequency == DAILY and days and frozenset(days) not in _DAILY_SETS:
        return {"by_weekday": _shape("These weekdays are not a known set")}
    return {}


def _shape(message: str) -> Errors:
    return leaf("GUILD_SCHEDULED_EVENT_INVALID_RECURRENCE_RULE", message)


def _nth_weekday(body: object) -> Errors:
    form = Form(body)
    form.number("n", least=1, most=5, needed=True)
    form.number("day", least=0, most=6, needed=True)
    return form.errors


def _whole(value: object, least: int, most: int) -> Errors:
    holder = Form({"value": value})
    holder.number("value", least=least, most=most, needed=True)
    errors: Errors = holder.errors.get("value", {})
    return errors
