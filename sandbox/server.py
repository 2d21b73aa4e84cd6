"""The server itself: REST and gateway of one sandbox on one port of 127.0.0.1."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox import rest
from sandbox.errors import ApiError
from sandbox.faults import Faults
from sandbox.gateway import Gateway
from sandbox.interactions import Interactions
from sandbox.models import Application, Json
from sandbox.people import Person, named
from sandbox.ratelimits import Limits, RateLimiter, Verdict
from sandbox.rest import door
from sandbox.rest.door import Call, Handler, Reply
from sandbox.trouble import Trouble
from sandbox.world import World

Exchange = Json
"""One REST exchange: method, path, request, status and response, the bodies decoded."""

log = logging.getLogger(__name__)


class Sandbox:
    """A Discord server. `async with Sandbox() as sandbox:` starts and stops it; or call `start` and `stop`.

    `port` 0 takes a free one and keeps it over restarts. With `record` every REST exchange is kept in
    `exchanges`. Further routes can be added to `app` before the first start. `limits` are the rate limits.
    """

    def __init__(
        self, port: int = 0, world: World | None = None, record: bool = False, *, limits: Limits | None = None
    ) -> None:
        self.port = port
        self.world = world or World()
        self.record = record
        self.exchanges: list[Exchange] = []
        self.faults = Faults()
        self.limiter = RateLimiter(limits, applications=self.world.applications.keys())
        self.interactions = Interactions(self.world)
        self.gateway = Gateway(self.world)
        self.app = web.Application(client_max_size=door.BODY_BYTES)
        self.app.router.add_get("/gateway", self.gateway.handle)
        self.app.router.add_get("/gateway/", self.gateway.handle)
        self.app.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", self._file)
        for method, path, handler in rest.ROUTES:
            self.app.router.add_route(method, "/api/v10" + path, self._door(handler))
        self.app.router.add_route("*", "/api/{rest:.*}", self._door(_no_route))
        Trouble(self)
        self._runner: web.AppRunner | None = None
        self._people: dict[int, Person] = {}

    def person(self, name: str) -> Person:
        """The person of that handle or name, to act as; the same object each time."""
        user = named(self.world, name)
        return self._people.setdefault(user.id, Person(self, user))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return self.url + "/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def start(self) -> None:
        """Listens. After `stop` it starts again on the same port, with the world as it is."""
        self._runner = web.AppRunner(self.app, handle_signals=False, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.world.base_url = self.url
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        """Stops listening and ends every connection, as an outage does; the world stays."""
        if self._runner is None:
            return
        self.faults.clear()
        await self.gateway.close()
        await self._runner.cleanup()
        self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.interactions.close()
        await self.stop()

    # REST

    def _door(self, handler: Handler) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            call = Call(self, request)

            async def carry_out(_: web.Request) -> web.StreamResponse:
                return await self._answer(call, handler)

            response = await self.faults.middleware(request, carry_out)
            await self._note(call, response)
            return response

        return answer

    async def _answer(self, call: Call, handler: Handler) -> web.Response:
        headers: Mapping[str, str] = {}
        try:
            call.caller = self._caller(call.request)
            if call.caller is None and "Authorization" in call.request.headers:
                call.application  # noqa: B018 - raises: a wrong token opens nothing, not even what is open to all
            call.body, call.files = await door.read(call.request, self.world.next_id)
            verdict = self._verdict(call)
            headers = verdict.headers
            if verdict.body is not None:
                return _json(429, verdict.body, headers)
            reply = await handler(call)
        except ApiError as refusal:
            reply = Reply(refusal.status, refusal.body())
            if refusal.retry_after is not None:  # discord.py takes a 429 without Via for a ban by address
                told = {"Via": "1.1 sandbox", "X-RateLimit-Scope": "shared"}
                headers = {**headers, **told, "Retry-After": str(math.ceil(refusal.retry_after))}
        except Exception:
            log.exception("The sandbox failed at %s %s", call.request.method, call.request.path)
            reply = Reply(500, {"message": "500: Internal Server Error", "code": 0})
        return _json(reply.status, reply.body, headers)

    def _caller(self, request: web.Request) -> Application | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        for application in self.world.applications.values():
            if kind == "Bot" and application.token == token:
                return application
        return None

    def _verdict(self, call: Call) -> Verdict:
        request = call.request
        caller = call.caller.token if call.caller else str(request.remote)
        return self.limiter.check(request.method, request.path, caller, call.body)

    async def _note(self, call: Call, response: web.StreamResponse) -> None:
        self.limiter.answered(response.status)
        if not self.record:
            return
        if call.body is None and response.status >= 500:  # a fault kept it from being carried out, and read
            try:
                call.body, _ = await door.read(call.request, self.world.next_id)
            except ApiError:
                pass
        body = response.body if isinstance(response, web.Response) else None
        decoded = json.loads(body) if body and response.content_type == "application/json" else None  # type: ignore[arg-type] # always bytes here
        self.exchanges.append(
            {
                "method": call.request.method,
                "path": call.request.path,
                "request": call.body,
                "files": {file.filename: file.data for file in call.files.values()},
                "status": response.status,
                "response": decoded,
            }
        )

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return await self.faults.middleware(request, self._stored)

    async def _stored(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["attachment_id"]
        attachment = self.world.files.get(int(number)) if number.isdigit() else None
        if attachment is None:
            raise web.HTTPNotFound
        return web.Response(body=attachment.data, content_type=attachment.content_type)


async def _no_route(call: Call) -> Reply:
    """404, or 405 where the path is one, but not for this method."""
    for resource in call.request.app.router.resources():
        _, methods = await resource.resolve(call.request)
        if methods - {"*"}:
            raise ApiError(405, 0, "405: Method Not Allowed")
    raise ApiError(404, 0, "404: Not Found")


def _json(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    """discord.py reads a body as JSON only when the content type is exactly this, without a charset."""
    if body is None:
        return web.Response(status=status, headers=headers)
    raw = json.dumps(body, separators=(",", ":")).encode()
    return web.Response(status=status, body=raw, headers=headers, content_type="application/json")
