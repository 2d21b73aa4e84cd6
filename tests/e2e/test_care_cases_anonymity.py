"""Who asked for a facilitator, or told of a worry, is nowhere: not with facilitators, not in the database or the log."""

from __future__ import annotations

import json
import re
import struct
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from sandbox.people import Person
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
from tests.e2e.test_care_cases import ask, asking, take, write
from tests.e2e.test_care_looking_after import worry

pytestmark = pytest.mark.anonymity
__all__ = ["log"]  # the fixture, for this file too

WORDS = "zinnia, in so many words"
NUMBER = re.compile(r"\b[1-9]\d{3}\b")
HOUR = timedelta(hours=1)


async def story(stage: Stage, writer: Person) -> list[bytes]:
    """Everything a writer can do; the sealed texts that lay in the database meanwhile."""
    sealed: list[bytes] = []
    ana, ben = stage.person("ana"), stage.person("ben")
    await ask(stage, writer)
    await stage.pass_time(HOUR)
    await take(stage, ana)
    hers, theirs = writer.inbox()[-1], ana.inbox()[-1]
    await write(stage, ana, theirs, f"A question, {WORDS}.")
    await write(stage, writer, hers, f"An answer, {WORDS}.")
    await writer.dm(f"Typed, {WORDS}.")
    asked = await writer.dm_reply()
    await (await writer.click("Send it to", on=asked)).settled()
    await stage.settle()
    sealed += await waiting_words(stage, writer)
    await ana.click("Hand it on", on=theirs)
    await stage.settle()
    await take(stage, ben)
    await writer.click("End", on=writer.inbox()[-1])
    await stage.settle()
    await withdrawn_and_unanswered(stage, writer)
    await worry(stage, writer, f"A worry, {WORDS}.")
    await stage.app.care.cases.alert((await stage.app.circles.all_open())[0])
    await stage.settle()
    await stage.pass_time(timedelta(minutes=1))
    return sealed


async def waiting_words(stage: Stage, writer: Person) -> list[bytes]:
    """A message that can't leave at once, as it lies sealed; then it leaves."""
    card = writer.inbox()[-1]
    form = await writer.click("Write", on=card)
    path = r"/channels/\d+/messages"
    held = stage.sandbox.faults.hold(method="POST", path=path)
    await writer.submit(form, {"Your words": f"In between, {WORDS}."})
    found = await stage.app.db.all("SELECT sealed FROM relay_letters WHERE sealed IS NOT NULL")
    assert b"zinnia" not in files(stage)
    held.release()
    await stage.settle()
    return [bytes(row[0]) for row in found]


async def withdrawn_and_unanswered(stage: Stage, writer: Person) -> None:
    reply = await ask(stage, writer)
    await writer.click("End it", on=reply)
    await stage.settle()
    await ask(stage, writer)
    await stage.pass_time(72 * HOUR)


async def test_nothing_of_the_writer_reaches_facilitators_the_database_or_the_log(
    stage: Stage, log: StringIO
) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    sealed = await story(stage, author.person)
    assert sealed
    for exchange in stage.sandbox.exchanges:
        if exchange["path"] == "/api/v10/users/@me/channels":
            continue  # opening direct messages names whom they are with
        body = json.dumps(exchange["request"], ensure_ascii=False)
        assert [mark for mark in author.marks if mark in body] == [], exchange["path"]
    kept = files(stage)
    for mark in author.marks:
        assert mark not in log.getvalue(), f"{mark} was logged"
        assert mark.encode() not in kept, f"{mark} is in the database"
    assert struct.pack(">q", author.id) not in kept
    assert struct.pack("<q", author.id) not in kept
    assert "zinnia" not in log.getvalue()
    assert b"zinnia" not in kept
    for text in sealed:
        assert text not in kept, "a sealed text outlived its work"


async def test_no_button_of_a_case_holds_anything_of_a_person_and_the_two_hold_different_ones(
    stage: Stage,
) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    await story(stage, author.person)
    hers, theirs = (
        {
            custom_id
            for seen in person.inbox()
            if not seen.ephemeral
            for custom_id in custom_ids(seen.message.components)
            if custom_id.startswith(("care:write:", "care:end:"))
        }
        for person in (author.person, stage.person("ana"))
    )
    assert hers
    assert theirs
    assert hers & theirs == set()
    people = [str(id) for id in stage.sandbox.world.users]
    assert [custom_id for custom_id in hers | theirs if any(id in custom_id for id in people)] == []


async def test_a_language_is_told_only_if_its_speaker_says_so(stage: Stage) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    assert "Ask, and say Chinese" in (await asking(author.person)).buttons
    await ask(stage, author.person)
    [case] = await stage.app.db.all("SELECT language FROM care_cases")
    assert case["language"] is None


async def test_the_same_story_by_two_writers_leaves_the_same_payloads_rows_and_log_lines(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        folder = tmp_path / str(index)
        async with a_world(folder) as stage:
            await stage.make_circle()
            writers: tuple[Author, Author] = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await story(stage, writers[index].person)
            told = [NUMBER.sub("<number>", line) for line in shown_to_all(stage)]
            kept = sorted(NUMBER.sub("<number>", row) for row in rows(stage))
            worlds.append((told, kept, normalised(log.getvalue())))
    (shown, stored, logged), (shown_too, stored_too, logged_too) = worlds
    assert len(shown) > 5
    assert len(stored) > 5
    assert shown == shown_too
    assert stored == stored_too
    assert logged == logged_too
