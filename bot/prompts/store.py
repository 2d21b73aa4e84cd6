from __future__ import annotations

import json
from datetime import datetime

from bot.db import Reader, Row, Transaction, instant
from bot.prompts.rounds import Answer, Company, Invitation, Round, State, Variant

# Rounds


async def insert_round(tx: Transaction, round: Round) -> bool:
    """False if there is one for that occurrence already."""
    invitation = round.invitation
    return (
        await tx.execute(
            """
        INSERT INTO prompt_rounds (id, circle_id, occurrence_id, deck_id, prompt_id, variant, depth, locale,
                                   text, content_note, doors, idea, concept, closing, state, opens_at,
                                   closes_at, channel_id)
        VALUES (:id, :circle_id, :occurrence_id, :deck_id, :prompt_id, :variant, :depth, :locale,
                :text, :content_note, :doors, :idea, :concept, :closing, :state, :opens_at,
                :closes_at, :channel_id)
        ON CONFLICT (occurrence_id) DO NOTHING
        """,
            id=round.id,
            circle_id=round.circle_id,
            occurrence_id=round.occurrence_id,
            deck_id=round.deck_id,
            prompt_id=invitation.prompt_id,
            variant=invitation.variant,
            depth=invitation.depth,
            locale=invitation.locale,
            text=invitation.text,
            content_note=invitation.content_note,
            doors=json.dumps(invitation.doors),
            idea=invitation.idea,
            concept=invitation.concept,
            closing=invitation.closing,
            state=round.state,
            opens_at=round.opens_at,
            closes_at=round.closes_at,
            channel_id=round.channel_id,
        )
        == 1
    )


async def get_round(db: Reader, round_id: str) -> Round | None:
    row = await db.one("SELECT * FROM prompt_rounds WHERE id = :id", id=round_id)
    return None if row is None else _round(row)


async def round_of_occurrence(db: Reader, occurrence_id: str) -> Round | None:
    row = await db.one("SELECT * FROM prompt_rounds WHERE occurrence_id = :id", id=occurrence_id)
    return None if row is None else _round(row)


async def revive(tx: Transaction, round_id: str, *, channel_id: int) -> None:
    """What nobody ever saw is on its way again, to this channel."""
    await tx.execute(
        """
        UPDATE prompt_rounds SET state = 'waiting', channel_id = :channel_id
        WHERE id = :id AND state = 'undelivered'
        """,
        id=round_id,
        channel_id=channel_id,
    )


async def latest_round(db: Reader, circle_id: str) -> Round | None:
    """The newest that people could see."""
    row = await db.one(
        """
        SELECT * FROM prompt_rounds WHERE circle_id = :circle_id AND state IN ('open', 'closed')
        ORDER BY opens_at DESC, id LIMIT 1
        """,
        circle_id=circle_id,
    )
    return None if row is None else _round(row)


async def round_in_thread(db: Reader, thread_id: int) -> Round | None:
    row = await db.one("SELECT * FROM prompt_rounds WHERE thread_id = :thread_id", thread_id=thread_id)
    return None if row is None else _round(row)


async def prompts_given(db: Reader, circle_id: str) -> list[str]:
    """Ids of the prompts the circle was given, oldest first."""
    rows = await db.all(
        """
        SELECT prompt_id FROM prompt_rounds WHERE circle_id = :circle_id AND state <> 'undelivered'
        ORDER BY opens_at, id
        """,
        circle_id=circle_id,
    )
    return [row["prompt_id"] for row in rows]


async def rounds_over(db: Reader, now: datetime) -> list[Round]:
    """Those whose time is over, but that were not ended yet."""
    rows = await db.all(
        "SELECT * FROM prompt_rounds WHERE state IN ('waiting', 'open') AND closes_at <= :now", now=now
    )
    return [_round(row) for row in rows]


async def rounds_standing(db: Reader, now: datetime) -> list[Round]:
    """The open ones whose card is in its channel."""
    # Only what the partial index is made of lets SQLite use it. Without its card a round still waits.
    rows = await db.all(
        """
        SELECT * FROM prompt_rounds
        WHERE state IN ('waiting', 'open') AND closes_at > :now AND message_id IS NOT NULL
        """,
        now=now,
    )
    return [_round(row) for row in rows]


