from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.review.models import Decision, Review


async def insert(tx: Transaction, share_id: str, day: date) -> None:
    await tx.execute("INSERT INTO reviews (share_id, day) VALUES (:id, :day)", id=share_id, day=day)


async def review(db: Reader, share_id: str) -> Review | None:
    row = await db.one("SELECT * FROM reviews WHERE share_id = :id", id=share_id)
    return None if row is None else _review(row)


async def of_circle(db: Reader, circle_id: str) -> dict[str, Review]:
    """By the share's id."""
    rows = await db.all(
        """
        SELECT reviews.* FROM reviews JOIN shares ON shares.id = reviews.share_id
        WHERE shares.circle_id = :circle_id
        """,
        circle_id=circle_id,
    )
    return {row["share_id"]: _review(row) for row in rows}


def _review(row: Row) -> Review:
    return Review(
        share_id=row["share_id"],
        decision=row["decision"] and Decision(row["decision"]),
        day=date.fromisoformat(row["day"]),
        words=row["words"],
        asked=bool(row["asked"]),
        again=bool(row["again"]),
    )


async def decide(
    tx: Transaction, share_id: str, decision: Decision, *, day: date, words: bytes | None = None
) -> None:
    await tx.execute(
        """
        UPDATE reviews SET decision = :decision, day = :day, words = :words, asked = 0, again = 0
        WHERE share_id = :id
        """,
        id=share_id,
        decision=decision,
        day=day,
        words=words,
    )


async def reopen(tx: Transaction, share_id: str, *, day: date, again: bool) -> None:
    await tx.execute(
        """
        UPDATE reviews SET decision = NULL, day = :day, words = NULL, asked = 0, again = :again
        WHERE share_id = :id
        """,
        id=share_id,
        day=day,
        again=int(again),
    )


async def ask(tx: Transaction, share_id: str, *, asked: bool) -> None:
    await tx.execute("UPDATE reviews SET asked = :asked WHERE share_id = :id", id=share_id, asked=int(asked))


async def delete(tx: Transaction, share_id: str) -> None:
    """As if it had never come into view."""
    await tx.execute("DELETE FROM review_votes WHERE share_id = :id", id=share_id)
    await tx.execute("DELETE FROM reviews WHERE share_id = :id", id=share_id)


async def delete_decided(tx: Transaction, decisions: tuple[Decision, ...], until: date) -> int:
    count = 0
    for decision in decisions:
        count += await tx.execute(
            "DELETE FROM reviews WHERE decision = :decision AND day <= :until", decision=decision, until=until
        )
    return count


async def returned_until(db: Reader, day: date) -> list[str]:
    """Shares that were handed back by then and lie there still."""
    rows = await db.all("SELECT share_id FROM reviews WHERE decision = 'returned' AND day <= :day", day=day)
    return [row["share_id"] for row in rows]


async def circles_that_wait(db: Reader) -> list[str]:
    rows = await db.all("SELECT DISTINCT circle_id FROM shares WHERE state IN ('reviewing', 'held')")
    return [row["circle_id"] for row in rows]


# The share itself


async def cover(tx: Transaction, share_id: str, sealed: bytes, *, spoiler: bool) -> None:
    """Put it behind a spoiler, or not, with the content note that its sealed words have now."""
    await tx.execute(
        "UPDATE shares SET body = :body, spoiler = :spoiler WHERE id = :id",
        id=share_id,
        body=sealed,
        spoiler=int(spoiler),
    )


async def give_reason(tx: Transaction, share_id: str, reason: str | None) -> None:
    await tx.execute("UPDATE shares SET reason = :reason WHERE id = :id", id=share_id, reason=reason)


async def take_down(tx: Transaction, share_id: str, sealed: bytes) -> int:
    """Compare and set: whether it stood; then it is to be read again, and its words are here again.

    What its author changed about the post since, their name or its content note, went with the post.
    """
    stood = await tx.execute(
        """
        UPDATE shares SET state = 'reviewing', body = :body, message_id = NULL, thread_id = NULL, unsure = 0
        WHERE id = :id AND state = 'open'
        """,
        id=share_id,
        body=sealed,
    )
    if stood:
        await tx.execute("DELETE FROM share_steps WHERE share_id = :id", id=share_id)
        await tx.execute("DELETE FROM share_notes WHERE share_id = :id", id=share_id)
    return stood


# Votes


async def vote(tx: Transaction, vote: str, share_id: str) -> int:
    """Whether it is a new one."""
    return await tx.execute(
        "INSERT INTO review_votes (vote, share_id) VALUES (:vote, :share_id) ON CONFLICT (vote) DO NOTHING",
        vote=vote,
        share_id=share_id,
    )


async def votes(db: Reader, share_id: str) -> set[str]:
    return {
        row["vote"] for row in await db.all("SELECT vote FROM review_votes WHERE share_id = :id", id=share_id)
    }


async def voted_on(db: Reader) -> list[str]:
    return [row["share_id"] for row in await db.all("SELECT DISTINCT share_id FROM review_votes")]


async def delete_votes(tx: Transaction, share_id: str) -> None:
    await tx.execute("DELETE FROM review_votes WHERE share_id = :id", id=share_id)


async def delete_vote(tx: Transaction, vote: str) -> int:
    return await tx.execute("DELETE FROM review_votes WHERE vote = :vote", vote=vote)


async def is_answered(db: Reader, share_id: str) -> bool:
    row = await db.one(
        "SELECT 1 FROM answers WHERE share_id = :id AND state <> 'taken_back' LIMIT 1", id=share_id
    )
    return row is not None
