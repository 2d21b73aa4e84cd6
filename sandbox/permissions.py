"""Who may do what: Discord's permission bits and how they add up.

Pure reckoning over the small shapes below, so that any store of guilds can use it. Written after Discord's
documentation, topics/permissions and topics/threads; each table row follows its endpoint's own page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import IntFlag
from types import MappingProxyType
from typing import Final, Protocol


class Permission(IntFlag):
    """One bit a permission, by Discord's name and value (topics/permissions, Bitwise Permission Flags)."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SET_VOICE_CHANNEL_STATUS = 1 << 48
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


P = Permission
NONE: Final = Permission(0)
ALL: Final = Permission(sum(Permission))

MISSING_ACCESS: Final = 50001
MISSING_PERMISSIONS: Final = 50013

OVERWRITE_ROLE: Final = 0
OVERWRITE_MEMBER: Final = 1

# What a member in time-out keeps (topics/permissions, Permissions For Timed Out Members).
_KEPT_IN_TIMEOUT: Final = P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY
# What is void where one cannot speak (topics/permissions, Implicit Permissions).
_NEED_SEND: Final = P.MENTION_EVERYONE | P.SEND_TTS_MESSAGES | P.ATTACH_FILES | P.EMBED_LINKS | P.SEND_POLLS


