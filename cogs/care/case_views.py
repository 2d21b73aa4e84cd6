from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui as items

from bot.care.cases.models import FACILITATOR, STANDS, Case, Noted, Shown, State, Word
from bot.care.cases.service import BEGUN, HANDED_ON
from bot.circles.models import Circle
from bot.relay.models import ENDED, MESSAGE, RETURNED, SILENT, Parcel, Side
from bot.sharing import text as texts
from cogs import ui
from cogs.care import views
from cogs.care.cards import Seen

PRIMARY = discord.ButtonStyle.primary
STANDS_HOURS = int(STANDS.total_seconds() // 3600)
URGENT = 3
"""The tier of what may be danger now"""

# Asking


def which(text: ui.Words, said: str, custom_id: str, circles: Sequence[Circle]) -> ui.Card:
    options = [discord.SelectOption(label=circle.name, value=circle.id) for circle in circles[:25]]
    select = items.Select[Any](
        custom_id=custom_id, placeholder=text("cases.reach.which_placeholder"), options=options
    )
    return ui.Card(items.TextDisplay(said), ui.row(select), ui.row(ui.help_button(text)))


def ask(
    seen: Seen, circle: Circle, where: str, noted: Noted, *, on_duty: bool, language: str | None
) -> ui.Card:
    """Before anybody is asked. `where` ends the buttons' custom_ids; `language`: its name, to be told."""
    text = seen.text
    about = noted.category and text(f"cases.about_you.{noted.category}")
    told = text("cases.reach.noted_about", about=about) if about else text("cases.reach.noted")
    buttons = [ui.button(text("cases.reach.yes"), f"care:ask:{where}", PRIMARY)]
    more = []
    if language is not None:
        more.append(items.TextDisplay[Any](text("cases.reach.language", language=language)))
        buttons.append(ui.button(text("cases.reach.yes_in", language=language), f"care:ask_in:{where}"))
    urgent = [items.TextDisplay[Any](views.danger(text, seen.found, seen.country))]
    return ui.Card(
        items.Container(
            items.TextDisplay(text("cases.reach.title", circle=circle.name)),
            *(urgent if noted.tier == URGENT else []),
            items.TextDisplay(text("cases.reach.what", noted=told)),
            items.TextDisplay(text("cases.reach.kept", hours=STANDS_HOURS)),
            *more,
            items.TextDisplay(text("cases.reach.somebody" if on_duty else "cases.reach.nobody")),
            ui.row(*buttons, ui.help_button(text)),
            items.TextDisplay(views.lines(text, seen.found, seen.country)),
            accent_colour=ui.ACCENT,
        )
    )


def asked(seen: Seen, circle: Circle, case: Case, *, on_duty: bool) -> ui.Card:
    """In their direct messages, where it stays."""
    text = seen.text
    return ui.Card(
        items.Container(
            items.TextDisplay(text("cases.asked.title", circle=circle.name)),
            items.TextDisplay(text("cases.asked.text", number=case.number, hours=STANDS_HOURS)),
            items.TextDisplay(text("cases.reach.somebody" if on_duty else "cases.reach.nobody")),
            items.TextDisplay(views.lines(text, seen.found, seen.country)),
            ui.row(_end(text, case), ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def stands(text: ui.Words, said: str, case: Case) -> ui.Card:
    return ui.Card(items.TextDisplay(said), ui.row(_end(text, case), ui.help_button(text)))


def said(text: ui.Words, told: str) -> ui.Card:
    return ui.Card(items.TextDisplay(told), ui.row(ui.help_button(text)))


def again(text: ui.Words, told: str) -> ui.Card:
    """Something came to its end; asking anew is one press away."""
    return ui.Card(
        items.TextDisplay(told),
        ui.row(ui.button(text("cases.asked.again"), "care:reach"), ui.help_button(text)),
    )


def word(seen: Seen, word: Word, case: Case, *, on_duty: bool) -> ui.Card:
    text = seen.text
    name = "lost_but_duty" if word is Word.LOST and on_duty else word.value
    ended = case.state is State.CLOSED
    untold = word in (Word.QUARTER, Word.HOUR) and case.card_id is None
    first = ui.button(text("cases.asked.again"), "care:reach") if ended else _end(text, case)
    return ui.Card(
        items.Container(
            items.TextDisplay(text(f"cases.word.{name}", number=case.number, hours=STANDS_HOURS)),
            *([items.TextDisplay[Any](text("cases.word.untold"))] if untold else []),
            items.TextDisplay(views.danger(text, seen.found, seen.country)),
            items.TextDisplay(views.lines(text, seen.found, seen.country)),
            ui.row(first, *views.links(text, seen.found), ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def _end(text: ui.Words, case: Case) -> items.Button[Any]:
    return ui.button(text("cases.asked.end"), f"care:withdraw:{case.id}")


# For facilitators


def case_card(text: ui.Words, shown: Shown) -> ui.Card:
    """In the facilitators' channel, in the circle's language."""
    case = shown.case
    if case.state is not State.OPEN:
        told = text(f"cases.card.{case.state}", number=case.number)
        return ui.Card(items.TextDisplay(told), ui.row(ui.help_button(text)))
    return ui.Card(
        items.Container(
            items.TextDisplay(text("cases.card.open", number=case.number, circle=shown.circle.name)),
            items.TextDisplay(_noted(text, case)),
            items.TextDisplay(text("cases.card.how")),
            items.TextDisplay(text("cases.card.kind")),
            ui.row(
                _take(text, case),
                ui.button(text("cases.card.not_now"), "care:not_now"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )


def duty_card(text: ui.Words, shown: Shown) -> ui.Card:
    """In private, to who is on duty."""
    case, circle = shown.case, shown.circle
    head = text(
        "cases.card.duty",
        number=case.number,
        circle=circle.name,
        channel=f"<#{circle.facilitators_channel_id}>",
    )
    return ui.Card(
        items.Container(
            items.TextDisplay(head),
            items.TextDisplay(_noted(text, case)),
            ui.row(
                _take(text, case),
                ui.button(text("cases.card.not_now"), "care:not_now"),
                ui.button(text("cases.card.duty_off"), f"care:off_duty:{circle.id}"),
                ui.help_button(text),
            ),
            accent_colour=ui.ACCENT,
        )
    )


def _noted(text: ui.Words, case: Case) -> str:
    assert case.part is not None
    noted, part = case.noted, text(f"cases.part.{case.part}")
    if noted.category is None:
        told = text("cases.card.unseen", part=part)
    else:
        about = text(f"cases.about.{noted.category}")
        how = text("cases.card.urgent") if noted.tier == URGENT else ""
        told = text("cases.card.seen", about=about, how=how, part=part)
    if noted.language is None:
        return told
    language = text(f"cases.language.{noted.language}")
    return f"{told}\n{text('cases.card.language', language=language)}"


def _take(text: ui.Words, case: Case) -> items.Button[Any]:
    return ui.button(text("cases.card.take"), f"care:take:{case.id}", PRIMARY)


def alert(text: ui.Words, circle: Circle) -> ui.Card:
    told = text("cases.alert.text", circle=circle.name)
    return ui.Card(
        items.Container(
            items.TextDisplay(told),
            ui.row(ui.button(text("cases.policy.button"), f"care:policy:{circle.id}"), ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


# While two talk


def letter(text: ui.Words, parcel: Parcel) -> ui.Card:
    side, words = parcel.side, items.TextDisplay[Any](texts.posted(parcel.text) or "…")
    to_writer = side.name != FACILITATOR
    number = side.name if to_writer else parcel.other.name
    if parcel.what == MESSAGE:
        head = text("cases.talk.from_facilitator" if to_writer else "cases.talk.from_writer", number=number)
        return ui.Card(
            items.Container(items.TextDisplay(head), words, accent_colour=ui.ACCENT),
            ui.row(*talking(text, side, "write_back")),
        )
    if parcel.what == RETURNED:
        buttons = talking(text, side, "write") if side.talk.is_open else [ui.help_button(text)]
        return ui.Card(
            items.TextDisplay(text("cases.talk.returned")), items.Container(words), ui.row(*buttons)
        )
    if parcel.what == BEGUN:
        begun = text(f"cases.talk.begun_{'writer' if to_writer else 'facilitator'}", number=number)
        return ui.Card(
            items.Container(items.TextDisplay(begun), accent_colour=ui.ACCENT),
            ui.row(*talking(text, side, "write")),
        )
    told = {
        ENDED: text(f"cases.talk.ended_for_{'writer' if to_writer else 'facilitator'}", number=number),
        SILENT: text("cases.talk.silent", number=number),
        HANDED_ON: text("cases.talk.handed_on", number=number),
    }[parcel.what]
    return again(text, told) if to_writer and parcel.what != HANDED_ON else said(text, told)


def talking(text: ui.Words, side: Side, write: str) -> list[items.Button[Any]]:
    hand_on = [ui.button(text("cases.talk.hand_on"), f"care:hand_on:{side.handle}")]
    return [
        ui.button(text(f"cases.talk.{write}"), f"care:write:{side.handle}", PRIMARY),
        ui.button(text("cases.talk.end"), f"care:end:{side.handle}"),
        *(hand_on if side.name == FACILITATOR else []),
        ui.help_button(text),
    ]


def sent(text: ui.Words, side: Side, words: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("cases.talk.sent")),
        items.Container(items.TextDisplay(texts.posted(words))),
        ui.row(*talking(text, side, "write")),
    )


def handed_back(text: ui.Words, told: str, words: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(told),
        items.Container(items.TextDisplay(texts.posted(words))),
        ui.row(ui.help_button(text)),
    )


def writing(text: ui.Words, side: Side, name: str) -> ui.Form:
    told = "cases.talk_form.to_writer" if side.name == FACILITATOR else "cases.talk_form.to_facilitator"
    return ui.Form(
        text("cases.talk_form.title", name=name),
        f"care:write:{side.handle}",
        items.TextDisplay(text(told)),
        items.Label(text=text("cases.talk_form.text"), component=words_field(texts.TEXT_MAX)),
    )


def words_field(most: int) -> items.TextInput[Any]:
    return items.TextInput(custom_id="text", style=discord.TextStyle.paragraph, max_length=most)
