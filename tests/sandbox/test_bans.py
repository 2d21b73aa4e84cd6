"""Bans: who is gone and may not come back, and what they wrote."""

from __future__ import annotations

import discord
import pytest

from sandbox.permissions import ALL, Permission
from sandbox.world import messages
from tests.sandbox.conftest import Bot, Town, running


def watching() -> Bot:
    return Bot(intents=discord.Intents(guilds=True, guild_messages=True, moderation=True))


async def test_a_member_is_banned_told_of_listed_and_let_back(town: Town) -> None:
    async with running(watching()) as bot:
        guild = bot.guilds[0]
        maya = await bot.fetch_user(town.maya.id)
        await guild.ban(maya, reason="außer Rand", delete_message_seconds=0)
        await bot.next("member_ban")
        assert town.maya.id not in town.guild.members
        assert (await guild.fetch_ban(maya)).reason == "außer Rand"
        assert [each.user.id async for each in guild.bans()] == [maya.id]
        await guild.unban(maya)
        await bot.next("member_unban")
        with pytest.raises(discord.NotFound) as caught:
            await guild.fetch_ban(maya)
        assert caught.value.code == 10026


async def test_what_was_written_in_the_last_seconds_goes_with_who_wrote_it(town: Town) -> None:
    for author in (town.maya, town.noor):
        messages.post(town.sandbox.world, town.channel, author, "hello")
    async with running(watching()) as bot:
        await bot.guilds[0].ban(discord.Object(town.maya.id), delete_message_seconds=60)
        await bot.next("raw_bulk_message_delete")
        assert [each.author for each in town.channel.messages.values()] == [town.noor]


async def test_several_are_banned_at_once_but_not_the_owner(town: Town) -> None:
    async with running(watching()) as bot:
        people = [discord.Object(each.id) for each in (town.maya, town.noor, town.owner)]
        done = await bot.guilds[0].bulk_ban(people)
        assert [each.id for each in done.banned] == [town.maya.id, town.noor.id]
        assert [each.id for each in done.failed] == [town.owner.id]
        with pytest.raises(discord.HTTPException) as caught:
            await bot.guilds[0].bulk_ban(people)
        assert caught.value.code == 500000


async def test_without_the_permission_or_the_rank_nobody_is_banned(town: Town) -> None:
    async with running(watching()) as bot:
        with pytest.raises(discord.Forbidden) as caught:
            await bot.guilds[0].ban(discord.Object(town.owner.id))
        assert caught.value.code == 50013
        bare = ALL & ~Permission.ADMINISTRATOR & ~Permission.BAN_MEMBERS
        for role in town.guild.members[town.application.bot.id].roles:
            role.permissions = int(bare)
        with pytest.raises(discord.Forbidden):
            await bot.guilds[0].ban(discord.Object(town.maya.id))
