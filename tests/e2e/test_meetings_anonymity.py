"""Two who meet: nothing of the one reaches the other, the database or the log, and nothing differs by who it is."""

from __future__ import annotations

import json
import struct
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sandbox.people import Person, Seen
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import (
    Author,
    a_world,
    custom_ids,
    files,
    log,
    normalised,
    rows,
    shown_to_all,
    two_authors,
)
from tests.e2e.test_meetings import accept, offer, share, write

pytestmark = pytest.mark.anonymity
__all__ = ["log"]  # the fixture, for this file too

WORDS = "zinnia, in so many words"


async def story(stage: Stage, author: Author, reader: Author) -> list[bytes]:
    """Everything two can do but showing who they are; the sealed texts that lay in the database meanwhile."""
    sealed: list[bytes] = []
    receipt, post = await share(stage, author.person, f"A story, {WORDS}.")
    await offer(stage, reader.person, post, f"An offer, {WORDS}.")
    sealed += await lying(stage)
    await accept(stage, author.person, receipt)
    hers, theirs = author.person.inbox()[-1], reader.person.inbox()[-1]
    for person, card in ((author.person, hers), (reader.person, theirs)):
        await write(stage, person, card, f"A message, {WORDS}.")
        await straight_into_the_chat(stage, person)
    await stage.pass_time(timedelta(hours=11))  # the quiet hours of both
    for person, card in ((author.person, hers), (reader.person, theirs)):
        await write(stage, person, card, f"In the night, {WORDS}.")
    sealed += await lying(stage)
    await stage.pass_time(timedelta(hours=10))
    await choose_to_show(author.person, hers)
    await tell_the_facilitators(stage, author.person)
    await reader.person.click("Never with them", on=await reader.person.click("More", on=theirs))
    await stage.settle()
    await stage.pass_time(timedelta(minutes=1))
    return sealed


async def straight_into_the_chat(stage: Stage, person: Person) -> None:
    await person.dm(f"Typed, {WORDS}.")
    asked = await person.dm_reply()
    await (await person.click("Send it to", on=asked)).settled()
    await stage.settle()


async def choose_to_show(person: Person, card: Seen) -> None:
    asked = await person.click("Show who I am", on=await person.click("More", on=card))
    await person.click("Yes, if they do, too", on=await person.click("Go on", on=asked))


async def tell_the_facilitators(stage: Stage, person: Person) -> None:
    message = next(seen for seen in reversed(person.inbox()) if "Write back" in seen.buttons)
    form = await person.click("Tell the facilitators", on=await person.click("More", on=message))
    told = await person.submit(form, {"What is it about?": "other", "Show them": True})
    await told.settled()
    await stage.settle()


async def lying(stage: Stage) -> list[bytes]:
    """The sealed texts of now; none stands in clear beside them."""
    assert b"zinnia" not in files(stage)
    found = [
        *await stage.app.db.all("SELECT words FROM meeting_offers WHERE words IS NOT NULL"),
        *await stage.app.db.all("SELECT sealed FROM relay_letters WHERE sealed IS NOT NULL"),
    ]
    return [bytes(row[0]) for row in found]


def sent(stage: Stage) -> list[tuple[str, str]]:
    """What the bot asked of Discord: path and body. Opening direct messages names whom they are with."""
    return [
        (exchange["path"], json.dumps(exchange["request"], ensure_ascii=False))
        for exchange in stage.sandbox.exchanges
        if exchange["path"] != "/api/v10/users/@me/channels"
    ]


async def test_nothing_of_the_one_reaches_the_other_the_database_or_the_log(
    stage: Stage, log: StringIO
) -> None:
    await stage.make_circle()
    author, reader = await two_authors(stage)
    sealed = await story(stage, author, reader)
    assert len(sealed) >= 3

    own = {mark: str(person.person.place("dm").id) for person in (author, reader) for mark in person.marks}
    for path, body in sent(stage):
        for mark, chat in own.items():
            if mark in body:
                # What they would show is shown to themselves first, on a message of their own chat.
                assert "/callback" in path or "/webhooks/" in path or chat in path, f"{mark} left the bot"
    for person, other in ((author, reader), (reader, author)):
        seen = [each for place in ("dm", "circle", "sharing") for each in person.person.sees(place)]
        shown = json.dumps([each.message.components for each in seen], ensure_ascii=False)
        for mark in other.marks:
            assert mark not in shown, f"{mark} reached the other"
    facilitators = json.dumps(
        [seen.message.components for seen in stage.person("ana").sees("facilitators")], ensure_ascii=False
    )
    kept = files(stage)
    for person in (author, reader):
        for mark in person.marks:
            assert mark not in facilitators
            assert mark not in log.getvalue(), f"{mark} was logged"
            assert mark.encode() not in kept, f"{mark} is in the database"
        assert struct.pack(">q", person.id) not in kept
        assert struct.pack("<q", person.id) not in kept
    assert "zinnia" not in log.getvalue()
    assert b"zinnia" not in kept
    for text in sealed:
        assert text not in kept, "a sealed text outlived its work"


async def test_no_button_of_a_meeting_holds_anything_of_a_person(stage: Stage) -> None:
    await stage.make_circle()
    author, reader = await two_authors(stage)
    await story(stage, author, reader)
    shown: list[Any] = [
        seen.message.components for person in (author, reader) for seen in person.person.inbox()
    ]
    held = {custom_id for components in shown for custom_id in custom_ids(components)}
    assert held
    for person in (author, reader):
        assert not [custom_id for custom_id in held if str(person.id) in custom_id]


async def test_the_two_hold_different_handles_and_none_of_the_others(stage: Stage) -> None:
    await stage.make_circle()
    author, reader = await two_authors(stage)
    await story(stage, author, reader)
    hers, theirs = (
        {
            custom_id
            for seen in person.person.inbox()
            if not seen.ephemeral
            for custom_id in custom_ids(seen.message.components)
            if custom_id.startswith("meet:")
        }
        for person in (author, reader)
    )
    assert hers
    assert theirs
    assert hers & theirs == set()


async def test_who_is_the_author_and_who_the_reader_changes_nothing_that_is_shown_kept_or_logged(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        folder = tmp_path / str(index)
        async with a_world(folder) as stage:
            await stage.make_circle()
            people = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await story(stage, people[index], people[1 - index])
            worlds.append((shown_to_all(stage), rows(stage), normalised(log.getvalue())))
    (shown, stored, logged), (shown_too, stored_too, logged_too) = worlds
    assert len(shown) > 3
    assert len(stored) > 5
    assert shown == shown_too
    assert stored == stored_too
    assert logged == logged_too
