"""Words and code agree: every key that is asked for exists, none lies unused, and each fits where it is shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import content
from bot.config import CONTENT

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("bot", "cogs") for path in (ROOT / folder).rglob("*.py"))
WORDS = content.load(CONTENT)
RAW = WORDS._words[content.DEFAULT_LOCALE]  # with their placeholders, as they stand in the files
KEYS = WORDS.keys
FILES = {key.split(".")[0] for key in KEYS}
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")

# How a text is asked for, and which positional argument the key is.
ASKS = {"text": 0, "words": 0, "UserError": 0, "notify": 2}
# Parameters of the asking functions themselves, not of the words.
NOT_WORDS = {"priority", "offer"}

# Where a text is shown, by the function that takes it, the argument's place or name, and Discord's limit
# (docs: components/reference). A placeholder counts as many characters as SAMPLE has.
SHOWN = {
    ("button", 0): 80,
    ("Button", "label"): 80,
    ("Form", 0): 45,
    ("Label", "text"): 45,
    ("Label", "description"): 100,
    ("TextInput", "placeholder"): 100,
    ("SelectOption", "label"): 100,
    ("SelectOption", "description"): 100,
    ("RadioGroupOption", "label"): 100,
    ("RadioGroupOption", "description"): 100,
    ("CheckboxGroupOption", "label"): 100,
    ("CheckboxGroupOption", "description"): 100,
    ("Select", "placeholder"): 150,
    ("ChannelSelect", "placeholder"): 150,
    ("RoleSelect", "placeholder"): 150,
}
SAMPLE = "12345678"

# The bot is a program: it claims no feeling, no care and no understanding, and it counts nobody's zeal.
NEVER = re.compile(
    r"\b(I|we|Towards|the bot)\b( \w+)? (feel|feels|care|cares|understand|understands|love|loves|worry|worries)\b"
    r"|\b(I'm|I am|we're|we are) (so |very |really )?(sorry|proud|glad|happy|sad|worried|listening|here for you)\b"
    r"|\btrigger warning\b|\bstreaks?\b|\bleaderboard\b|\binactive\b|\bshould have\b|\byou must\b|\byou have to\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Ask:
    """One place in the code that asks for words; `given` is None where it passes what it was passed."""

    where: str
    keys: tuple[str, ...]
    given: frozenset[str] | None


def name_of(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Subscript):
        function = function.value
    return getattr(function, "attr", getattr(function, "id", ""))


def literals(node: ast.expr) -> tuple[str, ...]:
    """The keys an expression can be: a text, or one of two; f-strings become patterns elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return ()


def asks_in(tree: ast.AST, where: str) -> Iterator[Ask]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or (place := ASKS.get(name_of(call))) is None:
            continue
        if len(call.args) <= place:
            continue
        keys = tuple(key for key in literals(call.args[place]) if "." in key)
        named = {keyword.arg for keyword in call.keywords}
        given = None if None in named else frozenset(name for name in named if name) - NOT_WORDS
        if keys:
            yield Ask(f"{where}:{call.lineno}", keys, given)


def all_asks() -> list[Ask]:
    return [
        ask
        for path in SOURCES
        for ask in asks_in(ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)))
    ]


@dataclass(frozen=True)
class Spoken:
    """What of the code could be a key: whole texts, and f-strings by the shape of what they make."""

    texts: set[str]
    shapes: list[re.Pattern[str]]
    endings: set[str]  # of f-strings that add to a text: f"{where}.title"

    def uses(self, key: str) -> bool:
        added = any(key.endswith(end) and key.removesuffix(end) in self.texts for end in self.endings)
        return key in self.texts or added or any(shape.fullmatch(key) for shape in self.shapes)


