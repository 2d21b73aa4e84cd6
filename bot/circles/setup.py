"""Setting a circle up and changing it: a draft collects what one person chooses, until they save it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.circles import store
from bot.circles.models import Actor, Circle, Draft, Place
from bot.circles.permissions import Allowed, lacking
from bot.circles.service import Circles
from bot.circles.zones import is_zone
from bot.clock import Clock
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.schedules.service import Schedules

DRAFTS_KEPT = timedelta(days=7)
DEPTH_CEILING = 1  # 'notice': a new circle starts gently


class Setup:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        circles: Circles,
        schedules: Schedules,
        locales: Collection[str],
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._circles = circles
        self._schedules = schedules
        self._locales = locales

    async def begin(self, actor: Actor, suggested: Draft) -> Draft:
        """Start a new circle from what the server suggests, or go on with the one this person was making."""
        _require_manager(actor)
        async with self._db.transaction() as tx:
            earlier = await store.draft(tx, suggested.guild_id, actor.user_id)
            if earlier is not None and earlier.circle_id is None:
                return earlier
            await store.put_draft(tx, suggested, now=self._clock.now())
        return suggested

    async def begin_change(self, actor: Actor, circle: Circle) -> Draft:
        """Start changing a circle, from what it is now."""
        circle.require_facilitator(actor)
        draft = Draft.of(circle, actor.user_id)
        async with self._db.transaction() as tx:
            await store.put_draft(tx, draft, now=self._clock.now())
        return draft

    async def draft(self, actor: Actor, guild_id: int) -> Draft:
        """What this person has chosen so far. Raises UserError where there is nothing, or no right to it."""
        return await self._draft(self._db, actor, guild_id)

    async def choose(
        self,
        actor: Actor,
        guild_id: int,
        *,
        channels: Mapping[Place, int] | None = None,
        role_id: int | None = None,
        name: str | None = None,
        zone: str | None = None,
        locale: str | None = None,
    ) -> Draft:
        """Keep what was chosen just now; what isn't named stays as it was."""
        if zone is not None and not is_zone(zone):
            raise UserError("circle.errors.no_such_zone", text=zone)
        if locale is not None and locale not in self._locales:
            raise UserError("circle.errors.no_such_language")
        async with self._db.transaction() as tx:
            draft = await self._draft(tx, actor, guild_id)
            draft = replace(
                draft if name is None else draft.named(name),
                channels={**draft.channels, **(channels or {})},
                facilitator_role_id=role_id or draft.facilitator_role_id,
                zone=zone or draft.zone,
                locale=locale or draft.locale,
            )
            await store.put_draft(tx, draft, now=self._clock.now())
        return draft

    async def faults(self, draft: Draft) -> list[UserError]:
        """What can't be saved as it was chosen, beside other circles of the server."""
        return draft.faults(await self._circles.of_guild(draft.guild_id))

    async def put_aside(self, actor: Actor, guild_id: int) -> None:
        async with self._db.transaction() as tx:
            await store.delete_draft(tx, guild_id, actor.user_id)

    async def save(self, actor: Actor, guild_id: int, allowed: Allowed) -> Circle:
        """Make or change the circle as drafted. Raises UserError saying what is in the way.

        `allowed` is what the bot may do in each channel. Where the sharing channel is new, its standing card
        is sent there (outbox kind share.welcome, reference: the circle's id).
        """
        async with self._db.transaction() as tx:
            draft = await self._draft(tx, actor, guild_id)
            for fault in draft.faults(await store.of_guild(tx, guild_id)):
                raise fault
            if draft.unchosen() or any(need.necessary for need in lacking(draft.channels, allowed)):
                raise UserError("circle.errors.not_ready")
            before = None if draft.circle_id is None else await store.get(tx, draft.circle_id)
            circle = self._made(draft) if before is None else _changed(before, draft)
            await (store.insert(tx, circle) if before is None else store.change(tx, circle))
            await store.delete_draft(tx, guild_id, actor.user_id)
            if before is not None and before.zone != circle.zone:
                await self._schedules.rezone(tx, circle)
            if before is None or before.sharing_channel_id != circle.sharing_channel_id:
                await self._outbox.enqueue(
                    tx,
                    kind="share.welcome",
                    reference=circle.id,
                    channel_id=circle.sharing_channel_id,
                    priority=Priority.ANSWER,
                )
        return circle

    async def do_due(self) -> None:
        """Delete drafts nobody has come back to."""
        before = self._clock.now() - DRAFTS_KEPT
        if await store.drafts_before(self._db, before):
            async with self._db.transaction() as tx:
                await store.delete_drafts_before(tx, before)

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return await store.export_of(self._db, user_id)

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await store.forget(tx, user_id)

    async def _draft(self, db: Reader, actor: Actor, guild_id: int) -> Draft:
        draft = await store.draft(db, guild_id, actor.user_id)
        if draft is None:
            raise UserError("circle.errors.draft_gone")
        if draft.circle_id is None:
            _require_manager(actor)
        else:
            circle = await store.get(db, draft.circle_id)
            if circle is None:
                raise UserError("common.errors.circle_gone")
            circle.require_facilitator(actor)
        return draft

    def _made(self, draft: Draft) -> Circle:
        assert draft.facilitator_role_id is not None
        assert draft.zone is not None
        return Circle(
            id=secrets.token_hex(8),
            guild_id=draft.guild_id,
            name=draft.name,
            channel_id=draft.channels[Place.CIRCLE],
            sharing_channel_id=draft.channels[Place.SHARING],
            facilitators_channel_id=draft.channels[Place.FACILITATORS],
            facilitator_role_id=draft.facilitator_role_id,
            zone=draft.zone,
            locale=draft.locale,
            depth_ceiling=DEPTH_CEILING,
            created_at=self._clock.now(),
        )


def _changed(circle: Circle, draft: Draft) -> Circle:
    assert draft.facilitator_role_id is not None
    assert draft.zone is not None
    return replace(
        circle,
        name=draft.name,
        channel_id=draft.channels[Place.CIRCLE],
        sharing_channel_id=draft.channels[Place.SHARING],
        facilitators_channel_id=draft.channels[Place.FACILITATORS],
        facilitator_role_id=draft.facilitator_role_id,
        zone=draft.zone,
        locale=draft.locale,
    )


def _require_manager(actor: Actor) -> None:
    if not actor.manages_server:
        raise UserError("circle.errors.managers_only")
