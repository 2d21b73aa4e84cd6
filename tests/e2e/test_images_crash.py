"""A picture and its share are one: whenever the process dies, both are posted, once, and then kept no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App
from bot.circles.models import Actor
from bot.sharing.models import Body, State
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage
from tests.e2e.test_sharing_crash import AUTHOR, LATER, STORY, posts, run
from tests.sharing import pictures


async def queue_share(stage: Stage) -> tuple[str, bytes]:
    """A share with a picture, posted while the bot had no connection: its handle, and the picture as drawn."""
    circle = await stage.make_circle()
    await stage.stop_bot()
    async with App.open(stage.settings, stage.clock) as app:
        await app.sharing.rules.change(Actor(1, frozenset(), manages_server=True), circle, images=True)
        handle, _ = await app.sharing.write(AUTHOR, Body(STORY), circle=circle)
        image = await app.sharing.images.put(handle, AUTHOR, pictures.MARKED["JPEG"])
        await app.sharing.post(handle, AUTHOR)
    return handle, image.data


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_a_share_is_posted_once_with_its_picture(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    handle, drawn = await queue_share(stage)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, str(step))
    await run(stage, MONDAY_NOON + LATER, journal)
    [post] = posts(stage)
    assert [file.data for file in post.message.attachments] == [drawn]
    stage.clock.advance(LATER)
    async with App.open(stage.settings, stage.clock) as app:
        assert (await app.sharing.receipt(handle)).posted.state is State.OPEN
        assert await app.db.all("SELECT 1 FROM share_images") == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_on_its_way_and_then_taken_back_no_picture_is_there(
    stage: Stage, tmp_path: Path, when: str
) -> None:
    handle, _ = await queue_share(stage)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, "2")
    async with App.open(stage.settings, stage.clock) as app:
        await app.sharing.take_back(handle)
        assert await app.db.all("SELECT 1 FROM share_images") == []
    await run(stage, MONDAY_NOON + LATER, journal)
    assert posts(stage) == []
    assert stage.sandbox.world.files == {}
