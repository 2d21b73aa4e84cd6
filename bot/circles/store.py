from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.circles.models import Circle, Draft, Notice, Place
from bot.db import Reader, Row, Transaction, instant


async def insert(tx: Transaction, circle: Circle) -> None:
    await tx.execute(
        """
        INSERT INTO circles (id, guild_id, name, channel_id, sharing_channel_id, facilitators_channel_id,
                             facilitator_role_id, zone, locale, depth_ceiling, created_at)
        VALUES (:id, :guild_id, :name, :channel_id, :sharing_channel_id, :facilitators_channel_id,
                :facilitator_role_id, :zone, :locale, :depth_ceiling, :created_at)
        """,
        id=circle.id,
        guild_id=circle.guild_id,
        name=circle.name,
        channel_id=circle.channel_id,
        sharing_channel_id=circle.sharing_channel_id,
        facilitators_channel_id=circle.facilitators_channel_id,
        facilitator_role_id=circle.facilitator_role_id,
        zone=circle.zone,
        locale=circle.locale,
        depth_ceiling=circle.depth_ceiling,
        created_at=circle.created_at,
    )


async def get(db: Reader, circle_id: str) -> Circle | None:
    row = await db.one("SELECT * FROM circles WHERE id = :id AND state = 'open'", id=circle_id)
    return None if row is None else _circle(row)


async def even_closed(db: Reader, circle_id: str) -> Circle | None:
    row = await db.one("SELECT * FROM circles WHERE id = :id", id=circle_id)
    return None if row is None else _circle(row)


async def change(tx: Transaction, circle: Circle) -> bool:
    """Write what a facilitator may change; False where the circle is closed."""
    changed = await tx.execute(
        """
        UPDATE circles
        SET name = :name, channel_id = :channel_id, sharing_channel_id = :sharing_channel_id,
            facilitators_channel_id = :facilitators_channel_id, facilitator_role_id = :facilitator_role_id,
            zone = :zone, locale = :locale
        WHERE id = :id AND state = 'open'
        """,
        id=circle.id,
        name=circle.name,
        channel_id=circle.channel_id,
        sharing_channel_id=circle.sharing_channel_id,
        facilitators_channel_id=circle.facilitators_channel_id,
        facilitator_role_id=circle.facilitator_role_id,
        zone=circle.zone,
        locale=circle.locale,
    )
    return changed == 1


async def close(tx: Transaction, circle_id: str) -> bool:
    closed = await tx.execute(
        "UPDATE circles SET state = 'closed' WHERE id = :id AND state = 'open'", id=circle_id
    )
    return closed == 1


async def of_guild(db: Reader, guild_id: int) -> list[Circle]:
    rows = await db.all(
        "SELECT * FROM circles WHERE guild_id = :guild_id AND state = 'open' ORDER BY name, id",
        guild_id=guild_id,
    )
    return [_circle(row) for row in rows]


async def all_open(db: Reader) -> list[Circle]:
    rows = await db.all("SELECT * FROM circles WHERE state = 'open' ORDER BY guild_id, name, id")
    return [_circle(row) for row in rows]


async def greet(tx: Transaction, guild_id: int, *, now: datetime) -> bool:
    """Note the hello; False where there was one before."""
    inserted = await tx.execute(
        "INSERT INTO greeted_guilds (guild_id, greeted_at) VALUES (:guild_id, :now) ON CONFLICT DO NOTHING",
        guild_id=guild_id,
        now=now,
    )
    return inserted == 1


async def is_greeted(db: Reader, guild_id: int) -> bool:
    row = await db.one("SELECT 1 FROM greeted_guilds WHERE guild_id = :guild_id", guild_id=guild_id)
    return row is not None


async def forget_greeting(tx: Transaction, guild_id: int) -> None:
    await tx.execute("DELETE FROM greeted_guilds WHERE guild_id = :guild_id", guild_id=guild_id)


async def draft(db: Reader, guild_id: int, user_id: int) -> Draft | None:
    row = await db.one(
        "SELECT * FROM circle_drafts WHERE guild_id = :guild_id AND user_id = :user_id",
        guild_id=guild_id,
        user_id=user_id,
    )
    return None if row is None else _draft(row)


