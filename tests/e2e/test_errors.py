"""What a person is told when something goes wrong that nobody foresaw, and what the log then holds."""

from __future__ import annotations

import re

import pytest

from bot import logs
from tests.e2e.conftest import Stage


@pytest.mark.parametrize("way", ["a command", "a button"])
async def test_the_reference_that_a_person_is_given_stands_in_the_log_with_the_traceback(
    stage: Stage, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    choice = await maya.slash("/my log", channel="circle")
    async with stage.app.db.transaction() as tx:
        await tx.execute("DROP TABLE consents")
    if way == "a command":
        told = (await maya.slash("/my log", channel="circle")).message
    else:
        await maya.click("Log me by name", on=choice)
        told = await maya.waits_for("circle", "Something went wrong")
    assert told is not None
    assert told.ephemeral
    reference = re.search(r"`([0-9a-f]{8})`", told.text)
    assert reference, told.text
    formatter = logs.RedactingFormatter("%(levelname)s %(message)s")
    (entry,) = [formatter.format(each) for each in caplog.records if reference[1] in each.getMessage()]
    assert entry.startswith(f"ERROR reference {reference[1]}: an interaction failed")
    assert "sqlite3.OperationalError" in entry
    assert re.search(r"bot/participation/store\.py:\d+ in ", entry)
    assert str(maya.user.id) not in entry


async def test_whoever_is_refused_something_still_finds_somebody_to_talk_to(stage: Stage) -> None:
    await stage.make_circle()
    ana, maya = stage.person("ana"), stage.person("maya")
    await ana.slash("/sharing stop", channel="circle")
    refused = await maya.slash("/share", channel="circle")
    assert "Sharing rests in this circle" in refused.text
    assert refused.buttons == ["Need someone now?"]
