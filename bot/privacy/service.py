from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.audit.service import Audit
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction, facts
from bot.participation.service import Participation

Row = Mapping[str, Any]
Mine = Mapping[str, Sequence[Row]]
"""What is kept about one person: kind -> rows; no kind without a row"""

PURGED_ON = "purged_on"


class Keeper(Protocol):
    """A feature that keeps something about people."""

    async def export(self, user_id: int) -> Mapping[str, Sequence[Row]] | Sequence[Row]:
        """All of it, by kind or as rows of one kind, as the person themselves may read it."""
        ...

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase all of it, and stop what would write it anew."""
        ...


class Privacy:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        circles: Circles,
        participation: Participation,
        audit: Audit,
        keepers: Sequence[tuple[str, Keeper]],
    ) -> None:
        """`keepers`: every feature that keeps something about people, with a name for what it keeps."""
        self._db = db
        self._clock = clock
        self._circles = circles
        self._participation = participation
        self._audit = audit
        self.keepers = keepers

    async def mine(self, user_id: int) -> Mine:
        """Everything that is kept about a person, for themselves."""
        found: dict[str, list[Row]] = {}
        for name, keeper in self.keepers:
            kept = await keeper.export(user_id)
            kinds = kept if isinstance(kept, Mapping) else {name: kept}
            found |= {kind: list(rows) for kind, rows in kinds.items() if rows}
        await self._name_circles(found)
        return found

    async def erase(self, user_id: int) -> None:
        """Erase everything about a person: all of it or, where something fails, nothing.

        Afterwards no file of the database holds it; backups that were made before still do.
        """
        async with self._db.transaction() as tx:
            for _, keeper in self.keepers:
                await keeper.forget(tx, user_id)
        await self._db.rewrite()

    async def purge_due(self) -> None:
        """Once a day: erase what has reached its age, and what other features erased since from all files."""
        now = self._clock.now()
        today = now.date().isoformat()
        if await facts.recall(self._db, PURGED_ON) == today:
            return
        async with self._db.transaction() as tx:
            await self._participation.purge(tx, now)
            await self._audit.purge(tx)
            await facts.remember(tx, PURGED_ON, today)
        await self._db.rewrite()

    async def _name_circles(self, found: Mapping[str, list[Row]]) -> None:
        """Give each row that is about a circle the circle's name beside its id."""
        names: dict[str, str] = {}
        for rows in found.values():
            for place, row in enumerate(rows):
                circle_id = str(row.get("circle_id") or row.get("circle") or "")
                if circle_id and circle_id not in names:
                    circle = await self._circles.even_closed(circle_id)
                    names[circle_id] = circle.name if circle else ""
                if circle_id:
                    rows[place] = {**row, "circle_id": circle_id, "circle": names[circle_id]}
