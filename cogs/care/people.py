"""Who somebody is to a circle: asked of Discord when it matters, also from direct messages. Kept nowhere."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.circles.models import Actor, Circle
from bot.client import TowardsBot
from bot.contacts.models import Contact
from bot.errors import UserError
from cogs import ui

log = logging.getLogger(__name__)

AT_ONCE = 8  # questions to Discord


async def circles_of(bot: TowardsBot, user_id: int, guild_id: int | None = None) -> list[Circle]:
    """The circles somebody is in, by name: those whose sharing channel they see. `guild_id`: there alone."""
    few = asyncio.Semaphore(AT_ONCE)
    circles = [each for each in await bot.app.circles.all_open() if guild_id in (None, each.guild_id)]
    guilds = {circle.guild_id for circle in circles}

    async def there(guild_id: int) -> discord.Member | None:
        async with few:
            return await _member(bot, guild_id, user_id)

    members = dict(zip(guilds, await asyncio.gather(*map(there, guilds)), strict=True))
    found = [each for each in circles if (member := members[each.guild_id]) and _sees(member, each)]
    return sorted(found, key=lambda circle: circle.name)


async def require_in(bot: TowardsBot, circle: Circle, user_id: int) -> None:
    member = await _member(bot, circle.guild_id, user_id)
    if member is None or not _sees(member, circle):
        raise UserError("share.errors.not_in_circle", circle=circle.name)


async def actor(bot: TowardsBot, circle: Circle, user_id: int) -> Actor:
    """As permission checks see them in the circle's server; who left it has no role."""
    member = await _member(bot, circle.guild_id, user_id)
    if member is None:
        return Actor(user_id, frozenset(), manages_server=False)
    roles = frozenset(role.id for role in member.roles)
    return Actor(user_id, roles, manages_server=member.guild_permissions.manage_guild)


async def is_anybody_on_duty(bot: TowardsBot, circle: Circle) -> bool:
    """Whether a facilitator said so; who has lost the role is off duty."""
    duty, found = bot.app.care.cases.duty, False
    for user_id in await duty.people(circle.id):
        try:
            facilitates = circle.is_facilitator(await actor(bot, circle, user_id))
        except discord.HTTPException:
            facilitates = True  # what they said stands; help doesn't wait for Discord
        if facilitates:
            found = True
        else:
            await duty.end(circle.id, user_id)
    return found


def can_tell(bot: TowardsBot, circle: Circle) -> bool:
    """Whether the facilitators' channel is there, and the bot may write in it."""
    guild = bot.get_guild(circle.guild_id)
    if guild is None or (channel := guild.get_channel(circle.facilitators_channel_id)) is None:
        return False
    allowed = channel.permissions_for(guild.me)
    return allowed.view_channel and allowed.send_messages


async def reach(interaction: ui.Interaction, hello: str) -> tuple[Contact, discord.Message]:
    """How to reach whoever pressed, and the message that proved it.

    Raises UserError where nothing may be sent to them.
    """
    closed, later = "cases.errors.closed_dms", "cases.errors.later"
    return await ui.reach(interaction, ui.note(hello), closed=closed, later=later)


async def change(message: discord.Message, card: ui.Card) -> None:
    """Show the card in place of what was sent a moment ago."""
    try:
        await message.edit(view=card)
    except discord.HTTPException:
        log.warning("a first message of a case could not be completed")


async def _member(bot: TowardsBot, guild_id: int, user_id: int) -> discord.Member | None:
    guild = bot.get_guild(guild_id)
    if guild is None:
        return None
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None


def _sees(member: discord.Member, circle: Circle) -> bool:
    channel = member.guild.get_channel(circle.sharing_channel_id)
    return channel is None or channel.permissions_for(member).view_channel
