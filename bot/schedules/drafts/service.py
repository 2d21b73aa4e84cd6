from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bot.circles.models import Actor, Circle
from bot.clock import Clock
from bot.db import Database
from bot.errors import UserError
from bot.schedules.drafts import store
from bot.schedules.drafts.models import Draft
from bot.schedules.lines import read_day, read_rule
from bot.schedules.models import Schedule, Why
from bot.schedules.recurrence import Rule

if TYPE_CHECKING:
    from bot.schedules.service import Schedules

DRAFTS_KEPT = timedelta(days=7)


class Drafts:
    def __init__(self, db: Database, clock: Clock, schedules: Schedules) -> None:
        self._db = db
        self._clock = clock
        self._schedules = schedules

    def read(self, circle: Circle, line: str) -> Rule:
        """The rule that a line says, on the circle's clock. Raises UserError showing what can be read."""
        here = self._clock.now().astimezone(circle.tz).replace(tzinfo=None)
        rule = read_rule(line, here)
        if rule is None:
            raise UserError("schedule.errors.when_unreadable")
        return rule

    def read_day(self, circle: Circle, typed: str) -> date:
        """A day as it was typed. Raises UserError showing what can be read."""
        day = read_day(typed, self._clock.now().astimezone(circle.tz).date())
        if day is None:
            raise UserError("schedule.errors.day_unreadable")
        return day

    async def begin(self, actor: Actor, circle: Circle, **chosen: Any) -> Draft:
        """Start a new schedule; `chosen` are fields of Draft."""
        circle.require_facilitator(actor)
        return await self._keep(
            replace(Draft(secrets.token_hex(8), circle.id, actor.user_id), **_given(chosen)), circle
        )

    async def begin_change(self, actor: Actor, circle: Circle, schedule_id: str, **chosen: Any) -> Draft:
        """Start changing a schedule, from what it is now."""
        schedule = await self._schedules.get(actor, circle, schedule_id)
        draft = Draft.of(schedule, secrets.token_hex(8), actor.user_id)
        return await self._keep(replace(draft, **_given(chosen)), circle)

    async def get(self, actor: Actor, circle: Circle, draft_id: str) -> Draft:
        circle.require_facilitator(actor)
        draft = await store.get(self._db, draft_id)
        if draft is None or (draft.circle_id, draft.user_id) != (circle.id, actor.user_id):
            raise UserError("schedule.errors.draft_gone")
        return draft

    async def choose(self, actor: Actor, circle: Circle, draft_id: str, **chosen: Any) -> Draft:
        """Keep what was chosen just now; what isn't named stays as it was."""
        draft = await self.get(actor, circle, draft_id)
        return await self._keep(replace(draft, **chosen), None)

    async def rewrite(self, actor: Actor, circle: Circle, draft_id: str, **chosen: Any) -> Draft:
        """Keep what was entered in the form of a change, to be shown before it is saved."""
        draft = await self.get(actor, circle, draft_id)
        return await self._keep(replace(draft, **_given(chosen)), circle)

    async def look_over(self, actor: Actor, circle: Circle, draft_id: str) -> Draft:
        """Read what was chosen in the panel as a rule, to be shown before it is saved."""
        draft = await self.get(actor, circle, draft_id)
        if draft.unchosen():
            raise UserError("schedule.errors.not_ready")
        return await self._keep(replace(draft, rule=self.read(circle, draft.line())), circle)

    async def save(self, actor: Actor, circle: Circle, draft_id: str, name: str) -> Schedule:
        """Make or change the schedule as drafted, once. `name` is the person's shown name, for the log."""
        draft = await self.get(actor, circle, draft_id)
        why = Why(name, draft.reason)
        async with self._db.transaction() as tx:
            if await store.get(tx, draft_id) is None:
                raise UserError("schedule.errors.draft_gone")
            await store.delete(tx, draft_id, actor.user_id)
            if draft.schedule_id is None:
                return await self._schedules.add(tx, actor, circle, draft, why)
            return await self._schedules.change(tx, actor, circle, draft, why)

    async def put_aside(self, actor: Actor, draft_id: str) -> None:
        async with self._db.transaction() as tx:
            await store.delete(tx, draft_id, actor.user_id)

    async def do_due(self) -> None:
        """Delete drafts nobody has come back to."""
        before = self._clock.now() - DRAFTS_KEPT
        if await store.any_before(self._db, before):
            async with self._db.transaction() as tx:
                await store.delete_before(tx, before)

    async def _keep(self, draft: Draft, circle: Circle | None) -> Draft:
        if circle is not None and draft.rule is not None:
            self._schedules.check(circle, draft)
        async with self._db.transaction() as tx:
            await store.put(tx, draft, now=self._clock.now())
        return draft


def _given(chosen: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value is not None}
