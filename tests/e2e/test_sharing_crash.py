"""Between *Post* and Discord anything may end: a share is never lost, never twice, never there after it was
taken back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.sharing.models import Body, State
from sandbox.people import Seen
from sandbox.permissions import Permission
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage

STORY = "I told nobody that I slept in the car that winter."
AUTHOR = 424_242_424_242_424_242
ROOT = Path(__file__).resolve().parents[2]
SENDING = r"/channels/\d+/messages$"
LATER = timedelta(minutes=2)
STEPS = 4  # commits: the share is claimed, settled; its thread is claimed, settled


async def run(stage: Stage, moment: datetime, journal: Path, *die: str) -> None:
    """A bot process of its own on the stage's database; see mortal_bot."""
    environment = {
        **os.environ,
        "DISCORD_TOKEN": stage.settings.token,
        "DISCORD_API_URL": stage.settings.api_url,
        "DISCORD_GATEWAY_URL": stage.settings.gateway_url,
        "TOWARDS_DATABASE": str(stage.settings.database),
        "TOWARDS_KEY_FILE": str(stage.settings.key_file),
        "TOWARDS_TICK_SECONDS": "3600",
        "TOWARDS_GUILD_READY_TIMEOUT": "0.05",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.mortal_bot", moment.isoformat(), str(journal), *die),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == (-signal.SIGKILL if die else 0), said.decode()


async def queue_share(stage: Stage) -> str:
    """A share that was posted while the bot had no connection; its handle."""
    circle = await stage.make_circle()
    await stage.stop_bot()
    async with App.open(stage.settings, stage.clock) as app:
        handle, _ = await app.sharing.write(AUTHOR, Body(STORY), circle=circle)
        await app.sharing.post(handle, AUTHOR)
    return handle


def posts(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if STORY in seen.text]


@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_a_share_is_posted_once_with_one_thread(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    handle = await queue_share(stage)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, str(step))
    await run(stage, MONDAY_NOON + LATER, journal)
    [post] = posts(stage)
    assert post.thread is not None
    assert len(stage.seeded.guild.threads) == 1
    stage.clock.advance(LATER)
    async with App.open(stage.settings, stage.clock) as app:
        receipt = await app.sharing.receipt(handle)
        assert (receipt.posted.state, receipt.body) == (State.OPEN, None)


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_and_then_taken_back_a_share_is_not_there(
    stage: Stage, tmp_path: Path, when: str, step: int
) -> None:
    handle = await queue_share(stage)
    journal = tmp_path / "journal"
    await run(stage, MONDAY_NOON, journal, when, str(step))
    async with App.open(stage.settings, stage.clock) as app:
        await app.sharing.take_back(handle)
    await run(stage, MONDAY_NOON + LATER, journal)
    assert posts(stage) == []
    stage.clock.advance(LATER)
    async with App.open(stage.settings, stage.clock) as app:
        for table in ("shares", "receipts", "outbox"):
            assert await app.db.all(f"SELECT 1 FROM {table}") == []


async def test_a_share_whose_arrival_was_not_heard_of_is_removed_when_it_is_taken_back(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(form, {"text": STORY})
    lost = stage.sandbox.faults.lose_answer(method="POST", path=SENDING)
    receipt = await maya.click("Post", on=preview)
    await lost.has_struck()
    await stage.settle()
    assert len(posts(stage)) == 1  # Discord has it, and the bot has not heard so

    asked = await maya.click("Take back", on=receipt)
    done = await maya.click("Yes, take it back", on=asked)
    assert STORY in done.text
    await stage.pass_time(timedelta(seconds=3))
    assert posts(stage) == []
    assert await stage.app.db.all("SELECT 1 FROM shares") == []


@pytest.mark.parametrize("afterwards", ["Try again", "Take back"])
async def test_a_share_given_up_though_it_had_arrived_is_found_again(stage: Stage, afterwards: str) -> None:
    await stage.make_circle()
    maya, world = stage.person("maya"), stage.sandbox.world
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(form, {"text": STORY})
    lost = stage.sandbox.faults.lose_answer(method="POST", path=SENDING)
    receipt = await maya.click("Post", on=preview)
    await lost.has_struck()
    await stage.settle()
    world.revoke(bot, Permission.VIEW_CHANNEL, channel)
    await stage.pass_time(timedelta(seconds=3))
    held = await maya.click("Look again", on=receipt)
    assert "It could not be posted" in held.text
    assert len(posts(stage)) == 1

    channel.overwrites.clear()
    world.tell_channel("CHANNEL_UPDATE", channel)
    if afterwards == "Take back":
        held = await maya.click("Yes, take it back", on=await maya.click("Take back", on=held))
        await stage.settle()
        assert posts(stage) == []
        assert await stage.app.db.all("SELECT 1 FROM shares") == []
    else:
        await maya.click("Try again", on=held)
        await stage.settle()
        [post] = posts(stage)
        assert post.thread is not None
        assert [row["state"] for row in await stage.app.db.all("SELECT state FROM shares")] == ["open"]


async def test_an_answer_whose_arrival_was_not_heard_of_is_removed_when_it_is_taken_back(
    stage: Stage,
) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    form = await maya.slash("/share", channel="circle")
    await maya.click("Post", on=await maya.submit(form, {"text": STORY}))
    await stage.settle()
    [post] = posts(stage)
    assert post.thread is not None
    preview = await noor.submit(await noor.click("Answer", on=post), {"text": "So did I."})
    lost = stage.sandbox.faults.lose_answer(method="POST", path=SENDING)
    receipt = await noor.click("Post", on=preview)
    await lost.has_struck()
    await stage.settle()
    assert "So did I." in noor.sees(post.thread)[-1].text

    await noor.click("Yes, take it back", on=await noor.click("Take back", on=receipt))
    await stage.pass_time(timedelta(seconds=3))
    assert [seen.text for seen in noor.sees(post.thread) if "So did I." in seen.text] == []


async def test_a_share_sent_through_a_bad_connection_is_posted_once(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(form, {"text": STORY})
    lost = stage.sandbox.faults.lose_answer(method="POST", path=SENDING)
    await maya.click("Post", on=preview)
    await lost.has_struck()
    await stage.settle()
    await stage.pass_time(timedelta(seconds=3))
    assert len(posts(stage)) == 1
