from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime

from bot.clock import Clock
from bot.db import Database, Reader, Row, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.sharing import sealing, text
from bot.sharing.drafts import store
from bot.sharing.identifying import finding
from bot.sharing.identifying.finding import Author, Kind
from bot.sharing.models import DRAFT_LIFE, Body, Draft, Wish
from bot.sharing.pace import Pace
from bot.sharing.receipts import Receipts


class Drafts:
    """A draft belongs to the handle its private preview carries and to who wrote it: both are asked for.

    The handle becomes the receipt when the draft is posted, so a second press, or one after a crash in
    between, still leads somewhere.
    """

    def __init__(self, db: Database, clock: Clock, keys: Keys, receipts: Receipts, pace: Pace) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._receipts = receipts
        self._pace = pace

    async def keep(
        self, tx: Transaction, user_id: int, draft: Draft, *, instead: bool = False, wordless: bool = False
    ) -> tuple[str, Draft]:
        """Save what was written, sealed; its new handle and the draft with its id.

        `draft` is what is known of it; id, author and day are given here. `instead`: it takes the place of
        what the person had begun there. `wordless`: an image can do without words. Raises UserError where
        the text is too long or empty, or too many were written within the hour.
        """
        check(draft.body, wordless=wordless)
        await self._pace.count(tx, "draft", user_id)
        if instead:
            for old in await self._begun(tx, user_id, draft.circle_id, draft.scope):
                await store.delete_draft(tx, old.id)
        handle = secrets.token_hex(16)
        id = self._receipts.digest(handle)
        period = self._keys.period
        draft = replace(
            draft,
            id=id,
            author=self._author(period, id, user_id),
            written_on=self._clock.now().date(),
            period=period,
        )
        await store.insert_draft(tx, draft, self._sealed(draft))
        return handle, draft

    async def keep_second(self, handle: str, user_id: int, body: Body) -> tuple[str, Draft]:
        """Save a second part beside a draft: for the same circle, under the same name."""
        async with self._db.transaction() as tx:
            first = await self._read(tx, handle, user_id)
            second = Draft(body, name=first.name, wish=first.wish, circle_id=first.circle_id)
            return await self.keep(tx, user_id, second)

    async def unfinished(self, user_id: int, circle_id: str, scope: str | None = None) -> Draft | None:
        """What a person began last as a share in a circle, or as an answer to `scope`, and did not post.

        Its private preview may be gone from their screen; so it is found without the handle.
        """
        begun = await self._begun(self._db, user_id, circle_id, scope)
        return begun[-1] if begun else None

    async def _begun(self, db: Reader, user_id: int, circle_id: str | None, scope: str | None) -> list[Draft]:
        """Oldest first. Only the sealed part tells when each was written."""
        mine = [row for row in await store.drafts(db) if self._is_by(row, user_id)]
        there = [row for row in mine if row["circle_id"] == circle_id and row["scope"] == scope]
        there.sort(key=lambda row: str(self._unsealed(row)[1]))
        return [self._draft(row) for row in there]

    async def read(self, handle: str, user_id: int, tx: Transaction | None = None) -> Draft:
        return await self._read(tx or self._db, handle, user_id)

    async def find(self, handle: str, user_id: int) -> Draft | None:
        """As `read`; None where it isn't there any more."""
        if await store.draft(self._db, self._receipts.digest(handle)) is None:
            return None
        return await self._read(self._db, handle, user_id)

    async def change(
        self,
        handle: str,
        user_id: int,
        *,
        body: Body | None = None,
        wish: Wish | None = None,
        circle_id: str | None = None,
        name: str | None = None,
        wordless: bool = False,
        most: int = text.TEXT_MAX,
    ) -> Draft:
        """Change what is given; the draft as it is now. `wordless`: as for `keep`."""
        if body is not None:
            check(body, wordless=wordless, most=most)
        async with self._db.transaction() as tx:
            old = await self._read(tx, handle, user_id)
            draft = replace(
                old,
                body=body or old.body,
                wish=wish or old.wish,
                circle_id=circle_id or old.circle_id,
                name=name or old.name,
            )
            await store.save_draft(tx, draft, self._sealed(draft))
        return draft

    async def mend(self, handle: str, user_id: int, kind: Kind, instead: str, author: Author) -> Draft:
        """Write `instead` for all that is found of a kind, or take it out; the draft as it is now."""
        async with self._db.transaction() as tx:
            old = await self._read(tx, handle, user_id)
            draft = replace(old, body=finding.mend(old.body, kind, instead, author))
            await store.save_draft(tx, draft, self._sealed(draft))
        return draft

    async def let_go(self, handle: str, user_id: int) -> Body:
        """Erase it; its words, to be handed back."""
        async with self._db.transaction() as tx:
            draft = await self._read(tx, handle, user_id)
            await store.delete_draft(tx, draft.id)
        return draft.body

    async def take(self, tx: Transaction, handle: str, user_id: int) -> Draft | None:
        """Take it out, to be posted; None where it isn't there any more."""
        if await store.draft(tx, self._receipts.digest(handle)) is None:
            return None
        draft = await self._read(tx, handle, user_id)
        await store.delete_draft(tx, draft.id)
        return draft

    async def erase_abandoned(self) -> int:
        """Erase drafts that are older than a day; how many."""
        before = self._clock.now() - DRAFT_LIFE
        old = [
            row["id"]
            for row in await store.drafts(self._db, until=before.date())
            if (at := self._unsealed(row)[1]) is None or at <= before
        ]
        if not old:
            return 0
        async with self._db.transaction() as tx:
            return sum([await store.delete_draft(tx, id) for id in old])

    async def with_words(self, user_id: int, text: str) -> Draft | None:
        """What waits with these words for this person to post it."""
        drafts = await self.of_person(self._db, user_id)
        return next((draft for draft in drafts if draft.body.text == text), None)

    async def of_person(self, db: Reader, user_id: int) -> list[Draft]:
        rows = await store.drafts(db)
        return [self._draft(row) for row in rows if self._is_by(row, user_id)]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for draft in await self.of_person(tx, user_id):
            await store.delete_draft(tx, draft.id)

    async def _read(self, db: Reader, handle: str, user_id: int) -> Draft:
        row = await store.draft(db, self._receipts.digest(handle))
        if row is None or not (self._is_by(row, user_id) or self._is_past_telling(row)):
            raise UserError("share.errors.draft_gone")
        return self._draft(row)

    def _is_by(self, row: Row, user_id: int) -> bool:
        return bool(row["author"] == self._author(row["period"], row["id"], user_id))

    def _is_past_telling(self, row: Row) -> bool:
        """Its key was destroyed early. Then the handle has to do, as for a receipt: no word is lost."""
        return row["period"] not in self._keys.living

    def _author(self, period: int | None, draft_id: str, user_id: int) -> str:
        # A period's key: the draft's id becomes that of its receipt, and so leads to what was posted.
        return self._keys.link(period, sealing.DRAFT_AUTHOR, draft_id, user_id)

    def _sealed(self, draft: Draft) -> bytes:
        return sealing.seal(self._keys, "draft", draft.body, bound_to=draft.id, at=self._clock.now())

    def _unsealed(self, row: Row) -> tuple[Body, datetime | None]:
        return sealing.unseal(self._keys, "draft", row["body"], bound_to=row["id"])

    def _draft(self, row: Row) -> Draft:
        return Draft(
            id=row["id"],
            author=row["author"],
            body=self._unsealed(row)[0],
            name=row["name"],
            wish=row["wish"] and Wish(row["wish"]),
            circle_id=row["circle_id"],
            thread_id=row["thread_id"],
            scope=row["scope"],
            share_id=row["share_id"],
            voice=row["voice"],
            written_on=date.fromisoformat(row["written_on"]),
            period=row["period"],
        )


def check(body: Body, *, wordless: bool = False, most: int = text.TEXT_MAX) -> None:
    """Raises UserError where a text can't be posted as it is. `wordless`: it need not say anything."""
    if not (wordless or text.says_something(body.text)):
        raise UserError("share.errors.no_words")
    over = text.length(body.text) - most
    if over > 0:
        raise UserError("share.errors.too_long", most=most, over=over)
    if text.length(body.note) > text.NOTE_MAX:
        raise UserError("share.errors.note_too_long", most=text.NOTE_MAX)
