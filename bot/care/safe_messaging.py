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
Rules = tuple[tuple[str, re.Pattern[str]], ...]
EVERYWHERE: Rules = (("a number stands in helplines.tsv only", re.compile(r"\d{3,}")),)
ENGLISH: Rules = (
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
        re.compile(
            r"(?<!\bno )(?<!\bnobody can )\b(promise\w*|guarantee\w*)\b"
            r"|\b(will be (fine|ok(ay)?|better)|gets better)\b",
            re.I,
        ),
    ),
    (
        "the bot claims to feel or to know",
        re.compile(r"\b(i|we) (care|feel|understand|know how|worry|am sorry|are sorry)\b", re.I),
    ),
    ("it orders", re.compile(r"\b(you (must|should|have to|need to (talk|call|tell)))\b", re.I)),
)
SPANISH: Rules = (
    (
        "a crime is committed: say murió por suicidio",
        re.compile(r"\bcomet(e|en|er|ió|ieron|ido|a|an|iera)\b", re.I),
    ),
    (
        "an attempt neither fails nor succeeds",
        re.compile(r"\b(fallid|exitos|frustrad|consumad|fracasad|lograd)[oa]s?\b|\bcon éxito\b", re.I),
    ),
    (
        "it names a method",
        re.compile(
            r"\b(ahorc\w+|horca|colg(ar|arse|arte|ó)|sogas?|cuerdas?|pistolas?|armas?|dispar\w+|pastillas?"
            r"|píldoras?|puentes?|cuchill\w+|navajas?|lejía|cloro|venenos?|ahog\w+|tirarse|lanzarse|saltar"
            r"|sobredosis|cort(ar|arse|arte|arme|es?|ó))\b",
            re.I,
        ),
    ),
    (
        "it promises what nobody here can keep",
        re.compile(
            r"(?<!\bnadie puede )\bpromet\w+|(?<!\bno es una )\bpromesas?\b|\bgarant\w+"
            r"|\bte asegur(o|amos)\b|\b(va|van|vas) a (estar|salir|ir|ponerse|sentirte|mejorar|pasar)\b"
            r"|\b(estar|saldr|ir|mejorar|pasar)(á|án|ás)\b",
            re.I,
        ),
    ),
    (
        "the bot claims to feel or to know",
        re.compile(
            r"\b((nos|me) (importas|preocupas|dueles?|alegra)|te (quiero|queremos|entiendo|entendemos)"
            r"|(lo|cuánto) (siento|sentimos|lamento|lamentamos)|comprendo|comprendemos|entendemos"
            r"|(?<!\bno )(sé|sabemos) (cómo|lo que))\b",
            re.I,
        ),
    ),
    (
        "it orders",
        re.compile(
            r"\b(tienes|tenés|tiene) que\b(?! ver\b)|\b(debes|debés|deberías)\b"
            r"|\bnecesitas (hablar|llamar|contar|decir)",
            re.I,
        ),
    ),
)
RULES: Mapping[str, Rules] = {"en": ENGLISH, "es": SPANISH}
"""By language; one without rules of its own is held to `EVERYWHERE` alone."""


def faults(content: Path) -> list[str]:
    """Every language's words that break a rule: file, key and why."""
    return [
        f"{path.parts[-3]}/words/{path.name}: {key}: {why}"
        for name in FILES
        for path in sorted(content.glob(f"*/words/{name}.toml"))
        for key, text in _texts("", tomllib.loads(path.read_text(encoding="utf-8")))
        for why in broken(text, path.parts[-3])
    ]


def broken(text: str, locale: str = "en") -> list[str]:
    return [why for why, pattern in (*RULES.get(locale, ()), *EVERYWHERE) if pattern.search(text)]


def _texts(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        elif isinstance(value, dict):
            yield from _texts(f"{prefix}{name}.", value)
