from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.sharing import erasing, sealing
from bot.sharing import store as shares_store
from bot.sharing.answers.service import Answers
from bot.sharing.models import Answer, Share, State
from bot.sharing.receipts import Receipts
from bot.sharing.shares import Shares
from bot.sharing.stepping import store
from bot.sharing.stepping.models import SIGNED, Edit, Going, Shown, Step

KIND = "step.edit"
STANDING = frozenset({State.OPEN, State.CLOSED})
WHOSE_KEPT = timedelta(days=7)
"""How long at most it is kept whose name is to be shown, where Discord takes no changes meanwhile."""
_TRIES = erasing.PATIENCE // erasing.AGAIN_AFTER


class Stepping:
    """An author's name on their share: the post is changed, then what they said in its thread, one by one.

    Whose name it is, is kept only until that is done; afterwards only that there is one. The name itself is
    asked of Discord as each change leaves, and stands nowhere but there.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        contacts: Contacts,
        receipts: Receipts,
        shares: Shares,
        answers: Answers,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._receipts = receipts
        self._shares = shares
        self._answers = answers
        outbox.on(KIND, edited=self._edited, failed=self._failed)

    # What the author does, with the receipt

    async def of(self, share_id: str) -> Step | None:
        return await store.step(self._db, share_id)

    async def require(self, secret: str, user_id: int, db: Reader | None = None) -> Share:
        """The share that this person may put their name on.

        Raises UserError where it doesn't stand, or where its link tells that somebody else shared it.
        """
        share = (await self._receipts.find(db or self._db, secret)).posted
        if not isinstance(share, Share) or share.state not in STANDING or share.message_id is None:
            raise UserError("share.errors.share_gone")
        linked = share.author is not None and share.period in self._keys.living
        if linked and not sealing.is_by(self._keys, share, user_id):
            raise UserError("step.errors.not_yours")
        await self._circles.get(share.circle_id)
        return share

    async def has_answers(self, share_id: str) -> bool:
        """Whether they said anything in its thread in the same voice."""
        return bool(await self._standing_answers(self._db, share_id))

    async def forward(self, secret: str, user_id: int, *, with_answers: bool) -> None:
        """Put their name on it. Done already or on its way, nothing changes."""
        async with self._db.transaction() as tx:
            share = await self.require(secret, user_id, tx)
            before = await store.step(tx, share.id)
            if before is not None and before.going in (Going.FORWARD, Going.SIGNED):
                return
            until = self._clock.now().date() + WHOSE_KEPT
            await self._contacts.keep(tx, SIGNED, share.id, Contact(user_id, 0, ""), until=until)
            await self._begin(tx, share, Going.FORWARD, with_answers=with_answers)

    async def back(self, secret: str) -> None:
        """Take the name off again, wherever it stands by now."""
        async with self._db.transaction() as tx:
            share = (await self._receipts.find(tx, secret)).posted
            if isinstance(share, Share):
                await self._back(tx, share)

    async def back_mine(self, share_id: str, user_id: int) -> None:
        """As `back` without the receipt, by whom the share's link still tells it is."""
        async with self._db.transaction() as tx:
            for share in await self._shares.of_person(tx, user_id):
                if share.id == share_id:
                    await self._back(tx, share)
                    return
        raise UserError("mine.gone")

    async def _back(self, tx: Transaction, share: Share) -> None:
        step = await store.step(tx, share.id)
        if step is not None and step.going is not Going.BACK:
            await self._contacts.drop(tx, SIGNED, share.id)
            await self._begin(tx, share, Going.BACK, with_answers=step.with_answers)

    async def _begin(self, tx: Transaction, share: Share, going: Going, *, with_answers: bool) -> None:
        step = Step(share.id, going, with_answers, version=secrets.token_hex(8))
        await store.save(tx, step)
        await self._send(tx, share, Edit(share.id, step.version))

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Take their name off again wherever it can still be told whose it is."""
        mine = {share.id: share for share in await self._shares.of_person(tx, user_id)}
        for _, share_id in await self._contacts.of_person(user_id, SIGNED, tx):
            if share := await shares_store.share(tx, share_id):
                mine[share_id] = share
        for share in mine.values():
            await self._back(tx, share)

    # Changing what stands on Discord, one message after the other

    async def to_show(self, reference: str) -> Shown | None:
        """What is to be changed now; None where nothing is any more."""
        edit = Edit.read(reference)
        step = await self._step(self._db, edit)
        posted = await self._posted(self._db, edit)
        if step is None or posted is None:
            return None
        if step.going is Going.BACK:
            return Shown(posted, None)
        contact = await self._contacts.find(SIGNED, edit.share_id)
        return None if contact is None else Shown(posted, contact.user_id)

    async def _edited(self, tx: Transaction, reference: str) -> None:
        edit = Edit.read(reference)
        step = await self._step(tx, edit)
        if step is None:
            return
        if step.going is Going.FORWARD and await self._contacts.find(SIGNED, edit.share_id, tx) is None:
            await store.save(tx, replace(step, going=Going.STUCK))  # nobody knows any more whose name it was
        else:
            await self._go_on(tx, step, edit)

    async def _failed(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=reference)
        edit = Edit.read(reference)
        step = await self._step(tx, edit)
        if step is None:
            return
        posted = await self._posted(tx, edit)
        if step.going is Going.FORWARD and not edit.answer_id:
            await self._contacts.drop(tx, SIGNED, edit.share_id)
            await store.save(tx, replace(step, going=Going.STUCK))
        elif step.going is Going.FORWARD or posted is None or reason == "channel_gone":
            await self._go_on(tx, step, edit)
        elif edit.number < _TRIES:
            await self._send(tx, posted, edit.again(), delay=erasing.AGAIN_AFTER)
        else:
            await store.save(tx, replace(step, going=Going.SIGNED))  # its author can try again

    async def _go_on(self, tx: Transaction, step: Step, edit: Edit) -> None:
        """To the next of their answers; after the last one nothing is kept of whose name it is."""
        answers = await self._standing_answers(tx, edit.share_id) if step.with_answers else []
        following = next((answer for answer in answers if answer.id > edit.answer_id), None)
        if following is not None:
            await self._send(tx, following, Edit(edit.share_id, edit.version, following.id))
        elif step.going is Going.BACK:
            await store.delete(tx, step.share_id)
        else:
            await self._contacts.drop(tx, SIGNED, step.share_id)
            await store.save(tx, replace(step, going=Going.SIGNED))

    async def _step(self, db: Reader, edit: Edit) -> Step | None:
        """The decision that this is part of, unless another one was made since, or it is done."""
        step = await store.step(db, edit.share_id)
        on_its_way = step is not None and step.going in (Going.FORWARD, Going.BACK)
        return step if on_its_way and step and step.version == edit.version else None

    async def _posted(self, db: Reader, edit: Edit) -> Share | Answer | None:
        if not edit.answer_id:
            return await shares_store.share(db, edit.share_id)
        answers = await self._answers.of_author(db, edit.share_id)
        return next((answer for answer in answers if answer.id == edit.answer_id), None)

    async def _standing_answers(self, db: Reader, share_id: str) -> list[Answer]:
        answers = await self._answers.of_author(db, share_id)
        standing = [each for each in answers if each.state is State.OPEN and each.message_id is not None]
        return sorted(standing, key=lambda each: each.id)

    async def _send(
        self, tx: Transaction, posted: Share | Answer, edit: Edit, *, delay: timedelta = timedelta(0)
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=KIND,
            reference=edit.reference,
            channel_id=posted.channel_id if isinstance(posted, Share) else posted.thread_id,
            action=Action.EDIT,
            message_id=posted.message_id,
            priority=Priority.ANSWER,
            delay=delay,
        )
