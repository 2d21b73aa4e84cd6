"""The door of the REST API, as whoever speaks plain HTTP finds it: methods, tokens, bodies, forms, files."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.interactions.models import ATTACHMENT_SIZE_LIMIT
from sandbox.rest import door
from tests.sandbox.conftest import TOKEN, Town

Answer = tuple[int, Any]


class Raw:
    """A client without a library: each request as given, its answer as it came."""

    def __init__(self, town: Town, session: aiohttp.ClientSession) -> None:
        self.url, self._session = town.sandbox.api_url, session
        self.messages = f"/channels/{town.channel.id}/messages"

    async def ask(self, method: str, path: str, *, token: str | None = f"Bot {TOKEN}", **more: Any) -> Answer:
        headers = more.pop("headers", {}) | ({"Authorization": token} if token else {})
        async with self._session.request(method, self.url + path, headers=headers, **more) as answer:
            return answer.status, (await answer.json() if answer.status != 204 else None)

    async def send(self, body: Any) -> Answer:
        return await self.ask("POST", self.messages, json=body)


@pytest.fixture
async def raw(town: Town) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(town, session)


async def test_a_known_path_with_another_method_is_405(raw: Raw) -> None:
    assert await raw.ask("PUT", raw.messages) == (405, {"message": "405: Method Not Allowed", "code": 0})
    assert await raw.ask("PUT", "/teapots") == (404, {"message": "404: Not Found", "code": 0})


@pytest.mark.parametrize("token", ["Bot wrong", TOKEN, f"Bearer {TOKEN}", "Bot"])
async def test_a_wrong_token_opens_nothing_and_no_body_is_read_before_it(raw: Raw, token: str) -> None:
    refused = (401, {"message": "401: Unauthorized", "code": 0})
    assert await raw.ask("POST", raw.messages, token=token, data=b"{") == refused
    assert await raw.ask("GET", "/gateway", token=token) == refused


async def test_where_the_gateway_is_needs_no_token(raw: Raw) -> None:
    status, body = await raw.ask("GET", "/gateway", token=None)
    assert (status, list(body)) == (200, ["url"])


async def test_a_body_of_another_kind_than_json_or_a_form_is_refused(raw: Raw) -> None:
    plain = {"Content-Type": "text/plain"}
    status, body = await raw.ask("POST", raw.messages, data=b'{"content": "x"}', headers=plain)
    assert (status, body["code"]) == (400, 50035)
    assert body["errors"]["_errors"][0]["code"] == "CONTENT_TYPE_INVALID"


async def test_parts_without_their_boundary_are_refused(raw: Raw) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=here"}
    assert (await raw.ask("POST", raw.messages, data=b"nothing", headers=kind))[0] == 400
    kind = {"Content-Type": "multipart/form-data"}
    assert (await raw.ask("POST", raw.messages, data=b"nothing", headers=kind))[0] == 400


async def test_a_form_without_json_is_taken_by_its_fields(raw: Raw) -> None:
    form = aiohttp.FormData({"content": "hello", "tts": "true"})
    form.add_field("file", b"a", filename="a.txt")
    form.add_field("another", b"b", filename="b.txt")
    status, body = await raw.ask("POST", raw.messages, data=form)
    assert (status, body["content"], body["tts"]) == (200, "hello", True)
    assert [each["filename"] for each in body["attachments"]] == ["a.txt", "b.txt"]
    status, body = await raw.ask("POST", raw.messages, data={"content": "hello"})
    assert (status, body["content"]) == (200, "hello")


async def test_a_file_may_have_ten_mebibytes_and_not_a_byte_more(raw: Raw) -> None:
    def form(size: int) -> aiohttp.FormData:
        data = aiohttp.FormData({"payload_json": "{}"})
        data.add_field("files[0]", io.BytesIO(bytes(size)), filename="a.bin")
        return data

    assert (await raw.ask("POST", raw.messages, data=form(ATTACHMENT_SIZE_LIMIT)))[0] == 200
    refused = (413, {"message": "Request entity too large", "code": 40005})
    assert await raw.ask("POST", raw.messages, data=form(ATTACHMENT_SIZE_LIMIT + 1)) == refused
    assert await raw.ask("POST", raw.messages, data=form(door.BODY_BYTES)) == refused


async def test_content_of_2000_is_taken_and_of_2001_refused(raw: Raw) -> None:
    assert (await raw.send({"content": "é" * 2000}))[0] == 200
    status, body = await raw.send({"content": "é" * 2001})
    assert (status, body["errors"]["content"]["_errors"][0]["code"]) == (400, "BASE_TYPE_MAX_LENGTH")


@pytest.mark.parametrize("body", [[], "x", 5, [1]])
async def test_a_body_that_is_no_object_is_a_form_error(raw: Raw, body: object) -> None:
    status, answer = await raw.send(body)
    assert (status, answer["code"]) == (400, 50035)


MALFORMED: list[tuple[str, str, Any]] = [
    ("POST", "/channels/{channel}/messages", {"content": "x", "attachments": 5}),
    ("POST", "/channels/{channel}/messages", {"content": "x", "attachments": [{"id": "here"}]}),
    ("POST", "/channels/{channel}/threads", {"name": "x", "applied_tags": 5}),
    ("PATCH", "/channels/{channel}", {"flags": "x"}),
    ("PATCH", "/channels/{channel}", {"type": 2}),
    ("PATCH", "/channels/{channel}", {"name": 5}),
    ("PATCH", "/guilds/{guild}/channels", [5]),
    ("PATCH", "/guilds/{guild}/channels", {"id": "1"}),
    ("PATCH", "/guilds/{guild}/channels", [{"id": "{channel}", "position": "x"}]),
    ("POST", "/guilds/{guild}/channels", {"name": "v", "type": 2, "bitrate": 1}),
    ("POST", "/guilds/{guild}/roles", {"colors": 5}),
    ("POST", "/guilds/{guild}/roles", {"colors": {"primary_color": "x"}}),
    ("PATCH", "/guilds/{guild}/roles", [5]),
    ("PATCH", "/guilds/{guild}/members/{maya}", {"roles": 5}),
    ("PATCH", "/guilds/{guild}/members/{maya}", {"mute": "x"}),
    ("PUT", "/guilds/{guild}/bans/{maya}", {"delete_message_seconds": 604_801}),
    ("POST", "/guilds/{guild}/bulk-ban", {}),
    ("POST", "/channels/{channel}/webhooks", {"name": "hook", "avatar": "no picture"}),
    ("PATCH", "/users/@me", {"username": "x"}),
    ("GET", "/channels/{channel}/messages/pins?before=soon", None),
    ("GET", "/channels/{channel}/threads/archived/public?before=soon", None),
    ("GET", "/channels/{channel}/messages?limit=101", None),
    ("GET", "/channels/{channel}/messages?limit=0", None),
    ("GET", "/channels/{channel}/messages?limit=many", None),
    ("GET", "/channels/-1", None),
    ("GET", "/channels/١", None),
]


@pytest.mark.parametrize(("method", "path", "body"), MALFORMED)
async def test_what_is_badly_formed_is_a_form_error_and_never_a_500(
    town: Town, raw: Raw, method: str, path: str, body: Any
) -> None:
    ids = {"channel": town.channel.id, "guild": town.guild.id, "maya": town.maya.id}
    if isinstance(body, list) and isinstance(body[0], dict):
        body = [{key: str(value).format(**ids) for key, value in body[0].items()}]
    status, answer = await raw.ask(method, path.format(**ids), json=body)
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    assert answer["errors"]


async def test_a_failure_of_the_sandbox_itself_is_discords_500_and_stands_in_the_log(
    town: Town, raw: Raw, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(type(town.sandbox.world), "user", lambda *_: 1 / 0)
    status, body = await raw.ask("GET", f"/users/{town.maya.id}")
    assert (status, body) == (500, {"message": "500: Internal Server Error", "code": 0})
    assert "ZeroDivisionError" in caplog.text


async def test_a_file_that_is_not_there_is_404(town: Town) -> None:
    async with aiohttp.ClientSession() as session:
        for number in ("1", "x"):
            async with session.get(f"{town.sandbox.url}/attachments/1/{number}/a.txt") as answer:
                assert answer.status == 404


async def test_an_answer_badly_formed_is_refused_and_may_be_given_again(town: Town, raw: Raw) -> None:
    commands = [{"name": "hello", "description": "Say hello"}]
    await raw.ask("PUT", f"/applications/{town.application.id}/commands", json=commands)
    engine, sent = town.sandbox.interactions, asyncio.Event()
    town.sandbox.world.subscribe(lambda event: sent.set() if event.name == "INTERACTION_CREATE" else None)
    asked = asyncio.create_task(engine.slash(town.maya, town.channel, "/hello"))
    await sent.wait()
    (interaction,) = engine.by_token.values()
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    wrong: list[Any] = [
        {"type": 5, "data": {"flags": "x"}},
        {"type": 4, "data": 5},
        {"type": "x"},
        {"type": 99},
        {},
    ]
    for body in wrong:
        status, answer = await raw.ask("POST", path, json=body, token=None)
        assert (status, answer["code"]) == (400, 50035)
    good = {"type": 4, "data": {"content": "Hello"}}
    assert await raw.ask("POST", path, json=good, token=None) == (204, None)
    assert (await asked).message is not None
    status, answer = await raw.ask("POST", path, json=good, token=None)
    assert (status, answer["code"]) == (400, 40060)
    own = f"/webhooks/{town.application.id}/{interaction.token}/messages/"
    assert (await raw.ask("GET", own + "@original", token=None))[1]["content"] == "Hello"
    assert (await raw.ask("GET", own + "first", token=None))[1]["code"] == 10008
