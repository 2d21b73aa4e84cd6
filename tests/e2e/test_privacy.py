"""What is kept, over the wire: told to everyone, shown to oneself, handed out and erased."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage
from tests.e2e.test_participation import DAY, check_in_card, here

WORDS = "a lamp in the kitchen window"
HELP = "Need someone now?"


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    return await stage.make_circle()


@pytest.fixture
async def maya(stage: Stage, circle: Circle) -> Person:
    """She is logged by name, is at a check-in, answered a prompt, shared something, and has a draft."""
    maya = stage.person("maya")
    [question] = await here(maya, await check_in_card(stage, circle))
    await maya.click("Log me by name", on=question)
    await stage.pass_time(DAY)
    await here(maya, await check_in_card(stage, circle))
    await answer_a_prompt(stage, circle, maya)
    for posted in (True, False):
        form = await maya.slash("/share", channel="circle")
        preview = await maya.submit(form, {"What you'd like to share": "Not said before."})
        if posted:
            await maya.click("Post", on=preview)
    await stage.settle()
    return maya


async def answer_a_prompt(stage: Stage, circle: Circle, person: Person) -> None:
    now = stage.clock.now()
    async with stage.app.db.transaction() as tx:
        await stage.app.prompts.open(
            tx, circle, "first-steps", opens_at=now, closes_at=now + DAY, occurrence_id="o1"
        )
    await stage.settle()
    card = next(seen for seen in reversed(person.sees("circle")) if "Answer" in seen.buttons)
    form = await person.click("Answer", on=card)
    await person.submit(form, {"Your words": WORDS})
    await stage.settle()


def said_by_name(stage: Stage, person: Person) -> list[Seen]:
    return [seen for thread in person.threads("circle") for seen in person.sees(thread) if WORDS in seen.text]


def file(reply: Reply) -> dict[str, Any]:
    assert reply.message is not None
    [attached] = reply.message.message.attachments
    assert attached.filename == "my-data.json"
    found: dict[str, Any] = json.loads(attached.data)
    return found


async def traces(stage: Stage, person: Person) -> int:
    """How often their id stands in the bytes of the database's files."""
    folder = stage.settings.database.parent
    await stage.app.db.checkpoint()
    written = b"".join(path.read_bytes() for path in folder.glob(f"{stage.settings.database.name}*"))
    return written.count(str(person.user.id).encode()) + written.count(person.user.id.to_bytes(8, "big"))


@pytest.mark.parametrize("channel", ["circle", "dm"])
async def test_everyone_can_read_what_is_kept_and_for_how_long(
    stage: Stage, circle: Circle, channel: str
) -> None:
    lin = stage.person("lin")
    page = await lin.slash("/privacy", channel=channel)
    assert page.ephemeral or channel == "dm"
    assert "What Towards keeps, and for how long" in page.text
    assert "Each day goes after 365 days" in page.text
    assert page.buttons == ["Read on", "What is kept about me", HELP]
    page = await lin.click("Read on", on=page)
    assert "Who else." in page.text
    assert page.buttons == ["Back", "What is kept about me", HELP]
    mine = await lin.click("What is kept about me", on=page)
    assert mine.text == "Nothing is kept about you here."
    assert mine.buttons == [HELP]


@pytest.mark.parametrize("channel", ["circle", "dm"])
async def test_a_person_sees_all_that_is_kept_about_them_and_nobody_else_does(
    stage: Stage, circle: Circle, maya: Person, channel: str
) -> None:
    mine = await maya.slash("/my data", channel=channel)
    assert "Harbour: by name (2026-03-02)" in mine.text
    assert "Harbour, 2026-03-03: here" in mine.text
    for kind in ("Check-ins that are open", "Prompts", "Drafts of shares", "Anonymous shares"):
        assert f"**{kind}" in mine.text
    assert WORDS not in mine.text
    assert not [seen for seen in stage.person("ana").sees("circle") if "What is kept about you" in seen.text]
    assert (await stage.person("noor").slash("/my data", channel="circle")).text.startswith("Nothing is kept")


