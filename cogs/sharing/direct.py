from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

import discord
from discord.ext import commands

from bot.circles.models import Circle
from bot.content import DEFAULT_LOCALE
from bot.errors import UserError
from bot.relay.models import Side
from bot.sharing import text as texts
from bot.sharing.images.models import BESIDE_MAX
from bot.sharing.models import Body, Draft
from cogs import ui
from cogs.sharing import membership, uploads, views
from cogs.sharing.desk import Desk
from cogs.sharing.meetings import views as meetings
from cogs.sharing.uploads import Upload

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
            await message.channel.send(view=card, files=card.uploads())
        except discord.Forbidden:
            log.info("a direct message could not be answered: its writer takes none")
        self.bot.dispatch("written_to_bot", message)

    async def _answer_to(self, message: discord.Message) -> ui.Card:
        user_id, upload = message.author.id, uploads.of_message(message.attachments)
        if not message.content.strip() and upload is None:
            return self._note("share.dm.only_words")
        try:
            handle, draft = await self.app.sharing.write(
                user_id, Body(message.content), circle=None, wordless=upload is not None
            )
        except UserError as error:
            if error.key == "share.errors.too_long":
                return self._too_long(message, error)
            raise
        sides = [*await self.app.care.cases.of_person(user_id), *await self.app.meetings.of_person(user_id)]
        if message.content.strip() and sides:
            return await self._what_for(message, handle, sides)
        circles = await membership.circles_of(self.bot, user_id)
        if not circles:
            await self.app.sharing.let_go(handle, user_id)
            return self._note("share.dm.no_circle")
        text = self._words(circles[0])
        remarks = await self._files(message, text, handle, draft, circles)
        if len(circles) > 1:
            rules = await self.longest_link(circles)
            return views.choose_circle(text, handle, circles, rules, more=remarks)
        await self.require_or_let_go(handle, user_id, circles[0])
        draft = await self.app.sharing.choose_circle(handle, user_id, circles[0])
        more = [text("share.preview.dm"), *remarks]
        return await self.preview(text, handle, draft, message.author, *more)

    async def _what_for(self, message: discord.Message, handle: str, sides: Sequence[Side]) -> ui.Card:
        """For somebody who talks with another through the bot: is it for them, or for the circle?"""
        both = [(side, await self.app.relay.other(side)) for side in sides]
        text = self._words(await self.app.circles.even_closed(sides[0].talk.circle_id))
        has_files = bool(message.attachments or message.stickers)
        return meetings.what_for(text, handle, message.content, both, has_files=has_files)

    async def _files(
        self, message: discord.Message, text: ui.Words, handle: str, draft: Draft, circles: Sequence[Circle]
    ) -> list[str]:
        """Put an image to the draft, where one of the circles takes them; what is to be said of the files.

        Raises UserError where there is nothing else in the message: then the draft is let go.
        """
        images, upload = self.app.sharing.images, uploads.of_message(message.attachments)
        if upload is None:
            return [text("share.dm.without_files")] if message.stickers else []
        if not any([await images.are_welcome(circle.id) for circle in circles]):
            if message.content.strip():
                return [text("share.dm.without_files")]
            await self.app.sharing.let_go(handle, message.author.id)
            raise UserError("share.dm.only_words")
        remarks = await self.put_image(text, handle, draft, message.author.id, upload)
        if not remarks and len(message.attachments) > 1:
            remarks.append(text("image.preview.first_of_several"))
        return remarks

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
        first, second, upload = await self._two_parts(interaction, int(message_id), post)
        handle, draft = await self.app.sharing.write(user_id, first, circle=circle)
        then = await drafts.keep_second(handle, user_id, second)
        text, remarks = self.words(interaction), []
        if upload is not None and await self.app.sharing.images.are_welcome(circle.id):
            remarks = await self.put_image(text, handle, draft, user_id, upload)
        card = await self.preview(text, *then, interaction.user, text("share.split.second"))
        await self.show_preview(interaction, handle, draft, ui.replace, *remarks)
        await interaction.followup.send(view=card)

    async def _two_parts(
        self, interaction: ui.Interaction, message_id: int, post: ui.Words
    ) -> tuple[Body, Body, Upload | None]:
        """What they wrote, read once more from the chat, and its image for the first part.

        Raises UserError where it was deleted or changed.
        """
        assert interaction.channel_id is not None
        try:
            chat = self.bot.get_partial_messageable(interaction.channel_id)
            message = await chat.fetch_message(message_id)
        except discord.NotFound:
            raise UserError("share.errors.message_gone") from None
        upload = uploads.of_message(message.attachments)
        room = BESIDE_MAX if upload else texts.TEXT_MAX
        parts = texts.in_two(message.content, room - texts.MARK_MAX) or texts.in_two(message.content)
        if message.author != interaction.user or parts is None:
            raise UserError("share.errors.message_gone")
        first, second = (post("share.split.mark", part=part) for part in (1, 2))
        return Body(f"{parts[0]}\n{first}"), Body(f"{second}\n{parts[1]}"), upload

    def _told(self, error: UserError) -> ui.Card:
        text = self._words()
        return self._note(error.key, **error.params) if error.offer is None else ui.told(text, error)

    def _note(self, key: str, **params: object) -> ui.Card:
        text = self._words()
        return views.note(text, text(key, **params))

    def _words(self, circle: Circle | None = None) -> ui.Words:
        """A message tells nothing of its writer's language; their circle's is the nearest."""
        return ui.words(self.app.content, DEFAULT_LOCALE if circle is None else circle.locale)
