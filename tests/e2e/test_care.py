"""Help that must be there when nothing else is."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from sandbox.people import Reply
from tests.e2e.conftest import Stage

DANGER = "please call your local emergency number"
DIRECTORY = "https://findahelpline.com"


def helps(reply: Reply) -> bool:
    return reply.ephemeral and DANGER in reply.text and DIRECTORY in reply.text


async def test_help_is_shown_to_the_one_who_asks_and_to_nobody_else(stage: Stage) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    before = noor.sees("welcome")
    reply = await maya.slash("/help-now", channel="welcome")
    assert helps(reply)
    assert "No person has checked this" in reply.text
    assert reply.buttons == ["Open Find A Helpline", "Show my country", "Have a facilitator reach me"]
    assert noor.sees("welcome") == before
    assert noor.inbox() == maya.inbox() == []


async def test_help_comes_in_direct_messages_too(stage: Stage) -> None:
    maya = stage.person("maya")
    assert helps(await maya.slash("/help-now", channel="dm"))


async def test_help_comes_while_the_database_is_locked(stage: Stage) -> None:
    maya = stage.person("maya")
    async with stage.app.db.transaction():
        assert helps(await maya.slash("/help-now", channel="dm"))
        assert helps(await maya.slash("/help-now", channel="welcome"))


async def test_help_comes_when_the_database_is_broken_even_by_a_button_from_before(stage: Stage) -> None:
    ana, maya = stage.person("ana"), stage.person("maya")
    panel = await ana.slash("/setup", channel="welcome", options={"time-zone": "Europe/Berlin"})
    await ana.click("Save", on=await ana.click("Look it over", on=panel))
    card = await maya.slash("/circle", channel="circle")
    await stage.settle()

    database = stage.settings.database
    for file in (database, database.with_name(f"{database.name}-wal")):
        file.write_bytes(b"this is no database any more" * 10_000)

    with contextlib.closing(sqlite3.connect(database)) as anew, pytest.raises(sqlite3.DatabaseError):
        anew.execute("SELECT * FROM circles")  # the bot's own may still hold pages it read before
    assert helps(await maya.click("Need someone now?", on=card))
    assert helps(await maya.slash("/help-now", channel="dm"))


async def test_a_country_is_shown_for_the_asking_and_kept_only_if_they_wish(stage: Stage) -> None:
    maya = stage.person("maya")
    card = await maya.slash("/help-now", channel="dm")
    card = await maya.click("Show my country", on=card)
    germany = await maya.choose("Argentina to", "Germany", on=card)
    assert "the emergency number in Germany is 112" in germany.text
    assert "No person has checked this" in germany.text
    assert DIRECTORY in germany.text
    assert "Germany" not in (await maya.slash("/help-now", channel="dm")).text

    kept = await maya.click("Keep Germany for next time", on=germany)
    assert "Forget my country" in kept.buttons
    await stage.restart()
    again = await maya.slash("/help-now", channel="welcome")
    assert "the emergency number in Germany is 112" in again.text
    await maya.click("Forget my country", on=again)
    assert "Germany" not in (await maya.slash("/help-now", channel="welcome")).text


async def test_a_country_that_was_kept_is_nobody_elses(stage: Stage) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    card = await maya.click("Show my country", on=await maya.slash("/help-now", channel="welcome"))
    await maya.click("Keep Spain for next time", on=await maya.choose("Norway to", "Spain", on=card))
    assert "Spain" not in (await noor.slash("/help-now", channel="welcome")).text
