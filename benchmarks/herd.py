"""Monday morning: every circle's check-in is due in the same minute, while people press buttons."""

from __future__ import annotations

import asyncio
import json
import time
from bisect import bisect_left
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Process, spread, table
from benchmarks.scene import Scene, buttons_of, next_minute, one_check_in, scene
from bot.app import App
from bot.config import Settings
from bot.outbox.models import Priority
from sandbox.models import Application, Message

PAUSE = 0.1  # seconds from press to press
IDLE_PRESSES = 100


@dataclass
class Herd:
    """What one bot did with it."""

    idle: list[float]  # milliseconds from press to answer
    before: float  # MiB
    amid: list[float] = field(default_factory=list)
    most: float = 0.0
    after: float = 0.0
    cpu: float = 0.0
    delivered: int = 0
    seconds: float = 0.0
    busiest: int = 0  # posts in a second
    refused: int = 0  # answers of 429

    @property
    def rate(self) -> float:
        return self.delivered / self.seconds


async def run(folder: Path, circles: int) -> None:
    async with scene(folder, circles) as played:
        ours, order, urgent = await _ours(played, circles)
        bare = await _bare(played, circles)

    def row(name: str, tell: str, *attributes: str) -> list[str]:
        return [name, *(" ".join(tell.format(getattr(one, a)) for a in attributes) for one in (ours, bare))]

    table(
        f"The herd: {circles} circles due in the same minute, 50 requests a second allowed",
        ["", "towards", "bare discord.py"],
        [
            row("posts delivered", "{}", "delivered"),
            row("posts a second, first to last", "{:.1f}", "rate"),
            row("posts in the busiest second", "{}", "busiest"),
            row("answers of 429", "{}", "refused"),
            ["furthest from its turn (places)", order, "-"],
            ["a safety notice enqueued amid it: away after (ms)", f"{urgent:.0f}", "-"],
            row("memory, MiB: before, most, after", "{:.0f}", "before", "most", "after"),
            row("processor time, s", "{:.0f}", "cpu"),
        ],
    )
    table(
        "Press to answer, ms",
        ["", "min", "median", "p99", "max", "n"],
        [
            ["towards, idle", *spread(ours.idle)],
            ["towards, amid the herd", *spread(ours.amid)],
            ["bare discord.py, idle", *spread(bare.idle)],
            ["bare discord.py, amid its herd", *spread(bare.amid)],
        ],
    )


async def _ours(played: Scene, circles: int) -> tuple[Herd, int, float]:
    due = next_minute(after=25 + circles / 500)
    settings = await played.fill("herd", circles=circles, each=1, due=due)
    async with played.our_bot("herd") as bot:
        await bot.says("connected")
        message = await one_check_in(played, settings)
        idle = await _idle(played, message)
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() - 1))
        since = time.perf_counter()
        urgent = asyncio.create_task(_urgent(played, settings, after=circles / 45 / 2))
        done = played.posted(played.ours, circles, since, seconds=60 + circles / 20)
        herd = await _watch(played, bot, played.ours, Herd(idle, bot.rss), message, done, since)
        return herd, _furthest_from_turn(played, since), await urgent


async def _bare(played: Scene, circles: int) -> Herd:
    async with played.bare_bot() as bot:
        await bot.says("connected")
        since = time.perf_counter()
        await bot.tell(json.dumps([played.channels[0].id]))
        await played.posted(played.bare, 1, since, 30)
        [(_, message)] = played.posts_of(played.bare, since)
        idle = await _idle(played, message)
        since = time.perf_counter()
        await bot.tell(json.dumps([channel.id for channel in played.channels[:circles]]))
        done = bot.says(f"of {circles}", seconds=120 + circles / 10)
        return await _watch(played, bot, played.bare, Herd(idle, bot.rss), message, done, since)


async def _idle(played: Scene, message: Message) -> list[float]:
    return await played.presses(message, _pressed(message), IDLE_PRESSES, PAUSE)


async def _watch(
    played: Scene,
    bot: Process,
    application: Application,
    herd: Herd,
    message: Message,
    done: Awaitable[object],
    since: float,
) -> Herd:
    """Press buttons and look at the process until it has done its posts."""
    counts = played.sandbox.limiter.counts
    refused, cpu = counts.refused, bot.cpu_seconds
    end = asyncio.ensure_future(done)
    while not end.done():
        herd.amid += await played.presses(message, _pressed(message), 2, PAUSE)
        herd.most = max(herd.most, bot.rss)
    await end
    times = [at for at, post in played.posts_of(application, since) if _is_check_in(post)]
    herd.delivered, herd.seconds = len(times), times[-1] - times[0]
    herd.busiest = max(bisect_left(times, start + 1) - n for n, start in enumerate(times))
    herd.refused = counts.refused - refused
    herd.cpu = bot.cpu_seconds - cpu
    await asyncio.sleep(5)
    herd.after = bot.rss
    return herd


def _pressed(message: Message) -> list[str]:
    return [button for button in buttons_of(message) if "here" in button or "now" in button]


def _is_check_in(message: Message) -> bool:
    return any("here" in button for button in buttons_of(message))


def _furthest_from_turn(played: Scene, since: float) -> int:
    """Circles are due in the order of their channels: by how many places did any come too early or late?"""
    turn = {channel.id: n for n, channel in enumerate(played.channels)}
    came = [post.channel.id for _, post in played.posts_of(played.ours, since) if _is_check_in(post)]
    return max(abs(turn[channel_id] - place) for place, channel_id in enumerate(came))


async def _urgent(played: Scene, settings: Settings, *, after: float) -> float:
    """Milliseconds until something urgent that is enqueued amid the herd stands in its channel."""
    await asyncio.sleep(after)
    async with App.open(settings) as app:
        circle = (await app.circles.all_open())[-1]
        async with app.db.transaction() as tx:
            await app.circles.notify(
                tx,
                circle,
                "schedule.notices.needs_attention",
                priority=Priority.SAFETY,
                schedule="",
                reason="",
            )
        started = time.perf_counter()
    while True:
        for at, message in played.posts_of(played.ours, started):
            if not _is_check_in(message):
                return (at - started) * 1000
        await asyncio.sleep(0.005)
