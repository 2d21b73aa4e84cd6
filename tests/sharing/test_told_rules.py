"""An author is told of answers only if they asked, and by what is stored nobody can tell who they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor
from bot.contacts.models import Contact
from bot.errors import UserError
from bot.outbox.models import DIRECT
from bot.sharing.answered.models import id_at
from bot.sharing.answered.service import Message
from bot.sharing.models import Receipt, Share, State
from bot.sharing.rules.models import Review
from bot.sharing.told.models import TOLD
from bot.sharing.told.service import FIRST_AFTER, NEXT_AFTER
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of

DM = 4004
DAY = timedelta(days=1)


async def ask(app: App, receipt: Receipt, user_id: int = MAYA) -> Share:
    await app.sharing.told.ask(receipt.secret, Contact(user_id, DM, "en"))
    return share_of(receipt)


async def notices(desk: Desk, clock: FixedClock, by: timedelta) -> int:
    """How many leave while that much time passes."""
    desk.discord.done.clear()
    clock.advance(by)
    await desk.settle()
    return desk.discord.kinds.count("told.notice")


async def is_told(app: App, share: Share) -> bool:
    return (await app.sharing.told.following(share.id)).is_asked


async def test_who_did_not_ask_is_not_told(app: App, desk: Desk, clock: FixedClock) -> None:
    share = share_of(await desk.share(MAYA))
    await desk.answer(share, NOOR)
    assert await notices(desk, clock, DAY) == 0
    assert not await is_told(app, share)
    assert await desk.count("share_notices") == 0


async def test_an_answer_is_told_of_once_a_random_while_later(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = await ask(app, await desk.share(MAYA))
    await desk.answer(share, NOOR)
    await desk.answer(share, SAM)
    assert await notices(desk, clock, FIRST_AFTER[0] - timedelta(seconds=1)) == 0
    assert await notices(desk, clock, FIRST_AFTER[1]) == 1
    assert await notices(desk, clock, timedelta(hours=1)) == 0


@pytest.mark.anonymity
async def test_what_waits_to_be_sent_names_nobody(app: App, desk: Desk) -> None:
    share = await ask(app, await desk.share(MAYA))
    await desk.answer(share, NOOR)
    [item] = await app.db.all("SELECT * FROM outbox")
    assert (item["reference"], item["channel_id"]) == (share.id, DIRECT)
    assert {str(MAYA), MAYA, str(DM), DM} & set(item) == set()


async def test_the_next_notice_comes_only_once_they_looked_and_hours_later(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = await ask(app, await desk.share(MAYA))
    await desk.answer(share, NOOR)
    assert await notices(desk, clock, FIRST_AFTER[1]) == 1
    await desk.answer(share, SAM)
    assert await notices(desk, clock, NEXT_AFTER[1]) == 0, "the first one was not looked at"

    assert (await app.sharing.told.look(share.id, MAYA)).id == share.id
    await desk.answer(share, NOOR, "And I.")
    assert await notices(desk, clock, NEXT_AFTER[0] - timedelta(seconds=1)) == 0
    assert await notices(desk, clock, NEXT_AFTER[1]) == 1


async def test_on_another_day_a_notice_comes_though_the_last_was_not_looked_at(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = await ask(app, await desk.share(MAYA))
    for person in (NOOR, SAM):
        await desk.answer(share, person)
        assert await notices(desk, clock, FIRST_AFTER[1]) == 1
        clock.advance(DAY)


async def test_one_is_told_of_answers_by_name_too_but_not_of_ones_own(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = await ask(app, await desk.share(MAYA))
    await app.sharing.answered.saw(share.id, [Message(7000, MAYA)])
    assert await notices(desk, clock, DAY) == 0
    await app.sharing.answered.saw(share.id, [Message(7001, MAYA), Message(7002, NOOR)])
    assert await notices(desk, clock, DAY) == 1


async def test_what_the_author_says_in_the_same_voice_is_no_news(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = await ask(app, await desk.share(MAYA))
    await desk.answer(share, MAYA)
    assert await notices(desk, clock, DAY) == 0


async def test_answers_from_before_they_asked_are_no_news(app: App, desk: Desk, clock: FixedClock) -> None:
    receipt = await desk.share(MAYA)
    await desk.answer(share_of(receipt), NOOR)
    share = await ask(app, receipt)
    place = await app.sharing.answered.place(share.id)
    assert place is not None
    assert place.after == id_at(clock.now())


async def test_asking_twice_or_in_another_place_keeps_one_contact(app: App, desk: Desk) -> None:
    receipt = await desk.share(MAYA)
    await ask(app, receipt)
    assert receipt.code is not None
    await app.sharing.told.ask(
        (await app.sharing.enter_code(receipt.code, MAYA)).secret, Contact(MAYA, 9, "de")
    )
    assert await app.contacts.of_person(MAYA) == [(TOLD, share_of(receipt).id)]
    contact = await app.contacts.find(TOLD, share_of(receipt).id)
    assert contact == Contact(MAYA, 9, "de")


@pytest.mark.anonymity
async def test_ending_it_erases_everything_that_was_kept_for_it(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    receipt = await desk.share(MAYA)
    share = await ask(app, receipt)
    await desk.answer(share, NOOR)
    await app.sharing.told.stop(receipt.secret)
    assert not await is_told(app, share)
    for table in ("contacts", "share_notices", "outbox"):
        assert await desk.count(table) == 0
    assert await notices(desk, clock, DAY) == 0


async def test_only_who_is_told_can_look_or_end_it_without_the_receipt(app: App, desk: Desk) -> None:
    share = await ask(app, await desk.share(MAYA))
    for act in (app.sharing.told.look, app.sharing.told.stop_mine):
        with pytest.raises(UserError, match=r"told\.errors\.over"):
            await act(share.id, NOOR)
    assert await is_told(app, share)
    await app.sharing.told.stop_mine(share.id, MAYA)
    with pytest.raises(UserError, match=r"told\.errors\.over"):
        await app.sharing.told.stop_mine(share.id, MAYA)


@pytest.mark.anonymity
async def test_a_share_taken_back_while_a_notice_waits_is_told_of_no_more(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    receipt = await desk.share(MAYA)
    share = await ask(app, receipt)
    await desk.answer(share, NOOR)
    await app.sharing.take_back(receipt.secret)
    await desk.settle()
    for table in ("contacts", "share_notices", "outbox"):
        assert await desk.count(table) == 0
    assert await notices(desk, clock, DAY) == 0


@pytest.mark.anonymity
async def test_when_the_share_closes_whom_to_tell_is_forgotten(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    receipt = await desk.share(MAYA)
    await ask(app, receipt)
    clock.advance(30 * DAY)
    await app.sharing.do_due()
    assert (await app.sharing.receipt(receipt.secret)).posted.state is State.CLOSED
    assert await desk.count("contacts") == 0
    with pytest.raises(UserError, match="share_gone"):
        await ask(app, receipt)


@pytest.mark.parametrize("reason", ["closed_dms", "channel_gone"])
async def test_who_cannot_be_reached_is_forgotten_and_the_receipt_can_say_so(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord, reason: str
) -> None:
    receipt = await desk.share(MAYA)
    share = await ask(app, receipt)
    await desk.answer(share, NOOR)
    discord.refuse["told.notice"] = reason
    await notices(desk, clock, FIRST_AFTER[1])
    following = await app.sharing.told.following(share.id)
    assert (following.is_asked, following.found_closed) == (False, True)
    assert await desk.count("contacts") == 0
    assert await desk.count("outbox") == 0
    assert await app.reminders.reach.is_to_be_told(MAYA)

    await ask(app, receipt)
    following = await app.sharing.told.following(share.id)
    assert (following.is_asked, following.found_closed) == (True, False)


async def test_after_trouble_of_discords_the_next_answer_is_told_of(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord
) -> None:
    share = await ask(app, await desk.share(MAYA))
    await desk.answer(share, NOOR)
    discord.refuse["told.notice"] = "no_answer"
    await notices(desk, clock, FIRST_AFTER[1])
    discord.refuse.clear()
    await desk.answer(share, SAM)
    assert await notices(desk, clock, DAY) == 1


async def test_a_share_that_is_read_first_can_be_followed_from_the_start(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.rules.change(
        Actor(SAM, frozenset({21}), manages_server=False), desk.circle, review=Review.ALL
    )
    handle = await desk.draft(MAYA)
    share = await ask(app, await app.sharing.post(handle, MAYA))
    assert share.state is State.REVIEWING
    async with app.db.transaction() as tx:
        await app.sharing.told.notify(tx, share.id)
    assert await notices(desk, clock, DAY) == 1


async def test_erasing_everything_of_a_person_ends_it(app: App, desk: Desk, clock: FixedClock) -> None:
    share = await ask(app, await desk.share(MAYA))
    await desk.answer(share, NOOR)
    await app.privacy.erase(MAYA)
    assert not await is_told(app, share)
    await desk.answer(share, SAM)
    assert await desk.count("contacts") == 0


async def test_an_answer_has_no_such_button(app: App, desk: Desk) -> None:
    share = share_of(await desk.share(MAYA))
    with pytest.raises(UserError, match="share_gone"):
        await app.sharing.told.require((await desk.answer(share, NOOR)).secret)
