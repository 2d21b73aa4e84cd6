"""Who shared is nowhere: not in what the bot sends, stores or logs, and not in how any of it differs.

The canary: an author with an id, names and a language that occur nowhere else; after every flow all that left
the bot and all that it keeps is searched. Two worlds: the same story by one author and by another; what
everyone can see, what is stored and what is logged must be equal but for declared randomness.
"""

from __future__ import annotations

import json
import logging
import random
import re
import sqlite3
import struct
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import discord
import pytest

from bot import logs
from bot.client import use_addresses
from bot.config import CONTENT, Settings
from bot.sharing import names
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.conftest import FixedClock
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.anonymity

STORY = "I slept in the car that winter, zinnia and all."
AGAIN = "And the winter after, zinnia."
NOTE = "mentions zinnia"
NODS_SHOWN = timedelta(seconds=41)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What stands in the log of a bot that runs with TOWARDS_LOG_LEVEL=DEBUG."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    levels = {name: logging.getLogger(name).level for name in logs.CHATTY}
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root.handlers.clear()
    logs.configure("DEBUG")
    yield written
    root.handlers.clear()
    root.setLevel(before[0])
    for handler in before[1]:
        root.addHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


class Author:
    """Somebody whose every mark is unlike anything else."""

    def __init__(self, stage: Stage, mark: str, locale: str) -> None:
        world = stage.sandbox.world
        user = world.add_user(f"{mark}handle", global_name=f"{mark}shown", locale=locale)
        world.add_member(stage.seeded.guild, user, nick=f"{mark}nick")
        self.person: Person = stage.sandbox.person(f"{mark}handle")
        self.marks = [str(user.id), f"{mark}handle", f"{mark}shown", f"{mark}nick", locale]
        self.id = user.id


async def two_authors(stage: Stage) -> tuple[Author, Author]:
    return Author(stage, "quokka", "zh-TW"), Author(stage, "axolotl", "pt-BR")


async def story(stage: Stage, author: Person) -> list[bytes]:
    """Everything one can do here; the sealed bodies that were waiting in the database meanwhile."""
    sealed: list[bytes] = []
    noor = stage.person("noor")
    receipt, post = await share(stage, author, sealed)
    _, others_post = await share(stage, noor, [])
    await author.click("Me too", on=others_post)
    await stage.pass_time(NODS_SHOWN)  # cards change after a random while: one at a time keeps their order
    await noor.click("I hear you", on=post)
    await stage.pass_time(NODS_SHOWN)
    for person in (author, noor):
        for each in (post, others_post):
            await answer(stage, person, each, sealed)
    await direct(stage, author, sealed)
    code = receipt.text.split("`")[3]
    await author.slash("/receipt", channel="circle", code="AAAA-BBBB-CCCC")
    held = await author.slash("/receipt", channel="circle", code=code)
    form = await author.click("Answer as the same voice", on=held)
    await author.click("Let it go", on=await author.submit(form, {"text": AGAIN}))
    await refused(stage, author, sealed)
    await stage.pass_time(timedelta(minutes=1))
    return sealed


async def share(stage: Stage, person: Person, sealed: list[bytes]) -> tuple[Reply, Seen]:
    form = await person.slash("/share", channel="circle")
    preview = await person.submit(form, {"text": STORY, "note": NOTE})
    form = await person.click("Edit", on=preview)
    preview = await person.submit(form, {"text": STORY})
    sealed += waiting(stage)
    receipt = await person.click("Post", on=preview)
    await stage.settle()
    return receipt, [seen for seen in person.sees("sharing") if "Answer" in seen.buttons][-1]


async def answer(stage: Stage, person: Person, post: Seen, sealed: list[bytes]) -> Reply:
    preview = await person.submit(await person.click("Answer", on=post), {"text": AGAIN})
    sealed += waiting(stage)
    receipt = await person.click("Post", on=preview)
    await stage.settle()
    return receipt


async def direct(stage: Stage, person: Person, sealed: list[bytes]) -> None:
    """One direct message is let go, one is posted and taken back."""
    await person.dm(AGAIN)
    await person.click("Let it go", on=await person.dm_reply())
    await person.dm(STORY)
    preview = await person.dm_reply()
    sealed += waiting(stage)
    await person.click("Post", on=preview)
    await person.waits_for("dm", "This message is your receipt")
    await stage.settle()
    await person.click("Take back", on=preview)
    await person.click("Yes, take it back", on=preview)
    await stage.settle()


