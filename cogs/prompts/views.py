"""What only one person sees: the form, the thanks, and what stands behind a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui as items

from bot.prompts.models import Prompt, Source
from bot.prompts.rounds import ANSWER_LIMIT, Answer, Round, Variant
from bot.prompts.service import About, Given
from cogs import ui

TEXT = "text"
PIECE = 2400  # characters in a card when words are handed back: 4 bytes each, Discord takes about 10,000
MOST_OWN = 5  # buttons in one row
ADDRESS = re.compile(r"(https://)?[\w-]+(\.[\w-]+)+(/\S*)?")


def answer_form(text: ui.Words, round: Round) -> ui.Form:
    where = "prompt.form.in_channel" if round.threadless else "prompt.form.in_thread"
    return ui.Form(
        text("prompt.form.title"),
        f"prompt:answer:{round.id}",
        items.TextDisplay(round.invitation.text),
        items.Label(
            text=text("prompt.form.label"),
            description=text(where, limit=ANSWER_LIMIT),
            component=items.TextInput(
                custom_id=TEXT,
                style=discord.TextStyle.paragraph,
                placeholder=text("prompt.form.placeholder"),
                max_length=ANSWER_LIMIT,
            ),
        ),
    )


def private(text: ui.Words, message: str, *buttons: items.Button[Any]) -> ui.Card:
    """A private answer; "Need someone now?" is on each."""
    return ui.Card(items.TextDisplay(message), ui.row(*buttons, ui.help_button(text)))


def answered(text: ui.Words, given: Given) -> ui.Card:
    take_back = ui.button(text("prompt.buttons.take_back"), f"prompt:take_back:{given.answer.id}")
    if not given.is_new:
        message = text("prompt.answer.already")
    elif given.round.place is None:
        message = text("prompt.answer.thanks_waiting")
    else:
        message = text("prompt.answer.thanks", place=f"<#{given.round.place}>")
    return private(text, message, take_back)


def held_card(text: ui.Words, hold_id: str) -> ui.Card:
    """Something in it sounded imminent: whether it is posted is asked first."""
    asked = items.TextDisplay[Any](text("holds.asked"))
    return ui.Card(asked, *ui.rows(*ui.hold_buttons(text, hold_id), ui.help_button(text)))


def taken_back(text: ui.Words, words: str | None) -> list[ui.Card]:
    if words is None:
        return [private(text, text("prompt.answer.taken_back"))]
    return handed_back(text, "prompt.answer.taken_back_in_time", words)


def handed_back(text: ui.Words, key: str, words: str) -> list[ui.Card]:
    """Someone's own words, in as many cards as they need."""
    pieces = [words[start : start + PIECE] for start in range(0, len(words), PIECE)]
    if not words.strip():
        return []
    return [private(text, text(key)), *(ui.note(piece) for piece in pieces)]


def about_card(text: ui.Words, about: About) -> ui.Card:
    """Plain words first, the theory's name second; each in its own block, so that none can break another."""
    shown = [items.TextDisplay[Any](part) for part in _about(text, about)]
    return ui.Card(
        items.Container(*shown, accent_colour=ui.ACCENT),
        ui.row(*_own(text, about.own_answers), ui.help_button(text)),
    )


def _about(text: ui.Words, about: About) -> Iterator[str]:
    invitation = about.round.invitation
    yield text("prompt.about.title", text=invitation.text)
    yield text(
        "prompt.about.idea",
        idea=about.concept.sentence if about.concept else invitation.idea,
        concept=about.concept.name if about.concept else invitation.concept,
    )
    gentler = invitation.variant is Variant.GENTLER
    yield text(
        "prompt.about.depth_gentler" if gentler else "prompt.about.depth",
        depth=invitation.depth,
        name=text(f"prompt.depths.{invitation.depth}.name"),
        meaning=text(f"prompt.depths.{invitation.depth}.meaning"),
    )
    if about.sources:
        sources = "\n".join(_source(text, source) for source in about.sources)
        yield text("prompt.about.sources", sources=sources)
    if about.concept is None:
        yield text("prompt.about.gone")
    if about.note is not None:
        yield from _note(text, about.note)


def _source(text: ui.Words, source: Source) -> str:
    work = text("prompt.about.work", author=source.author, title=source.title)
    if source.year:
        work = text("prompt.about.work_of_year", author=source.author, title=source.title, year=source.year)
    where = f"https://doi.org/{source.doi}" if source.doi else source.url
    return text("prompt.about.source_at", work=work, where=_link(where)) if where else work


def _link(where: str) -> str:
    """A web address as a link; what else tells where a source is (an archive's number) stays as it is."""
    if ADDRESS.fullmatch(where):
        return f"<{where if where.startswith('https://') else f'https://{where}'}>"
    return where


def _note(text: ui.Words, prompt: Prompt) -> Iterator[str]:
    yield text(
        "prompt.about.facilitators",
        may_stir=prompt.may_stir,
        kind_response=prompt.kind_response,
        avoid=prompt.avoid,
    )
    initials = prompt.lived_experience_review
    if initials == "awaited":
        yield text("prompt.about.not_reviewed")
    else:
        yield text("prompt.about.reviewed", initials=initials)


def _own(text: ui.Words, answers: Sequence[Answer]) -> list[items.Button[Any]]:
    """One's own answers, to take back. The row's last place is for help; what is left shows next time."""
    if len(answers) == 1:
        return [ui.button(text("prompt.buttons.take_back"), f"prompt:take_back:{answers[0].id}")]
    return [
        ui.button(text("prompt.buttons.take_back_one", number=number), f"prompt:take_back:{answer.id}")
        for number, answer in enumerate(answers[: MOST_OWN - 1], start=1)
    ]
