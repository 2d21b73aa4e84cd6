from __future__ import annotations

from typing import Any

from bot.circles.models import Actor, Circle
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.schedules import recurrence
from bot.schedules.history import store
from bot.schedules.models import Change, Schedule, Why

LINES = 15
REASON_LENGTH = 200  # characters in why something was changed


class History:
    """What facilitators changed, under the name they are shown by: every member may read it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def note(
        self,
        tx: Transaction,
        circle: Circle,
        actor: Actor,
        why: Why,
        what: str,
        schedule: Schedule | None = None,
        **more: str | int | None,
    ) -> None:
        """Write a line of the log: about which schedule, as it was before, and what else there is to say."""
        details: dict[str, Any] = {name: value for name, value in more.items() if value is not None}
        if schedule is not None:
            details |= {"kind": schedule.kind, "rule": recurrence.dump(schedule.rule)}
        reason = " ".join((why.reason or "").split())[:REASON_LENGTH]
        await store.insert(
            tx,
            Change(
                circle_id=circle.id,
                schedule_id=schedule.id if schedule else None,
                changed_at=self._clock.now(),
                what=what,
                details=details,
                user_id=actor.user_id,
                name=why.name,
                reason=reason or None,
            ),
        )

    async def of(self, circle: Circle) -> list[Change]:
        """What was changed lately, the newest first."""
        return await store.of_circle(self._db, circle.id, LINES)

    async def export(self, user_id: int) -> list[dict[str, object]]:
        return await store.export_of(self._db, user_id)

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """That something was changed stays; by whom and why does not."""
        await store.forget(tx, user_id)
