"""Who may share in a circle: whoever can see its sharing channel. Asked of Discord, kept nowhere."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import discord

from bot.circles.models import Circle
from bot.client import TowardsBot
from bot.errors import UserError
from cogs import ui

AT_ONCE = 8  # questions to Discord


async def circles_of(bot: TowardsBot, user_id: int) -> list[Circle]:
    """The circles a person can share in, by name."""
    by_guild: dict[int, list[Circle]] = defaultdict(list)
    for circle in await bot.app.circles.all_open():
        by_guild[circle.guild_id].append(circle)
    few = asyncio.Semaphore(AT_ONCE)

    async def in_guild(guild_id: int) -> list[Circle]:
        async with few:
            member = await _member(bot, guild_id, user_id)
        return [circle for circle in by_guild[guild_id] if member and sees(member, circle.sharing_channel_id)]

    found = await asyncio.gather(*map(in_guild, by_guild))
    return sorted((circle for circles in found for circle in circles), key=lambda circle: circle.name)


async def require(interaction: ui.Interaction, circle: Circle, channel_id: int) -> None:
    """Raise UserError unless the person is in the circle's server and sees the channel, now."""
    member: object = interaction.user
    if interaction.guild_id != circle.guild_id:
        member = await _member(interaction.client, circle.guild_id, interaction.user.id)
    if not isinstance(member, discord.Member) or not sees(member, channel_id):
        raise UserError("share.errors.not_in_circle", circle=circle.name)


def sees(member: discord.Member, channel_id: int) -> bool:
    channel = member.guild.get_channel(channel_id)
    # A channel that is gone: its post will fail, the author keeps the text and facilitators are told.
    return channel is None or channel.permissions_for(member).view_channel


async def _member(bot: TowardsBot, guild_id: int, user_id: int) -> discord.Member | None:
    guild = bot.get_guild(guild_id)
    if guild is None:
        return None
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None
