"""What happens to messages: post, edit, delete, pin. Nothing here asks for permissions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.components import texts
from sandbox.errors import unknown
from sandbox.models import (
    Application,
    Attachment,
    Channel,
    Json,
    Message,
    MessageFlag,
    MessageType,
    ThreadMember,
    User,
)
from sandbox.objects import messages as objects
from sandbox.objects import people
from sandbox.objects.components import completed
from sandbox.objects.people import optional_timestamp
from sandbox.world.events import Event
from sandbox.world.mentions import mentions
from sandbox.world.world import World


@dataclass
class Draft:
    """A message before it is sent."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    nonce: str | int | None = None
    allowed_mentions: Json | None = None
    replies_to: Message | None = None
    type: MessageType = MessageType.DEFAULT
    application: Application | None = None
    webhook_id: int | None = None
    interaction: Json | None = None
    viewer: User | None = None


def post(
    world: World, channel: Channel, author: User, draft: Draft | str, *, message_id: int | None = None
) -> Message:
    """Puts a message into a channel (or, with a viewer, before that person only) and tells of it."""
    draft = Draft(draft) if isinstance(draft, str) else draft
    message = Message(
        message_id or world.next_id(),
        channel,
        author,
        draft.content.strip(),
        MessageType.REPLY if draft.replies_to and draft.type is MessageType.DEFAULT else draft.type,
        draft.flags | (MessageFlag.EPHEMERAL if draft.viewer else 0),
        attachments=draft.attachments,
        nonce=draft.nonce,
        tts=draft.tts,
        application=draft.application,
        webhook_id=draft.webhook_id,
        interaction=draft.interaction,
        viewer=draft.viewer,
    )
    message.embeds = [_embed(world, message, each) for each in draft.embeds]
    message.components = _components(world, message, draft.components)
    if draft.replies_to:
        message.referenced = draft.replies_to
        message.reference = reference_to(draft.replies_to)
    _mention(world, message, draft.allowed_mentions)
    _keep(world, message)
    _tell(world, "MESSAGE_CREATE", message)
    return message


def reference_to(message: Message) -> Json:
    body: Json = {"type": 0, "channel_id": str(message.channel.id), "message_id": str(message.id)}
    if message.channel.guild:
        body["guild_id"] = str(message.channel.guild.id)
    return body


def edit(world: World, message: Message, changes: Json, *, keep_edited_at: bool = False) -> None:
    """Applies the given fields of a message edit: content, embeds, components, attachments, flags."""
    for file in message.attachments:
        if file not in changes.get("attachments", message.attachments):
            world.files.pop(file.id, None)
    for key in ("content", "flags", "attachments"):
        if key in changes:
            setattr(message, key, changes[key])
    message.content = message.content.strip()
    if "embeds" in changes:
        message.embeds = [_embed(world, message, each) for each in changes["embeds"]]
    if "components" in changes:
        message.components = _components(world, message, changes["components"])
    _mention(world, message, changes.get("allowed_mentions"))
    for file in message.attachments:
        world.files[file.id] = file
    if not keep_edited_at:
        message.edited_at = world.now()
    _tell(world, "MESSAGE_UPDATE", message)


def changed(world: World, message: Message) -> None:
    """Tells that something about a message is different without an edit (a pin, a thread)."""
    _tell(world, "MESSAGE_UPDATE", message)


def delete(world: World, message: Message) -> None:
    _forget(world, message)
    channel = message.channel
    data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
    if channel.guild and not message.viewer:
        data["guild_id"] = str(channel.guild.id)
    world.emit(
        Event("MESSAGE_DELETE", lambda _: data, channel.guild, channel, message, users=_audience(message))
    )


def delete_many(world: World, channel: Channel, messages: Iterable[Message]) -> None:
    gone = list(messages)
    for message in gone:
        _forget(world, message)
    data: Json = {"ids": [str(message.id) for message in gone], "channel_id": str(channel.id)}
    if channel.guild:
        data["guild_id"] = str(channel.guild.id)
    world.emit(Event("MESSAGE_DELETE_BULK", lambda _: data, channel.guild, channel, subject=gone))


def find(world: World, channel: Channel, message_id: int) -> Message:
    """A message of the channel that everyone there sees. Raises 10008."""
    if message_id not in channel.messages:
        raise unknown(10008)
    return channel.messages[message_id]


def pin(world: World, message: Message, by: User) -> None:
    """Pins a message and says so in the channel, as Discord does."""
    message.pinned_at = message.channel.last_pin_at = world.now()
    changed(world, message)
    _tell_pins(world, message.channel)
    notice = Draft(type=MessageType.CHANNEL_PINNED_MESSAGE, replies_to=message, allowed_mentions={})
    post(world, message.channel, by, notice)


def unpin(world: World, message: Message) -> None:
    message.pinned_at = None
    changed(world, message)
    _tell_pins(world, message.channel)


def pinned(channel: Channel) -> list[Message]:
    """The channel's pinned messages, last pinned first."""
    found = [message for message in channel.messages.values() if message.pinned_at]
    return sorted(found, key=lambda message: (message.pinned_at, message.id), reverse=True)


