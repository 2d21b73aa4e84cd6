"""A past period's key goes when nothing is reckoned with it any more: a shorter link really is shorter."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.contacts.models import Contact
from bot.db import periods
from bot.keys import KeyFile
from bot.keys.ring import LINK_DAYS, PERIOD
from bot.sharing import sealing
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, Desk, FakeDiscord, share_of

pytestmark = pytest.mark.anonymity

BEN = Actor(user_id=7, role_ids=frozenset({21}), manages_server=False)
DAY = timedelta(days=1)
MEMBERS = [MAYA, NOOR, *range(300_000_000_000_000_200, 300_000_000_000_000_300)]


@pytest.fixture
def discord() -> FakeDiscord:
    return FakeDiscord()


@pytest.fixture
def desk(app: App, circle: Circle, discord: FakeDiscord) -> Desk:
    return Desk(app, circle, discord)


async def until(app: App, clock: FixedClock, desk: Desk, day: int) -> None:
    """To a day, counted from the first of the first period, with every day's ticks."""
    started = app.keys._ring.periods[0].begins
    while (clock.now().date() - started).days < day:
        clock.advance(DAY)
        await app.tick()
        await desk.settle()


def living(settings: Settings) -> list[int]:
    ring = KeyFile(settings.key_file).read()
    assert ring is not None
    return [period.number for period in ring.living]


@pytest.mark.parametrize(("link_days", "last"), [(0, 31), (7, 37), (30, 60)])
async def test_a_key_is_kept_as_long_as_the_links_made_with_it_and_no_longer(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, settings: Settings, link_days: int, last: int
) -> None:
    await app.sharing.rules.change(BEN, circle, link_days=link_days)
    await desk.share()
    await until(app, clock, desk, last - 1)
    assert 1 in living(settings)
    await until(app, clock, desk, last)
    assert 1 not in living(settings)


async def test_an_old_copy_of_the_database_tells_nothing_once_the_shorter_life_is_over(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    await app.sharing.rules.change(BEN, circle, link_days=0)
    share = share_of(await desk.share())
    await app.db.checkpoint()
    shutil.copy(settings.database, tmp_path / "old.db")

    def found() -> list[int]:
        with closing(sqlite3.connect(tmp_path / "old.db")) as old:
            [(author, period)] = old.execute("SELECT author, period FROM shares").fetchall()
        return [
            member for member in MEMBERS if sealing.author_tag(app.keys, period, share.id, member) == author
        ]

    assert found() == [MAYA]
    await until(app, clock, desk, 31)
    assert found() == []


async def test_a_living_share_keeps_its_key_whatever_else_is_over(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, settings: Settings
) -> None:
    await desk.share()
    await app.sharing.rules.change(BEN, circle, link_days=0)
    await until(app, clock, desk, 20)
    await app.sharing.rules.change(BEN, circle, link_days=30)
    await desk.share(NOOR)  # in the first period, too, and promised more
    await until(app, clock, desk, 79)
    assert 1 in living(settings)
    assert [share.name for share in await app.sharing.mine(NOOR)]
    await until(app, clock, desk, 80)
    assert await app.sharing.mine(NOOR) == []
    assert 1 not in living(settings)


async def test_days_set_by_whoever_runs_the_bot_stay_the_most(
    app: App, clock: FixedClock, desk: Desk, settings: Settings
) -> None:
    KeyFile(settings.key_file).change(lambda ring: ring.with_link_days(5))
    await desk.share()
    await until(app, clock, desk, 34)
    assert 1 in living(settings)
    await until(app, clock, desk, 35)
    assert 1 not in living(settings)
    assert await desk.count("shares") == 1


@pytest.mark.parametrize("kind", ["contact", "draft", "voice"])
async def test_whatever_is_reckoned_with_a_past_period_keeps_its_key(
    app: App, clock: FixedClock, circle: Circle, desk: Desk, settings: Settings, kind: str
) -> None:
    receipt = await desk.share()
    await until(app, clock, desk, 29)
    if kind == "contact":
        async with app.db.transaction() as tx:
            day = clock.now().date() + timedelta(days=40)
            await app.contacts.keep(tx, "any", "thing", Contact(MAYA, 5, "en"), until=day)
    elif kind == "draft":
        await desk.draft()
    else:
        await desk.answer(share_of(receipt), NOOR)
    await app.sharing.take_back(receipt.secret)
    await desk.settle()
    clock.advance(timedelta(hours=13))  # into the next period, and within a draft's life
    await app.tick()
    assert living(settings) == [2, 1]
    assert await app.contacts.find("any", "thing") is not None or kind != "contact"
    await until(app, clock, desk, 30 + LINK_DAYS)
    assert 1 not in living(settings)


async def test_every_column_called_period_counts(app: App) -> None:
    async with app.db.transaction() as tx:
        assert await periods.in_use(tx) == set()
        await tx.execute("CREATE TABLE later (id TEXT PRIMARY KEY, period INTEGER) STRICT")
        await tx.execute("INSERT INTO later VALUES ('a', 4), ('b', NULL), ('c', 4)")
        assert await periods.in_use(tx) == {4}
    assert timedelta(30) == PERIOD
