"""From the start of the process until it is connected and at work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from benchmarks.measure import Process, spread, table
from benchmarks.scene import next_minute, scene

Start = Callable[[], AbstractAsyncContextManager[Process]]


async def run(folder: Path, circles: int, *, starts: int = 10) -> None:
    async with scene(folder, circles) as played:
        await played.fill("start", circles=circles, each=1, due=next_minute(after=3600))
        ours = await _starts(starts, lambda: played.our_bot("start"))
        bare = await _starts(starts, played.bare_bot)
        guilds = len(played.sandbox.world.guilds)
    table(
        f"Process start to connected, with {circles} circles in {guilds} servers, ms",
        ["", "min", "median", "p99", "max", "n"],
        [["towards", *spread(ours)], ["bare discord.py", *spread(bare)]],
    )


async def _starts(count: int, start: Start) -> list[float]:
    took = []
    for _ in range(count):
        async with start() as bot:
            _, seconds = await bot.says("connected")
            took.append(seconds * 1000)
    return took
