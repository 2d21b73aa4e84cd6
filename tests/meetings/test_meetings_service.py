"""Offers, blocks and reports by what they keep: what the other side, or a leaked table, could tell from it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.contacts.models import Contact
from bot.errors import UserError
from bot.meetings.models import Offer
from bot.outbox.models import Action, Item
from bot.relay.models import Side
from bot.sharing.models import OFFERS_AN_HOUR, Body, Receipt, Wish
from bot.sharing.reports.models import Kind
from tests.conftest import FixedClock

MAYA, NOOR, LIN = 912_345_678_901_234_567, 812_345_678_901_234_567, 712_345_678_901_234_567
DAY = timedelta(days=1)


class Postman:
    """Delivers everything; letters are rendered as the cog would."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.kinds: list[str] = []
        self._id = 5000

    async def deliver(self, item: Item) -> int | None:
        if item.kind == "meet.letter" and await self.app.relay.to_deliver(item.reference) is None:
            return None
        self.kinds.append(item.kind)
        self._id += 1
        return self._id if item.action is Action.SEND else item.message_id


class Circling:
    """What the doors do, in as many words."""

    def __init__(self, app: App, circle: Circle) -> None:
        self.app = app
        self.circle = circle
        self.postman = Postman(app)
        self.offers = app.meetings.offers

    async def settle(self) -> None:
        await self.app.outbox.drain(self.postman)

    async def share(self, user_id: int = MAYA) -> Receipt:
        handle, _ = await self.app.sharing.write(
            user_id, Body("Something heavy."), wish=Wish.LISTEN, circle=self.circle
        )
        await self.app.sharing.post(handle, user_id)
        await self.settle()
        return await self.app.sharing.receipt(handle)

    async def offer(self, receipt: Receipt, user_id: int = NOOR) -> Offer:
        offer = await self.offers.begin(receipt.posted.id, user_id, "I know this.")
        return await self.offers.send(offer.id, user_id, contact(user_id))

    async def meet(self) -> tuple[Side, Side]:
        """Maya's side and Noor's."""
        receipt = await self.share()
        offer = await self.offer(receipt)
        mine = await self.offers.accept(receipt.secret, offer.id, MAYA, contact(MAYA))
        await self.settle()
        return mine, await self.app.relay.other(mine)


def contact(user_id: int) -> Contact:
    return Contact(user_id, user_id % 99_999, "en")


@pytest.fixture
def here(app: App, circle: Circle) -> Circling:
    return Circling(app, circle)


async def test_only_the_holder_of_the_receipt_sees_an_offer(here: Circling) -> None:
    receipt, other = await here.share(), await here.share(LIN)
    offer = await here.offer(receipt)
    assert (await here.offers.to_author(receipt.secret, offer.id, MAYA))[1].words == "I know this."
    with pytest.raises(UserError, match="offer_gone"):
        await here.offers.to_author(other.secret, offer.id, LIN)
    with pytest.raises(UserError, match="offer_gone"):
        await here.offers.accept(other.secret, offer.id, LIN, contact(LIN))


async def test_an_author_who_lost_the_receipt_sees_it_as_long_as_the_link_lives(here: Circling) -> None:
    receipt = await here.share()
    offer = await here.offer(receipt)
    share, seen = await here.offers.to_author(receipt.posted.id, offer.id, MAYA)
    assert (share.id, seen.id) == (receipt.posted.id, offer.id)
    for who in (NOOR, LIN):  # a share's id stands in its public buttons
        with pytest.raises(UserError, match="receipt_gone"):
            await here.offers.to_author(receipt.posted.id, offer.id, who)
        with pytest.raises(UserError, match="receipt_gone"):
            await here.offers.accept(receipt.posted.id, offer.id, who, contact(who))


async def test_nobody_else_can_change_send_or_take_back_an_offer(here: Circling) -> None:
    receipt = await here.share()
    offer = await here.offers.begin(receipt.posted.id, NOOR, "I know this.")
    for attempt in (
        here.offers.change(offer.id, LIN, "Not mine"),
        here.offers.send(offer.id, LIN, contact(LIN)),
        here.offers.take_back(offer.id, LIN),
    ):
        with pytest.raises(UserError, match="offer_gone"):
            await attempt


async def test_offers_are_paced(here: Circling) -> None:
    receipts = [await here.share(MAYA + number) for number in range(OFFERS_AN_HOUR + 1)]
    for receipt in receipts[:-1]:
        await here.offer(receipt)
    with pytest.raises(UserError, match="pace_offer"):
        await here.offer(receipts[-1])


async def test_who_set_an_offer_aside_shows_nowhere_to_who_made_it(here: Circling, clock: FixedClock) -> None:
    receipt = await here.share()
    ours, theirs = await here.offer(receipt), await here.offer(receipt, LIN)
    await here.offers.not_now(receipt.secret, ours.id, MAYA)
    assert [offer.id for offer in await here.offers.of_share(receipt.posted.id, MAYA)] == [theirs.id]
    exported = [{**(await here.offers.export(who))[0], "as": ""} for who in (NOOR, LIN)]
    assert exported[0] == exported[1]
    for who in (NOOR, LIN):
        with pytest.raises(UserError, match="offered"):
            await here.offers.may_offer(receipt.posted.id, who)
    clock.advance(13 * DAY)
    await here.offers.do_due()
    await here.settle()
    assert "meet.unmet" not in here.postman.kinds
    clock.advance(DAY)
    await here.offers.do_due()
    await here.settle()
    assert here.postman.kinds.count("meet.unmet") == 2


