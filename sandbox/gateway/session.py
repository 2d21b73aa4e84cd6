"""A session: one identified shard of a bot, which events it gets, and what it got.

It outlives its connection for a while, so that the bot can resume and get what it missed.
"""

from __future__ import annotations

import secrets
import time
from collections import deque

from sandbox import intents
from sandbox.gateway.connection import DISPATCH, Connection
from sandbox.intents import Intent
from sandbox.models import Application, Guild, Json, Member
from sandbox.objects import places
from sandbox.world import Event, World, messages

RESUMABLE_SECONDS = 180.0
REPLAYED_AT_MOST = 2_000


class Session:
    """`shard` is (number, count); `sent` keeps the latest events with their sequence numbers."""

    def __init__(self, application: Application, wanted: Intent, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.application, self.intents, self.shard = application, wanted, shard
        self.bot = application.bot
        self.sequence = 0
        self.sent: deque[tuple[int, str, Json]] = deque(maxlen=REPLAYED_AT_MOST)
        self.connection: Connection | None = None
        self._lost_at = 0.0

    @property
    def over(self) -> bool:
        """Whether it was without a connection for too long to be resumed."""
        return self.connection is None and time.monotonic() - self._lost_at > RESUMABLE_SECONDS

    def attach(self, connection: Connection) -> None:
        """Goes on over this connection; one it still had is cut."""
        if self.connection:
            self.connection.abort()
        self.connection = connection

    def detach(self) -> None:
        self.connection, self._lost_at = None, time.monotonic()

    def dispatch(self, name: str, data: Json) -> None:
        self.sequence += 1
        self.sent.append((self.sequence, name, data))
        if self.connection:
            self.connection.send(DISPATCH, data, name=name, sequence=self.sequence)

    def can_replay(self, after: int) -> bool:
        return not self.sent or self.sent[0][0] <= after + 1

    def replay(self, after: int) -> None:
        """Sends again what came after that sequence number."""
        for sequence, name, data in self.sent:
            if sequence > after and self.connection:
                self.connection.send(DISPATCH, data, name=name, sequence=sequence)

    # Which events

    def has_guild(self, guild: Guild | None) -> bool:
        """Whether the guild, or without one the DMs, belong to this shard."""
        return ((guild.id >> 22) % self.shard[1] if guild else 0) == self.shard[0]

    def wants(self, event: Event, world: World) -> bool:
        """Whether the event is for this shard, asked for by its intents, and the bot's to know."""
        if event.name.startswith("INTERACTION_") and event.name != "INTERACTION_CREATE":
            return False
        ephemeral = event.message is not None and event.message.ephemeral
        if not self.has_guild(None if ephemeral else event.guild):
            return False
        needed = intents.needed(event)
        if needed and not needed & self.intents and not self._is_about_itself(event):
            return False
        return self._may_know(event, world)

    def _may_know(self, event: Event, world: World) -> bool:
        if event.application is not None:
            return event.application is self.application
        if event.users is not None:
            return self.bot in event.users
        if event.channel is not None:
            return world.can_view(self.bot, event.channel)
        if event.name == "THREAD_MEMBERS_UPDATE" and not self.intents & Intent.GUILD_MEMBERS:
            return self._is_about_itself(event)
        return event.guild is not None and self.bot.id in event.guild.members

    def _is_about_itself(self, event: Event) -> bool:
        """Changes of the bot's own member come without the members' intent."""
        if event.name == "GUILD_MEMBER_UPDATE":
            return isinstance(event.subject, Member) and event.subject.user is self.bot
        added_or_removed = event.subject if event.name == "THREAD_MEMBERS_UPDATE" else None
        return isinstance(added_or_removed, list) and self.bot in added_or_removed

    def payload(self, event: Event, world: World) -> Json:
        """The event's data as this session's intents let the bot have it."""
        if event.name == "GUILD_CREATE" and event.guild:
            return event.payload(self.bot) | {"members": self.guild_create(event.guild)["members"]}
        if event.message is not None and event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            reads = bool(self.intents & Intent.MESSAGE_CONTENT)
            return messages.event_body(world, event.message, self.bot, may_read_content=reads)
        return event.payload(self.bot)

    def guild_create(self, guild: Guild) -> Json:
        return places.guild_create(guild, self.bot, members=bool(self.intents & Intent.GUILD_MEMBERS))
