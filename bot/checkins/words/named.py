"""Words shown by name: on their way into a thread on the card, standing there, and taken back."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, replace

from bot.checkins import store
from bot.checkins.models import CheckIn, NamedWords, State, ThreadState
from bot.checkins.words import store as words_store
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.schedules.service import Schedules

THREAD = "checkin.thread"
WORDS = "checkin.words"
GONE = "checkin.gone"
PURPOSE = "check-in words by name"

# The outbox's reasons for which the channel may still take what the thread did not. A locked thread is not
# among them: somebody meant it to be quiet.
THREAD_LOST = frozenset({"channel_gone", "not_found", "no_access", "no_permission", "forbidden"})


@dataclass(frozen=True)
class ShownWords:
    """What a message with words by name says. `mark` lets their writer, and nobody else, take them back."""

    id: str
    locale: str
    name: str
    words: str
    mark: str


class Named:
    def __init__(self, db: Database, keys: Keys, outbox: Outbox, schedules: Schedules) -> None:
        self._db = db
        self._keys = keys
        self._outbox = outbox
        self._schedules = schedules
        outbox.on(THREAD, delivered=self._thread_opened, failed=self._thread_failed)
        outbox.on(WORDS, delivered=self._words_stand, failed=self._words_failed)

    async def post(self, tx: Transaction, checkin: CheckIn, who: str, name: str, words: str) -> None:
        """Show someone's words with their name. Who wrote them is not kept beyond the check-in."""
        words_id = secrets.token_hex(8)
        # The mark is reckoned anew from whoever presses, so no row needs to be kept for it.
        mark = self._mark(words_id, who)
        text = json.dumps({"name": name, "words": words, "mark": mark}, ensure_ascii=False)
        sealed = self._keys.seal(PURPOSE, text, bound_to=words_id)
        await words_store.insert_named(tx, NamedWords(words_id, checkin.id, who, sealed, None, None))
        await self.send(tx, checkin)

    async def send(self, tx: Transaction, checkin: CheckIn) -> None:
        """Send what waits into the thread on the card; the first words open it."""
        if checkin.message_id is None:  # chosen before our own note that the card stands; called again then
            return
        if checkin.thread is ThreadState.NONE:
            waiting = await words_store.named_to_post(tx, checkin.id)
            if waiting:
                await self._ask_for_thread(tx, checkin, checkin.message_id)
        elif checkin.thread is not ThreadState.ASKED:
            opened = checkin.thread is ThreadState.OPEN
            channel_id = checkin.message_id if opened else checkin.channel_id
            for words in await words_store.named_to_post(tx, checkin.id):
                await self._send(tx, words, channel_id)

    async def _ask_for_thread(self, tx: Transaction, checkin: CheckIn, message_id: int) -> None:
        await store.change_thread(tx, checkin.id, ThreadState.ASKED)
        await self._outbox.enqueue(
            tx,
            kind=THREAD,
            reference=checkin.id,
            action=Action.THREAD,
            channel_id=checkin.channel_id,
            message_id=message_id,
            priority=Priority.ANSWER,
        )

    async def _send(self, tx: Transaction, words: NamedWords, channel_id: int) -> None:
        if words.channel_id == channel_id:
            return  # on its way there
        await self._outbox.withdraw(tx, kind=WORDS, reference=words.id)
        await self._outbox.enqueue(
            tx, kind=WORDS, reference=words.id, channel_id=channel_id, priority=Priority.ANSWER
        )
        await words_store.named_sent_to(tx, words.id, channel_id)

    async def take_back(self, tx: Transaction, who: str, checkin_id: str | None = None) -> None:
        """Someone's words by name, in one check-in or in every one that is open, stand nowhere any more."""
        for words in await words_store.named_by(tx, who, checkin_id):
            if words.message_id is not None and words.channel_id is not None:
                await self._delete_message(tx, words.id, words.channel_id, words.message_id)
            elif words.channel_id is not None:
                await words_store.empty_named(tx, words.id)  # it may be leaving this very moment
                continue
            await words_store.delete_named(tx, words.id)

    async def take_back_message(
        self, tx: Transaction, words_id: str, mark: str, who: str, *, channel_id: int, message_id: int
    ) -> str | None:
        """The button under the words, pressed by somebody, also long after closing.

        Returns the check-in's id while it is open. Raises UserError where it isn't their writer who pressed.
        """
        if not hmac.compare_digest(mark, self._mark(words_id, who)):
            raise UserError("checkin.errors.only_their_writer")
        words = await words_store.named(tx, words_id)
        await words_store.delete_named(tx, words_id)
        await self._delete_message(tx, words_id, channel_id, message_id)
        return None if words is None or words.who is None else words.checkin_id

    async def shown(self, words_id: str) -> ShownWords | None:
        """What to post; None where it was taken back meanwhile."""
        words = await words_store.named(self._db, words_id)
        if words is None or words.sealed is None:
            return None
        checkin = await store.get(self._db, words.checkin_id)
        assert checkin is not None
        text = json.loads(self._keys.unseal(PURPOSE, words.sealed, bound_to=words_id))
        return ShownWords(words_id, checkin.locale, **text)

    def _mark(self, words_id: str, who: str) -> str:
        return self._keys.tag(PURPOSE, words_id, who)

    async def _delete_message(self, tx: Transaction, words_id: str, channel_id: int, message_id: int) -> None:
        await self._outbox.enqueue(
            tx,
            kind=GONE,
            reference=words_id,
            action=Action.DELETE,
            channel_id=channel_id,
            message_id=message_id,
            priority=Priority.SAFETY,
        )

    async def _thread_opened(self, tx: Transaction, checkin_id: str, thread_id: int | None) -> None:
        # No id: the card was deleted by somebody. Who chose to show words still can, in the channel.
        await self._go_on(tx, checkin_id, ThreadState.FAILED if thread_id is None else ThreadState.OPEN)

    async def _thread_failed(self, tx: Transaction, checkin_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=THREAD, reference=checkin_id)
        await self._go_on(tx, checkin_id, ThreadState.FAILED)

    async def _go_on(self, tx: Transaction, checkin_id: str, thread: ThreadState) -> None:
        checkin = await store.get(tx, checkin_id)
        if checkin is not None:
            await store.change_thread(tx, checkin_id, thread)
            await self.send(tx, replace(checkin, thread=thread))

    async def _words_stand(self, tx: Transaction, words_id: str, message_id: int | None) -> None:
        words = await words_store.named(tx, words_id)
        if words is None:
            return
        checkin = await store.get(tx, words.checkin_id)
        taken_back = words.sealed is None
        if taken_back and message_id is not None and words.channel_id is not None:
            await self._delete_message(tx, words_id, words.channel_id, message_id)
        if taken_back or message_id is None or checkin is None or checkin.state is State.CLOSED:
            await words_store.delete_named(tx, words_id)
        else:
            await words_store.named_stand(tx, words_id, message_id)

    async def _words_failed(self, tx: Transaction, words_id: str, reason: str) -> None:
        words = await words_store.named(tx, words_id)
        checkin = None if words is None else await store.get(tx, words.checkin_id)
        if words is None or checkin is None or words.sealed is None:
            await self._outbox.withdraw(tx, kind=WORDS, reference=words_id)
            await words_store.delete_named(tx, words_id)
        elif words.channel_id != checkin.channel_id and reason in THREAD_LOST:
            await self._go_on(tx, checkin.id, ThreadState.FAILED)
        elif checkin.occurrence_id is not None:
            await self._schedules.delivery_failed(tx, checkin.occurrence_id, reason)
