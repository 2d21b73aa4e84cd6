"""The gateway as a real client meets it, and as a raw socket does where a client would never go."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.gateway.connection import MAX_BYTES, SENDS_PER_MINUTE
from sandbox.intents import Intent
from sandbox.permissions import Permission
from sandbox.world import messages
from tests.sandbox.conftest import TOKEN, Bot, Town, running

GUILDS = int(Intent.GUILDS)


class Raw:
    """A plain WebSocket to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, op: int, data: object = None) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def next(self) -> dict[str, Any]:
        return json.loads(await self.socket.receive_str(timeout=3))

    async def event(self, name: str) -> dict[str, Any]:
        while (payload := await self.next())["t"] != name:
            pass
        return payload["d"]

    async def identify(self, intents: int = GUILDS, token: str = TOKEN, **more: object) -> None:
        await self.send(2, {"token": token, "intents": intents, "properties": {}} | more)

    async def closed_with(self) -> int | None:
        async with asyncio.timeout(3):
            while not self.socket.closed:
                await self.socket.receive()
        return self.socket.close_code


@asynccontextmanager
async def raw(town: Town, query: str = "v=10&encoding=json") -> AsyncIterator[Raw]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{town.sandbox.gateway_url}?{query}") as socket,
    ):
        client = Raw(socket)
        if query == "v=10&encoding=json":
            assert (await client.next())["op"] == 10
        yield client


async def test_a_client_is_ready_with_its_guilds_and_channels(town: Town) -> None:
    async with running(Bot()) as bot:
        guild = bot.get_guild(town.guild.id)
        assert guild is not None
        assert guild.get_channel(town.channel.id) is not None
        assert guild.me.guild_permissions.send_messages
        assert not guild.unavailable


async def test_a_dropped_connection_is_resumed_and_what_was_missed_is_replayed(town: Town) -> None:
    async with running(Bot()) as bot:
        town.sandbox.gateway.drop()
        messages.post(town.sandbox.world, town.channel, town.maya, "while you were away")
        missed = await bot.next("message", timeout=10)
        assert isinstance(missed, discord.Message)
        assert missed.author.id == town.maya.id
        await bot.next("resumed")


async def test_asked_to_reconnect_a_client_resumes(town: Town) -> None:
    async with running(Bot()) as bot:
        town.sandbox.gateway.reconnect()
        await bot.next("resumed", timeout=10)


async def test_an_invalid_session_is_identified_anew(town: Town) -> None:
    async with running(Bot()) as bot:
        await bot.next("ready")
        town.sandbox.gateway.invalidate()
        await bot.next("ready", timeout=10)
        assert bot.get_guild(town.guild.id) is not None


async def test_after_an_outage_a_client_comes_back_to_the_same_world(town: Town) -> None:
    async with running(Bot()) as bot:
        port = town.sandbox.port
        await town.sandbox.stop()
        messages.post(town.sandbox.world, town.channel, town.maya, "during the outage")
        await town.sandbox.start()
        assert town.sandbox.port == port
        async with asyncio.timeout(10):
            while (await bot.received.get())[0] not in ("resumed", "ready"):
                pass
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        assert [each.author.name async for each in channel.history()] == ["maya"]


async def test_a_wrong_token_is_refused_by_rest_and_by_the_gateway(town: Town) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(Bot(), token="wrong"):
            pass
    async with raw(town) as client:
        await client.identify(token="wrong")
        assert await client.closed_with() == 4004


async def test_a_privileged_intent_that_is_not_switched_on_is_refused(town: Town) -> None:
    intents = discord.Intents(guilds=True, members=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(Bot(intents=intents)):
            pass


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (3, {}, 4003),
        (2, {"token": TOKEN, "intents": 1 << 40}, 4013),
        (2, {"token": TOKEN, "intents": 1 << 1}, 4014),
        (2, {"token": TOKEN, "intents": 1, "shard": [3, 2]}, 4010),
    ],
)
async def test_a_wrong_start_closes_with_its_code(town: Town, op: int, data: object, code: int) -> None:
    async with raw(town) as client:
        await client.send(op, data)
        assert await client.closed_with() == code


async def test_identifying_twice_closes_with_4005(town: Town) -> None:
    async with raw(town) as client:
        await client.identify()
        await client.event("READY")
        await client.identify()
        assert await client.closed_with() == 4005


