from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.audit.service import Audit
from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.service import Contacts
from bot.db import Database, Transaction
from bot.db import periods as key_periods
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.service import Outbox
from bot.participation.service import Participation
from bot.sharing import periods, store
from bot.sharing.answered.service import Answered
from bot.sharing.answers.service import Answers
from bot.sharing.drafts.service import Drafts, check
from bot.sharing.erasing import Eraser
from bot.sharing.images.models import BESIDE_MAX
from bot.sharing.images.service import Images
from bot.sharing.models import (
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
from bot.sharing.noting.service import Noting
from bot.sharing.pace import Pace
from bot.sharing.pausing.service import Pausing
from bot.sharing.receipts import RECEIPT_GONE, Receipts, normalised
from bot.sharing.reports.service import Reports
from bot.sharing.review.service import Reviewing
from bot.sharing.rules.service import SharingRules
from bot.sharing.shares import Shares
from bot.sharing.stepping.service import Stepping
from bot.sharing.told.service import Told
from bot.sharing.waiting.service import Waiting

CLEANED_EVERY = timedelta(minutes=1)


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
        audit: Audit,
        contacts: Contacts,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._names = names
        self._contacts = contacts
        self._pace = Pace(clock, keys)
        self.rules = SharingRules(db, audit, outbox, circles)
        self._receipts = Receipts(keys)
        eraser = Eraser(outbox, circles)
        self.drafts = Drafts(db, clock, keys, self._receipts, self._pace)
        self.images = Images(db, keys, self.drafts, self.rules)
        self.answered = Answered(db, clock, outbox, circles, contacts)
        self.pausing = Pausing(db, clock, keys, outbox, circles, self.rules, audit, contacts)
        self.answers = Answers(
            db,
            clock,
            keys,
            outbox,
            circles,
            participation,
            names,
            self.drafts,
            self._pace,
            eraser,
            self.rules,
            self.answered,
            self.pausing,
        )
        self.nods = Nods(db, keys, outbox, circles, participation, chance)
        self.shares = Shares(
            db,
            clock,
            keys,
            outbox,
            circles,
            participation,
            self.answers,
            self.nods,
            self._pace,
            eraser,
            self.rules,
            contacts,
            self.pausing,
        )
        self.waiting = Waiting(db, clock, circles, self.rules, self.shares, self._receipts, chance)
        self.review = Reviewing(db, clock, keys, outbox, circles, audit, self.rules, self.shares, self.images)
        self.reports = Reports(
            db,
            clock,
            keys,
            outbox,
            circles,
            audit,
            self._pace,
            self.rules,
            self.shares,
            self.answers,
            self.pausing,
        )
        self.told = Told(db, clock, keys, outbox, contacts, self._receipts, self.answered, chance)
        self.review.on_decided(self.told.notify)
        self.noting = Noting(db, keys, outbox, self._receipts, self.rules, self.pausing)
        self.stepping = Stepping(
            db, clock, keys, outbox, circles, contacts, self._receipts, self.shares, self.answers
        )
        self._swept_on = date.min
        self._cleaned_at = datetime.min.replace(tzinfo=UTC)

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
        wordless: bool = False,
    ) -> tuple[str, Draft]:
        """Save a draft: the handle for its preview, and the draft. `circle` is None until it is chosen.

        `instead`: it takes the place of a share they had begun in that circle, and keeps its image.
        `wordless`: an image is put to it next, so it need not have words.
        """
        draft = Draft(body, wish=wish)
        if circle is not None:
            await self.pausing.check(circle.id, user_id)
            draft = replace(draft, circle_id=circle.id, name=await self.fresh_name(circle))
        begun = await self.drafts.unfinished(user_id, circle.id) if instead and circle else None
        async with self._db.transaction() as tx:
            image = await self.images.lift(tx, begun.id) if begun else None
            wordless = wordless or image is not None
            if image is not None:
                check(body, wordless=True, most=BESIDE_MAX)
            handle, draft = await self.drafts.keep(tx, user_id, draft, instead=instead, wordless=wordless)
            if image is not None:
                await self.images.give_to_draft(tx, image, draft)
            return handle, draft

    async def choose_circle(self, handle: str, user_id: int, circle: Circle) -> Draft:
        """Raises UserError, and keeps the draft, where they can't share in that circle now.

        Where that circle takes no images, one that was put to it is erased, if it has words besides.
        """
        await self.pausing.check(circle.id, user_id)
        await self.images.fit_to(handle, user_id, circle.id)
        name = await self.fresh_name(circle)
        return await self.drafts.change(handle, user_id, circle_id=circle.id, name=name)

    async def let_go(self, handle: str, user_id: int) -> Body:
        body = await self.drafts.let_go(handle, user_id)
        await self.answers.release_voices()
        return body

    async def fresh_name(self, circle: Circle) -> str:
        """A pseudonym that no share of the circle has."""
        return self._names.fresh(circle.locale, taken=await store.names_in_use(self._db, circle.id))

    # Posting

    async def post(self, handle: str, user_id: int) -> Receipt:
        """Post a draft, a share or an answer. Pressed again, it posts nothing and gives the receipt again."""
        async with self._db.transaction() as tx:
            image = await self.images.lift(tx, self._receipts.digest(handle))
            draft = await self.drafts.take(tx, handle, user_id)
            if draft is None:
                return await self._receipts.find(tx, handle)
            posted: Share | Answer
            if draft.is_answer:
                posted = await self.answers.post(tx, draft, user_id)
            else:
                check(draft.body, wordless=image is not None)
                posted = await self.shares.post(tx, draft, user_id)
                if image is not None:
                    await self.images.give_to_share(tx, image, posted)
            await self._receipts.issue(tx, handle, posted)
            return await self._receipts.find(tx, handle)

    # With the receipt

    async def receipt(self, secret: str) -> Receipt:
        return await self._receipts.find(self._db, secret)

    async def enter_code(self, code: str, user_id: int) -> Receipt:
        """The receipt of a code as it was typed. Only so many wrong ones are taken an hour."""
        await self._pace.check(self._db, "wrong_code", user_id)
        try:
            return await self.receipt(normalised(code))
        except UserError as error:
            if error.key != RECEIPT_GONE:
                raise
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
                await self.shares.post_again(tx, posted)
            return await self._receipts.find(tx, secret)

    async def take_back(self, secret: str) -> Body | None:
        """Erase a share or an answer, wherever it is by now; its words where the bot still had them."""
        async with self._db.transaction() as tx:
            receipt = await self._receipts.find(tx, secret)
            if isinstance(receipt.posted, Answer):
                await self.answers.remove(tx, receipt.posted)
            else:
                await self.shares.remove(tx, receipt.posted)
        return receipt.body

    async def take_up_again(self, secret: str, user_id: int, circle: Circle) -> tuple[str, Draft]:
        """Make a draft of a share that was handed back: its handle, and the draft, under a fresh name.

        Raises UserError where nothing can be shared now: then it is kept as it was, for longer than a draft.
        """
        await self.pausing.check(circle.id, user_id)
        name = await self.fresh_name(circle)
        async with self._db.transaction() as tx:
            receipt = await self._receipts.find(tx, secret)
            share, body = receipt.posted, receipt.body
            if not isinstance(share, Share) or share.state is not State.RETURNED or body is None:
                raise UserError("review.errors.not_returned")
            image = await self.images.lift_from_share(tx, share.id)
            await self.shares.remove(tx, share)
            draft = Draft(body, name=name, wish=share.wish, circle_id=circle.id)
            handle, draft = await self.drafts.keep(tx, user_id, draft, wordless=image is not None)
            if image is not None:
                await self.images.give_to_draft(tx, image, draft)
            return handle, draft

    async def ask_again(self, secret: str) -> Receipt:
        """Have facilitators reminded of a share that has waited for days."""
        async with self._db.transaction() as tx:
            receipt = await self._receipts.find(tx, secret)
            if isinstance(receipt.posted, Share):
                await self.review.ask(tx, receipt.posted)
        return receipt

    # Without the receipt, as the one who posted it

    async def mine(self, user_id: int) -> list[Share | Answer]:
        """What somebody posted without their name, as far as its link lives; newest first."""
        mine: list[Share | Answer] = [
            *await self.shares.of_person(self._db, user_id),
            *await self.answers.of_person(self._db, user_id),
        ]
        there = [posted for posted in mine if posted.state is not State.TAKEN_BACK]
        return sorted(there, key=lambda posted: (posted.day, posted.id), reverse=True)

    async def erase_taken_down(self, secret: str) -> None:
        """Erase the words of what facilitators took down; its author has them."""
        await self.reports.given_back.erase_words(self._receipts.digest(secret))

    async def take_back_mine(self, posted_id: str, user_id: int) -> Body | None:
        """As `take_back`, for what is in `mine`. Raises UserError where it is not, or not any more."""
        async with self._db.transaction() as tx:
            for share in await self.shares.of_person(tx, user_id):
                if share.id == posted_id and share.state is not State.TAKEN_BACK:
                    body = await self._receipts.body(tx, share)
                    await self.shares.remove(tx, share)
                    return body
            for answer in await self.answers.of_person(tx, user_id):
                if answer.id == posted_id and answer.state is not State.TAKEN_BACK:
                    body = await self._receipts.body(tx, answer)
                    await self.answers.remove(tx, answer)
                    return body
        raise UserError("mine.gone")

    async def bring_into_periods(self) -> None:
        """After an upgrade: links from before keys had periods are made to end with the present one's."""
        async with self._db.transaction() as tx:
            brought = await periods.bring(tx, self._keys)
        if brought:
            await self._db.rewrite()  # in what they were before, the lasting key alone would find people

    # Time

    async def do_due(self) -> None:
        """Erase abandoned drafts; once a day close and forget what has reached its day.

        Once a minute, see that what was erased stands in no file any more.
        """
        if await self.drafts.erase_abandoned():
            await self.answers.release_voices()
        await self.waiting.do_due()
        await self.review.do_due()
        now = self._clock.now()
        if self.rules.were_shortened() or self._swept_on != now.date():
            await self._sweep(now.date())
            self._swept_on = now.date()
        await self.answered.do_due()
        await self.pausing.do_due()
        await self.reports.do_due()
        if now - self._cleaned_at >= CLEANED_EVERY:
            await self._db.checkpoint()
            self._cleaned_at = now

    async def _sweep(self, today: date) -> None:
        forgotten = await self.shares.rest(today)
        await self.told.end_closed()
        async with self._db.transaction() as tx:
            forgotten += await self.answers.forget_old(tx, today)
            forgotten += await self.review.sweep(tx, today)
            forgotten += await self._contacts.purge(tx)
            await store.delete_pace_before(tx, today - timedelta(days=1))
        if forgotten:
            await self._db.rewrite()  # links to people are over: not even a moved row's copy is to stay
        await self._let_keys_go(today)

    async def _let_keys_go(self, today: date) -> None:
        """Destroy the keys of past periods with which nothing is reckoned any more."""
        past = self._keys.living[1:]
        async with self._db.transaction() as tx:  # whoever still saw one of them as the present has written
            used = await key_periods.in_use(tx)
        self._keys.turn(today, done_with=set(past) - used)

    # What is kept about a person: only what their id and the key file together still lead to

    async def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Drafts with their words; shares and answers by name, day and place, while their links live."""
        drafts = await self.drafts.of_person(self._db, user_id)
        return {
            "share_drafts": [
                {
                    "text": draft.body.text,
                    "content_note": draft.body.note,
                    "with_picture": await self.images.is_there(draft.id),
                }
                for draft in drafts
            ],
            "shares": await self.shares.export(user_id),
            "anonymous_answers": await self.answers.export(user_id),
            "pauses": await self.pausing.export(user_id),
            **await self.reports.export(user_id),
            "review_votes": await self.review.export(user_id),
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase drafts, nods and every link to what they posted; what had not left yet never will.

        What stands on Discord stays, without anything that leads to them; their receipts still take it back.
        """
        await self.drafts.forget(tx, user_id)
        await self.review.forget(tx, user_id)
        await self.stepping.forget(tx, user_id)  # while their shares can still be told
        await self.shares.forget(tx, user_id)
        await self.answers.forget(tx, user_id)
        await self.pausing.forget(tx, user_id)
        await self.reports.forget(tx, user_id)
        await self._pace.forget(tx, user_id)
