"""Transactions and reads of bot.db beside plain aiosqlite with the same pragmas, and beside its defaults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiosqlite

from benchmarks.measure import table
from bot.db import Database

INSERT = "INSERT INTO things (name, told) VALUES (:name, :told)"
READ = "SELECT * FROM things WHERE id = :id"
TABLE = "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, told TEXT NOT NULL) STRICT"
TASKS = 24


async def run(folder: Path, count: int) -> None:
    async with aiosqlite.connect(folder / "d.db", isolation_level=None) as made:
        await made.execute_fetchall("PRAGMA journal_mode = WAL")
        await made.execute(TABLE)
    async with Database.open(folder / "d.db") as db:
        ours = [
            await _rate(count, 1, lambda n: _insert(db, n)),
            await _rate(count, TASKS, lambda n: _insert(db, n)),
            await _rate(count, 1, lambda n: db.one(READ, id=n + 1)),
        ]
    async with aiosqlite.connect(folder / "d.db", isolation_level=None) as plain:
        await plain.execute_fetchall("PRAGMA synchronous = FULL")
        turn = asyncio.Lock()
        theirs = [
            await _rate(count, 1, lambda n: _plain_insert(plain, turn, n)),
            await _rate(count, TASKS, lambda n: _plain_insert(plain, turn, n)),
            await _rate(count, 1, lambda n: plain.execute_fetchall(READ, {"id": n + 1})),
        ]
    names = ("transactions of one insert", f"the same by {TASKS} tasks at a time", "reads of one row")
    table(
        f"SQLite, a second (median of {ROUNDS} rounds of {count})",
        ["", "bot.db", "plain aiosqlite"],
        [[name, f"{a:.0f}", f"{b:.0f}"] for name, a, b in zip(names, ours, theirs, strict=True)],
    )


ROUNDS = 5


async def _rate(count: int, tasks: int, do: Callable[[int], Awaitable[object]]) -> float:
    """How many a second, the median of the rounds."""
    rates = []
    for _ in range(ROUNDS):
        numbers = iter(range(count))

        async def work(numbers: Iterator[int] = numbers) -> None:
            for number in numbers:  # shared by all tasks
                await do(number)

        started = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(tasks)))
        rates.append(count / (time.perf_counter() - started))
    return sorted(rates)[ROUNDS // 2]


async def _insert(db: Database, number: int) -> None:
    async with db.transaction() as tx:
        await tx.execute(INSERT, name=str(number), told="a line of words, as long as most of them are")


async def _plain_insert(plain: aiosqlite.Connection, turn: asyncio.Lock, number: int) -> None:
    # Without the lock one task's commit would be another's.
    async with turn:
        await plain.execute("BEGIN IMMEDIATE")
        await plain.execute(INSERT, {"name": str(number), "told": "a line of words, as long as most are"})
        await plain.commit()
