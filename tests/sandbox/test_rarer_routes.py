"""Routes that discord.py 2.7.1 seldom or never takes, by plain requests; each answer is held to the document."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.world import messages, reactions, threads, webhooks
from tests.sandbox.conftest import TOKEN, Town

Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def ask(town: Town) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as session:

        async def ask(method: str, path: str, body: object = None) -> tuple[int, Any]:
            url = town.sandbox.api_url + path
            async with session.request(method, url, **({} if body is None else {"json": body})) as answer:
                return (
                    answer.status,
                    await answer.json() if answer.content_type == "application/json" else None,
                )

        yield ask


async def test_where_the_gateway_is_and_whose_application_this_is(town: Town, ask: Ask) -> None:
    assert await ask("GET", "/gateway") == (200, {"url": town.sandbox.gateway_url})
    assert (await ask("GET", "/applications/@me"))[1]["id"] == str(town.application.id)


async def test_a_guild_is_renamed(town: Town, ask: Ask) -> None:
    changes = {"name": "Lighthouse", "preferred_locale": "de", "system_channel_id": str(town.channel.id)}
    _, body = await ask("PATCH", f"/guilds/{town.guild.id}", changes)
    assert (body["name"], body["preferred_locale"]) == ("Lighthouse", "de")
    assert town.guild.system_channel is town.channel


async def test_roles_change_places(town: Town, ask: Ask) -> None:
    low = town.sandbox.world.add_role(town.guild, "low")
    bots = next(role for role in town.guild.roles.values() if role.managed)
    bots.position = 9
    assert (await ask("PATCH", f"/guilds/{town.guild.id}/roles", [{"id": str(low.id), "position": 3}]))[
        0
    ] == 200
    assert low.position == 3
    status, body = await ask("PATCH", f"/guilds/{town.guild.id}/roles", [{"id": str(low.id), "position": 12}])
    assert (status, body["code"]) == (403, 50013)
    path = f"/guilds/{town.guild.id}/members/{town.maya.id}/roles/{low.id}"
    assert (await ask("PUT", path))[0] == 204
    assert (await ask("DELETE", path))[0] == 204
    assert town.guild.members[town.maya.id].role_ids == set()


async def test_members_are_searched_by_the_start_of_a_name(town: Town, ask: Ask) -> None:
    _, found = await ask("GET", f"/guilds/{town.guild.id}/members/search?query=NO&limit=5")
    assert [member["user"]["username"] for member in found] == ["noor"]
    assert (await ask("GET", f"/guilds/{town.guild.id}/members/search"))[0] == 400


async def test_pins_by_the_older_routes(town: Town, ask: Ask) -> None:
    posted = messages.post(town.sandbox.world, town.channel, town.application.bot, "agreements")
    path = f"/channels/{town.channel.id}/pins"
    assert (await ask("PUT", f"{path}/{posted.id}"))[0] == 204
    assert [each["id"] for each in (await ask("GET", path))[1]] == [str(posted.id)]
    assert (await ask("DELETE", f"{path}/{posted.id}"))[0] == 204
    assert (await ask("GET", path))[1] == []


async def test_reactions_of_one_emoji_and_of_one_person_are_removed(town: Town, ask: Ask) -> None:
    world = town.sandbox.world
    posted = messages.post(world, town.channel, town.maya, "hear, hear")
    for emoji in ("👂", "🌊"):
        reactions.add(world, posted, town.noor, {"id": None, "name": emoji})
    path = f"/channels/{town.channel.id}/messages/{posted.id}/reactions"
    assert (await ask("DELETE", f"{path}/👂"))[0] == 204
    assert (await ask("DELETE", f"{path}/🌊/{town.noor.id}"))[0] == 204
    assert posted.reactions == []


async def test_one_member_of_a_thread(town: Town, ask: Ask) -> None:
    thread = threads.start(town.sandbox.world, town.channel, town.maya, threads.Opening("hers"))
    path = f"/channels/{thread.id}/thread-members"
    _, body = await ask("GET", f"{path}/{town.maya.id}?with_member=true")
    assert body["member"]["user"]["id"] == str(town.maya.id)
    status, body = await ask("GET", f"{path}/{town.noor.id}")
    assert (status, body["code"]) == (404, 10007)


async def test_a_webhook_is_renamed_by_its_token(town: Town, ask: Ask) -> None:
    hook = webhooks.add(town.sandbox.world, town.channel, "Heron", town.application.bot, town.application)
    assert (await ask("PATCH", f"/webhooks/{hook.id}/{hook.token}", {"name": "Egret"}))[1]["name"] == "Egret"


@pytest.mark.parametrize("in_guild", [False, True])
async def test_commands_one_at_a_time(town: Town, ask: Ask, in_guild: bool) -> None:
    place = f"/guilds/{town.guild.id}" if in_guild else ""
    path = f"/applications/{town.application.id}{place}/commands"
    share = {"name": "share", "description": "Share without a name", "options": []}
    status, made = await ask("POST", path, share)
    assert status == 201
    assert (await ask("POST", path, share | {"description": "Share"}))[0] == 200
    status, changed = await ask("PATCH", f"{path}/{made['id']}", {"name_localizations": {"de": "teilen"}})
    assert changed["description"] == "Share"
    assert changed["version"] != made["version"]
    assert (await ask("GET", f"{path}/{made['id']}"))[1]["id"] == made["id"]
    assert "name_localizations" not in (await ask("GET", path))[1][0]
    assert (await ask("GET", f"{path}?with_localizations=true"))[1][0]["name_localizations"] == {
        "de": "teilen"
    }
    assert (await ask("DELETE", f"{path}/{made['id']}"))[0] == 204
    status, body = await ask("GET", f"{path}/{made['id']}")
    assert (status, body["code"]) == (404, 10063)
    status, body = await ask("POST", path, {"name": "No Spaces", "description": "x"})
    assert (status, body["code"]) == (400, 50035)


async def test_commands_of_another_application_are_not_to_be_had(town: Town, ask: Ask) -> None:
    other = town.sandbox.world.add_application("Other", "other.token")
    assert (await ask("GET", f"/applications/{other.id}/commands"))[0] == 403


async def test_one_scheduled_event(town: Town, ask: Ask) -> None:
    place = town.sandbox.world.add_channel(town.guild, "Stage", "stage")
    path = f"/guilds/{town.guild.id}/scheduled-events"
    start = "2099-01-01T10:00:00+00:00"
    event = {"name": "Open stage", "privacy_level": 2, "scheduled_start_time": start}
    wrong = event | {"entity_type": 1, "channel_id": str(town.channel.id)}
    assert (await ask("POST", path, wrong))[0] == 400
    _, made = await ask("POST", path, event | {"entity_type": 1, "channel_id": str(place.id)})
    _, found = await ask("GET", f"{path}/{made['id']}?with_user_count=true")
    assert (found["channel_id"], found["user_count"]) == (str(place.id), 0)


async def test_a_bot_asks_for_a_dm_once_and_has_it(town: Town, ask: Ask) -> None:
    _, first = await ask("POST", "/users/@me/channels", {"recipient_id": str(town.maya.id)})
    _, again = await ask("POST", "/users/@me/channels", {"recipient_id": str(town.maya.id)})
    assert first["id"] == again["id"]
    assert (await ask("GET", f"/channels/{first['id']}"))[1]["recipients"][0]["id"] == str(town.maya.id)
    assert (await ask("DELETE", f"/channels/{first['id']}"))[0] == 200


async def test_what_the_sandbox_has_not_is_refused_and_not_dropped(town: Town, ask: Ask) -> None:
    poll = {"question": {"text": "How?"}, "answers": [{"poll_media": {"text": "so"}}]}
    status, body = await ask("POST", f"/channels/{town.channel.id}/messages", {"poll": poll})
    assert (status, body["errors"]["poll"]["_errors"][0]["code"]) == (400, "SANDBOX_UNSUPPORTED")
