from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui as items
from discord.utils import format_dt

from bot.circles.models import Circle
from bot.sharing.answered.models import Unanswered
from cogs import ui

SHOWN = 10


def listening(
    text: ui.Words, circle: Circle, *, listens: bool, waiting: Sequence[Unanswered], hours: int
) -> ui.Card:
    """What waits for an answer, for everybody; and the role of those who would be told of it."""
    role = text("listen.you" if listens else "listen.what", hours=hours)
    change = (
        ui.button(text("listen.end"), f"listen:end:{circle.id}")
        if listens
        else ui.button(text("listen.begin"), f"listen:begin:{circle.id}", discord.ButtonStyle.primary)
    )
    return ui.Card(
        items.Container(
            items.TextDisplay(text("listen.title", circle=circle.name)),
            items.TextDisplay(_lines(text, circle, waiting[:SHOWN]) or text("listen.none")),
            items.TextDisplay(role),
            ui.row(
                change, ui.button(text("listen.look_again"), f"listen:show:{circle.id}"), ui.help_button(text)
            ),
            accent_colour=ui.ACCENT,
        )
    )


def nudge(text: ui.Words, circle: Circle, overdue: Sequence[Unanswered]) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("listen.nudge", circle=circle.name)),
        items.TextDisplay(_lines(text, circle, overdue)),
        items.TextDisplay(text("listen.nudge_free")),
        ui.row(ui.button(text("listen.end"), f"listen:end:{circle.id}"), ui.help_button(text)),
    )


def ended(text: ui.Words, circle: Circle) -> ui.Card:
    return ui.Card(items.TextDisplay(text("listen.ended", circle=circle.name)), ui.row(ui.help_button(text)))


def _lines(text: ui.Words, circle: Circle, shares: Sequence[Unanswered]) -> str:
    return "\n".join(
        text(
            "listen.share",
            name=share.name,
            when=format_dt(share.since, "R"),
            link=f"https://discord.com/channels/{circle.guild_id}/{share.channel_id}/{share.message_id}",
        )
        for share in shares
    )
