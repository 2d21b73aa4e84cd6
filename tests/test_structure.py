"""The design, held: who may import whom, where SQL lives, and that the tables are as the house asks."""

from __future__ import annotations

import ast
import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("bot", "cogs", "sandbox") for path in (ROOT / folder).rglob("*.py"))
MIGRATIONS = sorted((ROOT / "bot" / "db" / "migrations").glob("*.sql"))
OWNERS = {
    "facilitators": "circles",
    "scheduling": "schedules",
    "mirror": "schedules",
    "sharing_rules": "sharing",
    "share_openings": "sharing",
    "first_answers": "sharing",
    "share_notices": "sharing",
    "share_changes": "sharing",
    "review": "sharing",
    "share_images": "sharing",
    "pausing_and_reports": "sharing",
    "care_quiet": "care",
    "care_holds": "care",
    "care_cases": "care",
}
"""A migration that makes tables, and is not named for their package -> the package."""
OF_THE_HOUSE = {"facts": "db", "outbox": "outbox"}
"""Tables that were made together with the circles'."""
SQL = re.compile(r"^\s*(SELECT|INSERT INTO|UPDATE \w+|DELETE FROM|CREATE (TABLE|INDEX))\b", re.MULTILINE)
NAMES_TABLES = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s")  # be it a part of a query


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name} imports relatively"
            # `from bot.db import facts` is an import of bot.db.facts where that is a module
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                is_module = (ROOT / whole.replace(".", "/")).with_suffix(".py").exists()
                yield whole if is_module else node.module


def forbidden(importer: str, imported: str) -> str | None:
    """Why this import is not allowed, or None."""
    ours = imported.split(".")[0] in ("bot", "cogs", "sandbox")
    if importer.startswith("sandbox"):
        return "the sandbox knows nothing of the bot" if ours and not imported.startswith("sandbox") else None
    if imported.startswith("sandbox"):
        return None if importer == "bot.cli" else "only the command line starts the sandbox"
    if importer.startswith("bot"):
        return _forbidden_in_bot(importer, imported, ours)
    feature = importer.split(".")[1] if importer.count(".") else ""
    other_door = imported.startswith("cogs.") and imported.split(".")[1] not in ("ui", feature)
    if other_door and feature not in ("", "ui"):
        return "a door knows no other door"
    if imported.endswith(".store") or imported.startswith("bot.db"):
        return "a door asks a service"
    return None


def _forbidden_in_bot(importer: str, imported: str, ours: bool) -> str | None:
    if imported.startswith("cogs"):
        return "the product knows nothing of its doors"
    if imported.split(".")[0] == "discord" and importer not in ("bot.client", "bot.cli"):
        return "only client.py and the command line know Discord"
    if imported.split(".")[0] == "aiosqlite" and importer != "bot.db.database":
        return "one importer of aiosqlite"
    parts, target = importer.split("."), imported.split(".")
    if parts[-1] == "store" and ours:
        same = target[:2] == parts[:2]
        return (
            None if same or imported.startswith("bot.db") else "a store knows its own models and the database"
        )
    if target[-1] == "store" and target[:2] != parts[:2]:
        return "another feature is reached through its service"
    if parts[-1] == "models" and not ours and target[0] not in sys.stdlib_module_names:
        return "models need the standard library only"
    return None


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_imports_run_one_way(path: Path) -> None:
    faults = [
        f"{module(path)} imports {name}: {why}"
        for name in imports(path)
        if (why := forbidden(module(path), name))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("bot.sharing.service", "cogs.ui"),
        ("bot.sharing.service", "discord"),
        ("bot.sharing.service", "bot.circles.store"),
        ("bot.sharing.store", "bot.circles.service"),
        ("bot.circles.models", "aiohttp"),
        ("bot.app", "aiosqlite"),
        ("sandbox.server", "bot.app"),
        ("cogs.sharing.cog", "sandbox.server"),
        ("cogs.sharing.cog", "bot.sharing.store"),
        ("cogs.sharing.cog", "cogs.prompts.views"),
    ],
)
def test_an_import_against_the_design_is_noticed(importer: str, imported: str) -> None:
    assert forbidden(importer, imported)


def test_sql_lives_in_stores_and_migrations_only() -> None:
    faults = []
    for path in SOURCES:
        if path.name == "store.py" or path.parent == ROOT / "bot" / "db":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
                faults.append(f"{module(path)}:{node.lineno}")
    assert not faults, faults


def owners() -> dict[str, str]:
    """Each table's package: the one whose migration made it first."""
    found = dict(OF_THE_HOUSE)
    with sqlite3.connect(":memory:") as db:
        for migration in MIGRATIONS:
            db.executescript(migration.read_text(encoding="utf-8"))
            made = {row[1] for row in db.execute("PRAGMA table_list")} - set(found)
            name = migration.stem.split("_", 1)[1]
            for table in made - {"sqlite_schema", "sqlite_temp_schema", "sqlite_sequence"}:
                found[table] = OWNERS.get(name, name)
    db.close()
    return found


def strangers(package: str, source: str, tables: dict[str, str]) -> list[str]:
    """Tables of other packages that are named in the source's SQL, with their lines."""
    return [
        f"{node.lineno}: {table} of {tables[table]}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMES_TABLES.search(node.value)
        for table in sorted(set(re.findall(r"\w+", node.value)) & set(tables))
        if tables[table] != package
    ]


def test_every_table_belongs_to_a_package() -> None:
    lost = {table: package for table, package in owners().items() if not (ROOT / "bot" / package).is_dir()}
    assert not lost, f"name the package of the migration that makes them in OWNERS: {lost}"


def test_each_package_asks_of_its_own_tables_only() -> None:
    tables = owners()
    faults = [
        f"{module(path)}:{fault}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "bot")
        for fault in strangers(path.relative_to(ROOT / "bot").parts[0], path.read_text("utf-8"), tables)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM circles",
        "SELECT * FROM shares WHERE EXISTS (SELECT 1 FROM nods JOIN circles ON circles.id = circle_id)",
        "INSERT INTO circles (id) VALUES (:id)",
        "\n    UPDATE circles SET name = :name\n",
        "DELETE FROM circles",
        "WITH home AS (SELECT * FROM circles) SELECT * FROM home",
    ],
)
def test_a_query_into_anothers_table_is_noticed(sql: str) -> None:
    assert strangers("sharing", f"QUERY = {sql!r}", owners()) == ["1: circles of circles"]


def test_nothing_is_read_from_the_environment_but_by_the_command_line() -> None:
    readers = [
        module(path) for path in SOURCES if "os.environ" in path.read_text() or "getenv" in path.read_text()
    ]
    assert readers == ["bot.cli"]


def test_every_table_is_strict(tmp_path: Path) -> None:
    path = tmp_path / "towards.db"
    migrate(path)
    with sqlite3.connect(path) as db:
        loose = [
            row[1]
            for row in db.execute("PRAGMA table_list")
            if not row[1].startswith("sqlite_") and not row[5]
        ]
    db.close()
    assert loose == []
