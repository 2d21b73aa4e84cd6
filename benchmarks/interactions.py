"""From a press on a button until the answer, by a bot that has nothing else to do."""

from __future__ import annotations

import json
import time
from pathlib import Path

from benchmarks.measure import spread, table
from benchmarks.scene import buttons_of, next_minute, one_check_in, scene

PAUSE = 0.02  # seconds from press to press


async def run(folder: Path, presses: int) -> None:
    rows = []
    async with scene(folder, 1) as played:
        settings = await played.fill("presses", circles=1, each=1, due=next_minute(after=3600))
        async with played.our_bot("presses") as bot:
            await bot.says("connected")
            message = await one_check_in(played, settings)
            for button in buttons_of(message):
                took = await played.presses(message, [button], presses, PAUSE)
                rows.append([f"towards, {':'.join(button.split(':')[:2])}", *spread(took, 1)])
        async with played.bare_bot() as bot:
            await bot.says("connected")
            since = time.perf_counter()
            await bot.tell(json.dumps([played.channels[0].id]))
            await played.posted(played.bare, 1, since, 30)
            [(_, message)] = played.posts_of(played.bare, since)
            took = await played.presses(message, buttons_of(message), presses, PAUSE)
            rows.append(["bare discord.py, one line of text", *spread(took, 1)])
    table("Press to answer, idle, ms", ["", "min", "median", "p99", "max", "n"], rows)
