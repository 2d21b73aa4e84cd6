"""Application commands as a bot registers them, and the choices it offers while a person types."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.limits.forms import Errors, Form, among, each, leaf

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
NESTING: Final = (SUB_COMMAND, SUB_COMMAND_GROUP)
VALUE_TYPES: Final = tuple(range(3, 12))

MAX_SIZE: Final = 8000
MAX_COMMANDS: Final[Mapping[int, int]] = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
_SAFE_INTEGER: Final = 2**53

# reference, Locales.
# fmt: off
LOCALES: Final = frozenset((
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt",
    "hu", "nl", "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs",
    "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
))
# fmt: on


def commands(body: object) -> Errors:
    """The list that overwrites all commands of a scope; indices lead the paths."""
    if not isinstance(body, list):
        return leaf("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    errors = each(body, command)
    if errors:
        return errors
    kinds = Counter(one.get("type") or CHAT_INPUT for one in body)
    for kind, most in MAX_COMMANDS.items():
        if kinds[kind] > most:
            too_many = f"Maximum number of application commands reached ({most})."
            return leaf("APPLICATION_COMMANDS_MAX_REACHED", too_many)
    seen: set[tuple[int, str]] = set()
    for index, one in enumerate(body):
        key = (one.get("type") or CHAT_INPUT, one["name"])
        if key in seen:
            twice = "Application command names must be unique"
            return {str(index): leaf("APPLICATION_COMMANDS_DUPLICATE_NAME", twice)}
        seen.add(key)
    return {}


def command(body: object) -> Errors:
    """One command, with all its options."""
    form = Form(body)
    kind = form.choice("type", (CHAT_INPUT, USER, MESSAGE)) or CHAT_INPUT
    if kind == CHAT_INPUT:
        _name(form)
        _described(form, least=1)
        _options(form, (*NESTING, *VALUE_TYPES))
    else:
        form.text("name", least=1, most=32, needed=True)
        form.text("description", most=0)
        form.items("options", most=0)
    _localizations(form, "name_localizations", most=32, lower=kind == CHAT_INPUT)
    form.items("contexts", least=1, most=3, check=lambda each: among(each, (0, 1, 2)))
    form.items("integration_types", least=1, most=2, check=lambda each: among(each, (0, 1)))
    form.bits("default_member_permissions")
    form.boolean("nsfw")
    form.boolean("dm_permission")
    if not form.errors and size(form.body) > MAX_SIZE:
        form.whole(leaf("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_SIZE})"))
    return form.errors


def size(body: Mapping[str, Any]) -> int:
    """Code points of a command's names, descriptions and values, of each the longest translation."""
    total = _longest(body, "name") + _longest(body, "description")
    for choice in body.get("choices") or []:
        total += _longest(choice, "name") + len(str(choice.get("value", "")))
    return total + sum(size(option) for option in body.get("options") or [])


def choices(body: object, option_type: int = STRING) -> Errors:
    """The `data` of an autocomplete answer (type 8) for an option of the given type."""
    form = Form(body)
    form.items("choices", most=25, check=lambda each: _choice(each, option_type))
    return form.errors


def _longest(body: Mapping[str, Any], name: str) -> int:
    translated = (body.get(f"{name}_localizations") or {}).values()
    return max(len(str(text)) for text in [body.get(name) or "", *translated])


def _name(form: Form) -> None:
    name = form.text("name", least=1, most=32, needed=True)
    if name is not None:
        form.refuse("name", command_name(name))


def command_name(name: str) -> Errors:
    """`^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$`, lower case where the letter has one."""
    if all(map(_may_stand_in_name, name)) and name == name.lower():
        return {}
    errors = leaf("STRING_TYPE_REGEX", "String value did not match validation regex.")
    errors["_errors"] += leaf("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")["_errors"]
    return errors


def _may_stand_in_name(char: str) -> bool:
    if char in "-_'" or unicodedata.category(char)[0] in "LN":
        return True
    return re.fullmatch("[\\u0900-\\u097f\\u0e00-\\u0e7f]", char) is not None


def _described(form: Form, *, least: int) -> None:
    form.text("description", least=least, most=100, needed=True)
    _localizations(form, "description_localizations", most=100, lower=False)


def _localizations(form: Form, name: str, *, most: int, lower: bool) -> None:
    held = form.body.get(name)
    if held is None:
        return
    inner = Form(held)
    for locale in inner.body:
        if locale not in LOCALES:
            inner.refuse(locale, leaf("BASE_TYPE_CHOICES", "Value must be one of the available locales."))
            continue
        text = inner.text(locale, least=1, most=most, needed=True)
        if lower and text is not None:
            inner.refuse(locale, command_name(text))
    form.refuse(name, inner.errors)


def _options(form: Form, allowed: tuple[int, ...]) -> None:
    held = form.items("options", most=25, check=lambda each: _option(each, allowed))
    if "options" not in form.errors:
        form.refuse("options", _together(held))


def _together(held: Sequence[Mapping[str, Any]]) -> Errors:
    """What the options of one list must keep among themselves."""
    nesting = [one["type"] in NESTING for one in held]
    optional = False
    names: set[str] = set()
    for index, one in enumerate(held):
        if nesting[index] != nesting[0]:
            mixed = "Sub-command and sub-command group option types are mutually exclusive to all other types"
            return {str(index): leaf("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", mixed)}
        if one.get("required") and optional:
            late = "Required options must be placed before non-required options"
            return {str(index): leaf("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", late)}
        optional = optional or not one.get("required")
        if one["name"] in names:
            return {
                str(index): leaf("APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option name must be unique")
            }
        names.add(one["name"])
    return {}


def _option(body: object, allowed: tuple[int, ...]) -> Errors:
    form = Form(body)
    kind = form.choice("type", allowed, needed=True)
    _name(form)
    _described(form, least=1)
    _localizations(form, "name_localizations", most=32, lower=True)
    form.boolean("required")
    form.boolean("autocomplete")
    if kind == SUB_COMMAND_GROUP:
        _options(form, (SUB_COMMAND,))
    elif kind == SUB_COMMAND:
        _options(form, VALUE_TYPES)
    else:
        form.items("options", most=0)
        _value_rules(form, kind)
    return form.errors


def _value_rules(form: Form, kind: int | None) -> None:
    typed = kind in (STRING, INTEGER, NUMBER)
    held = form.items("choices", most=25 if typed else 0, check=lambda each: _choice(each, kind or STRING))
    if held and form.body.get("autocomplete"):
        both = "Autocomplete and choices are mutually exclusive"
        form.refuse("autocomplete", leaf("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", both))
    if not typed and form.body.get("autocomplete"):
        wrong = "Autocomplete is not available for this option type"
        form.refuse("autocomplete", leaf("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", wrong))
    least = form.number("min_length", least=0, most=6000)
    most = form.number("max_length", least=1, most=6000)
    if least is not None and most is not None and least > most:
        form.refuse(
            "max_length", leaf("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        )


def _choice(body: object, kind: int) -> Errors:
    form = Form(body)
    form.text("name", least=1, most=100, needed=True)
    _localizations(form, "name_localizations", most=100, lower=False)
    if kind == STRING:
        form.text("value", most=100, needed=True)
    elif kind == INTEGER:
        form.number("value", least=-_SAFE_INTEGER + 1, most=_SAFE_INTEGER - 1, needed=True)
    else:
        _double(form)
    return form.errors


def _double(form: Form) -> None:
    value = form.body.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _SAFE_INTEGER:
        form.refuse("value", leaf("NUMBER_TYPE_COERCE", f'Value "{value}" is not float.'))
