"""A real bot process that does what is due and ends, unless it is killed or told at which of its steps to die.

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
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import cogs  # noqa: F401 # so that a process forked from one that imported this module starts at once
from bot.app import App
from bot.client import TowardsBot, use_addresses
from bot.config import Settings
from bot.db import Database, Transaction, instant

SECONDS = 60  # longer than any run takes: an end for one that hangs


class RunningClock:
    """Runs as the system's clock does, from another moment on; waits can be skipped."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def skip_to(self, moment: datetime) -> None:
        self._ahead = max(self._ahead, moment - datetime.now(UTC))


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


async def run(
    environment: Mapping[str, str], moment: datetime, journal: Path, when: str = "never", last: int = 0
) -> None:
    settings = Settings.read(environment)
    use_addresses(settings.api_url, settings.gateway_url)
    clock = RunningClock(moment)
    async with App.open(settings, clock) as app, TowardsBot(app) as bot:
        connection = asyncio.create_task(bot.start(settings.require_token()))
        await bot.connected.wait()
        count_steps(journal, when, last)
        await app.tick()
        while await something_to_send(app.db, clock):
            app.outbox.wake()
            await asyncio.sleep(0.01)
        connection.cancel()


async def something_to_send(db: Database, clock: RunningClock) -> bool:
    """Whether anything waits or is under way. Where all of it waits for a second try, its pause is skipped."""
    row = await db.one(
        """
        SELECT min(due_at) AS due_at, max(state = 'sending') AS sending FROM outbox
        WHERE state IN ('waiting', 'sending')
        """
    )
    if row is None or row["due_at"] is None:
        return False
    if not row["sending"]:
        clock.skip_to(instant(row["due_at"]))
    return True


def live(
    environment: Mapping[str, str],
    moment: datetime,
    journal: Path,
    said: Path,
    when: str = "never",
    last: int = 0,
) -> None:
    """The whole life of a process that was forked for it; what it says goes to a file."""
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    asyncio.run(asyncio.wait_for(run(environment, moment, journal, when, last), SECONDS))


if __name__ == "__main__":
    _, moment, journal, *rest = sys.argv
    when, last = (rest[0], int(rest[1])) if rest else ("never", 0)
    asyncio.run(
        asyncio.wait_for(run(os.environ, datetime.fromisoformat(moment), Path(journal), when, last), SECONDS)
    )
