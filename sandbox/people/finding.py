"""Finding what a person means by the words they read: a button's label, a channel's name, an option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sandbox.components import K
from sandbox.interactions import CannotInvoke, Modal
from sandbox.interactions import commands as slash
from sandbox.limits.modals import inputs
from sandbox.models import Channel, Guild, Json, Member, Message, Role, User
from sandbox.people.seen import buttons_of, field_label, label_of, selects_of
from sandbox.world import World

Thing = TypeVar("Thing")


def pick(wanted: str, candidates: Iterable[tuple[Sequence[str], Thing]], what: str) -> Thing:
    """The one candidate of this name, or else the only one whose first name begins so.

    Raises CannotInvoke, telling which there are.
    """
    listed = list(candidates)
    exact = [thing for names, thing in listed if wanted in names]
    begun = [thing for names, thing in listed if names[0].casefold().startswith(wanted.casefold())]
    found = exact or begun
    if len(found) == 1:
        return found[0]
    there = ", ".join(repr(names[0]) for names, _ in listed) or "none"
    problem = "there are several" if found else "there is no"
    raise CannotInvoke(f"{problem} {what} {wanted!r}; there are: {there}")


def button(message: Message, wanted: str) -> Json:
    """A button by its label, the beginning of it, or its custom_id."""
    found = pick(wanted, ((_named(label_of(each), each), each) for each in buttons_of(message)), "button")
    if "custom_id" not in found:
        raise CannotInvoke(f"{label_of(found)!r} is a link to {found.get('url')}")
    if found.get("disabled"):
        raise CannotInvoke(f"the button {label_of(found)!r} is disabled")
    return found


def select(message: Message, wanted: str | None) -> Json:
    """A select by its placeholder or custom_id; None for the only one there."""
    held = [(_named(str(each.get("placeholder", "")), each), each) for each in selects_of(message)]
    if wanted is None and len(held) == 1:
        return held[0][1]
    return pick(wanted or "", held, "select")


def _named(label: str, component: Json) -> list[str]:
    names = [label, str(component.get("custom_id", ""))]
    return [name for name in names if name] or [""]


def values_of(world: World, component: Json, given: Any, guild: Guild | None) -> list[Any]:
    """The values a select, radio or checkbox group sends for what a person chose by label or name."""
    chosen = list(given) if isinstance(given, (list, tuple, set)) else [given]
    if "options" in component:
        known = [([each["label"], each["value"]], each["value"]) for each in component["options"]]
        return [pick(str(each), known, "option") for each in chosen]
    return [thing(world, guild, each) if isinstance(each, str) else each for each in chosen]


def form_values(world: World, modal: Modal, given: dict[str, Any], guild: Guild | None) -> dict[str, Any]:
    """A form's values by custom_id, from values by label (or its beginning) or custom_id."""
    known = [
        ([field_label(around, each), each["custom_id"]], each) for around, each in inputs(modal.components)
    ]
    filled: dict[str, Any] = {}
    for name, value in given.items():
        component = pick(name, known, "field")
        filled[component["custom_id"]] = _form_value(world, component, value, guild)
    return filled


def _form_value(world: World, component: Json, value: Any, guild: Guild | None) -> Any:
    kind = component["type"]
    if value is None or kind in (K.TEXT_INPUT, K.CHECKBOX, K.FILE_UPLOAD):
        return value
    values = values_of(world, component, value, guild)
    return values[0] if kind == K.RADIO_GROUP else values


def option_values(
    world: World, user: User, channel: Channel, path: str, given: dict[str, Any]
) -> dict[str, Any]:
    """A command's options from what a person picks: choices by name, people, roles and channels by name."""
    _, command, steps = slash.chosen(world, user, channel, path)
    defined = {each["name"]: each for each in (steps[-1] if steps else command).get("options", [])}
    return {
        name: _option_value(world, defined[name], value, channel.guild) if name in defined else value
        for name, value in given.items()
    }


def _option_value(world: World, option: Json, value: Any, guild: Guild | None) -> Any:
    kind = option["type"]
    if not isinstance(value, str):
        return value
    if option.get("choices"):
        known = [([each["name"], str(each["value"])], each["value"]) for each in option["choices"]]
        return pick(value, known, "choice")
    if kind in (slash.USER, slash.CHANNEL, slash.ROLE, slash.MENTIONABLE):
        return thing(world, guild, value, "#" if kind == slash.CHANNEL else "@")
    return value


def thing(world: World, guild: Guild | None, name: str, sign: str = "") -> User | Role | Channel:
    """What "#circle", "@Maya" or "@Facilitators" names in a server; without the sign, either."""
    if guild is None:
        raise CannotInvoke(f"{name!r} cannot be named outside a server")
    sign, bare = (name[0], name[1:]) if name[:1] in ("#", "@") else (sign, name)
    channels = [([each.name], each) for each in (*guild.channels.values(), *guild.threads.values())]
    members = [(_names(each), each.user) for each in guild.members.values()]
    roles = [([each.name], each) for each in guild.roles.values()]
    known: list[tuple[list[str], Any]] = []
    if sign != "@":
        known += channels
    if sign != "#":
        known += [*members, *roles]
    found: User | Role | Channel = pick(
        bare, known, {"#": "channel", "@": "person or role"}.get(sign, "thing")
    )
    return found


def _names(member: Member) -> list[str]:
    return [member.display_name, member.user.display_name, member.user.name]
