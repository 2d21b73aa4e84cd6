"""What facilitators and the paused person see of a pause. Nobody else sees anything of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.sharing import text as texts
from bot.sharing.pausing.models import WORDS_MOST, Appeal, Pause
from bot.sharing.pausing.service import quoted
from cogs import ui

LISTED = 10
HERE, DIRECT = "here", "direct"


def card(text: ui.Words, circle: Circle, pause: Pause, *, runs: bool) -> ui.Card:
    """In the facilitators' channel."""
    state = "runs" if runs else "lifted" if pause.lifted else "over"
    day = pause.until.isoformat()
    said = text(f"pause.card.{state}", circle=circle.name, number=pause.number, day=day)
    if not runs:
        return ui.note(said)
    lift = ui.button(text("pause.card.lift"), f"pause:lift:{pause.id}")
    return ui.Card(items.TextDisplay(said), ui.row(lift))


def appeal(text: ui.Words, circle: Circle, pause: Pause, words: str | None, *, runs: bool) -> ui.Card | None:
    """In the facilitators' channel. None where it stands there as it is to stay: its words have one home."""
    about = {"circle": circle.name, "number": pause.number}
    if pause.lifted:
        return ui.note(text("pause.appeal.lifted", **about))
    if not runs:
        return ui.note(text("pause.appeal.over", **about))
    if pause.appeal is Appeal.ANSWERED:
        return ui.note(text("pause.appeal.kept", day=pause.until.isoformat(), **about))
    if words is None:
        return None
    return ui.Card(
        items.TextDisplay(text("pause.appeal.asked", words=quoted(texts.posted(words)), **about)),
        ui.row(
            ui.button(text("pause.appeal.lift"), f"pause:answer:lift:{pause.id}"),
            ui.button(text("pause.appeal.keep"), f"pause:answer:keep:{pause.id}"),
        ),
    )


def listed(text: ui.Words, circle: Circle, pauses: Sequence[Pause]) -> ui.Card:
    """For one facilitator, in private: those that end first."""
    if not pauses:
        return ui.Card(
            items.TextDisplay(text("pause.list.none", circle=circle.name)), ui.row(ui.help_button(text))
        )
    more: list[items.Item[Any]] = [items.TextDisplay(text("pause.list.more"))] if len(pauses) > LISTED else []
    return ui.Card(
        items.TextDisplay(text("pause.list.title", circle=circle.name, count=len(pauses))),
        *(
            items.Section(
                items.TextDisplay(text("pause.list.each", number=each.number, day=each.until.isoformat())),
                accessory=ui.button(text("pause.card.lift"), f"pause:lift_listed:{each.id}"),
            )
            for each in pauses[:LISTED]
        ),
        *more,
        ui.row(ui.help_button(text)),
    )


def ask_form(text: ui.Words, pause: Pause) -> ui.Form:
    options = [
        discord.RadioGroupOption(
            label=text("pause.ask_form.hear_here"),
            value=HERE,
            description=text("pause.ask_form.hear_here_hint"),
            default=True,
        ),
        discord.RadioGroupOption(
            label=text("pause.ask_form.hear_direct"),
            value=DIRECT,
            description=text("pause.ask_form.hear_direct_hint"),
        ),
    ]
    return ui.Form(
        text("pause.ask_form.title"),
        f"pause:ask_now:{pause.id}",
        items.TextDisplay(text("pause.ask_form.told")),
        items.Label(
            text=text("pause.ask_form.words"),
            description=text("pause.ask_form.words_hint", most=WORDS_MOST),
            component=_words(required=True),
        ),
        items.Label(
            text=text("pause.ask_form.hear"), component=items.RadioGroup(custom_id="hear", options=options)
        ),
    )


def answer_form(text: ui.Words, pause: Pause, what: str) -> ui.Form:
    """`what` is lift or keep."""
    return ui.Form(
        text("pause.answer_form.lift" if what == "lift" else "pause.answer_form.keep"),
        f"pause:answer_now:{what}:{pause.id}",
        items.TextDisplay(text("pause.answer_form.told")),
        items.Label(
            text=text("pause.answer_form.words"),
            description=text("pause.answer_form.words_hint", most=WORDS_MOST),
            component=_words(required=False),
        ),
    )


def _words(*, required: bool) -> items.TextInput[items.LayoutView]:
    return items.TextInput(
        custom_id="words", style=discord.TextStyle.paragraph, required=required, max_length=WORDS_MOST
    )


def there_is_an_answer(text: ui.Words, pause: Pause) -> ui.Card:
    """A direct message that says nothing of what it is about: it can be seen on a lock screen."""
    show = ui.button(text("pause.dm.show"), f"pause:show:{pause.id}")
    return ui.Card(items.TextDisplay(text("pause.dm.text")), ui.row(show, ui.help_button(text)))


def said(text: ui.Words, key: str, **params: object) -> ui.Card:
    return ui.Card(items.TextDisplay(text(key, **params)), ui.row(ui.help_button(text)))


def stopped(text: ui.Words, circle: Circle, key: str) -> ui.Card:
    """After sharing was stopped, or goes on; where it is stopped, with the way back."""
    shown = items.TextDisplay[items.LayoutView](text(key, circle=circle.name))
    if not key.endswith("stopped"):
        return ui.Card(shown, ui.row(ui.help_button(text)))
    start = ui.button(text("pause.stop.start"), f"sharing:start:{circle.id}")
    return ui.Card(shown, ui.row(start, ui.help_button(text)))
