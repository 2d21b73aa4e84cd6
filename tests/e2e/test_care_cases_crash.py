"""However the bot ends in the middle of a case, facilitators see one card and the writer hears each thing once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.care.cases.models import Noted
from bot.circles.models import Actor
from bot.contacts.models import Contact
from sandbox.people import Person
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage
from tests.e2e.test_sharing_crash import LATER, run

HOUR = timedelta(hours=1)


def contact(person: Person) -> Contact:
    return Contact(person.user.id, person.place("dm").id, "en")


async def asked(stage: Stage, *, taken: bool) -> None:
    """While the bot had no connection Maya asked, and Ana took it or an hour went by."""
    circle = await stage.make_circle()
    maya, ana = stage.person("maya"), stage.person("ana")
    await stage.stop_bot()
    async with App.open(stage.settings, stage.clock) as app:
        case = await app.care.cases.ask(circle, contact(maya), Noted())
        if taken:
            who = Actor(ana.user.id, frozenset({circle.facilitator_role_id}), manages_server=False)
            await app.care.cases.take(who, case.id, contact(ana))


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_while_one_waits(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    await asked(stage, taken=False)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON + HOUR, journal, when, str(step))
    await run(stage, MONDAY_NOON + HOUR + LATER, journal)
    cards = [seen for seen in stage.person("ana").sees("facilitators") if "I take it" in seen.buttons]
    assert len(cards) == 1
    assert [seen.text.count("an hour has gone by") for seen in stage.person("maya").inbox()] == [1]


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_while_it_was_taken(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    await asked(stage, taken=True)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, str(step))
    await run(stage, MONDAY_NOON + LATER, journal)
    assert [seen.buttons[0] for seen in stage.person("maya").inbox()] == ["Write"]
    assert [seen.buttons[0] for seen in stage.person("ana").inbox()] == ["Write"]
    stage.clock.advance(LATER)
    async with App.open(stage.settings, stage.clock) as app:
        assert await app.db.all("SELECT * FROM outbox") == []
        assert await app.contacts.references("care.case") == set()
