from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.care.lines import HelpLine, load
from bot.config import CONTENT
from bot.errors import StartError

GOOD = """
[[line]]
name = "A line"
address = "https://line.example"
source = "https://line.example/about"
checked = 2026-03-02
"""


def written(folder: Path, text: str) -> Path:
    (folder / "help.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_line_carries_its_source_and_the_day_a_person_checked_it(tmp_path: Path) -> None:
    [line] = load(written(tmp_path, GOOD))
    assert line == HelpLine("A line", "https://line.example", "https://line.example/about", date(2026, 3, 2))


def test_a_line_nobody_checked_says_so(tmp_path: Path) -> None:
    [line] = load(written(tmp_path, GOOD.replace("2026-03-02", '"not yet"')))
    assert line.checked is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('name = "A line"', ""), "line 1 has no name"),
        (('source = "https://line.example/about"', ""), "line 1 has no source"),
        (("https://line.example/about", "somewhere"), "source of line 1"),
        (("2026-03-02", '"last year"'), "checked of line 1"),
        (("checked = 2026-03-02", ""), "checked of line 1"),
        (("2026-03-02", "2026-03-02T10:00:00"), "checked of line 1"),
        (("[[line]]", "[[lines]]"), "names 0 lines"),
        (("[[line]]", "[[line"), "can't be used"),
        ((GOOD, GOOD * 4), "names 4 lines"),
    ],
)
def test_an_entry_nobody_can_stand_behind_stops_the_start(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(StartError, match=told):
        load(written(tmp_path, GOOD.replace(*change)))


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"help\.toml"):
        load(tmp_path)


def test_the_shipped_lines_are_usable_and_none_claims_to_be_checked_that_was_not() -> None:
    lines = load(CONTENT)
    assert [(line.address, line.checked) for line in lines] == [("https://findahelpline.com", None)]
