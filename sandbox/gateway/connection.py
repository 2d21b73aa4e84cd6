"""One WebSocket of the gateway: payloads in and out, and the codes it may be closed with."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque

from aiohttp import WSMsgType, web

from sandbox.gateway.compression import compressor
from sandbox.limits.forms import whole_number
from sandbox.models import Json

# Opcodes and close codes (docs: topics/opcodes-and-status-codes).
DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK, REQUEST_SOUNDS = 8, 9, 10, 11, 31
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SEQUENCE, RATE_LIMITED, TIMED_OUT = 4005, 4007, 4008, 4009
INVALID_SHARD, INVALID_VERSION, INVALID_INTENTS, DISALLOWED_INTENTS = 4010, 4012, 4013, 4014

SENDS_PER_MINUTE = 120
MAX_BYTES = 4096
"""Of one payload from a client (docs: events/gateway, "Sending Events")."""


class Refused(Exception):
    """Ends a connection with a close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Connection:
    """One WebSocket. What is sent waits in a queue, so that telling of an event never blocks the teller."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, compress: str | None
    ) -> None:
        self.socket, self._transport = socket, transport
        self.farewell: int | None = None
        """The code the client closed with, if it did."""
        self._received: deque[float] = deque(maxlen=SENDS_PER_MINUTE + 1)
        self._compress = compressor(compress)
        self._outbox: asyncio.Queue[Json | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(
        self, op: int, data: object = None, *, name: str | None = None, sequence: int | None = None
    ) -> None:
        self._outbox.put_nowait({"op": op, "d": data, "s": sequence, "t": name})

    async def _write(self) -> None:
        while (payload := await self._outbox.get()) is not None:
            text = json.dumps(payload, separators=(",", ":"))
            try:
                if self._compress:
                    await self.socket.send_bytes(self._compress(text.encode()))
                else:
                    await self.socket.send_str(text)
            except ConnectionError:
                return

    async def receive(self, patience: float) -> Json | None:
        """The next payload, None at the end. Raises Refused after so many seconds without one (4009), for
        what cannot be read or is too large (4002) and for too many a minute (4008)."""
        try:
            frame = await asyncio.wait_for(self.socket.receive(), max(patience, 0))
        except TimeoutError:
            raise Refused(TIMED_OUT, "Session timed out") from None
        if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            self.farewell = frame.data if frame.type is WSMsgType.CLOSE else None
            return None
        now = time.monotonic()
        self._received.append(now)
        if len(self._received) > SENDS_PER_MINUTE and now - self._received[0] < 60:
            raise Refused(RATE_LIMITED, "Rate limited")
        if len(frame.data.encode() if isinstance(frame.data, str) else frame.data) > MAX_BYTES:
            raise Refused(DECODE_ERROR, "Payload too large")
        return _decoded(frame.data)

    async def finish(self) -> None:
        """Sends what is still waiting, then stops sending."""
        self._outbox.put_nowait(None)
        await self._writer

    def abort(self) -> None:
        """Cuts the line without a word, as a lost network does."""
        self._outbox.put_nowait(None)
        if self._transport:
            self._transport.abort()


def whole(value: object) -> int:
    """A number or an id of a payload. Raises Refused (4002)."""
    number = whole_number(value)
    if number is None:
        raise Refused(DECODE_ERROR, "Decode error")
    return number


def _decoded(data: str | bytes) -> Json:
    try:
        payload = json.loads(data)
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise Refused(DECODE_ERROR, "Decode error")
    return payload
