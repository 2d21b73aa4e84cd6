from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.db import Reader, Row, Transaction
from bot.participation.models import Act, Choice, Consent, Count, Named

# What members chose


@dataclass(frozen=True)
class Asked:
    """A member's row of consent."""

    consent: Consent | None
    name: str | None
    asked: int
    since: date


async def asked(db: Reader, *, circle_id: str, user_id: int) -> Asked | None:
    row = await db.one(
        "SELECT * FROM consents WHERE circle_id = :circle_id AND user_id = :user_id",
        circle_id=circle_id,
        user_id=user_id,
    )
    if row is None:
        return None
    return Asked(_consent(row), row["name"], row["asked"], date.fromisoformat(row["since"]))


async def consent_of(db: Reader, *, circle_id: str, user_id: int) -> Consent | None:
    found = await asked(db, circle_id=circle_id, user_id=user_id)
    return None if found is None else found.consent


async def ask(tx: Transaction, *, circle_id: str, user_id: int, times: int, today: date) -> bool:
    """Note that they are asked for the `times`-th time; False where they were already, or have chosen."""
    changed = await tx.execute(
        """
        INSERT INTO consents (circle_id, user_id, asked, since) VALUES (:circle_id, :user_id, :times, :today)
        ON CONFLICT (circle_id, user_id) DO UPDATE SET asked = :times, since = :today
        WHERE consents.asked < :times AND consents.choice IS NULL
        """,
        circle_id=circle_id,
        user_id=user_id,
        times=times,
        today=today,
    )
    return changed == 1


async def choose(
    tx: Transaction, *, circle_id: str, user_id: int, consent: Consent, name: str | None, today: date
) -> None:
    await tx.execute(
        """
        INSERT INTO consents (circle_id, user_id, choice, name, asked, since)
        VALUES (:circle_id, :user_id, :choice, :name, 0, :today)
        ON CONFLICT (circle_id, user_id) DO UPDATE
        SET choice = excluded.choice, name = excluded.name, since = excluded.since
        """,
        circle_id=circle_id,
        user_id=user_id,
        choice=consent,
        name=name,
        today=today,
    )


async def rename(tx: Transaction, *, circle_id: str, user_id: int, name: str) -> None:
    await tx.execute(
        """
        UPDATE consents SET name = :name
        WHERE circle_id = :circle_id AND user_id = :user_id AND choice = 'by_name'
        """,
        circle_id=circle_id,
        user_id=user_id,
        name=name,
    )


async def choices_of(db: Reader, user_id: int) -> Mapping[str, Choice]:
    """What a person chose, by circle: of every circle that knows them here, closed ones too."""
    rows = await db.all(
        """
        SELECT circle_id, max(choice) AS choice, max(days) AS days FROM (
            SELECT circle_id, choice, 0 AS days FROM consents WHERE user_id = :user_id
            UNION ALL
            SELECT circle_id, NULL, count(DISTINCT local_day) FROM presence WHERE user_id = :user_id
            GROUP BY circle_id
        ) AS known
        GROUP BY circle_id ORDER BY circle_id
        """,
        user_id=user_id,
    )
    return {row["circle_id"]: Choice(_consent(row), row["days"]) for row in rows}


# The log


async def insert_presence(
    tx: Transaction, *, circle_id: str, user_id: int, act: Act, occasion: str, local_day: date
) -> None:
    await tx.execute(
        """
        INSERT INTO presence (circle_id, user_id, act, occasion, local_day)
        VALUES (:circle_id, :user_id, :act, :occasion, :local_day)
        ON CONFLICT DO NOTHING
        """,
        circle_id=circle_id,
        user_id=user_id,
        act=act,
        occasion=occasion,
        local_day=local_day,
    )


