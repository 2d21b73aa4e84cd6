"""Rules: what is said plainly, found as rows of word lists; and what stands around it that makes it less.

Written in `content/care/rules.toml`, which explains its own form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.care.screening.lexicon import Reading
from bot.care.screening.models import Category, Tier

_GAPS = {"..": 2, "...": 6}
_LOOSE = 6
"""A gap so long may hold a "not"; over a shorter one it would turn round what is said"""
_ELEMENT = re.compile(r"<(\w+)>|([^\W_]+\*?)")
_NEGATED_WITHIN = 3
"""Words between "not" and what it negates"""
_NEGATION, _SUBJECT = "not", "subject"
"""Lists; what stands behind a subject is not negated by what stands before it: "not a joke, I ..." """


@dataclass(frozen=True)
class Element:
    """A gap of up to so many words, or one of these lists."""

    gap: int = 0
    lists: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Rule:
    code: str
    category: Category
    tier: Tier
    says: tuple[tuple[Element, ...], ...]
    unless: str | None
    sure: bool
    """Holds whatever the model says"""


@dataclass(frozen=True)
class Hit:
    rule: Rule
    tier: Tier
    """The rule's own, or lower where what stands around it makes it less"""

    @property
    def lowered(self) -> bool:
        return self.tier < self.rule.tier


class Rules:
    def __init__(self, rules: Iterable[Rule], context: Iterable[str]) -> None:
        self.rules = tuple(rules)
        self._context = tuple(context)

    def hits(self, reading: Reading) -> list[Hit]:
        """Each rule at most once, at the highest tier that any place gives it."""
        lowering = reading.quoted
        for name in self._context:
            lowering |= reading.begins(name)
        lowering = reading.sentences_with(lowering)
        negated = _negated(reading)
        found = ((rule, self._best(rule, reading, lowering, negated)) for rule in self.rules)
        return [Hit(rule, tier) for rule, tier in found if tier is not None]

    def _best(self, rule: Rule, reading: Reading, lowering: int, negated: int) -> Tier | None:
        out = reading.sentences_with(reading.begins(rule.unless)) if rule.unless else 0
        best: Tier | None = None
        for row in rule.says:
            ends = _ends(row, reading) & ~(out << 1)
            if not ends:
                continue
            lasts = ends >> 1
            tier = rule.tier
            if not lasts & ~lowering:
                tier = _lower(tier, 1)
            if not _begins(row, reading, ends) & ~negated:
                tier = _lower(tier, 2)
            if tier == rule.tier:
                return tier
            best = max(tier, best or tier)
        return best


def _negated(reading: Reading) -> int:
    """Where what begins there is negated."""
    at = reading.begins(_NEGATION) << 1 & ~reading.begins(_SUBJECT)
    for _ in range(_NEGATED_WITHIN):
        at |= (at & ~reading.ends) << 1 & ~reading.begins(_SUBJECT)
    return at


def _lower(tier: Tier, by: int) -> Tier:
    return Tier(max(tier - by, min(tier, Tier.T1)))


def _ends(row: tuple[Element, ...], reading: Reading) -> int:
    """Behind which words the row is found."""
    at = (1 << len(reading.words)) - 1
    for element in row:
        if not element.lists:
            at = _over(reading, at, element.gap)
            continue
        new = at if element.optional else 0
        for name in element.lists:
            for length, begins in reading.found.get(name, {}).items():
                new |= (at & begins) << length
        at = new
        if not at:
            return 0
    return at


def _over(reading: Reading, at: int, gap: int) -> int:
    closed = _closed(reading, gap)
    for _ in range(gap):
        at |= (at & ~closed) << 1
    return at


def _closed(reading: Reading, gap: int) -> int:
    return reading.ends if gap >= _LOOSE else reading.ends | reading.begins(_NEGATION)


def _begins(row: tuple[Element, ...], reading: Reading, ends: int) -> int:
    """Where the row begins that was found to end there."""
    at = ends
    for element in reversed(row):
        if not element.lists:
            closed = _closed(reading, element.gap)
            for _ in range(element.gap):
                at |= (at >> 1) & ~closed
            continue
        new = at if element.optional else 0
        for name in element.lists:
            for length, begins in reading.found.get(name, {}).items():
                new |= (at >> length) & begins
        at = new
    return at


def row(written: str, known: Iterable[str]) -> tuple[tuple[Element, ...], set[str]]:
    """A row as written, and the single words in it that need a list of their own (named `=word`).

    Raises ValueError saying what is wrong with it.
    """
    elements: list[Element] = []
    words: set[str] = set()
    for part in written.split():
        if part in _GAPS:
            elements.append(Element(gap=_GAPS[part]))
            continue
        lists = []
        for each in part.removesuffix("?").split("|"):
            match = _ELEMENT.fullmatch(each)
            if match is None:
                raise ValueError(f"{each!r} in {written!r} is neither a word nor a <list>")
            if match[1] is None:
                words.add(each)
            elif match[1] not in known:
                raise ValueError(f"there is no list {match[1]}, which {written!r} asks for")
            lists.append(match[1] or f"={each}")
        elements.append(Element(lists=tuple(lists), optional=part.endswith("?")))
    if not elements or not elements[0].lists or elements[0].optional or not elements[-1].lists:
        raise ValueError(f"{written!r} should begin and end with words")
    return tuple(elements), words


def build(data: Mapping[str, object]) -> tuple[Rules, dict[str, list[str]]]:
    """The rules of a parsed `rules.toml`, and all lists they look for. Raises ValueError: what is wrong."""
    lists = _lists(data.get("lists"))
    context = _names(data.get("context"), lists)
    rules: list[Rule] = []
    entries = data.get("rule")
    if not isinstance(entries, list) or not entries:
        raise ValueError("there is no [[rule]]")
    for entry in entries:
        rule, words = _rule(entry, lists)
        if any(other.code == rule.code for other in rules):
            raise ValueError(f"two rules have the code {rule.code}")
        rules.append(rule)
        lists |= {f"={word}": [word] for word in words}
    return Rules(rules, context), lists


def _rule(entry: Mapping[str, object], lists: Mapping[str, list[str]]) -> tuple[Rule, set[str]]:
    code, says, unless, tier = (entry.get(name) for name in ("code", "says", "unless", "tier"))
    if not isinstance(code, str) or not isinstance(says, list) or not says:
        raise ValueError("a rule needs a code, and what it `says`")
    if unless is not None and (not isinstance(unless, str) or unless not in lists):
        raise ValueError(f"there is no list {unless}, which the rule {code} names")
    if tier not in (1, 2, 3) or entry.get("category") not in set(Category):
        raise ValueError(f"the rule {code} needs a tier from 1 to 3 and one of the categories")
    rows, words = [], set()
    for written in says:
        elements, single = row(written, lists)
        rows.append(elements)
        words |= single
    return Rule(
        code, Category(str(entry["category"])), Tier(tier), tuple(rows), unless, entry.get("sure") is True
    ), words


def _lists(table: object) -> dict[str, list[str]]:
    if not isinstance(table, dict) or not table:
        raise ValueError("there are no [lists]")
    for name, entries in table.items():
        if not isinstance(entries, list) or not all(isinstance(entry, str) and entry for entry in entries):
            raise ValueError(f"the list {name} should hold words in quotes")
    return dict(table)


def _names(table: object, lists: Mapping[str, list[str]]) -> list[str]:
    names = list(table.values()) if isinstance(table, dict) else []
    if unknown := [name for name in names if name not in lists]:
        raise ValueError(f"[context] names lists that there are not: {', '.join(map(str, unknown))}")
    return names
