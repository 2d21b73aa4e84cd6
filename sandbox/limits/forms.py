"""Reading one JSON object field by field, noting what is wrong in Discord's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

Errors = dict[str, Any]
Check = Callable[[object], Errors]
Value = TypeVar("Value")

INT32_MAX: Final = 2**31 - 1
_SNOWFLAKE: Final = re.compile(r"[0-9]{1,20}")


def leaf(code: str, message: str) -> Errors:
    """One error, as it stands at the end of a path."""
    return {"_errors": [{"code": code, "message": message}]}


def required() -> Errors:
    return leaf("BASE_TYPE_REQUIRED", "This field is required")


def bad_length(least: int, most: int) -> Errors:
    if least:
        return leaf("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
    return leaf("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def nested(name: str, errors: Errors) -> Errors:
    """The errors of a field, under its name; empty stays empty."""
    return {name: errors} if errors else {}


def flat(errors: Errors, part: str = "code") -> dict[str, str]:
    """The errors by their paths, as people read them: {"components.0.label": "BASE_TYPE_MAX_LENGTH"}.

    `part` is "code" or "message".
    """
    found: dict[str, str] = {}
    for name, inner in errors.items():
        if name == "_errors":
            found[""] = " ".join(one[part] for one in inner)
        else:
            found |= {f"{name}.{path}".rstrip("."): text for path, text in flat(inner, part).items()}
    return found


def each(items: Sequence[object], check: Check) -> Errors:
    """The errors of a list, under the indices of the items that have any."""
    found = {str(index): check(item) for index, item in enumerate(items)}
    return {index: errors for index, errors in found.items() if errors}


class Form:
    """One object of the body. Reading a field gives its value if that is well formed, else None and an error.

    An absent field and a null one are the same, as they are to Discord.
    """

    def __init__(self, body: object) -> None:
        self.body: dict[str, Any] = body if isinstance(body, dict) else {}
        self.errors: Errors = {}
        if not isinstance(body, dict):
            self.errors = leaf("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")

    def refuse(self, name: str, errors: Errors) -> None:
        """Note errors under a field's name, beside others noted for it; the first kind found wins."""
        if not errors or "_errors" in self.errors:
            return
        before = self.errors.get(name)
        if before and "_errors" in before and "_errors" in errors:
            before["_errors"].extend(errors["_errors"])
        else:
            self.errors.setdefault(name, errors)

    def whole(self, errors: Errors) -> None:
        """Note errors of the object as such, if nothing was found in its fields."""
        self.errors = self.errors or errors

    def text(
        self,
        name: str,
        *,
        least: int = 0,
        most: int,
        needed: bool = False,
        pattern: re.Pattern[str] | None = None,
    ) -> str | None:
        """A string. Discord makes one of a number, too; here that is refused, as nobody means it."""
        value = self.body.get(name)
        if value is None or (needed and isinstance(value, str) and not value.strip()):
            self._absent(name, needed)
            return None
        errors: Errors = {}
        if not isinstance(value, str):
            errors = leaf("STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif not least <= len(value) <= most:
            errors = bad_length(least, most)
        elif pattern and not pattern.fullmatch(value):
            errors = leaf("STRING_TYPE_REGEX", "String value did not match validation regex.")
        return self._kept(name, str(value), errors)

    def number(self, name: str, *, least: float, most: float, needed: bool = False) -> int | None:
        """An integer. Discord reads one from a string, too; here that is refused, as nobody means it."""
        value = self.body.get(name)
        if value is None:
            self._absent(name, needed)
            return None
        errors: Errors = {}
        if isinstance(value, bool) or not isinstance(value, int):
            errors = leaf("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value > most:
            errors = leaf("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        elif value < least:
            errors = leaf("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        return self._kept(name, value, errors)

    def bits(self, name: str) -> int | None:
        """Permission bits: documented as a number in a string, and taken as a plain number."""
        value = self.body.get(name)
        number = None if value is None else whole_number(value)
        sound = value is None or (number is not None and number >= 0)
        return self._kept(
            name, number, {} if sound else leaf("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        )

    def choice(self, name: str, choices: Sequence[object], *, needed: bool = False) -> Any:
        value = self.body.get(name)
        if value is None:
            self._absent(name, needed)
            return None
        return self._kept(name, value, among(value, choices))

    def boolean(self, name: str) -> bool | None:
        value = self.body.get(name)
        sound = value is None or isinstance(value, bool)
        errors = {} if sound else leaf("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return self._kept(name, value, errors)

    def snowflake(self, name: str, *, needed: bool = False) -> int | None:
        value = self.body.get(name)
        if value is None:
            self._absent(name, needed)
            return None
        errors = snowflake(value)
        return self._kept(name, 0 if errors else int(value), errors)

    def moment(self, name: str, *, needed: bool = False) -> datetime | None:
        """An ISO 8601 time; one without an offset is UTC."""
        value = self.body.get(name)
        if value is None:
            self._absent(name, needed)
            return None
        try:
            parsed = datetime.fromisoformat(str(value))
        except ValueError:
            unread = leaf("DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
            return self._kept(name, None, unread)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)

    def url(
        self,
        name: str,
        *,
        schemes: Collection[str] = ("http", "https"),
        most: int = 2048,
        needed: bool = False,
    ) -> str | None:
        value = self.text(name, most=most, needed=needed)
        return self._kept(name, value, url(value, schemes) if value else {})

    def items(
        self, name: str, *, least: int = 0, most: int, needed: bool = False, check: Check | None = None
    ) -> list[Any]:
        """A list, its length first and then each item; [] when it is absent or no list at all."""
        value = self.body.get(name)
        if value is None:
            self._absent(name, needed)
            return []
        if not isinstance(value, list):
            self.refuse(name, leaf("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"))
            return []
        if not least <= len(value) <= most:
            self.refuse(name, bad_length(least, most))
        elif check:
            self.refuse(name, each(value, check))
        return value

    def part(self, name: str, check: Check, *, needed: bool = False) -> None:
        """An object within this one."""
        value = self.body.get(name)
        if value is None:
            self._absent(name, needed)
        else:
            self.refuse(name, check(value))

    def _kept(self, name: str, value: Value, errors: Errors) -> Value | None:
        """The value, unless there are errors to note instead."""
        self.refuse(name, errors)
        return None if errors else value

    def _absent(self, name: str, needed: bool) -> None:
        self.refuse(name, required() if needed else {})


def among(value: object, choices: Sequence[object]) -> Errors:
    """One of a few values; true and false are no numbers here."""
    if not isinstance(value, bool) and any(value == each for each in choices):
        return {}
    return leaf("BASE_TYPE_CHOICES", f"Value must be one of {tuple(choices)}.")


def whole_number(value: object) -> int | None:
    """An integer, also one written as a string or as 3.0; None for anything else."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value) else None


def url(value: str, schemes: Collection[str]) -> Errors:
    """A web address, or another of the schemes."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = None
    if parts is None or not (parts.scheme and parts.netloc):
        return leaf("URL_TYPE_INVALID_URL", "Not a well formed URL.")
    if parts.scheme in schemes:
        return {}
    message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of {tuple(schemes)}.'
    return leaf("URL_TYPE_INVALID_SCHEME", message)


def snowflake(value: object) -> Errors:
    """An id: a string of digits, or an integer."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return {}
    if isinstance(value, str) and _SNOWFLAKE.fullmatch(value):
        return {}
    return leaf("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
