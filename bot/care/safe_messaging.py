"""What words about danger must not say: rules for safe messaging, as far as a machine can hold them.

After the guidance for writing about suicide (WHO 2023, "Preventing suicide: a resource for media
professionals"): no method, no blaming or triumphant verb. And ours: no promise, no claim to feel or to
assess, no number but those of helplines.tsv, which stand there and nowhere else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

FILES = ("care", "noticed", "cases", "holds")
"""Files of words that are read by somebody who may be in danger."""
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a crime is committed: say died by suicide", re.compile(r"\bcommit(s|ted|ting)?\b", re.I)),
    ("an attempt neither fails nor succeeds", re.compile(r"\b(un)?successful\b|\bfailed attempt", re.I)),
    (
        "it names a method",
        re.compile(
            r"\b(hang(ing|ed)?|noose|rope|gun|shoot\w*|pills?|bridge|blades?|razor\w*|knife|bleach|drown\w*"
            r"|jump(ing|ed)?|overdos\w+|cut(ting)?)\b",
            re.I,
        ),
    ),
    (
        "it promises what nobody here can keep",
        re.compile(r"\b(promise\w*|guarantee\w*|will be (fine|ok(ay)?|better)|gets better)\b", re.I),
    ),
    (
        "the bot claims to feel or to know",
        re.compile(r"\b(i|we) (care|feel|understand|know how|worry|am sorry|are sorry)\b", re.I),
    ),
    ("it orders", re.compile(r"\b(you (must|should|have to|need to (talk|call|tell)))\b", re.I)),
    ("a number stands in helplines.tsv only", re.compile(r"\d{3,}")),
)


def faults(content: Path) -> list[str]:
    """Every language's words that break a rule: file, key and why."""
    return [
        f"{path.parts[-3]}/words/{path.name}: {key}: {why}"
        for name in FILES
        for path in sorted(content.glob(f"*/words/{name}.toml"))
        for key, text in _texts("", tomllib.loads(path.read_text(encoding="utf-8")))
        for why in broken(text)
    ]


def broken(text: str) -> list[str]:
    return [why for why, pattern in RULES if pattern.search(text)]


def _texts(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        elif isinstance(value, dict):
            yield from _texts(f"{prefix}{name}.", value)
