"""What facilitators decide and offer, and what a member tells them of somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord
from discord import ui as items

from bot.care.cases.concerns import WORDS_MOST, Concern
from bot.care.cases.duty import HOURS
from bot.care.cases.models import CareRules
from bot.care.cases.rules import policy as policy_of
from bot.circles.models import Circle
from bot.sharing import text as texts
from cogs import ui
from cogs.care import case_views

# Duty


def duty(text: ui.Words, circle: Circle, until: datetime | None) -> ui.Card:
    if until is None:
        told = text("cases.duty.off", circle=circle.name)
    else:
        told = text("cases.duty.on", circle=circle.name, until=discord.utils.format_dt(until))
    stop = [ui.button(text("cases.duty.stop"), f"care:off_duty:{circle.id}")] if until is not None else []
    choices = [ui.button(_for(text, hours), f"care:on_duty:{circle.id}:{hours}") for hours in HOURS]
    return ui.Card(
        items.Container(
            items.TextDisplay(told),
            items.TextDisplay(text("cases.duty.kept")),
            *ui.rows(*choices, *stop, ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def _for(text: ui.Words, hours: int) -> str:
    if hours > 24:
        return text("cases.duty.days", days=hours // 24)
    return text("cases.duty.hours", hours=hours)


# Worry about somebody else


def concern_form(text: ui.Words, circle: Circle) -> ui.Form:
    by: items.Label[Any] = items.Label(
        text=text("cases.concern.by"),
        description=text("cases.concern.by_hint"),
        component=items.Checkbox(custom_id="by"),
    )
    return ui.Form(
        text("cases.concern.title"),
        f"care:concern:{circle.id}",
        items.TextDisplay(text("cases.concern.told")),
        items.Label(
            text=text("cases.concern.words"),
            description=text("cases.concern.words_hint", most=WORDS_MOST),
            component=case_views.words_field(WORDS_MOST),
        ),
        by,
    )


def concern_card(text: ui.Words, concern: Concern) -> ui.Card:
    by = text("cases.concern.by_name", by=concern.by) if concern.by else text("cases.concern.unnamed")
    return ui.Card(
        items.Container(
            items.TextDisplay(text("cases.concern.card", circle=concern.circle.name)),
            items.TextDisplay(texts.posted(concern.words)),
            items.TextDisplay(by),
            items.TextDisplay(text("cases.concern.how")),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


# The policy


def policy(text: ui.Words, circle: Circle, rules: CareRules, *, facilitates: bool) -> ui.Card:
    change = ui.button(text("cases.policy.settings"), f"care:settings:{circle.id}")
    return ui.Card(
        items.Container(
            items.TextDisplay(text("cases.policy.title", circle=circle.name)),
            items.TextDisplay(policy_of(text, rules)),
            ui.row(*([change] if facilitates else []), ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def settings(text: ui.Words, circle: Circle, rules: CareRules) -> ui.Card:
    turn = "off" if rules.alert else "on"
    return ui.Card(
        items.Container(
            items.TextDisplay(text("cases.settings.title", circle=circle.name)),
            items.TextDisplay(text("cases.settings.alert")),
            items.TextDisplay(text("cases.settings.is_on" if rules.alert else "cases.settings.is_off")),
            ui.row(
                ui.button(text(f"cases.settings.turn_{turn}"), f"care:alert:{circle.id}:{turn}"),
                ui.button(text("cases.policy.button"), f"care:policy:{circle.id}"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )
