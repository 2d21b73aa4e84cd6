"""Channels of a guild and DMs (docs: resources/channel)."""

from __future__ import annotations

from sandbox.objects import places
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.world import messages


async def channel(call: Call) -> Reply:
    return ok(places.channel(call.channel(), call.bot))


async def typing(call: Call) -> Reply:
    messages.typing(call.world, call.channel("trigger typing"), call.bot)
    return NO_CONTENT


ROUTES: list[Route] = [
    ("GET", "/channels/{channel_id}", channel),
    ("POST", "/channels/{channel_id}/typing", typing),
]
