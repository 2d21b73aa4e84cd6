"""In which language somebody wrote to the bot, told by the words alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.care.language import LONGEST, written_in

BOTH = ("en", "es")
DEV = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "care" / "dev"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I can't do this any more, and nobody knows.", "en"),
        ("No puedo más, y nadie lo sabe.", "es"),
        ("ya no kiero seguir asi, xq todo me sale mal", "es"),
        ("ADIÓS A TODOS, GRACIAS POR TODO", "es"),
        ("adiós mi amor, I am going now and I will not be back", "en"),
        ("???", None),
        ("", None),
        ("no", None),
    ],
)
def test_the_common_words_of_a_text_tell_its_language(text: str, language: str | None) -> None:
    assert written_in(text, BOTH) == language


def test_only_languages_that_have_words_here_are_told() -> None:
    assert written_in("No puedo más, y nadie lo sabe.", ("en",)) is None


def test_a_long_text_is_told_by_its_beginning() -> None:
    assert written_in("no puedo más " * LONGEST, BOTH) == "es"


@pytest.mark.parametrize("language", BOTH)
def test_of_the_messages_written_for_trying_screening_nearly_all_are_told_right(language: str) -> None:
    rows = [json.loads(line) for line in (DEV / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()]
    told = [written_in(row["text"], BOTH) for row in rows]
    assert told.count(language) >= 0.97 * len(told)
    assert len(told) - told.count(language) - told.count(None) <= 0.005 * len(told)
