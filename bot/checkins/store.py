from __future__ import annotations

import json
from datetime import datetime

from bot.checkins.models import CheckIn, Person, Scale, State, ThreadState, Weather
from bot.checkins.summary import Figure, Summary
from bot.db import Reader, Row, Transaction, instant

# Check-ins


async def insert(tx: Transaction, checkin: CheckIn) -> bool:
    """False if its occurrence has opened one before."""
    count = await tx.execute(
        """
        INSERT INTO checkins (id, circle_id, occurrence_id, channel_id, locale, opens_at, closes_at)
        VALUES (:id, :circle_id, :occurrence_id, :channel_id, :locale, :opens_at, :closes_at)
        ON CONFLICT (occurrence_id) DO NOTHING
        """,
        id=checkin.id,
        circle_id=checkin.circle_id,
        occurrence_id=checkin.occurrence_id,
        channel_id=checkin.channel_id,
        locale=checkin.locale,
        opens_at=checkin.opens_at,
        closes_at=checkin.closes_at,
    )
    return count == 1


async def get(db: Reader, checkin_id: str) -> CheckIn | None:
    row = await db.one("SELECT * FROM checkins WHERE id = :id", id=checkin_id)
    return None if row is None else _checkin(row)


async def of_occurrence(db: Reader, occurrence_id: str) -> CheckIn | None:
    row = await db.one("SELECT * FROM checkins WHERE occurrence_id = :id", id=occurrence_id)
    return None if row is None else _checkin(row)


async def due(db: Reader, now: datetime) -> list[str]:
    """Ids of the open check-ins whose window is over."""
    rows = await db.all(
        "SELECT id FROM checkins WHERE state = 'open' AND closes_at <= :now ORDER BY closes_at, id", now=now
    )
    return [row["id"] for row in rows]


async def standing(db: Reader, now: datetime) -> list[CheckIn]:
    """The open check-ins whose card is in its channel."""
    rows = await db.all(
        "SELECT * FROM checkins WHERE state = 'open' AND closes_at > :now AND message_id IS NOT NULL", now=now
    )
    return [_checkin(row) for row in rows]


async def close(tx: Transaction, checkin_id: str) -> bool:
    """False if it was closed before."""
    count = await tx.execute(
        "UPDATE checkins SET state = 'closed' WHERE id = :id AND state = 'open'", id=checkin_id
    )
    return count == 1


async def card_stands(tx: Transaction, checkin_id: str, message_id: int) -> None:
    await tx.execute(
        "UPDATE checkins SET message_id = :message_id WHERE id = :id", id=checkin_id, message_id=message_id
    )


async def move(tx: Transaction, checkin_id: str, channel_id: int) -> None:
    await tx.execute(
        "UPDATE checkins SET channel_id = :channel_id WHERE id = :id", id=checkin_id, channel_id=channel_id
    )


async def change_thread(tx: Transaction, checkin_id: str, thread: ThreadState) -> None:
    await tx.execute("UPDATE checkins SET thread = :thread WHERE id = :id", id=checkin_id, thread=thread)


# People, while it is open


async def person(db: Reader, checkin_id: str, who: str) -> Person | None:
    row = await db.one(
        "SELECT * FROM checkin_people WHERE checkin_id = :checkin_id AND who = :who",
        checkin_id=checkin_id,
        who=who,
    )
    return None if row is None else _person(row)


async def people(db: Reader, checkin_id: str) -> list[Person]:
    """Those who are here, in no order that says who came first."""
    rows = await db.all(
        "SELECT * FROM checkin_people WHERE checkin_id = :checkin_id AND here = 1", checkin_id=checkin_id
    )
    return [_person(row) for row in rows]


async def export_of(db: Reader, who: str) -> list[dict[str, object]]:
    """Someone's rows in every check-in that is open, their answers still sealed."""
    rows = await db.all(
        """
        SELECT circle_id, checkin_id AS check_in, opens_at AS opened, here, sealed
        FROM checkin_people JOIN checkins ON id = checkin_id WHERE who = :who ORDER BY opens_at, id
        """,
        who=who,
    )
    return [dict(row) for row in rows]


async def forget(tx: Transaction, who: str) -> None:
    """Their place in every check-in that is open. Words by name need the service: they stand on Discord."""
    await tx.execute("DELETE FROM checkin_people WHERE who = :who", who=who)


async def save_person(tx: Transaction, person: Person) -> None:
    await tx.execute(
        """
        INSERT INTO checkin_people (checkin_id, who, here, version, sealed)
        VALUES (:checkin_id, :who, :here, :version, :sealed)
        ON CONFLICT (checkin_id, who) DO UPDATE
        SET here = excluded.here, version = excluded.version, sealed = excluded.sealed
        """,
        checkin_id=person.checkin_id,
        who=person.who,
        here=int(person.here),
        version=person.version,
        sealed=person.sealed,
    )


async def present(db: Reader, checkin_id: str) -> int:
    row = await db.one(
        "SELECT count(*) AS present FROM checkin_people WHERE checkin_id = :id AND here = 1", id=checkin_id
    )
    assert row is not None
    return int(row["present"])


async def delete_people(tx: Transaction, checkin_id: str) -> None:
    await tx.execute("DELETE FROM checkin_people WHERE checkin_id = :id", id=checkin_id)


# What stays after closing


async def keep_summary(tx: Transaction, checkin_id: str, summary: Summary) -> None:
    await tx.execute(
        "UPDATE checkins SET present = :present, weathers = :weathers WHERE id = :id",
        id=checkin_id,
        present=summary.present,
        weathers=json.dumps(summary.weathers) if summary.weathers else None,
    )
    for figure in summary.figures:
        await tx.execute(
            """
            INSERT INTO checkin_figures (checkin_id, scale, answered, total, squares)
            VALUES (:checkin_id, :scale, :answered, :total, :squares)
            """,
            checkin_id=checkin_id,
            scale=figure.scale,
            answered=figure.answered,
            total=figure.total,
            squares=figure.squares,
        )


async def summary(db: Reader, checkin_id: str) -> Summary:
    row = await db.one("SELECT present, weathers FROM checkins WHERE id = :id", id=checkin_id)
    rows = await db.all("SELECT * FROM checkin_figures WHERE checkin_id = :id", id=checkin_id)
    figures = {row["scale"]: Figure(Scale(row["scale"]), *tuple(row)[2:]) for row in rows}
    assert row is not None
    return Summary(
        present=row["present"],
        figures=tuple(figures[scale] for scale in Scale if scale in figures),
        weathers=tuple(Weather(name) for name in json.loads(row["weathers"] or "[]")),
    )


def _checkin(row: Row) -> CheckIn:
    return CheckIn(
        id=row["id"],
        circle_id=row["circle_id"],
        occurrence_id=row["occurrence_id"],
        channel_id=row["channel_id"],
        locale=row["locale"],
        opens_at=instant(row["opens_at"]),
        closes_at=instant(row["closes_at"]),
        state=State(row["state"]),
        message_id=row["message_id"],
        thread=ThreadState(row["thread"]),
    )


def _person(row: Row) -> Person:
    return Person(
        checkin_id=row["checkin_id"],
        who=row["who"],
        here=bool(row["here"]),
        version=row["version"],
        sealed=row["sealed"],
    )
