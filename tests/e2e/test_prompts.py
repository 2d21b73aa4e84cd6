"""Prompts over the wire: a real Discord server on loopback, the real bot, several people."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot import logs
from bot.circles.models import Circle
from bot.prompts.card import BETWEEN_EDITS
from bot.prompts.rounds import ANSWER_LIMIT
from sandbox.interactions import CannotInvoke
from sandbox.people import Person, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

DAY = timedelta(days=1)
CANARY = "a heron on the wet roof at dawn"
WAYS = ["Answer", "Answer anonymously", "I'm here", "Pass", "About this prompt", "Need someone now?"]


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    """A circle in the seeded server; it is Monday, 12:00 UTC."""
    return await stage.make_circle(id="harbour", depth_ceiling=1)


async def schedule(stage: Stage, day: str, hours: int = 72) -> None:
    """Ana plans prompts from the gentle deck, at 19:00 of the circle's clock."""
    ana = stage.person("ana")
    preview = await ana.slash(
        "/schedule prompt", channel="circle", day=day, time="19:00", deck="first-steps", window_hours=hours
    )
    await ana.click("Save", on=preview)


async def next_card(stage: Stage) -> Seen:
    """The newest prompt in the circle's channel, with its thread."""
    [*_, card] = [seen for seen in stage.person("lin").sees("circle") if "About this prompt" in seen.buttons]
    return card


@pytest.fixture
async def card(stage: Stage, harbour: Circle) -> Seen:
    """Tuesday evening's prompt."""
    await schedule(stage, "Tuesday")
    await stage.pass_time(DAY + timedelta(hours=6))
    return await next_card(stage)


async def answer(person: Person, card: Seen, text: str) -> str:
    form = await person.click("Answer", on=card)
    reply = await person.submit(form, {"Your words": text})
    assert reply.ephemeral
    return reply.text


def in_thread(person: Person, card: Seen) -> list[str]:
    assert card.thread is not None
    return [
        seen.text for seen in person.sees(card.thread) if seen.text
    ]  # the starter has no words of its own


async def test_a_prompt_comes_with_its_ways_to_be_here_and_a_thread(stage: Stage, card: Seen) -> None:
    assert card.buttons == WAYS
    assert card.thread is not None
    assert card.thread.name.startswith("Together: ")
    assert len(card.thread.name) <= 100


async def test_four_people_take_part_each_in_their_own_way(stage: Stage, card: Seen) -> None:
    maya, noor, tomas, sam = (stage.person(handle) for handle in ("maya", "noor", "tomas", "sam"))
    thanks = await answer(maya, card, "A lamp in a window.")
    await stage.settle()
    here = await noor.click("I'm here", on=card)
    passed = await tomas.click("Pass", on=card)
    await stage.pass_time(BETWEEN_EDITS)

    assert "You can also simply write there" in thanks
    assert in_thread(sam, card) == ["**Maya**\nA lamp in a window."]
    for reply, words in ((here, "Thank you for being here"), (passed, "Passing is a way of being here, too")):
        assert reply.ephemeral
        assert words in reply.text
        assert "Need someone now?" in reply.buttons
    assert "There is company here." in card.text
    assert [name for name in ("Maya", "Noor", "Tomás") if name in card.text] == []
    assert "Thank you" not in " ".join(seen.text for seen in sam.sees("circle"))
    counts = await stage.app.db.all("SELECT act, count FROM day_counts ORDER BY act")
    assert [tuple(row) for row in counts] == [("answered", 1), ("here", 1), ("passed", 1)]


async def test_pressing_twice_counts_once_and_thanks_twice(stage: Stage, card: Seen) -> None:
    noor = stage.person("noor")
    for _ in range(2):
        assert "Thank you" in (await noor.click("I'm here", on=card)).text
    counts = await stage.app.db.all("SELECT act, count FROM day_counts")
    assert [tuple(row) for row in counts] == [("here", 1)]


async def test_two_schedules_bring_two_prompts_and_each_closes_in_its_time(
    stage: Stage, harbour: Circle
) -> None:
    await schedule(stage, "Tuesday", hours=72)
    await schedule(stage, "Thursday", hours=24)
    await stage.pass_time(DAY + timedelta(hours=6))
    tuesday = await next_card(stage)
    await answer(stage.person("maya"), tuesday, "One true thing.")
    await stage.pass_time(2 * DAY)
    thursday = await next_card(stage)
    assert thursday != tuesday
    assert thursday.text != tuesday.text

    words = tuesday.text.split("\n")[0]
    await stage.pass_time(DAY)
    assert (tuesday.buttons, thursday.buttons) == ([], [])
    assert words in tuesday.text
    assert "This prompt has closed" in tuesday.text
    assert in_thread(stage.person("sam"), tuesday) == ["**Maya**\nOne true thing."]
    assert await stage.app.db.all("SELECT 1 FROM prompt_presence") == []


async def test_a_form_that_was_open_during_a_restart_is_taken_and_posted_once(
    stage: Stage, card: Seen
) -> None:
    maya = stage.person("maya")
    form = await maya.click("Answer", on=card)
    await stage.restart()
    reply = await maya.submit(form, {"Your words": CANARY})
    await stage.settle()
    assert "Thank you" in reply.text
    assert in_thread(maya, card) == [f"**Maya**\n{CANARY}"]


