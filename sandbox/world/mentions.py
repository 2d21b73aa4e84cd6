"""Whom a text mentions, as `allowed_mentions` lets it (docs: resources/message, "Allowed Mentions")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.models import Channel, Guild, Json, User
from sandbox.permissions import Permission

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass
class Mentions:
    users: list[User] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False


def mentions(
    text: str,
    channel: Channel,
    known: dict[int, User],
    held: Permission,
    allowed: Json | None,
    *,
    all_by_default: bool,
) -> Mentions:
    """The mentions that notify. `held` are the author's permissions in the channel.

    Without `allowed_mentions` a normal message parses everything, a webhook's or an interaction's only users.
    """
    if allowed is None:
        allowed = {"parse": ["users", "roles", "everyone"] if all_by_default else ["users"]}
    parse = set(allowed.get("parse") or ())
    return Mentions(
        users=_users(text, channel, known, parse, {int(each) for each in allowed.get("users") or ()}),
        roles=_roles(text, channel.guild, held, parse, {int(each) for each in allowed.get("roles") or ()}),
        everyone=bool(
            channel.guild
            and "everyone" in parse
            and held & Permission.MENTION_EVERYONE
            and _EVERYONE.search(text)
        ),
    )


def _users(
    text: str, channel: Channel, known: dict[int, User], parse: set[str], named: set[int]
) -> list[User]:
    found = list(dict.fromkeys(int(each) for each in _USER.findall(text)))
    return [
        known[user_id]
        for user_id in found
        if user_id in known
        and ("users" in parse or user_id in named)
        and (channel.guild is not None or known[user_id] in channel.recipients)
    ]


def _roles(text: str, guild: Guild | None, held: Permission, parse: set[str], named: set[int]) -> list[int]:
    if guild is None:
        return []
    found = list(dict.fromkeys(int(each) for each in _ROLE.findall(text)))
    return [
        role_id
        for role_id in found
        if role_id in guild.roles
        and ("roles" in parse or role_id in named)
        and (guild.roles[role_id].mentionable or held & Permission.MENTION_EVERYONE)
    ]