async def change_state(
    tx: Transaction, round_id: str, *, expected: State, to: State, message_id: int | None = None
) -> bool:
    """False if the round was in another state."""
    return (
        await tx.execute(
            """
        UPDATE prompt_rounds SET state = :to, message_id = coalesce(:message_id, message_id)
        WHERE id = :id AND state = :expected
        """,
            id=round_id,
            expected=expected,
            to=to,
            message_id=message_id,
        )
        == 1
    )


async def set_thread(tx: Transaction, round_id: str, thread_id: int | None) -> None:
    """The round's thread; None where there can be none."""
    await tx.execute(
        "UPDATE prompt_rounds SET thread_id = :thread_id, threadless = :threadless WHERE id = :id",
        id=round_id,
        thread_id=thread_id,
        threadless=int(thread_id is None),
    )


async def set_company(tx: Transaction, round_id: str, company: Company) -> None:
    await tx.execute(
        "UPDATE prompt_rounds SET company = :company WHERE id = :id", id=round_id, company=company
    )


# Who is here


async def insert_presence(tx: Transaction, *, round_id: str, user_id: int, act: str) -> bool:
    """False if that person did this in the round before."""
    return (
        await tx.execute(
            """
        INSERT INTO prompt_presence (round_id, user_id, act) VALUES (:round_id, :user_id, :act)
        ON CONFLICT DO NOTHING
        """,
            round_id=round_id,
            user_id=user_id,
            act=act,
        )
        == 1
    )


async def people_here(db: Reader, round_id: str) -> int:
    row = await db.one(
        "SELECT count(DISTINCT user_id) AS people FROM prompt_presence WHERE round_id = :round_id",
        round_id=round_id,
    )
    assert row is not None
    return int(row["people"])


async def is_here(db: Reader, round_id: str, user_id: int) -> bool:
    row = await db.one(
        "SELECT 1 FROM prompt_presence WHERE round_id = :round_id AND user_id = :user_id LIMIT 1",
        round_id=round_id,
        user_id=user_id,
    )
    return row is not None


async def delete_presence(tx: Transaction, round_id: str) -> None:
    await tx.execute("DELETE FROM prompt_presence WHERE round_id = :round_id", round_id=round_id)


# Answers by name


async def insert_answer(tx: Transaction, answer: Answer) -> bool:
    """False if the same person sent the same words to the round before."""
    return (
        await tx.execute(
            """
        INSERT INTO prompt_answers (id, round_id, user_id, tag, sealed)
        VALUES (:id, :round_id, :user_id, :tag, :sealed)
        ON CONFLICT (round_id, tag) DO NOTHING
        """,
            id=answer.id,
            round_id=answer.round_id,
            user_id=answer.user_id,
            tag=answer.tag,
            sealed=answer.sealed,
        )
        == 1
    )


async def get_answer(db: Reader, answer_id: str) -> Answer | None:
    row = await db.one("SELECT * FROM prompt_answers WHERE id = :id", id=answer_id)
    return None if row is None else _answer(row)


async def answer_by_tag(db: Reader, *, round_id: str, tag: str) -> Answer | None:
    row = await db.one(
        "SELECT * FROM prompt_answers WHERE round_id = :round_id AND tag = :tag", round_id=round_id, tag=tag
    )
    return None if row is None else _answer(row)


async def answers_of(db: Reader, *, round_id: str, user_id: int) -> list[Answer]:
    """What one person answered in a round; with `all_answers_of` the one way from a person to their words."""
    rows = await db.all(
        "SELECT * FROM prompt_answers WHERE user_id = :user_id AND round_id = :round_id",
        user_id=user_id,
        round_id=round_id,
    )
    return [_answer(row) for row in rows]


async def all_answers_of(db: Reader, user_id: int) -> list[Answer]:
    rows = await db.all("SELECT * FROM prompt_answers WHERE user_id = :user_id", user_id=user_id)
    return [_answer(row) for row in rows]


