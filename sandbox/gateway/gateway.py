"""All connections and sessions, and what a client may say on them."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from sandbox import intents
from sandbox.gateway import connection as wire
from sandbox.gateway.connection import Connection, Refused
from sandbox.gateway.members import send_members
from sandbox.gateway.session import Session
from sandbox.intents import Intent
from sandbox.models import Application, Guild, Json
from sandbox.objects import people
from sandbox.world import Event, World

HEARTBEAT_SECONDS = 41.25
ACK_SECONDS = 0.05
"""A way there and back. discord.py takes an ack that is quicker than its own thread for a very late one."""


class Gateway:
    """`url` is told in READY as the place to resume; a test may shorten `heartbeat_seconds`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.url = ""
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        world.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        for session in list(self.sessions.values()):
            if session.over:
                del self.sessions[session.id]
            elif session.wants(event, self.world):
                session.dispatch(event.name, session.payload(event, self.world))

    # Faults

    def drop(self, application: Application | None = None) -> None:
        """Cuts the connections without a close frame; the sessions can be resumed."""
        for connection in self._of(application):
            connection.abort()

    def reconnect(self, application: Application | None = None) -> None:
        """Asks the bots to reconnect and resume (op 7)."""
        for connection in self._of(application):
            connection.send(wire.RECONNECT)

    def invalidate(self, application: Application | None = None, *, resumable: bool = False) -> None:
        """Tells the bots that their session is void (op 9); unless resumable, it is."""
        for connection in self._of(application):
            session = self._session(connection)
            if session and not resumable:
                del self.sessions[session.id]
            connection.send(wire.INVALID_SESSION, resumable)

    def _of(self, application: Application | None) -> list[Connection]:
        if application is None:
            return list(self.connections)
        held = [each for each in self.sessions.values() if each.application is application]
        return [each.connection for each in held if each.connection]

    def _session(self, connection: Connection) -> Session | None:
        """Whose connection it is: none before the client has identified, or once its session is void."""
        return next((each for each in self.sessions.values() if each.connection is connection), None)

    async def close(self) -> None:
        """Ends every connection, as a server that stops does; the sessions can be resumed."""
        for connection in list(self.connections):
            await connection.socket.close(code=1001)

    # One connection

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """The door: GET /gateway?v=10&encoding=json[&compress=zlib-stream]."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request.transport, request.query.get("compress"))
        self.connections.add(connection)
        code, reason = 1000, ""
        try:
            if request.query.get("v", "10") != "10" or request.query.get("encoding", "json") != "json":
                raise Refused(wire.INVALID_VERSION, "Invalid API version")
            await self._converse(connection)
        except Refused as refused:
            code, reason = refused.code, refused.reason
        finally:
            self.connections.discard(connection)
            self._leave(connection)
            await connection.finish()
        if not socket.closed:
            await socket.close(code=code, message=reason.encode())
        return socket

    async def _converse(self, connection: Connection) -> None:
        interval = int(self.heartbeat_seconds * 1000)
        connection.send(wire.HELLO, {"heartbeat_interval": interval, "_trace": []})
        beat_at = time.monotonic()
        while True:
            patience = beat_at + self.heartbeat_seconds * 1.5 - time.monotonic()
            payload = await connection.receive(patience)
            if payload is None:
                return
            if payload.get("op") == wire.HEARTBEAT:
                beat_at = time.monotonic()
            data = payload.get("d")
            self._obey(connection, payload.get("op"), data if isinstance(data, dict) else {})

    def _obey(self, connection: Connection, op: object, data: Json) -> None:
        session = self._session(connection)
        if op == wire.HEARTBEAT:
            asyncio.get_running_loop().call_later(ACK_SECONDS, connection.send, wire.HEARTBEAT_ACK)
        elif op in (wire.IDENTIFY, wire.RESUME):
            if session is not None:
                raise Refused(wire.ALREADY_AUTHENTICATED, "Already authenticated")
            application = self._application(data.get("token"))
            begin = self._identify if op == wire.IDENTIFY else self._resume
            begin(connection, application, data)
        elif session is None:
            raise Refused(wire.NOT_AUTHENTICATED, "Not authenticated")
        elif op == wire.REQUEST_MEMBERS:
            send_members(session, self.world, data)
        elif op not in (wire.PRESENCE, wire.VOICE, wire.REQUEST_SOUNDS):
            raise Refused(wire.UNKNOWN_OPCODE, "Unknown opcode")

    def _application(self, token: object) -> Application:
        bare = str(token).removeprefix("Bot ")
        for application in self.world.applications.values():
            if application.token == bare:
                return application
        raise Refused(wire.AUTHENTICATION_FAILED, "Authentication failed")

    def _identify(self, connection: Connection, application: Application, data: Json) -> None:
        bits = data.get("intents")
        if not isinstance(bits, int) or isinstance(bits, bool) or bits & ~int(intents.KNOWN):
            raise Refused(wire.INVALID_INTENTS, "Invalid intent(s)")
        if bits & intents.PRIVILEGED & ~application.intents:
            raise Refused(wire.DISALLOWED_INTENTS, "Disallowed intent(s)")
        session = Session(application, Intent(bits), _shard(data.get("shard", [0, 1])))
        self.sessions[session.id] = session
        session.attach(connection)
        guilds = [guild for guild in self.world.guilds_of(session.bot) if session.has_guild(guild)]
        session.dispatch("READY", self._ready(session, guilds))
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                available = {"unavailable": False}  # a guild joined later comes without this
                session.dispatch("GUILD_CREATE", session.guild_create(guild) | available)

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        flags = people.application_flags(session.application)
        return {
            "v": 10,
            "user": people.own_user(session.bot),
            "user_settings": {},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "private_channels": [],
            "relationships": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(session.application.id), "flags": flags},
        }

    def _resume(self, connection: Connection, application: Application, data: Json) -> None:
        session = self.sessions.get(str(data.get("session_id")))
        sequence = wire.whole(data.get("seq") or 0)
        if session is None or session.application is not application or not session.can_replay(sequence):
            connection.send(wire.INVALID_SESSION, False)
            return
        if sequence > session.sequence:
            raise Refused(wire.INVALID_SEQUENCE, "Invalid seq")
        session.attach(connection)
        session.replay(sequence)
        session.dispatch("RESUMED", {})

    def _leave(self, connection: Connection) -> None:
        """The session waits to be resumed, unless the client took its leave (docs: events/gateway)."""
        session = self._session(connection)
        if session is None:
            return
        session.detach()
        if connection.farewell in (1000, 1001):
            self.sessions.pop(session.id, None)


def _shard(given: object) -> tuple[int, int]:
    match given:
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
    raise Refused(wire.INVALID_SHARD, "Invalid shard")
