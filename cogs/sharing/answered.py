"""Looks whether somebody has answered by name in the thread of a share. What they wrote is not asked for."""

from __future__ import annotations

import discord

from bot.sharing.answered.service import Message
from cogs import ui

AT_ONCE = 100  # messages: what Discord gives for one request


class AnsweredCog(ui.Cog, name="answered shares"):
    @ui.renders("share.look")
    async def look(self, share_id: str) -> None:
        """Nothing is sent: the outbox only gives it a turn after all that is."""
        place = await self.app.sharing.answered.place(share_id)
        if place is None:
            return
        thread = self.bot.get_partial_messageable(place.thread_id)
        try:
            history = thread.history(limit=AT_ONCE, after=discord.Object(place.after))
            seen = [Message(message.id, person(message)) async for message in history]
        except (discord.NotFound, discord.Forbidden):
            return  # the thread is gone, or closed to the bot: facilitators were told if it never opened
        await self.app.sharing.answered.saw(share_id, seen)


def person(message: discord.Message) -> int | None:
    """Who wrote it, if a person did: also one who speaks through a webhook, as PluralKit lets people do."""
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return None
    proxied = message.webhook_id is not None and message.webhook_id != message.application_id
    return None if message.author.bot and not proxied else message.author.id
