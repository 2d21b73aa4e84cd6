"""Threads and forum posts over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest

from sandbox.models import ChannelType
from sandbox.permissions import Permission
from sandbox.world import threads
from sandbox.world.threads import Opening
from tests.sandbox.conftest import Bot, Town, running

TENDER = {"id": "77", "name": "tender", "moderated": False, "emoji_id": None, "emoji_name": None}


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with running(Bot()) as bot:
        yield bot


@pytest.fixture
def channel(bot: Bot, town: Town) -> discord.TextChannel:
    found = bot.get_channel(town.channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_the_thread_of_a_message_has_its_id_and_is_started_once(channel: discord.TextChannel) -> None:
    message = await channel.send("share 7")
    thread = await message.create_thread(name="answers")
    assert thread.id == message.id
    assert (await channel.fetch_message(message.id)).flags.has_thread
    with pytest.raises(discord.HTTPException) as refusal:
        await message.create_thread(name="again")
    assert (refusal.value.status, refusal.value.code) == (400, 160004)


async def test_messages_in_a_thread_are_counted_and_its_opener_is_in_it(
    town: Town, channel: discord.TextChannel
) -> None:
    thread = await (await channel.send("share")).create_thread(name="answers")
    await thread.send("with you")
    fresh = await thread.guild.fetch_channel(thread.id)
    assert isinstance(fresh, discord.Thread)
    assert (fresh.message_count, fresh.total_message_sent, fresh.member_count) == (1, 1, 1)
    assert [member.id for member in await thread.fetch_members()] == [town.application.id]


async def test_a_thread_without_a_message_is_announced_in_its_channel(
    town: Town, channel: discord.TextChannel
) -> None:
    thread = await channel.create_thread(name="evening", type=discord.ChannelType.public_thread)
    notice = list(town.channel.messages.values())[-1]
    assert (notice.content, notice.type) == ("evening", 18)
    assert thread.id != notice.id


async def test_a_private_thread_is_closed_to_who_was_not_added(
    town: Town, channel: discord.TextChannel
) -> None:
    world = town.sandbox.world
    thread = await channel.create_thread(
        name="care", type=discord.ChannelType.private_thread, invitable=False
    )
    place = world.channels[thread.id]
    assert not world.can_view(town.noor, place)
    await thread.add_user(discord.Object(town.noor.id))
    assert world.can_view(town.noor, place)
    await thread.remove_user(discord.Object(town.noor.id))
    assert not world.can_view(town.noor, place)


async def test_an_archived_thread_is_listed_and_opens_again_when_written_in(
    town: Town, channel: discord.TextChannel
) -> None:
    thread = await (await channel.send("share")).create_thread(name="answers")
    await thread.edit(archived=True)
    assert [each.id async for each in channel.archived_threads()] == [thread.id]
    assert [each.id for each in await channel.guild.active_threads()] == []
    with pytest.raises(discord.HTTPException) as refusal:
        await thread.add_user(discord.Object(town.maya.id))
    assert refusal.value.code == 50083
    await thread.send("once more")
    assert [each.id for each in await channel.guild.active_threads()] == [thread.id]


async def test_a_locked_archived_thread_takes_no_word_without_the_permission(
    town: Town, channel: discord.TextChannel
) -> None:
    thread = await (await channel.send("share")).create_thread(name="answers")
    await thread.edit(archived=True, locked=True)
    town.sandbox.world.revoke(town.application.bot, Permission.MANAGE_THREADS, town.channel)
    with pytest.raises(discord.HTTPException) as refusal:
        await thread.send("late")
    assert refusal.value.code == 50083


async def test_writing_in_threads_is_a_permission_of_its_own(
    town: Town, channel: discord.TextChannel
) -> None:
    thread = await (await channel.send("share")).create_thread(name="answers")
    town.sandbox.world.revoke(town.application.bot, Permission.SEND_MESSAGES_IN_THREADS, town.channel)
    await channel.send("here still")
    with pytest.raises(discord.Forbidden) as refusal:
        await thread.send("not here")
    assert refusal.value.code == 50013


async def test_a_bot_joins_and_leaves_a_members_thread(
    town: Town, bot: Bot, channel: discord.TextChannel
) -> None:
    made = threads.start(town.sandbox.world, town.channel, town.maya, Opening("hers"))
    await bot.next("thread_create")
    thread = channel.get_thread(made.id)
    assert thread is not None
    await thread.join()
    assert town.application.id in {member.id for member in await thread.fetch_members()}
    await thread.leave()
    assert town.application.id not in {member.id for member in await thread.fetch_members()}


async def test_a_forum_post_is_a_thread_whose_first_message_has_its_id(town: Town, bot: Bot) -> None:
    place = town.sandbox.world.add_channel(
        town.guild, "shares", ChannelType.FORUM, settle=lambda new: new.available_tags.append(TENDER)
    )
    await bot.next("guild_channel_create")
    forum = await bot.fetch_channel(place.id)
    assert isinstance(forum, discord.ForumChannel)
    made = await forum.create_thread(
        name="something held", content="the words", applied_tags=forum.available_tags
    )
    assert made.thread.id == made.message.id
    assert [tag.name for tag in made.thread.applied_tags] == ["tender"]
    with pytest.raises(discord.HTTPException):
        await forum._state.http.send_message(forum.id, params=discord.http.handle_message_parameters("x"))
    await made.thread.edit(name="held")
    await made.thread.delete()
    assert town.guild.threads == {}


async def test_private_archived_threads_are_listed_to_who_may_manage_threads_or_is_in_them(
    town: Town, channel: discord.TextChannel
) -> None:
    thread = await channel.create_thread(name="care", type=discord.ChannelType.private_thread)
    await thread.edit(archived=True)
    assert [each.id async for each in channel.archived_threads(private=True)] == [thread.id]
    town.sandbox.world.revoke(town.application.bot, Permission.MANAGE_THREADS, town.channel)
    assert [each.id async for each in channel.archived_threads(private=True, joined=True)] == [thread.id]
    with pytest.raises(discord.Forbidden):
        assert [each async for each in channel.archived_threads(private=True)] == []
