"""Carries the outbox to Discord, and keeps time: APScheduler ticks, the database knows what is due."""

from __future__ import annotations

import asyncio
import zlib
from datetime import UTC, datetime, timedelta
from typing import cast

import aiohttp
import discord
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from discord.ext import commands

from bot import health
from bot.client import TowardsBot
from bot.errors import UserError
from bot.outbox.models import DIRECT, Action, Item, TryLater, Undeliverable
from cogs import ui

# Discord's codes (topics/opcodes-and-status-codes) for what only a person can mend, in our words.
REASONS = {
    10003: "channel_gone",
    50001: "no_access",
    50013: "no_permission",
    50007: "closed_dms",
    50278: "closed_dms",
    30033: "too_many_threads",
    160006: "too_many_threads",
    50083: "thread_archived",
}
UNKNOWN_MESSAGE = 10008
THREAD_EXISTS = 160004
LOOK_BACK = 100  # messages: far more than come in one channel while one post is in doubt


class DiscordMessenger:
    """Delivers outbox items by a plain send: the answer to an interaction would name who caused it."""

    def __init__(self, bot: TowardsBot) -> None:
        self._bot = bot

    async def deliver(self, item: Item) -> int | None:
        try:
            return await self._act(item)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MESSAGE:
                return None  # what we meant, or sent a moment ago, was deleted by somebody: nothing to repeat
            raise Undeliverable(REASONS.get(error.code, "not_found")) from error
        except discord.Forbidden as error:
            raise Undeliverable(REASONS.get(error.code, "forbidden")) from error
        except discord.RateLimited as error:
            raise TryLater(timedelta(seconds=error.retry_after)) from error
        except discord.HTTPException as error:
            if error.status >= 500 or error.status == 429:
                raise TryLater from error
            raise Undeliverable(REASONS.get(error.code, "refused")) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TryLater from error

    async def _act(self, item: Item) -> int | None:
        channel = self._bot.get_partial_messageable(item.channel_id)
        if item.action is Action.DELETE:
            assert item.message_id is not None
            await channel.get_partial_message(item.message_id).delete()
            return None
        rendered = await self._render(item)
        if isinstance(rendered, ui.Direct):
            channel, rendered = self._bot.get_partial_messageable(rendered.channel_id), rendered.card
        if rendered is None:
            # Nothing to send any more; but an earlier try may stand there, and its feature wants to know.
            lost = item.action is Action.SEND and item.in_doubt and item.channel_id != DIRECT
            return await self._find(channel, fingerprint(item.nonce)) if lost else None
        if isinstance(rendered, ui.Thread):
            assert item.message_id is not None
            return await self._open_thread(item.channel_id, item.message_id, rendered)
        if item.action is Action.EDIT:
            assert item.message_id is not None
            kept = [cast(discord.Attachment, Kept(id)) for id in rendered.keeps]
            await channel.get_partial_message(item.message_id).edit(view=rendered, attachments=kept)
            return item.message_id
        return await self._send(channel, item, rendered)

    async def _render(self, item: Item) -> ui.Card | ui.Thread | ui.Direct | None:
        found = ui.find_handler(self._bot.cogs.values(), "render", item.kind)
        if found is None:
            raise Undeliverable("unknown_kind")
        try:
            rendered = await found[0](item.reference)
        except UserError:
            return None  # what it was about is gone or closed by now
        assert rendered is None or isinstance(rendered, ui.Card | ui.Thread | ui.Direct)
        return rendered

    async def _send(self, channel: discord.PartialMessageable, item: Item, card: ui.Card) -> int:
        mark = fingerprint(item.nonce)
        card.children[0].id = mark
        if item.in_doubt and (earlier := await self._find(channel, mark)) is not None:
            return earlier
        # Discord returns the first message for a nonce it saw within minutes, instead of a second one.
        message = await channel.send(view=card, nonce=item.nonce, files=card.uploads())
        return message.id

    async def _find(self, channel: discord.PartialMessageable, mark: int) -> int | None:
        """The message an earlier try left, if it did: its first component carries the mark."""
        assert self._bot.user is not None
        async for message in channel.history(limit=LOOK_BACK):
            first = message.components[0] if message.components else None
            if message.author.id == self._bot.user.id and getattr(first, "id", None) == mark:
                return message.id
        return None

    async def _open_thread(self, channel_id: int, message_id: int, thread: ui.Thread) -> int:
        try:
            await self._bot.http.start_thread_with_message(
                channel_id, message_id, name=thread.name, auto_archive_duration=thread.auto_archive_minutes
            )
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
        return message_id  # a thread on a message has the message's id


class Kept:
    """A file that stays when its message is edited: of it Discord asks the id alone."""

    def __init__(self, id: int) -> None:
        self.id = id

    def to_dict(self) -> dict[str, int]:
        return {"id": self.id}


def fingerprint(nonce: str) -> int:
    """A message's own mark: Discord lets a component carry a 32-bit id and gives it back."""
    return zlib.crc32(nonce.encode()) & 0x7FFF_FFFF | 1


class Delivery(commands.Cog):
    def __init__(self, bot: TowardsBot) -> None:
        self.bot = bot
        self.messenger = DiscordMessenger(bot)
        self._clock = AsyncIOScheduler(timezone="UTC")
        self._sender: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        # APScheduler's default grace of one second drops a tick whenever the loop was busy.
        self._clock.add_job(
            self.bot.app.tick,
            "interval",
            seconds=self.bot.app.settings.tick_seconds,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._clock.add_job(
            self._note_connected,
            "interval",
            minutes=1,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=datetime.now(UTC) + timedelta(seconds=5),
        )
        self._clock.start()
        self._sender = asyncio.create_task(self._send())

    async def cog_unload(self) -> None:
        self._clock.shutdown(wait=False)
        if self._sender is not None:
            self._sender.cancel()

    async def _note_connected(self) -> None:
        if self.bot.is_ready() and not self.bot.is_closed():
            async with self.bot.app.db.transaction() as tx:
                await health.note_connected(tx, now=datetime.now(UTC))

    async def _send(self) -> None:
        await self.bot.connected.wait()
        await self.bot.app.outbox.run(self.messenger)


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(Delivery(bot))
