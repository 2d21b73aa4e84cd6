"""What is beside an image: in the preview, in the forms."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.sharing.images.models import BYTES_MAX, DESCRIPTION_MAX, Image
from bot.sharing.models import Draft
from bot.sharing.rules.models import Rules
from bot.sharing.text import says_something
from cogs import ui

UPLOAD = "image"  # the custom_id of the field


def beside(text: ui.Words, handle: str, draft: Draft, image: Image, telling: str) -> list[items.Item[Any]]:
    """Below a share's preview. `telling`: what in its description could tell who wrote it, if anything."""
    lines = [text("image.preview.seen")]
    if image.stood_still:
        lines.append(text("image.preview.stood_still"))
    if telling:
        lines.append(text("image.preview.description_tells", written=telling))
    describe = "image.preview.described" if image.description else "image.preview.describe"
    buttons = [ui.button(text(describe), f"image:describe:{handle}")]
    if says_something(draft.body.text):  # without it there would be nothing left; then it can be let go
        buttons.append(ui.button(text("image.preview.out"), f"image:out:{handle}"))
    return [items.TextDisplay("\n".join(lines)), ui.row(*buttons)]


def hindered(text: ui.Words, interaction: ui.Interaction, circle: Circle, rules: Rules) -> str:
    """For facilitators: what keeps a picture from being posted where it is allowed; empty for nothing."""
    guild = interaction.guild
    channel = None if guild is None else guild.get_channel(circle.sharing_channel_id)
    if not rules.images or channel is None or channel.permissions_for(channel.guild.me).attach_files:
        return ""
    return text("image.panel.no_permission", channel=f"<#{channel.id}>")


def upload_label(text: ui.Words, *, has_one: bool) -> items.Label[items.LayoutView]:
    hint = text("image.form.hint_there") if has_one else text("image.form.hint", most=BYTES_MAX >> 20)
    return items.Label(
        text=text("image.form.label"),
        description=hint,
        component=items.FileUpload(custom_id=UPLOAD, required=False, min_values=0, max_values=1),
    )


def describe_form(text: ui.Words, handle: str, description: str) -> ui.Form:
    label: items.Label[items.LayoutView] = items.Label(
        text=text("image.describe.text"),
        description=text("image.describe.hint"),
        component=items.TextInput(
            custom_id="description",
            style=discord.TextStyle.paragraph,
            default=description or None,
            required=False,
            max_length=DESCRIPTION_MAX,
        ),
    )
    return ui.Form(text("image.describe.title"), f"image:describe_write:{handle}", label)
