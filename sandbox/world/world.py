"""The world: every user, guild and channel of the sandbox, and the building of them.

What happens inside a channel (messages, threads, pins, reactions) stands in the modules beside this one as
functions that take the world first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sandbox.errors import unknown
from sandbox.models import (
    Application,
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    Overwrite,
    Role,
    User,
    Webhook,
)
from sandbox.objects import people, places
from sandbox.permissions import Permission, computed_permissions, permissions_in, permissions_in_thread
from sandbox.snowflake import Now, Snowflakes, system_now
from sandbox.world.defaults import EVERYONE, IN_DM, SLOWMODE_EXEMPT
from sandbox.world.events import Event, Listener


class World:
    """All state of one sandbox. `base_url` is where its attachments are served, set when it starts."""

    def __init__(self, now: Now = system_now) -> None:
        self.base_url = "http://127.0.0.1"
        self.users: dict[int, User] = {}
        self.applications: dict[int, Application] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.ephemeral: dict[int, Message] = {}
        self.files: dict[int, Attachment] = {}
        self.nonces: dict[tuple[int, str], tuple[float, Message]] = {}
        self._now = now
        self._ids = Snowflakes(now)
        self._listeners: list[Listener] = []

    # Asking

    def next_id(self) -> int:
        return self._ids.next()

    def now(self) -> datetime:
        return self._now()

    def user(self, user_id: int) -> User:
        """Raises 10013 for a user that is not there."""
        if user_id not in self.users:
            raise unknown(10013)
        return self.users[user_id]

    def permissions(self, user: User, channel: Channel) -> Permission:
        """What the user can truly do in a channel, thread or DM; nothing for who is not in the guild."""
        guild = channel.guild
        if guild is None:
            return IN_DM if user in channel.recipients else Permission(0)
        member = guild.members.get(user.id)
        if member is None:
            return Permission(0)
        if channel.thread is None or channel.parent is None:
            return permissions_in(guild, member, channel, self.now())
        return permissions_in_thread(
            guild,
            member,
            channel.parent,
            self.now(),
            private=channel.type is ChannelType.PRIVATE_THREAD,
            joined=user.id in channel.thread.members,
        )

    def slowmode_left(self, user: User, channel: Channel) -> float:
        """Seconds until the user may speak again in a channel with slowmode; 0 for who is exempt."""
        if not channel.slowmode or self.permissions(user, channel) & SLOWMODE_EXEMPT:
            return 0.0
        own = [message.created_at for message in channel.messages.values() if message.author is user]
        passed = (self.now() - max(own)).total_seconds() if own else channel.slowmode
        return max(0.0, channel.slowmode - passed)

    def reported_permissions(self, user: User, channel: Channel) -> Permission:
        """The bits an interaction reports for a user in its channel."""
        guild = channel.guild
        if guild is None or user.id not in guild.members:
            return IN_DM
        return computed_permissions(guild, guild.members[user.id], channel.parent_or_self, self.now())

    def can_view(self, user: User, channel: Channel) -> bool:
        return bool(self.permissions(user, channel) & Permission.VIEW_CHANNEL)

    def guilds_of(self, user: User) -> list[Guild]:
        return [guild for guild in self.guilds.values() if user.id in guild.members]

    def have_mutual_guild(self, first: User, second: User) -> bool:
        return any(second.id in guild.members for guild in self.guilds_of(first))

    def application_of(self, bot: User) -> Application | None:
        return self.applications.get(bot.id)

    # Telling

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls the listener at each change, in this task; the result ends it. It must not raise or block."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        for listener in list(self._listeners):
            listener(event)

    def _tell_guild(self, name: str, guild: Guild, data: Json, subject: object = None) -> None:
        payload = data | {"guild_id": str(guild.id)}
        self.emit(Event(name, lambda _: payload, guild=guild, subject=subject))

    def tell_channel(self, name: str, channel: Channel) -> None:
        """CHANNEL_* and THREAD_* events. Bots are told of every channel, of threads only where they see."""
        seen = channel if channel.is_thread else None
        self.emit(
            Event(name, lambda viewer: places.channel(channel, viewer), channel.guild, seen, subject=channel)
        )

    # Building: people

    def add_user(
        self, name: str, *, global_name: str | None = None, bot: bool = False, locale: str = "en-US"
    ) -> User:
        """A new user. `name` is the unique handle, `global_name` what people see, `locale` their client's."""
        user = User(self.next_id(), name, global_name, bot, locale, discriminator="0")
        if bot:
            user.discriminator = f"{user.id % 9999 + 1:04}"
        self.users[user.id] = user
        return user

    def add_application(
        self, name: str, token: str, *, owner: User | None = None, intents: int = 0
    ) -> Application:
        """An application with its bot user (same id). `intents`: bits of the privileged ones switched on."""
        bot = self.add_user(name, bot=True)
        owner = owner or self.add_user(f"{name.lower()}-owner")
        application = Application(bot.id, name, token, bot, owner, intents)
        self.applications[application.id] = application
        return application

    def close_dms(self, user: User) -> None:
        """From now on bots' direct messages to this user are refused with 50007."""
        user.dms_closed = True

    def allow_dms(self, user: User) -> None:
        user.dms_closed = False

    def open_dm(self, first: User, second: User) -> Channel:
        """The DM channel of two users; always the same one."""
        for channel in self.channels.values():
            if channel.type is ChannelType.DM and {first, second} == set(channel.recipients):
                return channel
        channel = Channel(self.next_id(), ChannelType.DM, recipients=[first, second])
        self.channels[channel.id] = channel
        return channel

    # Building: guilds

    def add_guild(self, name: str, owner: User, *, locale: str = "en-US") -> Guild:
        guild = Guild(self.next_id(), name, owner, locale)
        guild.roles[guild.id] = Role(guild.id, guild, "@everyone", int(EVERYONE), position=0)
        self.guilds[guild.id] = guild
        self.add_member(guild, owner)
        return guild

    def add_role(
        self,
        guild: Guild,
        name: str,
        permissions: int = 0,
        *,
        mentionable: bool = False,
        color: int = 0,
        hoist: bool = False,
        bot: User | None = None,
    ) -> Role:
        """A role just above @everyone, as Discord makes it; `bot` marks a bot's managed role."""
        for other in guild.roles.values():
            if not other.is_everyone:
                other.position += 1
        role = Role(
            self.next_id(),
            guild,
            name,
            int(permissions),
            1,
            color,
            hoist,
            bot is not None,
            mentionable,
            bot=bot,
        )
        guild.roles[role.id] = role
        self._tell_guild("GUILD_ROLE_CREATE", guild, {"role": people.role(role)}, role)
        return role

    def update_role(self, role: Role) -> None:
        """Tells that a role was changed."""
        self._tell_guild("GUILD_ROLE_UPDATE", role.guild, {"role": people.role(role)}, role)

    def delete_role(self, role: Role) -> None:
        del role.guild.roles[role.id]
        for member in role.guild.members.values():
            member.role_ids.discard(role.id)
        self._tell_guild("GUILD_ROLE_DELETE", role.guild, {"role_id": str(role.id)}, role)

    def add_member(
        self, guild: Guild, user: User, roles: Iterable[Role] = (), nick: str | None = None
    ) -> Member:
        member = Member(user, guild, self.now(), {role.id for role in roles}, nick)
        guild.members[user.id] = member
        self._tell_guild("GUILD_MEMBER_ADD", guild, people.member(member), member)
        return member

    def update_member(self, member: Member) -> None:
        """Tells that a member's roles, nick or time-out were changed."""
        self._tell_guild("GUILD_MEMBER_UPDATE", member.guild, people.member(member), member)

    def remove_member(self, guild: Guild, user: User) -> None:
        member = guild.members.pop(user.id)
        for thread in guild.threads.values():
            if thread.thread:
                thread.thread.members.pop(user.id, None)
        self._tell_guild("GUILD_MEMBER_REMOVE", guild, {"user": people.user(user)}, member)

    def install(self, application: Application, guild: Guild, permissions: int = 0) -> Member:
        """Invites a bot, as its invite link does: a managed role with these bits, a member, GUILD_CREATE."""
        role = self.add_role(guild, application.name, permissions, bot=application.bot)
        guild.applications[application.id] = self.now()
        member = self.add_member(guild, application.bot, [role])
        self._tell_of_guild(application, guild, {})
        return member

    def _tell_of_guild(self, application: Application, guild: Guild, more: Json) -> None:
        body = places.guild_create(guild, application.bot, members=False) | more
        self.emit(Event("GUILD_CREATE", lambda _: body, guild, application=application))

    def take_down(self, guild: Guild) -> None:
        """An outage of this guild alone: bots are told that it is unavailable, not that they left it."""
        gone = {"id": str(guild.id), "unavailable": True}
        for application_id in guild.applications:
            application = self.applications[application_id]
            self.emit(Event("GUILD_DELETE", lambda _: gone, guild, application=application))

    def bring_back(self, guild: Guild) -> None:
        """The end of such an outage."""
        for application_id in guild.applications:
            self._tell_of_guild(self.applications[application_id], guild, {"unavailable": False})

    def uninstall(self, application: Application, guild: Guild) -> None:
        """Removes a bot from a guild, with its managed role and its commands there."""
        if application.id not in guild.applications:
            raise unknown(10004)
        del guild.applications[application.id]
        application.guild_commands.pop(guild.id, None)
        self.remove_member(guild, application.bot)
        for role in [role for role in guild.roles.values() if role.bot is application.bot]:
            self.delete_role(role)
        gone = {"id": str(guild.id)}
        self.emit(Event("GUILD_DELETE", lambda _: gone, guild=guild, application=application))

    def revoke(self, user: User, permissions: Permission, where: Guild | Channel) -> None:
        """Takes permissions from a user: in a channel by an overwrite, in a guild from the user's roles."""
        if isinstance(where, Guild):
            for role in where.members[user.id].roles:
                if role.permissions & permissions:
                    role.permissions &= ~int(permissions)
                    self.update_role(role)
            return
        own = next((each for each in where.overwrites if each.type == 1 and each.id == user.id), None)
        if own is None:
            own = Overwrite(user.id, 1)
            where.overwrites.append(own)
        own.allow &= ~int(permissions)
        own.deny |= int(permissions)
        self.tell_channel("CHANNEL_UPDATE", where)

    # Building: channels

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: ChannelType | str = ChannelType.TEXT,
        overwrites: Iterable[Overwrite] = (),
        *,
        parent: Channel | None = None,
        topic: str | None = None,
        settle: Callable[[Channel], None] | None = None,
    ) -> Channel:
        """A channel of a guild. `kind` is a ChannelType or its name in small letters ("text", "forum").

        `settle` may set more on it before anyone is told."""
        kind = ChannelType[kind.upper()] if isinstance(kind, str) else kind
        channel = Channel(
            self.next_id(), kind, name, guild, parent, len(guild.channels), topic, overwrites=list(overwrites)
        )
        if settle:
            settle(channel)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.tell_channel("CHANNEL_CREATE", channel)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        """Deletes a guild's channel with its threads and webhooks, or one thread."""
        guild = channel.guild
        if guild is None:
            raise unknown(10003)
        del self.channels[channel.id]
        if channel.is_thread:
            del guild.threads[channel.id]
            self.emit(
                Event("THREAD_DELETE", lambda _: _deleted_thread(channel), guild=guild, subject=channel)
            )
            return
        for thread in [each for each in guild.threads.values() if each.parent is channel]:
            del guild.threads[thread.id], self.channels[thread.id]
        for webhook in [each for each in self.webhooks.values() if each.channel is channel]:
            del self.webhooks[webhook.id]
        del guild.channels[channel.id]
        for child in guild.channels.values():
            if child.parent is channel:
                child.parent = None
        self.tell_channel("CHANNEL_DELETE", channel)


def _deleted_thread(channel: Channel) -> Json:
    return {
        "id": str(channel.id),
        "guild_id": str(channel.guild.id) if channel.guild else None,
        "parent_id": str(channel.parent.id) if channel.parent else None,
        "type": int(channel.type),
    }
