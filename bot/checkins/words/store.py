"""Words that are to be shown: by name as soon as they were chosen to be, without name once it closes."""

from __future__ import annotations

from datetime import datetime

from bot.checkins.models import NamedWords
from bot.db import Reader, Row, Transaction

# Words by name


async def insert_named(tx: Transaction, words: NamedWords) -> None:
    await tx.execute(
        """
        INSERT INTO checkin_named_words (id, checkin_id, who, sealed)
        VALUES (:id, :checkin_id, :who, :sealed)
        """,
        id=words.id,
        checkin_id=words.checkin_id,
        who=words.who,
        sealed=words.sealed,
    )


async def named(db: Reader, words_id: str) -> NamedWords | None:
    row = await db.one("SELECT * FROM checkin_named_words WHERE id = :id", id=words_id)
    return None if row is None else _named(row)


async def named_by(db: Reader, who: str, checkin_id: str | None = None) -> list[NamedWords]:
    """Someone's words by name, in one check-in or in every one that is open."""
    rows = await db.all(
        """
        SELECT * FROM checkin_named_words
        WHERE who = :who AND (:checkin_id IS NULL OR checkin_id = :checkin_id)
        """,
        who=who,
        checkin_id=checkin_id,
    )
    return [_named(row) for row in rows]


async def named_to_post(db: Reader, checkin_id: str) -> list[NamedWords]:
    """Words by name that do not stand on Discord yet."""
    rows = await db.all(
        """
        SELECT * FROM checkin_named_words
        WHERE checkin_id = :checkin_id AND sealed IS NOT NULL AND message_id IS NULL
        """,
        checkin_id=checkin_id,
    )
    return [_named(row) for row in rows]


async def named_sent_to(tx: Transaction, words_id: str, channel_id: int) -> None:
    await tx.execute(
        "UPDATE checkin_named_words SET channel_id = :channel_id WHERE id = :id",
        id=words_id,
        channel_id=channel_id,
    )


async def named_stand(tx: Transaction, words_id: str, message_id: int) -> None:
    """They stand on Discord: the sealed copy is not needed any more."""
    await tx.execute(
        "UPDATE checkin_named_words SET message_id = :message_id, sealed = NULL WHERE id = :id",
        id=words_id,
        message_id=message_id,
    )


async def empty_named(tx: Transaction, words_id: str) -> None:
    """They were taken back while on their way: what is left is only what a late arrival needs."""
    await tx.execute("UPDATE checkin_named_words SET sealed = NULL, who = NULL WHERE id = :id", id=words_id)


async def delete_named(tx: Transaction, words_id: str) -> None:
    await tx.execute("DELETE FROM checkin_named_words WHERE id = :id", id=words_id)


async def unlink_named(tx: Transaction, checkin_id: str) -> None:
    """At closing: forget whose words stand where; what is still on its way goes on without a person."""
    await tx.execute(
        "DELETE FROM checkin_named_words WHERE checkin_id = :id AND message_id IS NOT NULL", id=checkin_id
    )
    await tx.execute("UPDATE checkin_named_words SET who = NULL WHERE checkin_id = :id", id=checkin_id)


# Words without a name


async def insert_unnamed(tx: Transaction, *, id: str, checkin_id: str, page: int, sealed: bytes) -> None:
    await tx.execute(
        """
        INSERT INTO checkin_unnamed_words (id, checkin_id, page, sealed)
        VALUES (:id, :checkin_id, :page, :sealed)
        """,
        id=id,
        checkin_id=checkin_id,
        page=page,
        sealed=sealed,
    )


async def unnamed(db: Reader, checkin_id: str, page: int) -> list[tuple[str, bytes]]:
    """(id, sealed words) of one message of the summary, in the order of their random ids."""
    rows = await db.all(
        """
        SELECT id, sealed FROM checkin_unnamed_words
        WHERE checkin_id = :checkin_id AND page = :page ORDER BY id
        """,
        checkin_id=checkin_id,
        page=page,
    )
    return [(row["id"], row["sealed"]) for row in rows]


async def unnamed_pages(db: Reader, checkin_id: str) -> list[int]:
    rows = await db.all(
        "SELECT DISTINCT page FROM checkin_unnamed_words WHERE checkin_id = :id ORDER BY page", id=checkin_id
    )
    return [row["page"] for row in rows]


async def delete_unnamed(tx: Transaction, checkin_id: str, page: int) -> None:
    await tx.execute(
        "DELETE FROM checkin_unnamed_words WHERE checkin_id = :checkin_id AND page = :page",
        checkin_id=checkin_id,
        page=page,
    )


async def with_words_closed_before(db: Reader, moment: datetime) -> list[str]:
    """Ids of the check-ins that closed before then and still hold words that never came through."""
    rows = await db.all(
        """
        SELECT DISTINCT id FROM checkins JOIN (
            SELECT checkin_id FROM checkin_named_words UNION SELECT checkin_id FROM checkin_unnamed_words
        ) AS words ON checkin_id = id
        WHERE state = 'closed' AND closes_at < :moment
        """,
        moment=moment,
    )
    return [row["id"] for row in rows]


async def delete_words(tx: Transaction, checkin_id: str) -> None:
    await tx.execute("DELETE FROM checkin_named_words WHERE checkin_id = :id", id=checkin_id)
    await tx.execute("DELETE FROM checkin_unnamed_words WHERE checkin_id = :id", id=checkin_id)


def _named(row: Row) -> NamedWords:
    return NamedWords(
        id=row["id"],
        checkin_id=row["checkin_id"],
        who=row["who"],
        sealed=row["sealed"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
    )
