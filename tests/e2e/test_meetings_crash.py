"""However the bot ends while messages wait, each arrives once, in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App
from bot.contacts.models import Contact
from bot.relay.models import Party
from sandbox.people import Person
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage
from tests.e2e.test_sharing_crash import LATER, run

STEPS = 4  # commits: the first letter is claimed, settled; the second is claimed, settled
WORDS = ["The first.", "The second."]


def party(person: Person, name: str) -> Party:
    return Party(name, Contact(person.user.id, person.place("dm").id, "en"))


async def queue_letters(stage: Stage) -> None:
    """Two messages of Noor's to Maya, written while the bot had no connection."""
    circle = await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    await stage.stop_bot()
    async with App.open(stage.settings, stage.clock) as app:
        async with app.db.transaction() as tx:
            parties = party(noor, "Quiet Rain"), party(maya, "Soft Stone")
            side, _ = await app.relay.open(tx, "meet", circle.id, *parties)
        for words in WORDS:
            id = await app.meetings.draft(side.handle, noor.user.id, words)
            await app.meetings.send(id, noor.user.id)


@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_every_message_arrives_once_and_in_order(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    await queue_letters(stage)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, str(step))
    await run(stage, MONDAY_NOON + LATER, journal)
    arrived = [seen.text.splitlines()[-1] for seen in stage.person("maya").inbox()]
    assert arrived == WORDS
    stage.clock.advance(LATER)
    async with App.open(stage.settings, stage.clock) as app:
        assert await app.db.all("SELECT * FROM relay_letters") == []
        assert await app.db.all("SELECT * FROM outbox") == []
