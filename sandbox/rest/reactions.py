"""Reactions to messages (docs: resources/message)."""

from __future__ import annotations

from sandbox.errors import ApiError, unknown
from sandbox.models import Channel, Json, Message, Reaction, User
from sandbox.objects import people
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.world import messages, reactions

MOST = 20


def _emoji(call: Call) -> Json:
    """The path's emoji: a standard one itself. Custom ones are not known here, so they raise 10014."""
    text = call.text("emoji")
    if ":" in text or text.isascii():
        raise unknown(10014)
    return {"id": None, "name": text}


def _target(call: Call, *actions: str) -> tuple[Channel, Message, Reaction | None]:
    channel = call.channel(*actions)
    message = messages.find(call.world, channel, call.id("message_id"))
    emoji = _emoji(call)
    return channel, message, next((each for each in message.reactions if each.emoji == emoji), None)


async def add(call: Call) -> Reply:
    channel, message, reaction = _target(call, "add reaction")
    if reaction is None:
        call.require(channel, "add first reaction")
        if len(message.reactions) >= MOST:
            raise ApiError(400, 30010, f"Maximum number of reactions reached ({MOST})")
    reactions.add(call.world, message, call.bot, _emoji(call))
    return NO_CONTENT


async def remove_own(call: Call) -> Reply:
    return _remove(call, call.bot)


async def remove(call: Call) -> Reply:
    return _remove(call, call.world.user(call.id("user_id")))


def _remove(call: Call, user: User) -> Reply:
    channel, message, reaction = _target(call)
    if user is not call.bot:
        call.require(channel, "remove others' reaction")
    if reaction is None:
        raise unknown(10014)
    reactions.remove(call.world, message, user, reaction.emoji)
    return NO_CONTENT


async def users(call: Call) -> Reply:
    _, _, reaction = _target(call, "read reactions")
    after = call.query_id("after") or 0
    found = sorted(
        (each for each in (reaction.users if reaction else ()) if each.id > after), key=lambda u: u.id
    )
    return ok([people.user(each) for each in found[: call.limit(25, 100)]])


async def clear_emoji(call: Call) -> Reply:
    _, message, reaction = _target(call, "remove others' reaction")
    if reaction is None:
        raise unknown(10014)
    reactions.clear(call.world, message, reaction.emoji)
    return NO_CONTENT


async def clear(call: Call) -> Reply:
    channel = call.channel("remove others' reaction")
    reactions.clear(call.world, messages.find(call.world, channel, call.id("message_id")))
    return NO_CONTENT


_ALL = "/channels/{channel_id}/messages/{message_id}/reactions"
_ONE = _ALL + "/{emoji}"
ROUTES: list[Route] = [
    ("DELETE", _ALL, clear),
    ("GET", _ONE, users),
    ("DELETE", _ONE, clear_emoji),
    ("PUT", _ONE + "/@me", add),
    ("DELETE", _ONE + "/@me", remove_own),
    ("DELETE", _ONE + "/{user_id}", remove),
]
