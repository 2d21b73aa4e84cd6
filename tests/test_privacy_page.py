"""PRIVACY.md is true of the schema and says what /privacy says."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import content
from bot.config import CONTENT
from bot.db.migrate import migrate
from bot.participation.guard import SMALLEST_GROUP
from bot.participation.tables import FIGURES, NAMES
from bot.privacy.kept import LIVES, TOPICS

PAGE = (Path(__file__).resolve().parent.parent / "PRIVACY.md").read_text(encoding="utf-8")
WORDS = content.load(CONTENT)
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    path = tmp_path_factory.mktemp("schema") / "towards.db"
    migrate(path)
    with closing(sqlite3.connect(path)) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_every_table_is_named_once_with_its_purpose_and_its_life(schema: set[str]) -> None:
    named = [table for table, _, _ in ROW.findall(PAGE)]
    assert sorted(named) == sorted(schema), (
        "PRIVACY.md names each table once, under its topic: what it is for, and how long a row stays"
    )


def test_every_table_belongs_to_a_topic_that_people_can_read_about(schema: set[str]) -> None:
    assert {table for tables in TOPICS.values() for table in tables} == schema, (
        "name the table in bot/privacy/kept.py, and let the words of its topic in privacy.toml be true of it"
    )


@pytest.mark.parametrize("topic", TOPICS)
def test_each_section_says_what_privacy_says_and_names_its_tables(topic: str) -> None:
    words = WORDS.text(f"privacy.topics.{topic}", content.DEFAULT_LOCALE, **LIVES)
    assert words in PAGE, f"PRIVACY.md and privacy.toml differ about {topic}; it should say: {words}"
    section = PAGE.split(words)[1].split("\n## ")[0]
    assert tuple(table for table, _, _ in ROW.findall(section)) == TOPICS[topic]


@pytest.mark.parametrize("key", ["privacy.page.end.who", "privacy.page.end.erase"])
def test_what_privacy_says_about_others_and_about_erasing_stands_here_too(key: str) -> None:
    assert WORDS.text(key) in PAGE


def test_every_number_comes_from_the_code_that_erases() -> None:
    true = {str(number) for number in (*LIVES.values(), SMALLEST_GROUP)}
    for table, purpose, life in ROW.findall(PAGE):
        assert set(re.findall(r"\d+", f"{purpose} {life}")) <= true, f"a number about {table} is not in LIVES"


def test_every_column_of_the_export_is_explained() -> None:
    assert all(f"`{column}`" in PAGE for column in (*FIGURES, *NAMES))
