from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.db import Reader, Row, Transaction
from bot.schedules import recurrence
from bot.schedules.drafts.models import Draft
from bot.schedules.models import IfLater, Kind
from bot.schedules.recurrence import Day, in_order


async def put(tx: Transaction, draft: Draft, *, now: datetime) -> None:
    await tx.execute(
        """
        INSERT INTO schedule_drafts (id, circle_id, user_id, schedule_id, chosen, touched_at)
        VALUES (:id, :circle_id, :user_id, :schedule_id, :chosen, :now)
        ON CONFLICT (id) DO UPDATE SET chosen = excluded.chosen, touched_at = excluded.touched_at
        """,
        id=draft.id,
        circle_id=draft.circle_id,
        user_id=draft.user_id,
        schedule_id=draft.schedule_id,
        chosen=_chosen(draft),
        now=now,
    )


async def get(db: Reader, draft_id: str) -> Draft | None:
    row = await db.one("SELECT * FROM schedule_drafts WHERE id = :id", id=draft_id)
    return None if row is None else _draft(row)


async def delete(tx: Transaction, draft_id: str, user_id: int) -> None:
    await tx.execute(
        "DELETE FROM schedule_drafts WHERE id = :id AND user_id = :user_id", id=draft_id, user_id=user_id
    )


async def any_before(db: Reader, moment: datetime) -> bool:
    return (
        await db.one("SELECT 1 FROM schedule_drafts WHERE touched_at < :moment LIMIT 1", moment=moment)
        is not None
    )


async def delete_before(tx: Transaction, moment: datetime) -> None:
    await tx.execute("DELETE FROM schedule_drafts WHERE touched_at < :moment", moment=moment)


async def export_of(db: Reader, user_id: int) -> list[dict[str, object]]:
    rows = await db.all(
        """
        SELECT circle_id, substr(touched_at, 1, 10) AS day, chosen FROM schedule_drafts
        WHERE user_id = :user_id ORDER BY id
        """,
        user_id=user_id,
    )
    return [dict(row) for row in rows]


async def forget(tx: Transaction, user_id: int) -> None:
    await tx.execute("DELETE FROM schedule_drafts WHERE user_id = :user_id", user_id=user_id)


def _chosen(draft: Draft) -> str:
    return json.dumps(
        {
            "kind": draft.kind,
            "deck": draft.deck,
            "rule": draft.rule and recurrence.dump(draft.rule),
            "window": draft.window and draft.window // recurrence.MINUTE,
            "late": draft.late_limit // recurrence.MINUTE,
            "if_later": draft.if_later,
            "reason": draft.reason,
            "often": draft.often,
            "days": in_order(draft.days),
            "times": draft.times,
            "starts": draft.starts,
            "ends": draft.ends,
        }
    )


def _draft(row: Row) -> Draft:
    chosen = json.loads(row["chosen"])
    return Draft(
        id=row["id"],
        circle_id=row["circle_id"],
        user_id=row["user_id"],
        schedule_id=row["schedule_id"],
        kind=chosen["kind"] and Kind(chosen["kind"]),
        deck=chosen["deck"],
        rule=chosen["rule"] and recurrence.load(chosen["rule"]),
        window=chosen["window"] and timedelta(minutes=chosen["window"]),
        late_limit=timedelta(minutes=chosen["late"]),
        if_later=IfLater(chosen["if_later"]),
        reason=chosen["reason"],
        often=chosen["often"],
        days=frozenset(Day(day) for day in chosen["days"]),
        times=chosen["times"],
        starts=chosen["starts"],
        ends=chosen["ends"],
    )
