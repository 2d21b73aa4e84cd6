"""What is posted for everyone to read: the hello, notices for facilitators, a circle's end."""

from __future__ import annotations

import discord
from discord import ui as items

from bot.circles.models import Circle, Notice
from cogs import ui


def hello(text: ui.Words) -> ui.Card:
    return ui.Card(
        items.Container(
            items.TextDisplay(text("circle.hello.text")),
            ui.row(ui.button(text("circle.hello.set_up"), "circle:setup", discord.ButtonStyle.primary)),
            items.TextDisplay(text("circle.hello.who")),
            accent_colour=ui.ACCENT,
        )
    )


def notice(text: ui.Words, notice: Notice) -> ui.Card:
    body = text(notice.key, **notice.params)
    return ui.note(text("circle.notice.text", circle=notice.circle.name, notice=body))


def closed(text: ui.Words, circle: Circle) -> ui.Card:
    return ui.note(text("circle.closed.post", circle=circle.name))
