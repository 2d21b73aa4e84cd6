"""A lost receipt, and keys destroyed while the bot runs: over the wire."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.anonymity

STORY = "I told nobody that I slept in the car that winter."


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def share(stage: Stage, person: Person, text: str = STORY) -> tuple[Reply, Seen]:
    form = await person.slash("/share", channel="circle")
    receipt = await person.click("Post", on=await person.submit(form, {"text": text}))
    await stage.settle()
    return receipt, [seen for seen in person.sees("sharing") if "Answer" in seen.buttons][-1]


async def my_posts(person: Person) -> Reply:
    mine = await person.slash("/my data", channel="dm")
    return await person.click("Take an anonymous post back", on=mine)


def towards_keys(stage: Stage, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own, beside the running bot."""
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "TOWARDS_DATABASE": str(stage.settings.database),
        "TOWARDS_KEY_FILE": str(stage.settings.key_file),
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", "keys", *arguments],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )


async def test_who_lost_a_receipt_takes_a_share_back_from_a_list_only_they_see(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, post = await share(stage, maya)
    _, others = await share(stage, noor, "And I in a barn.")
    listed = await my_posts(maya)
    assert listed.ephemeral
    assert listed.text.count("A share") == 1
    assert f"/{post.id}" in listed.text
    assert STORY not in listed.text
    asked = await maya.click("Take back", on=listed)
    assert "Take back what you shared?" in asked.text
    done = await maya.click("Yes, take it back", on=asked)
    assert "taken back" in done.text
    await stage.settle()
    assert post.deleted
    assert not others.deleted
    again = await maya.slash("/my data", channel="dm")
    assert "Take an anonymous post back" not in again.buttons


async def test_an_answer_without_a_name_is_in_the_list_too_and_can_stay(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, post = await share(stage, maya)
    preview = await noor.submit(await noor.click("Answer", on=post), {"text": "So did I."})
    await noor.click("Post", on=preview)
    await stage.settle()
    listed = await my_posts(noor)
    assert listed.text.count("An answer") == 1
    asked = await noor.click("Take back", on=listed)
    kept = await noor.click(asked.buttons[1], on=asked)
    assert kept.text.count("An answer") == 1
    assert post.thread is not None
    assert any("So did I." in seen.text for seen in maya.sees(post.thread))


async def test_the_list_is_for_direct_messages_and_a_server_says_so(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    await share(stage, maya)
    mine = await maya.slash("/my data", channel="circle")
    told = await maya.click("Take an anonymous post back", on=mine)
    assert told.ephemeral
    assert "in a direct message with this bot" in told.text


async def test_a_long_list_is_turned_page_by_page(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    for number in range(9):
        if number % 3 == 0:
            await stage.pass_time(timedelta(hours=2))
        await share(stage, maya, f"Story {number}.")
    listed = await my_posts(maya)
    assert listed.text.count("A share") == 8
    older = await maya.click("Older", on=listed)
    assert older.text.count("A share") == 1
    newer = await maya.click("Newer", on=older)
    assert newer.text.count("A share") == 8


async def test_keys_burnt_beside_a_running_bot_leave_the_receipt_and_nothing_else(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    listed = await my_posts(maya)
    assert towards_keys(stage, "burn", "--all-links", typed="no\n").returncode == 2
    burnt = towards_keys(stage, "burn", "--all-links", typed="burn\n")
    assert (burnt.returncode, burnt.stderr) == (0, "")
    await stage.pass_time(timedelta(seconds=5))

    gone = await maya.click("Take back", on=listed)
    assert "not linked to you any more" in gone.text
    nod = await noor.click("Me too", on=post)
    assert nod.ephemeral
    assert STORY in post.text
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=receipt))
    await stage.settle()
    assert post.deleted

    status = towards_keys(stage, "status")
    assert "period 1  " in status.stdout
    assert "; destroyed on" in status.stdout
    _, later = await share(stage, maya)
    assert f"/{later.id}" in (await my_posts(maya)).text


async def test_after_ninety_days_the_list_is_empty_and_the_key_gone(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    await share(stage, maya)
    for _ in range(9):
        await stage.pass_time(timedelta(days=10))
    assert "Take an anonymous post back" not in (await maya.slash("/my data", channel="dm")).buttons
    assert (
        "period 1  2026-03-02 to 2026-04-01; destroyed on 2026-05-01" in towards_keys(stage, "status").stdout
    )
