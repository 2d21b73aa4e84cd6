"""Gateway intents: which events a bot asked for (docs: events/gateway, "Gateway Intents")."""

from __future__ import annotations

from enum import IntFlag

from sandbox.world.events import Event


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


KNOWN = Intent(sum(Intent))
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
NONE = Intent(0)

# By the longest prefix of the event's name; (in a guild, in a DM).
_BY_PREFIX: dict[str, tuple[Intent, Intent]] = {
    "MESSAGE_REACTION_": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "TYPING_START": (Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
    "CHANNEL_PINS_UPDATE": (Intent.GUILDS, Intent.DIRECT_MESSAGES),
    "GUILD_SCHEDULED_EVENT_": (Intent.GUILD_SCHEDULED_EVENTS, NONE),
    "GUILD_BAN_": (Intent.GUILD_MODERATION, NONE),
    "GUILD_MEMBER_": (Intent.GUILD_MEMBERS, NONE),
    "WEBHOOKS_UPDATE": (Intent.GUILD_WEBHOOKS, NONE),
    "THREAD_MEMBERS_UPDATE": (Intent.GUILD_MEMBERS | Intent.GUILDS, NONE),
    "GUILD_": (Intent.GUILDS, NONE),
    "CHANNEL_": (Intent.GUILDS, NONE),
    "THREAD_": (Intent.GUILDS, NONE),
}


def needed(event: Event) -> Intent:
    """The intents of which a session must have one to get the event; none where everyone gets it."""
    for prefix, (in_guild, in_dm) in _BY_PREFIX.items():
        if event.name.startswith(prefix):
            as_in_dm = event.guild is None or (event.message is not None and event.message.ephemeral)
            return in_dm if as_in_dm else in_guild
    return NONE
