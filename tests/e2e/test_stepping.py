"""Stepping forward and changing the content note, over the wire: what was posted changes, by its author alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.circles.models import Actor, Circle
from bot.errors import UserError
from bot.sharing.rules.models import Review
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import NODS_SHOWN, a_world, files, log, normalised, rows, two_authors
from tests.e2e.test_told import answers, shares

__all__ = ["log"]

STORY = "I slept in the car that winter."
CHANGING = r"/channels/\d+/messages/\d+$"
FORWARD, SHOW, YES = "Step forward", "Show me how it would look", "Yes, put my name on it"
YES_TOO, OFF = "Yes, and on my answers there", "Take my name off"


async def steps_forward(stage: Stage, person: Person, receipt: Reply, yes: str = YES) -> Reply:
    second = await person.click(SHOW, on=await person.click(FORWARD, on=receipt))
    await second.settled()
    reply = await person.click(yes, on=second)
    await stage.settle()
    return reply


async def by_code(person: Person, receipt: Reply) -> Reply:
    return await person.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])


def post_of(stage: Stage) -> Seen:
    return [seen for seen in stage.person("lin").sees("sharing") if STORY in seen.text][-1]


def kept(stage: Stage) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(stage.settings.database)) as db:
        return [row for table in ("contacts", "outbox") for row in db.execute(f"SELECT * FROM {table}")]


async def test_in_the_same_voice_of_a_share_with_a_name_nobody_is_told_that_they_are_hidden(
    stage: Stage,
) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    await steps_forward(stage, maya, receipt)
    form = await maya.click("Answer as the same voice", on=await by_code(maya, receipt))
    assert form.modal is not None
    assert form.modal.title == "Answer as who shared this"
    assert "whoever saw it knows that this is you" in str(form.modal.components)
    preview = await maya.submit(form, {"text": "It is me."})
    assert "knows that this answer is yours" in preview.text
    assert "members: no" not in preview.text


async def test_asked_twice_and_shown_how_it_would_look_an_author_puts_their_name_on_a_share(
    stage: Stage,
) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    pseudonym = post.text.split("\n")[0].removeprefix("### ")
    first = await maya.click(FORWARD, on=receipt)
    for told in ("your name as this server shows it", "everyone who can see", "everything else you shared"):
        assert told in first.text
    second = await maya.click(SHOW, on=first)
    await second.settled()
    header = f"### Maya\n-# @maya, who first shared this as {pseudonym}"
    assert header in second.text
    assert post_of(stage).text == post.text, "nothing has changed yet"

    receipt = await maya.click(YES, on=second)
    await stage.settle()
    signed = post_of(stage)
    assert signed.text == post.text.replace(f"### {pseudonym}\n-# shared anonymously", header)
    assert signed.buttons == post.buttons
    assert "Your name stands on it." in (await by_code(maya, receipt)).text
    assert kept(stage) == [], "whose name it is stands on Discord alone"
    assert str(maya.user.id).encode() not in files(stage)


async def test_the_name_is_that_in_the_server_and_neither_formats_nor_mentions(stage: Stage) -> None:
    await stage.make_circle()
    world = stage.sandbox.world
    user = world.add_user("wren_b", global_name="Wren")
    world.add_member(stage.seeded.guild, user, nick="**@everyone**")
    wren = stage.person("wren_b")
    receipt, _ = await shares(stage, wren)
    await steps_forward(stage, wren, receipt)
    header = post_of(stage).text.split("\n")
    assert header[0] == "### \\*\\*@\u200beveryone\\*\\*"
    assert "@wren\\_b" in header[1]
    assert post_of(stage).message.mentions == []


async def test_what_they_said_in_the_same_voice_is_signed_only_if_they_say_so(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    for yes, signed in ((YES, 0), (YES_TOO, 2)):
        receipt, post = await shares(stage, maya)
        for text in ("One more thing.", "And another."):
            await answers(stage, maya, post, text)
        await answers(stage, noor, post)
        await steps_forward(stage, maya, receipt, yes)
        assert post.thread is not None
        said = noor.sees(post.thread)
        assert len([seen for seen in said if "**Maya**\n-# @maya, who shared this" in seen.text]) == signed
        assert len([seen for seen in said if "answered anonymously" in seen.text]) == 1
        assert kept(stage) == []


async def test_nods_and_closing_leave_the_name_where_it_is(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, _ = await shares(stage, maya)
    await steps_forward(stage, maya, receipt)
    await noor.click("I hear you", on=post_of(stage))
    await stage.pass_time(NODS_SHOWN)
    assert "Someone hears you" in post_of(stage).text
    assert "### Maya" in post_of(stage).text
    await stage.pass_time(timedelta(days=30))
    assert "### Maya" in post_of(stage).text
    assert post_of(stage).buttons == []


async def test_the_name_comes_off_again_everywhere_and_the_share_can_still_be_taken_back(
    stage: Stage,
) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    await answers(stage, maya, post, "One more thing.")
    assert post.thread is not None
    before = [seen.text for seen in maya.sees(post.thread)]
    signed = await by_code(maya, await steps_forward(stage, maya, receipt, YES_TOO))
    await maya.click("Yes, take it off", on=await maya.click(OFF, on=signed))
    await stage.settle()
    assert post_of(stage).text == post.text
    assert [seen.text for seen in maya.sees(post.thread)] == before
    assert await stage.app.db.all("SELECT 1 FROM share_steps") == []

    await maya.click("Yes, take it back", on=await maya.click("Take back", on=await by_code(maya, receipt)))
    await stage.settle()
    assert [seen for seen in maya.sees("sharing") if STORY in seen.text] == []


async def test_signed_or_half_signed_a_share_is_taken_back_with_all_that_was_kept(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    held = await by_code(maya, receipt)
    second = await maya.click(SHOW, on=await maya.click(FORWARD, on=receipt))
    await second.settled()
    stage.sandbox.faults.reset(method="PATCH", path=CHANGING)
    await maya.click(YES, on=second)
    await stage.settle()
    assert len(kept(stage)) == 2, "the change waits, and whose name it is"
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=held))
    await stage.pass_time(timedelta(minutes=1))
    assert [seen for seen in maya.sees("sharing") if STORY in seen.text] == []
    assert kept(stage) == []


async def test_a_restart_half_way_changes_nothing(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    await answers(stage, maya, post, "One more thing.")
    second = await maya.click(SHOW, on=await maya.click(FORWARD, on=receipt))
    await second.settled()
    stage.sandbox.faults.reset(method="PATCH", path=CHANGING)
    await maya.click(YES_TOO, on=second)
    await stage.restart()
    assert "### Maya" not in post_of(stage).text
    await stage.pass_time(timedelta(minutes=1))
    assert "### Maya" in post_of(stage).text
    assert post.thread is not None
    assert "**Maya**" in maya.sees(post.thread)[-1].text
    assert kept(stage) == []


async def test_refused_by_discord_nothing_is_kept_and_the_receipt_says_so(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.VIEW_CHANNEL, channel)
    await steps_forward(stage, maya, receipt)
    again = await by_code(maya, receipt)
    assert "Your name could not be shown there" in again.text
    assert kept(stage) == []
    channel.overwrites.clear()
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    assert post_of(stage).text == post.text
    await steps_forward(stage, maya, again)
    assert "### Maya" in post_of(stage).text


async def test_a_name_that_could_not_be_taken_off_is_tried_again_by_itself(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    held = await by_code(maya, await steps_forward(stage, maya, receipt))
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.VIEW_CHANNEL, channel)
    await maya.click("Yes, take it off", on=await maya.click(OFF, on=held))
    await stage.settle()
    assert "Your name is being taken off it." in (await by_code(maya, receipt)).text
    channel.overwrites.clear()
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    await stage.pass_time(timedelta(hours=1))
    assert post_of(stage).text == post.text


async def test_nobody_else_signs_it_even_with_the_code(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    code = receipt.text.split("`")[3]
    held = await noor.slash("/receipt", channel="circle", code=code)
    refused = await noor.click(FORWARD, on=held)
    assert "Only who shared this can put their name on it" in refused.text
    assert post_of(stage).text == post.text


async def test_with_the_receipt_lost_the_name_comes_off_from_the_list_of_ones_posts(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    await steps_forward(stage, maya, receipt)
    data = await maya.slash("/my data", channel="dm")
    listed = await maya.click("Take an anonymous post back", on=data)
    chosen = await maya.click("Take back", on=listed)
    assert "Your name is being taken off it." in (await maya.click(OFF, on=chosen)).text
    await stage.settle()
    assert post_of(stage).text == post.text
    [share] = await stage.app.sharing.mine(maya.user.id)
    with pytest.raises(UserError, match=r"mine\.gone"):
        await stage.app.sharing.stepping.back_mine(share.id, noor.user.id)


async def test_erasing_everything_takes_the_name_off(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, post = await shares(stage, maya)
    await steps_forward(stage, maya, receipt)
    await stage.app.privacy.erase(maya.user.id)
    await stage.settle()
    assert post_of(stage).text == post.text


async def test_who_has_left_the_server_is_told_that_their_name_cannot_be_found(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    held = await maya.slash("/receipt", channel="dm", code=receipt.text.split("`")[3])
    stage.sandbox.world.remove_member(stage.seeded.guild, maya.user)
    await maya.click(SHOW, on=await maya.click(FORWARD, on=held))
    await maya.waits_for("dm", "Your name in that server can't be found")
    assert kept(stage) == []


# The content note


async def rules(stage: Stage, circle: Circle, **changes: object) -> None:
    ana = Actor(stage.person("ana").user.id, frozenset({circle.facilitator_role_id}), manages_server=True)
    await stage.app.sharing.rules.change(ana, circle, **changes)


async def notes(stage: Stage, person: Person, held: Reply, note: str) -> Reply:
    reply = await person.submit(await person.click("Content note", on=held), {"note": note})
    await stage.settle()
    return reply


async def test_a_content_note_is_put_on_changed_and_taken_off_again(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    await noor.click("I hear you", on=post)
    await stage.pass_time(NODS_SHOWN)
    plain = post_of(stage)

    reply = await notes(stage, maya, receipt, "homelessness")
    noted = post_of(stage)
    assert "-# Content note: homelessness" in noted.text
    assert '"spoiler": True' in str(noted.message.components).replace("'", '"')
    assert "Someone hears you" in noted.text
    assert noted.buttons == plain.buttons
    assert await stage.app.db.all("SELECT 1 FROM share_notes") == []

    form = await maya.click("Content note", on=reply)
    assert "homelessness" in str(form.modal.components if form.modal else "")
    reply = await maya.submit(form, {"note": "@everyone winter"})
    await stage.settle()
    assert "-# Content note: \uff20everyone winter" in post_of(stage).text

    await notes(stage, maya, await by_code(maya, reply), "")
    assert post_of(stage).text == plain.text
    assert b"homelessness" not in files(stage)


async def test_a_note_and_a_name_go_together(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    await notes(stage, maya, await by_code(maya, receipt), "winter")
    await steps_forward(stage, maya, receipt)
    await notes(stage, maya, await by_code(maya, receipt), "cold")
    assert "### Maya" in post_of(stage).text
    assert "-# Content note: cold" in post_of(stage).text


async def test_where_facilitators_read_everything_first_the_note_stays_as_they_read_it(stage: Stage) -> None:
    circle = await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    await rules(stage, circle, review=Review.ALL)
    refused = await maya.click("Content note", on=receipt)
    assert "In this circle facilitators read what is posted" in refused.text


async def test_a_note_that_discord_refuses_is_told_of_and_not_kept(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    form = await maya.click("Content note", on=receipt)
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.VIEW_CHANNEL, channel)
    await maya.submit(form, {"note": "winter"})
    await stage.settle()
    assert "Its content note could not be changed" in (await by_code(maya, receipt)).text
    assert [row["note"] for row in await stage.app.db.all("SELECT note FROM share_notes")] == [None]
    reply = await maya.click("Content note", on=await by_code(maya, receipt))
    assert "can't be read at the moment" in reply.text


async def test_of_two_changes_in_a_row_the_last_one_stands(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    stage.sandbox.faults.reset(method="PATCH", path=CHANGING)
    await notes(stage, maya, await by_code(maya, receipt), "winter")
    await notes(stage, maya, await by_code(maya, receipt), "cold")
    await stage.pass_time(timedelta(minutes=1))
    assert "-# Content note: cold" in post_of(stage).text
    assert await stage.app.db.all("SELECT 1 FROM share_notes") == []


# Nobody learns who it is, before they step forward or after they step back


async def unsigned_story(stage: Stage, author: Person) -> None:
    """Everything but the last yes; and the note, which needs none."""
    receipt, post = await shares(stage, author)
    await answers(stage, author, post, "One more thing.")
    await notes(stage, author, await by_code(author, receipt), "winter")
    second = await author.click(SHOW, on=await author.click(FORWARD, on=receipt))
    await second.settled()
    await author.click("Leave it as it is", on=second)
    await stage.pass_time(timedelta(minutes=1))


@pytest.mark.anonymity
async def test_looking_how_it_would_be_leaves_no_trace_of_who_looked(stage: Stage, log: StringIO) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    await unsigned_story(stage, author.person)
    logged, stored = log.getvalue(), files(stage)
    for mark in author.marks:
        assert mark not in logged
        assert mark.encode() not in stored
        assert mark not in post_of(stage).text


@pytest.mark.anonymity
async def test_once_signed_only_the_post_knows_whose_name_it_is(stage: Stage, log: StringIO) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    receipt, post = await shares(stage, author.person)
    await answers(stage, author.person, post, "One more thing.")
    await steps_forward(stage, author.person, receipt, YES_TOO)
    await stage.pass_time(timedelta(minutes=1))
    assert "quokkanick" in post_of(stage).text
    logged, stored = log.getvalue(), files(stage)
    for mark in author.marks:
        assert mark not in logged
        assert mark.encode() not in stored


@pytest.mark.anonymity
async def test_two_authors_who_looked_or_stepped_back_leave_the_same_rows_and_log_lines(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        async with a_world(tmp_path / str(index)) as stage:
            await stage.make_circle()
            authors = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await unsigned_story(stage, authors[index].person)
            receipt, _ = await shares(stage, authors[index].person)
            held = await steps_forward(stage, authors[index].person, receipt)
            held = await by_code(authors[index].person, held)
            asked = await authors[index].person.click(OFF, on=held)
            await authors[index].person.click("Yes, take it off", on=asked)
            await stage.settle()
            worlds.append((rows(stage), normalised(log.getvalue())))
    assert worlds[0] == worlds[1]
