from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.models import Answer, State


async def insert_answer(tx: Transaction, answer: Answer, sealed: bytes) -> None:
    await tx.execute(
        """
        INSERT INTO answers (id, circle_id, thread_id, scope, share_id, state, name, voice, body, day,
                             link_days, pausing, period)
        VALUES (:id, :circle_id, :thread_id, :scope, :share_id, :state, :name, :voice, :body, :day,
                :link_days, :pausing, :period)
        """,
        id=answer.id,
        circle_id=answer.circle_id,
        thread_id=answer.thread_id,
        scope=answer.scope,
        share_id=answer.share_id,
        state=answer.state,
        name=answer.name,
        voice=answer.voice,
        body=sealed,
        day=answer.day,
        link_days=answer.link_days,
        pausing=answer.pausing,
        period=answer.period,
    )


async def answer(db: Reader, answer_id: str) -> Answer | None:
    row = await db.one("SELECT * FROM answers WHERE id = :id", id=answer_id)
    return None if row is None else _answer(row)


async def answers(db: Reader) -> list[Answer]:
    return [_answer(row) for row in await db.all("SELECT * FROM answers")]


async def authors_answers(db: Reader, share_id: str) -> list[Answer]:
    """What the author of a share said in its thread, in the same voice."""
    rows = await db.all(
        "SELECT * FROM answers WHERE share_id = :id AND voice IS NULL AND state <> 'taken_back'", id=share_id
    )
    return [_answer(row) for row in rows]


async def answer_body(db: Reader, answer_id: str) -> bytes | None:
    row = await db.one("SELECT body FROM answers WHERE id = :id", id=answer_id)
    return None if row is None else row["body"]


async def answer_delivered(tx: Transaction, answer_id: str, *, message_id: int) -> int:
    return await tx.execute(
        """
        UPDATE answers SET state = 'open', body = NULL, message_id = :message_id
        WHERE id = :id AND state = 'posting'
        """,
        id=answer_id,
        message_id=message_id,
    )


async def answer_stuck(tx: Transaction, answer_id: str) -> int:
    return await tx.execute(
        "UPDATE answers SET state = 'stuck', unsure = 1 WHERE id = :id AND state = 'posting'", id=answer_id
    )


async def post_again(tx: Transaction, answer_id: str) -> int:
    return await tx.execute(
        "UPDATE answers SET state = 'posting' WHERE id = :id AND state = 'stuck'", id=answer_id
    )


async def answer_leaves(tx: Transaction, answer_id: str) -> None:
    await tx.execute(
        """
        UPDATE answers SET state = 'taken_back', unsure = 1, body = NULL, voice = NULL, pausing = NULL
        WHERE id = :id
        """,
        id=answer_id,
    )


async def forget_voice(tx: Transaction, answer_id: str, *, instead: str) -> None:
    """`instead` leads nowhere; it only keeps an answer from looking like one of the share's author."""
    await tx.execute("UPDATE answers SET voice = :instead WHERE id = :id", id=answer_id, instead=instead)


async def forget_pausing(tx: Transaction, answer_id: str) -> None:
    await tx.execute("UPDATE answers SET pausing = NULL WHERE id = :id", id=answer_id)


async def delete_answer(tx: Transaction, answer_id: str) -> None:
    await tx.execute("DELETE FROM answers WHERE id = :id", id=answer_id)


async def answers_until(db: Reader, day: date) -> list[Answer]:
    return [_answer(row) for row in await db.all("SELECT * FROM answers WHERE day <= :day", day=day)]


def _answer(row: Row) -> Answer:
    return Answer(
        id=row["id"],
        circle_id=row["circle_id"],
        thread_id=row["thread_id"],
        scope=row["scope"],
        share_id=row["share_id"],
        state=State(row["state"]),
        name=row["name"],
        voice=row["voice"],
        message_id=row["message_id"],
        day=date.fromisoformat(row["day"]),
        unsure=bool(row["unsure"]),
        link_days=row["link_days"],
        period=row["period"],
        pausing=row["pausing"],
    )


async def insert_voice(tx: Transaction, *, voice: str, scope: str, name: str, period: int) -> None:
    await tx.execute(
        "INSERT INTO voices (voice, scope, name, period) VALUES (:voice, :scope, :name, :period)",
        voice=voice,
        scope=scope,
        name=name,
        period=period,
    )


async def voices_without_period(db: Reader) -> list[str]:
    return [row["voice"] for row in await db.all("SELECT voice FROM voices WHERE period IS NULL")]


async def change_voice(tx: Transaction, old: str, new: str, period: int) -> None:
    """Give a voice another tag, wherever it speaks."""
    await tx.execute(
        "UPDATE voices SET voice = :new, period = :period WHERE voice = :old", old=old, new=new, period=period
    )
    await tx.execute("UPDATE answers SET voice = :new WHERE voice = :old", old=old, new=new)
    await tx.execute("UPDATE drafts SET voice = :new WHERE voice = :old", old=old, new=new)


async def name_of_voice(db: Reader, voice: str) -> str | None:
    row = await db.one("SELECT name FROM voices WHERE voice = :voice", voice=voice)
    return None if row is None else row["name"]


async def names_in(db: Reader, scope: str) -> set[str]:
    rows = await db.all("SELECT name FROM voices WHERE scope = :scope", scope=scope)
    return {row["name"] for row in rows}


async def delete_unused_voices(tx: Transaction) -> int:
    """Voices that neither a draft nor an answer speaks in any more."""
    return await tx.execute(
        """
        DELETE FROM voices
        WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.voice = voices.voice)
          AND NOT EXISTS (SELECT 1 FROM answers WHERE answers.voice = voices.voice)
        """
    )
