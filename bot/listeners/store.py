from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction


async def add(tx: Transaction, circle_id: str, who: str) -> None:
    await tx.execute(
        """
        INSERT INTO listeners (circle_id, who) VALUES (:circle_id, :who) ON CONFLICT DO NOTHING
        """,
        circle_id=circle_id,
        who=who,
    )


async def remove(tx: Transaction, circle_id: str, who: str) -> int:
    return await tx.execute(
        "DELETE FROM listeners WHERE circle_id = :circle_id AND who = :who", circle_id=circle_id, who=who
    )


async def is_there(db: Reader, circle_id: str, who: str) -> bool:
    row = await db.one(
        "SELECT 1 FROM listeners WHERE circle_id = :circle_id AND who = :who", circle_id=circle_id, who=who
    )
    return row is not None


async def circles(db: Reader) -> list[str]:
    """Those that have listeners."""
    return [row["circle_id"] for row in await db.all("SELECT DISTINCT circle_id FROM listeners")]


async def all(db: Reader) -> list[Row]:
    return list(await db.all("SELECT circle_id, who FROM listeners"))


async def not_told(db: Reader, circle_id: str, today: date) -> list[Row]:
    """Listeners who were not told of anything that day; who was told longest ago comes first."""
    return list(
        await db.all(
            """
            SELECT who, told_on FROM listeners
            WHERE circle_id = :circle_id AND (told_on IS NULL OR told_on < :today)
            ORDER BY told_on IS NOT NULL, told_on
            """,
            circle_id=circle_id,
            today=today,
        )
    )


async def told(tx: Transaction, circle_id: str, who: str, today: date) -> int:
    """Mark it; 0 where they were told that day already."""
    return await tx.execute(
        """
        UPDATE listeners SET told_on = :today
        WHERE circle_id = :circle_id AND who = :who AND (told_on IS NULL OR told_on < :today)
        """,
        circle_id=circle_id,
        who=who,
        today=today,
    )
