from __future__ import annotations

from datetime import date, datetime

from bot.db import Reader, Transaction
from bot.participation.models import Act, Consent


async def consent_of(db: Reader, *, circle_id: str, user_id: int) -> Consent | None:
    row = await db.one(
        "SELECT choice FROM consents WHERE circle_id = :circle_id AND user_id = :user_id",
        circle_id=circle_id,
        user_id=user_id,
    )
    return None if row is None else Consent(row["choice"])


async def insert_presence(
    tx: Transaction, *, circle_id: str, user_id: int, act: Act, occasion: str, at: datetime, local_day: date
) -> None:
    await tx.execute(
        """
        INSERT INTO presence (circle_id, user_id, act, occasion, at, local_day)
        VALUES (:circle_id, :user_id, :act, :occasion, :at, :local_day)
        ON CONFLICT DO NOTHING
        """,
        circle_id=circle_id,
        user_id=user_id,
        act=act,
        occasion=occasion,
        at=at,
        local_day=local_day,
    )


async def count(tx: Transaction, *, circle_id: str, local_day: date, act: Act) -> None:
    await tx.execute(
        """
        INSERT INTO day_counts (circle_id, local_day, act, count) VALUES (:circle_id, :local_day, :act, 1)
        ON CONFLICT (circle_id, local_day, act) DO UPDATE SET count = day_counts.count + 1
        """,
        circle_id=circle_id,
        local_day=local_day,
        act=act,
    )
