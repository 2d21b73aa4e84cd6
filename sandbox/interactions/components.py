"""The data of a pressed button, a used select and a submitted modal, as Discord's client makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.components import SELECTS, K, find, walk
from sandbox.interactions.models import CannotInvoke
from sandbox.interactions.resolved import Named, Resolved
from sandbox.limits.modals import submission
from sandbox.models import Attachment, Channel, Json, Member, Role, User


def pressed(components: list[Json], custom_id: str, values: Sequence[Any] | None, resolved: Resolved) -> Json:
    """The data of using one component of a message."""
    component = find(components, custom_id)
    if component is None:
        raise CannotInvoke(f"there is no component {custom_id!r}")
    if component.get("disabled"):
        raise CannotInvoke(f"{custom_id!r} is disabled")
    body: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
    if component["type"] in SELECTS:
        body["values"] = _selected(component, list(values or []), resolved)
        if resolved.body():
            body["resolved"] = resolved.body()
    elif values is not None:
        raise CannotInvoke(f"{custom_id!r} is a button")
    return body


def submitted(components: list[Json], values: dict[str, Any], resolved: Resolved) -> list[Json]:
    """The components of a modal's submit. `values` by custom_id; what is not given stays as it opened."""
    filled = [_submitted(each, values, resolved) for each in components]
    wired = {
        each["custom_id"]: each.get("values", each.get("value"))
        for _, each in walk(filled)
        if "custom_id" in each
    }
    unknown = values.keys() - wired.keys()
    if unknown:
        raise CannotInvoke(f"the form has no field {min(unknown)!r}")
    for custom_id, errors in submission(components, wired).items():
        raise CannotInvoke(f"{custom_id!r}: {errors['_errors'][0]['message']}")
    return filled


def _submitted(component: Json, values: dict[str, Any], resolved: Resolved) -> Json:
    kind = component["type"]
    body: Json = {"type": kind, "id": component["id"]}
    if kind == K.ACTION_ROW:
        return body | {"components": [_submitted(each, values, resolved) for each in component["components"]]}
    if kind == K.LABEL:
        return body | {"component": _submitted(component["component"], values, resolved)}
    if kind == K.TEXT_DISPLAY:
        return body
    custom_id = component["custom_id"]
    body["custom_id"] = custom_id
    given = values.get(custom_id)
    if kind == K.TEXT_INPUT:
        return body | {"value": component.get("value", "") if given is None else given}
    if kind == K.CHECKBOX:
        return body | {"value": component.get("default", False) if given is None else given}
    if kind == K.RADIO_GROUP:
        return body | {"value": given if given is not None else next(iter(_preselected(component)), None)}
    chosen = _preselected(component) if given is None else _listed(given)
    _check_kind(component, chosen)
    return body | {"values": [_value(component, each, resolved) for each in chosen]}


def _selected(component: Json, chosen: list[Any], resolved: Resolved) -> list[str]:
    """The values of a message's select."""
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if not least <= len(chosen) <= most:
        raise CannotInvoke(f"{component['custom_id']!r} takes {least} to {most} values, not {len(chosen)}")
    _check_kind(component, chosen)
    return [_value(component, each, resolved) for each in chosen]


def _value(component: Json, chosen: Any, resolved: Resolved) -> str:
    if component["type"] in _TAKES and isinstance(chosen, str):
        return resolved.preselected(int(chosen))
    return resolved.value(chosen) if isinstance(chosen, Named) else str(chosen)


_TAKES: dict[int, tuple[type, ...]] = {
    K.USER_SELECT: (User, Member),
    K.ROLE_SELECT: (Role,),
    K.MENTIONABLE_SELECT: (User, Member, Role),
    K.CHANNEL_SELECT: (Channel,),
    K.FILE_UPLOAD: (Attachment,),
}


def _check_kind(component: Json, chosen: list[Any]) -> None:
    """What is chosen must be what the component lists; ids that it preselects itself may pass."""
    custom_id, takes = component["custom_id"], _TAKES.get(component["type"])
    options = [option["value"] for option in component.get("options", [])]
    preselected = _preselected(component)
    for each in chosen:
        known = each in options if takes is None else isinstance(each, takes) or each in preselected
        if not known:
            raise CannotInvoke(f"{custom_id!r} does not list {each!r}")
        types = component.get("channel_types")
        if isinstance(each, Channel) and types and each.type not in types:
            raise CannotInvoke(f"{custom_id!r} does not list channels of this kind")


def _preselected(component: Json) -> list[str]:
    options = [option["value"] for option in component.get("options", []) if option.get("default")]
    return options + [default["id"] for default in component.get("default_values", [])]


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, (list, tuple, set)) else [given]
