"""Which commands a person is offered, and the data of using one, as Discord's client makes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.interactions.models import CannotInvoke
from sandbox.interactions.resolved import Resolved
from sandbox.models import (
    Application,
    Attachment,
    Channel,
    Json,
    Member,
    Role,
    User,
)
from sandbox.permissions import Permission
from sandbox.world import World

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)
IN_GUILD, IN_BOT_DM = 0, 1


SLASH, ON_USER, ON_MESSAGE = 1, 2, 3


def visible(world: World, user: User, channel: Channel, kind: int = SLASH) -> list[tuple[Application, Json]]:
    """Every command of a kind that the person is offered in the channel, with its application."""
    if not world.can_view(user, channel):
        return []
    if channel.guild and not world.permissions(user, channel) & Permission.USE_APPLICATION_COMMANDS:
        return []
    return [
        (application, command)
        for application in world.applications.values()
        for command in _registered(application, channel)
        if command["type"] == kind and _offered(world, application, command, user, channel)
    ]


def _registered(application: Application, channel: Channel) -> list[Json]:
    """The guild's own commands hide global ones of the same name."""
    own = application.guild_commands.get(channel.guild.id, {}) if channel.guild else {}
    names = {(command["name"], command["type"]) for command in own.values()}
    others = application.commands.values()
    return [*own.values(), *(each for each in others if (each["name"], each["type"]) not in names)]


def _offered(world: World, application: Application, command: Json, user: User, channel: Channel) -> bool:
    contexts = command.get("contexts")
    guild = channel.guild
    if guild is None:
        with_the_bot = application.bot in channel.recipients
        allowed = IN_BOT_DM in contexts if contexts is not None else command.get("dm_permission", True)
        return bool(with_the_bot and allowed and world.have_mutual_guild(user, application.bot))
    if application.id not in guild.applications or (contexts is not None and IN_GUILD not in contexts):
        return False
    needed = command.get("default_member_permissions")
    held = world.reported_permissions(user, channel)
    if needed is None or held & Permission.ADMINISTRATOR:
        return True
    return int(needed) != 0 and held & int(needed) == int(needed)


def chosen(world: World, user: User, channel: Channel, path: str) -> tuple[Application, Json, list[Json]]:
    """The application, the command and its (group and) subcommand for a path as "schedule check-in"."""
    words = path.removeprefix("/").split()
    for application, command in visible(world, user, channel):
        if command["name"] == words[0]:
            return application, command, _steps(command, words[1:])
    raise CannotInvoke(f"/{words[0]} is not offered to {user.name} here")


def _steps(command: Json, words: list[str]) -> list[Json]:
    steps: list[Json] = []
    at = command
    for word in words:
        inner = [each for each in at.get("options", []) if each["type"] in (SUBCOMMAND, GROUP)]
        at = next((each for each in inner if each["name"] == word), {})
        if not at:
            raise CannotInvoke(f"/{command['name']} has no {word!r}")
        steps.append(at)
    if any(each["type"] in (SUBCOMMAND, GROUP) for each in at.get("options", [])):
        raise CannotInvoke(f"/{command['name']} needs one of its subcommands")
    return steps


def data(
    command: Json,
    steps: list[Json],
    channel: Channel,
    given: dict[str, Any],
    resolved: Resolved,
    focused: str | None,
) -> Json:
    """The interaction's data. With `focused` it is an autocomplete: required options may still be missing."""
    leaf = steps[-1] if steps else command
    defined = {each["name"]: each for each in leaf.get("options", [])}
    for name in given:
        if name not in defined:
            raise CannotInvoke(f"there is no option {name!r}")
    options: list[Json] = []
    for name, option in defined.items():
        if name not in given:
            if option.get("required") and focused is None:
                raise CannotInvoke(f"the option {name!r} is required")
            continue
        filled: Json = {"name": name, "type": option["type"]}
        filled["value"] = (
            str(given[name])
            if name == focused
            else _value(option, given[name], resolved, focused is not None)
        )
        if name == focused:
            filled["focused"] = True
        options.append(filled)
    for step in reversed(steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    body: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if command.get("guild_id"):
        body["guild_id"] = command["guild_id"]
    if resolved.body():
        body["resolved"] = resolved.body()
    return body


def _value(option: Json, value: Any, resolved: Resolved, unfinished: bool) -> Any:
    kind, name = option["type"], option["name"]
    expected: dict[int, type | tuple[type, ...]] = {
        STRING: str,
        INTEGER: int,
        BOOLEAN: bool,
        USER: (User, Member),
        CHANNEL: Channel,
        ROLE: Role,
        MENTIONABLE: (User, Member, Role),
        NUMBER: (int, float),
        ATTACHMENT: Attachment,
    }
    if not isinstance(value, expected[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise CannotInvoke(f"the option {name!r} takes no {type(value).__name__}")
    if not unfinished:
        for problem in _problems(option, value):
            raise CannotInvoke(f"the option {name!r} {problem}")
    if isinstance(value, (User, Member, Role, Channel, Attachment)):
        return resolved.value(value)
    return value


def _problems(option: Json, value: Any) -> Iterator[str]:
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        yield "takes only its choices"
    if isinstance(value, str):
        if len(value) < option.get("min_length", 0) or len(value) > option.get("max_length", 6000):
            yield "is too short or too long"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if "min_value" in option and value < option["min_value"]:
            yield f"is below {option['min_value']}"
        if "max_value" in option and value > option["max_value"]:
            yield f"is above {option['max_value']}"
    elif isinstance(value, Channel):
        types = option.get("channel_types")
        if types and value.type not in types:
            yield "takes no channel of this kind"
