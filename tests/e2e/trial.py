"""A server, a database, and real bot processes on it that may be killed at any moment."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.schedules import recurrence
from bot.schedules.models import Kind
from sandbox.ratelimits import Limits
from sandbox.seed import seed
from sandbox.server import Sandbox
from tests.conftest import FixedClock
from tests.e2e import mortal_bot

TOKEN = "a-token-of-the-sandbox"
FACILITATOR = Actor(user_id=7, role_ids=frozenset(), manages_server=True)

# Each process is forked from one that has imported everything and done nothing: that saves its first half
# second, and it is as much a process of its own as any.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pytest", "tests.e2e.mortal_bot"])


class Mortal:
    """A bot process. It was killed exactly if its exit code says so."""

    def __init__(self, process: multiprocessing.context.ForkServerProcess, said: Path) -> None:
        self._process = process
        self._said = said

    async def ended(self) -> int:
        """Wait for its end; the exit code, or the signal's number below zero."""
        if self._process.exitcode is None:
            loop, over = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(self._process.sentinel, over.set)
            try:
                await over.wait()
            finally:
                loop.remove_reader(self._process.sentinel)
            self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    async def killed(self) -> bool:
        """Kill it now; False if it had come to its end by itself, which then must be a good one."""
        self._process.kill()
        code = await self.ended()
        assert code in (0, -signal.SIGKILL), f"it ended with {code}: {self.said}"
        return code == -signal.SIGKILL

    @property
    def said(self) -> str:
        return self._said.read_text() if self._said.exists() else ""


@dataclass(frozen=True)
class Group:
    """A circle to be: a check-in and a prompt on these days at this time of its zone."""

    zone: str
    at: str
    days: tuple[str, ...]


class Trial:
    """One server and one database with circles whose check-ins and prompts are due at the same minute."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.sandbox = Sandbox(record=True, limits=Limits(enforced=False))
        self.seeded = seed(self.sandbox.world, token=TOKEN)
        self.journal = folder / "journal"
        self.sends_per_second = 1000
        self.settings = Settings.read(
            {"TOWARDS_DATABASE": str(folder / "towards.db"), "TOWARDS_KEY_FILE": str(folder / "towards.keys")}
        )

    async def prepare(self, since: datetime, *groups: Group) -> None:
        """Make the circles; the first is in the seeded channel, each further one in a channel of its own."""
        async with App.open(self.settings, FixedClock(since)) as app:
            for number, group in enumerate(groups):
                circle = self._circle(number, group, since)
                async with app.db.transaction() as tx:
                    await circles_store.insert(tx, circle)
                days = ", ".join(f'"{day}"' for day in group.days)
                rule = recurrence.load(f'{{"at": "{group.at}", "days": [{days}], "type": "weekly"}}')
                await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
                await app.schedules.create(FACILITATOR, circle, Kind.PROMPT, rule, deck="first-steps")

    def _circle(self, number: int, group: Group, since: datetime) -> Circle:
        channels, world, guild = self.seeded.channels, self.sandbox.world, self.seeded.guild
        channel = channels["circle"] if number == 0 else world.add_channel(guild, f"circle-{number}")
        sharing = channels["sharing"] if number == 0 else world.add_channel(guild, f"sharing-{number}")
        return Circle(
            id=f"{number:016x}",
            guild_id=guild.id,
            name=f"Harbour {number}",
            channel_id=channel.id,
            sharing_channel_id=sharing.id,
            facilitators_channel_id=channels["facilitators"].id,
            facilitator_role_id=self.seeded.facilitators.id,
            zone=group.zone,
            locale="en",
            depth_ceiling=1,
            created_at=since - timedelta(days=1),
        )

    @asynccontextmanager
    async def process(self, moment: datetime, when: str = "never", last: int = 0) -> AsyncIterator[Mortal]:
        """A bot process on this database (see mortal_bot), which does not outlive the block."""
        environment = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": self.sandbox.api_url,
            "DISCORD_GATEWAY_URL": self.sandbox.gateway_url,
            "TOWARDS_DATABASE": str(self.settings.database),
            "TOWARDS_KEY_FILE": str(self.settings.key_file),
            "TOWARDS_TICK_SECONDS": "3600",
            "TOWARDS_GUILD_READY_TIMEOUT": "0.05",
            "TOWARDS_SENDS_PER_SECOND": str(self.sends_per_second),
        }
        said = self.folder / "said"
        arguments = (environment, moment, self.journal, said, when, last)
        process = PROCESSES.Process(target=mortal_bot.live, args=arguments, daemon=True)
        process.start()
        mortal = Mortal(process, said)
        try:
            yield mortal
        finally:
            process.kill()
            await mortal.ended()
            process.close()

    async def run(self, moment: datetime, when: str = "never", last: int = 0) -> None:
        """Run a bot process to its end, which is its death exactly if it was told to die."""
        async with self.process(moment, when, last) as mortal:
            code = await mortal.ended()
        assert code == (0 if when == "never" else -signal.SIGKILL), mortal.said

    def asked(self, sql: str) -> list[tuple[object, ...]]:
        """What the database holds, read as anybody could."""
        with closing(sqlite3.connect(self.settings.database)) as db:
            return db.execute(sql).fetchall()


@asynccontextmanager
async def trial(folder: Path, since: datetime, *groups: Group) -> AsyncIterator[Trial]:
    attempt = Trial(folder)
    async with attempt.sandbox:
        await attempt.prepare(since, *groups)
        yield attempt
