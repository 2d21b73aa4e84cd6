"""Who asked to be reached: found by the bot alone, for what they asked, until it is over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Settings
from bot.contacts.models import Contact
from bot.keys import KeyFile
from tests.conftest import FixedClock

pytestmark = pytest.mark.anonymity

MAYA, NOOR = 912_345_678_901_234_567, 812_345_678_901_234_567
DM = 712_345_678_901_234_567
DAY = timedelta(days=1)


async def keep(
    app: App, reference: str, contact: Contact, purpose: str = "share.told", days: int = 30
) -> None:
    until = app.clock.now().date() + timedelta(days=days)
    async with app.db.transaction() as tx:
        await app.contacts.keep(tx, purpose, reference, contact, until=until)


def stored(path: Path) -> bytes:
    beside = [Path(f"{path}{end}") for end in ("", "-wal")]
    return b"".join(each.read_bytes() for each in beside if each.exists())


async def test_a_contact_is_found_again_for_its_purpose_and_reference_alone(app: App) -> None:
    contact = Contact(MAYA, DM, "pt-BR")
    await keep(app, "one", contact)
    assert await app.contacts.find("share.told", "one") == contact
    assert await app.contacts.find("share.signed", "one") is None
    assert await app.contacts.find("share.told", "two") is None


async def test_nothing_of_the_person_stands_in_the_file(app: App, settings: Settings) -> None:
    await keep(app, "one", Contact(MAYA, DM, "zh-TW"))
    kept = stored(settings.database)
    for number in (MAYA, DM):
        assert str(number).encode() not in kept
        assert number.to_bytes(8, "big") not in kept
    assert b"zh-TW" not in kept


async def test_all_sealed_contacts_are_equally_long(app: App, settings: Settings) -> None:
    everybody = [Contact(MAYA, DM, "zh-TW"), Contact(10**20 - 1, 10**20 - 1, "es-419"), Contact(17, 0, "")]
    for number, contact in enumerate(everybody):
        await keep(app, str(number), contact)
        assert await app.contacts.find("share.told", str(number)) == contact
    with closing(sqlite3.connect(settings.database)) as db:
        assert len(db.execute("SELECT DISTINCT length(sealed) FROM contacts").fetchall()) == 1


async def test_two_contacts_of_one_person_do_not_resemble_each_other(app: App, settings: Settings) -> None:
    for reference in ("one", "two"):
        await keep(app, reference, Contact(MAYA, DM, "en"))
    with closing(sqlite3.connect(settings.database)) as db:
        one, two = [row[0] for row in db.execute("SELECT sealed FROM contacts")]
    assert len({one[start : start + 8] for start in range(len(one))} & {two[:8], two[8:16], two[-8:]}) == 0


async def test_a_sealed_contact_moved_to_another_reference_opens_for_nobody(app: App) -> None:
    await keep(app, "one", Contact(MAYA, DM, "en"))
    async with app.db.transaction() as tx:
        await tx.execute("UPDATE contacts SET reference = 'two'")
    with pytest.raises(ValueError, match="not sealed here"):
        await app.contacts.find("share.told", "two")


async def test_kept_again_the_later_one_takes_the_place_of_the_first(app: App) -> None:
    await keep(app, "one", Contact(MAYA, DM, "en"))
    await keep(app, "one", Contact(NOOR, 5, "de"))
    assert await app.contacts.find("share.told", "one") == Contact(NOOR, 5, "de")
    assert await app.contacts.of_person(MAYA) == []


async def test_it_is_dropped_for_one_purpose_or_for_all_there_is_about_something(app: App) -> None:
    for purpose in ("share.told", "share.signed"):
        await keep(app, "one", Contact(MAYA, DM, "en"), purpose)
    await keep(app, "two", Contact(MAYA, DM, "en"))
    async with app.db.transaction() as tx:
        await app.contacts.drop(tx, "share.signed", "one")
    assert sorted(await app.contacts.of_person(MAYA)) == [("share.told", "one"), ("share.told", "two")]
    async with app.db.transaction() as tx:
        await app.contacts.drop_all(tx, "one")
    assert await app.contacts.references("share.told") == {"two"}


async def test_it_goes_on_its_day(app: App, clock: FixedClock) -> None:
    await keep(app, "one", Contact(MAYA, DM, "en"), "test", days=3)
    await keep(app, "two", Contact(MAYA, DM, "en"), "test", days=4)
    clock.advance(3 * DAY)
    await app.tick()
    assert await app.contacts.references("test") == {"two"}


async def test_a_destroyed_key_leaves_nobody_to_be_found(
    app: App, settings: Settings, clock: FixedClock
) -> None:
    await keep(app, "one", Contact(MAYA, DM, "en"))
    KeyFile(settings.key_file).change(lambda ring: ring.burnt([1], clock.now().date()))
    app.keys.turn(clock.now().date())
    assert await app.contacts.find("share.told", "one") is None
    assert await app.contacts.of_person(MAYA) == []
    assert await app.contacts.export(MAYA) == []


async def test_the_lasting_key_opens_no_contact(app: App) -> None:
    """It is there as long as the key file; a copy of the row may be, too."""
    await keep(app, "one", Contact(MAYA, DM, "en"))
    [row] = await app.db.all("SELECT sealed FROM contacts")
    with pytest.raises(ValueError, match="not sealed here"):
        app.keys.unseal("contact", row["sealed"], bound_to="share.told one")


async def test_a_person_sees_and_erases_theirs_and_nobody_elses(app: App) -> None:
    await keep(app, "one", Contact(MAYA, DM, "en"))
    await keep(app, "two", Contact(NOOR, 5, "en"))
    assert await app.contacts.export(MAYA) == [{"for": "share.told"}]
    async with app.db.transaction() as tx:
        await app.contacts.forget(tx, MAYA)
    assert await app.contacts.references("share.told") == {"two"}
