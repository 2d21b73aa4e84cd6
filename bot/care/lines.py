"""The help lines that may be named, read once at start: showing them needs nothing but memory."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import StartError

NOT_YET = "not yet"
MOST = 3


@dataclass(frozen=True)
class HelpLine:
    name: str
    address: str
    source: str  # its own page that says what it is
    checked: date | None  # when a person last found the source saying so; None: nobody did yet


def load(folder: Path) -> tuple[HelpLine, ...]:
    """The lines of `help.toml` in the content folder. Raises StartError saying what is wrong."""
    path = folder / "help.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("line", [])
        lines = tuple(_line(number, entry) for number, entry in enumerate(entries, start=1))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as error:
        raise StartError(f"help.toml in {folder} can't be used: {error}") from None
    if not 1 <= len(lines) <= MOST:
        raise StartError(
            f"help.toml in {folder} names {len(lines)} lines; one to {MOST} can be shown, as more overwhelm."
        )
    return lines


def _line(number: int, entry: Mapping[str, object]) -> HelpLine:
    found: dict[str, str] = {}
    for field in ("name", "address", "source"):
        value = entry.get(field)
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"line {number} has no {field}")
        if field != "name" and not value.startswith("https://"):
            raise ValueError(f"the {field} of line {number} should start with https://")
        found[field] = value
    checked = entry.get("checked")
    if checked != NOT_YET and type(checked) is not date:
        raise ValueError(f'checked of line {number} should be a day such as 2026-03-02, or "{NOT_YET}"')
    return HelpLine(**found, checked=checked if isinstance(checked, date) else None)
