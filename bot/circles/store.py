from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.circles.models import Circle, Notice
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


async def of_guild(db: Reader, guild_id: int) -> list[Circle]:
    rows = await db.all(
        "SELECT * FROM circles WHERE guild_id = :guild_id AND state = 'open' ORDER BY name, id",
        guild_id=guild_id,
    )
    return [_circle(row) for row in rows]


async def all_open(db: Reader) -> list[Circle]:
    rows = await db.all("SELECT * FROM circles WHERE state = 'open' ORDER BY guild_id, name, id")
    return [_circle(row) for row in rows]


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
