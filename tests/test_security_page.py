"""SECURITY.md names tests that exist, that are of the anonymity suite, and all of that suite."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
PAGE = (TESTS.parent / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:\w+/)+|(?:\w+/)*test_\w+\.py)(?:::(\w+))?`")

# What is proven of losing nothing, and of the machine it runs on, says nothing of who wrote.
OF_SOMETHING_ELSE = {
    "e2e/test_abuse.py",
    "e2e/test_answered.py",
    "e2e/test_exactly_once.py",
    "e2e/test_meetings.py",
    "e2e/test_meetings_crash.py",
    "e2e/test_sharing_crash.py",
    "e2e/test_stepping_crash.py",
    "meetings/",
    "relay/",
    "sandbox/",
    "sharing/test_sharing_identifying.py",
    "test_cli.py",
}


def section(heading: str) -> list[list[str]]:
    """The cells of the rows of a heading's table."""
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def of_the_suite(path: Path) -> set[str]:
    """The tests of a file that carry the mark `anonymity`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = "pytestmark = pytest.mark.anonymity"
    whole = any(ast.unparse(each) == marked for each in tree.body)
    return {
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_")
        if whole or "pytest.mark.anonymity" in map(ast.unparse, each.decorator_list)
    }


SUITE = {path.relative_to(TESTS).as_posix(): of_the_suite(path) for path in TESTS.rglob("test_*.py")}


def test_each_of_the_seven_promises_names_tests_of_the_suite() -> None:
    promises = section("What is promised")
    assert [row[0] for row in promises] == list("1234567")
    for row in promises:
        files = [file for file, _ in NAMED.findall(row[-1])]
        assert files, row
        assert [file for file in files if not SUITE.get(file)] == []


def test_each_leak_names_the_tests_of_the_suite_that_fail_with_it() -> None:
    leaks = section("Leaks, and the tests that fail with them")
    assert len(leaks) >= 20
    for row in leaks:
        tests = NAMED.findall(row[-1])
        assert tests, row
        assert [f"{file}::{name}" for file, name in tests if name not in SUITE.get(file, ())] == []


@pytest.mark.parametrize("row", section("Against whom, and how"), ids=lambda row: row[0])
def test_whatever_is_said_to_be_proven_is(row: list[str]) -> None:
    assert len(row) == 4
    named = [file for file, _ in NAMED.findall(row[-1])]
    assert named
    for file in named:
        assert (TESTS / file).exists(), file
        in_suite = any(SUITE[each] for each in SUITE if each.startswith(file))
        assert in_suite or file in OF_SOMETHING_ELSE, f"{file} is not of the suite: mark what proves this"


def test_the_page_names_every_file_that_has_tests_of_the_suite() -> None:
    named = {file for file, _ in NAMED.findall(PAGE)}
    folders = tuple(file for file in named if file.endswith("/"))
    unnamed = [file for file, tests in SUITE.items() if tests and file not in named]
    unnamed = [file for file in unnamed if not file.startswith(folders)]
    assert not unnamed, f"SECURITY.md does not say what {unnamed} is for"
