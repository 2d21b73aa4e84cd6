from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.reports.models import Kind, Report, State, TakenDown, What


async def insert(tx: Transaction, report: Report) -> None:
    await tx.execute(
        """
        INSERT INTO reports (id, circle_id, what, posted_id, channel_id, message_id, state, period, day)
        VALUES (:id, :circle_id, :what, :posted_id, :channel_id, :message_id, :state, :period, :day)
        """,
        id=report.id,
        circle_id=report.circle_id,
        what=report.what,
        posted_id=report.posted_id,
        channel_id=report.channel_id,
        message_id=report.message_id,
        state=report.state,
        period=report.period,
        day=report.day,
    )


async def report(db: Reader, report_id: str) -> Report | None:
    row = await db.one("SELECT * FROM reports WHERE id = :id", id=report_id)
    return None if row is None else _report(row)


async def of_post(db: Reader, posted_id: str) -> Report | None:
    row = await db.one("SELECT * FROM reports WHERE posted_id = :id", id=posted_id)
    return None if row is None else _report(row)


async def all_of_them(db: Reader) -> list[Report]:
    return [_report(row) for row in await db.all("SELECT * FROM reports")]


async def of_lost_posts(db: Reader) -> list[Report]:
    """Open reports whose post is not there any more."""
    rows = await db.all(
        """
        SELECT * FROM reports WHERE state IN ('open', 'spoiler')
          AND NOT EXISTS (SELECT 1 FROM shares WHERE shares.id = posted_id)
          AND NOT EXISTS (SELECT 1 FROM answers WHERE answers.id = posted_id)
        """
    )
    return [_report(row) for row in rows]


async def open_until(db: Reader, day: date) -> list[Report]:
    rows = await db.all("SELECT * FROM reports WHERE state = 'open' AND day <= :day", day=day)
    return [_report(row) for row in rows]


async def told(tx: Transaction, report_id: str, *, day: date, again: bool) -> None:
    """`again`: beside a card that may be on its way."""
    await tx.execute(
        "UPDATE reports SET day = :day, again = :again WHERE id = :id",
        id=report_id,
        day=day,
        again=int(again),
    )


async def reopen(tx: Transaction, report_id: str) -> int:
    """It was decided and somebody tells of it anew: it gets another card."""
    return await tx.execute(
        """
        UPDATE reports SET state = 'open', card_id = NULL, again = 0
        WHERE id = :id AND state IN ('nothing', 'spoiler')
        """,
        id=report_id,
    )


async def decide(tx: Transaction, report_id: str, state: State) -> int:
    """Compare and set: whether it was to be decided still."""
    return await tx.execute(
        """
        UPDATE reports SET state = :state
        WHERE id = :id AND state <> :state AND state IN ('open', 'spoiler')
        """,
        id=report_id,
        state=state,
    )


async def card(tx: Transaction, report_id: str, message_id: int) -> None:
    await tx.execute(
        "UPDATE reports SET card_id = :message, again = 0 WHERE id = :id", id=report_id, message=message_id
    )


async def delete_of_post(tx: Transaction, posted_id: str) -> int:
    return await tx.execute("DELETE FROM reports WHERE posted_id = :id", id=posted_id)


