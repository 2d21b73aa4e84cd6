from __future__ import annotations

import json
import random
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.care.holds import store
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Row, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import DIRECT, Priority
from bot.outbox.service import Delivered, Failed, Outbox

HOLD = "care.hold"
"""The purpose of a contact, and the kind of message: what was written has waited, and its writer is asked."""
FOLLOW_UP = "care.follow_up"
"""One note after something that sounded imminent."""
WAITS = timedelta(minutes=30)
KEPT = timedelta(hours=24)
FOLLOWS_AFTER = (timedelta(minutes=30), timedelta(minutes=60))


class Holds:
    """What waits before it is posted because its writer wants it so, and whom a note follows.

    A hold keeps the words only where nothing else does (an answer by name); a share waits as the draft it is.
    Nothing says what was noticed in them.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        contacts: Contacts,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._contacts = contacts
        self._chance = chance
        for kind in (HOLD, FOLLOW_UP):
            outbox.on(kind, delivered=self._asked(kind), failed=self._failed(kind))

    # Holds

    async def begin(self, user_id: int, words: Mapping[str, str] | None = None) -> str:
        """Keep what is not posted yet for a day; the hold's id. `words`: what to post, if no draft has it."""
        id = secrets.token_hex(16)
        sealed = None if words is None else self._keys.seal("hold", json.dumps(dict(words)), bound_to=id)
        async with self._db.transaction() as tx:
            await store.insert(
                tx,
                id=id,
                owner=self._owner(self._keys.period, id, user_id),
                sealed=sealed,
                gone_at=self._clock.now() + KEPT,
            )
        return id

    async def wait(self, id: str, contact: Contact) -> None:
        """Ask them again in half an hour; pressed twice, it is asked once."""
        async with self._db.transaction() as tx:
            await self._theirs(tx, id, contact.user_id)
            await self._contacts.keep(tx, HOLD, id, contact, until=self._in_days(2))
            await self._queue(tx, HOLD, id, WAITS)

    async def words(self, id: str, user_id: int) -> Mapping[str, str] | None:
        """What it keeps. Raises UserError where it is gone, or somebody else's."""
        return self._words(await self._theirs(self._db, id, user_id))

    async def take(self, id: str, user_id: int) -> Mapping[str, str] | None:
        """Its words, and it is over: they are posted or handed back now."""
        async with self._db.transaction() as tx:
            words = self._words(await self._theirs(tx, id, user_id))
            await self._end(tx, id)
        return words

    async def _theirs(self, db: Reader, id: str, user_id: int) -> Row:
        row = await store.hold(db, id)
        if row is None or not self._owns(row, user_id):
            raise UserError("holds.errors.gone")
        return row

    def _words(self, row: Row) -> Mapping[str, str] | None:
        if row["sealed"] is None:
            return None
        found: Mapping[str, str] = json.loads(self._keys.unseal("hold", row["sealed"], bound_to=row["id"]))
        return found

    async def _end(self, tx: Transaction, id: str) -> None:
        await store.delete(tx, id)
        await self._contacts.drop(tx, HOLD, id)
        await self._outbox.withdraw(tx, kind=HOLD, reference=id)

    # The note that follows

    async def follow_up(self, contact: Contact) -> str:
        """One note in half an hour to an hour; its id, by which it is declined."""
        id, (least, most) = secrets.token_hex(16), FOLLOWS_AFTER
        async with self._db.transaction() as tx:
            await self._contacts.keep(tx, FOLLOW_UP, id, contact, until=self._in_days(1))
            await self._queue(tx, FOLLOW_UP, id, least + self._chance.random() * (most - least))
        return id

    async def decline(self, user_id: int) -> None:
        """No note follows, whatever of theirs it would have followed."""
        async with self._db.transaction() as tx:
            for purpose, id in await self._contacts.of_person(user_id, FOLLOW_UP, tx):
                await self._contacts.drop(tx, purpose, id)
                await self._outbox.withdraw(tx, kind=FOLLOW_UP, reference=id)

    # Time

    async def do_due(self) -> None:
        """Erase what nobody came back for within a day, as its writer was told."""
        now = self._clock.now()
        if not await store.is_any_gone(self._db, now):
            return
        async with self._db.transaction() as tx:
            await store.delete_gone(tx, now)

    async def _queue(self, tx: Transaction, kind: str, id: str, delay: timedelta) -> None:
        await self._outbox.withdraw(tx, kind=kind, reference=id)
        await self._outbox.enqueue(
            tx, kind=kind, reference=id, channel_id=DIRECT, priority=Priority.SAFETY, delay=delay
        )

    def _asked(self, kind: str) -> Delivered:
        async def delivered(tx: Transaction, id: str, message_id: int | None) -> None:
            await self._contacts.drop(tx, kind, id)

        return delivered

    def _failed(self, kind: str) -> Failed:
        async def failed(tx: Transaction, id: str, reason: str) -> None:
            await self._outbox.withdraw(tx, kind=kind, reference=id)
            await self._contacts.drop(tx, kind, id)

        return failed

    # What is kept about a person

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        """What waits, with its words."""
        mine = [row["id"] for row in await self._of(self._db, user_id)]
        return [dict(await self.words(id, user_id) or {}) for id in mine]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for row in await self._of(tx, user_id):
            await self._end(tx, row["id"])

    async def _of(self, db: Reader, user_id: int) -> list[Row]:
        return [row for row in await store.holds(db) if self._owns(row, user_id)]

    def _owns(self, row: Row, user_id: int) -> bool:
        return any(row["owner"] == self._owner(each, row["id"], user_id) for each in self._keys.living)

    def _owner(self, period: int, id: str, user_id: int) -> str:
        return self._keys.link(period, "hold", id, user_id)

    def _in_days(self, days: int) -> date:
        return (self._clock.now() + timedelta(days=days)).date()
