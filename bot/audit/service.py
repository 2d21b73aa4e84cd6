from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.audit import store
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.keys import Keys

KEPT = timedelta(days=365)


class Audit:
    """Which acts of power there were in a circle, by day. Never who did one, to whom, or about what."""

    def __init__(self, db: Database, clock: Clock, keys: Keys) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys

    async def record(self, tx: Transaction, circle_id: str, act: str) -> None:
        """`act` is `feature.what_was_done`; content has words for each under `audit.acts`."""
        number, mark = await store.last(tx, circle_id)
        day = self._clock.now().date()
        await store.insert(
            tx,
            circle_id=circle_id,
            number=number + 1,
            act=act,
            day=day,
            mark=self._mark(mark, circle_id, number + 1, act, day.isoformat()),
        )

    async def counts(self, circle_id: str, *, days: int = 30) -> Mapping[str, int]:
        """How often each act was done in the last days."""
        return await store.counts(self._db, circle_id, self._clock.now().date() - timedelta(days=days))

    async def is_whole(self, circle_id: str) -> bool:
        """Whether no entry was changed, added or left out by whoever hasn't the key file.

        It can't tell that the newest ones are missing, nor vouch for the oldest once those before it were
        erased for their age.
        """
        before: tuple[int, str] | None = (0, "")
        for row in await store.entries(self._db, circle_id):
            if before == (0, "") and row["number"] > 1:
                before = None  # its forerunners were erased for their age
            if before is not None:
                number, mark = before
                expected = self._mark(mark, circle_id, number + 1, row["act"], row["day"])
                if (row["number"], row["mark"]) != (number + 1, expected):
                    return False
            before = row["number"], row["mark"]
        return True

    async def purge(self, tx: Transaction) -> None:
        await store.delete_before(tx, self._clock.now().date() - KEPT)

    def _mark(self, before: str, circle_id: str, number: int, act: str, day: str) -> str:
        return self._keys.tag("audit", before, circle_id, number, act, day)
