"""Application commands, global and of one guild (docs: interactions/application-commands)."""

from __future__ import annotations

from sandbox.errors import ApiError, missing_access, unknown
from sandbox.limits import commands as limits
from sandbox.models import Guild, Json
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok


def _scope(call: Call) -> tuple[dict[int, Json], Guild | None]:
    """The commands that the path speaks of: the application's own, or those for one guild."""
    application = call.own_application()
    if "guild_id" not in call.request.match_info:
        return application.commands, None
    guild = call.world.guilds.get(call.id("guild_id"))
    if guild is None or application.id not in guild.applications:
        raise missing_access()
    return application.guild_commands.setdefault(guild.id, {}), guild


def _command(call: Call, scope: dict[int, Json]) -> Json:
    command_id = call.id("command_id")
    if command_id not in scope:
        raise unknown(10063)
    return scope[command_id]


async def commands(call: Call) -> Reply:
    scope, _ = _scope(call)
    localized = call.flag("with_localizations")
    return ok([_shown(each, with_localizations=localized) for each in scope.values()])


async def replace_all(call: Call) -> Reply:
    """Bulk PUT: what is not named is gone, what keeps its name and type keeps its id."""
    scope, guild = _scope(call)
    call.refuse(limits.commands(call.body))
    named = {(each["name"], each["type"]): each for each in scope.values()}
    kept: dict[int, Json] = {}
    for payload in call.body:
        before = named.get((payload["name"], payload.get("type", 1)))
        command = _completed(call, payload, guild, before)
        kept[int(command["id"])] = command
    scope.clear()
    scope.update(kept)
    return ok([_shown(each) for each in kept.values()])


def _check_numbers(payloads: list[Json]) -> None:
    for kind, most in limits.MAX_COMMANDS.items():
        if sum(payload.get("type", 1) == kind for payload in payloads) > most:
            text = f"Maximum number of application commands reached ({most})."
            raise ApiError(400, 30032, text)


async def create(call: Call) -> Reply:
    """POST: a new command, or the one of the same name and type written anew."""
    scope, guild = _scope(call)
    payload = call.form
    key = (payload.get("name"), payload.get("type", 1))
    before = next((each for each in scope.values() if (each["name"], each["type"]) == key), None)
    if before is None:
        _check_numbers([*scope.values(), payload])
    call.refuse(limits.command(payload))
    command = _completed(call, payload, guild, before)
    scope[int(command["id"])] = command
    return Reply(200 if before else 201, _shown(command))


async def command(call: Call) -> Reply:
    scope, _ = _scope(call)
    return ok(_shown(_command(call, scope)))


async def edit(call: Call) -> Reply:
    scope, guild = _scope(call)
    before = _command(call, scope)
    payload = {"name": before["name"], "description": before["description"]} | before | call.form
    call.refuse(limits.command(payload))
    after = _completed(call, payload, guild, before)
    scope[int(after["id"])] = after
    return ok(_shown(after))


async def delete(call: Call) -> Reply:
    scope, _ = _scope(call)
    del scope[int(_command(call, scope)["id"])]
    return NO_CONTENT


def _completed(call: Call, payload: Json, guild: Guild | None, before: Json | None) -> Json:
    """The command with everything Discord adds; a changed one gets a new version."""
    body: Json = {
        "id": before["id"] if before else str(call.world.next_id()),
        "application_id": str(call.application.id),
        "version": before["version"] if before else "",
        "default_member_permissions": payload.get("default_member_permissions"),
        "type": payload.get("type", 1),
        "name": payload["name"],
        "name_localizations": payload.get("name_localizations"),
        "description": payload.get("description") or "",
        "description_localizations": payload.get("description_localizations"),
        "dm_permission": payload.get("dm_permission") is not False,
        "integration_types": payload.get("integration_types") or [0],
        "contexts": payload.get("contexts"),
        "nsfw": bool(payload.get("nsfw")),
        "options": [_option(each) for each in payload.get("options") or []],
    }
    if body["default_member_permissions"] is not None:
        body["default_member_permissions"] = str(body["default_member_permissions"])
    if guild:
        body["guild_id"] = str(guild.id)
    if body != before:
        body["version"] = str(call.world.next_id())
    return body


def _option(payload: Json) -> Json:
    body = {key: value for key, value in payload.items() if value is not None}
    if "options" in body:
        body["options"] = [_option(each) for each in body["options"]]
    return body


def _shown(command: Json, *, with_localizations: bool = True) -> Json:
    if with_localizations:
        return command
    body = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if key in body:
            body[key] = [_shown(each, with_localizations=False) for each in body[key]]
    return body


async def permissions(call: Call) -> Reply:
    """Whom a server's people let use it: here nobody ever changes that."""
    scope, guild = _scope(call)
    command_id = call.id("command_id")
    if guild and command_id not in scope and command_id not in call.application.commands:
        raise unknown(10063)
    raise unknown(10066)


async def all_permissions(call: Call) -> Reply:
    _scope(call)
    return ok([])


_GLOBAL = "/applications/{application_id}/commands"
_OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES: list[Route] = [
    ("GET", _OF_GUILD + "/permissions", all_permissions),
    ("GET", _OF_GUILD + "/{command_id}/permissions", permissions),
]
ROUTES += [
    route
    for path in (_GLOBAL, _OF_GUILD)
    for route in [
        ("GET", path, commands),
        ("PUT", path, replace_all),
        ("POST", path, create),
        ("GET", path + "/{command_id}", command),
        ("PATCH", path + "/{command_id}", edit),
        ("DELETE", path + "/{command_id}", delete),
    ]
]
