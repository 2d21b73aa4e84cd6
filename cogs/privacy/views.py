"""What is kept, for everyone and for oneself; all of it is seen by the one person only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discord import ui as items
from discord.utils import escape_markdown, escape_mentions, format_dt

from bot.circles.models import Circle
from bot.participation.models import Choice, Consent
from bot.privacy.kept import LIVES, TOPICS
from bot.privacy.service import Mine, Row
from cogs import ui

FILE = "my-data.json"
ROWS_SHOWN = 4
"""Of each kind in the card; a message holds 4000 characters, and there are nine kinds."""
VALUE_SHOWN = 60
SHOWN = ("circle", "choice", "since", "day", "act", "opened", "prompt", "as", "name", "country")
"""What of a row may stand in the card; everything else is in the file."""
CIRCLES_SHOWN = 6
"""In one card of at most 40 components, with five for each."""


PAGES = (tuple(TOPICS)[:4], tuple(TOPICS)[4:])
"""A message holds 4000 characters: not all topics at once."""


def page(text: ui.Words, number: int = 0) -> ui.Card:
    """One of PAGES, counted from 0."""
    other = 1 - number
    ends = [] if other else [text("privacy.page.end.who"), text("privacy.page.end.erase")]
    return ui.Card(
        items.Container(
            items.TextDisplay(f"{text('privacy.page.title')}\n{text('privacy.page.intro')}"),
            *(items.TextDisplay(text(f"privacy.topics.{topic}", **LIVES)) for topic in PAGES[number]),
            *map(items.TextDisplay, ends),
            ui.row(
                ui.button(
                    text("privacy.page.more" if other else "privacy.page.back"), f"privacy:page:{other}"
                ),
                ui.button(text("privacy.page.mine"), "privacy:mine"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )


# Mine


def mine(text: ui.Words, found: Mine) -> ui.Card:
    if not found:
        return said(text, text("privacy.mine.nothing"))
    return ui.Card(
        items.Container(
            items.TextDisplay(f"{text('privacy.mine.title')}\n{text('privacy.mine.intro')}"),
            *(items.TextDisplay("\n".join(_kind(text, kind, rows))) for kind, rows in found.items()),
            ui.row(
                ui.button(text("privacy.mine.download"), "privacy:download"),
                *([ui.button(text("mine.take_back_posts"), "mine:posts")] if POSTS & found.keys() else []),
                ui.button(text("privacy.mine.erase"), "privacy:erase"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )


def _kind(text: ui.Words, kind: str, rows: Sequence[Row]) -> Iterator[str]:
    yield text(f"privacy.mine.{kind}.title", count=len(rows))
    if kind in SAID_BY_COUNT:
        return
    # Rows that look alike here (a prompt one was at and answered) are told once.
    lines = list(dict.fromkeys(_row(text, kind, row) for row in rows))
    yield from lines[:ROWS_SHOWN]
    if len(lines) > ROWS_SHOWN:
        yield text("privacy.mine.more")


def _row(text: ui.Words, kind: str, row: Row) -> str:
    shown = {name: _value(text, row[name]) for name in SHOWN if name in row}
    return f"• {text(f'privacy.mine.{kind}.each', **shown)}"


POSTS = frozenset({"shares", "anonymous_answers"})
"""Kinds of which something stands on Discord without the person's name: theirs to take back."""

SAID_BY_COUNT = frozenset({"share_drafts", "care_holds", "contacts"})
"""Kinds of which a row has nothing to show beside words of the person's own."""


def _value(text: ui.Words, value: Any) -> str:
    if value is None:
        return text("privacy.values.none")
    written = str(value)
    if written in VALUES:
        return text(f"privacy.values.{written}")
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.+Z", written):
        return format_dt(datetime.fromisoformat(written), "f")
    written = " ".join(written.split())
    if len(written) > VALUE_SHOWN:
        written = f"{written[: VALUE_SHOWN - 1]}…"
    return escape_mentions(escape_markdown(written))


VALUES = frozenset({"by_name", "counted", "here", "passed", "checked_in", "answered"})


def download(text: ui.Words) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("privacy.download.text")),
        items.File(f"attachment://{FILE}"),
        ui.row(ui.help_button(text)),
    )


def erasing(text: ui.Words) -> ui.Card:
    return ui.Card(
        items.Container(
            items.TextDisplay(text("privacy.erase.ask")),
            ui.row(
                ui.button(text("privacy.erase.no"), "privacy:keep"),
                ui.button(text("privacy.erase.yes"), "privacy:erase_now"),
            ),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def said(text: ui.Words, words: str) -> ui.Card:
    return ui.Card(items.TextDisplay(words), ui.row(ui.help_button(text)))


# How I am logged


@dataclass(frozen=True)
class Entry:
    """How someone is logged in a circle."""

    circle: Circle
    choice: Choice
    is_open: bool


def log(text: ui.Words, entries: Sequence[Entry]) -> ui.Card:
    if not entries:
        return said(text, text("privacy.log.nothing"))
    more = [items.TextDisplay[Any](text("privacy.log.more"))] if len(entries) > CIRCLES_SHOWN else []
    return ui.Card(
        items.Container(
            items.TextDisplay(text("privacy.log.title")),
            *(item for entry in entries[:CIRCLES_SHOWN] for item in _entry(text, entry)),
            *more,
            items.TextDisplay(text("privacy.log.what")),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def _entry(text: ui.Words, entry: Entry) -> Iterator[items.Item[Any]]:
    circle, choice = entry.circle, entry.choice
    state = (choice.consent or "none") if entry.is_open else "closed"
    yield items.TextDisplay(text(f"privacy.log.{state}", circle=circle.name, days=choice.days))
    buttons = []
    if entry.is_open and choice.consent is not Consent.BY_NAME:
        buttons.append(ui.button(text("privacy.log.be_named"), f"participation:choose:by_name:{circle.id}"))
    if entry.is_open and choice.consent is not Consent.COUNTED:
        buttons.append(ui.button(text("privacy.log.be_counted"), f"participation:choose:counted:{circle.id}"))
    if choice.days:
        buttons.append(ui.button(text("privacy.log.erase"), f"participation:erase:{circle.id}"))
    yield ui.row(*buttons)
