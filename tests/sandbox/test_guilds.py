"""Guilds, channels, roles and members over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import discord
import pytest

from sandbox.intents import Intent
from sandbox.models import ChannelType
from sandbox.permissions import Permission
from tests.sandbox.conftest import Bot, Town, running


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with running(Bot()) as bot:
        yield bot


@pytest.fixture
def guild(bot: Bot, town: Town) -> discord.Guild:
    found = bot.get_guild(town.guild.id)
    assert found is not None
    return found


async def test_a_bot_asks_about_itself_its_application_and_its_guilds(town: Town, bot: Bot) -> None:
    assert (await bot.application_info()).bot_public
    assert [each.id async for each in bot.fetch_guilds()] == [town.guild.id]
    whole = await bot.fetch_guild(town.guild.id)
    assert whole.approximate_member_count == 4
    assert whole.owner_id == town.owner.id
    assert (await bot.http.get_bot_gateway())[1].endswith("/gateway")


async def test_channels_of_each_kind_are_made_changed_and_deleted(town: Town, guild: discord.Guild) -> None:
    category = await guild.create_category("Circle")
    text = await guild.create_text_channel("Our Words", category=category, topic="slowly", slowmode_delay=5)
    assert (text.name, text.topic, text.slowmode_delay, text.category_id) == (
        "our-words",
        "slowly",
        5,
        category.id,
    )
    forum = await guild.create_forum("shares", available_tags=[discord.ForumTag(name="tender")])
    assert forum.available_tags[0].name == "tender"
    voice = await guild.create_voice_channel("Evening")
    assert voice.bitrate == 64000
    changed = await text.edit(name="words", topic=None)
    assert changed is not None
    assert changed.name == "words"
    assert {each.id for each in await guild.fetch_channels()} >= {category.id, text.id, forum.id, voice.id}
    await text.move(end=True)
    await text.delete()
    assert text.id not in town.guild.channels


async def test_a_channel_closed_to_everyone_but_one_role_is_seen_by_that_role_alone(
    town: Town, guild: discord.Guild
) -> None:
    world = town.sandbox.world
    role = await guild.create_role(name="facilitators", mentionable=True)
    hidden = discord.PermissionOverwrite(view_channel=False)
    seen = discord.PermissionOverwrite(view_channel=True)
    made = await guild.create_text_channel(
        "care", overwrites={guild.default_role: hidden, role: seen, guild.me: seen}
    )
    await (await guild.fetch_member(town.noor.id)).add_roles(role)
    channel = town.guild.channels[made.id]
    assert not world.can_view(town.maya, channel)
    assert world.can_view(town.noor, channel)
    assert world.can_view(town.application.bot, channel)
    maya = await guild.fetch_member(town.maya.id)
    await made.set_permissions(maya, view_channel=True)
    assert world.can_view(town.maya, channel)
    await made.set_permissions(maya, overwrite=None)
    assert not world.can_view(town.maya, channel)


async def test_a_channel_made_in_a_category_has_its_overwrites(town: Town, guild: discord.Guild) -> None:
    category = await guild.create_category(
        "Quiet", overwrites={guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    made = await guild.create_text_channel("inside", category=category)
    assert made.overwrites_for(guild.default_role).view_channel is False


async def test_without_manage_channels_none_is_made(town: Town, guild: discord.Guild) -> None:
    town.sandbox.world.revoke(town.application.bot, Permission.MANAGE_CHANNELS, town.guild)
    with pytest.raises(discord.Forbidden) as refusal:
        await guild.create_text_channel("no")
    assert refusal.value.code == 50013


async def test_a_bot_grants_no_permission_it_lacks(town: Town, guild: discord.Guild) -> None:
    with pytest.raises(discord.Forbidden) as refusal:
        await guild.create_role(name="all", permissions=discord.Permissions(administrator=True))
    assert refusal.value.code == 50013
    town.sandbox.world.revoke(town.application.bot, Permission.BAN_MEMBERS, town.guild)
    bans = discord.PermissionOverwrite(ban_members=True)
    with pytest.raises(discord.Forbidden):
        await guild.create_text_channel("no", overwrites={guild.default_role: bans})


async def test_roles_are_changed_moved_and_deleted_below_ones_own(town: Town, guild: discord.Guild) -> None:
    role = await guild.create_role(name="listener", colour=0x112233)
    changed = await role.edit(name="listeners", hoist=True)
    assert changed is not None
    assert (changed.name, changed.hoist, changed.colour.value) == ("listeners", True, 0x112233)
    assert role.id in {each.id for each in await guild.fetch_roles()}
    await role.delete()
    assert role.id not in town.guild.roles
    above = town.sandbox.world.add_role(town.guild, "above")
    above.position = 50
    found = await guild.fetch_role(above.id)
    with pytest.raises(discord.Forbidden):
        await found.delete()


async def test_members_are_fetched_searched_renamed_and_timed_out(town: Town, guild: discord.Guild) -> None:
    member = await guild.fetch_member(town.maya.id)
    assert (await guild.query_members("maya"))[0].id == town.maya.id
    changed = await member.edit(nick="Maya of the sea")
    assert changed is not None
    assert changed.nick == "Maya of the sea"
    await member.timeout(timedelta(hours=1))
    held = town.sandbox.world.permissions(town.maya, town.channel)
    assert not held & Permission.SEND_MESSAGES
    await member.kick()
    assert town.maya.id not in town.guild.members
    with pytest.raises(discord.NotFound) as refusal:
        await guild.fetch_member(town.maya.id)
    assert refusal.value.code == 10007


async def test_the_owner_is_not_to_be_moderated(town: Town, guild: discord.Guild) -> None:
    owner = await guild.fetch_member(town.owner.id)
    with pytest.raises(discord.Forbidden) as refusal:
        await owner.edit(nick="boss")
    assert refusal.value.code == 50013


async def test_a_bots_managed_role_is_given_to_nobody(town: Town, guild: discord.Guild) -> None:
    managed = next(role for role in guild.roles if role.is_bot_managed())
    member = await guild.fetch_member(town.maya.id)
    with pytest.raises(discord.Forbidden):
        await member.add_roles(managed)


async def test_the_whole_list_of_members_needs_the_intent(town: Town, guild: discord.Guild) -> None:
    with pytest.raises(discord.Forbidden) as refusal:
        await guild._state.http.get_members(guild.id, 10, None)
    assert refusal.value.code == 50001
    town.application.intents = int(Intent.GUILD_MEMBERS)
    found = await guild._state.http.get_members(guild.id, 10, None)
    assert len(found) == 4


async def test_a_bot_changes_its_own_nick_and_leaves(town: Town, bot: Bot, guild: discord.Guild) -> None:
    await guild.me.edit(nick="Harbour keeper")
    assert town.guild.members[town.application.id].nick == "Harbour keeper"
    await guild.leave()
    await bot.next("guild_remove")
    assert town.application.id not in town.guild.applications


async def test_the_world_tells_of_changes_made_by_people(town: Town, bot: Bot) -> None:
    world = town.sandbox.world
    made = world.add_channel(town.guild, "tea", ChannelType.TEXT)
    heard = await bot.next("guild_channel_create")
    assert isinstance(heard, discord.TextChannel)
    assert heard.id == made.id
    world.revoke(town.application.bot, Permission.SEND_MESSAGES, made)
    await bot.next("guild_channel_update")
    assert not heard.permissions_for(heard.guild.me).send_messages