async def test_what_is_no_json_closes_with_4002_and_an_unknown_opcode_with_4001(town: Town) -> None:
    async with raw(town) as client:
        await client.socket.send_str("{")
        assert await client.closed_with() == 4002
    async with raw(town) as client:
        await client.identify()
        await client.send(99)
        assert await client.closed_with() == 4001


@pytest.mark.parametrize(
    ("op", "data"),
    [
        (8, {"guild_id": "here", "query": "", "limit": 0}),
        (8, {"guild_id": "1", "query": "x" * MAX_BYTES}),
        (6, {"token": TOKEN, "session_id": "gone", "seq": "last"}),
    ],
)
async def test_a_payload_of_wrong_kinds_or_too_large_closes_with_4002(
    town: Town, op: int, data: object
) -> None:
    async with raw(town) as client:
        if op == 8:
            await client.identify()
        await client.send(op, data)
        assert await client.closed_with() == 4002


async def test_members_of_wrong_kinds_are_asked_for_in_vain(town: Town) -> None:
    for wrong in ({"user_ids": ["maya"]}, {"query": "", "limit": "all"}):
        async with raw(town) as client:
            await client.identify()
            await client.send(8, {"guild_id": str(town.guild.id)} | wrong)
            assert await client.closed_with() == 4002


async def test_a_client_whose_session_is_void_may_identify_anew_on_the_same_connection(town: Town) -> None:
    async with raw(town) as client:
        await client.identify()
        await client.event("READY")
        town.sandbox.gateway.invalidate(town.application)
        await client.identify()
        await client.event("READY")


@pytest.mark.parametrize("query", ["v=5&encoding=json", "v=10&encoding=etf"])
async def test_another_api_version_or_encoding_closes_with_4012(town: Town, query: str) -> None:
    async with raw(town, query) as client:
        assert await client.closed_with() == 4012


async def test_a_client_that_stops_beating_is_closed_with_4009(town: Town) -> None:
    town.sandbox.gateway.heartbeat_seconds = 0.02
    async with raw(town) as client:
        assert await client.closed_with() == 4009


async def test_a_heartbeat_is_acknowledged(town: Town) -> None:
    async with raw(town) as client:
        await client.send(1, None)
        assert (await client.next())["op"] == 11


async def test_more_than_120_sends_in_a_minute_close_with_4008(town: Town) -> None:
    async with raw(town) as client:
        for _ in range(SENDS_PER_MINUTE + 1):
            await client.send(1, None)
        assert await client.closed_with() == 4008


async def test_a_session_that_is_unknown_cannot_be_resumed(town: Town) -> None:
    async with raw(town) as client:
        await client.send(6, {"token": TOKEN, "session_id": "gone", "seq": 3})
        answer = await client.next()
        assert (answer["op"], answer["d"]) == (9, False)


async def test_a_session_closed_in_order_is_over(town: Town) -> None:
    async with raw(town) as client:
        await client.identify()
        session_id = (await client.event("READY"))["session_id"]
    async with raw(town) as client:
        await client.send(6, {"token": TOKEN, "session_id": session_id, "seq": 1})
        assert (await client.next())["op"] == 9


async def test_frames_are_one_zlib_stream_where_the_query_asks_for_it(town: Town) -> None:
    async with raw(town, "v=10&encoding=json&compress=zlib-stream") as client:
        inflate = zlib.decompressobj()
        hello = await client.socket.receive_bytes(timeout=3)
        assert hello.endswith(b"\x00\x00\xff\xff")
        assert json.loads(inflate.decompress(hello))["op"] == 10
        await client.identify()
        ready = await client.socket.receive_bytes(timeout=3)
        assert json.loads(inflate.decompress(ready))["t"] == "READY"


async def test_a_direct_message_event_needs_its_intent(town: Town) -> None:
    world = town.sandbox.world
    dm = world.open_dm(town.maya, town.application.bot)
    async with raw(town) as without, raw(town) as client:
        await without.identify(GUILDS | Intent.GUILD_MESSAGES)
        await client.identify(GUILDS | Intent.DIRECT_MESSAGES)
        for each in (without, client):
            await each.event("GUILD_CREATE")
        messages.post(world, dm, town.maya, "privately")
        messages.post(world, town.channel, town.maya, "openly")
        assert (await client.event("MESSAGE_CREATE"))["content"] == "privately"
        assert (await without.event("MESSAGE_CREATE"))["channel_id"] == str(town.channel.id)


