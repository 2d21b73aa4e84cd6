"""A real bot process that does what is due and ends, unless it is told at which of its steps to die.

    python -m tests.e2e.mortal_bot <moment> <journal> [before|after <n>]

Its clock starts at the moment (ISO 8601); settings come from the environment, as for `towards run`. Each
commit that changed something, from the first tick on, is a step and a line in the journal. `before 3`: the
process kills itself with SIGKILL when all of step 3 is written but not committed; `after 3`: right after.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.client import TowardsBot, use_addresses
from bot.config import Settings
from bot.db import Database, Transaction

SECONDS = 60  # longer than any run takes: an end for one that hangs


class RunningClock:
    """Runs as the system's clock does, from another moment on."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def count_steps(journal: Path, when: str, last: int) -> None:
    """Note every commit that changes something, and die at the last step."""
    whole = Database.transaction
    step = 0

    @asynccontextmanager
    async def transaction(db: Database) -> AsyncIterator[Transaction]:
        nonlocal step
        async with whole(db) as tx:
            before = await changes(tx)
            yield tx
            counts = await changes(tx) > before
            step += counts
            if counts and (when, last) == ("before", step):
                os.kill(os.getpid(), signal.SIGKILL)
        if counts:
            with journal.open("a") as lines:
                lines.write(f"{step}\n")
            if (when, last) == ("after", step):
                os.kill(os.getpid(), signal.SIGKILL)

    setattr(Database, "transaction", transaction)  # noqa: B010 # the one place that all commits pass


async def changes(tx: Transaction) -> int:
    row = await tx.one("SELECT total_changes() AS rows")
    assert row is not None
    return int(row["rows"])


async def run(moment: datetime, journal: Path, when: str, last: int) -> None:
    settings = Settings.read(os.environ)
    use_addresses(settings.api_url, settings.gateway_url)
    async with App.open(settings, RunningClock(moment)) as app, TowardsBot(app) as bot:
        connection = asyncio.create_task(bot.start(settings.require_token()))
        await bot.connected.wait()
        count_steps(journal, when, last)
        await app.tick()
        while await app.db.one("SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')"):
            app.outbox.wake()
            await asyncio.sleep(0.01)
        connection.cancel()


if __name__ == "__main__":
    _, moment, journal, *rest = sys.argv
    when, last = (rest[0], int(rest[1])) if rest else ("never", 0)
    asyncio.run(asyncio.wait_for(run(datetime.fromisoformat(moment), Path(journal), when, last), SECONDS))
