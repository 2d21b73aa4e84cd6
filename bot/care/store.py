from __future__ import annotations

from bot.db import Reader, Transaction


async def country(db: Reader, who: str) -> str | None:
    row = await db.one("SELECT country FROM care_countries WHERE who = :who", who=who)
    return None if row is None else str(row["country"])


async def keep_country(tx: Transaction, who: str, country: str) -> None:
    await tx.execute(
        """
        INSERT INTO care_countries (who, country) VALUES (:who, :country)
        ON CONFLICT (who) DO UPDATE SET country = excluded.country
        """,
        who=who,
        country=country,
    )


async def forget_country(tx: Transaction, who: str) -> int:
    return await tx.execute("DELETE FROM care_countries WHERE who = :who", who=who)
