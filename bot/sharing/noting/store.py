from __future__ import annotations

from bot.db import Reader, Row, Transaction


async def note(db: Reader, share_id: str) -> Row | None:
    """`note`, sealed or None, and `version`."""
    return await db.one("SELECT note, version FROM share_notes WHERE share_id = :id", id=share_id)


async def save(tx: Transaction, share_id: str, *, sealed: bytes, version: str) -> None:
    await tx.execute(
        """
        INSERT INTO share_notes (share_id, note, version) VALUES (:share_id, :sealed, :version)
        ON CONFLICT (share_id) DO UPDATE SET note = excluded.note, version = excluded.version
        """,
        share_id=share_id,
        sealed=sealed,
        version=version,
    )


async def refused(tx: Transaction, share_id: str, *, version: str) -> None:
    await tx.execute(
        "UPDATE share_notes SET note = NULL WHERE share_id = :id AND version = :version",
        id=share_id,
        version=version,
    )


async def done(tx: Transaction, share_id: str, *, version: str) -> None:
    await tx.execute(
        "DELETE FROM share_notes WHERE share_id = :id AND version = :version", id=share_id, version=version
    )
