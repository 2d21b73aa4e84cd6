"""Where something sounds imminent it is for its writer to say whether it is posted, waits, or isn't posted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage
from tests.e2e.test_care_noticing import IMMINENT, ONLY_YOU
from tests.e2e.test_sharing import preview_of

HALF_AN_HOUR = timedelta(minutes=30, seconds=1)
HOUR = timedelta(hours=1, seconds=1)
WAITED = "has waited for half an hour"
NOTE = "A small note, as announced."


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def open_prompt(stage: Stage, circle: Circle) -> None:
    now = stage.app.clock.now()
    async with stage.app.db.transaction() as tx:
        await stage.app.prompts.open(
            tx, circle, "first-steps", opens_at=now, closes_at=now + timedelta(days=1), occurrence_id="o1"
        )
    await stage.settle()


async def answers(stage: Stage, circle: Circle, person: Person) -> Reply:
    await open_prompt(stage, circle)
    [post] = [seen for seen in person.sees("circle") if "Answer" in seen.buttons]
    return await person.submit(await person.click("Answer", on=post), {"text": IMMINENT})


def read_by_all(stage: Stage) -> bool:
    guild = stage.seeded.guild
    channels = (*guild.channels.values(), *guild.threads.values())
    return any(
        IMMINENT in Seen(message).text
        for channel in channels
        for message in channel.messages.values()
        if message.viewer is None
    )


def asked(person: Person) -> list[Seen]:
    return [seen for seen in person.inbox() if WAITED in seen.text]


async def test_an_answer_by_name_is_not_posted_before_its_writer_said_so(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    card = await answers(stage, harbour, maya)
    await stage.settle()
    assert "not posted yet" in card.text
    assert not read_by_all(stage)
    await maya.waits_for("circle", ONLY_YOU)
    posted = await maya.click("Post it", on=card)
    assert "It is posted" in posted.text
    await stage.settle()
    assert read_by_all(stage)
    assert await stage.app.db.all("SELECT 1 FROM care_holds") == []


async def test_what_waits_is_asked_about_after_half_an_hour_again_and_again_and_survives_a_restart(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    card = await answers(stage, harbour, maya)
    await maya.click("Let it wait half an hour", on=card)
    await maya.click("Let it wait half an hour", on=card)  # pressed twice
    await stage.restart()
    await stage.pass_time(HALF_AN_HOUR)
    [again] = asked(maya)
    assert IMMINENT in again.text
    assert not read_by_all(stage)
    await maya.click("Let it wait half an hour", on=again)
    await stage.pass_time(HALF_AN_HOUR)
    assert len(asked(maya)) == 2
    await maya.click("Post it", on=asked(maya)[-1])
    await stage.settle()
    assert read_by_all(stage)


async def test_what_is_not_posted_is_handed_back_and_gone(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    card = await answers(stage, harbour, maya)
    back = await maya.click("Don't post it", on=card)
    assert IMMINENT in back.text
    await stage.settle()
    assert not read_by_all(stage)
    assert card.buttons == ["Need someone now?"]


async def test_nobody_else_can_post_it_or_read_it(stage: Stage, harbour: Circle) -> None:
    maya, sam = stage.person("maya"), stage.person("sam")
    await answers(stage, harbour, maya)
    [row] = await stage.app.db.all("SELECT id FROM care_holds")
    with pytest.raises(Exception, match="gone"):
        await stage.app.care.holds.take(row["id"], sam.user.id)


async def test_nobody_coming_back_within_a_day_leaves_nothing(stage: Stage, harbour: Circle) -> None:
    await answers(stage, harbour, stage.person("maya"))
    await stage.pass_time(timedelta(hours=25))
    assert await stage.app.db.all("SELECT 1 FROM care_holds") == []
    assert not read_by_all(stage)


async def test_a_share_can_wait_as_the_draft_it_is(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya, IMMINENT)
    card = await maya.waits_for("circle", ONLY_YOU)
    assert "is not posted" in card.text
    waits = await maya.click("Let it wait half an hour", on=card)
    assert "Have a facilitator reach me" in waits.buttons
    await stage.pass_time(HALF_AN_HOUR)
    assert IMMINENT not in asked(maya)[0].text
    await maya.click("Post", on=preview)
    await stage.settle()
    assert read_by_all(stage)


async def test_one_note_follows_within_the_hour_and_says_nothing_on_a_lock_screen(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    await preview_of(maya, IMMINENT)
    await maya.waits_for("circle", ONLY_YOU)
    await stage.pass_time(HOUR)
    [note] = [seen for seen in maya.inbox() if NOTE in seen.text]
    assert note.text == NOTE
    assert "emergency number" in (await maya.click("Look", on=note)).text
    await stage.pass_time(timedelta(hours=5))
    assert len([seen for seen in maya.inbox() if NOTE in seen.text]) == 1
    assert await stage.app.db.all("SELECT 1 FROM contacts") == []


async def test_no_note_follows_where_it_was_declined_or_no_messages_are_wanted_today(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await preview_of(maya, IMMINENT)
    card = await maya.waits_for("circle", ONLY_YOU)
    await maya.click("No note later", on=card)
    await preview_of(noor, IMMINENT)
    card = await noor.waits_for("circle", ONLY_YOU)
    await noor.click("No messages today", on=card)
    await stage.pass_time(HOUR)
    assert maya.inbox() == noor.inbox() == []


async def test_closed_direct_messages_take_nothing_away(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    stage.sandbox.world.close_dms(maya.user)
    await preview_of(maya, IMMINENT)
    card = await maya.waits_for("circle", ONLY_YOU)
    await maya.click("Let it wait half an hour", on=card)
    await stage.pass_time(HOUR)
    assert await stage.app.db.all("SELECT 1 FROM contacts") == []
    assert len(await stage.app.db.all("SELECT 1 FROM drafts")) == 1
