from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Transaction
from bot.keys import Keys
from bot.listeners import store
from bot.listeners.models import LISTENER, SHOWN, Fared, fared
from bot.outbox.models import DIRECT, Priority
from bot.outbox.service import Outbox
from bot.reminders.reach import Reach
from bot.schedules.resting import Rests
from bot.sharing.answered.models import Unanswered
from bot.sharing.service import Sharing

KIND = "listener.nudge"
LOOK_EVERY = timedelta(hours=1)
AT_ONCE = 3
"""Listeners told in an hour: where all are asked at once, each waits for another."""
KEPT = timedelta(days=45)
"""How long a contact is kept; it is sealed anew every day while somebody listens."""
OF_LATE = timedelta(days=30)
_UNREACHABLE = frozenset({"closed_dms", "channel_gone"})


class Listeners:
    """The unanswered guard: who listens is told of shares that nobody has answered, oldest first."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        contacts: Contacts,
        sharing: Sharing,
        rests: Rests,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._sharing = sharing
        self._rests = rests
        self._chance = chance
        self._reach = Reach(db, clock, keys)
        self._looked_at: datetime | None = None
        self._renewed_at: datetime | None = None
        outbox.on(KIND, failed=self._failed)

    # What members do

    async def listens(self, circle: Circle, user_id: int) -> bool:
        return await store.is_there(self._db, circle.id, self._who(circle.id, user_id))

    async def begin(self, circle: Circle, contact: Contact) -> None:
        """Take the role. `contact` is how they are told; it was found to be open."""
        who = self._who(circle.id, contact.user_id)
        async with self._db.transaction() as tx:
            await store.add(tx, circle.id, who)
            await self._keep(tx, circle.id, who, contact)

    async def end(self, circle: Circle, user_id: int) -> None:
        async with self._db.transaction() as tx:
            await self._end(tx, circle.id, self._who(circle.id, user_id))

    async def waiting(self, circle: Circle) -> list[Unanswered]:
        """The open shares that nobody has answered, however long they stand; oldest first."""
        return await self._sharing.answered.unanswered(circle.id)

    async def fared(self, circle: Circle) -> Fared | None:
        """How the last thirty days' shares fared, those that have stood for less than a day aside."""
        now = self._clock.now()
        since, until = (now - OF_LATE).date(), (now - timedelta(days=1)).date()
        waits = await self._sharing.answered.waits(circle.id)
        return fared(
            [
                wait.hours
                for wait in waits
                if since <= wait.day and (wait.hours is not None or wait.day < until)
            ]
        )

    # What is due

    async def do_due(self) -> None:
        """Once an hour, tell a few listeners of each circle where something waits for too long."""
        now = self._clock.now()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        for circle_id in await store.circles(self._db):
            circle = await self._circles.even_closed(circle_id)
            if circle is not None and await self._is_time(circle):
                await self._tell(circle)
        if self._renewed_at is None or now - self._renewed_at >= timedelta(days=1):
            await self._renew()
            self._renewed_at = now

    async def _is_time(self, circle: Circle) -> bool:
        open_circles = {each.id for each in await self._circles.all_open()}
        if circle.id not in open_circles or await self._rests.held(circle):
            return False
        return bool(await self.overdue(circle))

    async def overdue(self, circle: Circle) -> list[Unanswered]:
        """Shares that wait for longer than the circle would have it; a notice names the oldest."""
        hours = (await self._sharing.rules.of(circle.id)).unanswered_hours
        before = self._clock.now() - timedelta(hours=hours)
        waiting = await self._sharing.answered.unanswered(circle.id)
        return [share for share in waiting if share.since <= before][:SHOWN]

    async def _tell(self, circle: Circle) -> None:
        today = self._clock.now().astimezone(circle.tz).date()
        resting = list(await store.not_told(self._db, circle.id, today))
        self._chance.shuffle(resting)
        resting.sort(key=lambda row: row["told_on"] or "")
        for row in resting[:AT_ONCE]:
            async with self._db.transaction() as tx:
                if not await store.told(tx, circle.id, row["who"], today):
                    continue
                await self._outbox.enqueue(
                    tx,
                    kind=KIND,
                    reference=reference(circle.id, row["who"]),
                    channel_id=DIRECT,
                    priority=Priority.REMINDER,
                )

    async def _renew(self) -> None:
        """Seal how to reach each with the present period's key; who can't be reached listens no more."""
        for row in await store.all(self._db):
            async with self._db.transaction() as tx:
                contact = await self._contacts.find(LISTENER, reference(row["circle_id"], row["who"]), tx)
                if contact is None:
                    await self._end(tx, row["circle_id"], row["who"])
                else:
                    await self._keep(tx, row["circle_id"], row["who"], contact)

    async def left(self, circle_id: str, user_id: int) -> None:
        """They are not in the circle any more."""
        async with self._db.transaction() as tx:
            await self._end(tx, circle_id, self._who(circle_id, user_id))

    async def _failed(self, tx: Transaction, about: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=about)
        if reason in _UNREACHABLE and (contact := await self._contacts.find(LISTENER, about, tx)):
            circle_id, who = about.split(":")
            await self._end(tx, circle_id, who)
            await self._reach.found_closed(tx, contact.user_id)

    # What is kept about a person

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [
            {"circle_id": row["circle_id"]}
            for row in await store.all(self._db)
            if row["who"] == self._who(row["circle_id"], user_id)
        ]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for row in await store.all(tx):
            if row["who"] == self._who(row["circle_id"], user_id):
                await self._end(tx, row["circle_id"], row["who"])

    async def _keep(self, tx: Transaction, circle_id: str, who: str, contact: Contact) -> None:
        until = self._clock.now().date() + KEPT
        await self._contacts.keep(tx, LISTENER, reference(circle_id, who), contact, until=until)

    async def _end(self, tx: Transaction, circle_id: str, who: str) -> None:
        about = reference(circle_id, who)
        await store.remove(tx, circle_id, who)
        await self._contacts.drop(tx, LISTENER, about)
        await self._outbox.withdraw(tx, kind=KIND, reference=about)

    def _who(self, circle_id: str, user_id: int) -> str:
        return self._keys.tag("listener", circle_id, user_id)


def reference(circle_id: str, who: str) -> str:
    return f"{circle_id}:{who}"
