"""Webhooks over the wire: with the bot's token, and with their own."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from sandbox.permissions import Permission
from tests.sandbox.conftest import Bot, Town, running


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with running(Bot()) as bot:
        yield bot


@pytest.fixture
async def webhook(bot: Bot, town: Town) -> discord.Webhook:
    found = bot.get_channel(town.channel.id)
    assert isinstance(found, discord.TextChannel)
    return await found.create_webhook(name="Heron")


async def test_a_webhook_speaks_under_a_name_of_the_moment(town: Town, webhook: discord.Webhook) -> None:
    sent = await webhook.send("from the reeds", username="Heron 12", wait=True)
    assert sent.author.name == "Heron 12"
    assert sent.webhook_id == webhook.id
    edited = await sent.edit(content="from the water")
    assert edited.content == "from the water"
    await sent.delete()
    assert town.channel.messages == {}
    assert await webhook.send("without waiting") is None


async def test_a_webhook_posts_into_a_thread_with_a_file(
    town: Town, bot: Bot, webhook: discord.Webhook
) -> None:
    channel = bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="answers", type=discord.ChannelType.public_thread)
    sent = await webhook.send("here", thread=thread, file=discord.File(io.BytesIO(b"x"), "x.txt"), wait=True)
    assert sent.id in town.sandbox.world.channels[thread.id].messages
    with pytest.raises(discord.NotFound):
        await webhook.send("nowhere", thread=discord.Object(1), wait=True)


async def test_a_forum_wants_the_name_of_a_new_thread(town: Town, bot: Bot) -> None:
    place = town.sandbox.world.add_channel(town.guild, "shares", "forum")
    forum = await bot.fetch_channel(place.id)
    assert isinstance(forum, discord.ForumChannel)
    webhook = await forum.create_webhook(name="Heron")
    with pytest.raises(discord.HTTPException) as refusal:
        await webhook.send("where to?", wait=True)
    assert refusal.value.code == 220001
    sent = await webhook.send("here", thread_name="a post", wait=True)
    assert sent.id in town.guild.threads


async def test_webhooks_are_listed_renamed_and_deleted(
    town: Town, bot: Bot, webhook: discord.Webhook
) -> None:
    channel = bot.get_channel(town.channel.id)
    guild = bot.get_guild(town.guild.id)
    assert isinstance(channel, discord.TextChannel)
    assert guild is not None
    assert [each.id for each in await channel.webhooks()] == [webhook.id]
    assert [each.id for each in await guild.webhooks()] == [webhook.id]
    assert (await webhook.edit(name="Egret")).name == "Egret"
    assert (await bot.fetch_webhook(webhook.id)).name == "Egret"
    await webhook.delete()
    assert town.sandbox.world.webhooks == {}


async def test_the_token_alone_is_enough_and_a_wrong_one_is_not(town: Town, webhook: discord.Webhook) -> None:
    async with aiohttp.ClientSession() as session:
        partial = discord.Webhook.partial(webhook.id, webhook.token or "", session=session)
        assert (await partial.fetch()).name == "Heron"
        await partial.send("by token")
        with pytest.raises(discord.HTTPException) as refusal:
            await discord.Webhook.partial(webhook.id, "wrong", session=session).send("no")
        assert refusal.value.code == 50027
        await partial.delete()
        with pytest.raises(discord.NotFound) as gone:
            await partial.send("gone")
        assert gone.value.code == 10015


async def test_the_sixteenth_webhook_of_a_channel_is_refused(
    town: Town, webhook: discord.Webhook, bot: Bot
) -> None:
    channel = bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    for number in range(14):
        await channel.create_webhook(name=f"hook {number}")
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.create_webhook(name="one more")
    assert refusal.value.code == 30007


async def test_webhooks_need_their_permission_and_may_not_pass_for_discord(
    town: Town, bot: Bot, webhook: discord.Webhook
) -> None:
    channel = bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.create_webhook(name="Discord support")
    assert refusal.value.code == 50035
    town.sandbox.world.revoke(town.application.bot, Permission.MANAGE_WEBHOOKS, town.channel)
    with pytest.raises(discord.Forbidden):
        await channel.create_webhook(name="Heron")
