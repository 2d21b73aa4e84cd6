"""Check-ins over the wire: a real Discord server on loopback, the real bot, six people at once."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot import logs
from bot.checkins.card import EDIT_DELAY
from bot.checkins.models import WORDS_MAX
from bot.circles.models import Circle
from sandbox.interactions import CannotInvoke
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

WINDOW = timedelta(hours=24)
CANARY = "a heron on the wet roof at dawn"
SIX = ("maya", "noor", "tomas", "lin", "sam", "ida")
WAYS = ["Check in", "I'm here", "Pass"]
HELP = "Need someone now?"
NEAR = {
    "Connected to others": "Fairly near",
    "Connected to myself": "Near",
    "Connected to community": "In between",
}


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    """A circle in the seeded server; it is Monday, 12:00 UTC."""
    return await stage.make_circle()


@pytest.fixture
async def card(stage: Stage, circle: Circle) -> Seen:
    """Monday's check-in, which Ana scheduled."""
    return await scheduled(stage)


async def scheduled(stage: Stage, time: str = "19:00") -> Seen:
    """A check-in that a facilitator scheduled for today has come."""
    ana = stage.person("ana")
    preview = await ana.slash(
        "/schedule check-in", channel="circle", day="Monday", time=time, window_hours=24
    )
    await ana.click("Save", on=preview)
    await stage.pass_time(timedelta(hours=6))
    return cards(stage)[-1]


def cards(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("lin").sees("circle") if "Check in" in seen.buttons]


async def check_in(person: Person, card: Seen, words: str | None = None, **more: Any) -> Reply:
    form = await person.click("Check in", on=card)
    entered: dict[str, Any] = {**NEAR, "If today were": "☀️ Sunny", **more}
    if words is not None:
        entered["Words"] = words
    reply = await person.submit(form, entered)
    assert reply.ephemeral
    assert HELP in reply.buttons
    return reply


def newest(stage: Stage) -> Seen:
    return stage.person("lin").sees("circle")[-1]


def posts_in_thread(person: Person, card: Seen) -> list[Seen]:
    """Without Discord's own first message, which only refers to the card."""
    return [] if card.thread is None else [seen for seen in person.sees(card.thread) if seen.text]


def in_thread(person: Person, card: Seen) -> list[str]:
    return [seen.text for seen in posts_in_thread(person, card)]


async def test_the_card_offers_its_three_ways_says_when_it_closes_and_has_help(card: Seen) -> None:
    assert card.buttons == [*WAYS, HELP]
    assert ":R>" in card.text
    assert "Who sees what" in card.text


async def test_six_people_come_at_once_and_the_card_says_how_many_and_not_who(
    stage: Stage, card: Seen
) -> None:
    maya, noor, tomas, lin, sam, ida = (stage.person(handle) for handle in SIX)
    replies = await asyncio.gather(
        check_in(maya, card),
        check_in(noor, card, "tired"),
        tomas.click("I'm here", on=card),
        lin.click("Pass", on=card),
        sam.click("I'm here", on=card),
        ida.click("Pass", on=card),
    )
    assert all(reply.ephemeral and HELP in reply.buttons for reply in replies)
    assert "The door is open." in card.text
    await stage.pass_time(EDIT_DELAY)
    assert "Six people are here." in card.text
    assert not any(stage.person(handle).name in card.text for handle in SIX)
    await ida.click("I'm here", on=card)
    await ida.click("Pass", on=card)
    await stage.pass_time(EDIT_DELAY)
    assert "Six people are here." in card.text
    rows = await stage.app.db.all("SELECT sum(count) AS acts FROM day_counts")
    assert rows[0]["acts"] == 6


async def test_fewer_than_five_are_never_counted_out_loud(stage: Stage, card: Seen) -> None:
    for handle in SIX[:4]:
        await stage.person(handle).click("I'm here", on=card)
    await stage.pass_time(EDIT_DELAY)
    assert "There is company here already." in card.text


