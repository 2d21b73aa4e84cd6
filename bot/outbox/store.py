from __future__ import annotations

from datetime import datetime

from bot.db import Reader, Row, Transaction, instant
from bot.outbox.models import Action, Item, Priority


async def insert(
    tx: Transaction,
    *,
    nonce: str,
    kind: str,
    reference: str,
    action: Action,
    channel_id: int,
    message_id: int | None,
    priority: Priority,
    due_at: datetime,
) -> None:
    """Queue one item. An edit of which one waits already is left out (it would render the same)."""
    await tx.execute(
        """
        INSERT INTO outbox (nonce, kind, reference, action, channel_id, message_id, priority, due_at)
        VALUES (:nonce, :kind, :reference, :action, :channel_id, :message_id, :priority, :due_at)
        ON CONFLICT DO NOTHING
        """,
        nonce=nonce,
        kind=kind,
        reference=reference,
        action=action,
        channel_id=channel_id,
        message_id=message_id,
        priority=priority,
        due_at=due_at,
    )


async def claim(tx: Transaction, *, now: datetime, lease_until: datetime) -> Item | None:
    """Take the most urgent item that is due; one at a time in a channel, so that each keeps its order."""
    row = await tx.one(
        """
        UPDATE outbox
        SET state = 'sending', lease_until = :lease_until, attempts = attempts + 1,
            first_try_at = coalesce(first_try_at, :now)
        WHERE seq = (
            SELECT seq FROM outbox
            WHERE state = 'waiting' AND due_at <= :now
              AND channel_id NOT IN (SELECT channel_id FROM outbox WHERE state = 'sending')
            ORDER BY priority, due_at, seq
            LIMIT 1
        )
        RETURNING *
        """,
        now=now,
        lease_until=lease_until,
    )
    return None if row is None else _item(row)


async def expired(tx: Transaction, *, now: datetime, latest: datetime) -> list[Item]:
    """Items whose sender died or hangs: claimed, and their lease is over.

    A lease beyond the `latest` there can be was given before the clock was set back: it is over, too.
    """
    rows = await tx.all(
        """
        SELECT * FROM outbox WHERE state = 'sending' AND lease_until <= :now
        UNION ALL
        SELECT * FROM outbox WHERE state = 'sending' AND lease_until > :latest
        """,
        now=now,
        latest=latest,
    )
    return [_item(row) for row in rows]


async def wait_again(tx: Transaction, item: Item, *, due_at: datetime) -> None:
    """Put a claimed item back, unless it is an edit of which a newer one waits: then that one serves."""
    await tx.execute(
        """
        DELETE FROM outbox WHERE nonce = :nonce AND action = 'edit' AND EXISTS (
            SELECT 1 FROM outbox
            WHERE kind = :kind AND reference = :reference AND state = 'waiting' AND action = 'edit'
        )
        """,
        nonce=item.nonce,
        kind=item.kind,
        reference=item.reference,
    )
    await tx.execute(
        """
        UPDATE outbox SET state = 'waiting', lease_until = NULL, due_at = :due_at
        WHERE nonce = :nonce AND state = 'sending'
        """,
        nonce=item.nonce,
        due_at=due_at,
    )


async def delete(tx: Transaction, item: Item) -> int:
    # By nonce: a second sender of the same item may have deleted it, and another have its seq by now.
    return await tx.execute("DELETE FROM outbox WHERE nonce = :nonce", nonce=item.nonce)


async def fail(tx: Transaction, item: Item, *, reason: str) -> int:
    return await tx.execute(
        """
        UPDATE outbox SET state = 'failed', lease_until = NULL, reason = :reason
        WHERE nonce = :nonce AND state = 'sending'
        """,
        nonce=item.nonce,
        reason=reason,
    )


async def retry_failed(tx: Transaction, *, kind: str, reference: str, now: datetime) -> int:
    # attempts stay above 0: an earlier try may have reached Discord unheard, so the next one looks first
    return await tx.execute(
        """
        UPDATE outbox
        SET state = 'waiting', due_at = :now, attempts = min(attempts, 1), first_try_at = NULL, reason = NULL
        WHERE kind = :kind AND reference = :reference AND state = 'failed'
        """,
        kind=kind,
        reference=reference,
        now=now,
    )


async def withdraw(tx: Transaction, *, kind: str, reference: str) -> int:
    return await tx.execute(
        "DELETE FROM outbox WHERE kind = :kind AND reference = :reference AND state IN ('waiting', 'failed')",
        kind=kind,
        reference=reference,
    )


async def is_busy(db: Reader, *, now: datetime) -> bool:
    """Whether anything is on its way, or due."""
    # Two questions, so that each is answered from its own index.
    sql = """
        SELECT 1 WHERE EXISTS (SELECT 1 FROM outbox WHERE state = 'sending')
                    OR EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting' AND due_at <= :now)
        """
    return await db.one(sql, now=now) is not None


def _item(row: Row) -> Item:
    return Item(
        seq=row["seq"],
        nonce=row["nonce"],
        kind=row["kind"],
        reference=row["reference"],
        action=Action(row["action"]),
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        priority=Priority(row["priority"]),
        attempts=row["attempts"],
        first_try_at=instant(row["first_try_at"]),
    )
