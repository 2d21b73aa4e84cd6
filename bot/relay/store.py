from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.relay.models import Letter, Side, State, Talk

_SIDES = """
    SELECT relay_sides.*, kind, circle_id, is_open, day, period
    FROM relay_sides JOIN relay_talks ON relay_talks.id = talk_id
"""


async def insert_talk(tx: Transaction, talk: Talk) -> None:
    await tx.execute(
        """
        INSERT INTO relay_talks (id, kind, circle_id, is_open, day, period)
        VALUES (:id, :kind, :circle_id, 1, :day, :period)
        """,
        id=talk.id,
        kind=talk.kind,
        circle_id=talk.circle_id,
        day=talk.day,
        period=talk.period,
    )


async def insert_side(tx: Transaction, side: Side) -> None:
    await tx.execute(
        "INSERT INTO relay_sides (handle, talk_id, name, owner) VALUES (:handle, :talk_id, :name, :owner)",
        handle=side.handle,
        talk_id=side.talk.id,
        name=side.name,
        owner=side.owner,
    )


async def talks(db: Reader) -> list[Talk]:
    return [_talk(row, row["id"]) for row in await db.all("SELECT * FROM relay_talks")]


async def spoke(tx: Transaction, talk_id: str, *, day: date) -> None:
    await tx.execute("UPDATE relay_talks SET day = :day WHERE id = :id", id=talk_id, day=day)


async def end(tx: Transaction, talk_id: str, *, day: date) -> int:
    return await tx.execute(
        "UPDATE relay_talks SET is_open = 0, day = :day WHERE id = :id AND is_open = 1", id=talk_id, day=day
    )


async def delete_talk(tx: Transaction, talk_id: str) -> None:
    await tx.execute("DELETE FROM relay_talks WHERE id = :id", id=talk_id)


async def side(db: Reader, handle: str) -> Side | None:
    row = await db.one(f"{_SIDES} WHERE handle = :handle", handle=handle)
    return None if row is None else _side(row)


async def sides_of(db: Reader, talk_id: str) -> list[Side]:
    return [_side(row) for row in await db.all(f"{_SIDES} WHERE talk_id = :id", id=talk_id)]


async def sides(db: Reader) -> list[Side]:
    return [_side(row) for row in await db.all(_SIDES)]


async def any_hour(tx: Transaction, handle: str, *, yes: bool) -> None:
    await tx.execute(
        "UPDATE relay_sides SET any_hour = :yes WHERE handle = :handle", handle=handle, yes=int(yes)
    )


async def forget_owner(tx: Transaction, handle: str) -> None:
    await tx.execute("UPDATE relay_sides SET owner = '' WHERE handle = :handle", handle=handle)


# Letters


async def insert_letter(tx: Transaction, letter: Letter) -> None:
    await tx.execute(
        """
        INSERT INTO relay_letters (id, talk_id, recipient, what, state, number, sealed, day)
        VALUES (:id, :talk_id, :recipient, :what, :state, :number, :sealed, :day)
        """,
        id=letter.id,
        talk_id=letter.talk_id,
        recipient=letter.to,
        what=letter.what,
        state=letter.state,
        number=letter.number,
        sealed=letter.sealed,
        day=letter.day,
    )


async def letter(db: Reader, letter_id: str) -> Letter | None:
    row = await db.one("SELECT * FROM relay_letters WHERE id = :id", id=letter_id)
    return None if row is None else _letter(row)


async def letters_of(db: Reader, talk_id: str) -> list[Letter]:
    rows = await db.all("SELECT * FROM relay_letters WHERE talk_id = :id ORDER BY number", id=talk_id)
    return [_letter(row) for row in rows]


async def waited_for(db: Reader) -> list[str]:
    """The sides to which something waits to go."""
    rows = await db.all("SELECT DISTINCT recipient FROM relay_letters WHERE state = 'waiting'")
    return [row["recipient"] for row in rows]


async def next_number(tx: Transaction, talk_id: str) -> int:
    row = await tx.one(
        "SELECT coalesce(max(number), 0) + 1 AS number FROM relay_letters WHERE talk_id = :id", id=talk_id
    )
    assert row is not None
    return int(row["number"])


async def move(tx: Transaction, letter_id: str, old: State, new: State) -> int:
    return await tx.execute(
        "UPDATE relay_letters SET state = :new WHERE id = :id AND state = :old",
        id=letter_id,
        old=old,
        new=new,
    )


async def hand_in(tx: Transaction, letter_id: str, *, number: int, day: date) -> int:
    """A draft takes its place among what waits."""
    return await tx.execute(
        """
        UPDATE relay_letters SET state = 'waiting', number = :number, day = :day
        WHERE id = :id AND state = 'draft'
        """,
        id=letter_id,
        number=number,
        day=day,
    )


async def rewrite(tx: Transaction, letter_id: str, sealed: bytes) -> int:
    return await tx.execute(
        "UPDATE relay_letters SET sealed = :sealed WHERE id = :id AND state = 'draft'",
        id=letter_id,
        sealed=sealed,
    )


async def turn_back(tx: Transaction, letter_id: str, *, to: str, what: str, number: int) -> None:
    await tx.execute(
        """
        UPDATE relay_letters SET recipient = :recipient, what = :what, state = 'waiting', number = :number
        WHERE id = :id
        """,
        id=letter_id,
        recipient=to,
        what=what,
        number=number,
    )


async def delete_letter(tx: Transaction, letter_id: str) -> int:
    return await tx.execute("DELETE FROM relay_letters WHERE id = :id", id=letter_id)


async def delete_drafts_before(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM relay_letters WHERE state = 'draft' AND day < :day", day=day)


async def has_drafts_before(db: Reader, day: date) -> bool:
    sql = "SELECT 1 FROM relay_letters WHERE state = 'draft' AND day < :day"
    return await db.one(sql, day=day) is not None


def _talk(row: Row, id: str) -> Talk:
    return Talk(
        id=id,
        kind=row["kind"],
        circle_id=row["circle_id"],
        is_open=bool(row["is_open"]),
        day=date.fromisoformat(row["day"]),
        period=row["period"],
    )


def _side(row: Row) -> Side:
    return Side(
        handle=row["handle"],
        talk=_talk(row, row["talk_id"]),
        name=row["name"],
        owner=row["owner"],
        any_hour=bool(row["any_hour"]),
    )


def _letter(row: Row) -> Letter:
    return Letter(
        id=row["id"],
        talk_id=row["talk_id"],
        to=row["recipient"],
        what=row["what"],
        state=State(row["state"]),
        number=row["number"],
        sealed=row["sealed"],
        day=date.fromisoformat(row["day"]),
    )