class RoleShape(Protocol):
    """A role as far as permissions go; `position` 0 is @everyone, whose id is the guild's."""

    @property
    def id(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def permissions(self) -> int: ...


class GuildShape(Protocol):
    """A guild as far as permissions go; `roles` by id, @everyone under the guild's own id."""

    @property
    def id(self) -> int: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def roles(self) -> Mapping[int, RoleShape]: ...


class MemberShape(Protocol):
    """A member as far as permissions go; `role_ids` may leave @everyone out, as Discord's payloads do."""

    @property
    def user_id(self) -> int: ...
    @property
    def role_ids(self) -> Collection[int]: ...
    @property
    def communication_disabled_until(self) -> datetime | None: ...


class OverwriteShape(Protocol):
    """A channel's exception for a role (`type` 0) or a member (`type` 1)."""

    @property
    def id(self) -> int: ...
    @property
    def type(self) -> int: ...
    @property
    def allow(self) -> int: ...
    @property
    def deny(self) -> int: ...


class ChannelShape(Protocol):
    """A channel (never a thread) as far as permissions go."""

    @property
    def overwrites(self) -> Iterable[OverwriteShape]: ...


def base_permissions(guild: GuildShape, member: MemberShape) -> Permission:
    """What the member may do in the guild at large, before any channel's overwrites and any time-out."""
    if member.user_id == guild.owner_id:
        return ALL
    total = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        if role_id in guild.roles:
            total |= guild.roles[role_id].permissions
    return ALL if total & P.ADMINISTRATOR else Permission(total & ALL)


def guild_permissions(guild: GuildShape, member: MemberShape, now: datetime) -> Permission:
    """What the member may do in the guild at large just now: the base, less what a time-out takes."""
    base = base_permissions(guild, member)
    return base if base & P.ADMINISTRATOR else _with_timeout(base, member, now)


def computed_permissions(
    guild: GuildShape, member: MemberShape, channel: ChannelShape, now: datetime
) -> Permission:
    """The bits as Discord reports them for a channel: overwrites and time-out, without what they imply.

    This is what stands in an interaction's `app_permissions` and `member.permissions`.
    """
    base = base_permissions(guild, member)
    if base & P.ADMINISTRATOR:
        return ALL
    overwrites = {(each.type, each.id): each for each in channel.overwrites}
    everyone = overwrites.get((OVERWRITE_ROLE, guild.id))
    own = overwrites.get((OVERWRITE_MEMBER, member.user_id))
    of_roles = [
        overwrites[OVERWRITE_ROLE, role_id]
        for role_id in member.role_ids
        if role_id != guild.id and (OVERWRITE_ROLE, role_id) in overwrites
    ]
    total = int(base)
    for layer in ([everyone] if everyone else [], of_roles, [own] if own else []):
        for each in layer:
            total &= ~each.deny
        for each in layer:
            total |= each.allow
    return _with_timeout(Permission(total & ALL), member, now)


def permissions_in(
    guild: GuildShape, member: MemberShape, channel: ChannelShape, now: datetime
) -> Permission:
    """What the member can truly do in a channel: the computed bits, less what they imply away."""
    return _with_implied(computed_permissions(guild, member, channel, now))


def permissions_in_thread(
    guild: GuildShape,
    member: MemberShape,
    parent: ChannelShape,
    now: datetime,
    *,
    private: bool,
    joined: bool,
) -> Permission:
    """What the member can truly do in a thread of `parent`.

    SEND_MESSAGES in the result follows SEND_MESSAGES_IN_THREADS, so both mean "may speak here". A private
    thread is closed to whoever has neither joined it nor MANAGE_THREADS (topics/threads, Permissions).
    """
    held = computed_permissions(guild, member, parent, now)
    if private and not joined and not held & P.MANAGE_THREADS:
        return NONE
    speaks = bool(held & P.SEND_MESSAGES_IN_THREADS)
    return _with_implied(held | P.SEND_MESSAGES if speaks else held & ~P.SEND_MESSAGES)


def _with_timeout(held: Permission, member: MemberShape, now: datetime) -> Permission:
    until = member.communication_disabled_until
    return held if until is None or until <= now else held & _KEPT_IN_TIMEOUT


def _with_implied(held: Permission) -> Permission:
    if not held & P.VIEW_CHANNEL:
        return NONE
    return held if held & P.SEND_MESSAGES else held & ~_NEED_SEND


def refusal(held: Permission, needed: Permission) -> int | None:
    """The JSON error code (with HTTP 403) for lacking `needed` in a channel, or None when nothing lacks.

    50001 Missing Access when the channel cannot even be seen, otherwise 50013 Missing Permissions.
    """
    if held & needed == needed:
        return None
    return MISSING_PERMISSIONS if held & P.VIEW_CHANNEL else MISSING_ACCESS


def names(bits: Permission) -> list[str]:
    """Discord's names of the bits, lowest first; for messages people read."""
    return [each.name for each in Permission if bits & each and each.name]


# What each REST action of the sandbox asks of whoever does it: of the channel's permissions where there is a
# channel, of the guild's (`guild_permissions`) for those marked so. Sent embeds and files are further rows.
REQUIRED: Final[Mapping[str, Permission]] = MappingProxyType(
    {
        "read channel": P.VIEW_CHANNEL,
        "read messages": P.VIEW_CHANNEL,  # without READ_MESSAGE_HISTORY the list is empty, not refused
        "read message": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY,
        "read pins": P.VIEW_CHANNEL,  # as "read messages"
        "send message": P.VIEW_CHANNEL | P.SEND_MESSAGES,
        "send message in thread": P.VIEW_CHANNEL | P.SEND_MESSAGES_IN_THREADS,
        "send embeds": P.EMBED_LINKS,
        "send files": P.ATTACH_FILES,
        "reply": P.READ_MESSAGE_HISTORY,
        "trigger typing": P.VIEW_CHANNEL | P.SEND_MESSAGES,
        "edit others' message flags": P.VIEW_CHANNEL | P.MANAGE_MESSAGES,
        "delete others' message": P.VIEW_CHANNEL | P.MANAGE_MESSAGES,
        "bulk delete messages": P.VIEW_CHANNEL | P.MANAGE_MESSAGES,
        "crosspost message": P.VIEW_CHANNEL | P.SEND_MESSAGES,
        "pin message": P.VIEW_CHANNEL | P.PIN_MESSAGES,
        "unpin message": P.VIEW_CHANNEL | P.PIN_MESSAGES,
        "read reactions": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY,
        "add reaction": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY,
        "add first reaction": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY | P.ADD_REACTIONS,
        "remove others' reaction": P.VIEW_CHANNEL | P.MANAGE_MESSAGES,
        "create public thread": P.VIEW_CHANNEL | P.CREATE_PUBLIC_THREADS,
        "create private thread": P.VIEW_CHANNEL | P.CREATE_PRIVATE_THREADS,
        "create forum post": P.VIEW_CHANNEL | P.SEND_MESSAGES,
        "add thread member": P.VIEW_CHANNEL | P.SEND_MESSAGES_IN_THREADS,
        "remove thread member": P.VIEW_CHANNEL | P.MANAGE_THREADS,  # or who made the private thread
        "unarchive thread": P.VIEW_CHANNEL | P.SEND_MESSAGES_IN_THREADS,  # of one that is not locked
        "edit thread": P.VIEW_CHANNEL | P.MANAGE_THREADS,  # name and archiving: or who made the thread
        "delete thread": P.VIEW_CHANNEL | P.MANAGE_THREADS,
        "read public archived threads": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY,
        "read private archived threads": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY | P.MANAGE_THREADS,
        "read joined private archived threads": P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY,
        "create channel": P.MANAGE_CHANNELS,  # guild
        "move channels": P.MANAGE_CHANNELS,  # guild
        "edit channel": P.VIEW_CHANNEL | P.MANAGE_CHANNELS,
        "delete channel": P.VIEW_CHANNEL | P.MANAGE_CHANNELS,
        "edit channel overwrites": P.VIEW_CHANNEL | P.MANAGE_ROLES,
        "manage webhooks": P.VIEW_CHANNEL | P.MANAGE_WEBHOOKS,
        "read guild webhooks": P.MANAGE_WEBHOOKS,  # guild
        "create role": P.MANAGE_ROLES,  # guild
        "edit role": P.MANAGE_ROLES,  # guild, and below one's own highest role
        "delete role": P.MANAGE_ROLES,  # guild, and below one's own highest role
        "edit member roles": P.MANAGE_ROLES,  # guild, and below one's own highest role
        "edit own nickname": P.CHANGE_NICKNAME,  # guild
        "edit others' nickname": P.MANAGE_NICKNAMES,  # guild, and of members below oneself
        "time out member": P.MODERATE_MEMBERS,  # guild, and of members below oneself
        "kick member": P.KICK_MEMBERS,  # guild, and of members below oneself
        "ban member": P.BAN_MEMBERS,  # guild, and of members below oneself
        "edit guild": P.MANAGE_GUILD,  # guild
        "create external event": P.CREATE_EVENTS,  # guild
        "create voice event": P.VIEW_CHANNEL | P.CONNECT | P.CREATE_EVENTS,
        "create stage event": P.CREATE_EVENTS | P.MANAGE_CHANNELS | P.MUTE_MEMBERS | P.MOVE_MEMBERS,
    }
)


def rank(guild: GuildShape, member: MemberShape) -> tuple[int, int]:
    """How high the member's highest role stands; greater is higher, so ranks compare with `<`."""
    held = [guild.roles[role_id] for role_id in member.role_ids if role_id in guild.roles]
    return max(map(role_rank, [guild.roles[guild.id], *held]))


def role_rank(role: RoleShape) -> tuple[int, int]:
    """Where a role stands: by position, and among equals the older (smaller) id is the higher."""
    return role.position, -role.id


def may_manage_role(guild: GuildShape, actor: MemberShape, role: RoleShape) -> bool:
    """Whether the role is low enough for the actor to edit, delete, grant or take (MANAGE_ROLES aside)."""
    return actor.user_id == guild.owner_id or role_rank(role) < rank(guild, actor)


def may_set_role_permissions(guild: GuildShape, actor: MemberShape, before: int, after: int) -> bool:
    """Whether the actor may change a role's bits so: nobody grants or takes what they do not hold."""
    return (before ^ after) & ~base_permissions(guild, actor) == 0


def may_moderate(guild: GuildShape, actor: MemberShape, target: MemberShape) -> bool:
    """Whether the target stands low enough to be kicked, banned, renamed or timed out by the actor."""
    if target.user_id == guild.owner_id:
        return False
    return actor.user_id == guild.owner_id or rank(guild, target) < rank(guild, actor)


def may_set_overwrite(
    guild: GuildShape, actor: MemberShape, channel: ChannelShape, allow: int, deny: int, now: datetime
) -> bool:
    """Whether the actor may put these bits into an overwrite (resources/channel, Edit Channel Permissions).

    Only bits held in the channel, unless the channel itself grants the actor MANAGE_ROLES by an overwrite.
    """
    held = computed_permissions(guild, actor, channel, now)
    ids = {actor.user_id, guild.id, *actor.role_ids}
    if held & P.MANAGE_ROLES and any(o.id in ids and o.allow & P.MANAGE_ROLES for o in channel.overwrites):
        return True
    return (allow | deny) & ~held == 0
