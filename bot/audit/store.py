from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.db import Reader, Row, Transaction


async def last(db: Reader, circle_id: str) -> tuple[int, str]:
    """Number and mark of a circle's last entry."""
    row = await db.one(
        "SELECT number, mark FROM audit WHERE circle_id = :id ORDER BY number DESC LIMIT 1", id=circle_id
    )
    return (0, "") if row is None else (row["number"], row["mark"])


async def insert(tx: Transaction, *, circle_id: str, number: int, act: str, day: date, mark: str) -> None:
    await tx.execute(
        """
        INSERT INTO audit (circle_id, number, act, day, mark)
        VALUES (:circle_id, :number, :act, :day, :mark)
        """,
        circle_id=circle_id,
        number=number,
        act=act,
        day=day,
        mark=mark,
    )


async def entries(db: Reader, circle_id: str) -> Sequence[Row]:
    return await db.all("SELECT * FROM audit WHERE circle_id = :id ORDER BY number", id=circle_id)


async def counts(db: Reader, circle_id: str, since: date) -> dict[str, int]:
    rows = await db.all(
        """
        SELECT act, count(*) AS count FROM audit WHERE circle_id = :id AND day >= :since
        GROUP BY act ORDER BY act
        """,
        id=circle_id,
        since=since,
    )
    return {row["act"]: row["count"] for row in rows}


async def delete_before(tx: Transaction, day: date) -> int:
    """Of each circle the last entry stays: the next one's mark is made from it."""
    return await tx.execute(
        """
        DELETE FROM audit WHERE day < :day
        AND number < (SELECT max(number) FROM audit AS later WHERE later.circle_id = audit.circle_id)
        """,
        day=day,
    )
