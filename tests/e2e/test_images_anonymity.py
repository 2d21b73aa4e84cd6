"""A picture tells nothing of who sent it but what is to be seen in it.

Canary: its file's name, its place, its camera and its author's marks are looked for in all that leaves the
bot, uploaded bytes included, and in all that it keeps. Two worlds: the same pixels out of two people's files.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.circles.models import Actor
from bot.sharing.images.bare import is_bare
from bot.sharing.images.models import Kind
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import (
    Author,
    a_world,
    files,
    log,
    normalised,
    rows,
    shown_to_all,
    two_authors,
)
from tests.sharing import pictures

pytestmark = pytest.mark.anonymity
__all__ = ["log"]

STORY = "I slept in the car that winter, zinnia and all."
DESCRIPTION = "A car in the snow, zinnia"
FILE = "quokkafile-IMG_20260301.jpg"
# Made before anything is logged: what makes them logs what it writes.
OF_ONE = pictures.encoded(pictures.grain(), "PNG", exif=pictures.exif())
OF_ANOTHER = pictures.encoded(pictures.grain(), "PNG", compress_level=1)
MARKS = [FILE, "quokkafile", pictures.MARK.decode(), "2026:03:01", STORY, DESCRIPTION, "zinnia"]


async def allow(stage: Stage) -> None:
    circle = await stage.make_circle()
    await stage.app.sharing.rules.change(Actor(1, frozenset(), manages_server=True), circle, images=True)


async def story(stage: Stage, author: Person, picture: bytes, name: str = FILE) -> list[bytes]:
    """All that can be done with a picture; the sealed ones that lay in the database meanwhile."""
    sealed: list[bytes] = []
    preview = await form(author, picture, name)
    sealed += waiting(stage)
    asked = await author.click("Describe the picture", on=preview)
    await (await author.submit(asked, {"What is to be seen": DESCRIPTION})).settled()
    sealed += waiting(stage)
    receipt = await author.click("Post", on=preview)
    await stage.settle()
    await author.click("Yes, take it back", on=await author.click("Take back", on=receipt))
    await stage.settle()
    for words in ("", STORY):
        await author.dm(words, files=[author.file(name, picture)])
        answer = await author.dm_reply()
        sealed += waiting(stage)
        if words:
            await (await author.click("Take the picture out", on=answer)).settled()
        await (await author.click("Let it go", on=answer)).settled()
    await refused(stage, author, picture, name, sealed)
    await broken(stage, author, picture, name)
    preview = await form(author, picture, name)
    await author.click("Post", on=preview)
    await stage.settle()
    return sealed


async def form(author: Person, picture: bytes, name: str) -> Reply:
    opened = await author.slash("/share", channel="circle")
    file = author.file(name, picture)
    given: dict[str, Any] = {"What you'd like to share": STORY, "A picture, if you like": [file]}
    return await (await author.submit(opened, given)).settled()


async def refused(stage: Stage, author: Person, picture: bytes, name: str, sealed: list[bytes]) -> None:
    """Discord refuses a share with a picture; its author takes it back."""
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.ATTACH_FILES, channel)
    receipt = await author.click("Post", on=await form(author, picture, name))
    await stage.settle()
    sealed += waiting(stage)
    channel.overwrites.clear()
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    asked = await author.click("Take back", on=receipt)
    await (await author.click("Yes, take it back", on=asked)).settled()
    await stage.settle()


async def broken(stage: Stage, author: Person, picture: bytes, name: str) -> None:
    """What can't be read, what Discord doesn't hand over, and an error nobody foresaw."""
    await author.dm(STORY, files=[author.file(name, picture[:3000])])
    await author.click("Let it go", on=await author.dm_reply())
    gone = author.file(name, picture)
    stage.sandbox.faults.reset(method="GET", path=r"^/attachments/", times=3)
    await author.dm("", files=[gone])
    await author.dm_reply()
    async with stage.app.db.transaction() as tx:
        await tx.execute("ALTER TABLE share_images RENAME TO away")
    await author.dm("", files=[author.file(name, picture)])
    await author.dm_reply()
    async with stage.app.db.transaction() as tx:
        await tx.execute("ALTER TABLE away RENAME TO share_images")
        await tx.execute("DELETE FROM drafts")


def waiting(stage: Stage) -> list[bytes]:
    """The sealed pictures of now."""
    with closing(sqlite3.connect(stage.settings.database)) as db:
        return [row[0] for row in db.execute("SELECT image FROM share_images")]


def uploads(stage: Stage) -> list[tuple[str, bytes]]:
    return [pair for exchange in stage.sandbox.exchanges for pair in exchange["files"].items()]


async def test_nothing_of_a_pictures_file_leaves_the_bot_or_stays_with_it(
    stage: Stage, log: StringIO
) -> None:
    await allow(stage)
    author: Author = (await two_authors(stage))[0]
    sealed = await story(stage, author.person, pictures.MARKED["JPEG"])

    sent = json.dumps([exchange["request"] for exchange in stage.sandbox.exchanges], ensure_ascii=False)
    for mark in (*author.marks, FILE, "quokkafile", pictures.MARK.decode(), "2026:03:01"):
        assert mark not in sent, f"{mark} left the bot"
    sent_files = uploads(stage)
    assert len(sent_files) > 5
    for name, data in sent_files:
        assert name == "image.jpg"
        assert is_bare(data, Kind.JPG)
        for mark in (*author.marks, *MARKS):
            assert mark.encode() not in data, f"{mark} is in what was uploaded"
    for mark in (*author.marks, *MARKS):
        assert mark not in log.getvalue(), f"{mark} was logged"
    assert "reference" in log.getvalue(), "the error nobody foresaw is in the log, so the log was read"

    await stage.app.sharing.do_due()
    await stage.app.db.checkpoint()
    kept = files(stage)
    for mark in (*author.marks, *MARKS):
        assert mark.encode() not in kept, f"{mark} is in the database"
    assert struct.pack(">q", author.id) not in kept
    assert len(sealed) >= 4
    for image in sealed:
        assert image[:64] not in kept, "a sealed picture outlived its work"
        assert image[-64:] not in kept
    for _, data in sent_files:
        assert data[500:600] not in kept, "a picture lies open in the database"
    assert waiting(stage) == []


async def test_the_same_pixels_out_of_two_peoples_files_leave_the_same_behind(
    tmp_path: Path, log: StringIO
) -> None:
    worlds = []
    for index, picture, name in ((0, OF_ONE, FILE), (1, OF_ANOTHER, "b.jpg")):
        async with a_world(tmp_path / str(index)) as stage:
            await allow(stage)
            authors = await two_authors(stage)
            log.seek(0)
            log.truncate()
            await story(stage, authors[index].person, picture, name)
            worlds.append((shown_to_all(stage), uploads(stage), rows(stage), normalised(log.getvalue())))
    one, other = worlds
    assert len(one[1]) > 5
    assert one == other


async def test_what_others_see_is_a_plain_message_of_the_bot_with_a_file_that_has_one_name_for_all(
    stage: Stage,
) -> None:
    await allow(stage)
    author = (await two_authors(stage))[0]
    await story(stage, author.person, pictures.MARKED["JPEG"])
    [post] = [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]
    assert isinstance(post, Seen)
    assert post.message.interaction is None
    assert [file.filename for file in post.message.attachments] == ["image.jpg"]
    assert [file.description for file in post.message.attachments] == [None]