async def count(tx: Transaction, *, circle_id: str, local_day: date, act: Act, occasion: str = "") -> None:
    await tx.execute(
        """
        INSERT INTO day_counts (circle_id, local_day, act, occasion, count)
        VALUES (:circle_id, :local_day, :act, :occasion, 1)
        ON CONFLICT (circle_id, local_day, act, occasion) DO UPDATE SET count = day_counts.count + 1
        """,
        circle_id=circle_id,
        local_day=local_day,
        act=act,
        occasion=occasion,
    )


async def counts(db: Reader, *, circle_id: str, first: date, last: date) -> list[Count]:
    """All counts of those days, each with how many of its people are logged by name now."""
    rows = await db.all(
        """
        SELECT day_counts.*, coalesce(people, 0) AS named
        FROM day_counts LEFT JOIN (
            SELECT occasion, act, count(*) AS people FROM presence JOIN consents USING (circle_id, user_id)
            WHERE circle_id = :circle_id AND choice = 'by_name' GROUP BY occasion, act
        ) AS by_name
        ON by_name.occasion = day_counts.occasion
        AND by_name.act = CASE day_counts.act WHEN 'passed' THEN 'here' ELSE day_counts.act END
        WHERE circle_id = :circle_id AND local_day BETWEEN :first AND :last
        """,
        circle_id=circle_id,
        first=first,
        last=last,
    )
    return [
        Count(
            date.fromisoformat(row["local_day"]), Act(row["act"]), row["occasion"], row["count"], row["named"]
        )
        for row in rows
    ]


async def named(db: Reader, *, circle_id: str, first: date) -> list[Named]:
    """Who did what on which day from then on, of those who are logged by name now; each thing once a day."""
    rows = await db.all(
        """
        SELECT DISTINCT local_day, consents.name, presence.user_id, act
        FROM presence JOIN consents USING (circle_id, user_id)
        WHERE circle_id = :circle_id AND choice = 'by_name' AND local_day >= :first
        """,
        circle_id=circle_id,
        first=first,
    )
    return [
        Named(date.fromisoformat(row["local_day"]), row["name"], row["user_id"], Act(row["act"]))
        for row in rows
    ]


async def erase_presence(tx: Transaction, *, circle_id: str, user_id: int) -> None:
    await tx.execute(
        "DELETE FROM presence WHERE circle_id = :circle_id AND user_id = :user_id",
        circle_id=circle_id,
        user_id=user_id,
    )


async def delete_before(tx: Transaction, day: date) -> None:
    """Delete what is from before that day; a choice stays for as long as the log holds a row of it."""
    await tx.execute("DELETE FROM presence WHERE local_day < :day", day=day)
    await tx.execute("DELETE FROM day_counts WHERE local_day < :day", day=day)
    await tx.execute(
        """
        DELETE FROM consents WHERE since < :day AND NOT EXISTS (
            SELECT 1 FROM presence
            WHERE presence.circle_id = consents.circle_id AND presence.user_id = consents.user_id
        )
        """,
        day=day,
    )


# Everything about a person


async def export_of(db: Reader, user_id: int) -> dict[str, list[dict[str, object]]]:
    consents = await db.all(
        """
        SELECT circle_id, choice, name, asked, since FROM consents WHERE user_id = :user_id
        ORDER BY circle_id
        """,
        user_id=user_id,
    )
    presence = await db.all(
        """
        SELECT circle_id, local_day AS day, act, occasion FROM presence WHERE user_id = :user_id
        ORDER BY local_day, circle_id, occasion, act
        """,
        user_id=user_id,
    )
    return {"log_choices": [dict(row) for row in consents], "log_by_name": [dict(row) for row in presence]}


async def forget(tx: Transaction, user_id: int) -> None:
    await tx.execute("DELETE FROM presence WHERE user_id = :user_id", user_id=user_id)
    await tx.execute("DELETE FROM consents WHERE user_id = :user_id", user_id=user_id)


def _consent(row: Row) -> Consent | None:
    return None if row["choice"] is None else Consent(row["choice"])
