"""What happens to threads: started, joined, left, archived. Nothing here asks for permissions."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.models import (
    Channel,
    ChannelType,
    Json,
    Message,
    MessageFlag,
    MessageType,
    Thread,
    ThreadMember,
    User,
)
from sandbox.objects import people, places
from sandbox.world import messages
from sandbox.world.events import Event
from sandbox.world.messages import Draft
from sandbox.world.world import World


@dataclass
class Opening:
    """How a thread begins."""

    name: str
    type: ChannelType = ChannelType.PUBLIC_THREAD
    auto_archive_duration: int = 1440
    """Minutes."""
    slowmode: int = 0
    invitable: bool = True
    applied_tags: tuple[int, ...] = ()


def start(world: World, parent: Channel, owner: User, opening: Opening) -> Channel:
    """A thread of its own in a text channel; a public one is announced there."""
    thread = _open(world, parent, owner, opening, world.next_id())
    if opening.type is not ChannelType.PRIVATE_THREAD:
        notice = messages.post(
            world, parent, owner, Draft(opening.name, type=MessageType.THREAD_CREATED, allowed_mentions={})
        )
        notice.reference = {"type": 0, "channel_id": str(thread.id)}
        if parent.guild:
            notice.reference["guild_id"] = str(parent.guild.id)
    return thread


def start_from(world: World, message: Message, owner: User, opening: Opening) -> Channel:
    """The thread of a message: it has the message's id, and the message tells of it from now on."""
    parent = message.channel
    if parent.type is ChannelType.ANNOUNCEMENT:
        opening.type = ChannelType.ANNOUNCEMENT_THREAD
    thread = _open(world, parent, owner, opening, message.id)
    message.thread = thread
    message.flags |= MessageFlag.HAS_THREAD
    messages.changed(world, message)
    starter = Draft(type=MessageType.THREAD_STARTER_MESSAGE, replies_to=message, allowed_mentions={})
    messages.post(world, thread, message.author, starter)
    _start_counting(thread)
    return thread


def start_post(
    world: World, forum: Channel, owner: User, opening: Opening, draft: Draft
) -> tuple[Channel, Message]:
    """A post of a forum: a thread whose first message has its id."""
    thread = _open(world, forum, owner, opening, world.next_id())
    first = messages.post(world, thread, owner, draft, message_id=thread.id)
    forum.last_message_id = thread.id
    _start_counting(thread)
    return thread, first


def _open(world: World, parent: Channel, owner: User, opening: Opening, thread_id: int) -> Channel:
    guild = parent.guild
    assert guild is not None
    now = world.now()
    thread = Channel(
        thread_id,
        opening.type,
        opening.name,
        guild,
        parent,
        slowmode=opening.slowmode,
        thread=Thread(
            owner,
            now,
            now,
            opening.auto_archive_duration,
            invitable=opening.invitable,
            applied_tags=list(opening.applied_tags),
        ),
    )
    guild.threads[thread.id] = world.channels[thread.id] = thread
    if thread.thread and owner.id in guild.members:
        thread.thread.members[owner.id] = ThreadMember(owner, now)
    world.emit(
        Event(
            "THREAD_CREATE",
            lambda viewer: places.channel(thread, viewer) | {"newly_created": True},
            guild,
            thread,
            subject=thread,
        )
    )
    return thread


def _start_counting(channel: Channel) -> None:
    """The message a thread begins with is not among those counted (docs: resources/channel)."""
    if channel.thread:
        channel.thread.message_count = channel.thread.total_message_sent = 0


def join(world: World, channel: Channel, user: User) -> None:
    thread = channel.thread
    if thread is None or user.id in thread.members:
        return
    thread.members[user.id] = ThreadMember(user, world.now())
    _tell_members(world, channel, added=[user], removed=[])


def leave(world: World, channel: Channel, user: User) -> None:
    thread = channel.thread
    if thread is None or thread.members.pop(user.id, None) is None:
        return
    _tell_members(world, channel, added=[], removed=[user])


def update(
    world: World, channel: Channel, *, archived: bool | None = None, locked: bool | None = None
) -> None:
    """Archives or locks (None leaves it), and tells of the thread whatever else was changed."""
    thread = channel.thread
    if thread is None:
        return
    if locked is not None:
        thread.locked = locked
    if archived is not None and archived != thread.archived:
        thread.archived = archived
        thread.archive_timestamp = world.now()
    world.tell_channel("THREAD_UPDATE", channel)


def _tell_members(world: World, channel: Channel, added: list[User], removed: list[User]) -> None:
    thread, guild = channel.thread, channel.guild
    if thread is None or guild is None:
        return
    body: Json = {"id": str(channel.id), "guild_id": str(guild.id), "member_count": len(thread.members)}
    if added:
        body["added_members"] = [
            people.thread_member(channel.id, thread.members[user.id], guild.members.get(user.id))
            for user in added
        ]
    if removed:
        body["removed_member_ids"] = [str(user.id) for user in removed]
    for user in added:
        event = Event("THREAD_CREATE", lambda viewer: places.channel(channel, viewer), guild, users=(user,))
        world.emit(event)
    world.emit(Event("THREAD_MEMBERS_UPDATE", lambda _: body, guild, subject=[*added, *removed]))
