"""What facilitators are asked in their channel, in the circle's language."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui as items

from bot.schedules.deciding import Question
from bot.schedules.models import Schedule
from bot.schedules.trouble.models import Told
from bot.schedules.words import name_of, reason_in_words
from cogs import ui
from cogs.schedules.views import when

NAMED = 10  # schedules in one notice; the rest are counted


def question(text: ui.Words, question: Question, question_id: str) -> ui.Card:
    """The oldest time that waits; its two buttons name it, so that they can't decide another."""
    name = name_of(text, question.schedule)
    if not question.waiting:
        return ui.note(text("schedule.question.decided", schedule=name))
    oldest, count = question.waiting[0], len(question.waiting)
    said = text(
        "schedule.question.one" if count == 1 else "schedule.question.several",
        schedule=name,
        when=when(oldest.opens_at),
        count=count,
    )
    about = f"{question.circle.id}:{question_id}:{oldest.slot}"
    return ui.Card(
        items.TextDisplay(said),
        ui.row(
            ui.button(
                text("schedule.question.post"), f"schedule:late:post:{about}", discord.ButtonStyle.primary
            ),
            ui.button(text("schedule.question.skip"), f"schedule:late:skip:{about}"),
        ),
    )


def trouble(text: ui.Words, told: Told) -> ui.Card:
    reason = reason_in_words(text, told.trouble.reason)
    if not told.schedules:
        return ui.note(text("schedule.trouble.mended", reason=reason))
    return ui.Card(
        items.TextDisplay(
            text("schedule.trouble.open", reason=reason, schedules=_named(text, told.schedules))
        ),
        ui.row(
            ui.button(
                text("schedule.trouble.try_again"),
                f"schedule:again:{told.circle.id}:{told.trouble.id}",
                discord.ButtonStyle.primary,
            )
        ),
    )


def trying(text: ui.Words, schedules: Sequence[Schedule]) -> ui.Card:
    return ui.note(text("schedule.trouble.trying", schedules=_named(text, schedules)))


def _named(text: ui.Words, schedules: Sequence[Schedule]) -> str:
    lines = [text("schedule.trouble.line", schedule=name_of(text, each)) for each in schedules[:NAMED]]
    if len(schedules) > NAMED:
        lines.append(text("schedule.trouble.more", count=len(schedules) - NAMED))
    return "\n".join(lines)
