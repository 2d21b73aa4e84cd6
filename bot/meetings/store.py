from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.meetings.models import Offered

# Offers


async def insert_offer(
    tx: Transaction,
    *,
    id: str,
    share_id: str,
    circle_id: str,
    reader: str,
    name: str,
    words: bytes,
    day: date,
    period: int,
) -> None:
    await tx.execute(
        """
        INSERT INTO meeting_offers (id, share_id, circle_id, reader, name, state, words, day, period)
        VALUES (:id, :share_id, :circle_id, :reader, :name, 'draft', :words, :day, :period)
        """,
        id=id,
        share_id=share_id,
        circle_id=circle_id,
        reader=reader,
        name=name,
        words=words,
        day=day,
        period=period,
    )


async def offer(db: Reader, offer_id: str) -> Row | None:
    return await db.one("SELECT * FROM meeting_offers WHERE id = :id", id=offer_id)


async def offers(db: Reader) -> list[Row]:
    return list(await db.all("SELECT * FROM meeting_offers"))


async def offers_to(db: Reader, share_id: str) -> list[Row]:
    """By their ids, which are random."""
    sql = "SELECT * FROM meeting_offers WHERE share_id = :id ORDER BY id"
    return list(await db.all(sql, id=share_id))


async def rewrite_offer(tx: Transaction, offer_id: str, words: bytes) -> None:
    await tx.execute("UPDATE meeting_offers SET words = :words WHERE id = :id", id=offer_id, words=words)


async def move_offer(tx: Transaction, offer_id: str, old: Offered, new: Offered, *, day: date) -> int:
    return await tx.execute(
        "UPDATE meeting_offers SET state = :new, day = :day WHERE id = :id AND state = :old",
        id=offer_id,
        old=old,
        new=new,
        day=day,
    )


async def lay_aside(tx: Transaction, offer_id: str) -> int:
    """It keeps day and words: whoever offered can see both, and is not to see that it was answered."""
    return await tx.execute(
        "UPDATE meeting_offers SET state = 'aside' WHERE id = :id AND state = 'open'", id=offer_id
    )


async def offer_over(tx: Transaction, offer_id: str) -> int:
    return await tx.execute(
        """
        UPDATE meeting_offers SET state = 'over', words = NULL
        WHERE id = :id AND state IN ('open', 'aside')
        """,
        id=offer_id,
    )


async def delete_offer(tx: Transaction, offer_id: str) -> int:
    return await tx.execute("DELETE FROM meeting_offers WHERE id = :id", id=offer_id)


# Meetings


async def insert_meeting(tx: Transaction, talk_id: str, pair: str) -> None:
    await tx.execute(
        "INSERT INTO meetings (talk_id, pair) VALUES (:talk_id, :pair)", talk_id=talk_id, pair=pair
    )


async def insert_side(tx: Transaction, *, handle: str, talk_id: str, pausing: str) -> None:
    await tx.execute(
        """
        INSERT INTO meeting_sides (handle, talk_id, pausing) VALUES (:handle, :talk_id, :pausing)
        """,
        handle=handle,
        talk_id=talk_id,
        pausing=pausing,
    )


async def pair(db: Reader, talk_id: str) -> str | None:
    row = await db.one("SELECT pair FROM meetings WHERE talk_id = :id", id=talk_id)
    return None if row is None else row["pair"]


async def pausing(db: Reader, handle: str) -> str | None:
    row = await db.one("SELECT pausing FROM meeting_sides WHERE handle = :handle", handle=handle)
    return None if row is None else row["pausing"]


async def shown(db: Reader, handle: str) -> bytes | None:
    row = await db.one("SELECT shown FROM meeting_sides WHERE handle = :handle", handle=handle)
    return None if row is None else row["shown"]


async def show(tx: Transaction, handle: str, sealed: bytes | None) -> None:
    await tx.execute("UPDATE meeting_sides SET shown = :sealed WHERE handle = :h", h=handle, sealed=sealed)


async def hide_both(tx: Transaction, talk_id: str) -> None:
    await tx.execute("UPDATE meeting_sides SET shown = NULL WHERE talk_id = :id", id=talk_id)


# Who is not to meet again


async def block(tx: Transaction, pair: str, period: int) -> None:
    await tx.execute(
        "INSERT INTO meeting_blocks (pair, period) VALUES (:pair, :period) ON CONFLICT DO NOTHING",
        pair=pair,
        period=period,
    )


async def is_blocked(db: Reader, pair: str) -> bool:
    return await db.one("SELECT 1 FROM meeting_blocks WHERE pair = :pair", pair=pair) is not None


async def block_periods(db: Reader) -> set[int]:
    return {row["period"] for row in await db.all("SELECT DISTINCT period FROM meeting_blocks")}


async def delete_blocks(tx: Transaction, period: int) -> int:
    return await tx.execute("DELETE FROM meeting_blocks WHERE period = :period", period=period)


# Reports


async def insert_report(
    tx: Transaction,
    *,
    id: str,
    circle_id: str,
    kind: str,
    side: str,
    pausing: str | None,
    period: int,
    day: date,
    words: bytes | None,
) -> int:
    """Whether it is the first about this side."""
    return await tx.execute(
        """
        INSERT INTO meeting_reports (id, circle_id, kind, side, pausing, period, day, words)
        VALUES (:id, :circle_id, :kind, :side, :pausing, :period, :day, :words) ON CONFLICT DO NOTHING
        """,
        id=id,
        circle_id=circle_id,
        kind=kind,
        side=side,
        pausing=pausing,
        period=period,
        day=day,
        words=words,
    )


async def report(db: Reader, report_id: str) -> Row | None:
    return await db.one("SELECT * FROM meeting_reports WHERE id = :id", id=report_id)


async def report_stands(tx: Transaction, report_id: str, message_id: int) -> None:
    """Its words are in the facilitators' channel now, and nowhere else."""
    await tx.execute(
        "UPDATE meeting_reports SET words = NULL, card_id = :message WHERE id = :id",
        id=report_id,
        message=message_id,
    )


async def delete_reports_until(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM meeting_reports WHERE day <= :day", day=day)


async def reports_until(db: Reader, day: date) -> bool:
    return await db.one("SELECT 1 FROM meeting_reports WHERE day <= :day", day=day) is not None
