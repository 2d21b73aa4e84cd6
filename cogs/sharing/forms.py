from __future__ import annotations

import discord
from discord import ui as items

from bot.sharing.models import Body, Share, Wish
from bot.sharing.text import NOTE_MAX, TEXT_MAX
from cogs import ui
from cogs.sharing import image_views


def share_form(
    text: ui.Words,
    custom_id: str,
    promised: str,
    body: Body | None = None,
    wish: Wish = Wish.LISTEN,
    *,
    begun: bool = False,
    images: bool = False,
    has_image: bool = False,
) -> ui.Form:
    """`begun`: its words are those of a draft that the person may have lost sight of.

    `promised` is what is told of who could know, and how it would be posted. `images`: its circle takes them.
    """
    body = body or Body("")
    told = f"{text('share.form.first')}\n{promised}"
    options = [
        discord.RadioGroupOption(
            label=text(f"share.wish.{each}"),
            value=each,
            description=text(f"share.wish_hint.{each}"),
            default=each is wish,
        )
        for each in Wish
    ]
    return ui.Form(
        text("share.form.title"),
        custom_id,
        items.TextDisplay(f"{text('share.form.begun')}\n{told}" if begun else told),
        _text_label(text, "share.form", body.text, needed=not (images or has_image)),
        _note_label(text, body.note),
        items.Label(
            text=text("share.form.wish"), component=items.RadioGroup(custom_id="wish", options=options)
        ),
        *([image_views.upload_label(text, has_one=has_image)] if images else []),
    )


def note_form(text: ui.Words, custom_id: str, note: str) -> ui.Form:
    return ui.Form(text("share.note_form.title"), custom_id, _note_label(text, note))


def answer_form(
    text: ui.Words,
    custom_id: str,
    *,
    share: Share | None = None,
    same_voice: bool = False,
    known: bool = False,
    words: str = "",
    begun: bool = False,
) -> ui.Form:
    """`known`: their name was put on the share, so the same voice hides nobody."""
    if same_voice and share is not None:
        told = text("step.same_voice.told" if known else "share.answer_form.same_voice", name=share.name)
    else:
        told = text("share.answer_form.named")
        if share is not None:
            wish = text("share.answer_form.wish", wish=text(f"share.wish.{share.wish}"))
            told = f"{wish}\n{told}"
    if begun:
        told = f"{text('share.form.begun')}\n{told}"
    return ui.Form(
        text("step.same_voice.title" if known else "share.answer_form.title"),
        custom_id,
        items.TextDisplay(told),
        _text_label(text, "share.answer_form", words),
    )


def _text_label(
    text: ui.Words, where: str, words: str, *, needed: bool = True
) -> items.Label[items.LayoutView]:
    return items.Label(
        text=text(f"{where}.text"),
        description=text(f"{where}.text_hint", most=TEXT_MAX),
        component=items.TextInput(
            custom_id="text",
            style=discord.TextStyle.paragraph,
            default=words or None,
            required=needed,
            min_length=1 if needed else None,
            max_length=TEXT_MAX,
        ),
    )


def _note_label(text: ui.Words, note: str) -> items.Label[items.LayoutView]:
    return items.Label(
        text=text("share.form.note"),
        description=text("share.form.note_hint"),
        component=items.TextInput(
            custom_id="note", default=note or None, required=False, max_length=NOTE_MAX
        ),
    )
