"""Who may not come back to a guild."""

from __future__ import annotations

from datetime import timedelta

from sandbox.models import Guild, User
from sandbox.objects import people
from sandbox.world import messages
from sandbox.world.events import Event
from sandbox.world.world import World


def ban(world: World, guild: Guild, user: User, reason: str | None, delete_seconds: int = 0) -> None:
    """Bans a user, who need not be a member, and deletes what they wrote in the seconds before."""
    guild.bans[user.id] = reason
    if user.id in guild.members:
        world.remove_member(guild, user)
    _tell(world, "GUILD_BAN_ADD", guild, user)
    since = world.now() - timedelta(seconds=delete_seconds)
    for channel in [*guild.channels.values(), *guild.threads.values()]:
        written = [each for each in channel.messages.values() if each.author is user]
        gone = [each for each in written if each.created_at > since]
        if delete_seconds and gone:
            messages.delete_many(world, channel, gone)


def lift(world: World, guild: Guild, user: User) -> None:
    del guild.bans[user.id]
    _tell(world, "GUILD_BAN_REMOVE", guild, user)


def _tell(world: World, name: str, guild: Guild, user: User) -> None:
    data = {"guild_id": str(guild.id), "user": people.user(user)}
    world.emit(Event(name, lambda _: data, guild=guild, subject=user))
