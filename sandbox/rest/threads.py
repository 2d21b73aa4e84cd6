"""Threads and forum posts (docs: topics/threads, resources/channel)."""

from __future__ import annotations

from datetime import datetime

from sandbox.errors import ApiError, form_error, invalid_form, missing_permissions, unknown
from sandbox.limits import messages as message_limits
from sandbox.limits import places as limits
from sandbox.limits.forms import Form
from sandbox.models import Channel, ChannelType, Json, User
from sandbox.objects import people, places
from sandbox.rest import drafts
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, snowflake
from sandbox.rest.messages import empty_message, seen
from sandbox.world import messages, threads
from sandbox.world.threads import Opening

REQUIRE_TAG = 1 << 4
MOST_MEMBERS = 1000
HOLDS_THREADS = (ChannelType.TEXT, ChannelType.ANNOUNCEMENT)


async def start(call: Call) -> Reply:
    """A thread without a message; in a forum, a post."""
    parent = call.channel()
    if parent.is_forum:
        return await _start_post(call, parent)
    call.refuse(limits.thread_create(call.form))
    kind = ChannelType(call.form.get("type") or ChannelType.PRIVATE_THREAD)
    if parent.type is ChannelType.ANNOUNCEMENT:
        kind = ChannelType.ANNOUNCEMENT_THREAD
    if parent.type not in HOLDS_THREADS:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    private = kind is ChannelType.PRIVATE_THREAD
    call.require(parent, "create private thread" if private else "create public thread")
    made = threads.start(call.world, parent, call.bot, _opening(call, parent, kind))
    return Reply(201, places.channel(made, call.bot))


async def start_from_message(call: Call) -> Reply:
    parent = call.channel("create public thread")
    if parent.type not in HOLDS_THREADS:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    call.refuse(limits.thread_create(call.form))
    message = messages.find(call.world, parent, call.id("message_id"))
    if message.id in call.world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    made = threads.start_from(
        call.world, message, call.bot, _opening(call, parent, ChannelType.PUBLIC_THREAD)
    )
    return Reply(201, places.channel(made, call.bot))


def _opening(call: Call, parent: Channel, kind: ChannelType) -> Opening:
    form = call.form
    default = parent.settings.get("default_auto_archive_duration") or 1440
    return Opening(
        form["name"],
        kind,
        form.get("auto_archive_duration") or default,
        form.get("rate_limit_per_user") or 0,
        form.get("invitable") is not False,
        _tags(parent, form.get("applied_tags") or []),
    )


def _tags(forum: Channel, given: list[object]) -> tuple[int, ...]:
    tags = tuple(snowflake("applied_tags", each) for each in given)
    known = {int(tag["id"]) for tag in forum.available_tags}
    if not set(tags) <= known:
        problem = form_error("TAG_NOT_FOUND", "Unknown tag")
        raise invalid_form({"applied_tags": problem})
    if forum.flags & REQUIRE_TAG and not tags:
        raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
    return tags


async def _start_post(call: Call, forum: Channel) -> Reply:
    call.require(forum, "create forum post")
    names = [file.filename for file in call.files.values()]
    call.refuse(limits.forum_post(call.form, files=names))
    payload: Json = call.form["message"]
    if message_limits.is_empty(payload, files=len(call.files)):
        raise empty_message()
    if call.files:
        call.require(forum, "send files")
    opening = _opening(call, forum, ChannelType.PUBLIC_THREAD)
    draft = drafts.draft(call, payload)
    made, first = threads.start_post(call.world, forum, call.bot, opening, draft)
    return Reply(201, places.channel(made, call.bot) | {"message": seen(call, first)})


def edited(call: Call, channel: Channel) -> Json:
    """PATCH /channels/{id} of a thread: who made it may name, archive and open it; the rest asks for more."""
    thread = channel.thread
    form = call.form
    if thread is None:
        raise unknown(10003)
    call.refuse(limits.thread_edit(form))
    _may_edit(call, channel)
    if form.get("applied_tags") is not None and channel.parent:
        thread.applied_tags = list(_tags(channel.parent, form["applied_tags"]))
    if form.get("name"):
        channel.name = form["name"]
    thread.auto_archive_duration = form.get("auto_archive_duration") or thread.auto_archive_duration
    if form.get("invitable") is not None:
        thread.invitable = form["invitable"]
    if form.get("rate_limit_per_user") is not None:
        channel.slowmode = int(form["rate_limit_per_user"])
    if form.get("flags") is not None:
        channel.flags = int(form["flags"])
    threads.update(call.world, channel, archived=form.get("archived"), locked=form.get("locked"))
    return places.channel(channel, call.bot)


def _may_edit(call: Call, channel: Channel) -> None:
    thread, form = channel.thread, call.form
    if thread is None or call.may(channel, "edit thread"):
        if (
            thread
            and thread.archived
            and form.get("archived") is not False
            and set(form) - {"archived", "locked"}
        ):
            raise ApiError(400, 50083, "Thread is archived")
        return
    if thread.archived and not (set(form) == {"archived"} and form["archived"] is False):
        raise ApiError(400, 50083, "Thread is archived")
    if thread.archived:
        if thread.locked:
            raise missing_permissions()
        call.require(channel, "unarchive thread")
    elif thread.owner is not call.bot or {"locked", "rate_limit_per_user"} & set(form):
        raise missing_permissions()


