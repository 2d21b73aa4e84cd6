"""Who shared what, across periods: found as long as the period's key is there, by nobody afterwards."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.config import Settings
from bot.db import facts
from bot.errors import StartError, UserError
from bot.keys import KeyFile, Keys, Ring
from bot.keys import service as keys_service
from bot.sharing.models import Nod, Share, State
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of

pytestmark = pytest.mark.anonymity

MEMBERS = range(900_000_000_000_000_000, 900_000_000_000_000_300)
AUTHOR, ANSWERER, NODDER, DRAFTER = MEMBERS[17:21]
DAY = timedelta(days=1)


@pytest.fixture
def discord() -> FakeDiscord:
    return FakeDiscord()


@pytest.fixture
def desk(app: App, circle: Circle, discord: FakeDiscord) -> Desk:
    return Desk(app, circle, discord)


async def passes(app: App, clock: FixedClock, by: timedelta) -> None:
    clock.advance(by)
    await app.tick()


def burn(settings: Settings, clock: FixedClock, *numbers: int) -> None:
    KeyFile(settings.key_file).change(lambda ring: ring.burnt(numbers, clock.now().date()))


# Across the boundary


async def test_what_was_shared_on_the_last_day_of_a_period_goes_on_as_before_in_the_next(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await passes(app, clock, 29 * DAY)
    share = share_of(await desk.share(MAYA))
    first = (await desk.answer(share, NOOR)).posted.name
    await app.sharing.nods.nod(share.id, Nod.HEAR, SAM)
    assert share.period == 1

    await passes(app, clock, 1 * DAY)
    assert app.keys.period == 2
    assert (await desk.answer(share, NOOR)).posted.name == first, "the same voice"
    assert (await desk.answer(share, SAM)).posted.name not in (first, share.name)
    assert (await desk.answer(share, MAYA)).posted.name == share.name, "who shared speaks as before"
    with pytest.raises(UserError, match="own_share"):
        await app.sharing.nods.nod(share.id, Nod.HEAR, MAYA)
    assert not await app.sharing.nods.nod(share.id, Nod.HEAR, SAM), "the nod of yesterday is taken back"
    assert [row["period"] for row in await app.db.all("SELECT period FROM voices")] == [1, 1]
    assert share_of(await desk.share(MAYA)).period == 2


async def test_a_voice_in_a_prompts_thread_keeps_its_name_over_the_boundary(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = share_of(await desk.share(MAYA))
    place = replace(await app.sharing.answers.place(share.id), scope="prompt:r1", share=None)
    names = set()
    for days in (29, 1, 1):
        await passes(app, clock, days * DAY)
        handle, draft = await app.sharing.answers.write(NOOR, place, "A lamp in a window.")
        await app.sharing.post(handle, NOOR)
        names.add(draft.name)
    assert len(names) == 1


async def test_a_restart_in_another_period_finds_everybody_again(
    settings: Settings, clock: FixedClock, app: App, desk: Desk
) -> None:
    share = share_of(await desk.share(MAYA))
    clock.advance(31 * DAY)
    async with App.open(settings, clock) as later:
        assert later.keys.living == (2, 1)
        assert [posted.id for posted in await later.sharing.mine(MAYA)] == [share.id]


# Taking back without the receipt


async def test_who_lost_a_receipt_finds_what_is_theirs_and_takes_it_back(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    share = share_of(await desk.share(MAYA))
    theirs = share_of(await desk.share(NOOR))
    answer = (await desk.answer(theirs, MAYA)).posted
    assert {posted.id for posted in await app.sharing.mine(MAYA)} == {share.id, answer.id}
    for posted in (share, answer):
        assert await app.sharing.take_back_mine(posted.id, MAYA) is None
    await desk.settle()
    assert discord.kinds.count("share.erase") == 2
    assert await app.sharing.mine(MAYA) == []
    assert [posted.id for posted in await app.sharing.mine(NOOR)] == [theirs.id]


async def test_the_words_of_what_was_not_posted_yet_are_handed_back(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    discord.refuse["share.post"] = "no_permission"
    share = share_of(await desk.share(MAYA, "Only this once."))
    assert share.state is State.STUCK
    body = await app.sharing.take_back_mine(share.id, MAYA)
    assert body is not None
    assert body.text == "Only this once."
    assert await app.sharing.mine(MAYA) == []
    with pytest.raises(UserError, match=r"mine\.gone"):
        await app.sharing.take_back_mine(share.id, MAYA)


async def test_nobody_takes_back_what_is_not_theirs(app: App, desk: Desk) -> None:
    share = share_of(await desk.share(MAYA))
    answer = (await desk.answer(share, NOOR)).posted
    for posted_id, user_id in [(share.id, NOOR), (answer.id, MAYA), ("0" * 32, MAYA), ("", MAYA)]:
        with pytest.raises(UserError, match=r"mine\.gone"):
            await app.sharing.take_back_mine(posted_id, user_id)


# Destroyed before their time


async def test_after_burning_the_receipt_still_works_and_the_person_is_somebody_new(
    app: App, desk: Desk, settings: Settings, clock: FixedClock
) -> None:
    receipt = await desk.share(MAYA)
    share = share_of(receipt)
    before = (await desk.answer(share, NOOR)).posted.name
    draft = await desk.draft(SAM, "Not posted yet.")
    burn(settings, clock, 1)
    await app.tick()

    assert await app.sharing.mine(MAYA) == []
    assert not any((await app.sharing.export(MAYA)).values())
    assert (await desk.answer(share, NOOR)).posted.name != before
    assert (await desk.answer(share, MAYA)).posted.name != share.name
    assert await app.sharing.nods.nod(share.id, Nod.HEAR, MAYA)
    assert not await app.sharing.nods.nod(share.id, Nod.HEAR, MAYA), "a nod made since is taken back"
    held = await app.sharing.receipt(receipt.secret)
    place = await app.sharing.answers.place(share.id)
    _, own = await app.sharing.answers.write(MAYA, place, "One thing more.", as_author=True)
    assert own.name == share.name
    assert held.code is not None
    await app.sharing.enter_code(held.code, MAYA)
    await app.sharing.take_back(held.code)
    assert (await app.sharing.drafts.read(draft, SAM)).body.text == "Not posted yet."
    assert share_of(await app.sharing.post(draft, SAM)).period == 2
    with pytest.raises(UserError, match="draft_gone"):
        await app.sharing.drafts.read(await desk.draft(SAM), NOOR)


async def test_a_share_whose_author_was_erased_is_nobodys_also_after_burning(
    app: App, desk: Desk, settings: Settings, clock: FixedClock
) -> None:
    await desk.share(MAYA)
    async with app.db.transaction() as tx:
        await app.sharing.forget(tx, MAYA)
    burn(settings, clock, 1)
    await app.tick()
    assert [await app.sharing.mine(person) for person in (MAYA, NOOR)] == [[], []]


async def test_burning_starts_the_hours_limits_anew_and_erasing_takes_all_of_them(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await desk.draft(MAYA)
    await passes(app, clock, 30 * DAY - timedelta(minutes=30))
    await desk.draft(MAYA)
    await passes(app, clock, timedelta(minutes=30))
    await desk.draft(MAYA)
    assert app.keys.period == 2
    async with app.db.transaction() as tx:
        await app.sharing.forget(tx, MAYA)
    left = await app.db.all("SELECT day FROM pace WHERE day > '2026-03-30'")
    assert left == []


# Nobody can say any more


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        yield from itertools.chain.from_iterable(map(strings, value))
    elif isinstance(value, str):
        yield value


def on_disk(database: Path, key_file: Path) -> set[str]:
    """Every text in every column of the database, and in the key file."""
    with closing(sqlite3.connect(database)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = [row for table in tables for row in db.execute(f"SELECT * FROM {table}")]
    return {*strings(rows), *strings(json.loads(key_file.read_text()))}


def recognised(database: Path, key_file: Path, members: Iterable[int], hours: list[str]) -> set[int]:
    """Whom somebody who has both files, and knows this code, finds by trying every member on every row."""
    ring = KeyFile(key_file).read()
    assert ring is not None
    keys, known = Keys(ring), on_disk(database, key_file)
    ids = [each for each in known if len(each) in (16, 32) or each.startswith("prompt:")]

    def marks(member: int) -> Iterator[str]:
        ways: list[Callable[..., str]] = [keys.tag]
        ways += [lambda *parts, number=number: keys.link(number, *parts) for number in keys.living]
        for way in ways:
            for id in ids:
                yield way("share author", id, member)
                yield way("draft author", id, member)
                yield way("voice", id, member)
                yield from (way("nod", id, kind, member) for kind in Nod)
            for what, hour in itertools.product(("share", "answer", "draft", "wrong_code"), hours):
                yield way(f"pace {what}", member, hour)

    return {
        member for member in members if str(member) in known or any(mark in known for mark in marks(member))
    }


async def test_once_the_key_is_destroyed_nobody_of_three_hundred_is_found_in_all_that_is_on_disk(
    settings: Settings, clock: FixedClock, app: App, desk: Desk, tmp_path: Path
) -> None:
    hour = clock.now().strftime("%Y-%m-%dT%H")
    share = share_of(await desk.share(AUTHOR))
    await desk.answer(share, ANSWERER)
    await app.sharing.nods.nod(share.id, Nod.ME_TOO, NODDER)
    await desk.draft(DRAFTER)
    await app.db.checkpoint()
    leaked = tmp_path / "leaked.db"  # a copy of the database, made while the links lived
    shutil.copy(settings.database, leaked)

    def found(database: Path, hours: tuple[str, ...] = (hour,)) -> set[int]:
        return recognised(database, settings.key_file, MEMBERS, list(hours))

    everybody = {AUTHOR, ANSWERER, NODDER, DRAFTER}
    assert found(leaked) == found(settings.database) == everybody

    await passes(app, clock, 59 * DAY)
    assert found(leaked) == everybody
    assert found(settings.database) == {AUTHOR, ANSWERER}, "who nodded is erased when the share closes"
    await passes(app, clock, 31 * DAY)
    assert found(settings.database) == set()
    assert found(leaked) == set(), "the key file of today finds nobody in the copy of then"
    assert share.author in on_disk(leaked, settings.key_file), "and it is all still there to be tried"


async def test_a_destroyed_key_is_in_no_file_of_the_bot(
    settings: Settings, clock: FixedClock, app: App, desk: Desk
) -> None:
    await desk.share(AUTHOR)
    ring = KeyFile(settings.key_file).read()
    assert ring is not None
    assert ring.periods[0].key is not None
    await passes(app, clock, 30 * DAY)
    await passes(app, clock, 60 * DAY)
    kept = b"".join(path.read_bytes() for path in settings.database.parent.iterdir())
    for form in (
        ring.periods[0].key,
        base64.b64encode(ring.periods[0].key),
        ring.periods[0].key.hex().encode(),
    ):
        assert form not in kept


# From before there were periods


async def as_before_periods(settings: Settings, app: App) -> Ring:
    """Make database and key file what the version before would have left: links under the one key."""
    ring = KeyFile(settings.key_file).read()
    assert ring is not None
    keys = Keys(ring)
    async with app.db.transaction() as tx:
        for share in await app.db.all("SELECT id FROM shares"):
            await tx.execute(
                "UPDATE shares SET period = NULL, author = :author WHERE id = :id",
                id=share["id"],
                author=keys.tag("share author", share["id"], MAYA),
            )
            for voice in await app.db.all("SELECT voice FROM voices"):
                new = keys.tag("voice", share["id"], NOOR)
                for table in ("voices", "answers"):
                    await tx.execute(
                        f"UPDATE {table} SET voice = :new WHERE voice = :old", new=new, old=voice[0]
                    )
            for draft in await app.db.all("SELECT id FROM drafts"):
                await tx.execute(
                    "UPDATE drafts SET period = NULL, author = :author WHERE id = :id",
                    id=draft["id"],
                    author=keys.tag("draft author", draft["id"], SAM),
                )
            for nod in await app.db.all("SELECT nod FROM nods"):
                new = keys.tag("nod", share["id"], Nod.HEAR, SAM)
                await tx.execute("UPDATE nods SET nod = :new WHERE nod = :old", new=new, old=nod[0])
        await tx.execute("UPDATE voices SET period = NULL")
    root = base64.b64encode(ring.root).decode()
    settings.key_file.write_text(json.dumps({"version": 1, "root": root}))
    return ring


async def test_links_from_before_there_were_periods_are_brought_into_one_and_end_with_it(
    settings: Settings, clock: FixedClock, app: App, desk: Desk
) -> None:
    receipt = await desk.share(MAYA)
    share = share_of(receipt)
    voice = (await desk.answer(share, NOOR)).posted.name
    await app.sharing.nods.nod(share.id, Nod.HEAR, SAM)
    draft = await desk.draft(SAM, "Not posted yet.")
    ring = await as_before_periods(settings, app)
    before = on_disk(settings.database, settings.key_file)
    clock.advance(10 * DAY)

    for _ in range(2):  # a second start finds nothing left to do
        async with App.open(settings, clock) as later:
            assert [posted.id for posted in await later.sharing.mine(MAYA)] == [share.id]
            assert (await later.sharing.receipt(receipt.secret)).posted.id == share.id
            place = await later.sharing.answers.place(share.id)
            assert (await later.sharing.answers.write(NOOR, place, "And again."))[1].name == voice
            assert (await later.sharing.drafts.read(draft, SAM)).body.text == "Not posted yet."
    async with App.open(settings, clock) as later:
        assert not await later.sharing.nods.nod(share.id, Nod.HEAR, SAM), "the old nod is taken back"

    old = Keys(ring)
    links = {
        old.tag("share author", share.id, MAYA),
        old.tag("voice", share.id, NOOR),
        old.tag("nod", share.id, Nod.HEAR, SAM),
    }
    assert links <= before
    kept = settings.database.read_bytes()
    assert [link for link in links if link.encode() in kept] == [], "what the lasting key alone opens is gone"
    burn(settings, clock, 1)
    async with App.open(settings, clock) as later:
        assert await later.sharing.mine(MAYA) == []


# The database and its key file


async def test_a_database_takes_no_other_key_file_even_when_two_start_at_once(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    async with App.open(settings, clock) as app:
        known = await facts.recall(app.db, "key_file")
        other = replace(settings, key_file=tmp_path / "other.keys")
        with pytest.raises(StartError, match="is missing"):
            async with App.open(other, clock):
                pass
        assert not other.key_file.exists()
        keys_service.open_keys(other.key_file, expected_id=None, today=clock.now().date())
        with pytest.raises(StartError, match="does not belong"):
            async with App.open(other, clock):
                pass
        assert await facts.recall(app.db, "key_file") == known == app.keys.id


async def test_a_share_is_posted_also_while_the_key_file_cannot_be_written(
    settings: Settings, clock: FixedClock, app: App, desk: Desk
) -> None:
    settings.key_file.chmod(0o644)  # what the bot refuses to use
    await passes(app, clock, 40 * DAY)
    share = share_of(await desk.share(MAYA))
    assert isinstance(share, Share)
    assert share.period == 1
    assert [posted.id for posted in await app.sharing.mine(MAYA)] == [share.id]
