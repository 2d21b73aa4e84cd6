"""Reads the prompt library from a content folder, and says where each fault stands."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from bot.errors import StartError
from bot.prompts.models import Concept, Deck, Depth, Door, Finding, Kind, Library, Prompt, Read, Source

_DECK = {"title": str, "description": str, "attended": bool}
_PROMPT = {
    "id": str,
    "concept": str,
    "depth": int,
    "kind": str,
    "text": str,
    "gentler": str,
    "gentler_depth": int,
    "content_note": str,
    "may_stir": str,
    "kind_response": str,
    "avoid": str,
    "closing": str,
    "other_doors": list,
    "sources": list,
    "lived_experience_review": str,
}
_CONCEPT = {"id": str, "name": str, "sentence": str, "sources": list}
_SOURCE = {
    "id": str,
    "author": str,
    "year": int,
    "title": str,
    "published": str,
    "doi": str,
    "url": str,
    "read": str,
}
_OPTIONAL = {"gentler", "gentler_depth", "content_note", "year", "published", "doi", "url"}
_ALLOWED: dict[str, tuple[object, ...]] = {
    "depth": get_args(Depth),
    "gentler_depth": get_args(Depth),
    "kind": get_args(Kind),
    "other_doors": get_args(Door),
    "read": get_args(Read),
}
_TYPE_NAMES = {str: "a text", int: "a whole number", bool: "true or false", list: "a list of texts"}


class LibraryError(StartError):
    """The library can't be used. ``findings`` holds every fault, and the message lists them one a line."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n  ".join(["The prompts can't be used:", *(str(finding) for finding in findings)]))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Table:
    """A table of a TOML file that knows where its fields stand."""

    file: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def finding(self, name: str, rule: str, reason: str) -> Finding:
        """A finding at the named field, or at the table's first line where the field is absent."""
        return Finding(self.file, self.lines.get(name, self.line), rule, reason)


@dataclass(frozen=True)
class Reading:
    """What could be read, every fault met, and the tables of decks and prompts by their id."""

    library: Library
    findings: list[Finding]
    decks: Mapping[str, Table]
    prompts: Mapping[str, Table]


def load(content: Path, locale: str) -> Library:
    """The library in one language, or a LibraryError that lists every fault with file and line."""
    reading = read(content, locale)
    if reading.findings:
        raise LibraryError(reading.findings)
    return reading.library


def read(content: Path, locale: str) -> Reading:
    """Reads as much as it can and collects the faults, so that a linter can tell all of them at once."""
    findings: list[Finding] = []
    source_tables = _tables(content, "sources.toml", "source", findings)[1]
    concept_tables = _tables(content, "concepts.toml", "concept", findings)[1]
    if findings:  # without these every reference would look wrong, and the real fault would drown
        return Reading(Library({}, {}, {}), findings, {}, {})
    known_sources = _by_id(source_tables, _SOURCE, findings)
    known_concepts = _by_id(concept_tables, _CONCEPT, findings)
    for table, _ in known_concepts.values():
        findings += _unknown_ids(table, "sources", known_sources)

    decks: dict[str, Deck] = {}
    deck_tables: dict[str, Table] = {}
    prompt_tables: dict[str, Table] = {}
    paths = sorted((content / locale / "prompts").glob("*.toml"))
    if not paths:
        findings.append(Finding(f"{locale}/prompts", 1, "required", "There is no deck in this language."))
    for path in paths:
        head, tables = _tables(content, path.relative_to(content).as_posix(), "prompt", findings)
        if head is None:
            continue
        deck = _fields(head, _DECK, findings)
        prompts = _by_id(tables, _PROMPT, findings, taken=prompt_tables)
        for table, _ in prompts.values():
            findings += _unknown_ids(table, "sources", known_sources)
            findings += _unknown_ids(table, "concept", known_concepts)
        if deck is not None:
            built = tuple(Prompt(deck=path.stem, **values) for _, values in prompts.values())
            decks[path.stem] = Deck(id=path.stem, language=locale, prompts=built, **deck)
            deck_tables[path.stem] = head
            prompt_tables |= {prompt_id: table for prompt_id, (table, _) in prompts.items()}

    library = Library(
        decks=decks,
        concepts={key: Concept(**values) for key, (_, values) in known_concepts.items()},
        sources={key: Source(**values) for key, (_, values) in known_sources.items()},
    )
    return Reading(library, findings, deck_tables, prompt_tables)


