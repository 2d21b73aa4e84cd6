"""The data of a pressed button, a used select and a submitted modal, as Discord's client makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.interactions.models import CannotInvoke
from sandbox.interactions.resolved import Named, Resolved
from sandbox.models import Attachment, Channel, Json, Member, Role, User
from sandbox.objects import components as parts


def pressed(components: list[Json], custom_id: str, values: Sequence[Any] | None, resolved: Resolved) -> Json:
    """The data of using one component of a message."""
    component = parts.find(components, custom_id)
    if component is None:
        raise CannotInvoke(f"there is no component {custom_id!r}")
    if component.get("disabled"):
        raise CannotInvoke(f"{custom_id!r} is disabled")
    body: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
    if component["type"] in parts.SELECTS:
        body["values"] = _selected(component, list(values or []), resolved)
        if resolved.body():
            body["resolved"] = resolved.body()
    elif values is not None:
        raise CannotInvoke(f"{custom_id!r} is a button")
    return body


def submitted(components: list[Json], values: dict[str, Any], resolved: Resolved) -> list[Json]:
    """The components of a modal's submit. `values` by custom_id; what is not given stays as it opened."""
    known = {each["custom_id"] for each in parts.walk(components) if "custom_id" in each}
    for custom_id in values:
        if custom_id not in known:
            raise CannotInvoke(f"the form has no field {custom_id!r}")
    return [_submitted(each, values, resolved) for each in components]


def _submitted(component: Json, values: dict[str, Any], resolved: Resolved) -> Json:
    kind = component["type"]
    body: Json = {"type": kind, "id": component["id"]}
    if kind == parts.ACTION_ROW:
        return body | {"components": [_submitted(each, values, resolved) for each in component["components"]]}
    if kind == parts.LABEL:
        return body | {"component": _submitted(component["component"], values, resolved)}
    if kind == parts.TEXT_DISPLAY:
        return body
    custom_id = component["custom_id"]
    body["custom_id"] = custom_id
    given = values.get(custom_id)
    if kind == parts.TEXT_INPUT:
        return body | {"value": _text(component, given)}
    if kind == parts.CHECKBOX:
        return body | {"value": bool(component.get("default", False) if given is None else given)}
    if kind == parts.RADIO_GROUP:
        return body | {"value": _radio(component, given)}
    if kind == parts.CHECKBOX_GROUP:
        return body | {"values": _checked(component, given)}
    if kind == parts.FILE_UPLOAD:
        return body | {"values": _uploaded(component, given, resolved)}
    if kind in parts.SELECTS:
        return body | {"values": _form_select(component, given, resolved)}
    raise CannotInvoke(f"a form has no component of type {kind}")


def _text(component: Json, given: Any) -> str:
    text = component.get("value", "") if given is None else given
    if not isinstance(text, str):
        raise CannotInvoke(f"{component['custom_id']!r} takes text")
    if not text and component.get("required", True):
        raise CannotInvoke(f"{component['custom_id']!r} is required")
    if text and len(text) < component.get("min_length", 0):
        raise CannotInvoke(f"{component['custom_id']!r} is too short")
    if len(text) > component.get("max_length", 4000):
        raise CannotInvoke(f"{component['custom_id']!r} is too long")
    return text


def _radio(component: Json, given: Any) -> str | None:
    defaults = _defaults(component)
    value = given if given is not None else (defaults[0] if defaults else None)
    if value is None and component.get("required", True):
        raise CannotInvoke(f"{component['custom_id']!r} is required")
    if value is not None:
        _among_options(component, [value])
    return value


def _checked(component: Json, given: Any) -> list[str]:
    values = _defaults(component) if given is None else list(given)
    _among_options(component, values)
    required = component.get("required", True)
    _count(component, values, component.get("min_values", 1 if required else 0), len(component["options"]))
    return values


def _form_select(component: Json, given: Any, resolved: Resolved) -> list[str]:
    chosen = _defaults(component) if given is None else _listed(given)
    if not chosen and not component.get("required", True):
        return []
    return _selected(component, chosen, resolved)


def _uploaded(component: Json, given: Any, resolved: Resolved) -> list[str]:
    files = _listed(given) if given is not None else []
    if not all(isinstance(each, Attachment) for each in files):
        raise CannotInvoke(f"{component['custom_id']!r} takes files")
    if not files and not component.get("required", True):
        return []
    _count(component, files, component.get("min_values", 1), component.get("max_values", 1))
    return [resolved.value(each) for each in files]


def _selected(component: Json, chosen: list[Any], resolved: Resolved) -> list[str]:
    custom_id = component["custom_id"]
    _count(component, chosen, component.get("min_values", 1), component.get("max_values", 1))
    if component["type"] == parts.STRING_SELECT:
        _among_options(component, chosen)
        return [str(each) for each in chosen]
    takes: dict[int, tuple[type, ...]] = {
        parts.USER_SELECT: (User, Member),
        parts.ROLE_SELECT: (Role,),
        parts.MENTIONABLE_SELECT: (User, Member, Role),
        parts.CHANNEL_SELECT: (Channel,),
    }
    for each in chosen:
        if not isinstance(each, takes[component["type"]]):
            raise CannotInvoke(f"{custom_id!r} takes no {type(each).__name__}")
        types = component.get("channel_types")
        if isinstance(each, Channel) and types and each.type not in types:
            raise CannotInvoke(f"{custom_id!r} does not list channels of this kind")
    named: list[Named] = chosen
    return [resolved.value(each) for each in named]


def _count(component: Json, chosen: list[Any], least: int, most: int) -> None:
    if not least <= len(chosen) <= component.get("max_values", most):
        raise CannotInvoke(f"{component['custom_id']!r} takes {least} to {most} values, not {len(chosen)}")


def _among_options(component: Json, chosen: list[Any]) -> None:
    options = {option["value"] for option in component["options"]}
    for each in chosen:
        if each not in options:
            raise CannotInvoke(f"{component['custom_id']!r} has no option {each!r}")


def _defaults(component: Json) -> list[str]:
    return [option["value"] for option in component.get("options", []) if option.get("default")]


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, (list, tuple, set)) else [given]
