"""What everyone sees: the prompt's card, its thread, and answers by name."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from typing import Any, Literal

from discord import ui as items
from discord.utils import escape_markdown, escape_mentions

from bot.prompts.rounds import Answer, Company, Round, State, Words
from cogs import ui

THREAD_NAME = 100  # Discord's limit
QUOTE = 100


def prompt_card(text: ui.Words, round: Round) -> ui.Card:
    """The invitation and what helps to decide; while it is open also the buttons, all alike."""
    invitation = round.invitation
    doors = ", ".join(text(f"prompt.doors.{door}") for door in invitation.doors)
    shown: list[items.Item[Any]] = []
    if invitation.content_note:
        shown.append(items.TextDisplay(text("prompt.card.note", note=invitation.content_note)))
    shown.append(items.TextDisplay(text("prompt.card.text", text=invitation.text)))
    if doors:
        shown.append(items.TextDisplay(text("prompt.card.doors", doors=doors)))
    if invitation.names_its_idea:
        shown.append(
            items.TextDisplay(text("prompt.card.idea", idea=invitation.idea, concept=invitation.concept))
        )
    if round.company is not Company.NONE:
        shown.append(items.TextDisplay(text(f"prompt.company.{round.company}")))
    if round.state is State.CLOSED:
        shown.append(items.TextDisplay(text("prompt.card.closed", closing=invitation.closing)))
    else:
        until = int(round.closes_at.timestamp())
        shown += [
            items.TextDisplay(text("prompt.card.who", until=f"<t:{until}:f>")),
            *_buttons(text, round.id),
        ]
    return ui.Card(items.Container(*shown, accent_colour=ui.ACCENT))


def _buttons(text: ui.Words, round_id: str) -> list[items.Item[Any]]:
    return [
        ui.row(
            ui.button(text("prompt.buttons.answer"), f"prompt:answer:{round_id}"),
            ui.button(text("prompt.buttons.anonymously"), f"share:answer_prompt:{round_id}"),
            ui.button(text("prompt.buttons.here"), f"prompt:here:{round_id}"),
            ui.button(text("prompt.buttons.pass"), f"prompt:pass:{round_id}"),
        ),
        ui.row(
            ui.button(text("prompt.buttons.about"), f"prompt:about:{round_id}"),
            ui.help_button(text),
        ),
    ]


def prompt_thread(text: ui.Words, round: Round) -> ui.Thread:
    room = THREAD_NAME - len(text("prompt.thread.name", text=""))
    name = text("prompt.thread.name", text=textwrap.shorten(round.invitation.text, room, placeholder="…"))
    return ui.Thread(name, auto_archive_minutes=_rest(round.closes_at - round.opens_at))


def _rest(window: timedelta) -> Literal[1440, 4320, 10080]:
    """How long a quiet thread stays in the channel's list: as long as the round, where Discord lets it."""
    if window <= timedelta(days=1):
        return 1440
    return 4320 if window <= timedelta(days=3) else 10080


def answer_card(text: ui.Words, round: Round, answer: Answer, words: Words) -> ui.Card:
    """The name and the words. Neither can ping, and the words' markdown stays in their own block."""
    name = escape_markdown(escape_mentions(words.name))
    if answer.channel_id == round.channel_id:
        quote = textwrap.shorten(round.invitation.text, QUOTE, placeholder="…")
        by = text("prompt.answer.by_in_channel", name=name, text=quote)
    else:
        by = text("prompt.answer.by", name=name)
    return ui.Card(items.TextDisplay(by), items.TextDisplay(escape_mentions(words.text)))
