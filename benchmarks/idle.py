"""Schedules that are not due cost nothing: start, memory, and what a tick asks the database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TypedDict

from benchmarks.measure import process, spread, table
from benchmarks.scene import Scene, next_minute, scene


class Ticks(TypedDict):
    """What benchmarks.ticks tells."""

    open_ms: float
    ms: list[float]
    statements: list[tuple[str, str]]  # each with SQLite's plan for it


EACH = 10  # schedules of a circle


async def run(folder: Path, schedules: int, *, starts: int = 3, settle: float = 8.0) -> None:
    """`settle`: seconds after which the first ticks are over, and the memory is looked at."""
    circles = schedules // EACH
    async with scene(folder, circles) as played:
        for name, each in (("none", 0), ("many", EACH)):
            await played.fill(name, circles=circles, each=each, due=next_minute(after=3600))
        names = ("none", "many")
        started = {n: [await _start(played, n, settle) for _ in range(starts)] for n in names}
        ticks = {name: await _ticks(played, name) for name in names}
    columns = [f"{circles} circles", f"and {schedules} schedules"]

    table(
        f"{schedules} schedules that wait",
        ["", *columns],
        [
            ["process start to connected, s (median)", *(f"{_middle(started[n], 0):.2f}" for n in names)],
            ["memory after the first ticks, MiB (median)", *(f"{_middle(started[n], 1):.0f}" for n in names)],
            ["opening the database and services, ms", *(f"{ticks[n]['open_ms']:.0f}" for n in names)],
            ["statements in a tick", *(len(ticks[n]["statements"]) for n in names)],
            ["of these through an index", *(_indexed(ticks[n]) for n in names)],
            ["a tick, ms: min median p99 max n", *(" ".join(spread(ticks[n]["ms"], 2)) for n in names)],
        ],
    )
    for statement, plan in ticks["many"]["statements"]:
        print(f"    {statement}\n        {plan}")


def _middle(starts: list[tuple[float, float]], place: int) -> float:
    return sorted(start[place] for start in starts)[len(starts) // 2]


def _indexed(ticks: Ticks) -> int:
    return sum("SCAN" not in plan for _, plan in ticks["statements"])


async def _start(played: Scene, name: str, settle: float) -> tuple[float, float]:
    """Seconds until it is connected, and MiB a little later."""
    async with played.our_bot(name) as bot:
        _, seconds = await bot.says("connected")
        await asyncio.sleep(settle)
        return seconds, bot.rss


async def _ticks(played: Scene, name: str) -> Ticks:
    settings = (str(played.database(name)), str(played.folder / f"{name}.keys"))
    async with process("benchmarks.ticks", *settings, environment={}) as ticking:
        line, _ = await ticking.says("{")
        told: Ticks = json.loads(line)
        return told
