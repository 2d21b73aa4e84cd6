from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.db import Reader, Row, Transaction


async def save(
    tx: Transaction, *, purpose: str, reference: str, sealed: bytes, period: int, forget_on: date
) -> None:
    await tx.execute(
        """
        INSERT INTO contacts (purpose, reference, sealed, period, forget_on)
        VALUES (:purpose, :reference, :sealed, :period, :forget_on)
        ON CONFLICT (purpose, reference) DO UPDATE SET
            sealed = excluded.sealed, period = excluded.period, forget_on = excluded.forget_on
        """,
        purpose=purpose,
        reference=reference,
        sealed=sealed,
        period=period,
        forget_on=forget_on,
    )


async def contact(db: Reader, purpose: str, reference: str) -> Row | None:
    return await db.one(
        "SELECT * FROM contacts WHERE purpose = :purpose AND reference = :reference",
        purpose=purpose,
        reference=reference,
    )


async def contacts(db: Reader) -> Sequence[Row]:
    return await db.all("SELECT * FROM contacts")


async def references(db: Reader, purpose: str) -> set[str]:
    rows = await db.all("SELECT reference FROM contacts WHERE purpose = :purpose", purpose=purpose)
    return {row["reference"] for row in rows}


async def delete(tx: Transaction, purpose: str, reference: str) -> int:
    return await tx.execute(
        "DELETE FROM contacts WHERE purpose = :purpose AND reference = :reference",
        purpose=purpose,
        reference=reference,
    )


async def delete_all(tx: Transaction, reference: str) -> int:
    return await tx.execute("DELETE FROM contacts WHERE reference = :reference", reference=reference)


async def delete_until(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM contacts WHERE forget_on <= :day", day=day)
