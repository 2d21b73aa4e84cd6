"""What members and facilitators see of reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.sharing import text as texts
from bot.sharing.pausing.models import DAYS
from bot.sharing.pausing.service import quoted
from bot.sharing.reports.models import WORDS_MOST, Kind, Report, Shown, State, Voice
from bot.sharing.reports.service import link
from cogs import ui

VOICES_SHOWN = 5
"""With their words; a message holds 4000 characters."""


def form(text: ui.Words, custom_id: str) -> ui.Form:
    """Tell the facilitators about a post."""
    options = [discord.RadioGroupOption(label=text(f"report.kinds.{kind}"), value=kind) for kind in Kind]
    return ui.Form(
        text("report.form.title"),
        custom_id,
        items.TextDisplay(text("report.form.told")),
        items.Label(
            text=text("report.form.kind"), component=items.RadioGroup(custom_id="kind", options=options)
        ),
        items.Label(
            text=text("report.form.words"),
            description=text("report.form.words_hint", most=WORDS_MOST),
            component=items.TextInput(
                custom_id="words",
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=WORDS_MOST,
            ),
        ),
    )


def thanks(text: ui.Words, kind: Kind) -> ui.Card:
    said = text("report.thanks.harm" if kind is Kind.HARM else "report.thanks.text")
    return ui.Card(items.TextDisplay(said), ui.row(ui.help_button(text)))


def card(text: ui.Words, circle: Circle, shown: Shown) -> ui.Card:
    """In the facilitators' channel: what they were told, what became of it, and what they can do."""
    report, told = shown.report, list(_told(text, circle, shown))
    return ui.Card(items.TextDisplay("\n".join(told)), *ui.rows(*_buttons(text, report)), _stop(text, shown))


def _told(text: ui.Words, circle: Circle, shown: Shown) -> Iterator[str]:
    report, where = shown.report, link(circle, shown.report)
    one = len(shown.voices) == 1
    yield text("report.card.one" if one else "report.card.several", circle=circle.name, link=where)
    yield from _voices(text, shown.voices)
    if report.state is State.OPEN:
        yield text("report.card.who")
    else:
        yield text(f"report.state.{report.state}")
    if shown.pause is not None:
        yield text("report.card.paused", number=shown.pause)


def _voices(text: ui.Words, voices: Sequence[Voice]) -> Iterator[str]:
    for voice in voices[:VOICES_SHOWN]:
        words = quoted(texts.posted(voice.words))
        yield text("report.card.voice", kind=text(f"report.kinds.{voice.kind}"), words=words)
    if len(voices) > VOICES_SHOWN:
        yield text("report.card.more")


def _buttons(text: ui.Words, report: Report) -> list[items.Button[Any]]:
    down = ui.button(text("report.card.down"), f"report:down:{report.id}", discord.ButtonStyle.danger)
    spoiler = ui.button(text("report.card.spoiler"), f"report:spoiler:{report.id}")
    pause = ui.button(text("report.card.pause"), f"report:pause:{report.id}")
    nothing = ui.button(text("report.card.nothing"), f"report:nothing:{report.id}")
    return {
        State.OPEN: [down, spoiler, pause, nothing],
        State.SPOILER: [down, pause],
        State.TAKEN_DOWN: [pause],
    }.get(report.state, [])


def _stop(text: ui.Words, shown: Shown) -> items.ActionRow[Any]:
    what, key = ("start", "pause.stop.start") if shown.stopped else ("stop", "pause.stop.button")
    return ui.row(ui.button(text(key), f"report:{what}:{shown.report.id}"))


def down_form(text: ui.Words, report: Report, voices: Sequence[Voice]) -> ui.Form:
    likely = voices[0].kind if voices else Kind.OTHER
    options = [
        discord.RadioGroupOption(label=text(f"report.kinds.{kind}"), value=kind, default=kind is likely)
        for kind in Kind
    ]
    return ui.Form(
        text("report.down_form.title"),
        f"report:down_now:{report.id}",
        items.TextDisplay(text("report.down_form.told")),
        items.Label(
            text=text("report.down_form.reason"),
            component=items.RadioGroup(custom_id="reason", options=options),
        ),
    )


def pause_form(text: ui.Words, report: Report) -> ui.Form:
    options = [
        discord.RadioGroupOption(label=text(f"pause.days.{days}"), value=str(days), default=days == DAYS[0])
        for days in DAYS
    ]
    return ui.Form(
        text("pause.form.title"),
        f"report:pause_now:{report.id}",
        items.TextDisplay(text("pause.form.told")),
        items.Label(
            text=text("pause.form.days"), component=items.RadioGroup(custom_id="days", options=options)
        ),
    )


def gone(text: ui.Words) -> ui.Card:
    """In the thread of a share that was taken down."""
    return ui.note(text("report.gone.text"))


def words_erased(text: ui.Words) -> ui.Card:
    return ui.Card(items.TextDisplay(text("report.down.erased")), ui.row(ui.help_button(text)))
