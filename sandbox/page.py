"""The page at `/`: be anyone in the sandbox, in a browser: see what they may see, do what they may do.

One WebSocket pushes the person's whole view after each change; what they do comes as JSON posts.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import WSCloseCode, web

from sandbox.errors import ApiError
from sandbox.interactions.models import CannotInvoke, Modal, Outcome, What
from sandbox.models import Channel, ChannelType, Guild, Json, Message, User
from sandbox.people.person import uploaded
from sandbox.permissions import Permission
from sandbox.seed import Seeded
from sandbox.server import Sandbox
from sandbox.trouble import must_be_local
from sandbox.world import Event, messages

WEB = Path(__file__).parent / "web"
SHOWN = 100  # messages of a channel; older ones have scrolled away
COALESCE_SECONDS = 0.05
LONGEST_STEP = timedelta(days=31)
STEP = timedelta(minutes=20)  # while looking for what comes next
LOOK_AHEAD = timedelta(days=14)


class BotClock(Protocol):
    """The bot's clock, which the page may move forward."""

    def now(self) -> datetime: ...
    async def advance(self, by: timedelta) -> None: ...


def add_page(sandbox: Sandbox, seeded: Seeded, *, clock: BotClock) -> None:
    """Add the page's routes; call it before the sandbox starts."""
    Page(sandbox, seeded, clock).add_routes()


