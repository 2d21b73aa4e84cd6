"""Anonymous sharing over the wire: a real Discord server on loopback, the real bot, several people."""

from __future__ import annotations

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage

STORY = "I told nobody that I slept in the car that winter."


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def write(person: Person, form: Reply, text: str = STORY, **more: str) -> Reply:
    return await person.submit(form, {"text": text, **more})


async def share(stage: Stage, person: Person, text: str = STORY, **more: str) -> tuple[Reply, Seen]:
    """Share by form; the receipt, and the post as others see it."""
    preview = await write(person, await person.slash("/share", channel="circle"), text, **more)
    receipt = await person.click("Post", on=preview)
    await stage.settle()
    [*_, post] = [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]
    return receipt, post


async def test_a_share_is_written_seen_posted_and_taken_back(stage: Stage, harbour: Circle) -> None:
    maya, sam = stage.person("maya"), stage.person("sam")
    form = await maya.slash("/share", channel="circle")
    preview = await write(maya, form)
    assert preview.ephemeral
    assert STORY in preview.text
    assert sam.sees("sharing") == []

    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    [post] = sam.sees("sharing")
    assert STORY in post.text
    assert post.thread is not None

    asked = await maya.click("Take back", on=receipt)
    done = await maya.click("Yes, take it back", on=asked)
    await stage.settle()
    assert [seen for seen in sam.sees("sharing") if STORY in seen.text] == []
