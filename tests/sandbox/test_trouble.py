"""Trouble made over HTTP, as by a test in another process or language."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest

from sandbox.permissions import Permission
from tests.sandbox.conftest import Bot, Town, running


async def make(town: Town, kind: str, headers: dict[str, str] | None = None, **body: Any) -> tuple[int, Any]:
    url = f"{town.sandbox.url}/sandbox/trouble/{kind}"
    async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.json() if answer.status != 403 else None


async def test_requests_are_answered_with_errors_or_not_at_all(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        assert await make(town, "status", status=503, method="POST", path="/messages$") == (200, {})
        with pytest.raises(discord.DiscordServerError):
            await channel.send("one")
        await make(town, "lose-answer", method="POST", path="/messages$")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await channel.send("two")
        await make(town, "reset", method="POST", path="/messages$")
        with pytest.raises(aiohttp.ClientOSError):
            await channel.send("three")
        await make(town, "slow", milliseconds=1, method="POST", path="/messages$")
        await channel.send("four")
        await make(town, "status", times=100)
        await make(town, "clear")
        assert [each.content async for each in channel.history()] == ["four", "two"]


async def test_the_gateway_is_dropped_and_voided(town: Town) -> None:
    async with running(Bot()) as bot:
        for how, then in (("drop", "resumed"), ("reconnect", "resumed"), ("resume", "resumed")):
            await make(town, "gateway", how=how)
            await bot.next(then, timeout=10)
        await make(town, "gateway", how="invalidate")
        await bot.next("ready", timeout=10)


async def test_a_permission_a_channel_and_direct_messages_go(town: Town) -> None:
    bot_user, world = town.application.bot, town.sandbox.world
    channel = str(town.channel.id)
    names = ["SEND_MESSAGES", "EMBED_LINKS"]
    await make(town, "revoke", user=str(bot_user.id), channel=channel, permissions=names)
    assert not world.permissions(bot_user, town.channel) & Permission.SEND_MESSAGES
    await make(town, "delete-channel", channel=channel)
    assert town.channel.id not in world.channels
    await make(town, "close-dms", user=str(town.maya.id))
    assert town.maya.dms_closed
    await make(town, "close-dms", user=str(town.maya.id), closed=False)
    assert not town.maya.dms_closed


@pytest.mark.parametrize(
    ("kind", "body", "named"),
    [
        ("status", {"status": 404}, "status"),
        ("status", {"path": "("}, "path"),
        ("slow", {}, "milliseconds"),
        ("gateway", {"how": "gently"}, "how"),
        ("revoke", {"user": "1", "channel": "1", "permissions": ["FLY"]}, "user"),
        ("delete-channel", {"channel": "here"}, "channel"),
    ],
)
async def test_trouble_that_makes_no_sense_is_told_so(
    town: Town, kind: str, body: dict[str, Any], named: str
) -> None:
    status, problems = await make(town, kind, **body)
    assert status == 400
    assert named in problems


async def test_another_site_in_the_same_browser_makes_no_trouble(town: Town) -> None:
    assert (await make(town, "clear", headers={"Origin": "https://elsewhere.example"}))[0] == 403
    assert (await make(town, "clear", headers={"Host": "elsewhere.example"}))[0] == 403
