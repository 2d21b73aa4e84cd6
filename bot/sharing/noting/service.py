from __future__ import annotations

import secrets

from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.sharing import store as shares_store
from bot.sharing import text as texts
from bot.sharing.models import Share, State
from bot.sharing.noting import store
from bot.sharing.noting.models import Changing, Noted
from bot.sharing.pausing.service import Pausing
from bot.sharing.receipts import Receipts
from bot.sharing.rules.models import Review
from bot.sharing.rules.service import SharingRules

KIND = "note.edit"
_SEALED = "share note"


class Noting:
    """A post is the only home of its text and note: what is kept here is a note on its way there."""

    def __init__(
        self,
        db: Database,
        keys: Keys,
        outbox: Outbox,
        receipts: Receipts,
        rules: SharingRules,
        pausing: Pausing,
    ) -> None:
        self._db = db
        self._keys = keys
        self._outbox = outbox
        self._receipts = receipts
        self._rules = rules
        self._pausing = pausing
        outbox.on(KIND, edited=self._edited, failed=self._failed)

    async def require(self, secret: str, user_id: int, db: Reader | None = None) -> Share:
        """The share of a receipt whose note can be changed.

        Raises UserError where it has come to rest, where facilitators read everything first (they have read
        this one as it is), and where nothing can be written in the circle by this person now.
        """
        db = db or self._db
        share = (await self._receipts.find(db, secret)).posted
        if not isinstance(share, Share) or share.state is not State.OPEN or share.message_id is None:
            raise UserError("share.errors.share_gone")
        if (await self._rules.of(share.circle_id, db)).review is Review.ALL:
            raise UserError("note.errors.read_first")
        await self._pausing.check(share.circle_id, user_id, db)
        return share

    async def changing(self, share_id: str) -> Changing | None:
        row = await store.note(self._db, share_id)
        if row is None:
            return None
        return Changing.REFUSED if row["note"] is None else Changing.ON_ITS_WAY

    async def change(self, secret: str, user_id: int, note: str) -> None:
        """Let it stand with this note, or (empty) without one. Raises UserError where it is too long."""
        note = note.strip()
        if texts.length(note) > texts.NOTE_MAX:
            raise UserError("share.errors.note_too_long", most=texts.NOTE_MAX)
        async with self._db.transaction() as tx:
            share = await self.require(secret, user_id, tx)
            version = secrets.token_hex(8)
            sealed = self._keys.seal(_SEALED, note, bound_to=share.id)
            await store.save(tx, share.id, sealed=sealed, version=version)
            await self._outbox.enqueue(
                tx,
                kind=KIND,
                reference=f"{share.id}:{version}",
                channel_id=share.channel_id,
                action=Action.EDIT,
                message_id=share.message_id,
                priority=Priority.ANSWER,
            )

    async def to_show(self, reference: str) -> Noted | None:
        """None where it was changed again since, or taken back."""
        share_id, version = reference.split(":")
        share, row = await shares_store.share(self._db, share_id), await store.note(self._db, share_id)
        if share is None or row is None or row["note"] is None or row["version"] != version:
            return None
        return Noted(share, self._keys.unseal(_SEALED, row["note"], bound_to=share_id))

    async def _edited(self, tx: Transaction, reference: str) -> None:
        share_id, version = reference.split(":")
        await store.done(tx, share_id, version=version)

    async def _failed(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=reference)
        share_id, version = reference.split(":")
        await store.refused(tx, share_id, version=version)
