"""Being told of answers, over the wire: asked for on the receipt, told in private, without a word of what about."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import a_world, files, log, normalised, rows, shown_to_all, two_authors

__all__ = ["log"]

STORY = "I slept in the car that winter."
LATER = timedelta(minutes=46)
TELL, NO_MORE = "Tell me when someone answers", "Tell me no more"
NOTICE = "There is something new for you."


async def shares(stage: Stage, person: Person) -> tuple[Reply, Seen]:
    """The receipt of a share that stands, and its post."""
    form = await person.slash("/share", channel="circle")
    receipt = await person.click("Post", on=await person.submit(form, {"text": STORY}))
    await stage.settle()
    receipt = await person.click("Look again", on=receipt)
    return receipt, [seen for seen in person.sees("sharing") if "Answer" in seen.buttons][-1]


async def asks(person: Person, receipt: Reply) -> Reply:
    reply = await person.click("Yes, tell me", on=await person.click(TELL, on=receipt))
    await reply.settled()
    return reply


async def answers(stage: Stage, person: Person, post: Seen, text: str = "So did I.") -> None:
    preview = await person.submit(await person.click("Answer", on=post), {"text": text})
    await person.click("Post", on=preview)
    await stage.settle()


def notices(person: Person) -> list[Seen]:
    return [seen for seen in person.inbox() if "Look" in seen.buttons]


async def test_who_asks_is_told_and_the_notice_gives_nothing_away(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    code = receipt.text.split("`")[3]
    asked = await maya.click(TELL, on=await maya.slash("/receipt", channel="circle", code=code))
    assert "your Discord id, the direct messages with it, and your language" in asked.text
    receipt = await asks(maya, receipt)
    assert "You are told by direct message" in receipt.text
    assert NO_MORE in receipt.buttons
    [hello] = maya.inbox()
    assert (
        hello.text
        == "This is how it looks when there is something new for you. You don't need to do anything now."
    )

    await answers(stage, noor, post)
    assert notices(maya) == []
    await stage.pass_time(LATER)
    [notice] = notices(maya)
    assert notice.text == NOTICE
    assert notice.buttons == ["Look"]
    assert notices(noor) == []

    looked = await maya.click("Look", on=notice)
    assert looked.ephemeral
    assert "There is something new with what you shared" in looked.text
    assert post.thread is not None
    assert f"/{post.thread.id}" in looked.text
    assert looked.buttons == ["Answer as the same voice", NO_MORE, "Need someone now?"]


async def test_from_the_notice_one_answers_as_the_same_voice(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    await asks(maya, receipt)
    await answers(stage, noor, post)
    await stage.pass_time(LATER)
    looked = await maya.click("Look", on=notices(maya)[0])
    form = await maya.click("Answer as the same voice", on=looked)
    assert "marked as who shared it" in str(form.modal.components if form.modal else "")
    preview = await maya.submit(form, {"text": "Thank you."})
    await (await maya.click("Post", on=preview)).settled()
    await stage.settle()
    assert post.thread is not None
    assert "who shared this" in noor.sees(post.thread)[-1].text


async def test_an_answer_by_name_is_told_of_too_after_a_restart_as_well(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    await asks(maya, receipt)
    assert post.thread is not None
    await noor.say(post.thread, "So did I, once.")
    await stage.pass_time(timedelta(minutes=11))
    await stage.restart()
    await stage.pass_time(LATER)
    assert len(notices(maya)) == 1
    await stage.restart()
    await stage.pass_time(LATER)
    assert len(notices(maya)) == 1


async def test_in_quiet_hours_the_notice_waits_until_they_end(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    await asks(maya, receipt)
    await stage.pass_time(timedelta(hours=10))  # 23:00 in Berlin
    await answers(stage, noor, post)
    await stage.pass_time(LATER)
    assert notices(maya) == []
    await stage.pass_time(timedelta(hours=9))
    assert len(notices(maya)) == 1


async def test_it_is_ended_on_the_receipt_with_the_code_and_on_the_notice(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    code = receipt.text.split("`")[3]
    await asks(maya, receipt)
    by_code = await maya.slash("/receipt", channel="circle", code=code)
    assert TELL in (await maya.click(NO_MORE, on=by_code)).buttons
    await answers(stage, noor, post)
    await stage.pass_time(LATER)
    assert notices(maya) == []

    await asks(maya, await maya.slash("/receipt", channel="circle", code=code))
    await answers(stage, noor, post)
    await stage.pass_time(LATER)
    [notice] = notices(maya)
    looked = await maya.click("Look", on=notice)
    assert "That is ended" in (await maya.click(NO_MORE, on=looked)).text
    assert "This is over" in (await maya.click("Look", on=notice)).text


async def test_closed_direct_messages_are_told_of_at_once_and_nothing_is_kept(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    stage.sandbox.world.close_dms(maya.user)
    receipt, _ = await shares(stage, maya)
    asked = await maya.click(TELL, on=receipt)
    await maya.click("Yes, tell me", on=asked)
    await maya.waits_for("circle", "Your direct messages are closed to this bot")
    assert "Yes, tell me" in asked.buttons, "they can try again where they are"
    assert await stage.app.db.all("SELECT 1 FROM contacts") == []


async def test_direct_messages_that_close_later_end_it_and_the_receipt_says_so(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    receipt = await asks(maya, receipt)
    await answers(stage, noor, post)
    stage.sandbox.world.close_dms(maya.user)
    await stage.pass_time(LATER)
    assert await stage.app.db.all("SELECT 1 FROM contacts") == []
    code = receipt.text.split("`")[3]
    again = await maya.slash("/receipt", channel="circle", code=code)
    assert "You could not be told" in again.text

    stage.sandbox.world.allow_dms(maya.user)
    assert "You are told by direct message" in (await asks(maya, again)).text
    await answers(stage, noor, post, "And once more.")
    await stage.pass_time(LATER)
    assert len(notices(maya)) == 1


async def test_pressed_twice_it_is_kept_once(stage: Stage) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    receipt, _ = await shares(stage, maya)
    code = receipt.text.split("`")[3]
    asked = [
        await maya.click(TELL, on=await maya.slash("/receipt", channel="circle", code=code)) for _ in range(2)
    ]
    for each in asked:
        await (await maya.click("Yes, tell me", on=each)).settled()
    assert len(await stage.app.db.all("SELECT 1 FROM contacts")) == 1


async def test_taken_back_from_my_data_ends_it(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await shares(stage, maya)
    await asks(maya, receipt)
    await answers(stage, noor, post)
    [share] = await stage.app.sharing.mine(maya.user.id)
    await stage.app.sharing.take_back_mine(share.id, maya.user.id)
    await stage.pass_time(LATER)
    assert notices(maya) == []
    assert await stage.app.db.all("SELECT 1 FROM contacts") == []


async def test_somebody_elses_press_on_a_notice_shows_them_nothing(stage: Stage) -> None:
    await stage.make_circle()
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, _ = await shares(stage, maya)
    await asks(maya, receipt)
    [share] = await stage.app.sharing.mine(maya.user.id)
    with pytest.raises(Exception, match=r"told\.errors\.over"):
        await stage.app.sharing.told.look(share.id, noor.user.id)


# Nobody learns who it is


async def story(stage: Stage, author: Person) -> None:
    receipt, post = await shares(stage, author)
    receipt = await asks(author, receipt)
    await answers(stage, stage.person("noor"), post)
    await stage.pass_time(LATER)
    looked = await author.click("Look", on=notices(author)[0])
    await answers(stage, stage.person("lin"), post)
    await author.click(NO_MORE, on=looked)
    code = receipt.text.split("`")[3]
    await asks(author, await author.slash("/receipt", channel="circle", code=code))
    await stage.pass_time(timedelta(minutes=1))


@pytest.mark.anonymity
async def test_nothing_of_who_is_told_leaves_the_bot_but_to_themselves_or_stands_in_clear(
    stage: Stage, log: StringIO
) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    await story(stage, author.person)
    dm = str(author.person.place("dm").id)
    others = [each for each in stage.sandbox.exchanges if f"/channels/{dm}/" not in each["path"]]
    opened = [each["request"] for each in others if each["path"].endswith("/users/@me/channels")]
    assert [list(request) for request in opened] == [["recipient_id"]] * len(opened)
    sent = json.dumps([each["request"] for each in others if each["request"] not in opened])
    logged, kept = log.getvalue(), files(stage)
    for mark in (*author.marks, dm):
        assert mark not in sent
        assert mark not in logged
        assert mark.encode() not in kept
    to_them = [each["request"] for each in stage.sandbox.exchanges if f"/channels/{dm}/" in each["path"]]
    for told in to_them:
        said = json.dumps(told).casefold()
        assert not {
            word
            for word in ("anonym", "share", "answer", "circle", "harbour")
            if word in said.split('"told:')[0]
        }


@pytest.mark.anonymity
async def test_two_authors_who_are_told_leave_the_same_payloads_rows_and_log_lines(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        async with a_world(tmp_path / str(index)) as stage:
            await stage.make_circle()
            authors = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await story(stage, authors[index].person)
            worlds.append((shown_to_all(stage), rows(stage), normalised(log.getvalue())))
    assert worlds[0] == worlds[1]


@pytest.mark.anonymity
async def test_what_waits_to_tell_an_author_names_nobody(stage: Stage) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    receipt, post = await shares(stage, author.person)
    await asks(author.person, receipt)
    await answers(stage, stage.person("noor"), post)
    with closing(sqlite3.connect(stage.settings.database)) as db:
        waiting = [row for row in db.execute("SELECT * FROM outbox") if "told.notice" in row]
    assert len(waiting) == 1
    written = str(waiting)
    assert not [mark for mark in (*author.marks, str(author.person.place("dm").id)) if mark in written]
