"""What facilitators read tells them nothing of who wrote it: not in what they are shown, nor in how it differs."""

from __future__ import annotations

import json
import struct
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.circles.models import Actor
from bot.sharing.rules.models import Review
from sandbox.people import Person, Reply
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import (
    AGAIN,
    NOTE,
    STORY,
    a_world,
    files,
    log,
    normalised,
    rows,
    shown_to_all,
    two_authors,
)
from tests.e2e.test_review import BATCH, card, notices

pytestmark = pytest.mark.anonymity

__all__ = ["log"]  # a fixture

BY_FACILITATORS = "tulip"
"""In what facilitators write themselves."""


async def read_all(stage: Stage, votes: int = 1) -> None:
    circle = await stage.make_circle()
    boss = Actor(1, frozenset(), manages_server=True)
    await stage.app.sharing.rules.change(boss, circle, review=Review.ALL, votes=votes)
    await stage.app.tick()


async def hand_in(stage: Stage, person: Person, text: str = STORY, **values: str) -> Reply:
    form = await person.slash("/share", channel="circle")
    return await person.click("Post", on=await person.submit(form, {"text": text, **values}))


async def story(stage: Stage, author: Person) -> list[Any]:
    """Everything that can become of a share; all that facilitators were shown meanwhile."""
    ana, ben, shown = stage.person("ana"), stage.person("ben"), list[Any]()

    def seen(reply: Reply) -> Reply:
        assert reply.message is not None
        shown.append(reply.message.view)
        shown.append(reply.message.message.components)
        return reply

    receipt = await hand_in(stage, author, note=NOTE)
    await stage.pass_time(BATCH)
    read = seen(await ana.click("Read it", on=notices(stage)[-1]))
    form = await ana.click("Hand back", on=read)
    seen(await ana.submit(form, {"reason": "Something else", "words": f"A {BY_FACILITATORS} for you."}))
    held = await author.click("Look again", on=receipt)
    preview = await author.click("Change and hand in again", on=held)
    receipt = await author.click("Post", on=preview)
    await stage.pass_time(BATCH)
    held_card = seen(await ana.click("Hold, for care", on=seen(await card(stage))))
    await author.click("Look again", on=receipt)
    held_card = seen(await ana.click("What is held", on=seen(await ana.click("Go on", on=held_card))))
    seen(await ana.click("Undo", on=seen(await ana.click("What was decided", on=held_card))))
    done = seen(await ben.click("Let it through", on=seen(await card(stage, "ben"))))
    await stage.settle()
    listed = seen(await ben.click("What was decided", on=seen(await ben.click("Go on", on=done))))
    seen(await (await ben.click("Undo", on=listed)).settled())
    await stage.settle()
    await author.click("Look again", on=receipt)
    await stage.pass_time(timedelta(days=4))
    await author.click("Ask for it", on=await author.click("Look again", on=receipt))
    await stage.pass_time(BATCH)
    seen(await ben.click("Let it through", on=seen(await card(stage, "ben"))))
    await stage.settle()
    await hand_in(stage, author, AGAIN)
    await stage.pass_time(BATCH)
    form = await ben.click("Behind a spoiler", on=seen(await card(stage, "ben")))
    seen(await ben.submit(form, {"note": f"mentions a {BY_FACILITATORS}"}))
    await stage.settle()
    await stage.pass_time(timedelta(minutes=1))
    return shown


async def test_nothing_that_facilitators_see_or_that_is_kept_or_logged_says_who_it_was(
    stage: Stage, log: StringIO
) -> None:
    await read_all(stage)
    author, _ = await two_authors(stage)
    shown = json.dumps(await story(stage, author.person), ensure_ascii=False)
    assert shown.count(STORY) > 3
    sent = json.dumps([exchange["request"] for exchange in stage.sandbox.exchanges], ensure_ascii=False)
    kept = files(stage)
    for mark in author.marks:
        assert mark not in shown, f"{mark} was shown to facilitators"
        assert mark not in sent, f"{mark} left the bot"
    for mark in (*author.marks, STORY, AGAIN, NOTE, "zinnia", BY_FACILITATORS):
        assert mark not in log.getvalue(), f"{mark} was logged"
        assert mark.encode() not in kept, f"{mark} is in the database"
    for id in (author.id, *(stage.person(handle).user.id for handle in ("ana", "ben"))):
        assert struct.pack(">q", id) not in kept
        assert str(id).encode() not in kept


async def test_words_that_wait_to_be_read_or_were_handed_back_lie_sealed(stage: Stage, log: StringIO) -> None:
    await read_all(stage)
    author, _ = await two_authors(stage)
    ana = stage.person("ana")
    await hand_in(stage, author.person, note=NOTE)
    await stage.pass_time(BATCH)
    form = await ana.click("Hand back", on=await card(stage))
    await ana.submit(form, {"reason": "Something else", "words": f"A {BY_FACILITATORS} for you."})
    for mark in (*author.marks, STORY, "zinnia", BY_FACILITATORS):
        assert mark.encode() not in files(stage)
        assert mark not in log.getvalue()


async def test_no_public_place_holds_what_was_not_let_through(stage: Stage) -> None:
    await read_all(stage)
    author, _ = await two_authors(stage)
    ana = stage.person("ana")
    await hand_in(stage, author.person)
    await stage.pass_time(BATCH)
    await ana.click("Hold, for care", on=await card(stage))
    await stage.pass_time(timedelta(days=4))
    assert "zinnia" not in "".join(shown_to_all(stage))


async def test_the_same_story_by_two_authors_looks_the_same_to_facilitators_and_in_every_row(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        async with a_world(tmp_path / str(index)) as stage:
            await read_all(stage)
            authors = await two_authors(stage)
            log.seek(0)
            log.truncate()
            shown = await story(stage, authors[index].person)
            seen = [normalised(json.dumps(each)) for each in shown]
            worlds.append((seen, shown_to_all(stage), rows(stage), normalised(log.getvalue())))
    (*first, first_log), (*second, second_log) = worlds
    for of_first, of_second in zip(first, second, strict=True):
        assert len(of_first) > 10
        assert of_first == of_second
    assert first_log == second_log


async def test_a_facilitators_own_share_is_shown_to_them_and_the_others_like_any_other(
    tmp_path: Path,
) -> None:
    worlds = []
    for index, handle in enumerate(("maya", "ana")):
        async with a_world(tmp_path / str(index)) as stage:
            await read_all(stage, votes=2)
            await hand_in(stage, stage.person(handle))
            await stage.pass_time(BATCH)
            seen = []
            for facilitator in ("ana", "ben"):
                read = await card(stage, facilitator)
                done = await stage.person(facilitator).click("Let it through", on=read)
                seen += [normalised(f"{reply.text} {reply.buttons}") for reply in (read, done)]
            worlds.append((seen, rows(stage)))
    assert worlds[0] == worlds[1]


async def test_when_somebody_wrote_changes_nothing_that_facilitators_see(tmp_path: Path) -> None:
    worlds = []
    for index, minutes in enumerate((1, 170, 359)):
        async with a_world(tmp_path / str(index)) as stage:
            await read_all(stage)
            await stage.pass_time(timedelta(minutes=minutes))
            await hand_in(stage, stage.person("maya"))
            await stage.pass_time(BATCH - timedelta(minutes=minutes))
            seen = [normalised((await card(stage)).text), *(notice.text for notice in notices(stage))]
            worlds.append((seen, rows(stage)))
    assert worlds[0] == worlds[1] == worlds[2]
