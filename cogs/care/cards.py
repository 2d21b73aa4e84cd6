"""What somebody reads in private where screening noticed something: ways on, and nothing that judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import ui as items

from bot.care.lines import Fitting
from bot.care.screening import Category, Tier
from cogs import ui
from cogs.care import views

HARD = ("cost", "police", "burden", "not_bad_enough", "tried", "words")
EMERGENCY_FIRST = frozenset({Category.OVERDOSE})
"""Where time may count although nothing sounds like it."""


@dataclass(frozen=True)
class Seen:
    """For whom a card is: their words, and the lines of the country they told, if any."""

    text: ui.Words
    found: Fitting
    country: str | None


def heavy(text: ui.Words) -> ui.Card:
    return ui.Card(items.TextDisplay(text("noticed.t1")), ui.row(ui.help_button(text)))


def quiet(text: ui.Words) -> ui.Card:
    return ui.Card(items.TextDisplay(text("noticed.quiet")), ui.row(ui.help_button(text)))


def is_it_safe(text: ui.Words, tier: Tier) -> ui.Card:
    """Before anything about abuse is shown: who wrote it may not be alone with the screen."""
    return ui.Card(
        items.TextDisplay(text("noticed.abuse.safe")),
        ui.row(
            ui.button(text("noticed.abuse.show"), f"care:show:{Category.ABUSE}:{int(tier)}"),
            ui.button(text("noticed.abuse.close"), "care:close"),
        ),
    )


def care_card(seen: Seen, tier: Tier, category: Category, *more: items.Item[Any]) -> ui.Card:
    """`more` stands before the buttons: what the writer can decide about what they wrote."""
    text = seen.text
    now = tier is Tier.T3
    urgent = [items.TextDisplay[Any](views.danger(text, seen.found, seen.country))]
    told = text(f"noticed.{'ask' if now else 'with'}.{category}")
    return ui.Card(
        items.Container(
            items.TextDisplay(f"{text('noticed.title')}\n{text(f'noticed.why.{category}')}"),
            *(urgent if now or category in EMERGENCY_FIRST else []),
            items.TextDisplay(told),
            items.TextDisplay(views.lines(text, seen.found, seen.country)),
            *more,
            *ui.rows(*_buttons(text, category, tier)),
            items.TextDisplay(text("noticed.limits.now" if now else "noticed.limits.text")),
            accent_colour=ui.ACCENT,
        )
    )


def _buttons(text: ui.Words, category: Category, tier: Tier) -> list[items.Button[Any]]:
    about = category.value
    reach = (
        ui.button(text("noticed.button.concern"), "care:concern")
        if category is Category.SOMEONE_ELSE
        else ui.button(text("noticed.button.reach"), f"care:reach:{about}:{int(tier)}")
    )
    buttons = [
        ui.button(text("noticed.button.line"), f"care:line:{about}", discord.ButtonStyle.primary),
        reach,
        ui.button(text("noticed.button.hard"), "care:hard"),
        ui.button(text("noticed.button.ground"), "care:ground"),
        ui.button(text("noticed.button.young"), "care:young"),
        ui.button(text("noticed.button.misread"), "care:misread"),
        ui.button(text("noticed.button.quiet"), "care:quiet"),
    ]
    if category is Category.ABUSE:
        buttons.append(ui.button(text("noticed.abuse.close"), "care:close"))
    return [*buttons, ui.help_button(text)]


def said(text: ui.Words, *told: str) -> ui.Card:
    return ui.Card(*map(items.TextDisplay, told), ui.row(ui.help_button(text)))


def line_card(seen: Seen, *before: str) -> ui.Card:
    text = seen.text
    return ui.Card(
        items.Container(
            *map(items.TextDisplay, before),
            items.TextDisplay(views.danger(text, seen.found, seen.country)),
            items.TextDisplay(views.lines(text, seen.found, seen.country)),
            items.TextDisplay(text("noticed.line.more")),
            ui.row(*views.links(text, seen.found), ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def what_makes_it_hard(text: ui.Words) -> ui.Card:
    options = [discord.SelectOption(label=text(f"noticed.hard.{each}"), value=each) for each in HARD]
    return ui.Card(
        items.TextDisplay(text("noticed.hard.text")),
        ui.row(
            items.Select[Any](
                custom_id="care:hard_because",
                placeholder=text("noticed.hard.placeholder"),
                options=options,
            )
        ),
        ui.row(ui.help_button(text)),
    )
