from __future__ import annotations

import logging
import secrets

import discord
from discord.ext import commands

from bot.circles.models import Circle
from bot.content import DEFAULT_LOCALE
from bot.errors import UserError
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
            card = self._note(error.key, **error.params)
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
                raise UserError("share.dm.too_long", **error.params) from None
            raise
        circles = await membership.circles_of(self.bot, user_id)
        if not circles:
            await self.app.sharing.let_go(handle, user_id)
            return self._note("share.dm.no_circle")
        if len(circles) > 1:
            return views.choose_circle(self._words(circles[0]), handle, circles)
        draft = await self.app.sharing.choose_circle(handle, user_id, circles[0])
        text = self._words(circles[0])
        more = [text("share.preview.dm")]
        if message.attachments or message.stickers:
            more.append(text("share.dm.without_files"))
        return await self.preview(text, handle, draft, message.author, *more)

    def _note(self, key: str, **params: object) -> ui.Card:
        text = self._words()
        return views.note(text, text(key, **params))

    def _words(self, circle: Circle | None = None) -> ui.Words:
        """A message tells nothing of its writer's language; their circle's is the nearest."""
        return ui.words(self.app.content, DEFAULT_LOCALE if circle is None else circle.locale)
