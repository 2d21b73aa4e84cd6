from __future__ import annotations

import random
from datetime import timedelta

from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import DIRECT, Priority
from bot.outbox.service import Outbox
from bot.reminders.reach import Reach
from bot.sharing import store as shares_store
from bot.sharing.answered.service import Answered
from bot.sharing.models import Share, State
from bot.sharing.receipts import Receipts
from bot.sharing.told import store
from bot.sharing.told.models import TOLD, Following, News, Notice

KIND = "told.notice"
FIRST_AFTER = (timedelta(minutes=10), timedelta(minutes=45))
"""A notice comes a random while after what it is about."""
NEXT_AFTER = (timedelta(hours=3), timedelta(hours=5))
"""As long as another one came that day."""
FOLLOWED = frozenset({State.REVIEWING, State.HELD, State.RETURNED, State.WAITING, State.OPEN})
"""What its author can ask to be told of: something may still happen to it."""
_UNREACHABLE = frozenset({"closed_dms", "channel_gone"})


class Told:
    """Tells an author, in private and only if they asked, that something happened to what they shared.

    A notice never says what about. Another one comes only once they looked, or on another day.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        contacts: Contacts,
        receipts: Receipts,
        answered: Answered,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._contacts = contacts
        self._receipts = receipts
        self._answered = answered
        self._chance = chance
        self._reach = Reach(db, clock, keys)
        outbox.on(KIND, delivered=self._delivered, failed=self._failed)
        answered.on_answer(self._on_answer)

    # What the author does

    async def following(self, share_id: str) -> Following:
        """Whether its author is told, or can't be any more."""
        notice = await store.notice(self._db, share_id)
        return Following(
            is_asked=await self._contacts.find(TOLD, share_id) is not None,
            found_closed=notice is not None and notice.news is News.CLOSED,
        )

    async def require(self, secret: str, db: Reader | None = None) -> Share:
        """The share of a receipt. Raises UserError where nothing can happen to it any more."""
        share = (await self._receipts.find(db or self._db, secret)).posted
        if not isinstance(share, Share) or share.state not in FOLLOWED:
            raise UserError("share.errors.share_gone")
        return share

    async def ask(self, secret: str, contact: Contact) -> None:
        """Tell whoever holds the receipt from now on, as `contact` says: it was found to be open."""
        async with self._db.transaction() as tx:
            share = await self.require(secret, tx)
            await self.end(tx, share.id)
            await self._contacts.keep(tx, TOLD, share.id, contact, until=share.forgotten_on)
            await self._answered.from_now(tx, share.id)

    async def stop(self, secret: str) -> None:
        """With the receipt. It can be asked for again."""
        async with self._db.transaction() as tx:
            await self.end(tx, (await self._receipts.find(tx, secret)).posted.id)

    async def look(self, share_id: str, user_id: int) -> Share:
        """What the notice was about; the next may come. Raises UserError unless this person was told."""
        async with self._db.transaction() as tx:
            share = await self._theirs(tx, share_id, user_id)
            await store.looked(tx, share_id)
        return share

    async def stop_mine(self, share_id: str, user_id: int) -> None:
        """Without the receipt, as the one who is told."""
        async with self._db.transaction() as tx:
            await self._theirs(tx, share_id, user_id)
            await self.end(tx, share_id)

    async def _theirs(self, tx: Transaction, share_id: str, user_id: int) -> Share:
        contact = await self._contacts.find(TOLD, share_id, tx)
        share = await shares_store.share(tx, share_id)
        if share is None or contact is None or contact.user_id != user_id:
            raise UserError("told.errors.over")
        return share

    # What happens to a share

    async def notify(self, tx: Transaction, share_id: str) -> None:
        """Something happened to a share: tell its author, if they asked for it."""
        if await self._contacts.find(TOLD, share_id, tx) is None:
            return
        today, before = self._clock.now().date(), await store.notice(tx, share_id)
        if before is not None and not _may_follow(before, today == before.day):
            return
        after = FIRST_AFTER if before is None or before.day != today else NEXT_AFTER
        await store.save(tx, share_id, News.QUEUED, day=today)
        await self._outbox.enqueue(
            tx,
            kind=KIND,
            reference=share_id,
            channel_id=DIRECT,
            priority=Priority.ANSWER,
            delay=self._chance.uniform(0.0, 1.0) * (after[1] - after[0]) + after[0],
        )

    async def end(self, tx: Transaction, share_id: str) -> None:
        """Forget whom to tell, and what of it waits."""
        await self._contacts.drop(tx, TOLD, share_id)
        await self._outbox.withdraw(tx, kind=KIND, reference=share_id)
        await store.delete(tx, share_id)

    async def end_closed(self) -> None:
        """Forget who was told of shares that are gone, or have come to rest."""
        for share_id in await self._contacts.references(TOLD):
            share = await shares_store.share(self._db, share_id)
            if share is None or share.state is State.CLOSED:
                async with self._db.transaction() as tx:
                    await self.end(tx, share_id)

    async def _on_answer(self, tx: Transaction, share_id: str, by: frozenset[int]) -> None:
        contact = await self._contacts.find(TOLD, share_id, tx)
        if contact is not None and by != {contact.user_id}:  # what they wrote by name themselves is not news
            await self.notify(tx, share_id)

    # On its way

    async def _delivered(self, tx: Transaction, share_id: str, message_id: int | None) -> None:
        # Where nothing was sent, because they are away, the next one may come.
        news = News.LOOKED if message_id is None else News.SENT
        await store.move(tx, share_id, News.QUEUED, news, day=self._clock.now().date())

    async def _failed(self, tx: Transaction, share_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=share_id)
        today = self._clock.now().date()
        contact = await self._contacts.find(TOLD, share_id, tx)
        if reason not in _UNREACHABLE or contact is None:
            await store.move(tx, share_id, News.QUEUED, News.LOOKED, day=today)
            return
        await self.end(tx, share_id)
        await store.save(tx, share_id, News.CLOSED, day=today)
        await self._reach.found_closed(tx, contact.user_id)


def _may_follow(before: Notice, same_day: bool) -> bool:
    """Whether a notice may follow that one."""
    if before.news is News.QUEUED:
        return False
    return before.news is not News.SENT or not same_day
