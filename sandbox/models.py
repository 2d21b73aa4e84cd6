"""What a Discord server consists of, as plain mutable state. Ids are ints here and strings on the wire.

Every class compares by identity: two messages with the same words are still two messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

from sandbox.snowflake import created_at

Json = dict[str, Any]


class ChannelType(IntEnum):
    """docs: resources/channel, "Channel Types"."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
FORUMS = frozenset({ChannelType.FORUM, ChannelType.MEDIA})


class MessageFlag(IntFlag):
    """docs: resources/message, "Message Flags"."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


class MessageType(IntEnum):
    """docs: resources/message, "Message Types"."""

    DEFAULT = 0
    CHANNEL_PINNED_MESSAGE = 6
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


@dataclass(eq=False)
class User:
    """A person, a bot, or the name a webhook speaks under (then `id` is the webhook's)."""

    id: int
    name: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"
    discriminator: str = "0"
    avatar: str | None = None
    dms_closed: bool = False

    @property
    def display_name(self) -> str:
        return self.global_name or self.name


@dataclass(eq=False)
class Application:
    """A bot's application. `intents` are the privileged intents switched on for it in the portal (bits)."""

    id: int
    name: str
    token: str
    bot: User
    owner: User
    intents: int = 0
    commands: dict[int, Json] = field(default_factory=dict)
    guild_commands: dict[int, dict[int, Json]] = field(default_factory=dict)


@dataclass(eq=False)
class Role:
    id: int
    guild: Guild = field(repr=False)
    name: str
    permissions: int = 0
    position: int = 1
    color: int = 0
    hoist: bool = False
    managed: bool = False
    mentionable: bool = False
    unicode_emoji: str | None = None
    bot: User | None = None
    """The bot whose managed role this is; None for every other role."""

    @property
    def is_everyone(self) -> bool:
        return self.id == self.guild.id


@dataclass(eq=False)
class Member:
    user: User
    guild: Guild = field(repr=False)
    joined_at: datetime
    role_ids: set[int] = field(default_factory=set)
    """The member's own roles; @everyone is never among them."""
    nick: str | None = None
    communication_disabled_until: datetime | None = None

    @property
    def user_id(self) -> int:
        return self.user.id

    @property
    def roles(self) -> list[Role]:
        """The member's roles without @everyone, lowest position first."""
        held = [self.guild.roles[role_id] for role_id in self.role_ids if role_id in self.guild.roles]
        return sorted(held, key=lambda role: (role.position, role.id))

    @property
    def display_name(self) -> str:
        return self.nick or self.user.display_name


@dataclass
class Overwrite:
    """Allow and deny bits of one role (type 0) or member (type 1) in a channel."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass
class ThreadMember:
    user: User
    joined_at: datetime


@dataclass
class Thread:
    """What a thread has beyond a channel."""

    owner: User
    created_at: datetime
    archive_timestamp: datetime
    auto_archive_duration: int = 1440
    """Minutes: 60, 1440, 4320 or 10080."""
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    applied_tags: list[int] = field(default_factory=list)
    members: dict[int, ThreadMember] = field(default_factory=dict)
    total_message_sent: int = 0
    message_count: int = 0


@dataclass(eq=False)
class Channel:
    """A channel of any kind: a guild's, a DM (`guild` None, `recipients` set) or a thread (`thread` set)."""

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = field(default=None, repr=False)
    parent: Channel | None = field(default=None, repr=False)
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    slowmode: int = 0
    flags: int = 0
    overwrites: list[Overwrite] = field(default_factory=list)
    available_tags: list[Json] = field(default_factory=list)
    settings: Json = field(default_factory=dict)
    """Fields the sandbox only keeps and gives back (bitrate, default_auto_archive_duration, ...)."""
    recipients: list[User] = field(default_factory=list)
    thread: Thread | None = None
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    last_message_id: int | None = None
    last_pin_at: datetime | None = None

    @property
    def is_dm(self) -> bool:
        return self.type in (ChannelType.DM, ChannelType.GROUP_DM)

    @property
    def parent_or_self(self) -> Channel:
        """The channel whose overwrites count: a thread's parent, else itself."""
        return self.parent if self.is_thread and self.parent else self

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def is_forum(self) -> bool:
        return self.type in FORUMS


@dataclass(eq=False)
class Attachment:
    id: int
    filename: str
    content_type: str
    data: bytes = field(repr=False)
    description: str | None = None
    ephemeral: bool = False
    flags: int = 0

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass
class Reaction:
    emoji: Json
    users: list[User] = field(default_factory=list)


@dataclass(eq=False)
class Message:
    """A message. `viewer` is set for an ephemeral one and is the only person who sees it."""

    id: int
    channel: Channel = field(repr=False)
    author: User
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    nonce: str | int | None = None
    tts: bool = False
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reference: Json | None = None
    referenced: Message | None = None
    webhook_id: int | None = None
    application: Application | None = None
    """The application whose interaction or webhook made it."""
    interaction: Json | None = None
    """The `interaction_metadata` of an interaction's response, as on the wire."""
    viewer: User | None = None
    pinned_at: datetime | None = None
    edited_at: datetime | None = None
    reactions: list[Reaction] = field(default_factory=list)
    thread: Channel | None = None
    position: int = 0
    """How many messages came before it in its thread."""
    deleted: bool = False

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)

    @property
    def ephemeral(self) -> bool:
        return self.viewer is not None

    @property
    def loading(self) -> bool:
        """True while a deferred answer shows "is thinking"."""
        return bool(self.flags & MessageFlag.LOADING)


@dataclass(eq=False)
class Webhook:
    id: int
    token: str
    channel: Channel
    name: str
    creator: User
    application: Application | None = None
    avatar: str | None = None


@dataclass(eq=False)
class ScheduledEvent:
    """docs: resources/guild-scheduled-event. Times are aware; entity type 1 stage, 2 voice, 3 external."""

    id: int
    guild: Guild = field(repr=False)
    creator: User
    name: str
    starts_at: datetime
    entity_type: int
    description: str | None = None
    ends_at: datetime | None = None
    channel_id: int | None = None
    location: str | None = None
    status: int = 1
    recurrence_rule: Json | None = None
    image: str | None = None
    subscribers: list[User] = field(default_factory=list)


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    owner: User
    locale: str = "en-US"
    description: str | None = None
    features: list[str] = field(default_factory=list)
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    channels: dict[int, Channel] = field(default_factory=dict, repr=False)
    threads: dict[int, Channel] = field(default_factory=dict, repr=False)
    """Every thread, archived ones too, by id."""
    events: dict[int, ScheduledEvent] = field(default_factory=dict, repr=False)
    bans: dict[int, str | None] = field(default_factory=dict, repr=False)
    """The reason, if one was given, by the banned user's id."""
    system_channel: Channel | None = None
    applications: dict[int, datetime] = field(default_factory=dict)
    """When each application (by id) was installed here."""

    @property
    def owner_id(self) -> int:
        return self.owner.id

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]