async def refused(stage: Stage, person: Person, sealed: list[bytes]) -> None:
    """Discord refuses a share; its author takes it back. An error nobody foresaw comes on top."""
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.SEND_MESSAGES, channel)
    form = await person.slash("/share", channel="circle")
    receipt = await person.click("Post", on=await person.submit(form, {"text": STORY}))
    await stage.settle()
    sealed += waiting(stage)
    channel.overwrites.clear()
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    await person.click("Yes, take it back", on=await person.click("Take back", on=receipt))
    await stage.settle()
    form = await person.slash("/share", channel="circle")
    async with stage.app.db.transaction() as tx:
        await tx.execute("ALTER TABLE drafts RENAME TO gone")
    await person.submit(form, {"text": STORY})
    async with stage.app.db.transaction() as tx:
        await tx.execute("ALTER TABLE gone RENAME TO drafts")


def waiting(stage: Stage) -> list[bytes]:
    """The sealed texts of now; none stands in clear beside them."""
    assert b"zinnia" not in files(stage)
    return bodies(stage)


def bodies(stage: Stage) -> list[bytes]:
    with closing(sqlite3.connect(stage.settings.database)) as db:
        return [
            row[0]
            for table in ("drafts", "shares", "answers")
            for row in db.execute(f"SELECT body FROM {table} WHERE body IS NOT NULL")
        ]


def files(stage: Stage) -> bytes:
    database = stage.settings.database
    beside = [Path(f"{database}{end}") for end in ("", "-wal")]
    return b"".join(path.read_bytes() for path in beside if path.exists())


def public(stage: Stage) -> list[Any]:
    """Every message that more than one person can see, as anybody's client gets it."""
    guild = stage.seeded.guild
    return [
        {
            "content": message.content,
            "components": message.components,
            "interaction": message.interaction,
            "author": str(message.author.id),
            "mentions": [str(user.id) for user in message.mentions],
            "thread": message.thread.name if message.thread else None,
        }
        for channel in (*guild.channels.values(), *guild.threads.values())
        for message in channel.messages.values()
    ]


def custom_ids(message: Any) -> Iterator[str]:
    if isinstance(message, dict):
        yield from [message["custom_id"]] if "custom_id" in message else []
        for part in message.values():
            yield from custom_ids(part)
    elif isinstance(message, list):
        for part in message:
            yield from custom_ids(part)


async def test_nothing_that_leaves_the_bot_or_stays_with_it_says_who_it_was(
    stage: Stage, log: StringIO
) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    sealed = await story(stage, author.person)

    sent = json.dumps([exchange["request"] for exchange in stage.sandbox.exchanges], ensure_ascii=False)
    for mark in author.marks:
        assert mark not in sent, f"{mark} left the bot"
    for mark in (*author.marks, STORY, AGAIN, NOTE, "zinnia"):
        assert mark not in log.getvalue(), f"{mark} was logged"
    assert "reference" in log.getvalue(), "the error nobody foresaw is in the log, so the log was read"

    kept = files(stage)
    for mark in (*author.marks, STORY, AGAIN, NOTE, "zinnia"):
        assert mark.encode() not in kept, f"{mark} is in the database"
    assert struct.pack(">q", author.id) not in kept
    assert struct.pack("<q", author.id) not in kept

    assert len(sealed) > 5
    for body in sealed:
        assert body not in kept, "a sealed text outlived its work"


async def test_once_all_was_posted_or_let_go_no_sealed_text_is_left_for_any_key_to_open(
    stage: Stage,
) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    assert await story(stage, author.person)
    assert bodies(stage) == []


async def test_nothing_done_without_a_name_reaches_the_log_of_who_was_here(stage: Stage) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    told: list[tuple[object, ...]] = []

    async def listen(*about: object) -> None:
        told.append(about)

    stage.bot.add_listener(listen, "on_presence")
    await story(stage, author.person)
    assert told == []
    assert await stage.app.db.all("SELECT 1 FROM presence UNION SELECT 1 FROM consents") == []
    counted = await stage.app.db.all("SELECT act, count FROM day_counts ORDER BY act")
    assert [tuple(row) for row in counted] == [("answered_anonymously", 4), ("nodded", 2), ("shared", 3)]


async def test_no_button_that_others_see_holds_anything_of_a_person(stage: Stage) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    await story(stage, author.person)
    shown = {custom_id for message in public(stage) for custom_id in custom_ids(message)}
    sharing = {custom_id for custom_id in shown if custom_id.startswith("share:")}
    assert sharing
    for custom_id in sharing:
        assert re.fullmatch(
            r"share:(answer|more|more_answer|nod:(hear|me_too|with_you)):[0-9a-f]{32}", custom_id
        )
    people = [str(id) for id in stage.sandbox.world.users]
    assert [(id, shown) for id in people for custom_id in shown if id in custom_id] == []


