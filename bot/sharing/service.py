from __future__ import annotations

import random
import secrets
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.participation.models import Act
from bot.participation.service import Participation
from bot.sharing import erasing, sealing, store
from bot.sharing.answers.service import Answers
from bot.sharing.drafts.service import Drafts
from bot.sharing.erasing import Eraser
from bot.sharing.models import (
    LINK_DAYS,
    OPEN_DAYS,
    Answer,
    Body,
    Draft,
    Receipt,
    Share,
    State,
    Wish,
)
from bot.sharing.names import Names
from bot.sharing.nods import Nods
from bot.sharing.pace import Pace
from bot.sharing.receipts import Receipts, normalised


class Sharing:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        participation: Participation,
        names: Names,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._participation = participation
        self._names = names
        self._pace = Pace(clock, keys)
        self._receipts = Receipts(keys)
        self._eraser = Eraser(outbox, circles)
        self.drafts = Drafts(db, clock, keys, self._receipts, self._pace)
        self.answers = Answers(
            db, clock, keys, outbox, circles, participation, names, self.drafts, self._pace, self._eraser
        )
        self.nods = Nods(db, keys, outbox, circles, participation, chance)
        self._erased = False  # since the last checkpoint
        self._swept_on: date | None = None
        outbox.on("share.post", delivered=self._delivered, failed=self._failed)
        outbox.on("share.thread", delivered=self._thread_opened, failed=self._thread_failed)
        outbox.on("share.thread_again", delivered=self._thread_opened)  # its first failure was told
        for kind in ("share.nods", "share.gone", "share.thread_again"):
            outbox.on(kind, failed=partial(self._leave_it, kind))

    # Writing

    async def check_pace(self, user_id: int) -> None:
        """Raises UserError before somebody writes what they could not post within this hour."""
        await self._pace.check(self._db, "share", user_id)

    async def write(
        self,
        user_id: int,
        body: Body,
        *,
        wish: Wish = Wish.LISTEN,
        circle: Circle | None,
        instead: bool = False,
    ) -> tuple[str, Draft]:
        """Save a draft: the handle for its preview, and the draft. `circle` is None until it is chosen.

        `instead`: it takes the place of a share they had begun in that circle.
        """
        draft = Draft(body, wish=wish)
        if circle is not None:
            draft = replace(draft, circle_id=circle.id, name=await self._fresh_name(circle))
        async with self._db.transaction() as tx:
            return await self.drafts.keep(tx, user_id, draft, instead=instead)

    async def choose_circle(self, handle: str, user_id: int, circle: Circle) -> Draft:
        name = await self._fresh_name(circle)
        return await self.drafts.change(handle, user_id, circle_id=circle.id, name=name)

    async def let_go(self, handle: str, user_id: int) -> Body:
        body = await self.drafts.let_go(handle, user_id)
        await self.answers.release_voices()
        self._erased = True
        return body

    async def _fresh_name(self, circle: Circle) -> str:
        return self._names.fresh(circle.locale, taken=await store.names_in_use(self._db, circle.id))

    # Posting

    async def post(self, handle: str, user_id: int) -> Receipt:
        """Post a draft, a share or an answer. Pressed again, it posts nothing and gives the receipt again."""
        async with self._db.transaction() as tx:
            draft = await self.drafts.take(tx, handle, user_id)
            if draft is None:
                return await self._receipts.find(tx, handle)
            posted: Share | Answer
            if draft.is_answer:
                posted = await self.answers.post(tx, draft, user_id)
            else:
                posted = await self._post(tx, draft, user_id)
            await self._receipts.issue(tx, handle, posted)
            return await self._receipts.find(tx, handle)

    async def _post(self, tx: Transaction, draft: Draft, user_id: int) -> Share:
        if draft.circle_id is None or draft.name is None or draft.wish is None:
            raise UserError("share.errors.no_circle_chosen")
        circle = await self._circles.get(draft.circle_id)
        await self._pace.count(tx, "share", user_id)
        id = secrets.token_hex(16)
        share = Share(
            id=id,
            circle_id=circle.id,
            state=State.POSTING,
            name=draft.name,
            wish=draft.wish,
            author=sealing.author_tag(self._keys, id, user_id),
            channel_id=circle.sharing_channel_id,
            message_id=None,
            thread_id=None,
            nods_counted=0,
            day=self._clock.now().date(),
        )
        await store.insert_share(tx, share, sealing.seal(self._keys, "share", draft.body, bound_to=id))
        await self._send(tx, share.id, circle.sharing_channel_id)
        return share

    async def _send(
        self, tx: Transaction, share_id: str, channel_id: int, *, delay: timedelta = timedelta(0)
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind="share.post",
            reference=share_id,
            channel_id=channel_id,
            priority=Priority.ANSWER,
            delay=delay,
        )

    async def found(self, share_id: str, message_id: int) -> None:
        """An `unsure` share does stand on Discord: a try that was given up had arrived."""
        async with self._db.transaction() as tx:
            await self._delivered(tx, share_id, message_id)

    async def _delivered(self, tx: Transaction, share_id: str, message_id: int | None) -> None:
        share = await store.share(tx, share_id)
        if share is None:
            return
        if share.state is State.TAKEN_BACK:
            await self._eraser.erase(tx, share.circle_id, share.channel_id, message_id)
            await store.delete_share(tx, share.id)
        elif message_id is None:
            await store.share_stuck(tx, share.id)
        elif await store.share_delivered(tx, share.id, message_id=message_id):
            self._erased = True
            if circle := await self._circles.even_closed(share.circle_id):
                await self._participation.record_anonymous(tx, circle, Act.SHARED)
            await self.answers.open_thread(tx, share.id, share.channel_id, message_id)

    async def _failed(self, tx: Transaction, share_id: str, reason: str) -> None:
        # The failed item would keep the minute of a single share; this row says all that is needed.
        await self._outbox.withdraw(tx, kind="share.post", reference=share_id)
        share = await store.share(tx, share_id)
        if share is not None and share.state is State.TAKEN_BACK:
            if erasing.given_up(reason, share.day, self._clock.now()):
                await store.delete_share(tx, share.id)
            else:
                await self._send(tx, share.id, share.channel_id, delay=erasing.AGAIN_AFTER)
        elif share is not None and await store.share_stuck(tx, share.id):
            await self._tell(tx, share, "share.notices.not_posted")

    async def _thread_opened(self, tx: Transaction, share_id: str, thread_id: int | None) -> None:
        if thread_id is not None:
            await store.share_thread(tx, share_id, thread_id=thread_id)

    async def _thread_failed(self, tx: Transaction, share_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind="share.thread", reference=share_id)
        share = await store.share(tx, share_id)
        if share is not None:
            await self._tell(tx, share, "share.notices.no_thread")

    async def _leave_it(self, kind: str, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=kind, reference=reference)

    async def _tell(self, tx: Transaction, share: Share, key: str) -> None:
        if circle := await self._circles.even_closed(share.circle_id):
            await self._circles.notify(tx, circle, key, channel=f"<#{share.channel_id}>")

    # Reading

    async def share(self, share_id: str) -> Share:
        share = await store.share(self._db, share_id)
        if share is None:
            raise UserError("share.errors.share_gone")
        return share

    async def to_post(self, share_id: str) -> tuple[Share, Body | None] | None:
        """A share and, until it is delivered, its words; None where it is gone."""
        share = await store.share(self._db, share_id)
        if share is None:
            return None
        sealed = await store.share_body(self._db, share_id)
        body = sealed and sealing.unseal(self._keys, "share", sealed, bound_to=share_id)[0]
        return share, body or None

    # With the receipt

    async def receipt(self, secret: str) -> Receipt:
        return await self._receipts.find(self._db, secret)

    async def enter_code(self, code: str, user_id: int) -> Receipt:
        """The receipt of a code as it was typed. Only so many wrong ones are taken an hour."""
        await self._pace.check(self._db, "wrong_code", user_id)
        try:
            return await self.receipt(normalised(code))
        except UserError:
            async with self._db.transaction() as tx:
                await self._pace.count(tx, "wrong_code", user_id)
            raise UserError("share.errors.wrong_code") from None

    async def try_again(self, secret: str) -> Receipt:
        """Post what Discord refused before; nothing changes where it is posted or on its way."""
        async with self._db.transaction() as tx:
            posted = (await self._receipts.find(tx, secret)).posted
            if isinstance(posted, Answer):
                await self.answers.send_again(tx, posted)
            else:
                circle = await self._circles.get(posted.circle_id)
                if await store.post_again(tx, posted.id, channel_id=circle.sharing_channel_id):
                    await self._send(tx, posted.id, circle.sharing_channel_id)
            return await self._receipts.find(tx, secret)

    async def take_back(self, secret: str) -> Body | None:
        """Erase a share or an answer, wherever it is by now; its words where the bot still had them."""
        async with self._db.transaction() as tx:
            receipt = await self._receipts.find(tx, secret)
            if isinstance(receipt.posted, Answer):
                await self.answers.remove(tx, receipt.posted)
            else:
                await self._remove(tx, receipt.posted)
        self._erased = True
        return receipt.body

    async def _remove(self, tx: Transaction, share: Share) -> None:
        for answer in await self.answers.of_author(tx, share.id):
            await self.answers.remove(tx, answer)
        for kind in ("share.thread", "share.thread_again", "share.nods"):
            await self._outbox.withdraw(tx, kind=kind, reference=share.id)
        if share.state in (State.POSTING, State.STUCK):
            # Not withdrawn from the outbox: an earlier try may have reached Discord unheard. The item's next
            # turn sends nothing, but reports what it finds there; then that is erased, and the row goes.
            if share.state is State.STUCK:
                await self._send(tx, share.id, share.channel_id)
            await store.share_leaves(tx, share.id)
            await store.delete_nods(tx, share.id)
            await store.delete_receipts(tx, share_id=share.id)
            return
        await self._eraser.erase(tx, share.circle_id, share.channel_id, share.message_id)
        if share.thread_id is not None:
            await self._outbox.enqueue(
                tx,
                kind="share.gone",
                reference=f"{share.circle_id}:{share.thread_id}",
                channel_id=share.thread_id,
                priority=Priority.ANSWER,
            )
        await store.delete_share(tx, share.id)

    # Time

    async def do_due(self) -> None:
        """Erase abandoned drafts; once a day close and forget what has reached its day.

        Then see that what was erased stands in no file any more.
        """
        if await self.drafts.erase_abandoned():
            await self.answers.release_voices()
            self._erased = True
        today = self._clock.now().date()
        if self._swept_on != today:
            await self._sweep(today)
            self._swept_on = today
        if self._erased:
            self._erased = False
            await self._db.checkpoint()

    async def _sweep(self, today: date) -> None:
        for share in await store.shares_until(self._db, today - OPEN_DAYS, State.OPEN):
            await self._close(share)
        forgotten = await store.shares_until(self._db, today - OPEN_DAYS - LINK_DAYS, *State)
        async with self._db.transaction() as tx:
            for share in forgotten:
                await store.delete_share(tx, share.id)
            await self.answers.forget_until(tx, today - OPEN_DAYS - LINK_DAYS)
            await store.delete_pace_before(tx, today - timedelta(days=1))
        self._erased = True

    async def _close(self, share: Share) -> None:
        async with self._db.transaction() as tx:
            if await store.close_share(tx, share.id):
                await self.nods.close(tx, share)

    # What is kept about a person: only what their id and the key file together still lead to

    async def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Drafts with their words; shares and answers by name, day and place, while their links live."""
        drafts = await self.drafts.of_person(self._db, user_id)
        shares = await store.shares(self._db)
        return {
            "share_drafts": [{"text": draft.body.text, "content_note": draft.body.note} for draft in drafts],
            "shares": [
                {
                    "circle_id": share.circle_id,
                    "as": share.name,
                    "day": share.day.isoformat(),
                    "channel_id": share.channel_id,
                    "message_id": share.message_id,
                }
                for share in shares
                if share.author == sealing.author_tag(self._keys, share.id, user_id)
            ],
            "anonymous_answers": await self.answers.export(user_id),
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase drafts, nods and every link to what they posted; what had not left yet never will.

        What stands on Discord stays, without anything that leads to them; their receipts still take it back.
        """
        await self.drafts.forget(tx, user_id)
        for share in await store.shares(tx):
            await self.nods.forget(tx, share.id, user_id)
            if share.author == sealing.author_tag(self._keys, share.id, user_id):
                if share.state in (State.POSTING, State.STUCK):
                    await self._remove(tx, share)
                else:
                    await store.forget_author(tx, share.id)
        await self.answers.forget(tx, user_id)
        await self._pace.forget(tx, user_id)
        self._erased = True
