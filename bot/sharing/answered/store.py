from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.answered.models import Unanswered, Wait, Watched


async def standing(db: Reader) -> list[Watched]:
    """The open shares that have a thread."""
    rows = await db.all(
        """
        SELECT shares.*, first_answers.hours FROM shares
        LEFT JOIN first_answers ON first_answers.share_id = shares.id
        WHERE state = 'open' AND thread_id IS NOT NULL
        """
    )
    return [
        Watched(
            share_id=row["id"],
            circle_id=row["circle_id"],
            thread_id=row["thread_id"],
            day=date.fromisoformat(row["day"]),
            is_answered=row["hours"] is not None,
        )
        for row in rows
    ]


async def place(db: Reader, share_id: str) -> Row | None:
    """`message_id` and `thread_id` of an open share, and `seen`, up to where its thread was looked at."""
    return await db.one(
        """
        SELECT message_id, thread_id, first_answers.seen
        FROM shares LEFT JOIN first_answers ON first_answers.share_id = shares.id
        WHERE id = :id AND state = 'open' AND thread_id IS NOT NULL
        """,
        id=share_id,
    )


async def is_answered(db: Reader, share_id: str) -> bool:
    row = await db.one("SELECT 1 FROM first_answers WHERE share_id = :id AND hours IS NOT NULL", id=share_id)
    return row is not None


async def message_of(db: Reader, share_id: str) -> int | None:
    row = await db.one("SELECT message_id FROM shares WHERE id = :id", id=share_id)
    return None if row is None else row["message_id"]


async def saw(tx: Transaction, share_id: str, *, seen: int) -> int:
    """Whether that is further than it was looked at before."""
    return await tx.execute(
        """
        INSERT INTO first_answers (share_id, seen) VALUES (:share_id, :seen)
        ON CONFLICT (share_id) DO UPDATE SET seen = excluded.seen
        WHERE first_answers.seen IS NULL OR first_answers.seen < excluded.seen
        """,
        share_id=share_id,
        seen=seen,
    )


async def first(tx: Transaction, share_id: str, *, hours: int) -> int:
    """Whether it was the first answer."""
    return await tx.execute(
        """
        INSERT INTO first_answers (share_id, hours) VALUES (:share_id, :hours)
        ON CONFLICT (share_id) DO UPDATE SET hours = excluded.hours WHERE first_answers.hours IS NULL
        """,
        share_id=share_id,
        hours=hours,
    )


async def unanswered(db: Reader, circle_id: str) -> list[Unanswered]:
    """Oldest first."""
    rows = await db.all(
        """
        SELECT id, channel_id, message_id, name FROM shares
        LEFT JOIN first_answers ON first_answers.share_id = shares.id
        WHERE circle_id = :circle_id AND state = 'open' AND thread_id IS NOT NULL
              AND first_answers.hours IS NULL
        ORDER BY message_id
        """,
        circle_id=circle_id,
    )
    return [Unanswered(row["id"], row["channel_id"], row["message_id"], row["name"]) for row in rows]


async def waits(db: Reader, circle_id: str) -> list[Wait]:
    rows = await db.all(
        """
        SELECT id, day, first_answers.hours FROM shares
        LEFT JOIN first_answers ON first_answers.share_id = shares.id
        WHERE circle_id = :circle_id AND state IN ('open', 'closed')
        """,
        circle_id=circle_id,
    )
    return [Wait(row["id"], date.fromisoformat(row["day"]), row["hours"]) for row in rows]