async def test_five_answers_make_a_summary_and_the_card_loses_its_buttons(stage: Stage, card: Seen) -> None:
    for handle in SIX[:5]:
        await check_in(stage.person(handle), card)
    await stage.person("ida").click("Pass", on=card)
    await stage.pass_time(WINDOW)
    assert card.buttons == []
    summary = newest(stage)
    assert "Six people were here." in summary.text
    assert "**Connected to others**  ●●●●○\nFairly near; answers lay close to each other." in summary.text
    assert "**Connected to myself**  ●●●●●" in summary.text
    assert "☀️ Sunny" in summary.text
    assert await stage.app.db.all("SELECT * FROM checkin_people") == []


async def test_four_answers_make_a_warm_line_without_a_figure(stage: Stage, card: Seen) -> None:
    for handle in SIX[:4]:
        await check_in(stage.person(handle), card)
    await stage.pass_time(WINDOW)
    summary = newest(stage)
    assert "There was company in this check-in." in summary.text
    assert not any(mark in summary.text for mark in ("●", "○", "Four", "Sunny", "Connected"))


async def test_when_nobody_came_nothing_is_made_of_it(stage: Stage, card: Seen) -> None:
    await stage.pass_time(WINDOW)
    assert newest(stage) == card
    assert card.buttons == []


async def test_words_are_shown_by_name_without_name_or_not_at_all_as_each_chose(
    stage: Stage, card: Seen
) -> None:
    maya, noor, tomas, lin = (stage.person(handle) for handle in SIX[:4])
    for person, words, choice in (
        (maya, "the sea was loud", "By name"),
        (noor, "nobody knows this is me", "Without name"),
        (tomas, "only for the count", "Only counted"),
        (lin, "not chosen yet", None),
    ):
        reply = await check_in(person, card, words)
        assert reply.buttons[:3] == ["By name", "Without name", "Only counted"]
        assert "fewer than five people" in reply.text
        if choice is not None:
            chosen = await person.click(choice, on=reply)
            assert chosen.message is not None
            assert chosen.message.disabled == [choice]
    await stage.settle()
    assert in_thread(lin, card) == ["**Maya:**\nthe sea was loud"]
    assert stage.person("ida").sees("circle") == [card]

    await stage.pass_time(WINDOW)
    summary = newest(stage)
    assert "nobody knows this is me" in summary.text
    assert "Noor" not in summary.text
    everywhere = " ".join(
        [*(seen.text for seen in noor.sees("circle") if not seen.ephemeral), *in_thread(noor, card)]
    )
    assert "only for the count" not in everywhere
    assert "not chosen yet" not in everywhere
    assert everywhere.count("nobody knows this is me") == everywhere.count("the sea was loud") == 1


async def test_nothing_that_is_posted_says_who_pressed(stage: Stage, card: Seen) -> None:
    noor = stage.person("noor")
    reply = await check_in(noor, card, CANARY)
    await noor.click("Without name", on=reply)
    await stage.pass_time(WINDOW)
    posted = [seen.message for seen in stage.person("lin").sees("circle")]
    assert any(CANARY in Seen(message).text for message in posted)
    for message in posted:
        assert str(noor.user.id) not in str(message.components)
        assert message.interaction is None


