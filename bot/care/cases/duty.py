from __future__ import annotations

from datetime import datetime, timedelta

from bot.care.cases import store
from bot.care.cases.models import DUTY
from bot.circles.models import Actor, Circle
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Transaction
from bot.keys import Keys
from bot.outbox.models import DIRECT, Priority
from bot.outbox.service import Outbox
from bot.reminders.reach import Reach

KIND = "case.duty"
HOURS = (4, 12, 24, 72)
"""For how long somebody can say that they are on duty: what has no end is soon not true any more."""
_UNREACHABLE = frozenset({"closed_dms", "channel_gone"})


class Duty:
    """Facilitators who said that they are on duty: they alone are told of a case in private."""

    def __init__(
        self, db: Database, clock: Clock, keys: Keys, outbox: Outbox, contacts: Contacts, reach: Reach
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._contacts = contacts
        self._reach = reach
        outbox.on(KIND, failed=self._failed)

    async def begin(self, actor: Actor, circle: Circle, contact: Contact, hours: int) -> datetime:
        """On duty until then. `contact` is how they are told; it was found to be open."""
        circle.require_facilitator(actor)
        until = self._clock.now() + timedelta(hours=hours)
        who = self._who(circle.id, actor.user_id)
        async with self._db.transaction() as tx:
            await store.begin_duty(tx, circle.id, who, until)
            forget_on = until.date() + timedelta(days=1)
            await self._contacts.keep(tx, DUTY, _reference(circle.id, who), contact, until=forget_on)
        return until

    async def end(self, circle_id: str, user_id: int) -> None:
        async with self._db.transaction() as tx:
            await self._end(tx, circle_id, self._who(circle_id, user_id))

    async def until(self, circle: Circle, user_id: int) -> datetime | None:
        """Until when somebody said to be on duty; None: they are not."""
        return (await self._now(circle.id)).get(self._who(circle.id, user_id))

    async def people(self, circle_id: str) -> list[int]:
        """Whoever is on duty now: for asking Discord whether they still facilitate, never to be shown."""
        found = [
            await self._contacts.find(DUTY, _reference(circle_id, who)) for who in await self._now(circle_id)
        ]
        return [contact.user_id for contact in found if contact is not None]

    async def tell(self, tx: Transaction, circle_id: str, case_id: str, *, but: int | None = None) -> None:
        """Tell them of a case, `but` one of them."""
        other = None if but is None else self._who(circle_id, but)
        for who in await self._now(circle_id):
            if who != other:
                await self._outbox.enqueue(
                    tx,
                    kind=KIND,
                    reference=f"{case_id}:{_reference(circle_id, who)}",
                    channel_id=DIRECT,
                    priority=Priority.SAFETY,
                )

    async def contact(self, reference: str) -> Contact | None:
        """Whom a note on its way is for; None where they are not on duty any more."""
        _, circle_id, who = reference.split(":")
        if who not in await self._now(circle_id):
            return None
        return await self._contacts.find(DUTY, _reference(circle_id, who))

    async def do_due(self) -> None:
        now = self._clock.now()
        for circle_id, who, until in await store.duties(self._db):
            if until <= now:
                async with self._db.transaction() as tx:
                    await self._end(tx, circle_id, who)

    async def export(self, user_id: int) -> list[dict[str, str]]:
        return [
            {"circle_id": circle_id, "until": until.isoformat()}
            for circle_id, who, until in await store.duties(self._db)
            if who == self._who(circle_id, user_id)
        ]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for circle_id, who, _ in await store.duties(tx):
            if who == self._who(circle_id, user_id):
                await self._end(tx, circle_id, who)

    async def _failed(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=reference)
        _, circle_id, who = reference.split(":")
        contact = await self._contacts.find(DUTY, _reference(circle_id, who), tx)
        if reason in _UNREACHABLE and contact is not None:
            await self._end(tx, circle_id, who)
            await self._reach.found_closed(tx, contact.user_id)

    async def _now(self, circle_id: str) -> dict[str, datetime]:
        now = self._clock.now()
        return {
            who: until
            for its_circle, who, until in await store.duties(self._db)
            if its_circle == circle_id and until > now
        }

    async def _end(self, tx: Transaction, circle_id: str, who: str) -> None:
        await store.end_duty(tx, circle_id, who)
        await self._contacts.drop(tx, DUTY, _reference(circle_id, who))

    def _who(self, circle_id: str, user_id: int) -> str:
        return self._keys.tag("care duty", circle_id, user_id)


def _reference(circle_id: str, who: str) -> str:
    return f"{circle_id}:{who}"
