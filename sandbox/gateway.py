"""The gateway, version 10: sessions that receive the world's events (docs: events/gateway).

A session outlives its connection for a while, so that a bot can resume and get what it missed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from importlib import import_module
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from sandbox import intents
from sandbox.intents import Intent
from sandbox.models import Application, Guild, Json, Member
from sandbox.objects import people, places
from sandbox.world import Event, World, messages

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11

# Close codes (docs: topics/opcodes-and-status-codes).
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SEQUENCE, RATE_LIMITED, TIMED_OUT = 4005, 4007, 4008, 4009
INVALID_SHARD, INVALID_VERSION, INVALID_INTENTS, DISALLOWED_INTENTS = 4010, 4012, 4013, 4014

HEARTBEAT_SECONDS = 41.25
RESUMABLE_SECONDS = 180.0
SENDS_PER_MINUTE = 120
REPLAYED_AT_MOST = 2_000


class _Refused(Exception):
    """Ends a connection with a close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class _Compressor(Protocol):
    def __call__(self, text: bytes) -> bytes: ...


def _compressor(kind: str | None) -> _Compressor | None:
    """Makes the transport compression that the query asks for; None sends plain text frames."""
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda text: stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        return _zstd()
    return None


def _zstd() -> _Compressor | None:
    try:
        standard = import_module("compression.zstd")
    except ImportError:
        standard = None
    if standard is not None:
        whole = standard.ZstdCompressor()
        return lambda text: bytes(whole.compress(text, whole.FLUSH_BLOCK))
    try:
        package = import_module("zstandard")
    except ImportError:
        return None
    stream = package.ZstdCompressor().compressobj()
    block = package.COMPRESSOBJ_FLUSH_BLOCK
    return lambda text: bytes(stream.compress(text) + stream.flush(block))


