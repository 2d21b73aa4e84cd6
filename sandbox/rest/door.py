"""One REST request: who asks, with what body and files, about which channel or guild.

Each resource's module has handlers that take a `Call` and give a `Reply`, and names their routes.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.errors import ApiError, form_error, invalid_form, missing_access, missing_permissions, unknown
from sandbox.interactions.models import ATTACHMENT_SIZE_LIMIT
from sandbox.limits.forms import Form, whole_number
from sandbox.models import Application, Attachment, Channel, Guild, Json, Member, User
from sandbox.permissions import REQUIRED, Permission, guild_permissions, refusal
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.server import Sandbox

BODY_BYTES = 25 << 20
"""Of a whole request (docs: reference, "Uploading Files")."""
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
EXPECTED = (
    'Expected "Content-Type" header to be one of '
    "{'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'}."
)


@dataclass(frozen=True)
class Reply:
    """A status with a JSON body, or with none."""

    status: int = 204
    body: Any = None


def ok(body: Any) -> Reply:
    return Reply(200, body)


NO_CONTENT = Reply()


@dataclass
class Call:
    """`body` is the decoded JSON (for multipart the payload_json), `files` the parts by their number."""

    sandbox: Sandbox
    request: web.Request
    body: Any = None
    files: dict[int, Attachment] = field(default_factory=dict)
    caller: Application | None = None

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def application(self) -> Application:
        """The application whose token the request carries. Raises 401."""
        if self.caller is None:
            raise ApiError(401, 0, "401: Unauthorized")
        return self.caller

    def own_application(self) -> Application:
        """The path's application, which must be the caller's own. Raises 20012."""
        if self.id("application_id") != self.application.id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        return self.application

    @property
    def bot(self) -> User:
        return self.application.bot

    @property
    def form(self) -> Json:
        """The body as an object; none sent is an empty one."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise invalid_form(
                form_error("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            )
        return self.body

    @property
    def file_names(self) -> list[str]:
        """What the uploaded files are called, as `attachment://` may refer to them."""
        renamed = {str(each.get("id")): each.get("filename") for each in self._attachments()}
        return [renamed.get(str(number)) or file.filename for number, file in self.files.items()]

    def _attachments(self) -> list[Json]:
        body = self.form
        holder = body.get("data") or body.get("message") or body
        held = holder.get("attachments") if isinstance(holder, dict) else None
        return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []

    def text(self, name: str) -> str:
        """A part of the path as it stands there."""
        return self.request.match_info[name]

    def id(self, name: str) -> int:
        """A snowflake of the path."""
        return snowflake(name, self.text(name))

    def limit(self, default: int, most: int) -> int:
        """The query's `limit`."""
        value = self.request.query.get("limit", str(default))
        form = Form({"limit": whole_number(value) if whole_number(value) is not None else value})
        found = form.number("limit", least=1, most=most)
        self.refuse(form.errors)
        return found or default

    def query_id(self, name: str) -> int | None:
        value = self.request.query.get(name)
        return snowflake(name, value) if value else None

    def flag(self, name: str) -> bool:
        """A query parameter that is on or off."""
        return self.request.query.get(name, "").lower() in ("1", "true")

    # Places and what the bot may do there

    def channel(self, *actions: str) -> Channel:
        """The path's channel, with these actions (see permissions.REQUIRED) allowed to the bot there."""
        return self.channel_by_id(self.id("channel_id"), *actions)

    def channel_by_id(self, channel_id: int, *actions: str) -> Channel:
        channel = self.world.channels.get(channel_id)
        if channel is None or (channel.is_dm and self.bot not in channel.recipients):
            raise unknown(10003)
        for action in actions or ("read channel",):
            self.require(channel, action)
        return channel

    def require(self, channel: Channel, action: str) -> None:
        """Raises 50001 or 50013 when the bot may not do this in the channel."""
        code = refusal(self.world.permissions(self.bot, channel), REQUIRED[action])
        if code is not None:
            raise missing_access() if code == 50001 else missing_permissions()

    def may(self, channel: Channel, action: str) -> bool:
        return refusal(self.world.permissions(self.bot, channel), REQUIRED[action]) is None

    def guild(self, *actions: str) -> Guild:
        """The path's guild, with these actions (of the guild's own permissions) allowed to the bot."""
        guild = self.world.guilds.get(self.id("guild_id"))
        if guild is None:
            raise unknown(10004)
        if self.bot.id not in guild.members:
            raise missing_access()
        for action in actions:
            self.require_in_guild(guild, action)
        return guild

    def require_in_guild(self, guild: Guild, action: str) -> None:
        held = self.held_in(guild)
        if held & REQUIRED[action] != REQUIRED[action]:
            raise missing_permissions()

    def held_in(self, guild: Guild) -> Permission:
        """The bot's permissions in the guild at large."""
        return guild_permissions(guild, self.me(guild), self.world.now())

    def me(self, guild: Guild) -> Member:
        """The bot's own member."""
        return guild.members[self.bot.id]

    def member(self, guild: Guild) -> Member:
        """The path's member. Raises 10013 for no user at all, 10007 for one who is not here."""
        user = self.bot if self.text("user_id") == "@me" else self.world.user(self.id("user_id"))
        if user.id not in guild.members:
            raise unknown(10007)
        return guild.members[user.id]

    def refuse(self, errors: Json) -> None:
        """Raises 50035 when there are form errors."""
        if errors:
            raise invalid_form(errors)


Handler = Callable[[Call], Awaitable[Reply]]
Route = tuple[str, str, Handler]


def snowflake(name: str, value: object) -> int:
    """An id out of a path, a query or a body. Raises 50035."""
    form = Form({name: value})
    found = form.snowflake(name, needed=True)
    if found is None:
        raise invalid_form(form.errors)
    return found


def picture(value: object) -> str | None:
    """The hash of a picture given as a data URI (docs: reference, "Image Data"). Raises 50035."""
    if value is None:
        return None
    if not isinstance(value, str) or not re.match(r"data:image/(png|jpeg|gif|webp);base64,", value):
        raise invalid_form({"avatar": form_error("IMAGE_INVALID", "Invalid image data")})
    return hashlib.sha256(value.encode()).hexdigest()[:32]


async def read(request: web.Request, next_id: Callable[[], int]) -> tuple[Any, dict[int, Attachment]]:
    """The request's body and files: JSON, or a form with `payload_json` in it (docs: reference, "HTTP API").

    Raises 50109 for what is no JSON, 40005 for what is too large, 50035 for another kind of content.
    """
    try:
        if request.content_type in FORMS:
            return _of_form(await request.post(), next_id)
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    except ValueError:  # parts without their boundary
        raise ApiError(400, 0, "400: Bad Request") from None
    if raw and request.content_type != "application/json":
        raise invalid_form(form_error("CONTENT_TYPE_INVALID", EXPECTED))
    return (_json(raw) if raw else None), {}


def too_large() -> ApiError:
    return ApiError(413, 40005, "Request entity too large")


def _json(raw: bytes | str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def _of_form(
    parts: Mapping[str, str | bytes | bytearray | web.FileField], next_id: Callable[[], int]
) -> tuple[Any, dict[int, Attachment]]:
    """Without `payload_json` the form's own fields are the body; a file with no number takes the next."""
    fields: Json = {}
    files: dict[int, Attachment] = {}
    for name, value in parts.items():
        if not isinstance(value, web.FileField):
            text = value if isinstance(value, str) else value.decode(errors="replace")
            fields[name] = text == "true" if name == "tts" else text
            continue
        numbered = re.fullmatch(r"files\[(\d{1,4})]", name)
        number = int(numbered[1]) if numbered else max(files, default=-1) + 1
        kind = mimetypes.guess_type(value.filename)[0] or "application/octet-stream"
        with value.file as opened:
            files[number] = Attachment(next_id(), value.filename, kind, opened.read())
        if files[number].size > ATTACHMENT_SIZE_LIMIT:
            raise too_large()
    payload = fields.get("payload_json")
    return (_json(payload) if payload is not None else fields or None), files
