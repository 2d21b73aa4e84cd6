"""Faults strike the requests they are set for, before or after those took effect."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.faults import Faults


@dataclass
class Post:
    """A server that keeps what it is sent, behind faults, and a client to it."""

    faults: Faults
    client: aiohttp.ClientSession
    stored: list[str] = field(default_factory=list)
    kept: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, text: str, path: str = "/channels/1/messages") -> int:
        async with self.client.post(path, data=text) as answer:
            await answer.read()
            return answer.status


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    faults, stored, kept = Faults(), list[str](), asyncio.Event()

    async def store(request: web.Request) -> web.Response:
        stored.append(await request.text())
        kept.set()
        return web.Response(text="stored")

    app = web.Application(middlewares=[faults.middleware])
    app.router.add_post("/{path:.*}", store)
    server = TestServer(app)
    await server.start_server()
    async with aiohttp.ClientSession(base_url=server.make_url("/")) as client:
        yield Post(faults, client, stored, kept)
        faults.clear()
    await server.close()


async def test_without_faults_everything_passes(post: Post) -> None:
    assert await post.send("a") == 200
    assert post.stored == ["a"]


async def test_a_500_before_the_effect_stores_nothing(post: Post) -> None:
    post.faults.status(500, times=2)
    assert [await post.send(text) for text in "abc"] == [500, 500, 200]
    assert post.stored == ["c"]


async def test_a_503_after_the_effect_has_stored_it(post: Post) -> None:
    post.faults.status(503, takes_effect=True)
    assert await post.send("a") == 503
    assert post.stored == ["a"]


async def test_a_lost_answer_closes_the_connection_after_storing(post: Post) -> None:
    fault = post.faults.lose_answer()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post.send("a")
    await fault.has_struck()
    assert post.stored == ["a"]
    assert await post.send("b") == 200


async def test_a_reset_reaches_the_client_as_econnreset(post: Post) -> None:
    post.faults.reset()
    with pytest.raises(aiohttp.ClientOSError) as caught:
        await post.send("a")
    assert caught.value.errno == errno.ECONNRESET
    assert post.stored == []


async def test_a_fault_strikes_only_its_method_and_path(post: Post) -> None:
    post.faults.status(500, method="PATCH")
    post.faults.status(502, method="POST", path=r"/channels/2/")
    assert await post.send("a") == 200
    assert await post.send("b", "/channels/2/messages") == 502
    assert await post.send("c", "/channels/2/messages") == 200


async def test_faults_strike_in_the_order_they_were_set(post: Post) -> None:
    post.faults.status(500)
    post.faults.status(502)
    assert [await post.send(text) for text in "abc"] == [500, 502, 200]


async def test_a_held_request_waits_until_it_is_released(post: Post) -> None:
    fault = post.faults.hold(takes_effect=True)
    sending = asyncio.create_task(post.send("a"))
    await fault.has_struck()
    assert await post.send("b") == 200, "only the first was held"
    assert not sending.done()
    fault.release()
    assert await sending == 200
    assert sorted(post.stored) == ["a", "b"]


async def test_clearing_lets_go_of_what_is_held(post: Post) -> None:
    fault = post.faults.hold()
    post.faults.status(500)
    sending = asyncio.create_task(post.send("a"))
    await fault.has_struck()
    post.faults.clear()
    assert await sending == 200
    assert await post.send("b") == 200


async def test_a_slow_request_still_takes_effect(post: Post) -> None:
    fault = post.faults.slow(0.01)
    assert await post.send("a") == 200
    assert fault.struck == 1


async def test_a_held_request_has_arrived_even_when_its_sender_is_gone(post: Post) -> None:
    fault = post.faults.hold()
    sending = asyncio.create_task(post.send("a"))
    await fault.has_struck()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    fault.release()
    await post.kept.wait()
    assert post.stored == ["a"]
