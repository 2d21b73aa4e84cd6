"""Faults on demand: what the network and Discord do to a bot on a bad day, set up by a test or the page.

The server puts `Faults.middleware` round its REST routes. A fault strikes the next requests that match it,
in the order faults were set, and is spent after `times` of them.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# What stands behind Discord's own 500; the gateway errors are its proxy's and no JSON at all.
_BODIES: Final = {
    500: ("application/json", '{"message": "500: Internal Server Error", "code": 0}'),
    502: ("text/html", "<html><head><title>502 Bad Gateway</title></head></html>"),
    503: ("text/plain", "upstream connect error or disconnect/reset before headers"),
    504: ("text/html", "<html><head><title>504 Gateway Time-out</title></head></html>"),
}


class Ending(Enum):
    """How a struck request ends."""

    ANSWER = "answer"  # as it would have
    STATUS = "status"  # with a 5xx
    CLOSE = "close"  # the connection closes without a word
    RESET = "reset"  # the connection is reset (ECONNRESET)


@dataclass(eq=False)
class Fault:
    """One kind of trouble for the next `times` requests whose method and path match.

    `takes_effect` says whether the request is carried out all the same before it ends badly.
    """

    method: str
    path: re.Pattern[str]
    ending: Ending
    times: int
    status: int = 500
    takes_effect: bool = False
    seconds: float = 0.0
    struck: int = 0
    held: asyncio.Event | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def matches(self, method: str, path: str) -> bool:
        wanted = self.method in ("*", method)
        return self.struck < self.times and wanted and self.path.search(path) is not None

    def release(self) -> None:
        """Let the requests that `hold` keeps waiting go on, and later ones pass."""
        if self.held:
            self.held.set()

    async def has_struck(self, times: int = 1) -> None:
        """Wait until so many requests met this fault."""
        while self.struck < times:
            self._changed.clear()
            await self._changed.wait()

    def strike(self) -> None:
        self.struck += 1
        self._changed.set()


class Faults:
    """The faults that are set. `method` is upper case or "*" for any; `path` a regular expression."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def status(
        self,
        status: int = 500,
        *,
        method: str = "*",
        path: str = "",
        times: int = 1,
        takes_effect: bool = False,
    ) -> Fault:
        """Answer with a 5xx, before the request took effect or (`takes_effect`) after it did."""
        return self._set(Fault(method, re.compile(path), Ending.STATUS, times, status, takes_effect))

    def lose_answer(self, *, method: str = "*", path: str = "", times: int = 1) -> Fault:
        """Carry the request out, then close the connection without an answer: stored, and nobody knows."""
        return self._set(Fault(method, re.compile(path), Ending.CLOSE, times, takes_effect=True))

    def reset(
        self, *, method: str = "*", path: str = "", times: int = 1, takes_effect: bool = False
    ) -> Fault:
        """Reset the connection, before the request took effect or (`takes_effect`) after it did."""
        return self._set(Fault(method, re.compile(path), Ending.RESET, times, takes_effect=takes_effect))

    def slow(self, seconds: float, *, method: str = "*", path: str = "", times: int = 1) -> Fault:
        """Take `seconds` longer before the request takes effect."""
        return self._set(Fault(method, re.compile(path), Ending.ANSWER, times, seconds=seconds))

    def hold(self, *, method: str = "*", path: str = "", times: int = 1, takes_effect: bool = False) -> Fault:
        """Keep the answer back until `release()`; with `takes_effect` it was carried out before."""
        fault = Fault(method, re.compile(path), Ending.ANSWER, times, takes_effect=takes_effect)
        fault.held = asyncio.Event()
        return self._set(fault)

    def clear(self) -> None:
        """Take back every fault and let go of every held request."""
        for fault in self._faults:
            fault.release()
        self._faults.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, already counted; None for a good day."""
        for fault in self._faults:
            if fault.matches(method, path):
                fault.strike()
                return fault
        return None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """An aiohttp middleware."""
        fault = self.meet(request.method, request.path)
        if fault is None:
            return await handler(request)
        await _received(request)
        answer = await handler(request) if fault.takes_effect else None
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.held:
            await fault.held.wait()
        if fault.ending is Ending.ANSWER:
            return answer or await handler(request)
        if fault.ending is Ending.STATUS:
            content_type, text = _BODIES.get(fault.status, _BODIES[500])
            return web.Response(status=fault.status, text=text, content_type=content_type)
        _cut(request, abruptly=fault.ending is Ending.RESET)
        return web.Response(status=500)

    def _set(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault


async def _received(request: web.Request) -> None:
    """Read the whole body into the request's memory: it has arrived, even if who sent it is gone by then."""
    if request.content_type == "multipart/form-data":
        await request.post()
    else:
        await request.read()


def _cut(request: web.Request, *, abruptly: bool) -> None:
    """Close the connection under the request; abruptly with a TCP reset (ECONNRESET)."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if abruptly and connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
