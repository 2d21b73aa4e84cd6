from __future__ import annotations

from bot.db import Reader, Row, Transaction


async def insert(
    tx: Transaction, id: str, sealed: bytes, *, draft_id: str | None = None, share_id: str | None = None
) -> None:
    await tx.execute(
        "INSERT INTO share_images (id, draft_id, share_id, image) VALUES (:id, :draft_id, :share_id, :image)",
        id=id,
        draft_id=draft_id,
        share_id=share_id,
        image=sealed,
    )


async def of_draft(db: Reader, draft_id: str) -> Row | None:
    return await db.one("SELECT id, image FROM share_images WHERE draft_id = :id", id=draft_id)


async def of_share(db: Reader, share_id: str) -> Row | None:
    return await db.one("SELECT id, image FROM share_images WHERE share_id = :id", id=share_id)


async def is_there(db: Reader, id: str) -> bool:
    """Whether a draft or a share has one."""
    row = await db.one("SELECT 1 FROM share_images WHERE draft_id = :id OR share_id = :id", id=id)
    return row is not None


async def change(tx: Transaction, id: str, sealed: bytes) -> int:
    return await tx.execute("UPDATE share_images SET image = :image WHERE id = :id", id=id, image=sealed)


async def delete_of_draft(tx: Transaction, draft_id: str) -> int:
    return await tx.execute("DELETE FROM share_images WHERE draft_id = :id", id=draft_id)


async def delete_of_share(tx: Transaction, share_id: str) -> int:
    return await tx.execute("DELETE FROM share_images WHERE share_id = :id", id=share_id)
