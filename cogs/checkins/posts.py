"""What a check-in posts for everyone: its card, words by name, and the summary at its end."""

from __future__ import annotations

from typing import Any

from discord import ui as items
from discord.utils import escape_markdown, escape_mentions, format_dt

from bot.checkins.closing import Page
from bot.checkins.models import STEPS, CheckIn, State
from bot.checkins.summary import Figure, Summary, crowd
from bot.checkins.words.named import ShownWords
from cogs import ui


def card(text: ui.Words, checkin: CheckIn, present: int) -> ui.Card:
    if checkin.state is State.CLOSED:
        return _framed(
            items.TextDisplay(text("checkin.card.title")), items.TextDisplay(text("checkin.card.closed"))
        )
    closes = text(
        "checkin.card.closes",
        when=format_dt(checkin.closes_at, "f"),
        how_long=format_dt(checkin.closes_at, "R"),
    )
    return _framed(
        items.TextDisplay(f"{text('checkin.card.title')}\n{text('checkin.card.invitation')}"),
        items.TextDisplay(f"{text(f'checkin.here.{crowd(present)}')} {closes}"),
        ui.row(
            ui.button(text("checkin.card.check_in"), f"checkin:open:{checkin.id}"),
            ui.button(text("checkin.card.here"), f"checkin:here:{checkin.id}"),
            ui.button(text("checkin.card.pass"), f"checkin:pass:{checkin.id}"),
        ),
        items.TextDisplay(text("checkin.card.who_sees")),
        ui.row(ui.help_button(text)),
    )


def named_words(text: ui.Words, shown: ShownWords) -> ui.Card:
    """Name and words in texts of their own, so that the one can't pretend to be the other."""
    name = escape_mentions(escape_markdown(" ".join(shown.name.split())))
    return ui.Card(
        items.TextDisplay(text("checkin.words.author", name=name)),
        items.TextDisplay(escape_mentions(shown.words)),
        ui.row(ui.button(text("checkin.take_back.button"), f"checkin:unsay:{shown.id}:{shown.mark}")),
    )


def summary_page(text: ui.Words, page: Page) -> ui.Card:
    parts: list[items.Item[Any]] = []
    if page.summary is not None:
        parts += [items.TextDisplay("\n".join(told)) for told in _summary(text, page.summary)]
    if page.words:
        heading = "checkin.summary.unnamed" if page.summary is not None else "checkin.summary.unnamed_on"
        parts.append(items.TextDisplay(text(heading)))
        for words in page.words:
            parts += [items.Separator(), items.TextDisplay(escape_mentions(words))]
    if page.summary is not None:
        parts.append(items.TextDisplay(text("checkin.summary.take_along")))
    parts.append(ui.row(ui.help_button(text)))
    return _framed(*parts)


def _summary(text: ui.Words, summary: Summary) -> list[list[str]]:
    """What it came to, as paragraphs of lines."""
    were_here = text(f"checkin.were_here.{crowd(summary.present) if summary.present else 'some'}")
    told = [[text("checkin.summary.title"), were_here]]
    if summary.figures:
        told.append([_scale(text, figure) for figure in summary.figures])
    if summary.weathers:
        names = ", ".join(text(f"checkin.weathers.{weather}") for weather in summary.weathers)
        told.append([text("checkin.summary.weathers", weathers=names)])
    if summary.figures or summary.weathers:
        told.append([text("checkin.summary.unvalidated")])
    return told


def _scale(text: ui.Words, figure: Figure) -> str:
    return text(
        "checkin.summary.scale",
        scale=text(f"checkin.scales.{figure.scale}"),
        bar="".join("●" if step <= figure.step else "○" for step in STEPS),
        step=text(f"checkin.steps.{figure.step}"),
        spread=text(f"checkin.spread.{figure.spread}"),
    )


def _framed(*parts: items.Item[Any]) -> ui.Card:
    return ui.Card(items.Container(*parts, accent_colour=ui.ACCENT))