# Members


def _thread(call: Call) -> Channel:
    channel = call.channel()
    if channel.thread is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return channel


def _open_thread(call: Call) -> Channel:
    channel = _thread(call)
    if channel.thread and channel.thread.archived:
        raise ApiError(400, 50083, "Thread is archived")
    return channel


async def join(call: Call) -> Reply:
    threads.join(call.world, _open_thread(call), call.bot)
    return NO_CONTENT


async def leave(call: Call) -> Reply:
    threads.leave(call.world, _open_thread(call), call.bot)
    return NO_CONTENT


async def add_member(call: Call) -> Reply:
    channel = _open_thread(call)
    call.require(channel, "add thread member")
    user = call.world.user(call.id("user_id"))
    parent = channel.parent
    if channel.guild is None or user.id not in channel.guild.members:
        raise unknown(10007)
    if parent is None or not call.world.can_view(user, parent):
        raise ApiError(403, 50001, "Missing Access")
    if channel.thread and len(channel.thread.members) >= MOST_MEMBERS:
        raise ApiError(400, 30033, f"Maximum number of thread participants reached ({MOST_MEMBERS})")
    threads.join(call.world, channel, user)
    return NO_CONTENT


async def remove_member(call: Call) -> Reply:
    channel = _open_thread(call)
    user = call.world.user(call.id("user_id"))
    own_private = (
        channel.type is ChannelType.PRIVATE_THREAD and channel.thread and channel.thread.owner is call.bot
    )
    if not own_private:
        call.require(channel, "remove thread member")
    threads.leave(call.world, channel, user)
    return NO_CONTENT


async def members(call: Call) -> Reply:
    channel = _thread(call)
    held = channel.thread.members if channel.thread else {}
    return ok([_member(call, channel, each.user) for each in held.values()])


async def member(call: Call) -> Reply:
    channel = _thread(call)
    user = call.bot if call.text("user_id") == "@me" else call.world.user(call.id("user_id"))
    if channel.thread is None or user.id not in channel.thread.members:
        raise unknown(10007)
    return ok(_member(call, channel, user))


def _member(call: Call, channel: Channel, user: User) -> Json:
    whole = channel.guild.members.get(user.id) if channel.guild and call.flag("with_member") else None
    held = channel.thread.members if channel.thread else {}
    return people.thread_member(channel.id, held[user.id], whole)


# Lists


async def active(call: Call) -> Reply:
    guild = call.guild()
    open_ones = [
        each
        for each in guild.threads.values()
        if each.thread and not each.thread.archived and call.world.can_view(call.bot, each)
    ]
    return ok(_listed(call, open_ones, more=False))


async def public_archived(call: Call) -> Reply:
    parent = call.channel("read public archived threads")
    return ok(_archived(call, parent, private=False, joined_only=False))


async def private_archived(call: Call) -> Reply:
    parent = call.channel("read private archived threads")
    return ok(_archived(call, parent, private=True, joined_only=False))


async def joined_private_archived(call: Call) -> Reply:
    parent = call.channel("read joined private archived threads")
    return ok(_archived(call, parent, private=True, joined_only=True))


def _archived(call: Call, parent: Channel, *, private: bool, joined_only: bool) -> Json:
    """The archived ones, last archived first. `before` is a time, or an id for one's own private ones."""
    limit = call.limit(50, 100)
    found = [
        (each.thread.archive_timestamp, each)
        for each in (parent.guild.threads.values() if parent.guild else ())
        if each.parent is parent
        and each.thread
        and each.thread.archived
        and (each.type is ChannelType.PRIVATE_THREAD) == private
        and (not joined_only or call.bot.id in each.thread.members)
    ]
    before = moment(call)
    if before:
        found = [(archived, each) for archived, each in found if archived < before]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return _listed(call, [each for _, each in found[:limit]], more=len(found) > limit)


def moment(call: Call) -> datetime | None:
    """The query's `before` as a time, if there is one. Raises 50035."""
    text = call.request.query.get("before", "").replace(" ", "+")
    form = Form({"before": None if not text or text.isdigit() else text})
    found = form.moment("before")
    call.refuse(form.errors)
    return found


def _listed(call: Call, found: list[Channel], *, more: bool) -> Json:
    own = [
        people.thread_member(each.id, each.thread.members[call.bot.id])
        for each in found
        if each.thread and call.bot.id in each.thread.members
    ]
    return {"threads": [places.channel(each, call.bot) for each in found], "members": own, "has_more": more}


_MEMBERS = "/channels/{channel_id}/thread-members"
ROUTES: list[Route] = [
    ("POST", "/channels/{channel_id}/threads", start),
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads", start_from_message),
    ("GET", _MEMBERS, members),
    ("PUT", _MEMBERS + "/@me", join),
    ("DELETE", _MEMBERS + "/@me", leave),
    ("GET", _MEMBERS + "/{user_id}", member),
    ("PUT", _MEMBERS + "/{user_id}", add_member),
    ("DELETE", _MEMBERS + "/{user_id}", remove_member),
    ("GET", "/guilds/{guild_id}/threads/active", active),
    ("GET", "/channels/{channel_id}/threads/archived/public", public_archived),
    ("GET", "/channels/{channel_id}/threads/archived/private", private_archived),
    ("GET", "/channels/{channel_id}/users/@me/threads/archived/private", joined_private_archived),
]
