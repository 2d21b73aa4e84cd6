from __future__ import annotations

from bot.db import Reader, Row, Transaction
from bot.schedules.trouble.models import Trouble


async def insert(tx: Transaction, trouble: Trouble) -> bool:
    """False where the circle's facilitators have been told of that cause and it lasts."""
    return (
        await tx.execute(
            """
        INSERT INTO schedule_troubles (id, circle_id, reason, state, channel_id)
        VALUES (:id, :circle_id, :reason, 'open', :channel_id)
        ON CONFLICT DO NOTHING
        """,
            id=trouble.id,
            circle_id=trouble.circle_id,
            reason=trouble.reason,
            channel_id=trouble.channel_id,
        )
        == 1
    )


async def get(db: Reader, trouble_id: str) -> Trouble | None:
    row = await db.one("SELECT * FROM schedule_troubles WHERE id = :id", id=trouble_id)
    return None if row is None else _trouble(row)


async def open_one(db: Reader, circle_id: str, reason: str) -> Trouble | None:
    row = await db.one(
        """
        SELECT * FROM schedule_troubles
        WHERE circle_id = :circle_id AND reason = :reason AND state = 'open'
        """,
        circle_id=circle_id,
        reason=reason,
    )
    return None if row is None else _trouble(row)


async def mend(tx: Transaction, trouble_id: str) -> bool:
    return (
        await tx.execute(
            "UPDATE schedule_troubles SET state = 'mended' WHERE id = :id AND state = 'open'", id=trouble_id
        )
        == 1
    )


async def notice_stands(tx: Transaction, trouble_id: str, message_id: int) -> None:
    await tx.execute(
        "UPDATE schedule_troubles SET message_id = :message_id WHERE id = :id",
        id=trouble_id,
        message_id=message_id,
    )


def _trouble(row: Row) -> Trouble:
    return Trouble(
        id=row["id"],
        circle_id=row["circle_id"],
        reason=row["reason"],
        is_open=row["state"] == "open",
        channel_id=row["channel_id"],
        message_id=row["message_id"],
    )
