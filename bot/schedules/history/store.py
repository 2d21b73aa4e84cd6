from __future__ import annotations

import json

from bot.db import Reader, Row, Transaction, instant
from bot.schedules.models import Change


async def insert(tx: Transaction, change: Change) -> None:
    await tx.execute(
        """
        INSERT INTO schedule_changes (circle_id, schedule_id, changed_at, what, details, user_id, name,
                                      reason)
        VALUES (:circle_id, :schedule_id, :changed_at, :what, :details, :user_id, :name, :reason)
        """,
        circle_id=change.circle_id,
        schedule_id=change.schedule_id,
        changed_at=change.changed_at,
        what=change.what,
        details=json.dumps(change.details),
        user_id=change.user_id,
        name=change.name,
        reason=change.reason,
    )


async def of_circle(db: Reader, circle_id: str, limit: int) -> list[Change]:
    """The newest first."""
    rows = await db.all(
        """
        SELECT * FROM schedule_changes WHERE circle_id = :circle_id ORDER BY seq DESC LIMIT :limit
        """,
        circle_id=circle_id,
        limit=limit,
    )
    return [_change(row) for row in rows]


async def export_of(db: Reader, user_id: int) -> list[dict[str, object]]:
    rows = await db.all(
        """
        SELECT circle_id, substr(changed_at, 1, 10) AS day, what, name, reason FROM schedule_changes
        WHERE user_id = :user_id ORDER BY seq
        """,
        user_id=user_id,
    )
    return [dict(row) for row in rows]


async def forget(tx: Transaction, user_id: int) -> None:
    """That something was changed stays; by whom and why does not."""
    await tx.execute(
        "UPDATE schedule_changes SET user_id = NULL, name = NULL, reason = NULL WHERE user_id = :user_id",
        user_id=user_id,
    )


def _change(row: Row) -> Change:
    return Change(
        circle_id=row["circle_id"],
        schedule_id=row["schedule_id"],
        changed_at=instant(row["changed_at"]),
        what=row["what"],
        details=json.loads(row["details"]),
        user_id=row["user_id"],
        name=row["name"],
        reason=row["reason"],
    )
