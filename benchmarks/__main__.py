"""python -m benchmarks [--quick] [NAME ...]: run them, one after the other, and tell the figures."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path

import discord

from benchmarks import database, herd, idle, interactions, screening, start

NAMES = ("screening", "start", "interactions", "database", "idle", "herd")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="How fast, how small, beside a baseline.")
    parser.add_argument("names", nargs="*", help=f"which ({', '.join(NAMES)}); default: all")
    parser.add_argument("--quick", action="store_true", help="a tenth of the herd and of the schedules")
    parser.add_argument("--circles", type=int, help="so many circles in the herd instead of 10,000")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark named {', '.join(sorted(unknown))}")
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, discord.py {discord.__version__}; load {os.getloadavg()[0]:.1f}"
    )
    scale = 10 if options.quick else 1
    circles = options.circles or 10_000 // scale
    runs: dict[str, Callable[[Path], Coroutine[None, None, None]]] = {
        "screening": screening.run,
        "start": lambda folder: start.run(folder, circles=100),
        "interactions": lambda folder: interactions.run(folder, presses=500 // scale),
        "database": lambda folder: database.run(folder, count=5_000 // scale),
        "idle": lambda folder: idle.run(folder, schedules=100_000 // scale),
        "herd": lambda folder: herd.run(folder, circles),
    }
    for name in options.names or NAMES:
        with tempfile.TemporaryDirectory(prefix="towards-bench-") as folder:
            asyncio.run(runs[name](Path(folder)))


if __name__ == "__main__":
    main()
