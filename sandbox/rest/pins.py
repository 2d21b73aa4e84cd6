"""Pinned messages, by the present routes and the older ones (docs: resources/message)."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.models import Message
from sandbox.objects.people import optional_timestamp
from sandbox.permissions import Permission
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.rest.messages import seen
from sandbox.rest.threads import moment
from sandbox.world import messages

MOST = 250


async def pins(call: Call) -> Reply:
    limit = call.limit(50, 50)
    before = moment(call)
    found = [each for each in _pinned(call) if before is None or (each.pinned_at and each.pinned_at < before)]
    items = [
        {"pinned_at": optional_timestamp(each.pinned_at), "message": seen(call, each)}
        for each in found[:limit]
    ]
    return ok({"items": items, "has_more": len(found) > limit})


async def pins_as_before(call: Call) -> Reply:
    return ok([seen(call, each) for each in _pinned(call)[:50]])


def _pinned(call: Call) -> list[Message]:
    channel = call.channel("read pins")
    if not call.world.permissions(call.bot, channel) & Permission.READ_MESSAGE_HISTORY:
        return []
    return messages.pinned(channel)


async def pin(call: Call) -> Reply:
    channel = call.channel("pin message")
    target = messages.find(call.world, channel, call.id("message_id"))
    if target.pinned_at is None:
        if len(messages.pinned(channel)) >= MOST:
            raise ApiError(400, 30003, f"Maximum number of pins reached ({MOST})")
        messages.pin(call.world, target, call.bot)
    return NO_CONTENT


async def unpin(call: Call) -> Reply:
    channel = call.channel("unpin message")
    target = messages.find(call.world, channel, call.id("message_id"))
    if target.pinned_at is not None:
        messages.unpin(call.world, target)
    return NO_CONTENT


ROUTES: list[Route] = [
    ("GET", "/channels/{channel_id}/messages/pins", pins),
    ("PUT", "/channels/{channel_id}/messages/pins/{message_id}", pin),
    ("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", unpin),
    ("GET", "/channels/{channel_id}/pins", pins_as_before),
    ("PUT", "/channels/{channel_id}/pins/{message_id}", pin),
    ("DELETE", "/channels/{channel_id}/pins/{message_id}", unpin),
]