async def answers_without_place(db: Reader, round_id: str) -> list[str]:
    """Ids of the answers that wait for the round's thread."""
    rows = await db.all(
        "SELECT id FROM prompt_answers WHERE round_id = :round_id AND channel_id IS NULL",
        round_id=round_id,
    )
    return [row["id"] for row in rows]


async def place_answer(tx: Transaction, answer_id: str, channel_id: int) -> None:
    await tx.execute(
        "UPDATE prompt_answers SET channel_id = :channel_id, retry_at = NULL WHERE id = :id",
        id=answer_id,
        channel_id=channel_id,
    )


async def mark_posted(tx: Transaction, answer_id: str, message_id: int) -> None:
    """Its words stand on Discord: erase them here."""
    await tx.execute(
        "UPDATE prompt_answers SET message_id = :message_id, sealed = NULL, retry_at = NULL WHERE id = :id",
        id=answer_id,
        message_id=message_id,
    )


async def mark_taken_back(tx: Transaction, answer_id: str) -> None:
    """No person and no words any more; the row stands until it is known whether the message went out."""
    await tx.execute(
        "UPDATE prompt_answers SET user_id = NULL, sealed = NULL, tag = id WHERE id = :id", id=answer_id
    )


async def delete_answer(tx: Transaction, answer_id: str) -> None:
    await tx.execute("DELETE FROM prompt_answers WHERE id = :id", id=answer_id)


async def is_any_held(db: Reader, round_id: str) -> bool:
    row = await db.one(
        "SELECT 1 FROM prompt_answers WHERE round_id = :round_id AND retry_at IS NOT NULL", round_id=round_id
    )
    return row is not None


async def set_retry(tx: Transaction, answer_id: str, at: datetime) -> None:
    """It could not be posted; `at` is when to try again."""
    await tx.execute("UPDATE prompt_answers SET retry_at = :at WHERE id = :id", id=answer_id, at=at)


async def answers_to_retry(db: Reader, now: datetime) -> list[Answer]:
    rows = await db.all("SELECT * FROM prompt_answers WHERE retry_at <= :now", now=now)
    return [_answer(row) for row in rows]


async def answers_of_rounds_before(db: Reader, before: datetime) -> list[Answer]:
    """Answers of rounds whose time was over before then."""
    rows = await db.all(
        """
        SELECT prompt_answers.* FROM prompt_answers JOIN prompt_rounds ON prompt_rounds.id = round_id
        WHERE closes_at < :before
        """,
        before=before,
    )
    return [_answer(row) for row in rows]


# Everything about a person


async def export_of(db: Reader, user_id: int) -> list[dict[str, object]]:
    """The open rounds in which a person was counted, and as what."""
    rows = await db.all(
        """
        SELECT circle_id AS circle, text AS prompt, opens_at AS opened, act
        FROM prompt_presence JOIN prompt_rounds ON prompt_rounds.id = round_id
        WHERE user_id = :user_id ORDER BY opens_at, round_id, act
        """,
        user_id=user_id,
    )
    return [dict(row) for row in rows]


async def forget(tx: Transaction, user_id: int) -> None:
    await tx.execute("DELETE FROM prompt_presence WHERE user_id = :user_id", user_id=user_id)


def _round(row: Row) -> Round:
    return Round(
        id=row["id"],
        circle_id=row["circle_id"],
        occurrence_id=row["occurrence_id"],
        deck_id=row["deck_id"],
        invitation=Invitation(
            prompt_id=row["prompt_id"],
            variant=Variant(row["variant"]),
            depth=row["depth"],
            locale=row["locale"],
            text=row["text"],
            content_note=row["content_note"],
            doors=tuple(json.loads(row["doors"])),
            idea=row["idea"],
            concept=row["concept"],
            closing=row["closing"],
        ),
        state=State(row["state"]),
        opens_at=instant(row["opens_at"]),
        closes_at=instant(row["closes_at"]),
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        thread_id=row["thread_id"],
        threadless=bool(row["threadless"]),
        company=Company(row["company"]),
    )


def _answer(row: Row) -> Answer:
    return Answer(
        id=row["id"],
        round_id=row["round_id"],
        user_id=row["user_id"],
        tag=row["tag"],
        sealed=row["sealed"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
    )
