"""Killed while a name is being put on a share: it stands there once the bot is back, and nobody is kept for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage
from tests.e2e.test_sharing_crash import run
from tests.e2e.test_stepping import kept, post_of
from tests.e2e.test_told import answers, shares

LATER = timedelta(minutes=2)


@pytest.mark.parametrize("step", [1, 2, 3, 4])  # the post is claimed, settled; the answer is claimed, settled
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_the_name_stands_in_the_end_and_nobody_is_kept(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    await answers(stage, maya, post, "One more thing.")
    await stage.stop_bot()
    async with App.open(stage.settings, stage.clock) as app:
        held = await app.sharing.enter_code(receipt.text.split("`")[3], maya.user.id)
        await app.sharing.stepping.forward(held.secret, maya.user.id, with_answers=True)

    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, str(step))
    await run(stage, MONDAY_NOON + LATER, journal)
    assert post_of(stage).text.startswith("### Maya\n")
    assert post.thread is not None
    assert "**Maya**" in maya.sees(post.thread)[-1].text
    assert kept(stage) == []
