"""Nods: once per person and kind, counted in words, erased at the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.errors import UserError
from bot.sharing.models import Nod, amount
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of


async def test_a_nod_counts_once_per_person_and_kind_and_again_takes_it_back(app: App, desk: Desk) -> None:
    share = share_of(await desk.share())
    assert await app.sharing.nods.nod(share.id, Nod.HEAR, NOOR)
    assert await app.sharing.nods.nod(share.id, Nod.ME_TOO, NOOR)
    assert await app.sharing.nods.nod(share.id, Nod.HEAR, SAM)
    assert await app.sharing.nods.of(share.id) == {Nod.HEAR: 2, Nod.ME_TOO: 1}
    assert not await app.sharing.nods.nod(share.id, Nod.HEAR, NOOR)
    assert await app.sharing.nods.of(share.id) == {Nod.HEAR: 1, Nod.ME_TOO: 1}


async def test_a_nod_given_and_taken_back_again_and_again_is_counted_once_in_the_day(
    app: App, desk: Desk
) -> None:
    share = share_of(await desk.share())
    for _ in range(5):
        await app.sharing.nods.nod(share.id, Nod.HEAR, NOOR)
    [row] = await app.db.all("SELECT count FROM day_counts WHERE act = 'nodded'")
    assert row["count"] == 1


@pytest.mark.anonymity
async def test_the_card_changes_a_while_later_and_once_for_all(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord
) -> None:
    share = share_of(await desk.share())
    for person in (NOOR, SAM, 104):
        await app.sharing.nods.nod(share.id, Nod.WITH_YOU, person)
    clock.advance(timedelta(seconds=9))
    await desk.settle()
    assert "share.nods" not in discord.kinds
    clock.advance(timedelta(seconds=31))
    await desk.settle()
    assert discord.kinds.count("share.nods") == 1


async def test_an_author_does_not_nod_to_their_own_share(app: App, desk: Desk) -> None:
    share = share_of(await desk.share())
    with pytest.raises(UserError, match="own_share"):
        await app.sharing.nods.nod(share.id, Nod.ME_TOO, MAYA)


@pytest.mark.anonymity
async def test_what_is_kept_of_a_nod_names_nobody_and_goes_when_the_share_closes(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = share_of(await desk.share())
    await app.sharing.nods.nod(share.id, Nod.HEAR, NOOR)
    await app.sharing.nods.nod(share.id, Nod.ME_TOO, NOOR)
    hear, me_too = await app.db.all("SELECT * FROM nods ORDER BY kind")
    assert str(NOOR) not in repr((tuple(hear), tuple(me_too)))
    assert hear["nod"] != me_too["nod"]
    clock.advance(timedelta(days=30))
    await app.tick()
    assert await desk.count("nods") == 0
    with pytest.raises(UserError, match="share_gone"):
        await app.sharing.nods.nod(share.id, Nod.HEAR, SAM)


async def test_forgetting_a_person_takes_their_nods_along(app: App, desk: Desk) -> None:
    share = share_of(await desk.share())
    await app.sharing.nods.nod(share.id, Nod.HEAR, NOOR)
    await app.sharing.nods.nod(share.id, Nod.HEAR, SAM)
    async with app.db.transaction() as tx:
        await app.sharing.forget(tx, NOOR)
    assert await app.sharing.nods.of(share.id) == {Nod.HEAR: 1}


@pytest.mark.parametrize(
    ("count", "word"),
    [(0, "none"), (1, "one"), (2, "a_few"), (4, "a_few"), (5, "several"), (9, "several"), (10, "many")],
)
@pytest.mark.anonymity
def test_how_many_is_told_in_a_word(count: int, word: str) -> None:
    assert amount(count) == word
