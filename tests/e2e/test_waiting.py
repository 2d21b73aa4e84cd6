"""Shares that wait, over the wire: what their authors see and choose, and what everybody else does not."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.circles.models import Actor, Circle
from bot.sharing.rules.models import Leaving
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.conftest import MONDAY_NOON
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import a_world, bodies, files, log, normalised, rows, shown_to_all, two_authors
from tests.e2e.test_sharing_crash import run

__all__ = ["log"]  # a fixture of the anonymity tests

FACILITATOR = Actor(7, frozenset(), manages_server=True)
STORY = "I slept in the car that winter, zinnia and all."
TO_EIGHT = timedelta(hours=7)  # from the tests' noon to 20:00 in Berlin
SURELY = timedelta(hours=20)  # longer than any random while of an hour on average


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def rule(stage: Stage, circle: Circle, **changes: Any) -> None:
    await stage.app.sharing.rules.change(FACILITATOR, circle, **changes)
    await stage.settle()


async def preview_of(person: Person, text: str = STORY) -> Reply:
    return await person.submit(await person.slash("/share", channel="circle"), {"text": text})


async def share(stage: Stage, person: Person, text: str = STORY) -> Reply:
    receipt = await person.click("Post", on=await preview_of(person, text))
    await stage.settle()
    return receipt


def posts(stage: Stage, text: str = STORY) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if text in seen.text]


def at(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:f>"


# What is said


@pytest.mark.parametrize(
    ("leaving", "said"),
    [
        (Leaving.AT_ONCE, "as soon as you press"),
        (Leaving.HELD, "usually within 3 hours"),
        (Leaving.HOUR, f"It is posted {at(MONDAY_NOON + TO_EIGHT)}, together with all that waits"),
        (
            Leaving.AUTHORS,
            f"of at least 3 together, in random order. At the latest {at(MONDAY_NOON + TO_EIGHT + timedelta(days=7))}",
        ),
    ],
)
async def test_the_preview_says_how_it_will_be_posted(
    stage: Stage, harbour: Circle, leaving: Leaving, said: str
) -> None:
    await rule(stage, harbour, leaving=leaving)
    maya = stage.person("maya")
    assert said in (await preview_of(maya)).text
    await maya.dm(STORY)
    assert said in (await maya.dm_reply()).text


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "3 minutes"), (30, "90 minutes"), (50, "3 hours"), (1440, "3 days")]
)
async def test_how_long_a_random_while_lasts_is_said_as_people_would(
    stage: Stage, harbour: Circle, minutes: int, said: str
) -> None:
    await rule(stage, harbour, leaving=Leaving.HELD, hold_minutes=minutes)
    assert f"usually within {said}" in (await share(stage, stage.person("maya"))).text


async def test_a_preview_of_an_answer_speaks_of_no_waiting(stage: Stage, harbour: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await share(stage, maya)
    await rule(stage, harbour, leaving=Leaving.HELD)
    form = await noor.click("Answer", on=posts(stage)[0])
    preview = await noor.submit(form, {"text": "So did I."})
    assert "It is posted as soon as you press *Post*" in preview.text


# A random while


async def test_a_held_share_is_in_nobodys_sight_until_it_is_posted(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.HELD)
    await stage.app.tick()
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    assert "It waits to be posted" in receipt.text
    assert {"Take back", "Choose when", "Look again", "Need someone now?"} <= set(receipt.buttons)
    assert stage.person("sam").sees("sharing") == []
    await stage.pass_time(SURELY)
    [post] = posts(stage)
    assert post.thread is not None
    assert "It is posted in" in (await maya.click("Look again", on=receipt)).text


async def test_a_restart_gives_nothing_away(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.HELD)
    await share(stage, stage.person("maya"))
    await stage.stop_bot()
    stage.clock.advance(SURELY)
    await stage.start_bot()
    await stage.app.tick()
    await stage.settle()
    assert posts(stage) == []
    await stage.pass_time(SURELY)
    assert len(posts(stage)) == 1


# An hour of the day


async def test_what_waits_is_posted_together_at_the_circles_hour(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR, hour=time(20))
    people = [stage.person(name) for name in ("maya", "noor", "lin")]
    for index, person in enumerate(people):
        receipt = await share(stage, person, f"{STORY} {index}")
        assert f"It is posted {at(MONDAY_NOON + TO_EIGHT)}" in receipt.text
        await stage.pass_time(timedelta(hours=1))
    assert posts(stage) == []
    await stage.pass_time(TO_EIGHT - timedelta(hours=3))
    found = posts(stage)
    assert sorted(post.text.split(STORY)[1].split("\n")[0] for post in found) == [" 0", " 1", " 2"]
    assert all(post.thread for post in found)
    await stage.pass_time(timedelta(days=1))
    assert len(posts(stage)) == 3


async def test_what_discord_refuses_at_the_hour_is_kept_and_posted_later(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR)
    maya, channel = stage.person("maya"), stage.seeded.channels["sharing"]
    receipt = await share(stage, maya)
    stage.sandbox.world.revoke(stage.seeded.application.bot, Permission.SEND_MESSAGES, channel)
    await stage.pass_time(TO_EIGHT)
    stuck = await maya.click("Look again", on=receipt)
    assert "could not be posted" in stuck.text
    channel.overwrites.clear()
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    await maya.click("Try again", on=stuck)
    await stage.settle()
    assert len(posts(stage)) == 1


@pytest.mark.parametrize("step", range(1, 4))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_commit_an_opening_posts_each_share_once(
    stage: Stage, harbour: Circle, tmp_path: Path, when: str, step: int
) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR)
    for name in ("maya", "noor"):
        await share(stage, stage.person(name))
    await stage.stop_bot()
    moment, journal = MONDAY_NOON + TO_EIGHT, tmp_path / "journal"
    await run(stage, moment, journal, when, str(step))
    await run(stage, moment + timedelta(minutes=2), journal)
    found = posts(stage)
    assert len(found) == 2
    assert all(post.thread for post in found)


# Enough different people


async def test_who_shares_alone_is_told_nothing_of_others_and_sees_nothing_opened(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS, authors=2)
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    alone = receipt.text
    await share(stage, maya)
    await share(stage, stage.person("noor"))
    await stage.pass_time(timedelta(0))
    await stage.pass_time(SURELY)
    assert posts(stage) == []
    again = await maya.click("Look again", on=receipt)
    assert again.text == alone
    assert "those of at least 2 people together" in again.text
    await share(stage, stage.person("lin"))
    await stage.pass_time(SURELY)
    assert len(posts(stage)) >= 2


# What an author chooses


async def test_an_author_reads_what_it_gives_away_and_posts_it_now(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS)
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    choice = await maya.click("Choose when", on=receipt)
    assert "may think of who was around just before" in choice.text
    assert choice.buttons == [
        "Post it now", "With the next opening", "As the circle does it", "Back", "Need someone now?",
    ]  # fmt: skip
    await asyncio.gather(*(maya.click("Post it now", on=choice) for _ in range(2)))
    await stage.settle()
    assert len(posts(stage)) == 1
    assert "It is posted in" in (await maya.click("Look again", on=choice)).text


async def test_an_author_chooses_the_next_opening_or_lets_it_wait_after_all(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS)
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    choice = await maya.click("Choose when", on=receipt)
    chosen = await maya.click("With the next opening", on=choice)
    assert f"It is posted {at(MONDAY_NOON + TO_EIGHT)}" in chosen.text
    choice = await maya.click("Choose when", on=chosen)
    assert "once enough different people have shared" in choice.text  # what the circle does
    assert (await maya.click("Back", on=choice)).text == chosen.text
    choice = await maya.click("Choose when", on=chosen)
    chosen = await maya.click("As the circle does it", on=choice)
    assert "once enough different people have shared" in chosen.text
    await stage.pass_time(TO_EIGHT)
    assert posts(stage) == []
    choice = await maya.click("Choose when", on=chosen)
    await maya.click("With the next opening", on=choice)
    await stage.pass_time(timedelta(days=1))
    assert len(posts(stage)) == 1


async def test_where_the_circle_opens_at_an_hour_there_is_one_thing_to_choose(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR)
    maya = stage.person("maya")
    choice = await maya.click("Choose when", on=await share(stage, maya))
    assert choice.buttons == ["Post it now", "As the circle does it", "Back", "Need someone now?"]


async def test_a_choice_made_after_a_restart_counts(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS)
    maya = stage.person("maya")
    choice = await maya.click("Choose when", on=await share(stage, maya))
    await stage.restart()
    await maya.click("With the next opening", on=choice)
    await stage.pass_time(TO_EIGHT)
    assert len(posts(stage)) == 1


async def test_whoever_opened_meanwhile_sees_that_it_stands(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR)
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    await stage.pass_time(TO_EIGHT)
    assert "It is posted in" in (await maya.click("Choose when", on=receipt)).text


async def test_taken_back_while_it_waits_it_never_appears_and_the_words_come_back(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR)
    maya = stage.person("maya")
    asked = await maya.click("Take back", on=await share(stage, maya))
    done = await maya.click("Yes, take it back", on=asked)
    assert STORY in done.text
    await stage.pass_time(timedelta(days=1))
    assert stage.person("sam").sees("sharing") == []
    assert await stage.app.db.all("SELECT 1 FROM shares UNION SELECT 1 FROM outbox") == []


# Stopped, ended


async def test_while_sharing_is_stopped_the_author_is_told_so_and_nothing_is_posted(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.HOUR)
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    choice = await maya.click("Choose when", on=receipt)
    await rule(stage, harbour, stopped=True)
    assert "it can't be posted" in (await maya.click("Post it now", on=choice)).text
    told = await maya.click("Back", on=choice)
    assert "stopped sharing in this circle for now" in told.text
    assert (await maya.click("Choose when", on=told)).text == told.text
    await stage.pass_time(timedelta(days=2))
    assert posts(stage) == []
    await rule(stage, harbour, stopped=False)
    await stage.pass_time(timedelta(days=1))
    assert len(posts(stage)) == 1


async def test_in_a_circle_that_ended_the_author_gets_the_words_back(stage: Stage, harbour: Circle) -> None:
    await rule(stage, harbour, leaving=Leaving.HELD)
    maya = stage.person("maya")
    receipt = await share(stage, maya)
    await stage.app.circles.close(FACILITATOR, harbour)
    told = await maya.click("Look again", on=receipt)
    assert "This circle has ended" in told.text
    await stage.pass_time(SURELY)
    done = await maya.click("Yes, take it back", on=await maya.click("Take back", on=told))
    assert STORY in done.text
    assert posts(stage) == []


# Who wrote it is nowhere meanwhile either


async def waits(stage: Stage, person: Person) -> None:
    """One share is let wait, chosen otherwise, and posted at the hour; another is taken back while it waits."""
    receipt = await share(stage, person)
    choice = await person.click("Choose when", on=receipt)
    await person.click("With the next opening", on=choice)
    gone = await share(stage, person, "Another zinnia.")
    await person.click("Yes, take it back", on=await person.click("Take back", on=gone))
    await stage.pass_time(timedelta(minutes=1))


@pytest.mark.anonymity
async def test_while_a_share_waits_nothing_of_its_author_or_words_is_to_be_found(
    stage: Stage, harbour: Circle, log: StringIO
) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS)
    author, _ = await two_authors(stage)
    await waits(stage, author.person)
    [sealed] = bodies(stage)
    for when in ("waiting", "posted"):
        sent = json.dumps([exchange["request"] for exchange in stage.sandbox.exchanges], ensure_ascii=False)
        kept = files(stage)
        for mark in (*author.marks, "zinnia"):
            assert mark == "zinnia" or mark not in sent, f"{mark} left the bot, {when}"
            assert mark.encode() not in kept, f"{mark} is in the database, {when}"
            assert mark not in log.getvalue(), f"{mark} was logged, {when}"
        await stage.pass_time(timedelta(days=1))
    assert len(posts(stage)) == 1
    assert sealed not in files(stage)


@pytest.mark.anonymity
async def test_while_a_share_waits_nobody_but_its_author_is_shown_anything(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS)
    before = shown_to_all(stage)  # that the rules are others now
    await waits(stage, stage.person("maya"))
    assert shown_to_all(stage) == before
    assert await stage.app.db.all("SELECT 1 FROM day_counts") == []


@pytest.mark.anonymity
async def test_no_line_of_the_log_tells_when_a_share_was_handed_in(
    stage: Stage, harbour: Circle, log: StringIO
) -> None:
    await rule(stage, harbour, leaving=Leaving.AUTHORS)
    log.truncate(log.seek(0))
    await waits(stage, stage.person("maya"))
    assert log.getvalue() == ""


@pytest.mark.anonymity
async def test_waiting_shares_of_two_authors_leave_the_same_rows_payloads_and_lines(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        async with a_world(tmp_path / str(index)) as stage:
            circle = await stage.make_circle()
            await rule(stage, circle, leaving=Leaving.AUTHORS)
            authors = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await waits(stage, authors[index].person)
            waiting = rows(stage)
            await stage.pass_time(timedelta(days=1))
            worlds.append((waiting, rows(stage), shown_to_all(stage), normalised(log.getvalue())))
    assert worlds[0] == worlds[1]


@pytest.mark.anonymity
async def test_no_button_of_a_waiting_share_is_its_id(stage: Stage, harbour: Circle) -> None:
    """The post's own buttons hold the share's id, and a receipt's hold another secret: nothing joins the two."""
    await rule(stage, harbour, leaving=Leaving.HOUR)
    maya = stage.person("maya")
    choice = await maya.click("Choose when", on=await share(stage, maya))
    [row] = await stage.app.db.all("SELECT id FROM shares")
    assert choice.message is not None
    assert row["id"] not in str(choice.message.view)
    assert re.search(r"share:leaving:at_once:[0-9a-f]{32}", str(choice.message.view))
