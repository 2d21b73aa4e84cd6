"""A check-in's card: posted, kept true while people come, and without its buttons at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.checkins import store
from bot.checkins.models import CheckIn, State
from bot.checkins.summary import crowd
from bot.checkins.words.named import Named
from bot.circles.models import Circle
from bot.db import Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.schedules.service import Schedules

CARD = "checkin.card"
EDIT_DELAY = timedelta(seconds=4)
"""For so long news of who is here gather, and then the card is edited once for all of them."""


class Card:
    def __init__(self, outbox: Outbox, schedules: Schedules, named: Named) -> None:
        self._outbox = outbox
        self._schedules = schedules
        self._named = named
        outbox.on(CARD, delivered=self._stands, failed=self._failed)

    async def post(self, tx: Transaction, checkin: CheckIn) -> None:
        await self._outbox.enqueue(
            tx, kind=CARD, reference=checkin.id, channel_id=checkin.channel_id, priority=Priority.PROMPT
        )

    async def again(self, tx: Transaction, circle: Circle, checkin: CheckIn) -> bool:
        """Post a card that could not be delivered, where the circle's posts go now; False once it is over."""
        if checkin.state is State.CLOSED:
            await self._outbox.withdraw(tx, kind=CARD, reference=checkin.id)
            return False
        if checkin.channel_id != circle.channel_id:
            await self._outbox.withdraw(tx, kind=CARD, reference=checkin.id)
            await store.move(tx, checkin.id, circle.channel_id)
        if not await self._outbox.retry(tx, kind=CARD, reference=checkin.id):
            await self.post(tx, replace(checkin, channel_id=circle.channel_id))
        return True

    async def tell_crowd(self, tx: Transaction, checkin: CheckIn, before: int) -> None:
        """Have it edited where it would say something else than when `before` people were here."""
        if crowd(before) != crowd(await store.present(tx, checkin.id)):
            await self._edit(tx, checkin, priority=Priority.REMINDER, delay=EDIT_DELAY)

    async def end(self, tx: Transaction, checkin: CheckIn) -> None:
        """The check-in has closed. A card still on its way is not posted, or ended once we hear of it."""
        if checkin.message_id is not None:
            # An edit that waits would hold this one up, and says no more than it.
            await self._outbox.withdraw(tx, kind=CARD, reference=checkin.id)
            await self._edit(tx, checkin, priority=Priority.PROMPT)

    async def _edit(
        self, tx: Transaction, checkin: CheckIn, *, priority: Priority, delay: timedelta = timedelta(0)
    ) -> None:
        if checkin.message_id is None:
            return  # done when it stands
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=checkin.id,
            action=Action.EDIT,
            channel_id=checkin.channel_id,
            message_id=checkin.message_id,
            priority=priority,
            delay=delay,
        )

    async def _stands(self, tx: Transaction, checkin_id: str, message_id: int | None) -> None:
        checkin = await store.get(tx, checkin_id)
        if checkin is None:
            return
        if message_id is None:
            if checkin.state is State.CLOSED and checkin.occurrence_id is not None:
                # Its whole window passed before it could be posted.
                await self._schedules.delivery_failed(tx, checkin.occurrence_id, "no_answer")
            return
        await store.card_stands(tx, checkin_id, message_id)
        checkin = replace(checkin, message_id=message_id)
        # Some may have come, or the window may have ended, before this process heard that the card stands.
        if checkin.state is State.CLOSED or await store.present(tx, checkin_id):
            await self._edit(tx, checkin, priority=Priority.PROMPT)
        await self._named.send(tx, checkin)
        if checkin.occurrence_id is not None:
            await self._schedules.delivered(tx, checkin.occurrence_id)

    async def _failed(self, tx: Transaction, checkin_id: str, reason: str) -> None:
        checkin = await store.get(tx, checkin_id)
        if checkin is None or checkin.message_id is not None:
            # Only an edit failed: the next one says what this one would have said.
            await self._outbox.withdraw(tx, kind=CARD, reference=checkin_id)
        elif checkin.occurrence_id is not None:
            await self._schedules.delivery_failed(tx, checkin.occurrence_id, reason)