async def test_an_author_is_not_told_of_whom_they_do_not_want_to_meet(here: Circling) -> None:
    mine, _ = await here.meet()
    await here.app.meetings.block(mine.handle, MAYA)
    receipt = await here.share()
    await here.app.sharing.told.ask(receipt.secret, contact(MAYA))
    before = len(await here.app.db.all("SELECT 1 FROM outbox WHERE kind = 'told.notice'"))
    await here.offer(receipt, NOOR)
    assert await here.offers.of_share(receipt.posted.id, MAYA) == []
    assert len(await here.app.db.all("SELECT 1 FROM outbox WHERE kind = 'told.notice'")) == before
    await here.offer(receipt, LIN)
    assert len(await here.app.db.all("SELECT 1 FROM outbox WHERE kind = 'told.notice'")) == before + 1


async def test_that_two_are_apart_ends_with_the_key(here: Circling, clock: FixedClock) -> None:
    mine, _ = await here.meet()
    await here.app.meetings.block(mine.handle, MAYA)
    period = mine.talk.period
    for _ in range(20):
        clock.advance(10 * DAY)
        await here.app.tick()
    assert period not in here.app.keys.living
    assert await here.app.db.all("SELECT * FROM meeting_blocks") == []


async def test_both_choosing_at_the_same_moment_shows_both(here: Circling) -> None:
    mine, theirs = await here.meet()
    shown = await asyncio.gather(
        here.app.meetings.show(mine.handle, MAYA, "Maya"), here.app.meetings.show(theirs.handle, NOOR, "Noor")
    )
    assert sorted(shown) == [False, True]
    await here.settle()
    assert here.postman.kinds[-2:] == ["meet.letter", "meet.letter"]
    assert await here.app.contacts.references("meet") == set()


async def test_what_one_would_show_goes_with_the_end(here: Circling) -> None:
    mine, theirs = await here.meet()
    await here.app.meetings.show(mine.handle, MAYA, "Maya")
    await here.app.meetings.end(theirs.handle, NOOR)
    assert await here.app.db.all("SELECT 1 FROM meeting_sides WHERE shown IS NOT NULL") == []


@pytest.mark.parametrize("who", [NOOR, LIN])
async def test_a_handle_does_nothing_for_anybody_else(here: Circling, who: int) -> None:
    mine, _ = await here.meet()
    meetings = here.app.meetings
    for attempt in (
        meetings.draft(mine.handle, who, "Not mine"),
        meetings.end(mine.handle, who),
        meetings.block(mine.handle, who),
        meetings.show(mine.handle, who, "Noor"),
        meetings.showing(mine.handle, who),
        meetings.stay_hidden(mine.handle, who),
        meetings.reports.tell(mine.handle, who, Kind.OTHER),
    ):
        with pytest.raises(UserError, match="over"):
            await attempt


async def test_a_report_leads_to_a_pause_of_the_right_one(here: Circling) -> None:
    mine, theirs = await here.meet()
    await here.app.meetings.reports.tell(
        mine.handle, MAYA, Kind.ATTACK, "It frightens me.", "What they wrote"
    )
    row = await here.app.db.one("SELECT id FROM meeting_reports")
    assert row is not None
    shown = await here.app.meetings.reports.shown(row["id"])
    assert shown is not None
    assert (shown.words, shown.message) == ("It frightens me.", "What they wrote")
    await here.settle()
    assert await here.app.meetings.reports.shown(row["id"]) is None
    with pytest.raises(UserError, match="facilitators_only"):
        await here.app.meetings.reports.pause(Actor(LIN, frozenset(), manages_server=False), row["id"], 7)
    await here.app.meetings.reports.pause(Actor(LIN, frozenset({21}), manages_server=False), row["id"], 7)
    with pytest.raises(UserError, match="paused"):
        await here.app.meetings.draft(theirs.handle, NOOR, "More")
    assert await here.app.meetings.draft(mine.handle, MAYA, "More")


async def test_sharing_that_rests_keeps_offers_back_and_not_those_who_talk(here: Circling) -> None:
    mine, _ = await here.meet()
    receipt = await here.share()
    facilitator = Actor(LIN, frozenset({21}), manages_server=False)
    await here.app.sharing.rules.change(facilitator, here.circle, stopped=True)
    with pytest.raises(UserError, match="stopped"):
        await here.offer(receipt)
    assert await here.app.meetings.draft(mine.handle, MAYA, "More")


async def test_after_a_month_a_report_is_gone(here: Circling, clock: FixedClock) -> None:
    mine, _ = await here.meet()
    await here.app.meetings.reports.tell(mine.handle, MAYA, Kind.OTHER)
    await here.settle()
    clock.advance(30 * DAY)
    await here.app.meetings.do_due()
    assert await here.app.db.all("SELECT * FROM meeting_reports") == []


async def test_erasing_oneself_takes_offers_along(here: Circling) -> None:
    receipt = await here.share()
    await here.offer(receipt)
    await here.app.privacy.erase(NOOR)
    assert await here.app.db.all("SELECT * FROM meeting_offers") == []
    assert await here.offers.of_share(receipt.posted.id, MAYA) == []