async def delete_until(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM reports WHERE day <= :day", day=day)


def _report(row: Row) -> Report:
    return Report(
        id=row["id"],
        circle_id=row["circle_id"],
        what=What(row["what"]),
        posted_id=row["posted_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        state=State(row["state"]),
        period=row["period"],
        day=date.fromisoformat(row["day"]),
        card_id=row["card_id"],
        again=bool(row["again"]),
    )


# Who told of it, and what they said


async def insert_voice(
    tx: Transaction, *, reporter: str, report_id: str, kind: Kind, words: bytes | None
) -> int:
    """Whether it is the first from them about this post."""
    return await tx.execute(
        """
        INSERT INTO report_voices (reporter, report_id, kind, words)
        VALUES (:reporter, :report_id, :kind, :words) ON CONFLICT DO NOTHING
        """,
        reporter=reporter,
        report_id=report_id,
        kind=kind,
        words=words,
    )


async def has_told(db: Reader, reporter: str) -> bool:
    row = await db.one("SELECT 1 FROM report_voices WHERE reporter = :reporter", reporter=reporter)
    return row is not None


async def voices(db: Reader, report_id: str) -> list[Row]:
    """In the order of their random tags: none tells who came first."""
    return await db.all("SELECT * FROM report_voices WHERE report_id = :id ORDER BY reporter", id=report_id)


async def forget_words(tx: Transaction, report_id: str) -> None:
    await tx.execute("UPDATE report_voices SET words = NULL WHERE report_id = :id", id=report_id)


async def forget_voice(tx: Transaction, reporter: str, *, instead: str) -> int:
    """`instead` leads nowhere; what it is about stays for the facilitators to see."""
    return await tx.execute(
        "UPDATE report_voices SET reporter = :instead, words = NULL WHERE reporter = :reporter",
        reporter=reporter,
        instead=instead,
    )


# What was taken down


async def insert_taken_down(tx: Transaction, down: TakenDown, sealed: bytes | None) -> None:
    """With the receipts of what it was, which are to be there still."""
    await tx.execute(
        """
        INSERT INTO taken_down (id, circle_id, name, reason, body, pausing, period, day, forget_on)
        VALUES (:id, :circle_id, :name, :reason, :body, :pausing, :period, :day, :forget_on)
        """,
        id=down.id,
        circle_id=down.circle_id,
        name=down.name,
        reason=down.reason,
        body=sealed,
        pausing=down.pausing,
        period=down.period,
        day=down.day,
        forget_on=down.forget_on,
    )
    await tx.execute(
        """
        INSERT INTO taken_down_receipts (digest, taken_down_id)
        SELECT digest, :id FROM receipts WHERE share_id = :id OR answer_id = :id
        """,
        id=down.id,
    )


async def taken_down(db: Reader, posted_id: str) -> TakenDown | None:
    row = await db.one("SELECT * FROM taken_down WHERE id = :id", id=posted_id)
    return None if row is None else _taken_down(row)


async def taken_down_by_receipt(db: Reader, digest: str) -> TakenDown | None:
    row = await db.one(
        """
        SELECT taken_down.* FROM taken_down_receipts JOIN taken_down ON taken_down.id = taken_down_id
        WHERE digest = :digest
        """,
        digest=digest,
    )
    return None if row is None else _taken_down(row)


async def all_taken_down(db: Reader) -> list[TakenDown]:
    return [_taken_down(row) for row in await db.all("SELECT * FROM taken_down")]


async def taken_down_body(db: Reader, posted_id: str) -> bytes | None:
    row = await db.one("SELECT body FROM taken_down WHERE id = :id", id=posted_id)
    return None if row is None else row["body"]


async def forget_body(tx: Transaction, posted_id: str) -> None:
    await tx.execute("UPDATE taken_down SET body = NULL WHERE id = :id", id=posted_id)


async def forget_bodies_until(tx: Transaction, day: date) -> int:
    return await tx.execute(
        "UPDATE taken_down SET body = NULL WHERE day <= :day AND body IS NOT NULL", day=day
    )


async def delete_taken_down(tx: Transaction, posted_id: str) -> int:
    return await tx.execute("DELETE FROM taken_down WHERE id = :id", id=posted_id)


async def delete_taken_down_until(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM taken_down WHERE forget_on <= :day", day=day)


def _taken_down(row: Row) -> TakenDown:
    return TakenDown(
        id=row["id"],
        circle_id=row["circle_id"],
        name=row["name"],
        reason=Kind(row["reason"]),
        pausing=row["pausing"],
        period=row["period"],
        day=date.fromisoformat(row["day"]),
        forget_on=date.fromisoformat(row["forget_on"]),
    )
