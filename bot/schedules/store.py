from __future__ import annotations

from datetime import datetime, timedelta

from bot.db import Reader, Row, Transaction, instant
from bot.schedules import recurrence
from bot.schedules.models import Kind, Occurrence, OccurrenceState, Schedule, State
from bot.schedules.recurrence import Slot


async def insert(tx: Transaction, schedule: Schedule) -> bool:
    """False if the circle has one just like it."""
    return (
        await tx.execute(
            """
        INSERT INTO schedules (id, circle_id, kind, rule, window_minutes, deck, late_minutes, state, reason,
                               next_slot, next_run_at, created_at)
        VALUES (:id, :circle_id, :kind, :rule, :window_minutes, :deck, :late_minutes, :state, :reason,
                :next_slot, :next_run_at, :created_at)
        ON CONFLICT DO NOTHING
        """,
            id=schedule.id,
            circle_id=schedule.circle_id,
            kind=schedule.kind,
            rule=recurrence.dump(schedule.rule),
            window_minutes=_minutes(schedule.window),
            deck=schedule.deck,
            late_minutes=_minutes(schedule.late_limit),
            state=schedule.state,
            reason=schedule.reason,
            next_slot=schedule.next and schedule.next.local,
            next_run_at=schedule.next and schedule.next.instant,
            created_at=schedule.created_at,
        )
        == 1
    )


async def get(db: Reader, schedule_id: str) -> Schedule | None:
    row = await db.one("SELECT * FROM schedules WHERE id = :id", id=schedule_id)
    return None if row is None else _schedule(row)


async def of_circle(db: Reader, circle_id: str) -> list[Schedule]:
    """Those not removed, soonest first, the paused last."""
    rows = await db.all(
        """
        SELECT * FROM schedules WHERE circle_id = :circle_id AND state <> 'removed'
        ORDER BY next_run_at IS NULL, next_run_at, created_at, id
        """,
        circle_id=circle_id,
    )
    return [_schedule(row) for row in rows]


async def due(db: Reader, now: datetime) -> list[str]:
    """Ids of the schedules whose next time has come, the longest due first."""
    rows = await db.all(
        "SELECT id FROM schedules WHERE next_run_at <= :now ORDER BY next_run_at, id", now=now
    )
    return [row["id"] for row in rows]


async def advance(tx: Transaction, schedule: Schedule, following: Slot) -> None:
    await tx.execute(
        "UPDATE schedules SET next_slot = :slot, next_run_at = :run_at WHERE id = :id",
        id=schedule.id,
        slot=following.local,
        run_at=following.instant,
    )


async def change_state(
    tx: Transaction, schedule: Schedule, state: State, *, following: Slot | None, reason: str | None = None
) -> bool:
    """False if it is no longer in the state it was read in."""
    return (
        await tx.execute(
            """
        UPDATE schedules SET state = :state, reason = :reason, next_slot = :slot, next_run_at = :run_at
        WHERE id = :id AND state = :expected
        """,
            id=schedule.id,
            expected=schedule.state,
            state=state,
            reason=reason,
            slot=following and following.local,
            run_at=following and following.instant,
        )
        == 1
    )


async def insert_occurrence(tx: Transaction, occurrence: Occurrence) -> bool:
    """False if this time of the schedule was decided upon before."""
    return (
        await tx.execute(
            """
        INSERT INTO occurrences (id, schedule_id, slot, opens_at, closes_at, state)
        VALUES (:id, :schedule_id, :slot, :opens_at, :closes_at, :state)
        ON CONFLICT (schedule_id, slot) DO NOTHING
        """,
            id=occurrence.id,
            schedule_id=occurrence.schedule_id,
            slot=occurrence.slot,
            opens_at=occurrence.opens_at,
            closes_at=occurrence.closes_at,
            state=occurrence.state,
        )
        == 1
    )


async def occurrence(db: Reader, occurrence_id: str) -> Occurrence | None:
    row = await db.one("SELECT * FROM occurrences WHERE id = :id", id=occurrence_id)
    return None if row is None else _occurrence(row)


async def close_occurrence(tx: Transaction, occurrence_id: str) -> None:
    await tx.execute(
        "UPDATE occurrences SET state = 'closed' WHERE id = :id AND state = 'open'", id=occurrence_id
    )


def _minutes(span: timedelta) -> int:
    return span // recurrence.MINUTE


def _schedule(row: Row) -> Schedule:
    return Schedule(
        id=row["id"],
        circle_id=row["circle_id"],
        kind=Kind(row["kind"]),
        rule=recurrence.load(row["rule"]),
        window=timedelta(minutes=row["window_minutes"]),
        deck=row["deck"],
        late_limit=timedelta(minutes=row["late_minutes"]),
        state=State(row["state"]),
        reason=row["reason"],
        next=row["next_run_at"] and Slot(instant(row["next_run_at"]), row["next_slot"]),
        created_at=instant(row["created_at"]),
    )


def _occurrence(row: Row) -> Occurrence:
    return Occurrence(
        id=row["id"],
        schedule_id=row["schedule_id"],
        slot=row["slot"],
        opens_at=instant(row["opens_at"]),
        closes_at=instant(row["closes_at"]),
        state=OccurrenceState(row["state"]),
    )
