"""What somebody tells from the rows alone who has no key: not who it was, and not that it was the same person.

All that is drawn at random is drawn alike in each world here. So worlds differ in nothing but who acts, and
under which key file: what follows from a person shows, in whatever column, form or hash it is.
"""

from __future__ import annotations

import random
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.contacts.models import Contact
from bot.sharing.models import Nod
from bot.sharing.pausing.models import Author
from bot.sharing.reports.models import Kind, What
from bot.sharing.rules.models import Review
from tests.conftest import FixedClock
from tests.sharing.conftest import NOOR, SAM, Desk, FakeDiscord, share_of
from tests.sharing.test_sharing_tables import TABLES

pytestmark = pytest.mark.anonymity

ONE, OTHER, ANOTHER, FOURTH = (300000000000000201 + number for number in range(4))
KNOWN_BY_TAGS = {
    "contacts.sealed",
    "drafts.author",
    "listeners.who",
    "meeting_blocks.pair",
    "meeting_offers.reader",
    "meeting_sides.pausing",
    "nods.nod",
    "pace.tag",
    "pauses.tag",
    "relay_sides.owner",
    "report_voices.reporter",
    "review_votes.vote",
    "shares.author",
    "shares.pausing",
    "voices.voice",
}
BY_PERSON = ("pace.", "listeners.")
"""One row for a person: that somebody shared twice in an hour is counted there, but not what."""
BEN = Actor(7, frozenset({21}), manages_server=False)

Kept = dict[str, list[object]]
"""Every value by `table.column`, of all that lay in the database at one moment or another."""


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> Dice:
    dice = Dice()
    for name in ("token_hex", "token_bytes", "choice", "randbelow"):
        monkeypatch.setattr(secrets, name, getattr(dice, name))
    monkeypatch.setattr(random, "SystemRandom", lambda: random.Random(dice.randbelow(2**64)))
    return dice


