"""All trouble that can be made, in one place, and over plain HTTP for whoever tests from another process:

    POST /sandbox/trouble/status  {"status": 503, "method": "POST", "path": "/messages$", "times": 2}

A test in Python calls the same things itself: `sandbox.faults`, `sandbox.gateway` and `sandbox.world`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aiohttp import web

from sandbox.limits.forms import Errors, Form, flat, leaf
from sandbox.permissions import Permission

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Known = TypeVar("Known")
STATUSES: Final = (500, 502, 503, 504)
METHODS: Final = ("*", "GET", "POST", "PUT", "PATCH", "DELETE")
GATEWAY: Final = ("drop", "reconnect", "resume", "invalidate")


class Trouble:
    """The door to it. Every request is answered with {}, or 400 and what is wrong with it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        kinds: dict[str, Callable[[Form], None]] = {
            "status": self._status,
            "slow": self._slow,
            "lose-answer": self._lose_answer,
            "reset": self._reset,
            "gateway": self._gateway,
            "revoke": self._revoke,
            "delete-channel": self._delete_channel,
            "close-dms": self._close_dms,
            "clear": self._clear,
        }
        for name, make in kinds.items():
            sandbox.app.router.add_post(f"/sandbox/trouble/{name}", self._door(make))

    def _door(self, make: Callable[[Form], None]) -> Any:
        async def answer(request: web.Request) -> web.Response:
            must_be_local(request)
            try:
                form = Form(await request.json())
            except json.JSONDecodeError:
                form = Form(None)
            if not form.errors:
                make(form)
            if form.errors:
                return web.json_response(flat(form.errors, "message"), status=400)
            return web.json_response({})

        return answer

    # Requests

    def _status(self, form: Form) -> None:
        """Answer with `status` (500), before the request took effect or with `takes_effect` after it did."""
        status = form.choice("status", STATUSES) or 500
        takes_effect = bool(form.boolean("takes_effect"))
        self._struck(
            form, lambda which: self._sandbox.faults.status(status, takes_effect=takes_effect, **which)
        )

    def _slow(self, form: Form) -> None:
        """Take `milliseconds` longer."""
        wait = form.number("milliseconds", least=0, most=600_000, needed=True) or 0
        self._struck(form, lambda which: self._sandbox.faults.slow(wait / 1000, **which))

    def _lose_answer(self, form: Form) -> None:
        """Carry it out and close the connection without a word."""
        self._struck(form, lambda which: self._sandbox.faults.lose_answer(**which))

    def _reset(self, form: Form) -> None:
        """Reset the connection, before it took effect or with `takes_effect` after it did."""
        takes_effect = bool(form.boolean("takes_effect"))
        self._struck(form, lambda which: self._sandbox.faults.reset(takes_effect=takes_effect, **which))

    def _struck(self, form: Form, strike: Callable[[dict[str, Any]], object]) -> None:
        """Which requests: `method` ("*"), `path` (a regular expression, any), `times` (1)."""
        method = form.choice("method", METHODS) or "*"
        path = form.text("path", most=500) or ""
        times = form.number("times", least=1, most=10**6) or 1
        form.refuse("path", _no_pattern(path))
        if not form.errors:
            strike({"method": method, "path": path, "times": times})

    def _clear(self, form: Form) -> None:
        """No faults strike any more."""
        self._sandbox.faults.clear()

    # The gateway

    def _gateway(self, form: Form) -> None:
        """`how`: drop every connection, ask to reconnect (op 7), or void the sessions (op 9), which with
        "resume" can be taken up again and with "invalidate" cannot."""
        how = form.choice("how", GATEWAY, needed=True)
        gateway = self._sandbox.gateway
        if how == "drop":
            gateway.drop()
        elif how == "reconnect":
            gateway.reconnect()
        elif how:
            gateway.invalidate(resumable=how == "resume")

    # The server

    def _revoke(self, form: Form) -> None:
        """Take `permissions` (their names) from `user` in `channel`, by ids."""
        user = self._found(form, "user", self._sandbox.world.users)
        channel = self._found(form, "channel", self._sandbox.world.channels)
        names = form.items("permissions", least=1, most=60, needed=True, check=_permission)
        if user and channel and not form.errors:
            bits = Permission(0)
            for name in names:
                bits |= Permission[name]
            self._sandbox.world.revoke(user, bits, channel)

    def _delete_channel(self, form: Form) -> None:
        """Delete `channel`, by id."""
        channel = self._found(form, "channel", self._sandbox.world.channels)
        if channel and channel.is_dm:
            form.refuse("channel", leaf("CHANNEL", "direct messages cannot be deleted"))
        elif channel:
            self._sandbox.world.delete_channel(channel)

    def _close_dms(self, form: Form) -> None:
        """Refuse bots' direct messages to `user` (by id) from now on, or with `closed` false no more."""
        user = self._found(form, "user", self._sandbox.world.users)
        closed = form.boolean("closed") is not False
        if user and not form.errors:
            user.dms_closed = closed

    def _found(self, form: Form, name: str, known: dict[int, Known]) -> Known | None:
        number = form.snowflake(name, needed=True)
        if number is not None and number not in known:
            form.refuse(name, leaf("UNKNOWN", "there is none with this id"))
        return known.get(number or 0)


def _no_pattern(path: str) -> Errors:
    try:
        re.compile(path)
    except re.error as error:
        return leaf("PATTERN", f"no regular expression: {error}")
    return {}


def _permission(name: object) -> Errors:
    known = isinstance(name, str) and name in Permission.__members__
    return {} if known else leaf("PERMISSION", f"no permission of Discord's: {name}")


def must_be_local(request: web.Request) -> None:
    """Another site open in a browser on this machine must not reach in (DNS rebinding, cross-site posts)."""
    host = request.host.rsplit(":", 1)[0]
    origin = request.headers.get("Origin")
    if host not in ("127.0.0.1", "localhost") or (origin and origin != f"http://{request.host}"):
        raise web.HTTPForbidden(text="the sandbox is reached from this machine only")
