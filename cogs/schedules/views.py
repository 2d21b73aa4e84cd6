"""What facilitators and members see of schedules: all of it private answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.prompts.models import Deck
from bot.schedules.models import Schedule, State
from bot.schedules.service import Upcoming
from bot.schedules.words import in_words, name_of, reason_in_words
from cogs import ui
from cogs.schedules.draft import HOUR, Draft

A_CARD = 10  # schedules on one card: far from Discord's 4000 characters, also with long reasons
Decks = Mapping[str, Deck]
"""By id"""


def preview(text: ui.Words, circle: Circle, draft: Draft, times: Sequence[Upcoming], decks: Decks) -> ui.Card:
    """What would be saved, its next times, and the two buttons."""
    hours = draft.window // HOUR
    window = text("schedule.preview.an_hour") if hours == 1 else text("schedule.preview.hours", hours=hours)
    about = text(
        "schedule.preview.about",
        kind=text(f"schedule.kinds.{draft.kind}"),
        rule=in_words(text, draft.rule),
        zone=circle.zone,
        window=window,
        channel=f"<#{circle.channel_id}>",
    )
    lines = [about]
    if draft.deck is not None:
        lines.append(_deck(text, draft.deck, decks))
        if decks[draft.deck].attended:
            lines.append(text("schedule.preview.attended"))
    lines.append(text("schedule.preview.times"))
    lines += [_line(text, upcoming) for upcoming in times]
    lines.append(text("schedule.preview.not_saved"))
    return ui.Card(
        items.TextDisplay("\n".join(lines)),
        ui.row(
            ui.button(
                text("schedule.preview.save"),
                f"schedule:save:{circle.id}:{draft.packed()}",
                discord.ButtonStyle.primary,
            ),
            ui.button(text("schedule.preview.not_now"), "schedule:not_now"),
        ),
    )


def _line(text: ui.Words, upcoming: Upcoming) -> str:
    key = "moved" if upcoming.moved else "clocks_change" if upcoming.clocks_change else "time"
    return text(f"schedule.preview.{key}", when=when(upcoming.slot.instant))


def _deck(text: ui.Words, deck: str, decks: Decks) -> str:
    # A deck may have left the library since.
    return text("schedule.deck", deck=decks[deck].title if deck in decks else deck)


def when(moment: datetime) -> str:
    """In the reader's own zone and language (Discord: Timestamp Styles), and how far away it is."""
    unix = int(moment.timestamp())
    return f"<t:{unix}:F> (<t:{unix}:R>)"


def overview(text: ui.Words, circle: Circle, schedules: Sequence[Schedule], decks: Decks) -> list[ui.Card]:
    """The schedules with state and next time, on as many cards as they need."""
    if not schedules:
        return [ui.note(text("schedule.list.none", circle=circle.name))]
    heading = text("schedule.list.heading", circle=circle.name, zone=circle.zone)
    entries = [_entry(text, schedule, decks) for schedule in schedules]
    parts = [entries[start : start + A_CARD] for start in range(0, len(entries), A_CARD)]
    return [ui.note("\n\n".join([heading, *part])) for part in parts]


def _entry(text: ui.Words, schedule: Schedule, decks: Decks) -> str:
    lines = [text("schedule.list.entry", schedule=name_of(text, schedule))]
    if schedule.deck is not None:
        lines.append(_deck(text, schedule.deck, decks))
    if schedule.state is State.NEEDS_ATTENTION:
        lines.append(
            text("schedule.list.needs_attention", reason=reason_in_words(text, schedule.reason or ""))
        )
    lines.append(
        text("schedule.list.paused")
        if schedule.next is None
        else text("schedule.list.next", when=when(schedule.next.instant))
    )
    return "\n".join(lines)


def coming(text: ui.Words, circle: Circle, schedules: Sequence[Schedule]) -> ui.Card:
    """For everyone: what comes next."""
    lines = [
        text(
            "schedule.next.line",
            kind=text(f"schedule.kinds.{schedule.kind}"),
            when=when(schedule.next.instant),
        )
        for schedule in schedules
        if schedule.next is not None
    ]
    if not lines:
        return ui.note(text("schedule.next.none", circle=circle.name))
    heading = text("schedule.next.heading", circle=circle.name, channel=f"<#{circle.channel_id}>")
    return ui.note("\n".join([heading, *lines]))


def removing(text: ui.Words, circle: Circle, schedule: Schedule) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("schedule.remove.question", schedule=name_of(text, schedule))),
        ui.row(
            ui.button(
                text("schedule.remove.yes"),
                f"schedule:remove:{circle.id}:{schedule.id}",
                discord.ButtonStyle.danger,
            ),
            ui.button(text("schedule.remove.no"), "schedule:keep"),
        ),
    )
