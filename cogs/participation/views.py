"""What only the person sees: the question, what they chose, and the circle in figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from discord import ui as items
from discord.utils import format_dt

from bot.circles.models import Circle
from bot.participation.models import Choice, Consent, Figure, Named, Summary
from cogs import ui

FILES = ("figures.csv", "who-was-here.csv")
DAYS_SHOWN = 20
PEOPLE_CHARACTERS = 900
"""For names in one message: a mention has about 23. A message holds 4000 in all."""


def question(text: ui.Words, circle: Circle) -> ui.Card:
    return ui.Card(
        items.Container(
            items.TextDisplay(text("participation.ask.text", circle=circle.name)),
            ui.row(
                ui.button(text("participation.ask.by_name"), f"participation:choose:by_name:{circle.id}"),
                ui.button(text("participation.ask.counted"), f"participation:choose:counted:{circle.id}"),
            ),
            items.TextDisplay(text("participation.ask.until")),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def chosen(text: ui.Words, circle: Circle, choice: Choice) -> ui.Card:
    """What was chosen. Who is only counted now, but stands in the log from before, may erase that."""
    assert choice.consent is not None
    said = text(f"participation.chosen.{choice.consent}", circle=circle.name)
    if choice.consent is Consent.BY_NAME or not choice.days:
        return ui.Card(items.TextDisplay(said), ui.row(ui.help_button(text)))
    return ui.Card(
        items.TextDisplay(said),
        items.TextDisplay(text("participation.chosen.past", days=choice.days)),
        ui.row(
            ui.button(text("participation.chosen.erase"), f"participation:erase:{circle.id}"),
            ui.button(text("participation.chosen.leave"), "participation:leave"),
        ),
        ui.row(ui.help_button(text)),
    )


def said(text: ui.Words, words: str) -> ui.Card:
    return ui.Card(items.TextDisplay(words), ui.row(ui.help_button(text)))


def summary(text: ui.Words, circle: Circle, found: Summary) -> ui.Card:
    def day(day: date) -> str:
        # Noon: wherever in the world it is read, it is most likely the same day.
        return format_dt(datetime.combine(day, time(12), circle.tz), "D")

    span = text("participation.summary.span", first=day(found.first), last=day(found.last))
    lines = [
        text("participation.summary.day", day=day(each), figures=_figures(text, figures))
        for each, figures in sorted(found.days.items(), reverse=True)[:DAYS_SHOWN]
    ]
    if len(found.days) > DAYS_SHOWN:
        lines.append(text("participation.summary.newest"))
    if found.anonymous:
        lines.append(text("participation.summary.anonymous", figures=_figures(text, found.anonymous)))
    parts = ["\n".join(lines or [text("participation.summary.none")])]
    if found.people:
        parts.append(text("participation.summary.people", people=_people(text, found.people)))
    parts.append(text("participation.summary.not_shown"))
    if found.people is None:
        parts.append(text("participation.summary.members"))
    return ui.Card(
        items.Container(
            items.TextDisplay(f"{text('participation.summary.title', circle=circle.name)}\n{span}"),
            *(items.TextDisplay(part) for part in parts),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def export(text: ui.Words, circle: Circle) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("participation.export.text", circle=circle.name)),
        items.TextDisplay(text("participation.export.acts")),
        *(items.File(f"attachment://{name}") for name in FILES),
        items.TextDisplay(text("participation.export.keep")),
        ui.row(ui.help_button(text)),
    )


def _figures(text: ui.Words, figures: Iterable[Figure]) -> str:
    return " · ".join(text(f"participation.acts.{figure.act}", count=figure.count) for figure in figures)


def _people(text: ui.Words, people: Iterable[Named]) -> str:
    told = ""
    for person in people:
        mention = f"<@{person.user_id}>"  # shown by the name they have now, and nobody is notified
        if len(told) + len(mention) > PEOPLE_CHARACTERS:
            return f"{told} {text('participation.summary.more')}"
        told += f", {mention}" if told else mention
    return told
