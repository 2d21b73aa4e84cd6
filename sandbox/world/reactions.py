"""What happens to reactions. Nothing here asks for permissions."""

from __future__ import annotations

from sandbox.models import Json, Message, Reaction, User
from sandbox.objects import people
from sandbox.world.events import Event
from sandbox.world.world import World


def add(world: World, message: Message, user: User, emoji: Json) -> None:
    reaction = next((each for each in message.reactions if each.emoji == emoji), None)
    if reaction is None:
        reaction = Reaction(emoji)
        message.reactions.append(reaction)
    if user not in reaction.users:
        reaction.users.append(user)
        _tell(world, "MESSAGE_REACTION_ADD", message, user, emoji)


def remove(world: World, message: Message, user: User, emoji: Json) -> None:
    for reaction in list(message.reactions):
        if reaction.emoji == emoji and user in reaction.users:
            reaction.users.remove(user)
            if not reaction.users:
                message.reactions.remove(reaction)
            _tell(world, "MESSAGE_REACTION_REMOVE", message, user, emoji)


def clear(world: World, message: Message, emoji: Json | None = None) -> None:
    """Removes everyone's reactions, with that emoji or with any."""
    message.reactions = [each for each in message.reactions if emoji is not None and each.emoji != emoji]
    channel = message.channel
    data: Json = {"channel_id": str(channel.id), "message_id": str(message.id)}
    if channel.guild:
        data["guild_id"] = str(channel.guild.id)
    if emoji is not None:
        data["emoji"] = emoji
    name = "MESSAGE_REACTION_REMOVE_ALL" if emoji is None else "MESSAGE_REACTION_REMOVE_EMOJI"
    world.emit(Event(name, lambda _: data, channel.guild, channel, message))


def _tell(world: World, name: str, message: Message, user: User, emoji: Json) -> None:
    data: Json = {
        "user_id": str(user.id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "emoji": emoji,
        "burst": False,
        "type": 0,
        "message_author_id": str(message.author.id),
    }
    guild = message.channel.guild
    if guild:
        data["guild_id"] = str(guild.id)
        if name.endswith("ADD"):
            data["member"] = people.member(guild.members[user.id])
    world.emit(Event(name, lambda _: data, guild, message.channel, message, subject=user))
