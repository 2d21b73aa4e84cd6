"""The unanswered guard over the wire: who listens is told of shares that nobody has answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage
from tests.e2e.test_sharing import answer, share

HOURS = timedelta(hours=21)  # until the next morning: the circle waits for twelve, and quiet hours hold
NUDGE = "something waits for a first answer"


async def listens(stage: Stage, person: Person) -> Reply:
    card = await person.slash("/listen", channel="circle")
    card = await person.click("Be a listener", on=card)
    return await card.settled()


def nudges(person: Person) -> list[Seen]:
    return [seen for seen in person.inbox() if NUDGE in seen.text]


@pytest.fixture(autouse=True)
async def harbour(stage: Stage) -> None:
    await stage.make_circle()


async def test_a_listener_is_told_of_a_share_that_met_no_answer_in_private_and_once_a_day(
    stage: Stage,
) -> None:
    maya, noor, sam = (stage.person(name) for name in ("maya", "noor", "sam"))
    card = await listens(stage, noor)
    assert "You are a listener here" in card.text
    assert "You are a listener now" in noor.inbox()[-1].text
    _, post = await share(stage, maya)
    await stage.pass_time(timedelta(hours=11))
    assert await stage.app.db.all("SELECT 1 FROM listeners WHERE told_on IS NOT NULL") == []
    await stage.pass_time(timedelta(hours=10))
    [nudge] = nudges(noor)
    assert str(post.id) in nudge.text
    assert nudges(sam) == nudges(maya) == []
    for _ in range(8):
        await stage.pass_time(timedelta(hours=1))
    assert len(nudges(noor)) == 1
    for _ in range(20):
        await stage.pass_time(timedelta(hours=1))
    assert len(nudges(noor)) == 2


async def test_the_oldest_is_named_first_and_what_was_answered_is_not(stage: Stage) -> None:
    maya, noor, sam = (stage.person(name) for name in ("maya", "noor", "sam"))
    await listens(stage, noor)
    first, second, third = [(await share(stage, maya, f"Story {n}."))[1] for n in range(3)]
    await answer(stage, sam, second, "So did I.")
    await stage.pass_time(HOURS + timedelta(minutes=1))
    [nudge] = nudges(noor)
    assert str(second.id) not in nudge.text
    assert nudge.text.index(str(first.id)) < nudge.text.index(str(third.id))


async def test_where_somebody_was_quicker_nobody_is_told(stage: Stage) -> None:
    maya, noor, sam = (stage.person(name) for name in ("maya", "noor", "sam"))
    await listens(stage, noor)
    _, post = await share(stage, maya)
    await answer(stage, sam, post, "So did I.")
    await stage.pass_time(HOURS + timedelta(hours=2))
    assert nudges(noor) == []


async def test_the_role_is_laid_down_with_one_press_in_the_notice_itself_even_after_a_restart(
    stage: Stage,
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await listens(stage, noor)
    await share(stage, maya)
    await stage.pass_time(HOURS + timedelta(minutes=1))
    await stage.restart()
    assert "You have stopped listening" in (await noor.click("Stop listening", on=nudges(noor)[0])).text
    assert await stage.app.db.all("SELECT 1 FROM listeners UNION SELECT 1 FROM contacts") == []
    for _ in range(30):
        await stage.pass_time(timedelta(hours=1))
    assert nudges(noor) == []


async def test_whoever_left_the_server_is_told_nothing_and_forgotten(stage: Stage) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await listens(stage, noor)
    await share(stage, maya)
    stage.sandbox.world.remove_member(stage.seeded.guild, noor.user)
    await stage.pass_time(HOURS + timedelta(minutes=1))
    assert nudges(noor) == []
    assert await stage.app.db.all("SELECT 1 FROM listeners") == []


async def test_quiet_hours_and_closed_direct_messages_hold_for_listeners_too(stage: Stage) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await listens(stage, noor)
    await noor.slash("/away", channel="dm")
    await share(stage, maya)
    await stage.pass_time(HOURS + timedelta(minutes=1))
    assert nudges(noor) == []


async def test_only_three_listeners_are_told_at_once_and_the_others_the_hour_after(stage: Stage) -> None:
    maya = stage.person("maya")
    world, guild = stage.sandbox.world, stage.seeded.guild
    people = []
    for number in range(5):
        user = world.add_user(f"listener{number}")
        world.add_member(guild, user)
        people.append(stage.sandbox.person(f"listener{number}"))
    for person in people:
        await listens(stage, person)
    await share(stage, maya)
    await stage.pass_time(HOURS + timedelta(minutes=1))
    assert sum(len(nudges(person)) for person in people) == 3
    await stage.pass_time(timedelta(hours=1))
    assert [len(nudges(person)) for person in people] == [1] * 5


async def test_everyone_can_see_what_waits_and_how_shares_fared(stage: Stage) -> None:
    maya, noor, sam = (stage.person(name) for name in ("maya", "noor", "sam"))
    posts = [(await share(stage, maya, f"Story {n}."))[1] for n in range(5)]
    for post in posts[:3]:
        await answer(stage, sam, post, "So did I.")
    card = await noor.slash("/listen", channel="circle")
    assert str(posts[3].id) in card.text
    assert str(posts[0].id) not in card.text
    await stage.pass_time(timedelta(days=2))
    about = (await noor.slash("/circle", channel="circle")).text
    assert "half met a first answer within an hour, 60 % within a day" in about


async def test_nothing_is_told_of_how_few_shares_fared(stage: Stage) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    for n in range(4):
        await share(stage, maya, f"Story {n}.")
    await stage.pass_time(timedelta(days=2))
    assert "met a first answer" not in (await noor.slash("/circle", channel="circle")).text