async def test_only_the_writer_takes_words_by_name_back_even_when_it_has_closed(
    stage: Stage, card: Seen
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await maya.click("By name", on=await check_in(maya, card, "said too soon"))
    await stage.pass_time(WINDOW)
    [post] = posts_in_thread(maya, card)
    refused = await noor.click("Take back", on=post)
    assert refused.ephemeral
    assert "Only the person who wrote these words" in refused.text
    await stage.settle()
    assert not post.deleted
    done = await maya.click("Take back", on=post)
    assert "Taken back" in done.text
    await stage.settle()
    assert post.deleted


async def test_everything_can_be_taken_back_while_it_is_open(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    reply = await check_in(maya, card, CANARY)
    chosen = await maya.click("By name", on=reply)
    await stage.settle()
    done = await maya.click("Take back", on=chosen)
    assert "Taken back" in done.text
    await stage.pass_time(EDIT_DELAY)
    assert in_thread(maya, card) == []
    assert "The door is open." in card.text
    await stage.pass_time(WINDOW)
    assert newest(stage) == card


async def test_checking_in_again_shows_what_one_gave_and_replaces_it(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    older = await check_in(maya, card, "tired")
    form = await maya.click("Check in", on=card)
    assert form.modal is not None
    assert "tired" in str(form.modal.components)
    newer = await maya.submit(form, {"Words": "lighter now"})
    late = await maya.click("By name", on=older)
    assert "belongs to an earlier answer" in late.text
    await maya.click("By name", on=newer)
    await stage.settle()
    assert in_thread(maya, card) == ["**Maya:**\nlighter now"]


async def test_an_empty_form_is_being_here(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    form = await maya.click("Check in", on=card)
    assert len(form.fields) == 5
    reply = await maya.submit(form)
    assert "You're here" in reply.text
    assert HELP in reply.buttons


async def test_a_form_and_buttons_from_before_a_restart_work_after_it(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    form = await maya.click("Check in", on=card)
    await stage.restart()
    reply = await maya.submit(form, {"Words": CANARY})
    await stage.restart()
    await maya.click("By name", on=reply)
    await stage.settle()
    assert in_thread(maya, card) == [f"**Maya:**\n{CANARY}"]


async def test_the_window_ends_while_the_bot_is_away_and_the_summary_comes_once(
    stage: Stage, card: Seen
) -> None:
    noor = stage.person("noor")
    await noor.click("Without name", on=await check_in(noor, card, CANARY))
    await stage.settle()
    await stage.stop_bot()
    stage.clock.advance(2 * WINDOW)
    await stage.start_bot()
    await stage.pass_time(timedelta(0))
    await stage.pass_time(timedelta(0))
    said = [seen.text for seen in noor.sees("circle") if not seen.ephemeral]
    assert sum(CANARY in text for text in said) == 1


async def test_a_press_that_comes_late_gets_a_kind_answer(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    await maya.click("Pass", on=card)
    form = await maya.click("Check in", on=card)
    private = await maya.click("I'm here", on=card)
    await stage.pass_time(WINDOW)
    late = await maya.click("Take back", on=private)
    assert "has closed meanwhile" in late.text
    handed_back = await maya.submit(form, {"Words": CANARY})
    assert handed_back.ephemeral
    assert CANARY in handed_back.text
    assert HELP in handed_back.buttons
    reason = await maya.waits_for("circle", "has closed meanwhile", after=handed_back)
    assert reason.ephemeral


async def test_words_written_into_a_circle_that_ended_are_handed_back(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    form = await maya.click("Check in", on=card)
    await stage.app.circles.leave(stage.seeded.guild.id)
    handed_back = await maya.submit(form, {"Words": CANARY})
    assert CANARY in handed_back.text
    await maya.waits_for("circle", "circle has been closed", after=handed_back)


async def test_words_are_limited_in_the_form_and_the_longest_are_shown_whole(
    stage: Stage, card: Seen
) -> None:
    maya = stage.person("maya")
    form = await maya.click("Check in", on=card)
    with pytest.raises(CannotInvoke):
        await maya.submit(form, {"Words": "x" * 4000})
    longest = ("@everyone " * (WORDS_MAX // 10))[:-1] + "!"
    await maya.click("By name", on=await check_in(maya, card, longest))
    await stage.settle()
    [text] = in_thread(maya, card)
    assert text.replace("\u200b", "") == f"**Maya:**\n{longest}"


async def test_a_name_with_markdown_and_a_mention_is_only_a_name(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    stage.seeded.guild.members[maya.user.id].nick = "**_maya_** @everyone"
    await maya.click("By name", on=await check_in(maya, card, "hello"))
    await stage.settle()
    [text] = in_thread(stage.person("sam"), card)
    assert text.replace("\u200b", "") == r"**\*\*\_maya\_\*\* @everyone:**" + "\nhello"
    assert text.replace("\u200b", "") != text


async def test_two_check_ins_are_open_at_once_and_each_keeps_its_own(stage: Stage, card: Seen) -> None:
    ana, maya = stage.person("ana"), stage.person("maya")
    preview = await ana.slash(
        "/schedule check-in", channel="circle", day="Monday", time="21:00", window_hours=24
    )
    await ana.click("Save", on=preview)
    await stage.pass_time(timedelta(hours=2))
    first, second = cards(stage)
    await maya.click("By name", on=await check_in(maya, first, "for the first"))
    await check_in(maya, second, "for the second")
    await stage.settle()
    assert in_thread(maya, first) == ["**Maya:**\nfor the first"]
    await stage.pass_time(timedelta(hours=22))
    assert (first.buttons, second.buttons[:3]) == ([], WAYS)


async def test_a_card_that_a_moderator_deleted_takes_nobodys_words_along(stage: Stage, card: Seen) -> None:
    maya = stage.person("maya")
    reply = await check_in(maya, card, "still here")
    await stage.person("ana").delete(card)
    await maya.click("By name", on=reply)
    await stage.settle()
    await stage.pass_time(EDIT_DELAY)
    assert any("still here" in seen.text and not seen.ephemeral for seen in maya.sees("circle"))
    await stage.pass_time(WINDOW)
    assert "There was company" in newest(stage).text


async def test_without_the_permission_for_threads_words_by_name_come_in_the_channel(
    stage: Stage, card: Seen
) -> None:
    maya = stage.person("maya")
    bot = stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.CREATE_PUBLIC_THREADS, stage.seeded.channels["circle"])
    await maya.click("By name", on=await check_in(maya, card, "in plain view"))
    await stage.settle()
    assert any(seen.text == "**Maya:**\nin plain view" for seen in maya.sees("circle"))


async def test_a_deleted_channel_is_told_to_the_facilitators(
    stage: Stage, circle: Circle, card: Seen
) -> None:
    await stage.person("maya").click("I'm here", on=card)
    stage.sandbox.world.delete_channel(stage.seeded.channels["circle"])
    await stage.pass_time(WINDOW)
    assert stage.person("ben").sees("facilitators")


async def test_no_log_line_holds_words_or_a_person(
    stage: Stage, card: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in logs.CHATTY:
        caplog.set_level(logging.INFO, logger=name)
    maya, noor = stage.person("maya"), stage.person("noor")
    await maya.click("By name", on=await check_in(maya, card, f"{CANARY} by name"))
    late = await check_in(noor, card, f"{CANARY} without name")
    await noor.click("Without name", on=late)
    await stage.settle()
    await stage.restart()
    form = await maya.click("Check in", on=card)
    broken = await maya.click("Check in", on=card)
    await stage.pass_time(WINDOW)
    late_form = await maya.submit(form, {"Words": f"{CANARY} too late"})
    await maya.waits_for("circle", "has closed meanwhile", after=late_form)
    await noor.click("Only counted", on=late)
    async with stage.app.db.transaction() as tx:
        await tx.execute("DROP TABLE checkin_people")
        await tx.execute("UPDATE checkins SET state = 'open'")
    handed_back = await maya.submit(broken, {"Words": f"{CANARY} into the void"})
    assert CANARY in handed_back.text
    await maya.waits_for("circle", "Something went wrong", after=handed_back)
    formatter = logs.RedactingFormatter("%(name)s %(message)s")
    written = "\n".join(formatter.format(record) for record in caplog.records)
    assert "reference" in written
    assert CANARY not in written
    assert not any(str(person.user.id) in written for person in (maya, noor))
