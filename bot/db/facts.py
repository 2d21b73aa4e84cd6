"""What the database remembers about itself, by name."""

from __future__ import annotations

from bot.db import Reader, Transaction


async def recall(db: Reader, name: str) -> str | None:
    row = await db.one("SELECT value FROM facts WHERE name = :name", name=name)
    return None if row is None else str(row["value"])


async def remember(tx: Transaction, name: str, value: str) -> None:
    await tx.execute(
        """
        INSERT INTO facts (name, value) VALUES (:name, :value)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """,
        name=name,
        value=value,
    )