def typing(world: World, channel: Channel, user: User) -> None:
    data: Json = {
        "channel_id": str(channel.id),
        "user_id": str(user.id),
        "timestamp": int(world.now().timestamp()),
    }
    if channel.guild:
        member = people.member(channel.guild.members[user.id])
        data |= {"guild_id": str(channel.guild.id), "member": member}
    world.emit(Event("TYPING_START", lambda _: data, channel.guild, channel, subject=user))


def as_seen_by(world: World, message: Message, viewer: User, *, may_read_content: bool) -> Json:
    """The message's JSON for a bot, emptied of its words where Discord would (docs: events/gateway)."""
    body = objects.message(message, viewer, world.base_url)
    exempt = message.channel.is_dm or message.author is viewer or viewer in message.mentions or message.viewer
    own = message.application is not None and message.application.bot is viewer
    if not (may_read_content or exempt or own):
        body |= {"content": "", "embeds": [], "attachments": [], "components": []}
    return body


def event_body(world: World, message: Message, viewer: User, *, may_read_content: bool) -> Json:
    """The message as a gateway event carries it: with the guild and the members it names."""
    body = as_seen_by(world, message, viewer, may_read_content=may_read_content)
    if message.author is not viewer:
        body.pop("nonce", None)
    guild = message.channel.guild
    if guild is None or message.viewer:
        return body
    body["guild_id"] = str(guild.id)
    if message.author.id in guild.members and not message.webhook_id:
        body["member"] = people.member(guild.members[message.author.id], with_user=False)
    for mention in body["mentions"]:
        if int(mention["id"]) in guild.members:
            mention["member"] = people.member(guild.members[int(mention["id"])], with_user=False)
    return body


def _tell(world: World, name: str, message: Message) -> None:
    def payload(viewer: User) -> Json:
        return event_body(world, message, viewer, may_read_content=True)

    channel = message.channel
    world.emit(Event(name, payload, channel.guild, channel, message, users=_audience(message)))


def _audience(message: Message) -> tuple[User, ...] | None:
    """Who alone may know of an ephemeral message; None where the channel decides."""
    if message.viewer is None:
        return None
    return (message.viewer, message.application.bot) if message.application else (message.viewer,)


def _keep(world: World, message: Message) -> None:
    channel = message.channel
    for file in message.attachments:
        file.ephemeral = message.viewer is not None
        world.files[file.id] = file
    if message.viewer:
        world.ephemeral[message.id] = message
        return
    if channel.thread:
        _count_in_thread(world, channel, message)
    channel.messages[message.id] = message
    channel.last_message_id = message.id


def _count_in_thread(world: World, channel: Channel, message: Message) -> None:
    thread = channel.thread
    if thread is None:
        return
    message.position = thread.total_message_sent
    thread.total_message_sent += 1
    thread.message_count += 1
    if thread.archived and not thread.locked:
        thread.archived = False
        thread.archive_timestamp = world.now()
        world.tell_channel("THREAD_UPDATE", channel)
    if message.author.id in world.users and message.author.id not in thread.members:
        thread.members[message.author.id] = ThreadMember(message.author, world.now())


def _forget(world: World, message: Message) -> None:
    message.deleted = True
    world.ephemeral.pop(message.id, None)
    if message.channel.messages.pop(message.id, None) and message.channel.thread:
        message.channel.thread.message_count -= 1
    for file in message.attachments:
        world.files.pop(file.id, None)


def _mention(world: World, message: Message, allowed: Json | None) -> None:
    text = "\n".join([message.content, *texts(message.components)])
    held = world.permissions(message.author, message.channel)
    own_words = message.webhook_id is None and message.application is None
    found = mentions(text, message.channel, world.users, held, allowed, all_by_default=own_words)
    replied = message.referenced.author if message.referenced else None
    pings = own_words if allowed is None else allowed.get("replied_user", False)
    if replied and pings and replied not in found.users and replied.id in world.users:
        found.users.append(replied)
    message.mentions, message.mention_roles = found.users, found.roles
    message.mention_everyone = found.everyone


def _url(world: World, message: Message, file: Attachment) -> str:
    return str(objects.attachment(file, message.channel.id, world.base_url)["url"])


def _components(world: World, message: Message, given: list[Json]) -> list[Json]:
    return completed(given, message.attachments, lambda file: _url(world, message, file))


def _embed(world: World, message: Message, given: Json) -> Json:
    """The embed as stored; a picture given as `attachment://name` becomes the file's address."""
    body = {"type": "rich"} | {key: value for key, value in given.items() if value is not None}
    if "fields" in body:
        body["fields"] = [{"inline": False} | each for each in body["fields"]]
    addresses = {f"attachment://{file.filename}": _url(world, message, file) for file in message.attachments}
    for key in ("image", "thumbnail"):
        if key in body:
            url = str(body[key].get("url"))
            body[key] = {"url": addresses.get(url, url), "proxy_url": addresses.get(url, url)}
    return body


def _tell_pins(world: World, channel: Channel) -> None:
    data: Json = {
        "channel_id": str(channel.id),
        "last_pin_timestamp": optional_timestamp(channel.last_pin_at),
    }
    if channel.guild:
        data["guild_id"] = str(channel.guild.id)
    world.emit(Event("CHANNEL_PINS_UPDATE", lambda _: data, channel.guild, channel))
