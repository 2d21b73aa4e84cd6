from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from bot.db import Reader, Row, Transaction, instant
from bot.reminders.models import Asked, Occasion, Person, Reminder, Wish
from bot.reminders.times import Quiet

# Whom the bot may write to


async def person(db: Reader, who: str) -> Person:
    """What they asked for; the usual where that is nothing yet."""
    row = await db.one("SELECT * FROM reach WHERE who = :who", who=who)
    return Person(who) if row is None else _person(row)


async def save_person(tx: Transaction, person: Person) -> None:
    await tx.execute(
        """
        INSERT INTO reach (who, sealed, channel_id, locale, zone, quiet_from, quiet_to, away_until, closed_at)
        VALUES (:who, :sealed, :channel_id, :locale, :zone, :quiet_from, :quiet_to, :away_until, :closed_at)
        ON CONFLICT (who) DO UPDATE
        SET sealed = excluded.sealed, channel_id = excluded.channel_id, locale = excluded.locale,
            zone = excluded.zone, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
            away_until = excluded.away_until, closed_at = excluded.closed_at
        """,
        who=person.who,
        sealed=person.sealed,
        channel_id=person.channel_id,
        locale=person.locale,
        zone=person.zone,
        quiet_from=_clock(person.quiet.start),
        quiet_to=_clock(person.quiet.end),
        away_until=person.away_until,
        closed_at=person.closed_at,
    )


async def delete_person(tx: Transaction, who: str) -> None:
    """With their wishes. What was decided stays until it closes: who asks anew gets no second reminder."""
    await tx.execute("DELETE FROM reach WHERE who = :who", who=who)


async def back_before(db: Reader, before: datetime) -> list[Person]:
    """Those whose absence ended before then."""
    rows = await db.all("SELECT * FROM reach WHERE away_until < :before", before=before)
    return [_person(row) for row in rows]


async def delete_closed(tx: Transaction, before: datetime) -> None:
    """Those whose direct messages were found closed so long ago; they may have left for good."""
    await tx.execute("DELETE FROM reach WHERE closed_at < :before", before=before)


# What they wish for


async def wish(db: Reader, circle_id: str, who: str) -> Wish | None:
    row = await db.one(
        "SELECT * FROM reminder_wishes WHERE circle_id = :circle_id AND who = :who",
        circle_id=circle_id,
        who=who,
    )
    return None if row is None else _wish(row)


async def wishes_of(db: Reader, who: str) -> list[Wish]:
    rows = await db.all("SELECT * FROM reminder_wishes WHERE who = :who ORDER BY circle_id", who=who)
    return [_wish(row) for row in rows]


async def save_wish(tx: Transaction, who: str, wish: Wish) -> None:
    asked = wish.asked
    await tx.execute(
        """
        INSERT INTO reminder_wishes (circle_id, who, check_ins, prompts, at, hours_before, since)
        VALUES (:circle_id, :who, :check_ins, :prompts, :at, :hours_before, :since)
        ON CONFLICT (circle_id, who) DO UPDATE
        SET check_ins = excluded.check_ins, prompts = excluded.prompts, at = excluded.at,
            hours_before = excluded.hours_before, since = excluded.since
        """,
        circle_id=wish.circle_id,
        who=who,
        check_ins=int(asked.check_ins),
        prompts=int(asked.prompts),
        at=None if asked.at is None else _clock(asked.at),
        hours_before=asked.hours_before,
        since=wish.since,
    )


async def delete_wish(tx: Transaction, circle_id: str, who: str) -> None:
    await tx.execute(
        "DELETE FROM reminder_wishes WHERE circle_id = :circle_id AND who = :who",
        circle_id=circle_id,
        who=who,
    )


async def is_anything_wished_for(db: Reader) -> bool:
    return await db.one("SELECT 1 FROM reminder_wishes LIMIT 1") is not None


async def circles_wished_for(db: Reader) -> list[str]:
    rows = await db.all("SELECT DISTINCT circle_id FROM reminder_wishes")
    return [row["circle_id"] for row in rows]


async def people_of_circle(db: Reader, circle_id: str) -> list[str]:
    rows = await db.all("SELECT who FROM reminder_wishes WHERE circle_id = :circle_id", circle_id=circle_id)
    return [row["who"] for row in rows]