async def put_draft(tx: Transaction, draft: Draft, *, now: datetime) -> None:
    """Keep the draft, in place of an earlier one of the same person in the same server."""
    await tx.execute(
        """
        INSERT INTO circle_drafts (guild_id, user_id, circle_id, name, channel_id, sharing_channel_id,
                                   facilitators_channel_id, facilitator_role_id, zone, locale, touched_at)
        VALUES (:guild_id, :user_id, :circle_id, :name, :channel_id, :sharing_channel_id,
                :facilitators_channel_id, :facilitator_role_id, :zone, :locale, :now)
        ON CONFLICT (guild_id, user_id) DO UPDATE
        SET circle_id = excluded.circle_id, name = excluded.name, channel_id = excluded.channel_id,
            sharing_channel_id = excluded.sharing_channel_id,
            facilitators_channel_id = excluded.facilitators_channel_id,
            facilitator_role_id = excluded.facilitator_role_id, zone = excluded.zone,
            locale = excluded.locale, touched_at = excluded.touched_at
        """,
        guild_id=draft.guild_id,
        user_id=draft.user_id,
        circle_id=draft.circle_id,
        name=draft.name,
        channel_id=draft.channels.get(Place.CIRCLE),
        sharing_channel_id=draft.channels.get(Place.SHARING),
        facilitators_channel_id=draft.channels.get(Place.FACILITATORS),
        facilitator_role_id=draft.facilitator_role_id,
        zone=draft.zone,
        locale=draft.locale,
        now=now,
    )


async def delete_draft(tx: Transaction, guild_id: int, user_id: int) -> None:
    await tx.execute(
        "DELETE FROM circle_drafts WHERE guild_id = :guild_id AND user_id = :user_id",
        guild_id=guild_id,
        user_id=user_id,
    )


async def delete_drafts_of_circle(tx: Transaction, circle_id: str) -> None:
    await tx.execute("DELETE FROM circle_drafts WHERE circle_id = :circle_id", circle_id=circle_id)


async def delete_drafts_of_guild(tx: Transaction, guild_id: int) -> None:
    await tx.execute("DELETE FROM circle_drafts WHERE guild_id = :guild_id", guild_id=guild_id)


async def drafts_before(db: Reader, moment: datetime) -> bool:
    return await db.one("SELECT 1 FROM circle_drafts WHERE touched_at < :moment", moment=moment) is not None


async def delete_drafts_before(tx: Transaction, moment: datetime) -> None:
    await tx.execute("DELETE FROM circle_drafts WHERE touched_at < :moment", moment=moment)


async def export_of(db: Reader, user_id: int) -> list[dict[str, object]]:
    """What is kept about a person here: circles they are setting up."""
    rows = await db.all("SELECT * FROM circle_drafts WHERE user_id = :user_id", user_id=user_id)
    return [{"kind": "circle being set up", **dict(row)} for row in rows]


async def forget(tx: Transaction, user_id: int) -> None:
    await tx.execute("DELETE FROM circle_drafts WHERE user_id = :user_id", user_id=user_id)


async def insert_notice(
    tx: Transaction, *, id: str, circle_id: str, key: str, params: Mapping[str, str | int], now: datetime
) -> None:
    await tx.execute(
        """
        INSERT INTO notices (id, circle_id, key, params, created_at)
        VALUES (:id, :circle_id, :key, :params, :now)
        """,
        id=id,
        circle_id=circle_id,
        key=key,
        params=json.dumps(params),
        now=now,
    )


async def notice(db: Reader, notice_id: str) -> Notice | None:
    """The notice, also of a circle that was closed since."""
    row = await db.one(
        """
        SELECT circles.*, key, params FROM notices JOIN circles ON circles.id = circle_id
        WHERE notices.id = :id
        """,
        id=notice_id,
    )
    return None if row is None else Notice(_circle(row), row["key"], json.loads(row["params"]))


async def notices_before(db: Reader, moment: datetime) -> bool:
    row = await db.one("SELECT 1 FROM notices WHERE created_at < :moment LIMIT 1", moment=moment)
    return row is not None


async def delete_notices_before(tx: Transaction, moment: datetime) -> int:
    return await tx.execute("DELETE FROM notices WHERE created_at < :moment", moment=moment)


def _circle(row: Row) -> Circle:
    return Circle(
        id=row["id"],
        guild_id=row["guild_id"],
        name=row["name"],
        channel_id=row["channel_id"],
        sharing_channel_id=row["sharing_channel_id"],
        facilitators_channel_id=row["facilitators_channel_id"],
        facilitator_role_id=row["facilitator_role_id"],
        zone=row["zone"],
        locale=row["locale"],
        depth_ceiling=row["depth_ceiling"],
        created_at=instant(row["created_at"]),
    )


def _draft(row: Row) -> Draft:
    columns = {
        Place.CIRCLE: row["channel_id"],
        Place.SHARING: row["sharing_channel_id"],
        Place.FACILITATORS: row["facilitators_channel_id"],
    }
    return Draft(
        guild_id=row["guild_id"],
        user_id=row["user_id"],
        circle_id=row["circle_id"],
        name=row["name"],
        channels={place: id for place, id in columns.items() if id is not None},
        facilitator_role_id=row["facilitator_role_id"],
        zone=row["zone"],
        locale=row["locale"],
    )
