from __future__ import annotations

from datetime import datetime, timedelta

from bot.audit.service import Audit
from bot.care.cases.rules import Rules
from bot.circles.models import Circle
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.outbox.models import Priority
from bot.outbox.service import Outbox

ALERT = "case.alert"
APART = timedelta(minutes=30)


class Alerts:
    """That somebody may be in danger: for facilitators, without who or what."""

    def __init__(self, db: Database, clock: Clock, outbox: Outbox, audit: Audit, rules: Rules) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._audit = audit
        self._rules = rules
        self._told: dict[str, datetime] = {}
        outbox.on(ALERT, failed=self._failed)

    async def tell(self, circle: Circle) -> None:
        """Tell the facilitators, at once, that somebody may be in danger now; if the circle's rules say so.

        It holds nothing of whom it is about, what they wrote, in which language, or what was noticed: what is
        not passed here can't leave. It does give away a time. Where a share is posted at once and nobody else
        writes in these minutes, whoever reads the facilitators' channel can take the one for the other's; so
        call it when something was noticed, before it is known whether anything is posted. Those of one circle
        are `APART`; when the last one was is kept in this process alone.
        """
        now, rules = self._clock.now(), await self._rules.of(circle.id)
        last = self._told.get(circle.id)
        if not rules.alert or (last is not None and now - last < APART):
            return
        self._told[circle.id] = now
        try:
            async with self._db.transaction() as tx:
                await self._outbox.enqueue(
                    tx,
                    kind=ALERT,
                    reference=circle.id,
                    channel_id=circle.facilitators_channel_id,
                    priority=Priority.SAFETY,
                )
                await self._audit.record(tx, circle.id, "care.alert")
        except BaseException:
            del self._told[circle.id]
            raise

    async def _failed(self, tx: Transaction, circle_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=ALERT, reference=circle_id)
