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

SMALL = 20  # people and bots in a server: below it, few could have written something
PATIENCE = 1.5  # seconds to ask Discord for a nick; an interaction has to be answered within three


@dataclass(frozen=True)
class Look:
    """What a preview says of the text."""

    found: Mapping[Kind, str] = field(default_factory=dict, repr=False)
    """Each kind of finding, and how the first of it is written"""
    small_server: bool = False
    left: bool = False
    """They said to leave it as it is"""


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


def is_small(bot: discord.Client, circle: Circle) -> bool:
    """Whether few could have written it, as far as that shows: who reads a channel can't be counted."""
    guild = bot.get_guild(circle.guild_id)
    return guild is not None and guild.member_count is not None and guild.member_count < SMALL