class Connection:
    """One WebSocket. What is sent waits in a queue, so that telling of an event never blocks the teller."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, compress: str | None
    ) -> None:
        self.socket, self._transport = socket, transport
        self.session: Session | None = None
        self.received: deque[float] = deque(maxlen=SENDS_PER_MINUTE + 1)
        self._compress = _compressor(compress)
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

    async def finish(self) -> None:
        """Sends what is still waiting, then stops sending."""
        self._outbox.put_nowait(None)
        await self._writer

    def abort(self) -> None:
        """Cuts the line without a word, as a lost network does."""
        self._outbox.put_nowait(None)
        if self._transport:
            self._transport.abort()


class Session:
    """One identified shard of a bot: what it asked for and what it was sent."""

    def __init__(self, application: Application, wanted: Intent, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.application, self.intents, self.shard = application, wanted, shard
        self.sequence = 0
        self.sent: deque[tuple[int, str, Json]] = deque(maxlen=REPLAYED_AT_MOST)
        self.connection: Connection | None = None
        self.lost_at: float | None = None

    def dispatch(self, name: str, data: Json) -> None:
        self.sequence += 1
        self.sent.append((self.sequence, name, data))
        if self.connection:
            self.connection.send(DISPATCH, data, name=name, sequence=self.sequence)

    def replay(self, after: int) -> None:
        for sequence, name, data in self.sent:
            if sequence > after and self.connection:
                self.connection.send(DISPATCH, data, name=name, sequence=sequence)

    def has_guild(self, guild: Guild | None) -> bool:
        """Whether the guild, or without one the DMs, belong to this shard."""
        return ((guild.id >> 22) % self.shard[1] if guild else 0) == self.shard[0]


class Gateway:
    """All sessions of all bots. `url` is told in READY as the place to resume."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.url = ""
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.unsubscribe = world.subscribe(self._hear)

    # Faults

    def drop(self, application: Application | None = None) -> None:
        """Cuts the connections without a close frame; the sessions can be resumed."""
        for connection in self._of(application):
            connection.abort()

    def reconnect(self, application: Application | None = None) -> None:
        """Asks the bots to reconnect and resume (op 7)."""
        for connection in self._of(application):
            connection.send(RECONNECT)

    def invalidate(self, application: Application | None = None, *, resumable: bool = False) -> None:
        """Tells the bots that their session is void (op 9); unless resumable, it is."""
        for connection in self._of(application):
            if connection.session and not resumable:
                self.sessions.pop(connection.session.id, None)
            connection.send(INVALID_SESSION, resumable)

    def _of(self, application: Application | None) -> list[Connection]:
        return [
            each
            for each in self.connections
            if application is None or (each.session and each.session.application is application)
        ]

    async def close(self) -> None:
        """Ends every connection, as a server that stops does."""
        for connection in list(self.connections):
            await connection.socket.close(code=1001)

    # Telling

    def _hear(self, event: Event) -> None:
        now = asyncio.get_event_loop().time() if self.sessions else 0.0
        for session in list(self.sessions.values()):
            if session.lost_at is not None and now - session.lost_at > RESUMABLE_SECONDS:
                del self.sessions[session.id]
            elif self._wants(session, event):
                session.dispatch(event.name, self._payload(session, event))

    def _wants(self, session: Session, event: Event) -> bool:
        if event.name.startswith("INTERACTION_") and event.name != "INTERACTION_CREATE":
            return False
        ephemeral = event.message is not None and event.message.ephemeral
        if not session.has_guild(None if ephemeral else event.guild):
            return False
        wanted = intents.needed(event)
        if wanted and not wanted & session.intents and not _about_itself(session, event):
            return False
        return self._may_know(session, event)

    def _may_know(self, session: Session, event: Event) -> bool:
        bot = session.application.bot
        if event.application is not None:
            return event.application is session.application
        if event.users is not None:
            return bot in event.users
        if event.channel is not None:
            return self.world.can_view(bot, event.channel)
        if event.name == "THREAD_MEMBERS_UPDATE" and not session.intents & Intent.GUILD_MEMBERS:
            return _about_itself(session, event)
        return event.guild is not None and bot.id in event.guild.members

    def _payload(self, session: Session, event: Event) -> Json:
        bot = session.application.bot
        if event.name == "GUILD_CREATE" and event.guild:
            return self._guild_create(session, event.guild)
        if event.message is not None and event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            reads = bool(session.intents & Intent.MESSAGE_CONTENT)
            return messages.event_body(self.world, event.message, bot, may_read_content=reads)
        return event.payload(bot)

    def _guild_create(self, session: Session, guild: Guild) -> Json:
        members = bool(session.intents & Intent.GUILD_MEMBERS)
        return places.guild_create(guild, session.application.bot, members=members)

    # One connection

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """The door: GET /gateway?v=10&encoding=json[&compress=zlib-stream]."""
        socket = web.WebSocketResponse(max_msg_size=4096)
        await socket.prepare(request)
        connection = Connection(socket, request.transport, request.query.get("compress"))
        self.connections.add(connection)
        code, reason = 1000, ""
        try:
            if request.query.get("v", "10") != "10" or request.query.get("encoding", "json") != "json":
                raise _Refused(INVALID_VERSION, "Invalid API version")
            connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_seconds * 1000), "_trace": []})
            await self._converse(connection)
        except _Refused as refused:
            code, reason = refused.code, refused.reason
        finally:
            self.connections.discard(connection)
            self._leave(connection)
            await connection.finish()
        if not socket.closed:
            await socket.close(code=code, message=reason.encode())
        return socket

    async def _converse(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        while True:
            patience = beat_at + self.heartbeat_seconds * 1.5 - loop.time()
            try:
                frame = await asyncio.wait_for(connection.socket.receive(), max(patience, 0))
            except TimeoutError:
                raise _Refused(TIMED_OUT, "Session timed out") from None
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            _count(connection, loop.time())
            payload = _decoded(frame.data)
            if payload.get("op") == HEARTBEAT:
                beat_at = loop.time()
            self._receive(connection, payload)

    def _receive(self, connection: Connection, payload: Json) -> None:
        op, data = payload.get("op"), payload.get("d")
        if op == HEARTBEAT:
            connection.send(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            self._identify(connection, data or {})
        elif op == RESUME:
            self._resume(connection, data or {})
        elif connection.session is None:
            raise _Refused(NOT_AUTHENTICATED, "Not authenticated")
        elif op == REQUEST_MEMBERS:
            self._request_members(connection.session, data or {})
        elif op not in (PRESENCE, VOICE, 31):
            raise _Refused(UNKNOWN_OPCODE, "Unknown opcode")

    def _application(self, token: object) -> Application:
        bare = str(token).removeprefix("Bot ")
        for application in self.world.applications.values():
            if application.token == bare:
                return application
        raise _Refused(AUTHENTICATION_FAILED, "Authentication failed")

    def _identify(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise _Refused(ALREADY_AUTHENTICATED, "Already authenticated")
        application = self._application(data.get("token"))
        bits = data.get("intents")
        if not isinstance(bits, int) or bits & ~int(intents.KNOWN):
            raise _Refused(INVALID_INTENTS, "Invalid intent(s)")
        if bits & intents.PRIVILEGED & ~application.intents:
            raise _Refused(DISALLOWED_INTENTS, "Disallowed intent(s)")
        shard, count = data.get("shard") or (0, 1)
        if not 0 <= shard < count:
            raise _Refused(INVALID_SHARD, "Invalid shard")
        session = Session(application, Intent(bits), (shard, count))
        self.sessions[session.id] = session
        connection.session, session.connection = session, connection
        guilds = [guild for guild in self.world.guilds_of(application.bot) if session.has_guild(guild)]
        session.dispatch("READY", self._ready(session, guilds))
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                available = {"unavailable": False}  # a guild joined later comes without this
                session.dispatch("GUILD_CREATE", self._guild_create(session, guild) | available)

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        application = session.application
        return {
            "v": 10,
            "user": people.own_user(application.bot),
            "user_settings": {},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "private_channels": [],
            "relationships": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(application.id), "flags": people.application_flags(application)},
        }

    def _resume(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise _Refused(ALREADY_AUTHENTICATED, "Already authenticated")
        application = self._application(data.get("token"))
        session = self.sessions.get(str(data.get("session_id")))
        sequence = data.get("seq") or 0
        if session is None or session.application is not application or self._forgotten(session, sequence):
            connection.send(INVALID_SESSION, False)
            return
        if sequence > session.sequence:
            raise _Refused(INVALID_SEQUENCE, "Invalid seq")
        if session.connection:
            session.connection.session = None
            session.connection.abort()
        connection.session, session.connection, session.lost_at = session, connection, None
        session.replay(sequence)
        session.dispatch("RESUMED", {})

    def _forgotten(self, session: Session, sequence: int) -> bool:
        return bool(session.sent) and session.sent[0][0] > sequence + 1

    def _leave(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        session.lost_at = asyncio.get_running_loop().time()
        if connection.socket.close_code in (1000, 1001):
            self.sessions.pop(session.id, None)

    def _request_members(self, session: Session, data: Json) -> None:
        """Answers op 8 with GUILD_MEMBERS_CHUNK events of at most 1,000 members."""
        guild = self.world.guilds.get(int(data.get("guild_id") or 0))
        if guild is None or session.application.bot.id not in guild.members:
            return
        found, missing = _asked_members(guild, data)
        chunks = [found[start : start + 1000] for start in range(0, len(found), 1000)] or [[]]
        for index, chunk in enumerate(chunks):
            body: Json = {
                "guild_id": str(guild.id),
                "members": [people.member(member) for member in chunk],
                "chunk_index": index,
                "chunk_count": len(chunks),
            }
            if missing:
                body["not_found"] = missing
            if data.get("nonce"):
                body["nonce"] = data["nonce"]
            session.dispatch("GUILD_MEMBERS_CHUNK", body)


def _about_itself(session: Session, event: Event) -> bool:
    """Changes of the bot's own member come without the members' intent."""
    bot = session.application.bot
    if event.name == "GUILD_MEMBER_UPDATE":
        return isinstance(event.subject, Member) and event.subject.user is bot
    return event.name == "THREAD_MEMBERS_UPDATE" and isinstance(event.subject, list) and bot in event.subject


def _asked_members(guild: Guild, data: Json) -> tuple[list[Member], list[str]]:
    asked = data.get("user_ids")
    if asked:
        ids = [int(each) for each in (asked if isinstance(asked, list) else [asked])]
        missing = [str(user_id) for user_id in ids if user_id not in guild.members]
        return [guild.members[user_id] for user_id in ids if user_id in guild.members], missing
    query = str(data.get("query") or "").lower()
    found = [each for each in guild.members.values() if each.display_name.lower().startswith(query)]
    limit = int(data.get("limit") or 0)
    return (found[:limit] if limit else found), []


def _count(connection: Connection, now: float) -> None:
    received = connection.received
    received.append(now)
    if len(received) > SENDS_PER_MINUTE and now - received[0] < 60:
        raise _Refused(RATE_LIMITED, "Rate limited")


def _decoded(data: Any) -> Json:
    try:
        payload = json.loads(data)
    except ValueError:
        raise _Refused(DECODE_ERROR, "Decode error") from None
    if not isinstance(payload, dict):
        raise _Refused(DECODE_ERROR, "Decode error")
    return payload
