from __future__ import annotations

from datetime import date, datetime

from bot.care.cases.models import CareRules, Case, Noted, Part, State, Word
from bot.db import Reader, Row, Transaction
from bot.db.times import instant

# Rules


async def rules(db: Reader, circle_id: str) -> CareRules:
    row = await db.one("SELECT alert FROM care_rules WHERE circle_id = :id", id=circle_id)
    return CareRules() if row is None else CareRules(alert=bool(row["alert"]))


async def save_rules(tx: Transaction, circle_id: str, rules: CareRules) -> None:
    await tx.execute(
        """
        INSERT INTO care_rules (circle_id, alert) VALUES (:circle_id, :alert)
        ON CONFLICT (circle_id) DO UPDATE SET alert = excluded.alert
        """,
        circle_id=circle_id,
        alert=int(rules.alert),
    )


# Cases


async def numbers(db: Reader) -> set[int]:
    return {row["number"] for row in await db.all("SELECT number FROM care_cases")}


async def insert(tx: Transaction, case: Case) -> None:
    await tx.execute(
        """
        INSERT INTO care_cases (id, number, circle_id, state, tier, category, language, part, day,
                                next_word, next_at)
        VALUES (:id, :number, :circle_id, :state, :tier, :category, :language, :part, :day,
                :next_word, :next_at)
        """,
        id=case.id,
        number=case.number,
        circle_id=case.circle_id,
        state=case.state,
        tier=case.noted.tier,
        category=case.noted.category,
        language=case.noted.language,
        part=case.part,
        day=case.day,
        next_word=case.next_word,
        next_at=case.next_at,
    )


async def get(db: Reader, case_id: str) -> Case | None:
    row = await db.one("SELECT * FROM care_cases WHERE id = :id", id=case_id)
    return None if row is None else _case(row)


async def of_talk(db: Reader, talk_id: str) -> Case | None:
    row = await db.one("SELECT * FROM care_cases WHERE talk_id = :id", id=talk_id)
    return None if row is None else _case(row)


async def in_state(db: Reader, state: State) -> list[Case]:
    rows = await db.all("SELECT * FROM care_cases WHERE state = :state", state=state)
    return [_case(row) for row in rows]


async def take(tx: Transaction, case_id: str, talk_id: str) -> int:
    return await tx.execute(
        """
        UPDATE care_cases SET state = 'taken', talk_id = :talk_id, next_word = NULL, next_at = NULL
        WHERE id = :id AND state = 'open'
        """,
        id=case_id,
        talk_id=talk_id,
    )


async def reopen(tx: Transaction, case_id: str, *, next_word: Word, next_at: datetime) -> int:
    return await tx.execute(
        """
        UPDATE care_cases SET state = 'open', talk_id = NULL, next_word = :next_word, next_at = :next_at
        WHERE id = :id AND state = 'taken'
        """,
        id=case_id,
        next_word=next_word,
        next_at=next_at,
    )


async def say_next(tx: Transaction, case: Case, *, next_word: Word, next_at: datetime) -> int:
    """From one word on to the next; 0 where that has happened, or nobody waits any more."""
    return await tx.execute(
        """
        UPDATE care_cases SET next_word = :next_word, next_at = :next_at
        WHERE id = :id AND state = 'open' AND next_word = :before
        """,
        id=case.id,
        before=case.next_word,
        next_word=next_word,
        next_at=next_at,
    )


async def close(tx: Transaction, case_id: str, *, day: date) -> int:
    """Close it, and forget everything but its number."""
    return await tx.execute(
        """
        UPDATE care_cases SET state = 'closed', day = :day, tier = NULL, category = NULL, language = NULL,
            part = NULL, next_word = NULL, next_at = NULL, talk_id = NULL
        WHERE id = :id AND state <> 'closed'
        """,
        id=case_id,
        day=day,
    )


async def stands(tx: Transaction, case_id: str, card_id: int) -> None:
    await tx.execute("UPDATE care_cases SET card_id = :card_id WHERE id = :id", id=case_id, card_id=card_id)


async def delete_closed_before(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM care_cases WHERE state = 'closed' AND day < :day", day=day)


async def has_closed_before(db: Reader, day: date) -> bool:
    sql = "SELECT 1 FROM care_cases WHERE state = 'closed' AND day < :day"
    return await db.one(sql, day=day) is not None


# Duty


async def begin_duty(tx: Transaction, circle_id: str, who: str, until: datetime) -> None:
    await tx.execute(
        """
        INSERT INTO care_duty (circle_id, who, until) VALUES (:circle_id, :who, :until)
        ON CONFLICT (circle_id, who) DO UPDATE SET until = excluded.until
        """,
        circle_id=circle_id,
        who=who,
        until=until,
    )


async def end_duty(tx: Transaction, circle_id: str, who: str) -> int:
    return await tx.execute(
        "DELETE FROM care_duty WHERE circle_id = :circle_id AND who = :who", circle_id=circle_id, who=who
    )


async def duties(db: Reader) -> list[tuple[str, str, datetime]]:
    """(circle, keyed tag, until when) of each."""
    rows = await db.all("SELECT circle_id, who, until FROM care_duty")
    return [(row["circle_id"], row["who"], instant(row["until"])) for row in rows]


# Concerns


async def insert_concern(
    tx: Transaction, *, id: str, circle_id: str, tag: str, period: int, words: bytes, day: date
) -> int:
    """0 where this person told of a concern that day already."""
    return await tx.execute(
        """
        INSERT INTO care_concerns (id, circle_id, tag, period, words, day)
        VALUES (:id, :circle_id, :tag, :period, :words, :day) ON CONFLICT (tag) DO NOTHING
        """,
        id=id,
        circle_id=circle_id,
        tag=tag,
        period=period,
        words=words,
        day=day,
    )


async def concern(db: Reader, id: str) -> Row | None:
    return await db.one("SELECT * FROM care_concerns WHERE id = :id", id=id)


async def concern_of(db: Reader, tag: str) -> Row | None:
    return await db.one("SELECT * FROM care_concerns WHERE tag = :tag", tag=tag)


async def concern_stands(tx: Transaction, id: str) -> None:
    await tx.execute("UPDATE care_concerns SET words = NULL WHERE id = :id", id=id)


async def delete_concern(tx: Transaction, id: str) -> int:
    return await tx.execute("DELETE FROM care_concerns WHERE id = :id", id=id)


async def concerns_before(db: Reader, day: date) -> list[Row]:
    return list(await db.all("SELECT id, words, day FROM care_concerns WHERE day < :day", day=day))


def _case(row: Row) -> Case:
    return Case(
        id=row["id"],
        number=row["number"],
        circle_id=row["circle_id"],
        state=State(row["state"]),
        noted=Noted(row["tier"], row["category"], row["language"]),
        part=None if row["part"] is None else Part(row["part"]),
        day=date.fromisoformat(row["day"]),
        next_word=None if row["next_word"] is None else Word(row["next_word"]),
        next_at=None if row["next_at"] is None else instant(row["next_at"]),
        talk_id=row["talk_id"],
        card_id=row["card_id"],
    )
