"""The server as such: its door, its records, its faults over the wire, stopping and starting."""

from __future__ import annotations

import asyncio

import aiohttp
import aiohttp.web
import discord
import pytest

from sandbox.ratelimits import Limits, Rule
from sandbox.server import Sandbox
from tests.sandbox.conftest import TOKEN, Bot, Town, running

HEADERS = {"Authorization": f"Bot {TOKEN}"}
JSON = {"Content-Type": "application/json"}


async def asked(town: Town, method: str, path: str, **options: object) -> tuple[int, dict[str, object]]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, town.sandbox.api_url + path, **options) as answer,  # type: ignore[arg-type] # as given
    ):
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, await answer.json()


async def test_who_has_no_token_is_refused_in_discords_words(town: Town) -> None:
    assert await asked(town, "GET", "/users/@me") == (401, {"message": "401: Unauthorized", "code": 0})
    wrong = {"Authorization": "Bot wrong"}
    assert (await asked(town, "GET", f"/users/{town.maya.id}", headers=wrong))[0] == 401


async def test_what_is_no_route_no_json_or_no_id_is_refused(town: Town) -> None:
    assert (await asked(town, "GET", "/teapots", headers=HEADERS))[0] == 404
    path = f"/channels/{town.channel.id}/messages"
    status, body = await asked(town, "POST", path, data=b"{", headers=HEADERS | JSON)
    assert (status, body["code"]) == (400, 50109)
    status, body = await asked(town, "GET", "/channels/here", headers=HEADERS)
    assert (status, body["code"]) == (400, 50035)


async def test_each_exchange_is_recorded_with_its_decoded_bodies(town: Town) -> None:
    path = f"/channels/{town.channel.id}/messages"
    status, body = await asked(town, "POST", path, json={"content": "hello"}, headers=HEADERS)
    kept = town.sandbox.exchanges[-1]
    assert kept == {
        "method": "POST",
        "path": f"/api/v10{path}",
        "request": {"content": "hello"},
        "files": {},
        "status": status,
        "response": body,
    }


async def test_only_loopback_is_listened_on(town: Town) -> None:
    assert town.sandbox.url.startswith("http://127.0.0.1:")
    assert town.sandbox.gateway_url == f"ws://127.0.0.1:{town.sandbox.port}/gateway"


async def test_another_sandbox_can_go_on_with_the_same_world(town: Town) -> None:
    async with Sandbox(world=town.sandbox.world) as second:
        assert second.port != town.sandbox.port
        async with aiohttp.ClientSession() as session:
            async with session.get(second.api_url + "/users/@me", headers=HEADERS) as answer:
                assert (await answer.json())["id"] == str(town.application.id)


async def test_a_lost_answer_is_tried_again_and_posts_once(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        town.sandbox.faults.lose_answer(method="POST", path="/messages$")
        with pytest.raises(aiohttp.ClientError):
            await channel.send("once", nonce="7")
        sent = await channel.send("once", nonce="7")
        assert list(town.channel.messages) == [sent.id]


async def test_an_error_of_the_server_is_tried_again(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        fault = town.sandbox.faults.status(500, method="POST", path="/messages$")
        await channel.send("after all")
        assert fault.struck == 1


async def test_over_the_global_limit_the_bot_is_told_to_wait_and_does(town: Town) -> None:
    async with running(Bot()) as bot:
        town.sandbox.limiter.limits = Limits(overall=Rule(3, 0.2))
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await asyncio.gather(*(bot.fetch_user(town.maya.id) for _ in range(5)))
        assert town.sandbox.limiter.counts.refused_by_global > 0


async def test_a_page_can_be_added_to_the_app(town: Town) -> None:
    sandbox = Sandbox()

    async def hello(_: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(text="hello")

    sandbox.app.router.add_get("/", hello)
    async with sandbox, aiohttp.ClientSession() as session, session.get(sandbox.url) as answer:
        assert await answer.text() == "hello"