async def test_message_content_is_withheld_except_from_dms_own_messages_and_mentions(town: Town) -> None:
    world, bot = town.sandbox.world, town.application.bot
    dm = world.open_dm(town.maya, bot)
    async with raw(town) as client:
        await client.identify(GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES)
        await client.event("GUILD_CREATE")
        for channel, author, words in (
            (town.channel, town.maya, "among us"),
            (town.channel, bot, "mine"),
            (town.channel, town.maya, f"<@{bot.id}> hello"),
            (dm, town.maya, "to you alone"),
        ):
            messages.post(world, channel, author, words)
        seen = [(await client.event("MESSAGE_CREATE"))["content"] for _ in range(4)]
        assert seen == ["", "mine", f"<@{bot.id}> hello", "to you alone"]


async def test_the_content_comes_with_the_privileged_intent(town: Town) -> None:
    town.application.intents = int(Intent.MESSAGE_CONTENT)
    async with raw(town) as client:
        await client.identify(GUILDS | Intent.GUILD_MESSAGES | Intent.MESSAGE_CONTENT)
        await client.event("GUILD_CREATE")
        messages.post(town.sandbox.world, town.channel, town.maya, "among us")
        assert (await client.event("MESSAGE_CREATE"))["content"] == "among us"


async def test_messages_of_a_channel_the_bot_cannot_view_do_not_arrive(town: Town) -> None:
    world = town.sandbox.world
    hidden = world.add_channel(town.guild, "hidden")
    world.revoke(town.application.bot, Permission.VIEW_CHANNEL, hidden)
    async with raw(town) as client:
        await client.identify(GUILDS | Intent.GUILD_MESSAGES)
        await client.event("GUILD_CREATE")
        messages.post(world, hidden, town.maya, "unseen")
        messages.post(world, town.channel, town.maya, "seen")
        assert (await client.event("MESSAGE_CREATE"))["channel_id"] == str(town.channel.id)


async def test_guilds_are_told_to_their_shard_and_direct_messages_to_shard_0(town: Town) -> None:
    world = town.sandbox.world
    home = (town.guild.id >> 22) % 2
    dm = world.open_dm(town.maya, town.application.bot)
    wanted = GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES
    async with raw(town) as first, raw(town) as second:
        shards = [first, second]
        for number, client in enumerate(shards):
            await client.identify(wanted, shard=[number, 2])
            ready = await client.event("READY")
            assert [int(each["id"]) for each in ready["guilds"]] == (
                [town.guild.id] if number == home else []
            )
        messages.post(world, dm, town.maya, "direct")
        messages.post(world, town.channel, town.maya, "in the guild")
        expected = ["direct", ""] if home == 0 else ["direct"]
        for words in expected:
            assert (await first.event("MESSAGE_CREATE"))["content"] == words
        if home == 1:
            assert (await second.event("MESSAGE_CREATE"))["content"] == ""


async def test_an_automatically_sharded_client_is_ready(town: Town) -> None:
    class Sharded(Bot, discord.AutoShardedClient):
        """Bot over AutoShardedClient."""

    async with running(Sharded(shard_count=1)) as bot:
        assert bot.get_guild(town.guild.id) is not None


async def test_members_are_sent_on_request(town: Town) -> None:
    async with running(Bot()) as bot:
        guild = bot.get_guild(town.guild.id)
        assert guild is not None
        found = await guild.query_members("may")
        assert [member.name for member in found] == ["maya"]


async def test_an_invited_bot_is_told_and_a_removed_one_too(town: Town) -> None:
    world = town.sandbox.world
    async with running(Bot()) as bot:
        other = world.add_guild("Elsewhere", town.maya)
        world.install(town.application, other, 0)
        joined = await bot.next("guild_join")
        assert isinstance(joined, discord.Guild)
        assert joined.id == other.id
        world.uninstall(town.application, other)
        await bot.next("guild_remove")
        assert bot.get_guild(other.id) is None


async def test_an_outage_of_a_guild_is_told_apart_from_leaving_it(town: Town) -> None:
    async with running(Bot()) as bot:
        town.sandbox.world.take_down(town.guild)
        await bot.next("guild_unavailable")
        town.sandbox.world.bring_back(town.guild)
        await bot.next("guild_available")
