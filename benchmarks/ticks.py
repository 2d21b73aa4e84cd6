"""Opens the services on a database and ticks; tells its figures in a line of JSON.

python -m benchmarks.ticks <database> <key file>
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from bot.app import App
from bot.config import Settings
from bot.db import Database

TICKS = 200


async def main(database: str, key_file: str) -> None:
    settings = Settings.read({"TOWARDS_DATABASE": database, "TOWARDS_KEY_FILE": key_file})
    started = time.perf_counter()
    async with App.open(settings) as app:
        opened = time.perf_counter() - started
        await app.tick()  # the first of a day sweeps
        took = []
        for _ in range(TICKS):
            since = time.perf_counter()
            await app.tick()
            took.append((time.perf_counter() - since) * 1000)
        asked = await _asked(app)
        plans = [(" ".join(statement.split()), await _plan(app.db, statement)) for statement in asked]
    print(json.dumps({"open_ms": opened * 1000, "ms": took, "statements": plans}), flush=True)


async def _asked(app: App) -> list[str]:
    """The statements of one tick, as SQLite saw them."""
    seen: list[str] = []
    connections = (app.db._reader._connection, app.db._writer)
    for connection in connections:
        await connection.set_trace_callback(seen.append)
    await app.tick()
    return list(seen)


async def _plan(db: Database, statement: str) -> str:
    if not statement.lstrip().upper().startswith("SELECT"):
        return "-"
    return "; ".join(row["detail"] for row in await db.all(f"EXPLAIN QUERY PLAN {statement}"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
