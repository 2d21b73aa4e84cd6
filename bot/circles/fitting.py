"""Which channel or role of a server fits by its name: a default that spares a choice, and can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def fitting(names: Mapping[int, str], wanted: Iterable[str]) -> int | None:
    """The id whose name is one of `wanted`, the first wanted first; emoji and separators don't count."""
    by_name: dict[str, int] = {}
    for id, name in names.items():
        by_name.setdefault(_plain(name), id)
    return next((by_name[_plain(name)] for name in wanted if _plain(name) in by_name), None)


def free_name(name: str, names: Iterable[str]) -> str:
    """`name`, or with the first number behind it that nothing is called by: `circle`, `circle-2`."""
    taken = set(names)
    number = 1
    while (candidate := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return candidate


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[\W_]", " ", name.casefold()).split())
