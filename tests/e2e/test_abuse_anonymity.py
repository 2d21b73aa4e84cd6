"""Reports and pauses unmask nobody: not who wrote, not who told, not who is paused."""

from __future__ import annotations

import json
import re
import struct
from io import StringIO
from pathlib import Path

import pytest

from sandbox.people import Person
from tests.e2e.conftest import Stage
from tests.e2e.test_abuse import answer, cards, share
from tests.e2e.test_anonymity import (
    Author,
    a_world,
    custom_ids,
    files,
    log,
    normalised,
    public,
    rows,
    shown_to_all,
    two_authors,
)

__all__ = ["log"]

pytestmark = pytest.mark.anonymity

STORY = "I slept in the car that winter, zinnia and all."
AGAIN = "And the winter after, zinnia."
TOLD = "Somebody could know the zinnia."
ASKED = "The zinnia is only mine."
REPLY = "We'd like to wait a week, zinnia."


async def story(stage: Stage, author: Person, reporter: Person) -> list[str]:
    """All there is to reports and pauses; every word that the facilitator came to see of it."""
    ben, seen = stage.person("ben"), []
    receipt, post = await share(stage, author, STORY)
    _, others = await share(stage, stage.person("noor"), "Another story.")
    answered, said = await answer(stage, author, others, AGAIN)
    for each, kind in ((post, "It names"), (said, "It asks for")):
        form = await reporter.click("Tell the facilitators", on=await reporter.click("More", on=each))
        await reporter.submit(form, {"What is it about?": kind, "words": TOLD})
        await stage.settle()
        await reporter.click("Tell the facilitators", on=await reporter.click("More", on=each))
    await author.click("Tell the facilitators", on=await author.click("More", on=post))  # their own
    of_post, of_answer = [each for each in cards(stage) if "told you about" in each.text]
    form = await ben.click("Pause its author", on=of_post)
    await ben.submit(form, {"For how long?": "For 30 days"})
    await stage.settle()
    form = await ben.click("Pause its author", on=of_answer)
    await ben.submit(form, {"For how long?": "For a week"})
    await stage.settle()
    note = await author.slash("/share", channel="circle")
    await author.dm(STORY)
    await author.dm_reply()
    await author.click("Answer", on=others)
    form = await author.click("Ask them to look again", on=note)
    await (await author.submit(form, {"What you'd like": ASKED})).settled()
    await stage.settle()
    form = await ben.click("Keep it", on=cards(stage, "a question to you")[0])
    seen.append((await ben.submit(form, {"A few words": REPLY})).text)
    await stage.settle()
    await author.slash("/share", channel="circle")
    await ben.click("Behind a spoiler", on=of_answer)
    await stage.settle()
    for card in (of_post, of_answer):
        down = await ben.submit(await ben.click("Take the post down", on=card))
        await down.settled()
        seen.append(down.text)
        await stage.settle()
    for held in (receipt, answered):
        told = await author.click("Take back", on=held)
        await author.click("Erase my words here", on=told)
    seen.append((await ben.slash("/sharing pauses", channel="circle")).text)
    seen.append((await ben.slash("/share", channel="circle")).text)
    await ben.slash("/sharing stop", channel="circle")
    await stage.settle()
    await author.slash("/share", channel="circle")
    await ben.slash("/sharing start", channel="circle")
    await stage.settle()
    seen += [each.text for each in ben.sees("facilitators")]
    return [numberless(normalised(text)) for text in seen]


def numberless(text: str) -> str:
    """A pause's number is drawn at random."""
    return re.sub(r"(?i)(?<=pause )\d{4}|(?<='c1', )\d{4}(?=, )", "<number>", text)


async def test_nothing_that_leaves_the_bot_or_stays_with_it_says_who_wrote_or_told_or_is_paused(
    stage: Stage, log: StringIO
) -> None:
    await stage.make_circle()
    author, reporter = await two_authors(stage)
    await story(stage, author.person, reporter.person)
    sent = json.dumps([exchange["request"] for exchange in stage.sandbox.exchanges], ensure_ascii=False)
    kept = files(stage)
    for person in (author, reporter):
        for mark in person.marks:
            assert mark not in sent, f"{mark} left the bot"
            assert mark not in log.getvalue(), f"{mark} was logged"
            assert mark.encode() not in kept, f"{mark} is in the database"
        for order in "<>":
            assert struct.pack(f"{order}q", person.id) not in kept
    for words in ("zinnia", STORY, AGAIN, TOLD, ASKED, REPLY):
        assert words not in log.getvalue(), f"{words} was logged"
        assert words.encode() not in kept, f"{words} is in the database, and not sealed"


async def test_no_button_on_the_cards_holds_anything_but_a_random_handle(stage: Stage) -> None:
    await stage.make_circle()
    author, reporter = await two_authors(stage)
    await story(stage, author.person, reporter.person)
    shown = {custom_id for message in public(stage) for custom_id in custom_ids(message)}
    ours = {custom_id for custom_id in shown if custom_id.startswith(("report:", "pause:"))}
    assert ours
    for custom_id in ours:
        assert re.fullmatch(r"(report|pause)(:[a-z_]+){1,2}:[0-9a-f]{32}", custom_id)


async def test_whoever_wrote_and_whoever_told_all_that_others_see_and_that_is_kept_is_the_same(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        async with a_world(tmp_path / str(index)) as stage:
            await stage.make_circle()
            people: tuple[Author, Author] = await two_authors(stage)
            log.seek(0)
            log.truncate()
            seen = await story(stage, people[index].person, people[1 - index].person)
            shown = [numberless(line) for line in shown_to_all(stage)]
            stored = sorted(map(numberless, rows(stage)))
            worlds.append((seen, shown, stored, normalised(log.getvalue())))
    for one, other in zip(*worlds, strict=True):
        assert one == other
    assert min(len(part) for part in worlds[0][:3]) > 8
