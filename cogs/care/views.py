from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui as items

from bot.care.lines import ANYWHERE, Fitting, HelpLine
from bot.signs import plain
from cogs import ui

OPTIONS = 25  # of a select


def help_card(text: ui.Words, found: Fitting, country: str | None = None, *, kept: bool = False) -> ui.Card:
    """The most urgent first: emergency number, then a person to talk to, then what this can't do.

    `country` is where they said they are; `kept`: it is remembered for them.
    """
    return ui.Card(
        items.Container(
            items.TextDisplay(text("care.now.title")),
            items.TextDisplay(danger(text, found, country)),
            items.TextDisplay(lines(text, found, country)),
            ui.row(*links(text, found), *_place(text, country, kept=kept)),
            items.TextDisplay(text("care.now.someone")),
            ui.row(ui.button(text("noticed.button.reach"), "care:reach")),
            items.TextDisplay(text("care.now.limits")),
            accent_colour=ui.ACCENT,
        )
    )


def danger(text: ui.Words, found: Fitting, country: str | None) -> str:
    """Whom to call when somebody may be in danger now."""
    if found.emergency is None or country is None:
        return text("care.now.danger")
    where, number = text(f"country.{country.lower()}"), found.emergency.number
    told = text("care.now.danger_in", country=where, number=number)
    return f"{told}\n{_checked(text, found.emergency)}"


def lines(text: ui.Words, found: Fitting, country: str | None) -> str:
    """The verified lines; where there are none, the directory, and that nobody verified any."""
    if found.lines:
        return "\n".join(_line(text, line) for line in found.lines)
    return "\n".join(
        [text("care.now.none_checked" if country else "care.now.lines"), _directory(text, found.directory)]
    )


def _directory(text: ui.Words, line: HelpLine) -> str:
    return f"{text('care.now.directory', name=line.name, address=line.chat)}\n{_checked(text, line)}"


def _line(text: ui.Words, line: HelpLine) -> str:
    ways = [
        text(f"care.now.by_{way}", **{way: reached})
        for way, reached in (("number", line.number), ("text", line.text), ("chat", line.chat))
        if reached
    ]
    return text(
        "care.now.line",
        name=line.name,
        ways=text("care.now.or").join(ways),
        hours=line.hours,
        languages=", ".join(each for each in line.languages if each != ANYWHERE) or text("care.now.many"),
        checked=_checked(text, line),
    )


def _checked(text: ui.Words, line: HelpLine) -> str:
    if line.checked is None:
        return text("care.now.not_checked")
    return text("care.now.checked", date=line.checked.isoformat())


def links(text: ui.Words, found: Fitting) -> list[items.Button[Any]]:
    shown = [line for line in found.lines if line.chat] or [found.directory]
    return [
        items.Button(
            style=discord.ButtonStyle.link,
            label=text("care.now.open_line", name=line.name)[:80],
            url=line.chat,
        )
        for line in shown[:3]
    ]


def _place(text: ui.Words, country: str | None, *, kept: bool) -> list[items.Button[Any]]:
    if country is None:
        return [ui.button(text("care.now.where"), "care:where")]
    if kept:
        return [ui.button(text("care.now.forget"), "care:forget")]
    return [
        ui.button(text("care.now.keep", country=text(f"country.{country.lower()}")), f"care:keep:{country}"),
        ui.button(text("care.now.elsewhere"), "care:where"),
    ]


def where_card(text: ui.Words, countries: Sequence[str]) -> ui.Card:
    """Asks for a country, and says what for; nothing is kept by choosing one."""
    named = sorted(
        ((text(f"country.{country.lower()}"), country) for country in countries),
        key=lambda each: plain(each[0]),
    )
    pages = [named[start : start + OPTIONS] for start in range(0, len(named), OPTIONS)]
    selects = [
        items.Select[Any](
            custom_id=f"care:country:{number}",
            placeholder=text("care.where.placeholder", first=page[0][0], last=page[-1][0]),
            options=[discord.SelectOption(label=name, value=country) for name, country in page],
        )
        for number, page in enumerate(pages)
    ]
    return ui.Card(
        items.Container(
            items.TextDisplay(text("care.where.text")),
            *(ui.row(select) for select in selects),
            ui.row(ui.button(text("care.where.back"), "care:again")),
            accent_colour=ui.ACCENT,
        )
    )
