from __future__ import annotations

from datetime import date

from bot.db import Reader, Transaction
from bot.sharing.told.models import News, Notice


async def notice(db: Reader, share_id: str) -> Notice | None:
    row = await db.one("SELECT * FROM share_notices WHERE share_id = :id", id=share_id)
    return None if row is None else Notice(News(row["news"]), date.fromisoformat(row["day"]))


async def save(tx: Transaction, share_id: str, news: News, *, day: date) -> None:
    await tx.execute(
        """
        INSERT INTO share_notices (share_id, news, day) VALUES (:share_id, :news, :day)
        ON CONFLICT (share_id) DO UPDATE SET news = excluded.news, day = excluded.day
        """,
        share_id=share_id,
        news=news,
        day=day,
    )


async def move(tx: Transaction, share_id: str, old: News, new: News, *, day: date) -> int:
    return await tx.execute(
        "UPDATE share_notices SET news = :new, day = :day WHERE share_id = :id AND news = :old",
        id=share_id,
        old=old,
        new=new,
        day=day,
    )


async def looked(tx: Transaction, share_id: str) -> None:
    await tx.execute(
        "UPDATE share_notices SET news = 'looked' WHERE share_id = :id AND news = 'sent'", id=share_id
    )


async def delete(tx: Transaction, share_id: str) -> None:
    await tx.execute("DELETE FROM share_notices WHERE share_id = :id", id=share_id)
