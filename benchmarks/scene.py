"""What the benchmarks are played on: a Discord server with many circles, and a database that knows them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import Process, process
from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.schedules import recurrence
from bot.schedules.models import Kind
from sandbox.models import Application, Channel, Message, User
from sandbox.seed import INVITED_WITH
from sandbox.server import Sandbox

PER_GUILD = 5
UNANSWERED = 3000.0  # milliseconds: then Discord tells the person that the bot did not respond
PEOPLE = 200
READY_SECONDS = "0.05"  # discord.py waits so long after the last server came; its own 2 seconds hide the rest
FACILITATOR = Actor(user_id=7, role_ids=frozenset(), manages_server=True)
FIRST_FAKE_ID = 1 << 40  # for channels that nothing is sent to


class Scene:
    """Servers with `PER_GUILD` channels each; ours and a bare bot are in all of them."""

    def __init__(self, folder: Path, channels: int) -> None:
        self.folder = folder
        self.sandbox = Sandbox()
        world = self.sandbox.world
        owner = world.add_user("ana", global_name="Ana")
        self.ours = world.add_application("Towards", "token-of-ours", owner=owner)
        self.bare = world.add_application("Bare", "token-of-the-bare-one", owner=owner)
        self.channels: list[Channel] = []
        for number in range(-(-channels // PER_GUILD)):
            guild = world.add_guild(f"Server {number}", owner)
            for application in (self.ours, self.bare):
                world.install(application, guild, INVITED_WITH)
            self.channels += [world.add_channel(guild, f"circle-{n}") for n in range(PER_GUILD)]
        self.people = [world.add_user(f"person-{n}") for n in range(PEOPLE)]
        first = self.channels[0].guild
        assert first is not None
        for person in self.people:
            world.add_member(first, person)
        # What is posted where, and when; the world keeps each message anyway.
        self.posts: list[tuple[float, Application, Message]] = []
        world.subscribe(self._hear)

    def _hear(self, event: Any) -> None:
        if event.name == "MESSAGE_CREATE" and event.message is not None and not event.message.ephemeral:
            speaker = self.sandbox.world.application_of(event.message.author)
            if speaker is not None:
                self.posts.append((time.perf_counter(), speaker, event.message))

    def posts_of(self, application: Application, since: float = 0) -> list[tuple[float, Message]]:
        return [(at, message) for at, by, message in self.posts if by is application and at >= since]

    def database(self, name: str) -> Path:
        return self.folder / f"{name}.db"

    @asynccontextmanager
    async def our_bot(self, name: str) -> AsyncIterator[Process]:
        """`towards run` as it is, on that database."""
        environment = {
            "DISCORD_TOKEN": self.ours.token,
            "DISCORD_API_URL": self.sandbox.api_url,
            "DISCORD_GATEWAY_URL": self.sandbox.gateway_url,
            "TOWARDS_DATABASE": str(self.database(name)),
            "TOWARDS_KEY_FILE": str(self.folder / f"{name}.keys"),
            "TOWARDS_GUILD_READY_TIMEOUT": READY_SECONDS,
        }
        async with process("bot", "run", environment=environment) as running:
            yield running

    @asynccontextmanager
    async def bare_bot(self) -> AsyncIterator[Process]:
        addresses = (self.sandbox.api_url, self.sandbox.gateway_url)
        async with process(
            "benchmarks.bare_bot", *addresses, self.bare.token, READY_SECONDS, environment={}
        ) as running:
            yield running

    async def fill(self, name: str, *, circles: int, each: int, due: datetime) -> Settings:
        """A database with so many circles, each with so many daily check-ins; the first is due at `due`.

        One circle is made as people make it; the rest are copies of its rows.
        """
        path = self.database(name)
        settings = Settings.read(
            {"TOWARDS_DATABASE": str(path), "TOWARDS_KEY_FILE": str(self.folder / f"{name}.keys")}
        )
        async with App.open(settings) as app:
            circle = self._circle(app.clock.now())
            async with app.db.transaction() as tx:
                await circles_store.insert(tx, circle)
            if each:
                await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, recurrence.load(_daily(due)))
        with closing(sqlite3.connect(path)) as db, db:
            _copy(db, "circles", [self._copied(n) for n in range(circles)])
            _copy(db, "schedules", [_schedule(n, each, due) for n in range(circles * each)])
        return settings

    def _circle(self, now: datetime) -> Circle:
        guild = self.channels[0].guild
        assert guild is not None
        return Circle(
            id=f"{0:016x}",
            guild_id=guild.id,
            name="Harbour",
            channel_id=self.channels[0].id,
            sharing_channel_id=FIRST_FAKE_ID,
            facilitators_channel_id=self.channels[0].id,
            facilitator_role_id=guild.id,
            zone="UTC",
            locale="en",
            depth_ceiling=1,
            created_at=now - timedelta(days=2),
        )

    def _copied(self, number: int) -> dict[str, object]:
        channel = self.channels[number]
        assert channel.guild is not None
        return {
            "id": f"{number:016x}",
            "guild_id": channel.guild.id,
            "name": f"Circle {number}",
            "channel_id": channel.id,
            "sharing_channel_id": FIRST_FAKE_ID + number,
            "facilitators_channel_id": channel.id,
        }

    async def press(self, message: Message, button: str, person: User) -> float:
        """Milliseconds from a press on a message's button to the bot's answer; 3000 where none came."""
        started = time.perf_counter()
        outcome = await self.sandbox.interactions.press(person, message, button)
        return UNANSWERED if outcome.failed else (time.perf_counter() - started) * 1000

    async def presses(
        self, message: Message, buttons: Sequence[str], count: int, pause: float
    ) -> list[float]:
        """Presses by one person after the other; the pause counts from press to press."""
        took, due = [], time.perf_counter()
        for number in range(count):
            button, person = buttons[number % len(buttons)], self.people[number % len(self.people)]
            took.append(await self.press(message, button, person))
            due += pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return took

    async def posted(self, application: Application, count: int, since: float, seconds: float) -> None:
        """Until so many messages stand."""
        async with asyncio.timeout(seconds):
            while len(self.posts_of(application, since)) < count:  # noqa: ASYNC110 # a look now and then will do
                await asyncio.sleep(0.05)


@asynccontextmanager
async def scene(folder: Path, channels: int) -> AsyncIterator[Scene]:
    made = Scene(folder, channels)
    async with made.sandbox:
        yield made


async def one_check_in(played: Scene, settings: Settings) -> Message:
    """A check-in of the first circle that is open now, as its card stands in the channel."""
    since = time.perf_counter()
    async with App.open(settings) as app:
        circle = next(circle for circle in await app.circles.all_open() if circle.id == f"{0:016x}")
        [schedule, *_] = await app.schedules.of(circle)
        await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    await played.posted(played.ours, 1, since, 30)
    return played.posts_of(played.ours, since)[0][1]


def buttons_of(message: Message) -> list[str]:
    """The custom_ids of its buttons."""
    found: list[str] = []

    def walk(component: Any) -> None:
        if component.get("custom_id"):
            found.append(component["custom_id"])
        for child in component.get("components", ()):
            walk(child)

    for component in message.components:
        walk(component)
    return found


def next_minute(*, after: float) -> datetime:
    """The first whole minute at least so many seconds from now."""
    moment = datetime.now(UTC) + timedelta(seconds=after + 60)
    return moment.replace(second=0, microsecond=0)


def _schedule(number: int, each: int, due: datetime) -> dict[str, object]:
    """The n-th schedule: a circle's first is due then, each further one a minute after the one before."""
    comes = due + timedelta(minutes=number % each)
    return {
        "id": f"{number:016x}",
        "circle_id": f"{number // each:016x}",
        "rule": _daily(comes),
        "next_slot": f"{comes:%Y-%m-%dT%H:%M}",
        "next_run_at": f"{comes:%Y-%m-%dT%H:%M:%S.%fZ}",
    }


def _daily(moment: datetime) -> str:
    """A rule as it is stored."""
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return json.dumps({"at": f"{moment:%H:%M}", "days": days, "type": "weekly"}, sort_keys=True)


def _copy(db: sqlite3.Connection, table: str, changes: Sequence[dict[str, object]]) -> None:
    """Put copies of a table's only row, each with its changes, in that row's place."""
    if not changes:
        return
    db.row_factory = sqlite3.Row
    model = dict(db.execute(f"SELECT * FROM {table}").fetchone())
    db.execute(f"DELETE FROM {table} WHERE id <> :id", {"id": changes[0]["id"]})
    columns = ", ".join(model)
    values = ", ".join(f":{column}" for column in model)
    db.executemany(
        f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({values})",
        [model | change for change in changes],
    )
