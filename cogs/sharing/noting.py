"""Changing the content note of a share that stands, with its receipt."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
from discord import ui as items

from bot.errors import UserError
from bot.sharing.models import Share
from bot.sharing.noting.service import KIND
from cogs import ui
from cogs.sharing import amending, forms, posts
from cogs.sharing.desk import Desk

PATIENCE = 1.5  # seconds to read the post: a form has to open within three


class NotingCog(Desk, name="content notes"):
    @ui.on_press("note:open")
    async def open(self, interaction: ui.Interaction, secret: str) -> None:
        share = await self.app.sharing.noting.require(secret, interaction.user.id)
        text = self.words(interaction)
        form = forms.note_form(text, f"note:write:{secret}", await self._note_of(share))
        form.add_item(items.TextDisplay(text("note.form.what")))
        await ui.open_form(interaction, form)

    @ui.on_submit("note:write")
    async def write(self, interaction: ui.Interaction, secret: str, *, values: ui.Values) -> None:
        await self.app.sharing.noting.change(secret, interaction.user.id, str(values.get("note") or ""))
        held = await self.app.sharing.receipt(secret)
        await ui.replace(interaction, await self.receipt_card(interaction, held))

    async def _note_of(self, share: Share) -> str:
        """The note that stands on it now. Raises UserError where the post can't be read just now."""
        circle = await self.app.circles.get(share.circle_id)
        try:
            async with asyncio.timeout(PATIENCE):
                body = posts.read_back(self.circle_words(circle), await self._post(share))
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UserError("note.errors.later") from error
        if body is None:
            raise UserError("share.errors.share_gone")
        return body.note

    async def _post(self, share: Share) -> discord.Message:
        assert share.message_id is not None
        return await self.bot.get_partial_messageable(share.channel_id).fetch_message(share.message_id)

    @ui.renders(KIND)
    async def render(self, reference: str) -> ui.Card | None:
        noted = await self.app.sharing.noting.to_show(reference)
        if noted is None:
            return None
        share = noted.share
        circle = await self.app.circles.get(share.circle_id)
        return amending.renoted(
            self.circle_words(circle),
            await self._post(share),
            posts.mark(share.id),
            noted.note,
            covered=share.spoiler,
        )
