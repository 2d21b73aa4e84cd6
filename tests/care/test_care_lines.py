from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import content, lint
from bot.care.lines import COLUMNS, HelpLines, LineKind, load, read, stale
from bot.config import CONTENT
from bot.errors import StartError

TODAY = date(2026, 3, 2)
EMERGENCY = {
    "country": "DE",
    "kind": "emergency",
    "name": "Emergency number",
    "topic": "emergency",
    "number": "112",
    "text": "",
    "chat": "",
    "hours": "24/7",
    "languages": "*",
    "audience": "everyone",
    "paired_with": "",
    "source": "https://emergency.example",
    "checked": "",
    "by": "",
}
DIRECTORY = EMERGENCY | {
    "country": "*",
    "kind": "directory",
    "name": "Directory",
    "topic": "all",
    "number": "",
    "chat": "https://directory.example",
}
LINE = EMERGENCY | {
    "kind": "line",
    "name": "A line",
    "topic": "crisis",
    "number": "0800 1",
    "languages": "de, en",
    "checked": "2026-03-01",
    "by": "Ana",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    table = [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]
    (folder / "helplines.tsv").write_text("\n".join("\t".join(row) for row in table), encoding="utf-8")
    return folder


def test_a_verified_line_is_shown_in_its_country_and_nowhere_else(tmp_path: Path) -> None:
    lines = load(written(tmp_path, DIRECTORY, EMERGENCY, LINE))
    found = lines.fitting("DE", ["crisis"], TODAY)
    assert [line.name for line in found.lines] == ["A line"]
    assert found.emergency is not None
    assert found.emergency.number == "112"
    assert lines.fitting("FR", ["crisis"], TODAY).lines == ()
    assert lines.fitting(None, ["crisis"], TODAY).emergency is None


@pytest.mark.parametrize("checked", ["", "2025-02-27"], ids=["never checked", "checked over a year ago"])
def test_a_line_nobody_can_stand_behind_today_is_not_shown(tmp_path: Path, checked: str) -> None:
    row = LINE | {"checked": checked, "by": checked and "Ana"}
    found = load(written(tmp_path, DIRECTORY, EMERGENCY, row)).fitting("DE", ["crisis"], TODAY)
    assert found.lines == ()
    assert found.directory.chat == "https://directory.example"


def test_lines_for_what_it_is_about_come_first_and_three_are_enough(tmp_path: Path) -> None:
    more = [LINE | {"name": f"Line {n}"} for n in range(5)]
    lines = load(written(tmp_path, DIRECTORY, EMERGENCY, *more, LINE | {"name": "Meals", "topic": "eating"}))
    shown = lines.fitting("DE", ["eating", "crisis"], TODAY).lines
    assert [line.name for line in shown] == ["Meals", "Line 0", "Line 1"]


def test_what_is_paired_is_shown_together_from_either_side(tmp_path: Path) -> None:
    text = LINE | {"name": "By text", "topic": "youth", "paired_with": "A line"}
    lines = load(written(tmp_path, DIRECTORY, EMERGENCY, LINE, text))
    assert {line.name for line in lines.fitting("DE", ["youth"], TODAY).lines} == {"A line", "By text"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "it has no name"),
        ({"hours": " "}, "it has no hours"),
        ({"source": ""}, "it has no source"),
        ({"source": "somewhere"}, "its source should be an address"),
        ({"kind": "friend"}, "kind should be"),
        ({"topic": "joy"}, "topic should be"),
        ({"country": "Germany"}, "country should be"),
        ({"number": ""}, "no number, text or chat"),
        ({"number": "call us"}, "no digits"),
        ({"by": ""}, "both the day it was checked and by whom"),
        ({"checked": "last year"}, "checked should be a day"),
        ({"paired_with": "Nobody"}, "paired with Nobody"),
        ({"country": "FR"}, "FR has lines and no emergency number"),
    ],
)
def test_a_half_row_stops_the_start_and_is_named_by_the_linter(
    tmp_path: Path, change: dict[str, str], told: str
) -> None:
    folder = written(tmp_path, DIRECTORY, EMERGENCY, LINE | change)
    with pytest.raises(StartError, match=told):
        load(folder)
    assert [fault for fault in lint.faults(folder, today=TODAY) if told in fault]


def test_the_same_line_twice_and_a_table_without_directory_are_faults(tmp_path: Path) -> None:
    _, faults = read(written(tmp_path, EMERGENCY, LINE, LINE))
    assert len(faults) == 2


def test_a_row_with_a_column_too_few_names_its_line(tmp_path: Path) -> None:
    folder = written(tmp_path, DIRECTORY, EMERGENCY)
    with (folder / "helplines.tsv").open("a", encoding="utf-8") as file:
        file.write("\nDE\tline\tHalf")
    assert "helplines.tsv:4: it should have 14 columns" in read(folder)[1][0]


def test_a_missing_table_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"helplines\.tsv"):
        load(tmp_path)


def test_a_stale_row_is_told_by_the_linter_and_a_fresh_one_not(tmp_path: Path) -> None:
    rows, _ = read(written(tmp_path, DIRECTORY, EMERGENCY, LINE | {"checked": "2025-03-01"}))
    assert "was last checked on 2025-03-01" in stale(rows, TODAY)[0]
    assert stale(rows, date(2025, 3, 5)) == []


def test_the_shipped_table_is_whole_and_every_country_has_words() -> None:
    lines = load(CONTENT)
    assert stale(lines.rows, datetime.now(UTC).date()) == []
    assert {f"country.{country.lower()}" for country in lines.countries} <= content.load(CONTENT).keys
    assert HelpLines(lines.rows).fitting("US", ["crisis"], TODAY).emergency is not None
    assert {row.kind for row in lines.rows} == set(LineKind)
