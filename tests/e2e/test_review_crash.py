"""However the bot is killed: a batch opens once, one notice tells of it, and no share is lost or posted twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.sharing.models import Body, State
from bot.sharing.rules.models import Review
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage
from tests.e2e.test_review import notices, posts
from tests.e2e.test_sharing_crash import AUTHOR, STORY, run

ANA = Actor(1, frozenset(), manages_server=True)
BATCH = timedelta(hours=6)
LATER = timedelta(minutes=2)
STEPS = 3  # commits: what was decided; the claim of what it sends; that it was sent


async def hand_in(stage: Stage, circle: Circle) -> str:
    """A share that waits to be read, while the bot is down; its handle."""
    await stage.app.sharing.rules.change(ANA, circle, review=Review.ALL)
    await stage.app.tick()
    await stage.stop_bot()
    async with App.open(stage.settings, stage.clock) as app:
        handle, _ = await app.sharing.write(AUTHOR, Body(STORY), circle=circle)
        await app.sharing.post(handle, AUTHOR)
    return handle


@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_a_batch_opens_once_with_one_notice(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    circle = await stage.make_circle()
    await hand_in(stage, circle)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON + BATCH, journal, when, str(step))
    await run(stage, MONDAY_NOON + BATCH + LATER, journal)
    assert len(notices(stage)) == 1
    stage.clock.advance(BATCH)
    async with App.open(stage.settings, stage.clock) as app:
        read = await app.sharing.review.read(ANA, circle)
        assert read is not None
        assert read.body == Body(STORY)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_what_is_undone_stands_nowhere_and_is_kept(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    circle = await stage.make_circle()
    handle = await hand_in(stage, circle)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON + BATCH, journal)
    stage.clock.advance(BATCH + LATER)
    async with App.open(stage.settings, stage.clock) as app:
        share_id = (await app.sharing.receipt(handle)).posted.id
        await app.sharing.review.let_through(ANA, circle, share_id)
    await run(stage, MONDAY_NOON + BATCH + LATER, journal)
    assert len(posts(stage)) == 1
    async with App.open(stage.settings, stage.clock) as app:
        await app.sharing.review.undo(ANA, circle, share_id, Body(STORY))
    await run(stage, MONDAY_NOON + BATCH + 2 * LATER, journal, when, str(step))
    await run(stage, MONDAY_NOON + BATCH + 3 * LATER, journal)
    assert posts(stage) == []
    stage.clock.advance(3 * LATER)
    async with App.open(stage.settings, stage.clock) as app:
        held = await app.sharing.receipt(handle)
        assert (held.posted.state, held.body) == (State.REVIEWING, Body(STORY))
        await app.sharing.review.let_through(ANA, circle, share_id)
    await run(stage, MONDAY_NOON + BATCH + 4 * LATER, journal)
    assert len(posts(stage)) == 1