class Dice:
    """Draws the same again and again; in place of what nobody can foretell."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, seed: int) -> None:
        self._random = random.Random(seed)

    def token_hex(self, count: int = 32) -> str:
        return self.token_bytes(count).hex()

    def token_bytes(self, count: int = 32) -> bytes:
        return self._random.randbytes(count)

    def choice(self, among: Sequence[object]) -> object:
        return self._random.choice(among)

    def randbelow(self, most: int) -> int:
        return self._random.randrange(most)


def reached(person: int) -> Contact:
    return Contact(person, person + 1_000_000, "pt-BR" if person == ONE else "zh-TW")


async def world(folder: Path, alike: Dice, people: Sequence[int], *, key: int) -> Kept:
    """What is kept of the same acts of these people, under a key file made of that number."""
    folder.mkdir()
    settings = Settings.read(
        {"TOWARDS_DATABASE": str(folder / "towards.db"), "TOWARDS_KEY_FILE": str(folder / "towards.keys")}
    )
    clock, kept = FixedClock(), defaultdict[str, list[object]](list)
    alike.begin(key)
    async with App.open(replace(settings, database=folder / "other.db"), clock):
        pass  # the key file is made
    alike.begin(0)
    async with App.open(settings, clock) as app:
        desk = Desk(app, await harbour(app), FakeDiscord())
        await app.listeners.begin(desk.circle, reached(people[-1]))
        for reader, person in zip((NOOR, SAM), people, strict=True):
            await acts(desk, person, reader, kept)
            await look(app, kept)
        await vote(desk, clock, people[0])
        await look(app, kept)
        await end(desk, people)
        await look(app, kept)
    return kept


async def harbour(app: App) -> Circle:
    circle = Circle("c1", 1, "Harbour", 11, 12, 13, 21, "Europe/Berlin", "en", 2, app.clock.now())
    async with app.db.transaction() as tx:
        await circles_store.insert(tx, circle)
    return circle


async def acts(desk: Desk, person: int, reader: int, kept: Kept) -> None:
    """All that somebody does without a name, each thing once, beside a reader who shares as well."""
    app = desk.app
    others = share_of(await desk.share(reader))
    receipt = await desk.share(person)
    await app.sharing.told.ask(receipt.secret, reached(person))
    await app.sharing.nods.nod(others.id, Nod.ME_TOO, person)
    await desk.answer(share_of(receipt), reader)
    await desk.answer(others, person)
    await app.sharing.reports.tell(What.SHARE, others.id, person, Kind.OTHER, "It may be known.")
    offer = await app.meetings.offers.begin(others.id, person, "I was there, too.")
    await app.meetings.offers.send(offer.id, person, reached(person))
    await look(app, kept)
    await app.meetings.offers.accept(others.id, offer.id, reader, reached(reader))
    again = await app.meetings.offers.begin(share_of(receipt).id, reader, "And I.")
    await app.meetings.offers.send(again.id, reader, reached(reader))
    await app.meetings.offers.not_now(share_of(receipt).id, again.id, person, never_again=True)
    await app.care.holds.begin(person, {"text": "Not yet."})
    await desk.draft(person)


async def vote(desk: Desk, clock: FixedClock, facilitator: int) -> None:
    """Two are to agree before a share is posted, and this is one of them."""
    sharing = desk.app.sharing
    await sharing.rules.change(BEN, desk.circle, review=Review.ALL, votes=2)
    await sharing.review.do_due()
    handle = await desk.draft(SAM)
    await sharing.post(handle, SAM)
    clock.advance(timedelta(hours=6))
    await sharing.review.do_due()
    share = share_of(await sharing.receipt(handle))
    actor = Actor(facilitator, frozenset({21}), manages_server=False)
    assert not await sharing.review.let_through(actor, desk.circle, share.id)


async def end(desk: Desk, people: Sequence[int]) -> None:
    """Who wrote each of their shares is paused."""
    shares = desk.app.sharing.shares
    for person in dict.fromkeys(people):
        for share in await shares.of_person(desk.app.db, person):
            author = Author(share.circle_id, share.id, share.pausing, share.period)
            await desk.app.sharing.pausing.pause(BEN, desk.circle, author, 7)
    await desk.settle()


async def look(app: App, kept: Kept) -> None:
    for table in await app.db.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in await app.db.all(f"SELECT * FROM {table['name']}"):
            for column, value in zip(row.keys(), row, strict=True):
                kept[f"{table['name']}.{column}"].append(value)


def of_the_person(kept: Kept, somebody_elses: Kept) -> dict[str, set[object]]:
    """By column, what is there because of who it was."""
    told = {column: set(values) - set(somebody_elses[column]) for column, values in kept.items()}
    return {column: values for column, values in told.items() if values}


async def test_whatever_follows_from_who_it_was_takes_the_key_file_to_reckon(
    tmp_path: Path, alike: Dice
) -> None:
    mine = await world(tmp_path / "mine", alike, (ONE, OTHER), key=1)
    theirs = await world(tmp_path / "theirs", alike, (ANOTHER, FOURTH), key=1)
    elsewhere = await world(tmp_path / "elsewhere", alike, (ONE, OTHER), key=2)
    told = of_the_person(mine, theirs)
    plain = re.compile("|".join(f"{person}|{person:x}" for person in (ONE, OTHER)))
    assert [column for column, values in mine.items() if plain.search(str(values))] == []
    assert told.keys() >= KNOWN_BY_TAGS
    assert {column: values & set(elsewhere[column]) for column, values in told.items()} == {
        column: set() for column in told
    }


def alikeness(kept: Kept) -> Counter[tuple[tuple[str, int], ...]]:
    """Where each value is found how often, whatever it is: what a join of all columns gives."""
    found = defaultdict[object, Counter[str]](Counter)
    for column, values in kept.items():
        if not column.startswith(BY_PERSON):
            for value in values:
                found[value][column] += 1
    return Counter(tuple(sorted(places.items())) for places in found.values())


async def test_two_posts_of_one_person_are_no_more_alike_than_those_of_two(
    tmp_path: Path, alike: Dice
) -> None:
    of_one = await world(tmp_path / "one", alike, (ONE, ONE), key=1)
    of_two = await world(tmp_path / "two", alike, (ONE, OTHER), key=1)
    assert alikeness(of_one) == alikeness(of_two)


async def test_no_row_of_what_was_done_without_a_name_holds_a_time_of_day(
    tmp_path: Path, alike: Dice
) -> None:
    kept = await world(tmp_path / "one", alike, (ONE, OTHER), key=1)
    found = {
        column
        for column, values in kept.items()
        if column.split(".")[0] in TABLES and any(map(is_time, values))
    }
    assert found == set()


def is_time(value: object) -> bool:
    """A time of day as text, or seconds since 1970."""
    if isinstance(value, str):
        return re.search(r"\d\d:\d\d", value) is not None
    return isinstance(value, int | float) and 1e9 < value < 4e9
