"""Discord takes 50 requests a second of one bot (topics/rate-limits): more are never under way.

discord.py only reacts to that limit once it is hit, and what leaves evenly may still arrive in a bunch. So a
request counts from its start until a second after its answer; in between, Discord has judged it. However late
any of them arrives, those that arrive within one second all count at that second's end: never too many.
"""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import aiohttp

SECOND = 1.02  # a little more: two clocks do not run quite alike


class Ceiling:
    """Holds back the requests of one client session, in the order they are made."""

    def __init__(self, requests: int, *, seconds: float = SECOND) -> None:
        self._free = asyncio.Semaphore(requests)
        self._seconds = seconds

    def trace(self) -> aiohttp.TraceConfig:
        """To be given to the session (discord.py: `http_trace`)."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._start)
        trace.on_request_end.append(self._end)
        trace.on_request_exception.append(self._end)
        return trace

    async def _start(
        self,
        session: aiohttp.ClientSession,
        request: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        request.counts = not _is_for_an_interaction(params.url.path)
        if request.counts:
            await self._free.acquire()

    async def _end(self, session: aiohttp.ClientSession, request: SimpleNamespace, params: object) -> None:
        if request.counts:
            asyncio.get_running_loop().call_later(self._seconds, self._free.release)


def _is_for_an_interaction(path: str) -> bool:
    """Answers to interactions and their followups are not bound to the limit, and people wait for them."""
    return "/interactions/" in path or "/webhooks/" in path
