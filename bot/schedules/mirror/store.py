from __future__ import annotations

from datetime import datetime

from bot.db import Reader, Row, Transaction


async def want(tx: Transaction, schedule_id: str) -> bool:
    """False where it is shown already."""
    return (
        await tx.execute(
            """
        INSERT INTO schedule_events (schedule_id, is_wanted, is_true) VALUES (:id, 1, 0)
        ON CONFLICT (schedule_id) DO UPDATE SET is_wanted = 1, is_true = 0 WHERE is_wanted = 0
        """,
            id=schedule_id,
        )
        == 1
    )


async def unwant(tx: Transaction, schedule_id: str) -> bool:
    """False where it was not shown."""
    return (
        await tx.execute(
            "UPDATE schedule_events SET is_wanted = 0, is_true = 0 WHERE schedule_id = :id AND is_wanted = 1",
            id=schedule_id,
        )
        == 1
    )


async def touch_circle(tx: Transaction, circle_id: str) -> None:
    """Something about all of its schedules is another now."""
    await tx.execute(
        """
        UPDATE schedule_events SET is_true = 0
        WHERE schedule_id IN (SELECT id FROM schedules WHERE circle_id = :circle_id)
        """,
        circle_id=circle_id,
    )


async def untrue(db: Reader, before: datetime) -> list[Row]:
    """Events that do not say what their schedule does, or that were tried then and not heard of since."""
    return await db.all(
        """
        SELECT * FROM schedule_events
        WHERE (is_true = 0 OR tried_at IS NOT NULL) AND (tried_at IS NULL OR tried_at <= :before)
        ORDER BY schedule_id
        """,
        before=before,
    )


async def claim(tx: Transaction, schedule_id: str, *, before: datetime, now: datetime) -> bool:
    """It counts as true from now on, unless the schedule is changed while Discord is asked."""
    return (
        await tx.execute(
            """
        UPDATE schedule_events SET is_true = 1, tried_at = :now
        WHERE schedule_id = :id AND (is_true = 0 OR tried_at IS NOT NULL)
          AND (tried_at IS NULL OR tried_at <= :before)
        """,
            id=schedule_id,
            before=before,
            now=now,
        )
        == 1
    )


async def shown(tx: Transaction, schedule_id: str, event_id: int | None) -> None:
    await tx.execute(
        "UPDATE schedule_events SET event_id = :event_id, tried_at = NULL WHERE schedule_id = :id",
        id=schedule_id,
        event_id=event_id,
    )


async def end(tx: Transaction, schedule_id: str) -> None:
    await tx.execute("DELETE FROM schedule_events WHERE schedule_id = :id", id=schedule_id)