def _tables(content: Path, file: str, name: str, findings: list[Finding]) -> tuple[Table | None, list[Table]]:
    """The fields before the first ``[[name]]`` as a table (None if unreadable), then each ``[[name]]``."""
    try:
        text = (content / file).read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        findings.append(Finding(file, 1, "toml", f"The file cannot be read ({type(error).__name__})."))
        return None, []
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        findings.append(Finding(file, int(at[1]) if at else 1, "toml", f"This is not valid TOML: {error}."))
        return None, []

    rows = data.pop(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        findings.append(Finding(file, 1, "type", f"“{name}” is written as [[{name}]] tables."))
        return None, []
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines, 1) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
    starts += [len(lines) + 1] * (len(rows) + 1 - len(starts))  # inline tables have no line of their own
    blocks = zip(starts, starts[1:], rows, strict=False)
    head = Table(file, 1, data, _field_lines(lines, 1, starts[0]))
    return head, [Table(file, start, row, _field_lines(lines, start, end)) for start, end, row in blocks]


def _field_lines(lines: list[str], start: int, end: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in range(start, min(end, len(lines) + 1)):
        if assigned := re.match(r"\s*([\w-]+)\s*=", lines[number - 1]):
            found.setdefault(assigned[1], number)
    return found


def _by_id(
    tables: list[Table],
    shape: Mapping[str, type],
    findings: list[Finding],
    taken: Mapping[str, Table] | None = None,
) -> dict[str, tuple[Table, dict[str, Any]]]:
    """The sound tables by their id; an id that is already taken is a fault, and its first holder keeps it."""
    found: dict[str, tuple[Table, dict[str, Any]]] = {}
    for table in tables:
        values = _fields(table, shape, findings)
        if values is None:
            continue
        if values["id"] in found or values["id"] in (taken or {}):
            findings.append(table.finding("id", "duplicate-id", f"The id “{values['id']}” is used twice."))
        else:
            found[values["id"]] = (table, values)
    return found


def _fields(table: Table, shape: Mapping[str, type], findings: list[Finding]) -> dict[str, Any] | None:
    """The table's values, lists as tuples, or None where a fault was found."""
    faults = [
        table.finding(name, "unknown-field", f"There is no field “{name}” here.")
        for name in table.values
        if name not in shape
    ]
    values: dict[str, Any] = {}
    for name, wanted in shape.items():
        value = table.values.get(name, "")
        if value in ("", []):
            if name not in _OPTIONAL:
                faults.append(table.finding(name, "required", f"The field “{name}” is missing or empty."))
            continue
        entries = value if isinstance(value, list) else [value]
        inner = str if wanted is list else wanted
        # type() and not isinstance: true is an int to Python, and no depth
        if isinstance(value, list) != (wanted is list) or any(type(entry) is not inner for entry in entries):
            faults.append(table.finding(name, "type", f"“{name}” is {_TYPE_NAMES[wanted]}."))
            continue
        for entry in entries:
            if name in _ALLOWED and entry not in _ALLOWED[name]:
                known = ", ".join(str(one) for one in _ALLOWED[name])
                faults.append(table.finding(name, "value", f"“{name}” is one of {known}, not “{entry}”."))
        values[name] = tuple(value) if wanted is list else value
    findings += faults
    return None if faults else values


def _unknown_ids(table: Table, name: str, known: Mapping[str, object]) -> list[Finding]:
    value = table.values[name]
    return [
        table.finding(name, "unknown-id", f"“{entry}” is in no list of {name.rstrip('s')}s.")
        for entry in (value if isinstance(value, list) else [value])
        if entry not in known
    ]
