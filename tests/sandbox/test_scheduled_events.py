"""Scheduled events over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import discord
import pytest
from discord.http import Route

from sandbox.permissions import Permission
from tests.sandbox.conftest import Bot, Town, running


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    intents = discord.Intents(guilds=True, guild_scheduled_events=True)
    async with running(Bot(intents=intents)) as bot:
        yield bot


@pytest.fixture
def guild(bot: Bot, town: Town) -> discord.Guild:
    found = bot.get_guild(town.guild.id)
    assert found is not None
    return found


async def evening(guild: discord.Guild) -> discord.ScheduledEvent:
    start = discord.utils.utcnow() + timedelta(days=1)
    return await guild.create_scheduled_event(
        name="Evening circle",
        start_time=start,
        end_time=start + timedelta(hours=1),
        location="the harbour",
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
    )


async def test_an_event_is_made_told_changed_started_and_deleted(
    town: Town, bot: Bot, guild: discord.Guild
) -> None:
    event = await evening(guild)
    assert event.location == "the harbour"
    await bot.next("scheduled_event_create")
    changed = await event.edit(name="Morning circle", description="bring tea")
    assert (changed.name, changed.description) == ("Morning circle", "bring tea")
    await changed.start()
    assert town.guild.events[event.id].status == 2
    with pytest.raises(discord.HTTPException):
        await event.edit(status=discord.EventStatus.scheduled)
    fetched = await guild.fetch_scheduled_events(with_counts=True)
    assert [each.user_count for each in fetched] == [0]
    await event.delete()
    assert town.guild.events == {}
    with pytest.raises(discord.NotFound) as refusal:
        await guild.fetch_scheduled_event(event.id)
    assert refusal.value.code == 10070


async def test_an_event_in_a_voice_channel_lists_who_is_interested(town: Town, guild: discord.Guild) -> None:
    place = town.sandbox.world.add_channel(town.guild, "Evening", "voice")
    event = await guild.create_scheduled_event(
        name="Voices",
        start_time=discord.utils.utcnow() + timedelta(days=1),
        channel=discord.Object(place.id, type=discord.VoiceChannel),
        entity_type=discord.EntityType.voice,
        privacy_level=discord.PrivacyLevel.guild_only,
    )
    assert event.channel_id == place.id
    town.guild.events[event.id].subscribers.append(town.maya)
    assert [user.id async for user in event.users()] == [town.maya.id]


async def test_a_weekly_rule_is_kept(town: Town, bot: Bot) -> None:
    start = (discord.utils.utcnow() + timedelta(days=1)).isoformat()
    end = (discord.utils.utcnow() + timedelta(days=1, hours=1)).isoformat()
    route = Route("POST", "/guilds/{guild_id}/scheduled-events", guild_id=town.guild.id)
    made = await bot.http.request(
        route,
        json={
            "name": "Weekly",
            "entity_type": 3,
            "privacy_level": 2,
            "scheduled_start_time": start,
            "scheduled_end_time": end,
            "entity_metadata": {"location": "here"},
            "recurrence_rule": {"start": start, "frequency": 2, "interval": 1, "by_weekday": [2]},
        },
    )
    assert made["recurrence_rule"]["by_weekday"] == [2]
    assert made["recurrence_rule"]["by_month"] is None


async def test_events_need_their_permission(town: Town, guild: discord.Guild) -> None:
    town.sandbox.world.revoke(
        town.application.bot, Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS, town.guild
    )
    with pytest.raises(discord.Forbidden) as refusal:
        await evening(guild)
    assert refusal.value.code == 50013
