"""Modals: the form a bot may open, and the values a person may send back (components/reference)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.components import SELECTS, K, Kind, walk
from sandbox.limits.components import MAX_COMPONENTS, of_a_kind, repeated_ids, text_display
from sandbox.limits.controls import at_least_one, options, select
from sandbox.limits.forms import Errors, Form, bad_length, leaf, required, snowflake

MAX_TOP: Final = 5
MAX_VALUE: Final = 4000

IN_MODAL: Final = (K.ACTION_ROW, K.TEXT_DISPLAY, K.LABEL)
IN_LABEL: Final = (*SELECTS, K.TEXT_INPUT, K.FILE_UPLOAD, K.RADIO_GROUP, K.CHECKBOX_GROUP, K.CHECKBOX)


def modal(body: object) -> Errors:
    """The `data` of an answer of type 9."""
    form = Form(body)
    form.text("custom_id", least=1, most=100, needed=True)
    form.text("title", least=1, most=45, needed=True)
    held = form.items("components", least=1, most=MAX_TOP, needed=True, check=_top)
    if not form.errors and sum(1 for _ in walk(held)) > MAX_COMPONENTS:
        form.refuse("components", bad_length(1, MAX_COMPONENTS))
    if not form.errors:
        form.refuse("components", repeated_ids(held))
    return form.errors


def inputs(components: list[Any]) -> list[tuple[dict[str, Any] | None, dict[str, Any]]]:
    """Every input of a well-formed modal with the Label around it (None in an action row), in order."""
    found: list[tuple[dict[str, Any] | None, dict[str, Any]]] = []
    for top in components:
        if top.get("type") == K.LABEL:
            found.append((top, top["component"]))
        elif top.get("type") == K.ACTION_ROW:
            found.extend((None, each) for each in top["components"])
    return found


def submission(components: list[Any], values: Mapping[str, Any]) -> Errors:
    """Judge what a person fills in, by each input's custom_id, as the client does before it sends.

    A text input's value is a string, a radio group's a string or None, a checkbox's a bool, any other's a
    list of strings. The errors stand under the custom_ids.
    """
    known = {each["custom_id"]: each for _, each in inputs(components)}
    errors = {name: leaf("UNKNOWN_INPUT", "There is no such input") for name in values if name not in known}
    for name, each in known.items():
        if found := answer(each, values.get(name)):
            errors[name] = found
    return errors


def answer(body: Mapping[str, Any], value: object) -> Errors:
    """Judge the value of one well-formed input; None is an input left alone."""
    kind = body["type"]
    needed = body.get("required") is not False
    if kind == K.TEXT_INPUT:
        return _text_answer(body, value, needed)
    if kind == K.CHECKBOX:
        return (
            {}
            if isinstance(value, (bool, type(None)))
            else leaf("BOOLEAN_TYPE_CONVERT", "Must be true or false.")
        )
    if kind == K.RADIO_GROUP:
        if value is None:
            return required() if needed else {}
        return _known_options(body, [value])
    if value is not None and not isinstance(value, list):
        return leaf("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    return _chosen(body, value or [], needed)


def _text_answer(body: Mapping[str, Any], value: object, needed: bool) -> Errors:
    if value is not None and not isinstance(value, str):
        return leaf("STRING_TYPE_CONVERT", "Could not interpret the value as string.")
    text = value or ""
    if not text.strip():
        return required() if needed else {}
    least, most = body.get("min_length") or 0, body.get("max_length") or MAX_VALUE
    return {} if least <= len(text) <= most else bad_length(least, most)


def _chosen(body: Mapping[str, Any], chosen: list[Any], needed: bool) -> Errors:
    if not chosen and not needed:
        return {}
    ceiling = len(body["options"]) if body["type"] == K.CHECKBOX_GROUP else 1
    least, most = body.get("min_values"), body.get("max_values")
    least, most = (1 if least is None else least), (ceiling if most is None else most)
    if not least <= len(chosen) <= most:
        return required() if not chosen else bad_length(max(1, least), most)
    if len({str(each) for each in chosen}) < len(chosen):
        return leaf("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    return _known_options(body, chosen)


def _known_options(body: Mapping[str, Any], chosen: list[Any]) -> Errors:
    if "options" not in body:
        return next((wrong for each in chosen if (wrong := snowflake(each))), {})
    known = [each["value"] for each in body["options"]]
    stranger = any(each not in known for each in chosen)
    return leaf("BASE_TYPE_CHOICES", f"Value must be one of {tuple(known)}.") if stranger else {}


def _top(body: object) -> Errors:
    return of_a_kind(body, IN_MODAL, _CHECKS)


def _action_row(form: Form) -> None:
    """The older way to place a text input; it carries its own label."""
    form.items("components", least=1, most=1, needed=True, check=_labelled_text_input)


def _labelled_text_input(body: object) -> Errors:
    errors = of_a_kind(body, (K.TEXT_INPUT,), _CHECKS)
    form = Form(body)
    form.text("label", least=1, most=45, needed=True)
    return errors or form.errors


def _label(form: Form) -> None:
    form.text("label", least=1, most=45, needed=True)
    form.text("description", least=1, most=100)
    form.part("component", lambda body: of_a_kind(body, IN_LABEL, _CHECKS), needed=True)


def _text_input(form: Form) -> None:
    _custom_id(form)
    form.choice("style", (1, 2), needed=True)
    least = form.number("min_length", least=0, most=MAX_VALUE)
    most = form.number("max_length", least=1, most=MAX_VALUE)
    form.text("placeholder", most=100)
    value = form.text("value", most=MAX_VALUE)
    form.boolean("required")
    if least is not None and most is not None and least > most:
        form.refuse(
            "max_length", leaf("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        )
    if value and not (least or 0) <= len(value) <= (most or MAX_VALUE):
        form.refuse("value", bad_length(least or 0, most or MAX_VALUE))


def _select(form: Form) -> None:
    select(form, in_modal=True)


def _radio_group(form: Form) -> None:
    _custom_id(form)
    form.boolean("required")
    options(form, least=2, most=10, chosen_most=1)


def _checkbox_group(form: Form) -> None:
    _custom_id(form)
    least, most = _bounds(form, ceiling=10)
    options(form, least=max(1, least or 0, most or 0), most=10, chosen_most=most or 10)


def _checkbox(form: Form) -> None:
    _custom_id(form)
    form.boolean("default")


def _file_upload(form: Form) -> None:
    _custom_id(form)
    _bounds(form, ceiling=10)
    form.items("file_types", most=10)


def _bounds(form: Form, *, ceiling: int) -> tuple[int | None, int | None]:
    needed = form.boolean("required") is not False
    least = form.number("min_values", least=0, most=ceiling)
    most = form.number("max_values", least=1, most=ceiling)
    if needed and least == 0:
        form.refuse("min_values", at_least_one())
    if least is not None and most is not None and least > most:
        form.refuse(
            "max_values", leaf("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        )
    return least, most


def _custom_id(form: Form) -> None:
    form.text("custom_id", least=1, most=100, needed=True)


_CHECKS: Final[Mapping[Kind, Callable[[Form], None]]] = {
    K.ACTION_ROW: _action_row,
    K.LABEL: _label,
    K.TEXT_DISPLAY: text_display,
    K.TEXT_INPUT: _text_input,
    **dict.fromkeys(SELECTS, _select),
    K.RADIO_GROUP: _radio_group,
    K.CHECKBOX_GROUP: _checkbox_group,
    K.CHECKBOX: _checkbox,
    K.FILE_UPLOAD: _file_upload,
}
