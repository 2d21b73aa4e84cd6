"""A sandbox on a free port, and real discord.py clients that connect to it over HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox.models import Application, Channel, Guild, User
from sandbox.permissions import ALL, Permission
from sandbox.server import Sandbox
from tests import contract

TOKEN = "sandbox.bot.token"


@dataclass
class Town:
    """A small guild: its bot, its owner, two members, a text channel."""

    sandbox: Sandbox
    application: Application
    guild: Guild
    owner: User
    maya: User
    noor: User
    channel: Channel


class Bot(discord.Client):
    """A client with a command tree; `seen` collects what its listeners were given."""

    def __init__(self, **options: object) -> None:
        intents = options.pop("intents", discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
        super().__init__(intents=intents, **options)  # type: ignore[arg-type] # options of discord.Client
        self.tree = app_commands.CommandTree(self)
        self.received: asyncio.Queue[tuple[str, object]] = asyncio.Queue()
        self._connection.guild_ready_timeout = 0.05

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py waits 5 seconds here between two identifies; nothing here needs that."""

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        super().dispatch(event, *args, **kwargs)
        self.received.put_nowait((event, args[0] if args else None))

    async def next(self, event: str, timeout: float = 3.0) -> object:
        """Waits for the next dispatch of this name and gives its first argument."""
        async with asyncio.timeout(timeout):
            while True:
                name, argument = await self.received.get()
                if name == event:
                    return argument


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with Sandbox(record=True) as sandbox:
        world = sandbox.world
        owner, maya, noor = (world.add_user(name) for name in ("owner", "maya", "noor"))
        application = world.add_application("Towards", TOKEN)
        guild = world.add_guild("Harbour", owner)
        world.add_member(guild, maya)
        world.add_member(guild, noor)
        channel = world.add_channel(guild, "circle")
        world.install(application, guild, int(ALL & ~Permission.ADMINISTRATOR))
        yield Town(sandbox, application, guild, owner, maya, noor, channel)
        if contract.available() or os.environ.get("CI") == "true":
            taken = [each for each in sandbox.exchanges if each["status"] < 400]
            assert contract.violations(taken) == []


@pytest.fixture(autouse=True)
def _addresses(request: pytest.FixtureRequest) -> Iterator[None]:
    """Points discord.py at the sandbox, and back at Discord afterwards."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    if "town" in request.fixturenames:
        town: Town = request.getfixturevalue("town")
        Route.BASE = town.sandbox.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(town.sandbox.gateway_url)
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def running(bot: Bot, token: str = TOKEN) -> AsyncIterator[Bot]:
    """Runs a client until the block ends; it is ready when the block begins."""
    async with bot:
        await bot.login(token)
        await bot.tree.sync()
        connected = asyncio.create_task(bot.connect())
        try:
            ready = asyncio.create_task(bot.wait_until_ready())
            await asyncio.wait({connected, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=5)
            if connected.done():
                ready.cancel()
                await connected
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(connected, return_exceptions=True)
