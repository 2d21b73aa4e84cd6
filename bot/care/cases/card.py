from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.care.cases import store
from bot.care.cases.models import Case, State
from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.db import Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox

CARD, OLD_CARD = "case.card", "case.old_card"
AGAIN_AFTER = timedelta(minutes=15)
Lost = Callable[[Transaction, Case], Awaitable[None]]


class CaseCard:
    """A case's card in the facilitators' channel: one at a time, and as things are."""

    def __init__(self, outbox: Outbox, circles: Circles, lost: Lost) -> None:
        """`lost`: what is done besides, where the channel can't be written to."""
        self._outbox = outbox
        self._circles = circles
        self._lost = lost
        outbox.on(CARD, delivered=self._stands, failed=self._failed)
        outbox.on(OLD_CARD, failed=self._leave_it)

    async def post(
        self, tx: Transaction, case: Case, circle: Circle, *, delay: timedelta = timedelta(0)
    ) -> None:
        """Post it as the newest of the channel; the one before goes once it stands."""
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=case.id,
            channel_id=circle.facilitators_channel_id,
            priority=Priority.SAFETY,
            delay=delay,
        )

    async def renew(self, tx: Transaction, case: Case) -> None:
        await self._change(tx, case, Action.EDIT, CARD)

    async def withdraw(self, tx: Transaction, case_id: str) -> None:
        await self._outbox.withdraw(tx, kind=CARD, reference=case_id)

    async def _change(self, tx: Transaction, case: Case, action: Action, kind: str) -> None:
        circle = await self._circles.even_closed(case.circle_id)
        if case.card_id is None or circle is None:
            return  # one that is on its way is drawn when it leaves
        await self._outbox.enqueue(
            tx,
            kind=kind,
            reference=case.id,
            channel_id=circle.facilitators_channel_id,
            action=action,
            message_id=case.card_id,
            priority=Priority.SAFETY,
        )

    async def _stands(self, tx: Transaction, case_id: str, message_id: int | None) -> None:
        case = await store.get(tx, case_id)
        if case is None or message_id is None:
            return
        if case.card_id is not None and case.card_id != message_id:
            await self._change(tx, case, Action.DELETE, OLD_CARD)
        await store.stands(tx, case_id, message_id)
        if case.state is not State.OPEN and (standing := await store.get(tx, case_id)):
            await self.renew(tx, standing)  # it may have changed while it was on its way

    async def _failed(self, tx: Transaction, case_id: str, reason: str) -> None:
        """The facilitators' channel can't be written to: it is tried again."""
        await self.withdraw(tx, case_id)
        case = await store.get(tx, case_id)
        if case is None or case.state is not State.OPEN:
            return
        circle = await self._circles.even_closed(case.circle_id)
        assert circle is not None
        await self._lost(tx, case)
        await self.post(tx, case, circle, delay=AGAIN_AFTER)

    async def _leave_it(self, tx: Transaction, case_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=OLD_CARD, reference=case_id)
