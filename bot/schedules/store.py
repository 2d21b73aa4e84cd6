from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.db import Reader, Row, Transaction, instant
from bot.schedules import recurrence
from bot.schedules.models import Hold, IfLater, Kind, Occurrence, OccurrenceState, Schedule, State
from bot.schedules.recurrence import Slot


async def insert(tx: Transaction, schedule: Schedule) -> bool:
    """False if the circle has one just like it."""
    return (
        await tx.execute(
            """
        INSERT INTO schedules (id, circle_id, kind, rule, window_minutes, deck, late_minutes, if_later, state,
                               reason, next_slot, next_run_at, created_at)
        VALUES (:id, :circle_id, :kind, :rule, :window_minutes, :deck, :late_minutes, :if_later, :state,
                :reason, :next_slot, :next_run_at, :created_at)
        ON CONFLICT DO NOTHING
        """,
            id=schedule.id,
            circle_id=schedule.circle_id,
            kind=schedule.kind,
            rule=recurrence.dump(schedule.rule),
            window_minutes=_minutes(schedule.window),
            deck=schedule.deck,
            late_minutes=_minutes(schedule.late_limit),
            if_later=schedule.if_later,
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
    """Those that are not over, soonest first, the paused last."""
    rows = await db.all(
        """
        SELECT * FROM schedules WHERE circle_id = :circle_id AND state NOT IN ('ended', 'removed')
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


async def change(tx: Transaction, schedule: Schedule) -> bool:
    """Write what a facilitator may change; False where the circle has one just like it."""
    changed = await tx.execute(
        """
        UPDATE OR IGNORE schedules
        SET rule = :rule, window_minutes = :window_minutes, deck = :deck, late_minutes = :late_minutes,
            if_later = :if_later, next_slot = :next_slot, next_run_at = :next_run_at
        WHERE id = :id
        """,
        id=schedule.id,
        rule=recurrence.dump(schedule.rule),
        window_minutes=_minutes(schedule.window),
        deck=schedule.deck,
        late_minutes=_minutes(schedule.late_limit),
        if_later=schedule.if_later,
        next_slot=schedule.next and schedule.next.local,
        next_run_at=schedule.next and schedule.next.instant,
    )
    await _event_to_follow(tx, schedule)
    return changed == 1


async def advance(tx: Transaction, schedule: Schedule, following: Slot | None) -> None:
    """Its next time is another one; without one it has ended, or does so once it is mended."""
    await tx.execute(
        """
        UPDATE schedules
        SET next_slot = :slot, next_run_at = :run_at,
            state = CASE WHEN :run_at IS NULL AND state = 'active' THEN 'ended' ELSE state END
        WHERE id = :id
        """,
        id=schedule.id,
        slot=following and following.local,
        run_at=following and following.instant,
    )
    await _event_to_follow(tx, schedule)


async def change_state(
    tx: Transaction,
    schedule: Schedule,
    state: State,
    *,
    following: Slot | None,
    reason: str | None = None,
    rests_until: date | None = None,
) -> bool:
    """False if it is no longer in the state it was read in."""
    changed = await tx.execute(
        """
        UPDATE schedules
        SET state = :state, reason = :reason, rests_until = :rests_until, next_slot = :slot,
            next_run_at = :run_at
        WHERE id = :id AND state = :expected
        """,
        id=schedule.id,
        expected=schedule.state,
        state=state,
        reason=reason,
        rests_until=rests_until,
        slot=following and following.local,
        run_at=following and following.instant,
    )
    await _event_to_follow(tx, schedule)
    return changed == 1


async def _event_to_follow(tx: Transaction, schedule: Schedule) -> None:
    """Its scheduled event on Discord, if it has one, does not say any more what it does."""
    await tx.execute("UPDATE schedule_events SET is_true = 0 WHERE schedule_id = :id", id=schedule.id)


async def insert_occurrence(tx: Transaction, occurrence: Occurrence) -> bool:
    """False if this time of the schedule was decided upon before."""
    return (
        await tx.execute(
            """
        INSERT INTO occurrences (id, schedule_id, slot, opens_at, closes_at, state, asked_with)
        VALUES (:id, :schedule_id, :slot, :opens_at, :closes_at, :state, :asked_with)
        ON CONFLICT (schedule_id, slot) DO NOTHING
        """,
            id=occurrence.id,
            schedule_id=occurrence.schedule_id,
            slot=occurrence.slot,
            opens_at=occurrence.opens_at,
            closes_at=occurrence.closes_at,
            state=occurrence.state,
            asked_with=occurrence.asked_with,
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


async def decide(tx: Transaction, occurrence: Occurrence) -> bool:
    """Write what became of a time that was asked about; False if that was decided before."""
    return (
        await tx.execute(
            """
        UPDATE occurrences SET state = :state, opens_at = :opens_at, closes_at = :closes_at
        WHERE id = :id AND state = 'asked'
        """,
            id=occurrence.id,
            state=occurrence.state,
            opens_at=occurrence.opens_at,
            closes_at=occurrence.closes_at,
        )
        == 1
    )


async def asked(db: Reader, question_id: str) -> list[Occurrence]:
    """The times a question is about that nobody has decided yet, oldest first."""
    rows = await db.all(
        """
        SELECT * FROM occurrences WHERE asked_with = :id AND state = 'asked' ORDER BY opens_at, slot
        """,
        id=question_id,
    )
    return [_occurrence(row) for row in rows]


async def schedule_asked_about(db: Reader, question_id: str) -> Schedule | None:
    row = await db.one(
        """
        SELECT * FROM schedules
        WHERE id = (SELECT schedule_id FROM occurrences WHERE asked_with = :id LIMIT 1)
        """,
        id=question_id,
    )
    return None if row is None else _schedule(row)


async def failed_occurrence(db: Reader, schedule_id: str) -> Occurrence | None:
    row = await db.one(
        "SELECT * FROM occurrences WHERE schedule_id = :id AND state = 'failed'", id=schedule_id
    )
    return None if row is None else _occurrence(row)


async def fail_occurrence(tx: Transaction, occurrence: Occurrence) -> None:
    """It did not come through; one that failed before it is given up."""
    await tx.execute(
        "UPDATE occurrences SET state = 'skipped' WHERE schedule_id = :schedule_id AND state = 'failed'",
        schedule_id=occurrence.schedule_id,
    )
    await tx.execute("UPDATE occurrences SET state = 'failed' WHERE id = :id", id=occurrence.id)


async def unfail_occurrence(tx: Transaction, occurrence_id: str, state: OccurrenceState) -> None:
    await tx.execute(
        "UPDATE occurrences SET state = :state WHERE id = :id AND state = 'failed'",
        id=occurrence_id,
        state=state,
    )


# Holds


async def insert_hold(tx: Transaction, hold: Hold) -> None:
    await tx.execute(
        "INSERT INTO holds (id, circle_id, since, until) VALUES (:id, :circle_id, :since, :until)",
        id=hold.id,
        circle_id=hold.circle_id,
        since=hold.since,
        until=hold.until,
    )


async def end_holds(tx: Transaction, circle_id: str, now: datetime) -> None:
    await tx.execute(
        "UPDATE holds SET until = :now WHERE circle_id = :circle_id AND (until IS NULL OR until > :now)",
        circle_id=circle_id,
        now=now,
    )


async def holds(db: Reader, circle_id: str) -> list[Hold]:
    rows = await db.all(
        "SELECT * FROM holds WHERE circle_id = :circle_id ORDER BY since", circle_id=circle_id
    )
    return [
        Hold(row["id"], row["circle_id"], instant(row["since"]), row["until"] and instant(row["until"]))
        for row in rows
    ]


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
        if_later=IfLater(row["if_later"]),
        rests_until=row["rests_until"] and date.fromisoformat(row["rests_until"]),
    )


def _occurrence(row: Row) -> Occurrence:
    return Occurrence(
        id=row["id"],
        schedule_id=row["schedule_id"],
        slot=row["slot"],
        opens_at=instant(row["opens_at"]),
        closes_at=instant(row["closes_at"]),
        state=OccurrenceState(row["state"]),
        asked_with=row["asked_with"],
    )
