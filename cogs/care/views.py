from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui as items

from bot.care.lines import HelpLine
from cogs import ui


def help_card(text: ui.Words, lines: Sequence[HelpLine]) -> ui.Card:
    """The most urgent first: emergency number, then a person to talk to, then what this can't do."""
    links = [
        items.Button[Any](
            style=discord.ButtonStyle.link, label=text("care.now.open_line", name=line.name), url=line.address
        )
        for line in lines
    ]
    return ui.Card(
        items.Container(
            items.TextDisplay(text("care.now.title")),
            items.TextDisplay(text("care.now.danger")),
            items.TextDisplay("\n".join([text("care.now.lines"), *(_line(text, line) for line in lines)])),
            ui.row(*links),
            items.TextDisplay(text("care.now.someone")),
            items.TextDisplay(text("care.now.limits")),
            accent_colour=ui.ACCENT,
        )
    )


def _line(text: ui.Words, line: HelpLine) -> str:
    told = (
        text("care.now.not_checked")
        if line.checked is None
        else text("care.now.checked", date=line.checked.isoformat())
    )
    return f"{text('care.now.line', name=line.name, address=line.address)}\n{told}"