async def test_a_form_sent_after_the_prompt_closed_loses_no_word(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    form = await maya.click("Answer", on=card)
    await stage.pass_time(3 * DAY)
    assert card.buttons == []
    await maya.submit(form, {"Your words": CANARY})
    await stage.settle()
    assert in_thread(maya, card) == [f"**Maya**\n{CANARY}"]


async def test_words_that_cannot_be_taken_are_handed_back_with_the_reason(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    form = await maya.click("Answer", on=card)
    async with stage.app.db.transaction() as tx:
        await tx.execute("UPDATE circles SET state = 'closed'")
    reply = await maya.submit(form, {"Your words": CANARY})
    assert "These are your words" in reply.text
    assert (await maya.waits_for("circle", CANARY)).ephemeral
    assert (await maya.waits_for("circle", "circle has been closed")).ephemeral


async def test_the_form_says_its_limit_and_the_longest_answer_is_posted_whole(
    stage: Stage, card: Seen
) -> None:
    maya = stage.person("maya")
    form = await maya.click("Answer", on=card)
    with pytest.raises(CannotInvoke):
        await maya.submit(form, {"Your words": "x" * 4000})
    longest = ("@everyone " * (ANSWER_LIMIT // 10))[:-1] + "!"
    await maya.submit(form, {"Your words": longest})
    await stage.settle()
    [text] = in_thread(maya, card)
    assert text.replace("\u200b", "") == f"**Maya**\n{longest}"


async def test_a_name_with_markdown_is_only_a_name(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    stage.seeded.guild.members[maya.user.id].nick = "**_maya_** ||x||"
    await answer(maya, card, "hello")
    await stage.settle()
    assert in_thread(stage.person("sam"), card) == [r"**\*\*\_maya\_\*\* \|\|x\|\|**" + "\nhello"]


async def test_an_anonymous_answer_comes_in_the_same_thread_and_names_nobody(
    stage: Stage, card: Seen
) -> None:
    noor = stage.person("noor")
    form = await noor.click("Answer anonymously", on=card)
    preview = await noor.submit(form, {form.fields[0]: CANARY})
    await noor.click("Post", on=preview)
    await stage.pass_time(timedelta(hours=1))
    [told] = in_thread(stage.person("sam"), card)
    assert CANARY in told
    assert "Noor" not in told


async def test_an_answer_is_taken_back_by_its_author_alone(stage: Stage, card: Seen) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await answer(maya, card, "said too soon")
    await stage.settle()
    theirs = await noor.slash("/prompt about", channel="circle")
    mine = await maya.slash("/prompt about", channel="circle")
    assert "Take my answer back" not in theirs.buttons
    reply = await maya.click("Take my answer back", on=mine)
    await stage.settle()
    assert "taken back" in reply.text
    assert in_thread(noor, card) == []


async def test_about_tells_everyone_the_idea_and_facilitators_what_it_may_stir(
    stage: Stage, card: Seen
) -> None:
    member = await stage.person("maya").click("About this prompt", on=card)
    facilitator = await stage.person("ben").click("About this prompt", on=card)
    assert member.ephemeral
    assert facilitator.ephemeral
    assert "Where it comes from" in member.text
    assert "For facilitators" not in member.text
    assert "It may stir" in facilitator.text


async def test_without_leave_to_open_threads_answers_come_in_the_channel(
    stage: Stage, harbour: Circle
) -> None:
    world, bot = stage.sandbox.world, stage.seeded.application.bot
    world.revoke(bot, Permission.CREATE_PUBLIC_THREADS, stage.seeded.channels["circle"])
    await schedule(stage, "Tuesday")
    await stage.pass_time(DAY + timedelta(hours=6))
    card = await next_card(stage)
    assert card.thread is None
    await answer(stage.person("maya"), card, CANARY)
    await stage.settle()
    assert CANARY in stage.person("sam").sees("circle")[-1].text
    notices = [seen.text for seen in stage.person("ben").sees("facilitators")]
    assert any("thread could not be opened" in text for text in notices)


async def test_a_thread_that_somebody_deleted_loses_no_word(stage: Stage, card: Seen) -> None:
    assert card.thread is not None
    stage.sandbox.world.delete_channel(card.thread)
    await answer(stage.person("maya"), card, CANARY)
    await stage.settle()
    last = stage.person("sam").sees("circle")[-1].text
    assert CANARY in last
    assert last.startswith("**Maya**, to “")


async def test_no_log_line_holds_words_or_author(
    stage: Stage, card: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in logs.CHATTY:
        caplog.set_level(logging.INFO, logger=name)
    assert card.thread is not None
    stage.sandbox.world.delete_channel(card.thread)
    maya = stage.person("maya")
    form = await maya.click("Answer", on=card)
    await maya.submit(form, {"Your words": CANARY})
    await stage.settle()
    await maya.submit(form, {"Your words": CANARY})
    async with stage.app.db.transaction() as tx:
        await tx.execute("DROP TABLE prompt_presence")
    await maya.submit(form, {"Your words": f"{CANARY} again"})
    await maya.waits_for("circle", "Something went wrong")
    formatter = logs.RedactingFormatter()
    lines = "\n".join(formatter.format(record) for record in caplog.records)
    assert "reference" in lines
    assert CANARY not in lines
    assert "Maya" not in lines
    assert str(maya.user.id) not in lines
