"""Bring a database to the present schema: numbered SQL files, each applied once, whole or not at all."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StartError

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Migration:
    number: int
    name: str
    sql: str


def migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The files `NNNN_name.sql`, numbered from 1 without a gap."""
    found = [
        Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.sql"))
        if (match := re.fullmatch(r"(\d{4})_(\w+)\.sql", path.name))
    ]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise StartError(f"The migrations in {folder.name}/ are not numbered 1, 2, 3 and so on.")
    return found


def migrate(path: Path, steps: list[Migration] | None = None) -> list[Migration]:
    """Apply what is missing; the migrations that were applied.

    Raises StartError for a database newer than this code, or one that can't be opened or changed.
    """
    steps = migrations() if steps is None else steps
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            _refuse_newer(path, _version(connection), len(steps))
            applied = [step for step in steps if _apply(connection, step)]
    except (OSError, sqlite3.Error) as error:
        raise StartError(f"The database {path} can't be opened or changed: {error}.") from None
    return applied


def pending(path: Path) -> list[Migration]:
    """What `migrate` would apply, without changing anything."""
    steps = migrations()
    if not path.exists():
        return steps
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            version = _version(connection)
    except sqlite3.Error as error:
        raise StartError(f"The database {path} can't be read: {error}.") from None
    _refuse_newer(path, version, len(steps))
    return steps[version:]


def _refuse_newer(path: Path, version: int, known: int) -> None:
    if version > known:
        raise StartError(
            f"The database {path.name} is from a newer Towards (schema {version}, this one knows {known}). "
            "Nothing was changed; run the newer version."
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _apply(connection: sqlite3.Connection, step: Migration) -> bool:
    # Statement by statement: executescript would commit before it begins. A second process that waited for
    # the lock finds the version already raised.
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) >= step.number:
            connection.execute("ROLLBACK")
            return False
        for statement in statements(step.sql):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {step.number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return True


def statements(script: str) -> list[str]:
    """A script's statements one by one (triggers and quoted semicolons stay whole)."""
    found, rest = [], ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return [*found, rest] if rest.strip() else found
