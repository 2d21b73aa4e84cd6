from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from bot.circles import store
from bot.circles.models import Actor, Circle, Notice
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.outbox.models import Priority
from bot.outbox.service import Outbox

NOTICES_KEPT = timedelta(days=30)


class Circles:
    def __init__(self, db: Database, clock: Clock, outbox: Outbox) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        outbox.on("circle.hello", failed=self._hello_failed)

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

    async def even_closed(self, circle_id: str) -> Circle | None:
        """For what is said about a circle after its end."""
        return await store.even_closed(self._db, circle_id)

    async def greet(self, guild_id: int, channel_id: int) -> None:
        """Say hello in a server the bot is in: once, and not where a circle is at home already."""
        if await store.is_greeted(self._db, guild_id) or await store.of_guild(self._db, guild_id):
            return
        async with self._db.transaction() as tx:
            if await store.greet(tx, guild_id, now=self._clock.now()):
                await self._outbox.enqueue(
                    tx,
                    kind="circle.hello",
                    reference=str(guild_id),
                    channel_id=channel_id,
                    priority=Priority.ANSWER,
                )

    async def _hello_failed(self, tx: Transaction, reference: str, reason: str) -> None:
        await store.forget_greeting(tx, int(reference))  # so that the next start looks for a better place

    async def close(self, actor: Actor, circle: Circle) -> None:
        """End a circle: nothing more is posted in it, and its channel is told so. What was said stays."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            if not await store.close(tx, circle.id):
                raise UserError("common.errors.circle_gone")
            await store.delete_drafts_of_circle(tx, circle.id)
            await self._outbox.enqueue(
                tx,
                kind="circle.closed",
                reference=circle.id,
                channel_id=circle.channel_id,
                priority=Priority.ANSWER,
            )

    async def leave(self, guild_id: int) -> None:
        """The bot was removed from a server: its circles end; there is nowhere left to say it."""
        async with self._db.transaction() as tx:
            for circle in await store.of_guild(tx, guild_id):
                await store.close(tx, circle.id)
            await store.delete_drafts_of_guild(tx, guild_id)

    async def leave_all_but(self, guild_ids: Collection[int]) -> None:
        """Discord tells nothing of servers that were left while the bot was down: they are merely missing."""
        for guild_id in {circle.guild_id for circle in await self.all_open()} - set(guild_ids):
            await self.leave(guild_id)

    async def notify(
        self,
        tx: Transaction,
        circle: Circle,
        key: str,
        /,
        *,
        priority: Priority = Priority.REMINDER,
        **params: str | int,
    ) -> None:
        """Tell the circle's facilitators something, in their channel and its language, once `tx` commits.

        `key` names a text in content/, `params` fill its placeholders: never what a person wrote, never a
        person's name or id. `Priority.SAFETY` goes before everything else that waits.
        """
        notice_id = secrets.token_hex(8)
        await store.insert_notice(
            tx, id=notice_id, circle_id=circle.id, key=key, params=params, now=self._clock.now()
        )
        await self._outbox.enqueue(
            tx,
            kind="circle.notice",
            reference=notice_id,
            channel_id=circle.facilitators_channel_id,
            priority=priority,
        )

    async def notice(self, notice_id: str) -> Notice | None:
        """What a notice says; None once it has been deleted for its age."""
        return await store.notice(self._db, notice_id)

    async def do_due(self) -> None:
        """Delete notices after their time."""
        before = self._clock.now() - NOTICES_KEPT
        if await store.notices_before(self._db, before):
            async with self._db.transaction() as tx:
                await store.delete_notices_before(tx, before)


def _channels(circle: Circle) -> set[int]:
    return {circle.channel_id, circle.sharing_channel_id, circle.facilitators_channel_id}
