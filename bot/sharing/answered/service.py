from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.service import Contacts
from bot.db import Database, Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.sharing.answered import store
from bot.sharing.answered.models import Unanswered, Wait, Watched, hours_between, id_at
from bot.sharing.told.models import TOLD

LOOKED_EVERY = timedelta(minutes=1)
AT_ONCE = 30
"""How many threads are looked at in a minute at most: one request each, after everything else that leaves."""

OnAnswer = Callable[[Transaction, str, frozenset[int]], Awaitable[None]]
"""(transaction, share id, who wrote by name: not to be kept; empty for an answer without a name)"""


@dataclass(frozen=True)
class Place:
    """A thread to be looked at, from this message on."""

    thread_id: int
    after: int


@dataclass(frozen=True)
class Message:
    """What is looked at of a message: its id and, where a person wrote it by name, whose it is."""

    id: int
    by: int | None


class Answered:
    """Whether people have answered a share. What its author says in the same voice is no answer.

    An answer without a name is known as it is posted. For answers by name the thread is asked of Discord now
    and then, which takes no intent; no words are looked at. Who wrote them is kept nowhere, and is not
    compared to who shared: were a name passed over, listeners would see by it whose share it is.
    """

    def __init__(
        self, db: Database, clock: Clock, outbox: Outbox, circles: Circles, contacts: Contacts
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._listeners: list[OnAnswer] = []
        self._looked: dict[str, datetime] | None = None
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        outbox.on("share.look", failed=self._leave_it)

    def on_answer(self, listener: OnAnswer) -> None:
        """Call it in the transaction that notes one answer or several."""
        self._listeners.append(listener)

    async def first(self, share_id: str) -> bool:
        """Whether a person has answered it."""
        return await store.is_answered(self._db, share_id)

    async def waits(self, circle_id: str) -> list[Wait]:
        """How each share fared that stands in a circle and is not forgotten yet."""
        return await store.waits(self._db, circle_id)

    async def unanswered(self, circle_id: str) -> list[Unanswered]:
        """The open shares of a circle that nobody has answered; oldest first."""
        return await store.unanswered(self._db, circle_id)

    async def note(
        self, tx: Transaction, share_id: str, message_id: int, *, by: frozenset[int] = frozenset()
    ) -> None:
        """A message in its thread is an answer."""
        post = await store.message_of(tx, share_id)
        if post is None:
            return
        await store.first(tx, share_id, hours=hours_between(post, message_id))
        for listener in self._listeners:
            await listener(tx, share_id, by)

    async def from_now(self, tx: Transaction, share_id: str) -> None:
        """Answers by name that came before are no news to whoever begins to listen."""
        if await store.is_answered(tx, share_id):
            await store.saw(tx, share_id, seen=id_at(self._clock.now()))

    # Looking at threads

    async def do_due(self) -> None:
        """Queue a look at the threads whose turn it is."""
        now = self._clock.now()
        if now - self._looked_at < LOOKED_EVERY:
            return
        self._looked_at = now
        due = await self._due(now)
        if not due:
            return
        async with self._db.transaction() as tx:
            for watched in due:
                # An edit that changes nothing: of those, only one waits for each share.
                await self._outbox.enqueue(
                    tx,
                    kind="share.look",
                    reference=watched.share_id,
                    channel_id=watched.thread_id,
                    action=Action.EDIT,
                    message_id=watched.thread_id,
                    priority=Priority.REMINDER,
                )

    async def _due(self, now: datetime) -> list[Watched]:
        circles = {circle.id for circle in await self._circles.all_open()}
        wanted = await self._contacts.references(TOLD)
        watched = [
            each
            for each in await store.standing(self._db)
            if each.circle_id in circles and (not each.is_answered or each.share_id in wanted)
        ]
        # After a start everything is looked at, as far as there was no time for it meanwhile.
        before = now if self._looked is not None else datetime.min.replace(tzinfo=UTC)
        looked = self._looked or {}
        self._looked = {each.share_id: looked.get(each.share_id, before) for each in watched}
        due = [each for each in watched if now - self._looked[each.share_id] >= each.every(now.date())]
        due.sort(key=lambda each: each.day, reverse=True)
        due = sorted(due, key=lambda each: looked.get(each.share_id, before))[:AT_ONCE]
        self._looked |= {each.share_id: now for each in due}
        return due

    async def place(self, share_id: str) -> Place | None:
        """Where to look; None where the share isn't open any more."""
        row = await store.place(self._db, share_id)
        return None if row is None else Place(row["thread_id"], row["seen"] or row["message_id"])

    async def saw(self, share_id: str, messages: Sequence[Message]) -> None:
        """What stands in the thread after `Place.after`."""
        if not messages:
            return
        async with self._db.transaction() as tx:
            if await store.place(tx, share_id) is None:
                return
            if not await store.saw(tx, share_id, seen=max(each.id for each in messages)):
                return  # another process was quicker
            by = {each.id: each.by for each in messages if each.by is not None}
            if by:
                await self.note(tx, share_id, min(by), by=frozenset(by.values()))

    async def _leave_it(self, tx: Transaction, share_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind="share.look", reference=share_id)
