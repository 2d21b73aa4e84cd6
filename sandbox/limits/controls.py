"""Buttons and selects: what one may press or choose from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from sandbox.components import K, Kind
from sandbox.limits.forms import Errors, Form, among, bad_length, leaf, required

LINK, PREMIUM = 5, 6

# What an auto-populated select may be filled with beforehand.
_DEFAULTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    K.USER_SELECT: ("user",),
    K.ROLE_SELECT: ("role",),
    K.MENTIONABLE_SELECT: ("user", "role"),
    K.CHANNEL_SELECT: ("channel",),
}
_CHANNEL_TYPES: Final = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)


def button(form: Form) -> None:
    style = form.choice("style", (1, 2, 3, 4, 5, 6), needed=True)
    label = form.text("label", most=80)
    custom_id = form.text("custom_id", least=1, most=100)
    url = form.url("url", schemes=("http", "https", "discord"), most=512)
    sku = form.snowflake("sku_id")
    form.boolean("disabled")
    form.part("emoji", emoji)
    if form.errors:
        return
    bare = not (label and label.strip()) and not form.body.get("emoji")
    if style == PREMIUM:
        if sku is None:
            form.refuse("sku_id", required())
        if custom_id or url or not bare:
            form.whole(leaf("BUTTON_COMPONENT_PREMIUM_INVALID", "A premium button takes only its SKU"))
        return
    if bare:
        form.refuse("label", required())
    if style == LINK and not url:
        form.refuse("url", leaf("BUTTON_COMPONENT_URL_REQUIRED", "A url is required"))
    if style != LINK and not custom_id:
        form.refuse("custom_id", leaf("BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required"))
    if custom_id and url:
        both = "A custom id and url cannot both be specified"
        form.refuse("custom_id", leaf("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", both))


def emoji(body: object) -> Errors:
    """A custom emoji by id, or a Unicode one as its name. Whether the character is one is only guessed."""
    form = Form(body)
    custom = form.snowflake("id")
    name = form.text("name", most=32, needed=custom is None)
    if not form.errors and custom is None and name is not None and not _looks_like_emoji(name):
        form.refuse("name", leaf("BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji"))
    return form.errors


def _looks_like_emoji(name: str) -> bool:
    if name.endswith("\u20e3"):  # a keycap: a digit, # or * with its frame
        return name[0] in "0123456789#*"
    plain = any(char.isascii() or char.isspace() for char in name)
    letters = all(unicodedata.category(char).startswith("L") and char != "\u2139" for char in name)
    return not plain and not letters


def select(form: Form, *, in_modal: bool = False) -> None:
    """Any of the five selects; in a modal it may be required and cannot be disabled."""
    form.text("custom_id", least=1, most=100, needed=True)
    form.text("placeholder", most=150)
    least = form.number("min_values", least=0, most=25)
    most = form.number("max_values", least=1, most=25)
    disabled = form.boolean("disabled")
    needed = form.boolean("required") is not False
    least, most = (1 if least is None else least), (1 if most is None else most)
    if in_modal and disabled:
        form.refuse("disabled", leaf("COMPONENT_MODAL_DISABLED", "A component in a modal cannot be disabled"))
    if in_modal and needed and least == 0:
        form.refuse("min_values", at_least_one())
    if least > most:
        too_few = f"int value should be greater than or equal to {least}."
        form.refuse("max_values", leaf("NUMBER_TYPE_MIN", too_few))
    if form.body["type"] == K.STRING_SELECT:
        options(form, least=max(1, least, most), most=25, chosen_most=most)
    else:
        _default_values(form, least, most)


def at_least_one() -> Errors:
    """`min_values` 0 where an answer is required."""
    return leaf("NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")


def options(form: Form, *, least: int, most: int, chosen_most: int) -> None:
    """The options of a string select, a radio group or a checkbox group; values are distinct."""
    held = form.items("options", least=least, most=most, needed=True, check=_option)
    if "options" in form.errors:
        return
    seen: set[str] = set()
    for index, each in enumerate(held):
        value = str(each["value"])
        if value in seen:
            used = leaf(
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
            )
            form.refuse("options", {str(index): {"value": used}})
            return
        seen.add(value)
    if sum(1 for each in held if each.get("default")) > chosen_most:
        too_many = "The specified number of default values exceeds the specified maximum values"
        form.refuse("options", leaf("SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", too_many))


def _option(body: object) -> Errors:
    form = Form(body)
    form.text("label", least=1, most=100, needed=True)
    form.text("value", least=1, most=100, needed=True)
    form.text("description", most=100)
    form.boolean("default")
    form.part("emoji", emoji)
    return form.errors


def _default_values(form: Form, least: int, most: int) -> None:
    kind = Kind(form.body["type"])

    def default(body: object) -> Errors:
        one = Form(body)
        one.snowflake("id", needed=True)
        one.choice("type", _DEFAULTS[kind], needed=True)
        return one.errors

    held = form.items("default_values", most=25, check=default)
    if held and not least <= len(held) <= most:
        form.refuse("default_values", bad_length(max(1, least), most))
    if kind is K.CHANNEL_SELECT:
        form.items("channel_types", most=len(_CHANNEL_TYPES), check=lambda each: among(each, _CHANNEL_TYPES))
