from __future__ import annotations

from datetime import date

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


async def is_quiet(db: Reader, tag: str) -> bool:
    return await db.one("SELECT 1 FROM care_quiet WHERE tag = :tag", tag=tag) is not None


async def keep_quiet(tx: Transaction, tag: str, day: date) -> None:
    await tx.execute(
        "INSERT INTO care_quiet (tag, day) VALUES (:tag, :day) ON CONFLICT DO NOTHING", tag=tag, day=day
    )


async def forget_quiet(tx: Transaction, tag: str) -> int:
    return await tx.execute("DELETE FROM care_quiet WHERE tag = :tag", tag=tag)


async def forget_quiet_before(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM care_quiet WHERE day < :day", day=day)
