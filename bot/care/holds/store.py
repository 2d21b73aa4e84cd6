from __future__ import annotations

from datetime import datetime

from bot.db import Reader, Row, Transaction


async def insert(tx: Transaction, *, id: str, owner: str, sealed: bytes | None, gone_at: datetime) -> None:
    await tx.execute(
        "INSERT INTO care_holds (id, owner, sealed, gone_at) VALUES (:id, :owner, :sealed, :gone_at)",
        id=id,
        owner=owner,
        sealed=sealed,
        gone_at=gone_at,
    )


async def hold(db: Reader, id: str) -> Row | None:
    return await db.one("SELECT * FROM care_holds WHERE id = :id", id=id)


async def holds(db: Reader) -> list[Row]:
    return list(await db.all("SELECT id, owner FROM care_holds"))


async def delete(tx: Transaction, id: str) -> int:
    return await tx.execute("DELETE FROM care_holds WHERE id = :id", id=id)


async def delete_gone(tx: Transaction, now: datetime) -> int:
    return await tx.execute("DELETE FROM care_holds WHERE gone_at <= :now", now=now)


async def is_any_gone(db: Reader, now: datetime) -> bool:
    return await db.one("SELECT 1 FROM care_holds WHERE gone_at <= :now", now=now) is not None
