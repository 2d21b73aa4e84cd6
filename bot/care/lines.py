"""The help lines that may be named: `helplines.tsv` in the content folder, read once at start.

Showing them needs nothing but memory. Each row is a line in one country, its emergency number, or (country
`*`) a directory of lines anywhere. A row counts as verified for a year from the day on which a named person
read its source and found it so; until then only emergency numbers and directories are shown, and said to be
unverified.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from bot.errors import StartError

FILE = "helplines.tsv"
FRESH = timedelta(days=365)
MOST = 3
"""Lines shown at once, those paired with one of them aside: long lists overwhelm (Cohen et al. 2022/23)."""
ANYWHERE = "*"
COLUMNS = (
    *("country", "kind", "name", "topic", "number", "text", "chat", "hours", "languages", "audience"),
    *("paired_with", "source", "checked", "by"),
)
NEEDED = ("country", "name", "topic", "hours", "languages", "audience", "source")
TOPICS = frozenset(
    {"emergency", "all", "crisis", "suicide", "abuse", "eating", "overdose", "poison", "youth"}
)


class LineKind(StrEnum):
    EMERGENCY = "emergency"
    LINE = "line"
    DIRECTORY = "directory"


@dataclass(frozen=True)
class HelpLine:
    """One row. Numbers are shown as they stand there, never retold."""

    country: str  # ISO 3166-1 alpha-2, or ANYWHERE
    kind: LineKind
    name: str
    topic: str
    number: str
    text: str
    chat: str
    hours: str
    languages: tuple[str, ...]  # `*`: further ones
    audience: str
    paired_with: str  # another line's name in the same country, which is shown beside it
    source: str  # its own page that says what it is
    checked: date | None  # when a person last found the source saying so
    by: str

    def is_verified(self, today: date) -> bool:
        return self.checked is not None and today - self.checked <= FRESH


@dataclass(frozen=True)
class Fitting:
    """What a card shows somebody in one country."""

    emergency: HelpLine | None  # None: their country isn't known, or has none here
    lines: tuple[HelpLine, ...]  # verified ones only
    directory: HelpLine


@dataclass(frozen=True)
class HelpLines:
    rows: tuple[HelpLine, ...]

    @property
    def countries(self) -> list[str]:
        return sorted({row.country for row in self.rows} - {ANYWHERE})

    def fitting(self, country: str | None, topics: Sequence[str], today: date) -> Fitting:
        """The lines for these topics, the first ones first, and what is paired with them."""
        here = [row for row in self.rows if row.country == country]
        emergency = next((row for row in here if row.kind is LineKind.EMERGENCY), None)
        verified = [row for row in here if row.kind is LineKind.LINE and row.is_verified(today)]
        chosen = [row for topic in topics for row in verified if row.topic == topic][:MOST]
        names = {row.name for row in chosen} | {row.paired_with for row in chosen}
        beside = [row for row in verified if row not in chosen and row.name in names]
        directory = next(row for row in self.rows if row.kind is LineKind.DIRECTORY)
        return Fitting(emergency, (*chosen, *beside), directory)


def load(folder: Path) -> HelpLines:
    """The table of a content folder. Raises StartError for one that can't be used, listing every fault."""
    rows, faults = read(folder)
    if faults:
        raise StartError(f"{FILE} can't be used:\n  " + "\n  ".join(faults))
    return HelpLines(tuple(rows))


def read(folder: Path) -> tuple[list[HelpLine], list[str]]:
    """The rows that are whole, and what is wrong with the others (or between them), each with its line."""
    try:
        with (folder / FILE).open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [f"{FILE} in {folder}: {error}"]
    rows: list[HelpLine] = []
    faults: list[str] = []
    for number, entry in enumerate(table, start=2):
        found = list(_faults(entry))
        faults += [f"{FILE}:{number}: {fault}" for fault in found]
        if not found:
            rows.append(_row(entry))
    return rows, [*faults, *_faults_between(rows)]


def stale(rows: Sequence[HelpLine], today: date) -> list[str]:
    """Rows that were verified too long ago: a person is to read their source again."""
    return [
        f"{FILE}: {row.name} ({row.country}) was last checked on {row.checked}, over {FRESH.days} days ago"
        for row in rows
        if row.checked is not None and not row.is_verified(today)
    ]


def _row(entry: Mapping[str, str]) -> HelpLine:
    told = {name: entry[name].strip() for name in COLUMNS}
    checked = told.pop("checked")
    languages = tuple(language.strip() for language in told.pop("languages").split(","))
    kind = LineKind(told.pop("kind"))
    return HelpLine(
        **told, kind=kind, languages=languages, checked=date.fromisoformat(checked) if checked else None
    )


def _faults(entry: Mapping[str, str | None]) -> Iterator[str]:
    missing = [name for name in COLUMNS if entry.get(name) is None]
    if missing or None in entry:
        yield f"it should have {len(COLUMNS)} columns, separated by tabs: {', '.join(COLUMNS)}"
        return
    told = {name: str(entry[name]).strip() for name in COLUMNS}
    yield from (f"it has no {name}" for name in NEEDED if not told[name])
    if told["kind"] not in {kind.value for kind in LineKind}:
        yield f"kind should be one of {', '.join(LineKind)}"
    if told["topic"] not in TOPICS:
        yield f"topic should be one of {', '.join(sorted(TOPICS))}"
    if not re.fullmatch(r"[A-Z]{2}|\*", told["country"]):
        yield "country should be two letters (ISO 3166-1), or * for anywhere"
    if not (told["number"] or told["text"] or told["chat"]):
        yield "it has no number, text or chat by which anyone could be reached"
    if told["number"] and sum(sign.isdigit() for sign in told["number"]) < 2:
        yield "its number has no digits"
    yield from (
        f"its {name} should be an address that starts with https://"
        for name in ("chat", "source")
        if told[name] and not told[name].startswith("https://")
    )
    yield from _checking_faults(told["checked"], told["by"])


def _checking_faults(checked: str, by: str) -> Iterator[str]:
    if bool(checked) != bool(by):
        yield "it needs both the day it was checked and by whom, or neither"
    if checked:
        try:
            date.fromisoformat(checked)
        except ValueError:
            yield "checked should be a day such as 2026-03-02"


def _faults_between(rows: Sequence[HelpLine]) -> Iterator[str]:
    names = Counter((row.country, row.name) for row in rows)
    yield from (f"{FILE}: {name} ({country}) is there twice" for (country, name), n in names.items() if n > 1)
    yield from (
        f"{FILE}: {row.name} ({row.country}) is paired with {row.paired_with}, which isn't there"
        for row in rows
        if row.paired_with and (row.country, row.paired_with) not in names
    )
    emergency = {row.country for row in rows if row.kind is LineKind.EMERGENCY}
    yield from (
        f"{FILE}: {country} has lines and no emergency number"
        for country in sorted({row.country for row in rows} - {ANYWHERE} - emergency)
    )
    if not any(row.kind is LineKind.DIRECTORY for row in rows):
        yield f"{FILE}: there is no directory for whoever's country isn't known"
