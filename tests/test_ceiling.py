"""Whatever delays them on their way: in no second do more requests arrive than the ceiling lets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import aiohttp
from aiohttp import web

from bot.ceiling import Ceiling

SECONDS = 0.2  # a short second, for a short test
REQUESTS = 10


class Server:
    """Notes when each request is judged: at once, or after a delay on its way there."""

    def __init__(self, *, most_delay: float = 0.0) -> None:
        self.judged: list[float] = []
        self._chance = Random(7)
        self._most_delay = most_delay
        self.url = ""

    async def judge(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self._chance.uniform(0, self._most_delay))
        self.judged.append(asyncio.get_running_loop().time())
        return web.Response()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.judge)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
        await runner.cleanup()

    def most_in_a_second(self) -> int:
        return max(sum(at <= other < at + SECONDS for other in self.judged) for at in self.judged)


@asynccontextmanager
async def client(ceiling: Ceiling) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(trace_configs=[ceiling.trace()]) as session:
        yield session


async def get(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as response:
        return response.status


async def test_a_crowd_of_requests_arrives_below_the_ceiling_in_every_second() -> None:
    server = Server(most_delay=SECONDS)
    async with server.running(), client(Ceiling(REQUESTS, seconds=SECONDS)) as session:
        crowd = (get(session, f"{server.url}/channels/{n}/messages") for n in range(5 * REQUESTS))
        assert set(await asyncio.gather(*crowd)) == {200}
    assert len(server.judged) == 5 * REQUESTS
    assert server.most_in_a_second() <= REQUESTS


async def test_answers_to_people_are_not_held_back() -> None:
    server = Server()
    async with server.running(), client(Ceiling(1, seconds=3600)) as session:
        await get(session, f"{server.url}/channels/1/messages")
        held = asyncio.create_task(get(session, f"{server.url}/channels/2/messages"))
        assert await get(session, f"{server.url}/interactions/3/token/callback") == 200
        assert await get(session, f"{server.url}/webhooks/3/token") == 200
        assert not held.done()
        held.cancel()


async def test_a_request_that_fails_or_is_given_up_makes_room_again() -> None:
    server = Server()
    async with server.running(), client(Ceiling(1, seconds=0)) as session:
        refused = session.get("http://127.0.0.1:1/")
        try:
            await refused
        except aiohttp.ClientError:
            pass
        given_up = asyncio.create_task(get(session, f"{server.url}/1"))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await get(session, f"{server.url}/2") == 200