def spoken() -> Spoken:
    found = Spoken(set(), [], set())
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        joined = [node.values for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and node.values]
        parts = {id(part) for values in joined for part in values}
        for node in ast.walk(tree):
            whole = isinstance(node, ast.Constant) and id(node) not in parts
            if whole and isinstance(node.value, str) and KEY.fullmatch(node.value):
                found.texts.add(node.value)
        for values in joined:
            first, last = values[0], values[-1]
            if isinstance(first, ast.Constant) and str(first.value).split(".")[0] in FILES:
                found.shapes.append(re.compile("".join(map(_shape, values))))
            elif len(values) == 2 and isinstance(last, ast.Constant) and str(last.value).startswith("."):
                found.endings.add(str(last.value))
    return found


def _shape(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_.]+"


def test_every_key_the_code_asks_for_exists() -> None:
    missing = [f"{ask.where} asks for {key}" for ask in all_asks() for key in ask.keys if key not in KEYS]
    found = spoken()
    # Two parts may name something to render; three under a file of words are a key, or where keys begin.
    missing += [
        f"{text} is written in the code"
        for text in sorted(found.texts - KEYS)
        if text.count(".") > 1 and text.split(".")[0] in FILES
        if not any(key.startswith(f"{text}.") for key in KEYS)
    ]
    missing += [
        f"nothing is like {shape.pattern}"
        for shape in found.shapes
        if not any(shape.fullmatch(key) for key in KEYS)
    ]
    assert not missing, "\n".join(missing)


def test_every_key_is_used() -> None:
    found = spoken()
    unused = [key for key in sorted(KEYS) if not found.uses(key)]
    assert not unused, "\n".join(unused)


def test_every_placeholder_is_filled() -> None:
    faults = []
    for ask in all_asks():
        for key in ask.keys:
            wanted = content.placeholders(RAW[key]) if key in KEYS else set()
            if ask.given is not None and (wanting := wanted - ask.given):
                faults.append(f"{ask.where} does not fill {', '.join(sorted(wanting))} of {key}")
    assert not faults, "\n".join(faults)


def shown() -> Iterator[tuple[str, int, str]]:
    """(where, limit, key) of every text the code shows in a place that has a limit."""
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            arguments: dict[int | str, ast.expr] = dict(enumerate(call.args))
            arguments |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
            for at, argument in arguments.items():
                limit = SHOWN.get((name_of(call), at))
                if limit is not None and isinstance(argument, ast.Call):
                    for ask in asks_in(argument, str(path.relative_to(ROOT))):
                        yield from ((ask.where, limit, key) for key in ask.keys)


def filled(key: str, locale: str) -> str:
    return WORDS.text(key, locale, **dict.fromkeys(content.placeholders(RAW[key]), SAMPLE))


@pytest.mark.parametrize("locale", WORDS.begun)
def test_every_text_fits_where_it_is_shown(locale: str) -> None:
    places = list(shown())
    assert len(places) > 20
    faults = [
        f"{where}: {key} is {len(filled(key, locale))} characters, {limit} fit"
        for where, limit, key in places
        if len(filled(key, locale)) > limit
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("locale", WORDS.begun)
def test_no_text_is_longer_than_half_a_message(locale: str) -> None:
    assert [key for key in sorted(KEYS) if len(filled(key, locale)) > 2000] == []


def test_the_bot_claims_no_feeling_and_presses_nobody() -> None:
    faults = [f"{key}: {found[0]}" for key in sorted(KEYS) if (found := NEVER.search(RAW[key]))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "text",
    [
        "I care about you",
        "we feel with you",
        "I'm so sorry",
        "We really understand",
        "A streak of 3 days",
        "You must",
    ],
)
def test_a_text_that_claims_or_presses_is_noticed(text: str) -> None:
    assert NEVER.search(text)


@pytest.mark.parametrize("text", ["I hear you", "I'm here", "If you care to", "you might feel", "we are ten"])
def test_the_words_of_people_are_not_mistaken_for_the_bots(text: str) -> None:
    assert not NEVER.search(text)
