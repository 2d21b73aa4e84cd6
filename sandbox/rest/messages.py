"""Messages of a channel (docs: resources/message)."""

from __future__ import annotations

import time

from sandbox.errors import ApiError, form_error, invalid_form, missing_permissions, unknown
from sandbox.intents import Intent
from sandbox.limits import messages as limits
from sandbox.models import Channel, ChannelType, Json, Message, MessageFlag, MessageType
from sandbox.permissions import Permission
from sandbox.rest import drafts
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, snowflake
from sandbox.world import messages
from sandbox.world.world import World

NONCE_SECONDS = 180.0
BULK_DELETE_DAYS = 14


def seen(call: Call, message: Message) -> Json:
    """The message as this bot may read it."""
    reads = bool(call.application.intents & Intent.MESSAGE_CONTENT)
    return messages.as_seen_by(call.world, message, call.bot, may_read_content=reads)


async def history(call: Call) -> Reply:
    channel = call.channel("read messages")
    limit = call.limit(50, 100)
    if not call.world.permissions(call.bot, channel) & Permission.READ_MESSAGE_HISTORY:
        return ok([])
    found = sorted(channel.messages.values(), key=lambda message: message.id, reverse=True)
    return ok([seen(call, message) for message in _page(call, found, limit)])


def _page(call: Call, newest_first: list[Message], limit: int) -> list[Message]:
    around, before, after = call.query_id("around"), call.query_id("before"), call.query_id("after")
    if around is not None:
        later = [message for message in newest_first if message.id > around][-(limit // 2) :]
        sooner = [message for message in newest_first if message.id <= around][: limit - len(later)]
        return later + sooner
    if before is not None:
        return [message for message in newest_first if message.id < before][:limit]
    if after is not None:
        return [message for message in newest_first if message.id > after][-limit:]
    return newest_first[:limit]


async def message(call: Call) -> Reply:
    return ok(seen(call, _message(call, call.channel("read message"))))


async def send(call: Call) -> Reply:
    channel = call.channel()
    payload = call.form
    may_send(call, channel, payload)
    earlier = _same_nonce(call, payload)
    if earlier:
        return ok(seen(call, earlier))
    draft = drafts.draft(call, payload)
    draft.nonce = payload.get("nonce")
    draft.replies_to = _replied_to(call, channel, payload.get("message_reference"))
    posted = messages.post(call.world, channel, call.bot, draft)
    if draft.nonce is not None:
        call.world.nonces[call.bot.id, str(draft.nonce)] = (time.monotonic(), posted)
    return ok(seen(call, posted))


def may_send(call: Call, channel: Channel, payload: Json) -> None:
    """Raises what Discord answers to a message the bot may not send here or that is badly formed."""
    if channel.type in (ChannelType.CATEGORY, ChannelType.FORUM, ChannelType.MEDIA):
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.is_dm:
        _may_send_dm(call, channel)
    elif channel.thread:
        call.require(channel, "send message in thread")
        if channel.thread.archived and channel.thread.locked and not call.may(channel, "edit thread"):
            raise ApiError(400, 50083, "Thread is archived")
    else:
        call.require(channel, "send message")
    left = call.world.slowmode_left(call.bot, channel)
    if left:
        text = "This action cannot be performed due to slowmode rate limit."
        raise ApiError(429, 20016, text, retry_after=round(left, 3))
    if payload.get("embeds") or payload.get("embed"):
        call.require(channel, "send embeds")
    if call.files:
        call.require(channel, "send files")
    if payload.get("message_reference"):
        call.require(channel, "reply")
    well_formed(call, limits.message_create(payload, files=call.file_names), payload)


def well_formed(call: Call, errors: Json, payload: Json) -> None:
    """Raises for a new message with form errors, an empty one (50006), or one that Discord chokes on."""
    call.refuse(errors)
    call.refuse(_not_here(payload))
    if limits.is_empty(payload, files=len(call.files)):
        raise empty_message()
    if limits.fails_for_size(payload):
        raise ApiError(500, 0, "500: Internal Server Error")


def _not_here(payload: Json) -> Json:
    """What Discord has and the sandbox has not is refused, rather than dropped without a word."""
    problem = form_error("SANDBOX_UNSUPPORTED", "The sandbox has no polls, stickers or forwarded messages.")
    reference = payload.get("message_reference")
    forwarded = isinstance(reference, dict) and reference.get("type") == 1
    found = [name for name in ("poll", "sticker_ids") if payload.get(name)]
    return dict.fromkeys([*found, *(["message_reference"] if forwarded else [])], problem)


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def _may_send_dm(call: Call, channel: Channel) -> None:
    person = next(each for each in channel.recipients if each is not call.bot)
    if not call.world.have_mutual_guild(call.bot, person):
        raise ApiError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
    if person.dms_closed or person.bot:
        raise ApiError(403, 50007, "Cannot send messages to this user")


def _same_nonce(call: Call, payload: Json) -> Message | None:
    """With `enforce_nonce` the message sent before under this nonce; 10008 where it was deleted since."""
    if not payload.get("enforce_nonce") or payload.get("nonce") is None:
        return None
    _forget_nonces(call.world)
    known = call.world.nonces.get((call.bot.id, str(payload["nonce"])))
    if known is None:
        return None
    if known[1].deleted:
        raise unknown(10008)
    return known[1]


def _forget_nonces(world: World) -> None:
    horizon = time.monotonic() - NONCE_SECONDS
    for key in [key for key, (since, _) in world.nonces.items() if since < horizon]:
        del world.nonces[key]


def _replied_to(call: Call, channel: Channel, reference: Json | None) -> Message | None:
    if not reference or reference.get("message_id") is None:
        return None
    message_id = snowflake("message_reference", reference["message_id"])
    found = channel.messages.get(message_id)
    if found is None and reference.get("fail_if_not_exists", True):
        problem = form_error("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        raise invalid_form({"message_reference": problem})
    return found


async def edit(call: Call) -> Reply:
    channel = call.channel()
    target = _message(call, channel)
    payload = call.form
    if target.author is not call.bot:
        call.require(channel, "edit others' message flags")
        if set(payload) - {"flags"}:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    if channel.thread and channel.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")
    drafts.check_edit(call, payload, target)
    changes = drafts.changes(call, payload, target)
    messages.edit(call.world, target, changes, keep_edited_at=set(payload) <= {"flags"})
    return ok(seen(call, target))


async def delete(call: Call) -> Reply:
    channel = call.channel()
    target = _message(call, channel)
    if target.author is not call.bot:
        if channel.is_dm:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        call.require(channel, "delete others' message")
    if channel.thread and channel.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")
    messages.delete(call.world, target)
    return NO_CONTENT


async def bulk_delete(call: Call) -> Reply:
    channel = call.channel("bulk delete messages")
    call.refuse(limits.bulk_delete(call.form))
    ids = {int(each) for each in call.form["messages"]}
    found = [channel.messages[each] for each in sorted(ids) if each in channel.messages]
    if any((call.world.now() - each.created_at).days >= BULK_DELETE_DAYS for each in found):
        text = "You can only bulk delete messages that are under 14 days old."
        raise ApiError(400, 50034, text)
    messages.delete_many(call.world, channel, found)
    return NO_CONTENT


async def crosspost(call: Call) -> Reply:
    channel = call.channel("crosspost message")
    target = _message(call, channel)
    if channel.type is not ChannelType.ANNOUNCEMENT or target.type is not MessageType.DEFAULT:
        raise ApiError(400, 50068, "Invalid message type")
    if target.flags & MessageFlag.CROSSPOSTED:
        raise ApiError(400, 40033, "This message has already been crossposted.")
    if target.author is not call.bot and not call.may(channel, "delete others' message"):
        raise missing_permissions()
    target.flags |= MessageFlag.CROSSPOSTED
    messages.changed(call.world, target)
    return ok(seen(call, target))


def _message(call: Call, channel: Channel) -> Message:
    return messages.find(call.world, channel, call.id("message_id"))


ROUTES: list[Route] = [
    ("GET", "/channels/{channel_id}/messages", history),
    ("POST", "/channels/{channel_id}/messages", send),
    ("POST", "/channels/{channel_id}/messages/bulk-delete", bulk_delete),
    ("GET", "/channels/{channel_id}/messages/{message_id}", message),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}", edit),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}", delete),
    ("POST", "/channels/{channel_id}/messages/{message_id}/crosspost", crosspost),
]
