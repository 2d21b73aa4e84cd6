"""A round's card and its thread: posted, kept true while people come, and without its buttons at the end."""

from __future__ import annotations

from datetime import timedelta

from bot.circles.models import Circle
from bot.clock import Clock
from bot.db import Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.prompts import store
from bot.prompts.answers import Answers
from bot.prompts.rounds import Company, Round, State
from bot.schedules.models import Occurrence
from bot.schedules.service import Schedules

CARD = "prompt.card"
THREAD = "prompt.thread"

BETWEEN_EDITS = timedelta(seconds=10)
"""A card tells of new company so much later: one edit serves for several, and tells less of who came when."""


class Card:
    def __init__(self, clock: Clock, outbox: Outbox, schedules: Schedules, answers: Answers) -> None:
        self._clock = clock
        self._outbox = outbox
        self._schedules = schedules
        self._answers = answers
        outbox.on(CARD, delivered=self._delivered, failed=self._failed)
        outbox.on(THREAD, delivered=self._thread_delivered, failed=self._thread_failed)

    async def post(self, tx: Transaction, round_id: str, channel_id: int) -> None:
        await self._outbox.enqueue(
            tx, kind=CARD, reference=round_id, channel_id=channel_id, priority=Priority.PROMPT
        )

    async def again(self, tx: Transaction, circle: Circle, occurrence: Occurrence) -> bool:
        """Post a round's card that could not be delivered, while its window lasts."""
        round = await store.round_of_occurrence(tx, occurrence.id)
        if round is None or round.state is not State.UNDELIVERED or round.closes_at <= self._clock.now():
            return False
        await store.revive(tx, round.id, channel_id=circle.channel_id)
        if round.channel_id != circle.channel_id:
            await self._outbox.withdraw(tx, kind=CARD, reference=round.id)
        if not await self._outbox.retry(tx, kind=CARD, reference=round.id):
            await self.post(tx, round.id, circle.channel_id)
        return True

    async def tell_company(self, tx: Transaction, round: Round) -> None:
        """Have it edited, soon, to say how much company there is."""
        if round.message_id is not None:
            await self._edit(tx, round, round.message_id, delay=BETWEEN_EDITS)

    async def end(self, tx: Transaction, round: Round) -> None:
        """The round's time is over."""
        if round.state is State.OPEN:
            if not await store.change_state(tx, round.id, expected=State.OPEN, to=State.CLOSED):
                return
            await store.delete_presence(tx, round.id)
            if round.message_id is not None:
                await self._edit(tx, round, round.message_id)
            await self._schedules.closed(tx, round.occurrence_id)
        else:
            await self._undelivered(tx, round, "no_answer")  # its time passed before Discord took it

    async def _edit(
        self, tx: Transaction, round: Round, message_id: int, delay: timedelta = timedelta(0)
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=round.id,
            action=Action.EDIT,
            channel_id=round.channel_id,
            message_id=message_id,
            priority=Priority.PROMPT,
            delay=delay,
        )

    async def _undelivered(self, tx: Transaction, round: Round, reason: str) -> None:
        await store.change_state(tx, round.id, expected=State.WAITING, to=State.UNDELIVERED)
        await store.delete_presence(tx, round.id)
        await self._schedules.delivery_failed(tx, round.occurrence_id, reason)
        await self._schedules.closed(tx, round.occurrence_id)

    async def _delivered(self, tx: Transaction, round_id: str, message_id: int | None) -> None:
        round = await store.get_round(tx, round_id)
        if round is None:
            return
        if message_id is None:  # somebody deleted it at once: they meant it, and nobody needs to be told
            await store.change_state(tx, round_id, expected=State.WAITING, to=State.UNDELIVERED)
            await self._schedules.closed(tx, round.occurrence_id)
            return
        if round.state is State.UNDELIVERED:  # given up when its time had passed, and yet it stands there
            await store.change_state(
                tx, round_id, expected=State.UNDELIVERED, to=State.CLOSED, message_id=message_id
            )
            await self._edit(tx, round, message_id)
            return
        await store.change_state(tx, round_id, expected=State.WAITING, to=State.OPEN, message_id=message_id)
        await self._schedules.delivered(tx, round.occurrence_id)
        await self._outbox.enqueue(
            tx,
            kind=THREAD,
            reference=round_id,
            action=Action.THREAD,
            channel_id=round.channel_id,
            message_id=message_id,
            priority=Priority.PROMPT,
        )
        if round.company is not Company.NONE:  # someone was quicker than Discord's answer to us
            await self._edit(tx, round, message_id, delay=BETWEEN_EDITS)

    async def _failed(self, tx: Transaction, round_id: str, reason: str) -> None:
        """The card can't be posted until somebody tries again; or can't be edited, and stays as it is."""
        round = await store.get_round(tx, round_id)
        if round is not None and round.state is State.WAITING:
            await self._undelivered(tx, round, reason)
        else:
            await self._outbox.withdraw(tx, kind=CARD, reference=round_id)

    async def _thread_delivered(self, tx: Transaction, round_id: str, thread_id: int | None) -> None:
        round = await store.get_round(tx, round_id)
        if round is None:
            return
        await store.set_thread(tx, round_id, thread_id)
        await self._answers.release(tx, round_id, thread_id or round.channel_id)

    async def _thread_failed(self, tx: Transaction, round_id: str, reason: str) -> None:
        """Without a thread people can still answer: in the channel, under the card."""
        await self._outbox.withdraw(tx, kind=THREAD, reference=round_id)
        await self._thread_delivered(tx, round_id, None)
        if round := await store.get_round(tx, round_id):
            await self._answers.tell_facilitators(tx, round, "prompt.notices.no_thread")
