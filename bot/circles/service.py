from __future__ import annotations

from collections.abc import Collection

from bot.circles import store
from bot.circles.models import Circle
from bot.clock import Clock
from bot.db import Database
from bot.errors import UserError
from bot.outbox.service import Outbox


class Circles:
    def __init__(self, db: Database, clock: Clock, outbox: Outbox) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox

    async def get(self, circle_id: str) -> Circle:
        circle = await store.get(self._db, circle_id)
        if circle is None:
            raise UserError("common.errors.circle_gone")
        return circle

    async def of_guild(self, guild_id: int) -> list[Circle]:
        return await store.of_guild(self._db, guild_id)

    async def all_open(self) -> list[Circle]:
        return await store.all_open(self._db)

    async def here(self, guild_id: int, channel_ids: Collection[int], named: str | None = None) -> Circle:
        """The circle a command is about: the one named, the one whose channel this is, or the only one.

        `channel_ids` are the channel and, in a thread, its parent. Raises UserError telling how to name one.
        """
        circles = await store.of_guild(self._db, guild_id)
        if not circles:
            raise UserError("common.errors.no_circle_yet")
        if named is not None:
            found = [circle for circle in circles if named in (circle.id, circle.name)]
        else:
            found = [circle for circle in circles if _channels(circle) & set(channel_ids)]
            if not found and len(circles) == 1:
                found = circles
        if len(found) != 1:
            raise UserError("common.errors.which_circle", names=", ".join(circle.name for circle in circles))
        return found[0]


def _channels(circle: Circle) -> set[int]:
    return {circle.channel_id, circle.sharing_channel_id, circle.facilitators_channel_id}