class Page:
    def __init__(self, sandbox: Sandbox, seeded: Seeded, clock: BotClock) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._seeded = seeded
        self._clock = clock
        self._modals: dict[str, Modal] = {}
        self._watchers: set[asyncio.Event] = set()
        self._written: dict[int, datetime] = {}  # message id -> when it came, by the bot's clock

    def add_routes(self) -> None:
        app = self._sandbox.app
        app.router.add_get("/", self._index)
        app.router.add_get("/sandbox/people", self._people)
        app.router.add_get("/sandbox/live", self._live)
        for name, act in (
            ("say", self._say),
            ("commands", self._commands),
            ("slash", self._slash),
            ("autocomplete", self._autocomplete),
            ("press", self._press),
            ("submit", self._submit),
            ("clock", self._advance),
        ):
            app.router.add_post(f"/sandbox/{name}", self._door(act))
        app.router.add_static("/web", WEB)
        self._world.subscribe(self._happened)

    # What is seen

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(WEB / "index.html", headers={"Cache-Control": "no-store"})

    async def _people(self, request: web.Request) -> web.Response:
        roles = {user.id: self._role_of(user) for user in self._seeded.people.values()}
        return web.json_response(
            [
                {"id": str(u.id), "name": u.display_name, "role": roles[u.id]}
                for u in self._seeded.people.values()
            ]
        )

    def _role_of(self, user: User) -> str:
        guild = self._seeded.guild
        if guild.owner is user:
            return "owns the server"
        member = guild.members.get(user.id)
        return ", ".join(role.name for role in member.roles) or "member" if member else "has left"

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        must_be_local(request)
        user = self._user(request.query.get("as", ""))
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        change = asyncio.Event()
        change.set()
        self._watchers.add(change)
        reading = asyncio.create_task(_until_closed(socket))
        try:
            while not reading.done():
                waiting = asyncio.create_task(change.wait())
                await asyncio.wait([reading, waiting], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                change.clear()
                if not socket.closed:
                    await socket.send_str(json.dumps(self.view(user)))
                await asyncio.sleep(COALESCE_SECONDS)
        except (ConnectionResetError, asyncio.CancelledError):
            await socket.close(code=WSCloseCode.GOING_AWAY)
        finally:
            self._watchers.discard(change)
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading
        return socket

    def _happened(self, event: Event) -> None:
        if event.message is not None:
            self._written.setdefault(event.message.id, self._clock.now())
        self._changed()

    def _changed(self) -> None:
        for change in self._watchers:
            change.set()

    def view(self, user: User) -> Json:
        """All that this person sees: channels with their messages, names to show, and the bot's clock."""
        guild = self._seeded.guild
        places = [channel for channel in guild.channels.values() if channel.type is ChannelType.TEXT]
        places += [
            thread for thread in guild.threads.values() if not (thread.thread and thread.thread.archived)
        ]
        dm = self._world.open_dm(user, self._seeded.application.bot)
        seen = [channel for channel in places if self._world.can_view(user, channel)]
        return {
            "clock": self._clock.now().isoformat(),
            "me": {"id": str(user.id), "name": user.display_name},
            "server": guild.name,
            "channels": [self._channel(channel, user) for channel in [*seen, dm]],
            "names": self._names(guild),
        }

    def _channel(self, channel: Channel, user: User) -> Json:
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        shown = [m for m in channel.messages.values() if not m.deleted]
        shown += [
            m
            for m in self._world.ephemeral.values()
            if m.viewer is user and m.channel is channel and not m.deleted
        ]
        shown.sort(key=lambda message: message.id)
        return {
            "id": str(channel.id),
            "name": "Towards" if channel.is_dm else channel.name,
            "kind": "dm" if channel.is_dm else "thread" if channel.is_thread else "text",
            "parent": str(channel.parent.id) if channel.parent else None,
            "may_write": channel.is_dm or bool(self._world.permissions(user, channel) & needed),
            "messages": [self._message(message, user) for message in shown[-SHOWN:]],
        }

    def _message(self, message: Message, viewer: User) -> Json:
        body = messages.as_seen_by(self._world, message, viewer, may_read_content=True)
        member = self._seeded.guild.members.get(message.author.id)
        return body | {
            "author_name": member.display_name if member else message.author.display_name,
            "ephemeral": message.ephemeral,
            "loading": message.loading,
            "at": self._written.get(message.id, message.created_at).isoformat(),
        }

    def _names(self, guild: Guild) -> Json:
        return {
            "users": {str(u.id): self._display(guild, u) for u in self._world.users.values()},
            "roles": {str(role.id): role.name.removeprefix("@") for role in guild.roles.values()},
            "channels": {str(c.id): c.name for c in (*guild.channels.values(), *guild.threads.values())},
        }

    def _display(self, guild: Guild, user: User) -> str:
        member = guild.members.get(user.id)
        return member.display_name if member else user.display_name

    # What is done

    def _door(
        self, act: Callable[[User, Json], Awaitable[Json]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            must_be_local(request)
            body = await request.json()
            try:
                return web.json_response(await act(self._user(body.get("as", "")), body))
            except CannotInvoke as refusal:
                return web.json_response({"refused": f"Discord would not let you: {refusal}."})
            except ApiError as refusal:
                return web.json_response({"refused": str(refusal.body()["message"])})

        return answer

    def _user(self, user_id: str) -> User:
        user = self._world.users.get(int(user_id)) if user_id.isdigit() else None
        if user is None:
            raise web.HTTPNotFound(text="nobody here has that id")
        return user

    def _channel_named(self, channel_id: str) -> Channel:
        channel = self._world.channels.get(int(channel_id)) if channel_id.isdigit() else None
        if channel is None:
            raise web.HTTPNotFound(text="that channel is gone")
        return channel

    async def _say(self, user: User, body: Json) -> Json:
        channel = self._channel_named(body["channel"])
        if not self._channel(channel, user)["may_write"]:
            raise CannotInvoke("you can't write here")
        messages.post(self._world, channel, user, str(body["text"])[:4000])
        return {}

    async def _commands(self, user: User, body: Json) -> Json:
        offered = self._sandbox.interactions.offered(user, self._channel_named(body["channel"]))
        return {"commands": [command for _, command in offered]}

    async def _slash(self, user: User, body: Json) -> Json:
        channel = self._channel_named(body["channel"])
        options = {name: self._thing(value) for name, value in body["options"].items()}
        return self._told(await self._sandbox.interactions.slash(user, channel, body["path"], options))

    async def _autocomplete(self, user: User, body: Json) -> Json:
        channel = self._channel_named(body["channel"])
        options = {name: self._thing(value) for name, value in body["options"].items()}
        choices = await self._sandbox.interactions.autocomplete(
            user, channel, body["path"], options, body["focused"]
        )
        return {"choices": choices}

    async def _press(self, user: User, body: Json) -> Json:
        message = self._message_named(body["channel"], body["message"])
        values = body.get("values")
        chosen = None if values is None else [self._thing(value) for value in values]
        return self._told(await self._sandbox.interactions.press(user, message, body["custom_id"], chosen))

    async def _submit(self, user: User, body: Json) -> Json:
        modal = self._modals.pop(body["modal"], None)
        if modal is None:
            raise CannotInvoke("that form is closed")
        values = {
            name: [self._thing(each) for each in value] if isinstance(value, list) else value
            for name, value in body["values"].items()
        }
        try:
            return self._told(await self._sandbox.interactions.submit(user, modal, values))
        except CannotInvoke:
            self._modals[body["modal"]] = modal  # it stays open: nothing that was typed is lost
            raise

    def _message_named(self, channel_id: str, message_id: str) -> Message:
        channel = self._channel_named(channel_id)
        message = channel.messages.get(int(message_id)) or self._world.ephemeral.get(int(message_id))
        if message is None:
            raise CannotInvoke("that message is gone")
        return message

    def _thing(self, value: Any) -> Any:
        """A named user, role or channel ({"user": id}) as the sandbox's own object; else the value itself.

        A file is {"file": {"name", "data"}}, its bytes in base64.
        """
        if not isinstance(value, dict):
            return value
        kind, named = next(iter(value.items()))
        if kind == "file":
            return uploaded(self._world, str(named["name"]), base64.b64decode(named["data"]))
        guild = self._seeded.guild
        found: Any = {"user": self._world.users, "role": guild.roles, "channel": self._world.channels}[kind]
        return found[int(named)]

    def _told(self, outcome: Outcome) -> Json:
        if outcome.failed:
            return {"refused": "The application did not respond."}
        if outcome.what is What.MODAL and outcome.modal is not None:
            token = str(outcome.interaction.id)
            self._modals[token] = outcome.modal
            modal = outcome.modal
            return {"modal": {"token": token, "title": modal.title, "components": modal.components}}
        return {"channel": str(outcome.message.channel.id) if outcome.message else None}

    async def _advance(self, user: User, body: Json) -> Json:
        if body.get("until") == "post":
            return {"posted": await self._until_the_bot_posts()}
        by = timedelta(minutes=float(body["minutes"]))
        if not timedelta(0) < by <= LONGEST_STEP:
            raise CannotInvoke("the clock moves forward, by a month at most")
        await self._clock.advance(by)
        self._changed()
        return {}

    async def _until_the_bot_posts(self) -> str | None:
        """Move the clock on until the bot posts in the server: the channel's id, None after two weeks."""
        posted: list[Event] = []
        stop = self._world.subscribe(lambda event: posted.append(event) if self._is_post(event) else None)
        try:
            for _ in range(int(LOOK_AHEAD / STEP)):
                await self._clock.advance(STEP)
                if posted:
                    break
        finally:
            stop()
            self._changed()
        places = [event.message.channel.id for event in posted if event.message is not None]
        return str(places[0]) if places else None

    def _is_post(self, event: Event) -> bool:
        by_bot = event.message is not None and event.message.author is self._seeded.application.bot
        return event.name == "MESSAGE_CREATE" and event.guild is not None and by_bot


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass
