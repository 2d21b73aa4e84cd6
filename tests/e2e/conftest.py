"""The stage: a real Discord server on loopback, the real bot in it, a clock in our hand, and several people."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Circle
from bot.client import TowardsBot, use_addresses
from bot.config import Settings
from sandbox.people import Person
from sandbox.ratelimits import Limits
from sandbox.seed import Seeded, seed
from sandbox.server import Sandbox
from sandbox.world import World
from tests import contract
from tests.conftest import FixedClock


class Stage:
    """`person("maya")` is someone in the seeded server; `pass_time` moves the bot's clock; `restart` the bot."""

    def __init__(self, settings: Settings, clock: FixedClock) -> None:
        self.clock = clock
        # A test sends in a second what people send in an hour: the rate limits have tests of their own.
        self.sandbox = Sandbox(world=World(clock.now), record=True, limits=Limits(enforced=False))
        self.seeded: Seeded = seed(self.sandbox.world, token=settings.token)
        self.settings = settings
        self._running = contextlib.AsyncExitStack()
        self.app: App
        self.bot: TowardsBot

    async def start_bot(self) -> None:
        """Start the bot's process anew: only what is in the database and on Discord is still there."""
        self.app = await self._running.enter_async_context(App.open(self.settings, self.clock))
        self.bot = await self._running.enter_async_context(TowardsBot(self.app))
        task = asyncio.create_task(self.bot.start(self.settings.token))
        self._running.push_async_callback(_ended, task)
        await asyncio.wait_for(self.bot.connected.wait(), timeout=10)
        await self.settle()

    async def stop_bot(self) -> None:
        await self._running.aclose()

    async def restart(self) -> None:
        await self.settle()
        await self.stop_bot()
        await self.start_bot()

    def person(self, handle: str) -> Person:
        return self.sandbox.person(handle)

    async def make_circle(self, **changes: Any) -> Circle:
        """A circle in the seeded channels, made directly: for tests of what comes after set-up."""
        channels = {name: channel.id for name, channel in self.seeded.channels.items()}
        circle = Circle(
            id="c1",
            guild_id=self.seeded.guild.id,
            name="Harbour",
            channel_id=channels["circle"],
            sharing_channel_id=channels["sharing"],
            facilitators_channel_id=channels["facilitators"],
            facilitator_role_id=self.seeded.facilitators.id,
            zone="Europe/Berlin",
            locale="en",
            depth_ceiling=2,
            created_at=self.clock.now(),
        )
        circle = replace(circle, **changes)
        async with self.app.db.transaction() as tx:
            await circles_store.insert(tx, circle)
        return circle

    async def pass_time(self, by: timedelta) -> None:
        """Move the clock forward and let everything that came due happen."""
        self.clock.advance(by)
        await self.app.tick()
        await self.settle()

    async def settle(self) -> None:
        """Until all that is due has left the outbox."""
        async with asyncio.timeout(15):
            await self.app.outbox.settle()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, discord.ConnectionClosed):
        await task


@pytest.fixture
async def stage(settings: Settings, clock: FixedClock) -> AsyncIterator[Stage]:
    """The bot is in "Harbour House" (see sandbox/seed.py), and nobody has set up a circle yet."""
    settings = replace(
        settings, token="sandbox", tick_seconds=3600, guild_ready_timeout=0.05, sends_per_second=1000
    )
    stage = Stage(settings, clock)
    async with stage.sandbox as sandbox:
        stage.settings = replace(settings, api_url=sandbox.api_url, gateway_url=sandbox.gateway_url)
        base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
        use_addresses(sandbox.api_url, sandbox.gateway_url)
        try:
            await stage.start_bot()
            yield stage
        finally:
            await stage.stop_bot()
            use_addresses(base, str(gateway))
    if contract.available() or os.environ.get("CI") == "true":
        assert contract.violations(sandbox.exchanges) == []
