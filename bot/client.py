"""The Discord client: the least intents, no mentions, and the doors in cogs/."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging

import discord
from discord.ext import commands

from bot.app import App
from bot.ceiling import Ceiling
from bot.db import facts
from bot.errors import StartError

log = logging.getLogger(__name__)

# No privileged intent: buttons, forms and direct messages carry their own content.
INTENTS = discord.Intents(guilds=True, dm_messages=True)

# What the invite link asks for. Set-up tells which of these are missing in a channel, and why each matters.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)

BESIDE_POSTS = 5  # requests a second for all else: 50 in all, which is Discord's limit


class TowardsBot(commands.Bot):
    def __init__(self, app: App) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here
        super().__init__(
            command_prefix=[],
            help_command=None,
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=app.settings.guild_ready_timeout,
            http_trace=Ceiling(int(app.settings.sends_per_second) + BESIDE_POSTS).trace(),
            max_ratelimit_timeout=30,  # better told than left waiting: the outbox tries again
        )
        self.app = app
        self.connected = asyncio.Event()

    async def setup_hook(self) -> None:
        await self._recognise_database()
        await self.load_extension("cogs")
        await self._tell_commands()

    async def _recognise_database(self) -> None:
        """Refuse another application's database: all its circles would look as if their servers were left."""
        known = await facts.recall(self.app.db, "application")
        if known not in (None, str(self.application_id)):
            raise StartError(
                "This database belongs to another Discord application than DISCORD_TOKEN does. Nothing was "
                "changed: use that application's token, or another database (TOWARDS_DATABASE)."
            )
        async with self.app.db.transaction() as tx:
            await facts.remember(tx, "application", str(self.application_id))

    async def _tell_commands(self) -> None:
        """Tell Discord of our commands, only where they changed: it counts each telling."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        told = hashlib.sha256(
            json.dumps([self.application_id, self.app.settings.api_url, payload], sort_keys=True).encode()
        ).hexdigest()
        if await facts.recall(self.app.db, "commands_told") == told:
            return
        await self.tree.sync()
        async with self.app.db.transaction() as tx:
            await facts.remember(tx, "commands_told", told)

    async def on_ready(self) -> None:
        self.connected.set()
        log.info("connected; looking after %d servers", len(self.guilds))

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        log.exception("handling %s failed", event_method)


def use_addresses(api_url: str, gateway_url: str) -> None:
    """Point discord.py at a server. It keeps both addresses on classes: this holds for the whole process."""
    from discord.gateway import DiscordWebSocket
    from yarl import URL

    discord.http.Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