async def test_what_others_see_is_a_plain_message_of_the_bot_that_answers_nobody(stage: Stage) -> None:
    await stage.make_circle()
    author, _ = await two_authors(stage)
    await story(stage, author.person)
    bot = str(stage.seeded.application.bot.id)
    messages = public(stage)
    assert len(messages) > 5
    assert {message["author"] for message in messages} == {bot}
    assert [message for message in messages if message["interaction"] or message["mentions"]] == []
    sent = [
        exchange["request"]
        for exchange in stage.sandbox.exchanges
        if exchange["method"] == "POST" and exchange["path"].endswith("/messages")
    ]
    assert len(sent) > 5
    assert [each.get("allowed_mentions", {}).get("parse") for each in sent] == [[]] * len(sent)


async def test_all_shares_look_alike_but_for_a_pseudonym_that_none_had_before(stage: Stage) -> None:
    """Whoever shares, whatever they shared before, and at whatever hour."""
    await stage.make_circle()
    author, other = await two_authors(stage)
    for person in (author.person, other.person, author.person):
        await share(stage, person, [])
        await stage.pass_time(timedelta(hours=1, minutes=7))
    posts = [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]
    assert len(posts) == 3
    assert len({normalised(json.dumps(seen.message.components)) for seen in posts}) == 1
    assert len({pseudonyms().findall(seen.text)[0] for seen in posts}) == 3


# Two worlds


@asynccontextmanager
async def a_world(folder: Path) -> AsyncIterator[Stage]:
    """A stage of its own, as the fixture makes one."""
    settings = Settings.read(
        {
            "DISCORD_TOKEN": "sandbox",
            "TOWARDS_DATABASE": str(folder / "towards.db"),
            "TOWARDS_KEY_FILE": str(folder / "towards.keys"),
            "TOWARDS_TICK_SECONDS": "3600",
            "TOWARDS_GUILD_READY_TIMEOUT": "0.05",
            "TOWARDS_SENDS_PER_SECOND": "1000",
        }
    )
    stage = Stage(settings, FixedClock())
    async with stage.sandbox as sandbox:
        stage.settings = replace(settings, api_url=sandbox.api_url, gateway_url=sandbox.gateway_url)
        base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
        use_addresses(sandbox.api_url, sandbox.gateway_url)
        try:
            await stage.start_bot()
            yield stage
        finally:
            await stage.stop_bot()
            use_addresses(base, str(gateway))


def pseudonyms() -> re.Pattern[str]:
    language = names.load(CONTENT, random.Random(1)).language("en")
    return re.compile(rf"\b({'|'.join(language.first)}) ({'|'.join(language.second)})\b")


DECLARED_RANDOM = [
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{24}\b"), "<nonce>"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "<id>"),
    (re.compile(r"\b\d{17,20}\b"), "<snowflake>"),
    (re.compile(r'"id": \d{5,10}\b'), '"id": <mark>'),
    (re.compile(r"reference [0-9a-f]{8}"), "reference <reference>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<address>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+"), "<now>"),
]


def normalised(text: str) -> str:
    for pattern, instead in DECLARED_RANDOM:
        text = pattern.sub(instead, text)
    return pseudonyms().sub("<pseudonym>", text)


def rows(stage: Stage) -> list[str]:
    """Every row of every table, in the order they lie in; sealed texts by their length."""
    with closing(sqlite3.connect(stage.settings.database)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sorted(
            normalised(f"{table} {[len(v) if isinstance(v, bytes) else v for v in row]}")
            for table in tables
            for row in db.execute(f"SELECT * FROM {table}")
            if table not in ("facts",)  # which commands this server was told of, under which key file
        )


def shown_to_all(stage: Stage) -> list[str]:
    """What the bot asked Discord to show, change or delete where others can see it."""
    dms = {str(id) for id, channel in stage.sandbox.world.channels.items() if channel.guild is None}
    return [
        normalised(json.dumps([exchange["method"], exchange["path"], exchange["request"]]))
        for exchange in stage.sandbox.exchanges
        if exchange["path"].startswith("/api/v10/channels/")
        if exchange["path"].split("/")[4] not in dms
    ]


async def test_the_same_story_by_two_authors_leaves_the_same_payloads_rows_and_log_lines(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index in (0, 1):
        folder = tmp_path / str(index)
        async with a_world(folder) as stage:
            await stage.make_circle()
            authors = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await story(stage, authors[index].person)
            worlds.append((shown_to_all(stage), rows(stage), normalised(log.getvalue())))
    (shown, stored, logged), (shown_too, stored_too, logged_too) = worlds
    assert len(shown) > 10
    assert len(stored) > 10
    assert shown == shown_too
    assert stored == stored_too
    assert logged == logged_too
