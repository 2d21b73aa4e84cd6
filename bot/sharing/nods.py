from __future__ import annotations

import random
from datetime import timedelta

from bot.circles.service import Circles
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.participation.models import Act
from bot.participation.service import Participation
from bot.sharing import sealing, store
from bot.sharing.models import Nod, Share, State

EDIT_DELAY_SECONDS = (10.0, 40.0)
"""A card changes a random while after a nod, so that it doesn't tell when somebody nodded."""


class Nods:
    """Wordless answers: once per person and kind, counted, never named."""

    def __init__(
        self,
        db: Database,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        participation: Participation,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._participation = participation
        self._chance = chance

    async def nod(self, share_id: str, kind: Nod, user_id: int) -> bool:
        """Nod to a share, or take that nod back; whether it is given now."""
        async with self._db.transaction() as tx:
            share = await store.share(tx, share_id)
            if share is None or share.state is not State.OPEN:
                raise UserError("share.errors.share_gone")
            if sealing.is_by(self._keys, share, user_id):
                raise UserError("share.errors.own_share")
            circle = await self._circles.get(share.circle_id)
            nod = sealing.nod_tag(self._keys, share, kind, user_id)
            given = not await store.delete_nod(tx, nod)
            if given:
                await store.insert_nod(tx, nod=nod, share_id=share.id, kind=kind)
                total = sum((await store.nods(tx, share.id)).values())
                # Given, taken back and given again counts once.
                if await store.raise_nods_counted(tx, share.id, total):
                    await self._participation.record_anonymous(tx, circle, Act.NODDED)
            await self._edit(tx, share, timedelta(seconds=self._chance.uniform(*EDIT_DELAY_SECONDS)))
        return given

    async def of(self, share_id: str) -> dict[Nod, int]:
        return await store.nods(self._db, share_id)

    async def close(self, tx: Transaction, share: Share) -> None:
        """Erase who nodded; the words on the card stay, its buttons go."""
        await store.delete_nods(tx, share.id)
        await self._edit(tx, share, timedelta(0))

    async def forget(self, tx: Transaction, share: Share, user_id: int) -> None:
        for kind in Nod:
            await store.delete_nod(tx, sealing.nod_tag(self._keys, share, kind, user_id))

    async def _edit(self, tx: Transaction, share: Share, delay: timedelta) -> None:
        await self._outbox.enqueue(
            tx,
            kind="share.nods",
            reference=share.id,
            channel_id=share.channel_id,
            action=Action.EDIT,
            message_id=share.message_id,
            priority=Priority.REMINDER,
            delay=delay,
        )
