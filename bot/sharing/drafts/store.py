from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.models import Draft


async def insert_draft(tx: Transaction, draft: Draft, sealed: bytes) -> None:
    await tx.execute(
        """
        INSERT INTO drafts (id, author, body, name, wish, circle_id, thread_id, scope, share_id, voice,
                            written_on, period)
        VALUES (:id, :author, :body, :name, :wish, :circle_id, :thread_id, :scope, :share_id, :voice,
                :written_on, :period)
        """,
        body=sealed,
        **_draft_columns(draft),
    )


async def save_draft(tx: Transaction, draft: Draft, sealed: bytes) -> int:
    return await tx.execute(
        """
        UPDATE drafts SET body = :body, name = :name, wish = :wish, circle_id = :circle_id
        WHERE id = :id
        """,
        id=draft.id,
        body=sealed,
        name=draft.name,
        wish=draft.wish,
        circle_id=draft.circle_id,
    )


async def draft(db: Reader, draft_id: str) -> Row | None:
    return await db.one("SELECT * FROM drafts WHERE id = :id", id=draft_id)


async def drafts(db: Reader, *, until: date = date.max) -> list[Row]:
    return await db.all("SELECT * FROM drafts WHERE written_on <= :until", until=until)


async def delete_draft(tx: Transaction, draft_id: str) -> int:
    return await tx.execute("DELETE FROM drafts WHERE id = :id", id=draft_id)


async def drafts_without_period(db: Reader) -> list[Row]:
    return await db.all("SELECT id, author FROM drafts WHERE period IS NULL")


async def set_period(tx: Transaction, draft_id: str, period: int, *, author: str) -> None:
    await tx.execute(
        "UPDATE drafts SET period = :period, author = :author WHERE id = :id",
        id=draft_id,
        period=period,
        author=author,
    )


def _draft_columns(draft: Draft) -> dict[str, object]:
    return {
        "id": draft.id,
        "author": draft.author,
        "name": draft.name,
        "wish": draft.wish,
        "circle_id": draft.circle_id,
        "thread_id": draft.thread_id,
        "scope": draft.scope,
        "share_id": draft.share_id,
        "voice": draft.voice,
        "written_on": draft.written_on,
        "period": draft.period,
    }
