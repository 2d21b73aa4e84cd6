from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.db.migrate import Migration, migrate, migrations, pending
from bot.errors import StartError


def schema(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return sorted(row[0] for row in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))


def test_an_empty_database_gets_every_migration_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "t.db"
    assert pending(path) == migrations()
    assert migrate(path) == migrations()
    assert migrate(path) == []
    assert pending(path) == []


@pytest.mark.parametrize("earlier", range(1, len(migrations()) + 1))
def test_every_earlier_version_ends_with_the_same_schema(tmp_path: Path, earlier: int) -> None:
    migrate(tmp_path / "new.db")
    migrate(tmp_path / "old.db", migrations()[:earlier])
    migrate(tmp_path / "old.db")
    assert schema(tmp_path / "old.db") == schema(tmp_path / "new.db")


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    good = Migration(1, "good", "CREATE TABLE a (x INTEGER) STRICT;")
    bad = Migration(2, "bad", "CREATE TABLE b (x INTEGER) STRICT;\nCREATE TABLE a (x INTEGER) STRICT;")
    with pytest.raises(StartError):
        migrate(path, [good, bad])
    assert schema(path) == ["CREATE TABLE a (x INTEGER) STRICT"]
    assert migrate(path, [good]) == []


def test_a_database_from_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")
    for look in (migrate, pending):
        with pytest.raises(StartError, match="newer Towards"):
            look(path)
    assert schema(path) == []


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_text(
        "these are notes, and more than a hundred bytes of them, so that it can't be taken for empty " * 3
    )
    with pytest.raises(StartError, match="can't be opened") as refusal:
        migrate(path)
    assert "\n" not in str(refusal.value)
