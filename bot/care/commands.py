"""`towards care screen|evaluate`: judge the screening on messages of one's own, on this machine."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.care.screening import Screening, figures
from bot.errors import StartError

Say = Callable[[str], None]
_FIELDS = ("label", "category", "stratum", "locale")


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    actions.add_parser(
        "screen",
        help='what is noticed in each {"id", "text", "locale"?} on standard input, a line of JSON each',
        description='Reads lines {"id", "text", "locale"?} on standard input and writes lines '
        '{"id", "tier", "categories", "reasons"}. A line that can\'t be read is told on standard error '
        "and left out; the exit code is then 1.",
    )
    evaluate = actions.add_parser(
        "evaluate",
        help="shares noticed in files of judged messages, with 95 % intervals",
        description='Each line of a file: {"text", "label", "category"?, "stratum"?, "locale"?}, '
        f"the label one of {', '.join(figures.LABELS)}.",
    )
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE")


def work(content: Path, options: argparse.Namespace, lines: Iterable[str], say: Say, complain: Say) -> int:
    """Do what was asked for; gives the exit code. Raises StartError where a file can't be used."""
    screening = Screening.open(content)
    if options.action == "screen":
        return screen(screening, lines, say, complain)
    for line in evaluate(screening, options.files):
        say(line)
    return 0


def screen(screening: Screening, lines: Iterable[str], say: Say, complain: Say) -> int:
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = _message(line)
            if "id" not in said:
                raise ValueError("there is no id")
        except ValueError as error:
            bad += 1
            complain(f"line {number}: {error}")
            continue
        noticed = screening.screen(said["text"], said.get("locale"))
        told = {
            "id": said["id"],
            "tier": noticed.tier.name,
            "categories": [str(category) for category in noticed.categories],
            "reasons": list(noticed.reasons),
        }
        say(json.dumps(told))
    return 1 if bad else 0


def evaluate(screening: Screening, files: Iterable[Path]) -> Iterator[str]:
    """A table for a terminal."""
    table = figures.table(judged(screening, files))
    widths = [max(len(row[at]) for row in table) for at in range(len(figures.HEAD))]
    for row in table:
        first, *others = row
        cells = [
            first.ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)),
        ]
        yield "  ".join(cells).rstrip()


def judged(screening: Screening, files: Iterable[Path]) -> list[figures.Judged]:
    """Raises StartError for the first line that can't be used."""
    return [_judged(screening, said) for path in files for said in _read(path)]


def _judged(screening: Screening, said: dict[str, Any]) -> figures.Judged:
    told = {field: str(said.get(field, "")) for field in _FIELDS}
    return figures.Judged(**told, noticed=screening.screen(said["text"], said.get("locale")))


def _read(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # not splitlines: JSON may hold U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{path} can't be read ({type(error).__name__}).") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = _message(line)
            if said.get("label") not in figures.LABELS:
                raise ValueError(f"the label should be one of {', '.join(figures.LABELS)}")
        except ValueError as error:
            raise StartError(f"{path}, line {number}: {error}") from None
        yield said


def _message(line: str) -> dict[str, Any]:
    """Raises ValueError, quoting nothing of the line."""
    try:
        said = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(said, dict):
        raise ValueError("it is no JSON object")
    if not isinstance(said.get("text"), str):
        raise ValueError("there is no text")
    if not isinstance(said.get("locale", ""), str | None):
        raise ValueError("the locale is no text")
    return said