async def undecided(db: Reader, occasion: Occasion) -> Iterator[tuple[Wish, Person]]:
    """Every wish of the circle that is about the occasion, as long as nothing was decided on the two."""
    rows = await db.all(
        """
        SELECT w.*, p.* FROM reminder_wishes AS w JOIN reach AS p ON p.who = w.who
        WHERE w.circle_id = :circle_id
          AND (CASE :is_prompt WHEN 1 THEN w.prompts ELSE w.check_ins END) = 1
          AND p.channel_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM reminders WHERE occasion = :occasion AND who = w.who)
        ORDER BY w.who
        """,
        circle_id=occasion.circle_id,
        is_prompt=int(occasion.is_prompt),
        occasion=occasion.id,
    )
    return ((_wish(row), _person(row)) for row in rows)


# What was decided


async def insert_reminder(tx: Transaction, reminder: Reminder) -> bool:
    """False if this occasion was decided upon for that person before."""
    return (
        await tx.execute(
            """
        INSERT INTO reminders (id, occasion, who, circle_id, leaves_at, closes_at)
        VALUES (:id, :occasion, :who, :circle_id, :leaves_at, :closes_at)
        ON CONFLICT (occasion, who) DO NOTHING
        """,
            id=reminder.id,
            occasion=reminder.occasion,
            who=reminder.who,
            circle_id=reminder.circle_id,
            leaves_at=reminder.leaves_at,
            closes_at=reminder.closes_at,
        )
        == 1
    )


async def reminder(db: Reader, reminder_id: str) -> Reminder | None:
    row = await db.one("SELECT * FROM reminders WHERE id = :id", id=reminder_id)
    if row is None:
        return None
    return Reminder(
        id=row["id"],
        occasion=row["occasion"],
        who=row["who"],
        circle_id=row["circle_id"],
        leaves_at=instant(row["leaves_at"]),
        closes_at=instant(row["closes_at"]),
    )


async def reminders_of(db: Reader, who: str) -> list[str]:
    rows = await db.all("SELECT id FROM reminders WHERE who = :who", who=who)
    return [row["id"] for row in rows]


async def last_leaves_at(db: Reader) -> datetime | None:
    row = await db.one("SELECT max(leaves_at) AS leaves_at FROM reminders")
    return None if row is None or row["leaves_at"] is None else instant(row["leaves_at"])


async def is_any_over(db: Reader, now: datetime) -> bool:
    return await db.one("SELECT 1 FROM reminders WHERE closes_at <= :now LIMIT 1", now=now) is not None


async def delete_over(tx: Transaction, now: datetime) -> None:
    await tx.execute("DELETE FROM reminders WHERE closes_at <= :now", now=now)


# Everything about a person


async def export_of(db: Reader, who: str) -> dict[str, list[dict[str, object]]]:
    wishes = await db.all(
        """
        SELECT circle_id, check_ins, prompts, at, hours_before, since FROM reminder_wishes
        WHERE who = :who ORDER BY circle_id
        """,
        who=who,
    )
    reach = await db.all(
        """
        SELECT zone, quiet_from, quiet_to, away_until, locale, channel_id AS direct_messages, closed_at
        FROM reach WHERE who = :who
        """,
        who=who,
    )
    return {"reminders": [dict(row) for row in wishes], "reach": [dict(row) for row in reach]}


async def forget(tx: Transaction, who: str) -> None:
    await tx.execute("DELETE FROM reminders WHERE who = :who", who=who)
    await delete_person(tx, who)


def _clock(clock: time) -> str:
    return f"{clock:%H:%M}"


def _person(row: Row) -> Person:
    return Person(
        who=row["who"],
        sealed=row["sealed"],
        channel_id=row["channel_id"],
        locale=row["locale"],
        zone=row["zone"],
        quiet=Quiet(time.fromisoformat(row["quiet_from"]), time.fromisoformat(row["quiet_to"])),
        away_until=row["away_until"] and instant(row["away_until"]),
        closed_at=row["closed_at"] and instant(row["closed_at"]),
    )


def _wish(row: Row) -> Wish:
    asked = Asked(
        check_ins=bool(row["check_ins"]),
        prompts=bool(row["prompts"]),
        at=row["at"] and time.fromisoformat(row["at"]),
        hours_before=row["hours_before"],
    )
    return Wish(row["circle_id"], asked, instant(row["since"]))
