"""What in a draft could tell who wrote it: looked for when it is shown, with names that nobody keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import discord

from bot.circles.models import Circle
from bot.sharing.identifying.finding import Author, Kind
from bot.sharing.identifying.regions import regions
from cogs import ui

SMALL = 20  # people in a server: below it, few could have written something
PATIENCE = 1.5  # seconds to ask Discord for a nick; an interaction has to be answered within three


@dataclass(frozen=True)
class Crowd:
    """Among how many people its writer could be looked for."""

    channel_id: int
    count: int | None
    """At most so many people are in the server; None where Discord didn't tell"""
    is_part: bool
    """Not everyone in the server can see the channel; how many can is not told to bots"""


@dataclass(frozen=True)
class Look:
    """What a preview says of the text."""

    found: Mapping[Kind, str] = field(default_factory=dict, repr=False)
    """Each kind of finding, and how the first of it is written"""
    crowd: Crowd | None = None
    left: bool = False
    """They said to leave it as it is"""
    described: str = field(default="", repr=False)
    """What in the description of its image could tell, as it is written"""


async def author(bot: discord.Client, user: discord.User | discord.Member, circle: Circle) -> Author:
    """The writer as the circle's server knows them now. Without their nick where Discord doesn't answer."""
    guild = bot.get_guild(circle.guild_id)
    known: discord.User | discord.Member = user
    if guild is not None and not (isinstance(user, discord.Member) and user.guild.id == guild.id):
        try:
            async with asyncio.timeout(PATIENCE):
                known = await guild.fetch_member(user.id)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            pass  # their other names are still looked for
    nick = known.nick if isinstance(known, discord.Member) else None
    return Author(
        names=frozenset(name for name in (known.name, known.global_name, nick) if name),
        regions=regions(circle.zone, circle.locale),
        emoji=frozenset(emoji.id for emoji in guild.emojis) if guild else frozenset(),
    )


def crowd(bot: discord.Client, circle: Circle, channel_id: int) -> Crowd | None:
    """Among whom the writer of something in that channel could be looked for, as far as bots are told."""
    guild = bot.get_guild(circle.guild_id)
    if guild is None:
        return None
    bots = max(1, sum(role.is_bot_managed() for role in guild.roles))  # this one is a bot itself
    count = None if guild.member_count is None else max(1, guild.member_count - bots)
    channel = guild.get_channel(channel_id)
    is_part = channel is not None and not channel.permissions_for(guild.default_role).view_channel
    return Crowd(channel_id, count, is_part)


def told(text: ui.Words, crowd: Crowd) -> list[str]:
    """Lines below a preview."""
    channel = f"<#{crowd.channel_id}>"
    if crowd.count is None:
        return [text("rules.crowd.part_only", channel=channel)] if crowd.is_part else []
    line = text(
        "rules.crowd.part" if crowd.is_part else "rules.crowd.server", count=crowd.count, channel=channel
    )
    return [f"{line} {text('rules.crowd.small')}" if crowd.count < SMALL else line]
