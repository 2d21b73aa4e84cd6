from __future__ import annotations

from datetime import date

from bot.db import Reader, Row, Transaction
from bot.sharing.models import Nod, Share, State, Wish
from bot.sharing.rules.models import Leaving


async def insert_share(tx: Transaction, share: Share, sealed: bytes) -> None:
    await tx.execute(
        """
        INSERT INTO shares (id, circle_id, state, name, wish, body, author, pausing, leaving, counts,
                            channel_id, day, link_days, period)
        VALUES (:id, :circle_id, :state, :name, :wish, :body, :author, :pausing, :leaving, :counts,
                :channel_id, :day, :link_days, :period)
        """,
        id=share.id,
        circle_id=share.circle_id,
        state=share.state,
        name=share.name,
        wish=share.wish,
        body=sealed,
        author=share.author,
        pausing=share.pausing,
        leaving=share.leaving,
        counts=int(share.counts),
        channel_id=share.channel_id,
        day=share.day,
        link_days=share.link_days,
        period=share.period,
    )


async def share(db: Reader, share_id: str) -> Share | None:
    row = await db.one("SELECT * FROM shares WHERE id = :id", id=share_id)
    return None if row is None else _share(row)


async def shares(db: Reader) -> list[Share]:
    return [_share(row) for row in await db.all("SELECT * FROM shares")]


async def shares_until(db: Reader, day: date) -> list[Share]:
    return [_share(row) for row in await db.all("SELECT * FROM shares WHERE day <= :day", day=day)]


async def shares_of_circle(db: Reader, circle_id: str, *states: State) -> list[Share]:
    sql = "SELECT * FROM shares WHERE circle_id = :id AND state = :state"
    return [_share(row) for state in states for row in await db.all(sql, id=circle_id, state=state)]


async def share_body(db: Reader, share_id: str) -> bytes | None:
    row = await db.one("SELECT body FROM shares WHERE id = :id", id=share_id)
    return None if row is None else row["body"]


async def names_in_use(db: Reader, circle_id: str) -> set[str]:
    rows = await db.all("SELECT name FROM shares WHERE circle_id = :circle_id", circle_id=circle_id)
    return {row["name"] for row in rows}


async def move_share(tx: Transaction, share_id: str, old: State, new: State) -> int:
    """Compare and set: whether it was in the old state, and is in the new one now."""
    return await tx.execute(
        "UPDATE shares SET state = :new WHERE id = :id AND state = :old", id=share_id, old=old, new=new
    )


async def release(tx: Transaction, share_id: str, old: State, *, channel_id: int) -> int:
    return await tx.execute(
        """
        UPDATE shares SET state = 'posting', channel_id = :channel_id WHERE id = :id AND state = :old
        """,
        id=share_id,
        old=old,
        channel_id=channel_id,
    )


async def share_delivered(tx: Transaction, share_id: str, *, message_id: int, day: date) -> int:
    return await tx.execute(
        """
        UPDATE shares SET state = 'open', body = NULL, message_id = :message_id, day = :day
        WHERE id = :id AND state = 'posting'
        """,
        id=share_id,
        message_id=message_id,
        day=day,
    )


async def share_thread(tx: Transaction, share_id: str, *, thread_id: int) -> None:
    await tx.execute("UPDATE shares SET thread_id = :thread WHERE id = :id", id=share_id, thread=thread_id)


async def share_stuck(tx: Transaction, share_id: str) -> int:
    return await tx.execute(
        "UPDATE shares SET state = 'stuck', unsure = 1 WHERE id = :id AND state = 'posting'", id=share_id
    )


async def post_again(tx: Transaction, share_id: str, *, channel_id: int) -> int:
    return await tx.execute(
        "UPDATE shares SET state = 'posting', channel_id = :channel_id WHERE id = :id AND state = 'stuck'",
        id=share_id,
        channel_id=channel_id,
    )


async def share_leaves(tx: Transaction, share_id: str) -> None:
    """Taken back while a send may be under way: only what is needed to remove it again stays."""
    await tx.execute(
        """
        UPDATE shares SET state = 'taken_back', unsure = 1, body = NULL, author = NULL, pausing = NULL
        WHERE id = :id
        """,
        id=share_id,
    )


async def close_share(tx: Transaction, share_id: str) -> int:
    return await tx.execute(
        "UPDATE shares SET state = 'closed' WHERE id = :id AND state = 'open'", id=share_id
    )


async def forget_author(tx: Transaction, share_id: str) -> None:
    await tx.execute("UPDATE shares SET author = NULL, pausing = NULL WHERE id = :id", id=share_id)


async def shares_without_period(db: Reader) -> list[Share]:
    return [_share(row) for row in await db.all("SELECT * FROM shares WHERE period IS NULL")]


