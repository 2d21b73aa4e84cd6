from __future__ import annotations

from datetime import date

from bot.db import Reader, Transaction
from bot.sharing.rules.models import Leaving


async def circles(db: Reader) -> list[str]:
    """Those in which a share waits."""
    rows = await db.all("SELECT DISTINCT circle_id FROM shares WHERE state = 'waiting'")
    return [row["circle_id"] for row in rows]


async def others_wait(db: Reader, circle_id: str, share_id: str) -> bool:
    sql = "SELECT 1 FROM shares WHERE circle_id = :circle AND state = 'waiting' AND id <> :share"
    return await db.one(sql, circle=circle_id, share=share_id) is not None


async def choose(tx: Transaction, share_id: str, leaving: Leaving | None) -> int:
    return await tx.execute(
        "UPDATE shares SET leaving = :leaving WHERE id = :id AND state = 'waiting'",
        id=share_id,
        leaving=leaving,
    )


async def opened_on(db: Reader, circle_id: str) -> date | None:
    row = await db.one("SELECT day FROM share_openings WHERE circle_id = :id", id=circle_id)
    return None if row is None else date.fromisoformat(row["day"])


async def opened(tx: Transaction, circle_id: str, day: date) -> int:
    """Compare and set: whether that day is later than the one that was opened last."""
    return await tx.execute(
        """
        INSERT INTO share_openings (circle_id, day) VALUES (:circle_id, :day)
        ON CONFLICT (circle_id) DO UPDATE SET day = excluded.day WHERE excluded.day > share_openings.day
        """,
        circle_id=circle_id,
        day=day,
    )
