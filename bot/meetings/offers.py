from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date
from typing import Any

from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Row, Transaction
from bot.errors import Offer as Way
from bot.errors import UserError
from bot.keys import Keys
from bot.meetings import blocks, store
from bot.meetings.models import BEGUN, KIND, OFFER, OFFER_LIFE, OFFER_WORDS_MOST, Offer, Offered
from bot.outbox.models import DIRECT, Priority
from bot.outbox.service import Outbox
from bot.relay.models import DRAFT_LIFE, GRACE, Party, Side
from bot.relay.service import Relay
from bot.sharing import sealing
from bot.sharing import text as texts
from bot.sharing.models import Share, State
from bot.sharing.pace import Pace
from bot.sharing.service import Sharing
from bot.sharing.told.models import TOLD

UNMET = "meet.unmet"


class Offers:
    """Offers to talk with the author of a share, until they are accepted or their time is over.

    Whoever offered never learns whether it was read: a no, no answer, and that the author does not want to
    meet them all end with the same word on the same day.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        contacts: Contacts,
        sharing: Sharing,
        relay: Relay,
        pace: Pace,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._sharing = sharing
        self._relay = relay
        self._pace = pace
        outbox.on(UNMET, delivered=self._was_told, failed=self._was_told)

    # What a reader does

    async def may_offer(self, share_id: str, user_id: int) -> Share:
        """The share. Raises UserError where this person can't offer to talk about it now."""
        found = await self._sharing.shares.to_post(share_id)
        share = found and found[0]
        if share is None or share.state is not State.OPEN:
            raise UserError("share.errors.share_gone")
        if sealing.is_by(self._keys, share, user_id):
            raise UserError("share.errors.own_share")
        await self._sharing.pausing.check(share.circle_id, user_id)
        mine = await self._of_reader(self._db, share_id, user_id)
        if mine is not None and mine.state is not Offered.DRAFT:
            take_back = Way("meeting.offer.take_back", f"meet:withdraw:{mine.id}")
            raise UserError("meeting.errors.offered", offer=take_back)
        return share

    async def begin(self, share_id: str, user_id: int, words: str) -> Offer:
        """Keep an offer, sealed, that whoever makes it has yet to send."""
        words = _checked(words)
        share = await self.may_offer(share_id, user_id)
        circle = await self._circles.get(share.circle_id)
        name = await self._sharing.fresh_name(circle)
        id, period = secrets.token_hex(16), self._keys.period
        async with self._db.transaction() as tx:
            if before := await self._of_reader(tx, share_id, user_id):
                await self._drop(tx, before.id)
            await store.insert_offer(
                tx,
                id=id,
                share_id=share_id,
                circle_id=share.circle_id,
                reader=self._reader(period, share_id, user_id),
                name=name,
                words=self._sealed(period, id, words),
                day=self._today(),
                period=period,
            )
        return await self._get(self._db, id)

    async def draft(self, offer_id: str, user_id: int, db: Reader | None = None) -> Offer:
        """Their offer, not sent yet. Raises UserError for anybody else, and where it is sent or gone."""
        offer = await self._theirs(db or self._db, offer_id, user_id)
        if offer.state is not Offered.DRAFT:
            raise UserError("relay.errors.draft_gone")
        return offer

    async def change(self, offer_id: str, user_id: int, words: str) -> Offer:
        words = _checked(words)
        async with self._db.transaction() as tx:
            offer = await self.draft(offer_id, user_id, tx)
            await store.rewrite_offer(tx, offer_id, self._sealed(offer.period, offer_id, words))
        return replace(offer, words=words)

    async def send(self, offer_id: str, user_id: int, contact: Contact) -> Offer:
        """Offer it to the author, who sees it on their receipt. `contact`: how to tell what becomes of it."""
        offer = await self.draft(offer_id, user_id)
        await self.may_offer(offer.share_id, user_id)
        today = self._today()
        async with self._db.transaction() as tx:
            await self._pace.count(tx, "offer", user_id)
            if not await store.move_offer(tx, offer_id, Offered.DRAFT, Offered.OPEN, day=today):
                raise UserError("relay.errors.draft_gone")
            await self._contacts.keep(tx, OFFER, offer_id, contact, until=today + OFFER_LIFE + GRACE)
            author = await self._contacts.find(TOLD, offer.share_id, tx)
            if author is None or not await self._are_apart(tx, offer, author.user_id, user_id):
                await self._sharing.told.notify(tx, offer.share_id)
        return offer

    async def take_back(self, offer_id: str, user_id: int) -> str:
        """Erase it, sent or not; its words."""
        async with self._db.transaction() as tx:
            offer = await self._theirs(tx, offer_id, user_id)
            if offer.state is Offered.OVER:
                raise UserError("meeting.errors.offer_gone")
            await self._drop(tx, offer_id)
        return offer.words

    # What the author does, with the receipt or, as long as the link lives, as the one who shared it

    async def share_of(self, held: str, user_id: int) -> Share:
        """`held`: a receipt's handle or code, or the id of a share of this person's. Raises UserError."""
        found = await self._sharing.shares.to_post(held)
        if found is not None and sealing.is_by(self._keys, found[0], user_id):
            return found[0]
        share = (await self._sharing.receipt(held)).posted
        if not isinstance(share, Share):
            raise UserError("meeting.errors.offer_gone")
        return share

    async def of_share(self, share_id: str, user_id: int) -> list[Offer]:
        """What the author may see: nothing of those whom they do not want to meet again."""
        found = []
        for row in await store.offers_to(self._db, share_id):
            offer = self._offer(row)
            reader = await self._contacts.find(OFFER, offer.id)
            if offer.state is not Offered.OPEN or reader is None or reader.user_id == user_id:
                continue
            if not await self._are_apart(self._db, offer, reader.user_id, user_id):
                found.append(offer)
        return found

    async def to_author(self, held: str, offer_id: str, user_id: int) -> tuple[Share, Offer]:
        """An offer and its share, as `share_of`. Raises UserError where it is gone."""
        share = await self.share_of(held, user_id)
        offers = await self.of_share(share.id, user_id)
        offer = next((each for each in offers if each.id == offer_id), None)
        if offer is None:
            raise UserError("meeting.errors.offer_gone")
        return share, offer

    async def accept(self, held: str, offer_id: str, user_id: int, contact: Contact) -> Side:
        """The author's side of the meeting that begins; both are told where they write."""
        share, offer = await self.to_author(held, offer_id, user_id)
        await self._sharing.pausing.check(share.circle_id, user_id)
        async with self._db.transaction() as tx:
            reader = await self._contacts.find(OFFER, offer_id, tx)
            row = await store.offer(tx, offer_id)
            if reader is None or row is None or row["state"] != Offered.OPEN:
                raise UserError("meeting.errors.offer_gone")
            await self._drop(tx, offer_id)
            theirs, mine = await self._relay.open(
                tx, KIND, offer.circle_id, Party(offer.name, reader), Party(share.name, contact)
            )
            period, circle_id = mine.talk.period, offer.circle_id
            pair = blocks.pair_tag(self._keys, period, circle_id, reader.user_id, user_id)
            await store.insert_meeting(tx, mine.talk.id, pair)
            for side, person in ((theirs, reader.user_id), (mine, user_id)):
                tag = sealing.pausing_tag(self._keys, period, side.handle, person)
                await store.insert_side(tx, handle=side.handle, talk_id=mine.talk.id, pausing=tag)
                await self._relay.tell(tx, side, BEGUN)
        return mine

    async def not_now(self, held: str, offer_id: str, user_id: int, *, never_again: bool = False) -> Share:
        """Lay it aside; its share. `never_again`: they are not to meet again, under whatever name."""
        share, offer = await self.to_author(held, offer_id, user_id)
        async with self._db.transaction() as tx:
            reader = await self._contacts.find(OFFER, offer_id, tx)
            if reader and never_again:
                period = self._keys.period
                pair = blocks.pair_tag(self._keys, period, offer.circle_id, reader.user_id, user_id)
                await store.block(tx, pair, period)
            await store.lay_aside(tx, offer_id)
        return share

    # Time

    async def do_due(self) -> None:
        today = self._today()
        for row in await store.offers(self._db):
            offer = self._offer(row)
            if offer.state is Offered.DRAFT and offer.day < today - DRAFT_LIFE:
                async with self._db.transaction() as tx:
                    await self._drop(tx, offer.id)
            elif offer.state in (Offered.OPEN, Offered.ASIDE) and offer.day + OFFER_LIFE <= today:
                await self._end(offer)
            elif offer.state is Offered.OPEN and not await self._is_open(offer):
                async with self._db.transaction() as tx:
                    await store.lay_aside(tx, offer.id)

    async def _is_open(self, offer: Offer) -> bool:
        found = await self._sharing.shares.to_post(offer.share_id)
        circles = {circle.id for circle in await self._circles.all_open()}
        return found is not None and found[0].state is State.OPEN and offer.circle_id in circles

    async def _end(self, offer: Offer) -> None:
        async with self._db.transaction() as tx:
            if await store.offer_over(tx, offer.id):
                await self._outbox.enqueue(
                    tx, kind=UNMET, reference=offer.id, channel_id=DIRECT, priority=Priority.REMINDER
                )

    async def _was_told(self, tx: Transaction, offer_id: str, _: int | str | None) -> None:
        await self._outbox.withdraw(tx, kind=UNMET, reference=offer_id)
        await self._drop(tx, offer_id)

    async def circle_of(self, offer_id: str) -> str | None:
        row = await store.offer(self._db, offer_id)
        return None if row is None else row["circle_id"]

    # What is kept about a person

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [
            {
                "circle_id": offer.circle_id,
                "as": offer.name,
                "day": offer.day.isoformat(),
                "text": offer.words,
            }
            for offer in await self._of_person(self._db, user_id)
        ]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for offer in await self._of_person(tx, user_id):
            await self._drop(tx, offer.id)

    # Inside

    async def _of_person(self, db: Reader, user_id: int) -> list[Offer]:
        return [self._offer(row) for row in await store.offers(db) if self._is_by(row, user_id)]

    async def _of_reader(self, db: Reader, share_id: str, user_id: int) -> Offer | None:
        mine = [row for row in await store.offers_to(db, share_id) if self._is_by(row, user_id)]
        return self._offer(mine[0]) if mine else None

    async def _theirs(self, db: Reader, offer_id: str, user_id: int) -> Offer:
        row = await store.offer(db, offer_id)
        if row is None or not self._is_by(row, user_id):
            raise UserError("meeting.errors.offer_gone")
        return self._offer(row)

    async def _get(self, db: Reader, offer_id: str) -> Offer:
        row = await store.offer(db, offer_id)
        if row is None:
            raise UserError("meeting.errors.offer_gone")
        return self._offer(row)

    async def _drop(self, tx: Transaction, offer_id: str) -> None:
        await self._outbox.withdraw(tx, kind=UNMET, reference=offer_id)
        await self._contacts.drop(tx, OFFER, offer_id)
        await store.delete_offer(tx, offer_id)

    async def _are_apart(self, db: Reader, offer: Offer, one: int, other: int) -> bool:
        return await blocks.are_apart(db, self._keys, offer.circle_id, one, other)

    def _is_by(self, row: Row, user_id: int) -> bool:
        period = row["period"]
        return period in self._keys.living and bool(
            row["reader"] == self._reader(period, row["share_id"], user_id)
        )

    def _reader(self, period: int, share_id: str, user_id: int) -> str:
        return self._keys.link(period, "meeting offer", share_id, user_id)

    def _sealed(self, period: int, offer_id: str, words: str) -> bytes:
        return self._keys.seal_within(period, "meeting offer", words, bound_to=offer_id)

    def _offer(self, row: Row) -> Offer:
        words = ""
        if row["words"] is not None and row["period"] in self._keys.living:
            words = self._keys.unseal_within(row["period"], "meeting offer", row["words"], bound_to=row["id"])
        return Offer(
            id=row["id"],
            share_id=row["share_id"],
            circle_id=row["circle_id"],
            reader=row["reader"],
            name=row["name"],
            state=Offered(row["state"]),
            day=date.fromisoformat(row["day"]),
            period=row["period"],
            words=words,
        )

    def _today(self) -> date:
        return self._clock.now().date()


def _checked(words: str) -> str:
    words = words.strip()
    if (over := texts.length(words) - OFFER_WORDS_MOST) > 0:
        raise UserError("relay.errors.too_long", most=OFFER_WORDS_MOST, over=over)
    return words
