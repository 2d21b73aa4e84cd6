"""The record of what facilitators did: in counts, without anyone in it, and a break in it shows."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import content
from bot.app import App
from bot.audit.service import KEPT
from bot.circles import store as circles_store
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.sharing.review.models import Decision
from tests.conftest import FixedClock

ROOT = Path(__file__).resolve().parents[2]
ACTS = ("share.approved", "share.returned", "share.approved", "share.held")


async def record(app: App, circle: Circle, *acts: str) -> None:
    for act in acts:
        async with app.db.transaction() as tx:
            await app.audit.record(tx, circle.id, act)


@pytest.fixture
async def recorded(app: App, circle: Circle) -> None:
    await record(app, circle, *ACTS)


async def tamper(app: App, sql: str) -> None:
    async with app.db.transaction() as tx:
        assert await tx.execute(sql) == 1


async def test_what_was_done_is_counted(app: App, circle: Circle, recorded: None) -> None:
    assert await app.audit.counts(circle.id) == {"share.approved": 2, "share.held": 1, "share.returned": 1}
    assert await app.audit.counts("another") == {}
    assert await app.audit.is_whole(circle.id)


async def test_counts_are_of_the_last_days(
    app: App, circle: Circle, clock: FixedClock, recorded: None
) -> None:
    clock.advance(timedelta(days=20))
    await record(app, circle, "share.held")
    clock.advance(timedelta(days=11))
    assert await app.audit.counts(circle.id, days=30) == {"share.held": 1}


async def test_an_empty_record_is_whole(app: App, circle: Circle) -> None:
    assert await app.audit.is_whole(circle.id)


@pytest.mark.parametrize("number", range(1, len(ACTS) + 1))
@pytest.mark.parametrize("change", ["act = 'share.undone'", "day = '2026-03-01'", "mark = 'a'"])
async def test_an_entry_that_was_changed_shows(
    app: App, circle: Circle, recorded: None, number: int, change: str
) -> None:
    await tamper(app, f"UPDATE audit SET {change} WHERE number = {number}")
    assert not await app.audit.is_whole(circle.id)


@pytest.mark.parametrize("number", range(2, len(ACTS)))
async def test_an_entry_that_was_left_out_shows(
    app: App, circle: Circle, recorded: None, number: int
) -> None:
    await tamper(app, f"DELETE FROM audit WHERE number = {number}")
    assert not await app.audit.is_whole(circle.id)
    await tamper(app, f"UPDATE audit SET number = {number} WHERE number = {number + 1}")
    assert not await app.audit.is_whole(circle.id)


async def test_an_entry_that_was_added_shows(app: App, circle: Circle, recorded: None) -> None:
    await tamper(
        app,
        "INSERT INTO audit SELECT circle_id, number + 1, act, day, mark FROM audit WHERE number = 4",
    )
    assert not await app.audit.is_whole(circle.id)


async def test_an_entry_of_another_circle_does_not_fit(app: App, circle: Circle, recorded: None) -> None:
    async with app.db.transaction() as tx:
        await circles_store.insert(tx, replace(circle, id="c2", channel_id=31, sharing_channel_id=32))
        await tx.execute("UPDATE audit SET circle_id = 'c2'")
    assert not await app.audit.is_whole("c2")


async def test_after_a_year_entries_go_and_the_rest_is_still_whole(
    app: App, circle: Circle, clock: FixedClock, recorded: None
) -> None:
    clock.advance(KEPT - timedelta(days=1))
    await record(app, circle, "share.held", "share.held")
    clock.advance(timedelta(days=2))
    async with app.db.transaction() as tx:
        await app.audit.purge(tx)
    rows = await app.db.all("SELECT number FROM audit ORDER BY number")
    assert [row["number"] for row in rows] == [5, 6]
    assert await app.audit.is_whole(circle.id)
    await record(app, circle, "share.undone")
    assert await app.audit.is_whole(circle.id)
    await tamper(app, "UPDATE audit SET act = 'share.approved' WHERE number = 6")
    assert not await app.audit.is_whole(circle.id)


async def test_where_nothing_was_done_for_a_year_the_last_entry_stays_for_the_next(
    app: App, circle: Circle, clock: FixedClock, recorded: None
) -> None:
    clock.advance(KEPT * 2)
    async with app.db.transaction() as tx:
        await app.audit.purge(tx)
    await record(app, circle, "share.held")
    assert [row["number"] for row in await app.db.all("SELECT number FROM audit ORDER BY number")] == [4, 5]
    assert await app.audit.is_whole(circle.id)


@pytest.mark.anonymity
async def test_no_entry_holds_more_than_what_was_done_and_on_which_day(
    app: App, circle: Circle, recorded: None
) -> None:
    [table] = [row for row in await app.db.all("PRAGMA table_list") if row["name"] == "audit"]
    assert table["wr"] == 1
    columns = [row["name"] for row in await app.db.all("PRAGMA table_info(audit)")]
    assert columns == ["circle_id", "number", "act", "day", "mark"]
    assert {row["day"] for row in await app.db.all("SELECT day FROM audit")} == {"2026-03-02"}


def texts(node: ast.AST) -> set[str]:
    """The texts that stand in it, but no parts of texts."""
    parts = {id(part) for each in ast.walk(node) if isinstance(each, ast.JoinedStr) for part in each.values}
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in parts
    }


def recorded_acts() -> set[str]:
    """Every act that code records: written there, made of a decision, or what a function near by gives."""
    found = {f"share.{decision}" for decision in Decision}
    for path in (ROOT / "bot").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        made = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("audit.record"):
                act = call.args[2]
                sources: list[ast.AST] = [act]
                if isinstance(act, ast.Call):
                    function = made[ast.unparse(act.func)]
                    sources = [each for each in ast.walk(function) if isinstance(each, ast.Return)]
                for source in sources:
                    found |= texts(source)
    return found


def test_every_act_that_is_recorded_has_words_and_no_others() -> None:
    start = "audit.acts."
    told = {key.removeprefix(start) for key in content.load(CONTENT).keys if key.startswith(start)}
    assert recorded_acts() == told
