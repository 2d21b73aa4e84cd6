"""A report's card in the facilitators' channel: posted once, drawn anew when there is more to tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.db import Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.sharing.reports import store
from bot.sharing.reports.models import Report, State

CARD = "report.card"
AGAIN_AFTER = timedelta(hours=1)


class Cards:
    def __init__(self, outbox: Outbox, circles: Circles) -> None:
        self._outbox = outbox
        self._circles = circles
        outbox.on(CARD, delivered=self._stands, failed=self._failed)

    async def send(
        self,
        tx: Transaction,
        circle: Circle,
        report: Report,
        priority: Priority = Priority.ANSWER,
        delay: timedelta = timedelta(0),
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=report.id,
            channel_id=circle.facilitators_channel_id,
            priority=priority,
            delay=delay,
        )

    async def renew(self, tx: Transaction, circle: Circle, report: Report) -> None:
        """Nothing where it is yet to be posted: it tells what is so when it leaves."""
        if report.card_id is None:
            return
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=report.id,
            channel_id=circle.facilitators_channel_id,
            action=Action.EDIT,
            message_id=report.card_id,
            priority=Priority.ANSWER,
        )

    async def _stands(self, tx: Transaction, report_id: str, message_id: int | None) -> None:
        report = await store.report(tx, report_id)
        if report is None or message_id is None:
            return
        circle = await self._circles.even_closed(report.circle_id)
        await store.card(tx, report.id, message_id)
        happened_since = report.again or report.state is not State.OPEN
        if circle and happened_since:
            await self.renew(tx, circle, replace(report, card_id=message_id))

    async def _failed(self, tx: Transaction, report_id: str, reason: str) -> None:
        """Nothing else tells the facilitators of it: try for as long as it is kept."""
        await self._outbox.withdraw(tx, kind=CARD, reference=report_id)
        report = await store.report(tx, report_id)
        circle = report and await self._circles.even_closed(report.circle_id)
        if report and circle and report.card_id is None and report.state is State.OPEN:
            await self.send(tx, circle, report, delay=AGAIN_AFTER)
