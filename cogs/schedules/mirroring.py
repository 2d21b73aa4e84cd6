"""Schedules as Discord scheduled events (docs: resources/guild-scheduled-event).

By plain requests: discord.py 2.7.1 does not know how events repeat.
"""

from __future__ import annotations

from typing import Any

import discord
from discord.http import Route

from bot.schedules.mirror.models import Mirrored, NotAllowed, recurrence_of
from bot.schedules.recurrence import Slot
from bot.schedules.words import name_of
from cogs import ui

GUILD_ONLY, EXTERNAL = 2, 3
OVER = frozenset({10070, 180000})  # unknown, or finished: an event for the next time is another one
NAME_LENGTH = 100


class MirroringCog(ui.Cog, name="schedules as events"):
    async def cog_load(self) -> None:
        self.app.schedules.mirrors.shown_by(self)

    async def show(self, mirrored: Mirrored) -> int | None:
        """Make the event say what the schedule does; see `Events`."""
        try:
            return await self._show(mirrored)
        except discord.HTTPException as error:
            if error.status >= 500 or error.status == 429:
                raise
            # The permission is gone, there are as many events as a server can have, and the like.
            raise NotAllowed from error

    async def _show(self, mirrored: Mirrored) -> int | None:
        event_id = mirrored.event_id
        if mirrored.slot is None:
            event_id = event_id or (await self._find(mirrored) if mirrored.was_tried else None)
            if event_id is not None:
                await self._change("DELETE", mirrored, event_id)
            return None
        body = self._body(mirrored, mirrored.slot)
        if event_id is None and mirrored.was_tried:
            event_id = await self._find(mirrored)
        if event_id is not None and await self._change("PATCH", mirrored, event_id, json=body):
            return event_id
        route = Route("POST", "/guilds/{guild_id}/scheduled-events", guild_id=mirrored.circle.guild_id)
        made = await self.bot.http.request(route, json=_without_nothing(body))
        return int(made["id"])

    async def _change(self, method: str, mirrored: Mirrored, event_id: int, **more: Any) -> bool:
        """False where the event is gone, or over."""
        route = Route(
            method,
            "/guilds/{guild_id}/scheduled-events/{event_id}",
            guild_id=mirrored.circle.guild_id,
            event_id=event_id,
        )
        try:
            await self.bot.http.request(route, **more)
        except discord.HTTPException as error:
            if error.code in OVER:
                return False
            raise
        return True

    async def _find(self, mirrored: Mirrored) -> int | None:
        """An event of ours that an earlier try may have made: nobody else's has this description."""
        text = self._about(mirrored)
        assert self.bot.user is not None
        for event in await self.bot.http.get_scheduled_events(mirrored.circle.guild_id, False):
            ours = int(event.get("creator_id") or 0) == self.bot.user.id
            if ours and event.get("description") == text:
                return int(event["id"])
        return None

    def _body(self, mirrored: Mirrored, slot: Slot) -> dict[str, Any]:
        text, circle, schedule = self.circle_words(mirrored.circle), mirrored.circle, mirrored.schedule
        kind = text(f"schedule.kinds.{schedule.kind}")
        return {
            "name": text("schedule.event.name", kind=kind, circle=circle.name)[:NAME_LENGTH],
            "description": self._about(mirrored),
            "privacy_level": GUILD_ONLY,
            "entity_type": EXTERNAL,
            "entity_metadata": {
                "location": f"https://discord.com/channels/{circle.guild_id}/{circle.channel_id}"
            },
            "scheduled_start_time": slot.instant.isoformat(),
            "scheduled_end_time": (slot.instant + schedule.window).isoformat(),
            "recurrence_rule": _repeats(mirrored, slot),
        }

    def _about(self, mirrored: Mirrored) -> str:
        text, circle = self.circle_words(mirrored.circle), mirrored.circle
        deck = self.app.prompts.decks(circle.locale).get(mirrored.schedule.deck or "")
        about = text(
            "schedule.event.about",
            schedule=name_of(text, mirrored.schedule),
            channel=f"<#{circle.channel_id}>",
        )
        return f"{about}\n{text('schedule.deck', deck=deck.title)}" if deck else about


def _repeats(mirrored: Mirrored, slot: Slot) -> dict[str, Any] | None:
    rule = recurrence_of(mirrored.schedule.rule, slot)
    if rule is None:
        return None
    repeats: dict[str, Any] = {
        "start": slot.instant.isoformat(),
        "frequency": rule.frequency,
        "interval": rule.interval,
    }
    if rule.weekdays:
        repeats["by_weekday"] = list(rule.weekdays)
    if rule.nth is not None:
        repeats["by_n_weekday"] = [{"n": rule.nth[0], "day": rule.nth[1]}]
    return repeats


def _without_nothing(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
