"""One writer, one reader, and transactions that hold.

The writer connection is shared by all tasks, so a lock keeps a transaction whole: without it one task's
commit would commit another's half-done work. Reads go through a connection of their own and see only what
is committed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import aiosqlite

from bot.db.times import written

Row = sqlite3.Row

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a lost 'sent' row would be a double post
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA secure_delete = ON",  # deleted is to be gone
    "PRAGMA trusted_schema = OFF",
)


class Reader(Protocol):
    """What can be asked: the database, or a transaction that also sees its own writes."""

    async def one(self, sql: str, **params: object) -> Row | None: ...
    async def all(self, sql: str, **params: object) -> list[Row]: ...


def _adapt(params: dict[str, object]) -> dict[str, object]:
    return {name: _adapted(value) for name, value in params.items()}


def _adapted(value: object) -> object:
    if isinstance(value, datetime):
        return written(value)
    return value.isoformat() if isinstance(value, date) else value


class Transaction:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, **params: object) -> int:
        """Run one statement; the number of rows it changed."""
        async with self._connection.execute(sql, _adapt(params)) as cursor:
            return cursor.rowcount

    async def one(self, sql: str, **params: object) -> Row | None:
        rows = await self.all(sql, **params)
        return rows[0] if rows else None

    async def all(self, sql: str, **params: object) -> list[Row]:
        # One turn of the connection's thread; with a cursor of our own it would be three.
        return list(await self._connection.execute_fetchall(sql, _adapt(params)))


class Database:
    """Use `async with Database.open(path) as db`; aiosqlite's threads keep a process alive until closed."""

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = Transaction(reader)
        self._lock = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Database]:
        async with _connect(path) as writer, _connect(path) as reader:
            await reader.execute("PRAGMA query_only = ON")
            yield cls(writer, reader)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing, also when the task is cancelled half-way."""
        async with self._lock:
            try:
                await self._writer.execute("BEGIN IMMEDIATE")
                yield Transaction(self._writer)
                await asyncio.shield(self._writer.commit())
            except BaseException:
                await asyncio.shield(self._writer.rollback())
                raise

    async def one(self, sql: str, **params: object) -> Row | None:
        return await self._reader.one(sql, **params)

    async def all(self, sql: str, **params: object) -> list[Row]:
        return await self._reader.all(sql, **params)

    async def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that what was erased is in neither."""
        async with self._lock:
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def rewrite(self) -> None:
        """Write the whole file anew from the rows that there are, and empty the write-ahead log.

        `secure_delete` overwrites what is deleted where it stands, but not copies of it left behind inside
        pages when rows were moved to make room (measured: of 500 erased ids among 1500, 4 were still there).
        Takes about a second for 100 MB, in which others can read but not write.
        """
        async with self._lock:
            await self._writer.execute_fetchall("VACUUM")
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


@asynccontextmanager
async def _connect(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        connection.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            await connection.execute_fetchall(pragma)
        yield connection