async def test_what_is_kept_is_handed_out_as_a_file(stage: Stage, circle: Circle, maya: Person) -> None:
    download = await maya.click("Download", on=await maya.slash("/my data", channel="circle"))
    assert download.ephemeral
    assert file(download)["made_on"] == "2026-03-03"
    kept = file(download)["kept"]
    assert kept == json.loads(json.dumps(await stage.app.privacy.mine(maya.user.id)))
    assert kept["share_drafts"][0]["text"] == "Not said before."
    assert len(kept["shares"]) == 1


async def test_erasing_asks_once_and_then_leaves_nothing(stage: Stage, circle: Circle, maya: Person) -> None:
    assert await traces(stage, maya) > 0
    assert said_by_name(stage, maya) != []
    asked = await maya.click("Erase everything", on=await maya.slash("/my data", channel="circle"))
    assert asked.buttons == ["Keep it", "Erase everything now", HELP]
    done = await (await maya.click("Erase everything now", on=asked)).settled()
    assert "Everything is erased" in done.text

    await stage.settle()
    assert await traces(stage, maya) == 0
    assert said_by_name(stage, maya) == []
    assert (await maya.slash("/my data", channel="dm")).text == "Nothing is kept about you here."
    shown = await stage.person("ana").slash("/participation summary", channel="circle")
    assert "<@" not in shown.text


async def test_nothing_is_erased_before_it_is_confirmed(stage: Stage, circle: Circle, maya: Person) -> None:
    before = await stage.app.privacy.mine(maya.user.id)
    asked = await maya.click("Erase everything", on=await maya.slash("/my data", channel="dm"))
    kept = await maya.click("Keep it", on=asked)
    assert kept.text == "Nothing was erased."
    assert await stage.app.privacy.mine(maya.user.id) == before


async def test_erasing_takes_nothing_from_others(stage: Stage, circle: Circle, maya: Person) -> None:
    noor = stage.person("noor")
    card = next(seen for seen in reversed(noor.sees("circle")) if "I'm here" in seen.buttons)
    await here(noor, card)
    before = await stage.app.privacy.mine(noor.user.id)
    await stage.app.privacy.erase(maya.user.id)
    assert before
    assert await stage.app.privacy.mine(noor.user.id) == before


async def test_after_erasing_one_is_asked_anew_as_a_newcomer(
    stage: Stage, circle: Circle, maya: Person
) -> None:
    asked = await maya.click("Erase everything", on=await maya.slash("/my data", channel="dm"))
    await (await maya.click("Erase everything now", on=asked)).settled()
    await stage.pass_time(DAY)
    [question] = await here(maya, await check_in_card(stage, circle))
    assert "How would you like to be in the log" in question.text


async def test_the_buttons_work_after_a_restart(stage: Stage, circle: Circle, maya: Person) -> None:
    mine = await maya.slash("/my data", channel="dm")
    await stage.restart()
    asked = await maya.click("Erase everything", on=mine)
    await stage.restart()
    done = await (await maya.click("Erase everything now", on=asked)).settled()
    assert "Everything is erased" in done.text
    assert await stage.app.privacy.mine(maya.user.id) == {}


async def test_words_of_a_closed_check_in_are_not_promised_to_go_and_can_be_taken_back_after_erasing(
    stage: Stage,
) -> None:
    await stage.make_circle()
    ana, maya, noor = stage.person("ana"), stage.person("maya"), stage.person("noor")
    preview = await ana.slash("/schedule check-in", channel="circle", day="Monday", time="19:00")
    await ana.click("Save", on=preview)
    await stage.pass_time(timedelta(hours=6))
    card = next(seen for seen in maya.sees("circle") if "Check in" in seen.buttons)
    form = await maya.click("Check in", on=card)
    await maya.click("By name", on=await maya.submit(form, {"Words": "the harbour, in fog"}))
    await stage.settle()
    await stage.pass_time(timedelta(days=1))
    await maya.slash("/my log", channel="circle")
    mine = await maya.slash("/my data", channel="circle")
    asked = await maya.click("Erase everything", on=mine)
    assert "*Take back* under them" in asked.text
    await maya.click("Erase everything now", on=asked)
    await stage.settle()
    (thread,) = noor.threads("circle")
    words = next(seen for seen in noor.sees(thread) if "the harbour, in fog" in seen.text)
    await maya.click("Take back", on=words)
    await stage.settle()
    assert not any("the harbour" in seen.text for seen in noor.sees(thread))
