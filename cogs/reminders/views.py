"""What only the person sees: reminders in their direct messages, and what they asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui as items
from discord.utils import format_dt

from bot.circles.models import Circle
from bot.circles.zones import city
from bot.reminders.models import NO_END, Asked, Person
from bot.reminders.service import Mine, Shown
from cogs import ui

CIRCLES_SHOWN = 8
"""In one card of at most 40 components, with three for each."""


def reminder(text: ui.Words, shown: Shown) -> ui.Card:
    """The direct message. It tells what is open, and nothing of who is there or not."""
    occasion, circle = shown.occasion, shown.circle
    url = f"https://discord.com/channels/{circle.guild_id}/{occasion.channel_id}/{occasion.message_id}"
    open_until = text(
        "reminder.dm.prompt" if occasion.is_prompt else "reminder.dm.check_in",
        circle=circle.name,
        when=format_dt(occasion.closes_at, "f"),
        how_long=format_dt(occasion.closes_at, "R"),
    )
    return ui.Card(
        items.TextDisplay(f"{open_until}\n{text('reminder.dm.invitation')}"),
        ui.row(
            items.Button[Any](label=text("reminder.dm.link"), url=url),
            ui.button(text("reminder.dm.not_today"), f"reminder:today:{circle.id}"),
            _stop(text, circle),
        ),
    )


def hello(text: ui.Words, circle: Circle) -> ui.Card:
    """The first direct message, sent while they ask: it shows where reminders come, and that they can."""
    return ui.Card(items.TextDisplay(text("reminder.hello", circle=circle.name)), ui.row(_stop(text, circle)))


def asked(text: ui.Words, mine: Mine, circle: Circle, now: datetime) -> ui.Card:
    """What was asked for just now."""
    told = next(asked for each, asked in mine.wishes if each.id == circle.id)
    tz = mine.person.tz(circle.tz)
    lines = [text("reminder.asked", wish=_wish(text, circle, told, tz)), *_around(text, mine.person, tz, now)]
    return ui.Card(
        items.TextDisplay("\n".join(lines)),
        items.TextDisplay(text("reminder.gentle")),
        ui.row(_stop(text, circle), ui.help_button(text)),
    )


def mine(text: ui.Words, found: Mine, now: datetime) -> ui.Card:
    """All they asked for, with what ends it."""
    parts: list[items.Item[Any]] = []
    for circle, wished in found.wishes[:CIRCLES_SHOWN]:
        wish = _wish(text, circle, wished, found.person.tz(circle.tz))
        parts += [items.TextDisplay(wish), ui.row(_stop(text, circle))]
    if not parts:
        parts.append(items.TextDisplay(text("reminder.show.none")))
    elif len(found.wishes) > CIRCLES_SHOWN:
        parts.append(items.TextDisplay(text("reminder.show.more")))
    zone = None if found.person.zone is None else ZoneInfo(found.person.zone)
    return ui.Card(
        items.TextDisplay(text("reminder.show.title")),
        *parts,
        items.TextDisplay("\n".join(_around(text, found.person, zone, now))),
        ui.row(ui.help_button(text)),
    )


def quiet(text: ui.Words, person: Person) -> ui.Card:
    zone = None if person.zone is None else ZoneInfo(person.zone)
    return said(text, "\n".join([_quiet(text, person, zone), text("reminder.quiet.waits")]))


def away(text: ui.Words, person: Person) -> ui.Card:
    return said(text, f"{_away(text, person)}\n{text('reminder.away.nothing_waits')}")


def said(text: ui.Words, words: str) -> ui.Card:
    return ui.Card(items.TextDisplay(words), ui.row(ui.help_button(text)))


def _wish(text: ui.Words, circle: Circle, asked: Asked, zone: ZoneInfo) -> str:
    kind = "both" if asked.check_ins and asked.prompts else "prompts" if asked.prompts else "check_ins"
    if asked.at is not None:
        moment = text("reminder.moments.hour", at=f"{asked.at:%H:%M}", zone=_city(zone))
    elif asked.hours_before == 1:
        moment = text("reminder.moments.an_hour_before")
    elif asked.hours_before is not None:
        moment = text("reminder.moments.hours_before", hours=asked.hours_before)
    else:
        moment = text("reminder.moments.opening")
    return text("reminder.wish", circle=circle.name, kind=text(f"reminder.kinds.{kind}"), moment=moment)


def _around(text: ui.Words, person: Person, zone: ZoneInfo | None, now: datetime) -> list[str]:
    """When they are left alone."""
    away = [_away(text, person)] if person.is_away(now) else []
    return [_quiet(text, person, zone), *away]


def _quiet(text: ui.Words, person: Person, zone: ZoneInfo | None) -> str:
    clock = text("reminder.quiet.circles_clock" if zone is None else "reminder.quiet.clock", zone=_city(zone))
    if person.quiet.start == person.quiet.end:
        return text("reminder.quiet.none", clock=clock)
    start, end = f"{person.quiet.start:%H:%M}", f"{person.quiet.end:%H:%M}"
    return text("reminder.quiet.hours", start=start, end=end, clock=clock)


def _city(zone: ZoneInfo | None) -> str:
    return "" if zone is None else city(zone.key)


def _away(text: ui.Words, person: Person) -> str:
    assert person.away_until is not None
    if person.away_until == NO_END:
        return text("reminder.away.no_end")
    return text("reminder.away.until", when=format_dt(person.away_until, "F"))


def _stop(text: ui.Words, circle: Circle) -> items.Button[Any]:
    return ui.button(text("reminder.stop.button"), f"reminder:stop:{circle.id}")
