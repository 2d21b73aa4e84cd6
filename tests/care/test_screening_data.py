"""The messages that screening learns from, and those it is judged by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.care import train
from bot.care.screening import Category, figures

FOLDER = Path(train.__file__).parent
FILES = sorted(FOLDER.glob("*/*.jsonl"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_line_is_whole(path: Path) -> None:
    for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
        row = json.loads(line)
        assert set(row) == {"id", "text", "locale", "label", "category", "stratum"}, row["id"]
        assert row["label"] in figures.LABELS, row["id"]
        assert row["locale"] in ("en", "es"), row["id"]
        assert row["stratum"] in ("direct", "hard", "everyday"), row["id"]
        assert row["text"].strip(), row["id"]
        if row["label"] in ("imminent", "risk"):
            assert row["category"] in set(Category), row["id"]


def test_no_message_is_there_twice_and_none_to_judge_by_is_learned_from() -> None:
    rows = [row for folder in ("train", "dev") for row in train.load(FOLDER / folder)]
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["text"].casefold() for row in rows}) == len(rows)


def test_there_are_two_thousand_to_learn_from_and_both_languages() -> None:
    rows = train.load(FOLDER / "train")
    assert len(rows) >= 2000
    assert {row["locale"] for row in rows} == {"en", "es"}
