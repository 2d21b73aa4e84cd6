from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.audit.service import Audit
from bot.care.cases import store
from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.sharing import text as texts

KIND = "case.concern"
WORDS_MOST = 1000  # characters
UNPOSTED_KEPT = timedelta(days=3)
"""How long it is tried to tell the facilitators, where their channel can't be written to"""
AGAIN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Concern:
    circle: Circle
    words: str
    by: str | None
    """A mention of who told it, where they chose so"""


class Concerns:
    """What a member tells the facilitators about somebody they worry about. Nobody else hears of it."""

    def __init__(
        self, db: Database, clock: Clock, keys: Keys, outbox: Outbox, circles: Circles, audit: Audit
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._audit = audit
        outbox.on(KIND, delivered=self._stands, failed=self._failed)

    async def check(self, user_id: int) -> None:
        """Raises UserError where this person told of one today: asked before they write."""
        if await store.concern_of(self._db, self._tag(user_id, self._today())):
            raise UserError("cases.errors.one_concern")

    async def tell(self, circle: Circle, user_id: int, words: str, by: str | None) -> None:
        """Tell the facilitators. `by`: what names who tells it, if it is to stand there."""
        if not texts.says_something(words):
            raise UserError("relay.errors.no_words")
        id, period, today = secrets.token_hex(16), self._keys.period, self._today()
        inside = json.dumps([words.strip()[:WORDS_MOST], by])
        async with self._db.transaction() as tx:
            is_first = await store.insert_concern(
                tx,
                id=id,
                circle_id=circle.id,
                tag=self._tag(user_id, today),
                period=period,
                words=self._keys.seal_within(period, "concern", inside, bound_to=id),
                day=today,
            )
            if not is_first:
                raise UserError("cases.errors.one_concern")
            await self._audit.record(tx, circle.id, "care.concern")
            await self._send(tx, circle, id)

    async def shown(self, concern_id: str) -> Concern | None:
        """What its card tells; None where it was delivered, or is gone."""
        row = await store.concern(self._db, concern_id)
        if row is None or row["words"] is None or row["period"] not in self._keys.living:
            return None
        circle = await self._circles.even_closed(row["circle_id"])
        inside = self._keys.unseal_within(row["period"], "concern", row["words"], bound_to=concern_id)
        words, by = json.loads(inside)
        return None if circle is None else Concern(circle, words, by)

    async def do_due(self) -> None:
        """Forget that somebody told of one, when its day is over."""
        today = self._today()
        for row in await store.concerns_before(self._db, today):
            if row["words"] is None or date.fromisoformat(row["day"]) < today - UNPOSTED_KEPT:
                async with self._db.transaction() as tx:
                    await self._delete(tx, row["id"])

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        found = []
        for tag in self._tags(user_id):
            row = await store.concern_of(self._db, tag)
            if row is None:
                continue
            told = await self.shown(row["id"])
            found.append(
                {"circle_id": row["circle_id"], "day": row["day"], "text": told.words if told else None}
            )
        return found

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for tag in self._tags(user_id):
            if row := await store.concern_of(tx, tag):
                await self._delete(tx, row["id"])

    async def _delete(self, tx: Transaction, id: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=id)
        await store.delete_concern(tx, id)

    async def _send(
        self, tx: Transaction, circle: Circle, id: str, *, delay: timedelta = timedelta(0)
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=KIND,
            reference=id,
            channel_id=circle.facilitators_channel_id,
            priority=Priority.SAFETY,
            delay=delay,
        )

    async def _stands(self, tx: Transaction, id: str, message_id: int | None) -> None:
        await store.concern_stands(tx, id)

    async def _failed(self, tx: Transaction, id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=id)
        row = await store.concern(tx, id)
        circle = row and await self._circles.even_closed(row["circle_id"])
        if row is not None and circle and row["words"] is not None:
            await self._send(tx, circle, id, delay=AGAIN_AFTER)

    def _tags(self, user_id: int) -> list[str]:
        days = range((UNPOSTED_KEPT + timedelta(days=1)).days + 1)
        return [self._tag(user_id, self._today() - timedelta(days=ago), period)
                for ago in days for period in self._keys.living]  # fmt: skip

    def _tag(self, user_id: int, day: date, period: int | None = None) -> str:
        return self._keys.link(period, "concern", user_id, day)

    def _today(self) -> date:
        return self._clock.now().date()
