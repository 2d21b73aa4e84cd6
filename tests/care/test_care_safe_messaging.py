from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import lint
from bot.care.safe_messaging import broken, faults
from bot.config import CONTENT


@pytest.mark.parametrize(
    "text",
    [
        "Somebody committed suicide.",
        "After an unsuccessful attempt",
        "Put the pills away.",
        "It gets better.",
        "We promise that somebody comes.",
        "I care about you.",
        "You must call now.",
        "Call 988.",
    ],
)
def test_words_that_can_harm_are_found(text: str) -> None:
    assert broken(text)


def test_words_that_are_fine_are_left_alone() -> None:
    assert broken("You might call somebody, if you like. It is all right to be unsure.") == []


def test_all_words_about_danger_that_ship_hold_the_rules() -> None:
    assert faults(CONTENT) == []


def test_the_linter_of_the_content_names_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "en" / "words").mkdir(parents=True)
    (tmp_path / "en" / "words" / "noticed.toml").write_text('[why]\nother = "We promise."', encoding="utf-8")
    found = lint.faults(tmp_path, today=date(2026, 3, 2))
    assert any("en/words/noticed.toml: why.other: it promises" in fault for fault in found)
