from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.db import Database, instant, written


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "t.db") as db:
        async with db.transaction() as tx:
            await tx.execute("CREATE TABLE things (name TEXT PRIMARY KEY) STRICT")
        yield db


async def names(db: Database) -> list[str]:
    return [row["name"] for row in await db.all("SELECT name FROM things ORDER BY name")]


async def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO things VALUES ('a')")
            raise RuntimeError
    assert await names(db) == []


async def test_a_cancelled_transaction_leaves_nothing_and_frees_the_lock(db: Database) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO things VALUES ('a')")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO things VALUES ('b')")
    assert await names(db) == ["b"]


async def test_two_tasks_never_share_a_transaction(db: Database) -> None:
    async def fails() -> None:
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO things VALUES ('lost')")
            await asyncio.sleep(0)
            raise RuntimeError

    async def works(name: str) -> None:
        async with db.transaction() as tx:
            await asyncio.sleep(0)
            await tx.execute("INSERT INTO things VALUES (:name)", name=name)

    await asyncio.gather(fails(), works("a"), works("b"), fails(), return_exceptions=True)
    assert await names(db) == ["a", "b"]


async def test_readers_see_only_what_is_committed(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO things VALUES ('a')")
        assert await names(db) == []
    assert await names(db) == ["a"]


async def test_a_read_connection_can_not_write(db: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await db.all("INSERT INTO things VALUES ('a')")


@pytest.mark.anonymity
async def test_what_was_erased_is_in_neither_file_after_a_checkpoint(db: Database, tmp_path: Path) -> None:
    canary = "a-word-held-back"
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO things VALUES (:name)", name=canary)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM things")
    await db.checkpoint()
    assert all(canary.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_written_instants_sort_as_time_and_come_back_the_same() -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert instant(written(moment)) == moment
    assert written(moment) == "2026-03-29T00:30:00.000005Z"
    assert written(moment) < written(moment + timedelta(microseconds=1))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        written(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
@pytest.mark.anonymity
async def test_every_connection_is_set_to_lose_nothing_and_to_erase_what_is_deleted(
    db: Database, pragma: str, value: object
) -> None:
    reading = await db.one(f"PRAGMA {pragma}")
    async with db.transaction() as tx:
        writing = await tx.one(f"PRAGMA {pragma}")
    assert reading is not None
    assert writing is not None
    assert (reading[0], writing[0]) == (value, value)


@pytest.mark.anonymity
async def test_rewriting_leaves_no_copy_of_what_was_erased(db: Database, tmp_path: Path) -> None:
    for start in range(0, 3000, 100):
        async with db.transaction() as tx:
            for n in range(start, start + 100):
                await tx.execute("INSERT INTO things VALUES (:name)", name=f"{n * 7919 % 3000:04}-held-back")
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM things")
    await db.rewrite()
    assert all(b"held-back" not in path.read_bytes() for path in tmp_path.iterdir())
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO things VALUES ('again')")
    assert await names(db) == ["again"]
