from __future__ import annotations

from bot.circles.models import Circle
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
