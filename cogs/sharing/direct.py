from __future__ import annotations

import logging
import secrets

import discord
from discord.ext import commands

from bot.circles.models import Circle
from bot.content import DEFAULT_LOCALE
from bot.errors import UserError
from bot.sharing import text as texts
from bot.sharing.models import Body
from cogs import ui
from cogs.sharing import membership, views
from cogs.sharing.desk import Desk

log = logging.getLogger(__name__)


class DirectCog(Desk, name="direct messages"):
    """What somebody writes to the bot in a direct message becomes a draft, and the preview its answer.

    Answers go straight back, not through the outbox: a queued one would name the person's channel.
    """

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is not None or message.author.bot:
            return
        try:
            card = await self._answer_to(message)
        except UserError as error:
            card = self._told(error)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("reference %s: a direct message could not be taken in", reference)
            card = self._note("common.errors.unexpected", reference=reference)
        try:
            await message.channel.send(view=card)
        except discord.Forbidden:
            log.info("a direct message could not be answered: its writer takes none")

    async def _answer_to(self, message: discord.Message) -> ui.Card:
        if not message.content.strip():
            return self._note("share.dm.only_words")
        user_id = message.author.id
        try:
            handle, _ = await self.app.sharing.write(user_id, Body(message.content), circle=None)
        except UserError as error:
            if error.key == "share.errors.too_long":
                return self._too_long(message, error)
            raise
        circles = await membership.circles_of(self.bot, user_id)
        if not circles:
            await self.app.sharing.let_go(handle, user_id)
            return self._note("share.dm.no_circle")
        if len(circles) > 1:
            rules = await self.longest_link(circles)
            return views.choose_circle(self._words(circles[0]), handle, circles, rules)
        draft = await self.app.sharing.choose_circle(handle, user_id, circles[0])
        text = self._words(circles[0])
        more = [text("share.preview.dm")]
        if message.attachments or message.stickers:
            more.append(text("share.dm.without_files"))
        return await self.preview(text, handle, draft, message.author, *more)

    # Too long for one share. What was written stays in the chat, and is kept here only once it is split.

    def _too_long(self, message: discord.Message, error: UserError) -> ui.Card:
        text = self._words()
        told = text("share.dm.too_long", **error.params)
        return views.too_long(text, told, message.id if texts.in_two(message.content) else None)

    @ui.on_press("share:split")
    async def split(self, interaction: ui.Interaction, message_id: str) -> None:
        await interaction.response.defer()
        circles = await membership.circles_of(self.bot, interaction.user.id)
        text = self.words(interaction)
        if not circles:
            await ui.replace(interaction, views.note(text, text("share.dm.no_circle")))
        elif len(circles) > 1:
            await ui.replace(interaction, views.choose_circle_for_two(text, message_id, circles))
        else:
            await self._split(interaction, message_id, circles[0])

    @ui.on_press("share:split_for")
    async def split_for(self, interaction: ui.Interaction, message_id: str) -> None:
        await interaction.response.defer()
        circle = await self.app.circles.get(ui.chosen(interaction)[0])
        await self._split(interaction, message_id, circle)

    async def _split(self, interaction: ui.Interaction, message_id: str, circle: Circle) -> None:
        """Two drafts, each with a preview and a post of its own, to be posted one after the other."""
        user_id, drafts, post = interaction.user.id, self.app.sharing.drafts, self.circle_words(circle)
        first, second = await self._two_parts(interaction, int(message_id), post)
        handle, draft = await self.app.sharing.write(user_id, first, circle=circle)
        then = await drafts.keep_second(handle, user_id, second)
        text = self.words(interaction)
        card = await self.preview(text, *then, interaction.user, text("share.split.second"))
        await self.show_preview(interaction, handle, draft, ui.replace)
        await interaction.followup.send(view=card)

    async def _two_parts(
        self, interaction: ui.Interaction, message_id: int, post: ui.Words
    ) -> tuple[Body, Body]:
        """What they wrote, read once more from the chat. Raises UserError where it was deleted or changed."""
        assert interaction.channel_id is not None
        try:
            chat = self.bot.get_partial_messageable(interaction.channel_id)
            message = await chat.fetch_message(message_id)
        except discord.NotFound:
            raise UserError("share.errors.message_gone") from None
        parts = texts.in_two(message.content)
        if message.author != interaction.user or parts is None:
            raise UserError("share.errors.message_gone")
        first, second = (post("share.split.mark", part=part) for part in (1, 2))
        return Body(f"{parts[0]}\n{first}"), Body(f"{second}\n{parts[1]}")

    def _told(self, error: UserError) -> ui.Card:
        text = self._words()
        return self._note(error.key, **error.params) if error.offer is None else ui.told(text, error)

    def _note(self, key: str, **params: object) -> ui.Card:
        text = self._words()
        return views.note(text, text(key, **params))

    def _words(self, circle: Circle | None = None) -> ui.Words:
        """A message tells nothing of its writer's language; their circle's is the nearest."""
        return ui.words(self.app.content, DEFAULT_LOCALE if circle is None else circle.locale)
