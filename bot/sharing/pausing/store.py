from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.pausing.models import Appeal, Pause


async def insert(tx: Transaction, pause: Pause) -> None:
    await tx.execute(
        """
        INSERT INTO pauses (id, circle_id, number, posted_id, tag, period, until)
        VALUES (:id, :circle_id, :number, :posted_id, :tag, :period, :until)
        """,
        id=pause.id,
        circle_id=pause.circle_id,
        number=pause.number,
        posted_id=pause.posted_id,
        tag=pause.tag,
        period=pause.period,
        until=pause.until,
    )


async def pause(db: Reader, pause_id: str) -> Pause | None:
    row = await db.one("SELECT * FROM pauses WHERE id = :id", id=pause_id)
    return None if row is None else _pause(row)


async def of_post(db: Reader, posted_id: str) -> Pause | None:
    row = await db.one("SELECT * FROM pauses WHERE posted_id = :id", id=posted_id)
    return None if row is None else _pause(row)


async def of_circle(db: Reader, circle_id: str) -> list[Pause]:
    rows = await db.all("SELECT * FROM pauses WHERE circle_id = :id ORDER BY until, number", id=circle_id)
    return [_pause(row) for row in rows]


async def all_of_them(db: Reader) -> list[Pause]:
    return [_pause(row) for row in await db.all("SELECT * FROM pauses")]


async def before(db: Reader, day: date) -> list[Pause]:
    return [_pause(row) for row in await db.all("SELECT * FROM pauses WHERE until < :day", day=day)]


async def extend(tx: Transaction, pause_id: str, until: date) -> int:
    return await tx.execute(
        "UPDATE pauses SET until = :until WHERE id = :id AND until < :until", id=pause_id, until=until
    )


async def lift(tx: Transaction, pause_id: str) -> int:
    """Whether it ran. What was answered before is over: who had asked learns that it is lifted now."""
    return await tx.execute(
        """
        UPDATE pauses SET lifted = 1, reply = NULL, news = (appeal = 'answered')
        WHERE id = :id AND lifted = 0
        """,
        id=pause_id,
    )


async def ask(tx: Transaction, pause_id: str, words: bytes) -> int:
    return await tx.execute(
        """
        UPDATE pauses SET appeal = 'asked', words = :words
        WHERE id = :id AND appeal = 'none' AND lifted = 0
        """,
        id=pause_id,
        words=words,
    )


async def answer(tx: Transaction, pause_id: str, reply: bytes | None) -> int:
    return await tx.execute(
        """
        UPDATE pauses SET appeal = 'answered', words = NULL, reply = :reply, news = 1
        WHERE id = :id AND appeal = 'asked'
        """,
        id=pause_id,
        reply=reply,
    )


async def words(db: Reader, pause_id: str) -> bytes | None:
    row = await db.one("SELECT words FROM pauses WHERE id = :id", id=pause_id)
    return None if row is None else row["words"]


async def reply(db: Reader, pause_id: str) -> bytes | None:
    row = await db.one("SELECT reply FROM pauses WHERE id = :id", id=pause_id)
    return None if row is None else row["reply"]


async def forget_words(tx: Transaction, pause_id: str) -> None:
    await tx.execute("UPDATE pauses SET words = NULL WHERE id = :id", id=pause_id)


async def forget_reply(tx: Transaction, pause_id: str) -> None:
    await tx.execute("UPDATE pauses SET reply = NULL, news = 0 WHERE id = :id", id=pause_id)


async def seen(tx: Transaction, pause_id: str) -> None:
    await tx.execute("UPDATE pauses SET news = 0 WHERE id = :id", id=pause_id)


async def card(tx: Transaction, pause_id: str, message_id: int) -> None:
    await tx.execute("UPDATE pauses SET card_id = :message WHERE id = :id", id=pause_id, message=message_id)


async def appeal_card(tx: Transaction, pause_id: str, message_id: int) -> None:
    await tx.execute(
        "UPDATE pauses SET appeal_card_id = :message, words = NULL WHERE id = :id",
        id=pause_id,
        message=message_id,
    )


async def cards_rest(tx: Transaction, pause_id: str) -> None:
    await tx.execute("UPDATE pauses SET card_id = NULL, appeal_card_id = NULL WHERE id = :id", id=pause_id)


async def delete(tx: Transaction, pause_id: str) -> int:
    return await tx.execute("DELETE FROM pauses WHERE id = :id", id=pause_id)


def _pause(row: Row) -> Pause:
    return Pause(
        id=row["id"],
        circle_id=row["circle_id"],
        number=row["number"],
        posted_id=row["posted_id"],
        tag=row["tag"],
        period=row["period"],
        until=date.fromisoformat(row["until"]),
        lifted=bool(row["lifted"]),
        appeal=Appeal(row["appeal"]),
        news=bool(row["news"]),
        card_id=row["card_id"],
        appeal_card_id=row["appeal_card_id"],
    )
