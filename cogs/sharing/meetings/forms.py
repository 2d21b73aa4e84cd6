from __future__ import annotations

from typing import Any

import discord
from discord import ui as items

from bot.meetings.models import OFFER_LIFE, OFFER_WORDS_MOST, REPORT_WORDS_MOST
from bot.sharing.pausing.models import DAYS
from bot.sharing.reports.models import Kind
from bot.sharing.text import TEXT_MAX
from cogs import ui


def offer(text: ui.Words, custom_id: str, words: str = "") -> ui.Form:
    return ui.Form(
        text("meeting.offer.title"),
        custom_id,
        items.TextDisplay(text("meeting.offer.told", days=OFFER_LIFE.days)),
        items.Label(
            text=text("meeting.offer.words"),
            description=text("meeting.offer.words_hint", most=OFFER_WORDS_MOST),
            component=_words(words, OFFER_WORDS_MOST),
        ),
    )


def write(text: ui.Words, custom_id: str, name: str, words: str = "") -> ui.Form:
    return ui.Form(
        text("meeting.write.title", name=name)[:45],
        custom_id,
        items.TextDisplay(text("meeting.write.told", name=name)),
        items.Label(
            text=text("meeting.write.text"),
            description=text("meeting.write.text_hint", most=TEXT_MAX),
            component=_words(words, TEXT_MAX, required=True),
        ),
    )


def report(text: ui.Words, custom_id: str, *, with_message: bool) -> ui.Form:
    """`with_message`: there is a message of the other's that can be shown along."""
    kinds = [discord.RadioGroupOption(label=text(f"report.kinds.{kind}"), value=kind) for kind in Kind]
    include: items.Label[Any] = items.Label(
        text=text("meeting.report_form.include"),
        description=text("meeting.report_form.include_hint"),
        component=items.Checkbox(custom_id="include"),
    )
    return ui.Form(
        text("meeting.report_form.title"),
        custom_id,
        items.TextDisplay(text("meeting.report_form.told")),
        items.Label(
            text=text("meeting.report_form.kind"),
            component=items.RadioGroup(custom_id="kind", options=kinds),
        ),
        items.Label(
            text=text("meeting.report_form.words"),
            description=text("meeting.report_form.words_hint", most=REPORT_WORDS_MOST),
            component=_words("", REPORT_WORDS_MOST),
        ),
        *([include] if with_message else []),
    )


def pause(text: ui.Words, custom_id: str) -> ui.Form:
    options = [
        discord.RadioGroupOption(label=text(f"pause.days.{days}"), value=str(days), default=days == DAYS[0])
        for days in DAYS
    ]
    return ui.Form(
        text("meeting.report_card.pause"),
        custom_id,
        items.TextDisplay(text("pause.form.told")),
        items.Label(
            text=text("pause.form.days"), component=items.RadioGroup(custom_id="days", options=options)
        ),
    )


def _words(written: str, most: int, *, required: bool = False) -> items.TextInput[Any]:
    return items.TextInput(
        custom_id="text",
        style=discord.TextStyle.paragraph,
        default=written or None,
        required=required,
        max_length=most,
    )
