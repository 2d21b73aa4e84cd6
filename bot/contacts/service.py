from __future__ import annotations

import json
from datetime import date
from typing import Any

from bot.clock import Clock
from bot.contacts import store
from bot.contacts.models import Contact
from bot.db import Database, Reader, Row, Transaction
from bot.keys import Keys

_LENGTH = 64  # characters: two ids of twenty digits, a locale, and what is around them


class Contacts:
    """The one place that joins a person's id to something they did without a name; kept only as they asked.

    A contact belongs to a purpose (such as `share.told`) and a reference (the share's id). Whoever is to be
    written to is looked up when the message leaves, so that no queued row names them.
    """

    def __init__(self, db: Database, clock: Clock, keys: Keys) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys

    async def keep(
        self, tx: Transaction, purpose: str, reference: str, contact: Contact, *, until: date
    ) -> None:
        """Keep how to reach somebody until that day, or until the period's key is destroyed."""
        # All of one length, or it would tell how long the name of somebody's language is.
        inside = json.dumps([contact.user_id, contact.channel_id, contact.locale]).ljust(_LENGTH)
        period = self._keys.period
        await store.save(
            tx,
            purpose=purpose,
            reference=reference,
            sealed=self._keys.seal_within(period, "contact", inside, bound_to=f"{purpose} {reference}"),
            period=period,
            forget_on=until,
        )

    async def find(self, purpose: str, reference: str, db: Reader | None = None) -> Contact | None:
        """`db`: the transaction it is asked in, if any. None where they never asked, or it is over."""
        row = await store.contact(db or self._db, purpose, reference)
        return None if row is None else self._contact(row)

    async def drop(self, tx: Transaction, purpose: str, reference: str) -> None:
        await store.delete(tx, purpose, reference)

    async def drop_all(self, tx: Transaction, reference: str) -> None:
        """What somebody asked for about this is over, whatever it was for."""
        await store.delete_all(tx, reference)

    async def of_person(
        self, user_id: int, purpose: str = "", db: Reader | None = None
    ) -> list[tuple[str, str]]:
        """(purpose, reference) of each contact of a person, for one purpose or all."""
        return [
            (row["purpose"], row["reference"])
            for row in await store.contacts(db or self._db)
            if row["purpose"].startswith(purpose)
            if (contact := self._contact(row)) and contact.user_id == user_id
        ]

    async def references(self, purpose: str) -> set[str]:
        """For what somebody is to be reached, of one purpose."""
        return await store.references(self._db, purpose)

    async def purge(self, tx: Transaction) -> int:
        """Erase what has reached its day; how many."""
        return await store.delete_until(tx, self._clock.now().date())

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [{"for": purpose} for purpose, _ in await self.of_person(user_id)]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for purpose, reference in await self.of_person(user_id, db=tx):
            await store.delete(tx, purpose, reference)

    def _contact(self, row: Row) -> Contact | None:
        if row["period"] not in self._keys.living:
            return None  # its key is destroyed: nobody can say any more who it was
        bound_to = f"{row['purpose']} {row['reference']}"
        inside = self._keys.unseal_within(row["period"], "contact", row["sealed"], bound_to=bound_to)
        user_id, channel_id, locale = json.loads(inside)
        return Contact(user_id, channel_id, locale)