async def set_period(tx: Transaction, share_id: str, period: int, *, author: str | None) -> None:
    await tx.execute(
        "UPDATE shares SET period = :period, author = :author WHERE id = :id",
        id=share_id,
        period=period,
        author=author,
    )


async def put_behind_spoiler(tx: Transaction, share_id: str) -> None:
    await tx.execute("UPDATE shares SET spoiler = 1 WHERE id = :id", id=share_id)


async def delete_share(tx: Transaction, share_id: str) -> None:
    await tx.execute("DELETE FROM shares WHERE id = :id", id=share_id)


def _share(row: Row) -> Share:
    return Share(
        id=row["id"],
        circle_id=row["circle_id"],
        state=State(row["state"]),
        name=row["name"],
        wish=Wish(row["wish"]),
        author=row["author"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        thread_id=row["thread_id"],
        nods_counted=row["nods_counted"],
        day=date.fromisoformat(row["day"]),
        unsure=bool(row["unsure"]),
        period=row["period"],
        pausing=row["pausing"],
        leaving=row["leaving"] and Leaving(row["leaving"]),
        counts=bool(row["counts"]),
        spoiler=bool(row["spoiler"]),
        reason=row["reason"],
        link_days=row["link_days"],
    )


# Receipts


async def insert_receipt(
    tx: Transaction, digest: str, *, share_id: str | None = None, answer_id: str | None = None
) -> None:
    await tx.execute(
        "INSERT INTO receipts (digest, share_id, answer_id) VALUES (:digest, :share_id, :answer_id)",
        digest=digest,
        share_id=share_id,
        answer_id=answer_id,
    )


async def receipt(db: Reader, digest: str) -> tuple[str | None, str | None] | None:
    """The id of the share, or of the answer, that a receipt is for."""
    row = await db.one("SELECT share_id, answer_id FROM receipts WHERE digest = :digest", digest=digest)
    return None if row is None else (row["share_id"], row["answer_id"])


async def delete_receipts(
    tx: Transaction, *, share_id: str | None = None, answer_id: str | None = None
) -> None:
    await tx.execute(
        "DELETE FROM receipts WHERE share_id = :share_id OR answer_id = :answer_id",
        share_id=share_id,
        answer_id=answer_id,
    )


# Nods


async def insert_nod(tx: Transaction, *, nod: str, share_id: str, kind: Nod) -> None:
    await tx.execute(
        "INSERT INTO nods (nod, share_id, kind) VALUES (:nod, :share_id, :kind)",
        nod=nod,
        share_id=share_id,
        kind=kind,
    )


async def delete_nod(tx: Transaction, nod: str) -> int:
    return await tx.execute("DELETE FROM nods WHERE nod = :nod", nod=nod)


async def nod_tags(db: Reader, share_id: str) -> list[str]:
    return [row["nod"] for row in await db.all("SELECT nod FROM nods WHERE share_id = :id", id=share_id)]


async def change_nod(tx: Transaction, old: str, new: str) -> None:
    await tx.execute("UPDATE nods SET nod = :new WHERE nod = :old", old=old, new=new)


async def nods(db: Reader, share_id: str) -> dict[Nod, int]:
    rows = await db.all(
        "SELECT kind, count(*) AS count FROM nods WHERE share_id = :id GROUP BY kind", id=share_id
    )
    return {Nod(row["kind"]): row["count"] for row in rows}


async def delete_nods(tx: Transaction, share_id: str) -> None:
    await tx.execute("DELETE FROM nods WHERE share_id = :id", id=share_id)


async def raise_nods_counted(tx: Transaction, share_id: str, count: int) -> int:
    return await tx.execute(
        "UPDATE shares SET nods_counted = :count WHERE id = :id AND nods_counted < :count",
        id=share_id,
        count=count,
    )


# Pace


async def count_pace(tx: Transaction, tag: str, *, day: date) -> int:
    """Count one more; how often it is now."""
    row = await tx.one(
        """
        INSERT INTO pace (tag, count, day) VALUES (:tag, 1, :day)
        ON CONFLICT (tag) DO UPDATE SET count = pace.count + 1 RETURNING count
        """,
        tag=tag,
        day=day,
    )
    assert row is not None
    return int(row["count"])


async def pace(db: Reader, tag: str) -> int:
    row = await db.one("SELECT count FROM pace WHERE tag = :tag", tag=tag)
    return 0 if row is None else int(row["count"])


async def delete_pace(tx: Transaction, tag: str) -> None:
    await tx.execute("DELETE FROM pace WHERE tag = :tag", tag=tag)


async def delete_pace_before(tx: Transaction, day: date) -> int:
    return await tx.execute("DELETE FROM pace WHERE day < :day", day=day)
