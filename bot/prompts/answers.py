"""Answers by name: written in a form, posted for their author by the bot, and theirs to take back.

The words are sealed in the answer's row until they stand on Discord, then erased. Where the round's thread
can't take them they go to the channel, and where nothing can take them they wait and are tried again.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.prompts import store
from bot.prompts.rounds import ANSWER_BYTES, ANSWER_LIMIT, KEPT_AFTER_CLOSING, Answer, Round, Words

ANSWER = "prompt.answer"
GONE = "prompt.answer_gone"
TRY_AGAIN = timedelta(hours=1)

# The outbox's reasons for which the channel may still take what the thread did not. A locked thread is not
# among them: somebody meant it to be quiet.
THREAD_LOST = frozenset({"channel_gone", "not_found", "no_access", "no_permission", "forbidden"})


class Answers:
    def __init__(self, db: Database, clock: Clock, outbox: Outbox, keys: Keys, circles: Circles) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._keys = keys
        self._circles = circles
        outbox.on(ANSWER, delivered=self._delivered, failed=self._failed)

    # What the author does

    async def give(self, tx: Transaction, round: Round, *, user_id: int, words: Words) -> tuple[Answer, bool]:
        """Keep an answer and post it once there is a place; False where the same words were sent before.

        Raises UserError for words that are none, or too many for a message.
        """
        if not words.text.strip():
            raise UserError("prompt.errors.no_words")
        if len(words.text) > ANSWER_LIMIT or len(words.text.encode()) > ANSWER_BYTES:
            raise UserError("prompt.errors.too_long", limit=ANSWER_LIMIT)
        tag = self._keys.tag("prompt answer", round.id, user_id, words.text)
        answer_id = secrets.token_hex(8)
        sealed = self._keys.seal(ANSWER, json.dumps([words.name, words.text]), bound_to=answer_id)
        answer = Answer(answer_id, round.id, user_id, tag, sealed)
        if not await store.insert_answer(tx, answer):
            earlier = await store.answer_by_tag(tx, round_id=round.id, tag=tag)
            assert earlier is not None
            return earlier, False
        if round.place is not None:
            await self._post(tx, answer_id, round.place)
        return answer, True

    async def take_back(self, answer_id: str, user_id: int) -> str | None:
        """Remove an answer, wherever it is; its words again where they were not posted yet.

        Raises UserError where there is no such answer of that person, or no longer.
        """
        async with self._db.transaction() as tx:
            answer = await store.get_answer(tx, answer_id)
            if answer is None or answer.user_id != user_id:
                raise UserError("prompt.errors.nothing_to_take_back")
            words = self._words(answer)
            await self._remove(tx, answer)
        return None if words is None else words.text

    # What the rest of the house asks

    async def of(self, round_id: str, user_id: int) -> list[Answer]:
        """A person's own answers in a round, for that person."""
        return await store.answers_of(self._db, round_id=round_id, user_id=user_id)

    async def to_post(self, answer_id: str) -> tuple[Answer, Words] | None:
        """An answer about to be posted; None where it was taken back or stands on Discord already."""
        answer = await store.get_answer(self._db, answer_id)
        words = None if answer is None else self._words(answer)
        return None if answer is None or words is None else (answer, words)

    async def release(self, tx: Transaction, round_id: str, place: int) -> None:
        """There is a place now: post what waited for it."""
        for answer_id in await store.answers_without_place(tx, round_id):
            await self._post(tx, answer_id, place)

    async def tell_facilitators(self, tx: Transaction, round: Round, key: str) -> None:
        """What keeps answers from their place, for those who can mend it."""
        try:
            circle = await self._circles.get(round.circle_id)
        except UserError:
            return  # the circle was closed: nobody is left to be told
        await self._circles.notify(tx, circle, key, channel=f"<#{round.channel_id}>")

    async def do_due(self) -> None:
        """Try again what was held up, and let go of what is older than can be taken back."""
        now = self._clock.now()
        for answer in await store.answers_to_retry(self._db, now):
            async with self._db.transaction() as tx:
                await self._try_again(tx, answer.id)
        for answer in await store.answers_of_rounds_before(self._db, now - KEPT_AFTER_CLOSING):
            async with self._db.transaction() as tx:
                await self._outbox.withdraw(tx, kind=ANSWER, reference=answer.id)
                await store.delete_answer(tx, answer.id)

    async def export(self, user_id: int) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for answer in await store.all_answers_of(self._db, user_id):
            round = await store.get_round(self._db, answer.round_id)
            words = self._words(answer)
            assert round is not None
            found.append(
                {
                    "circle": round.circle_id,
                    "prompt": round.invitation.text,
                    "posted": answer.is_posted,
                    "channel_id": answer.channel_id,
                    "message_id": answer.message_id,
                    "words": None if words is None else words.text,
                }
            )
        return found

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Take back everything the bot posted in that person's name: afterwards nobody could."""
        for answer in await store.all_answers_of(tx, user_id):
            await self._remove(tx, answer)

    # Inside

    def _words(self, answer: Answer) -> Words | None:
        if answer.sealed is None:
            return None
        return Words(*json.loads(self._keys.unseal(ANSWER, answer.sealed, bound_to=answer.id)))

    async def _post(self, tx: Transaction, answer_id: str, place: int) -> None:
        await store.place_answer(tx, answer_id, place)
        await self._outbox.enqueue(
            tx, kind=ANSWER, reference=answer_id, channel_id=place, priority=Priority.ANSWER
        )

    async def _remove(self, tx: Transaction, answer: Answer) -> None:
        if answer.message_id is None and answer.channel_id is not None:
            # It may stand there, unheard of: the outbox looks in its turn, and `_delivered` undoes it.
            await store.mark_taken_back(tx, answer.id)
            await self._outbox.retry(tx, kind=ANSWER, reference=answer.id)
            return
        if answer.message_id is not None:
            await self._delete_message(tx, answer, answer.message_id)
        await store.delete_answer(tx, answer.id)

    async def _delete_message(self, tx: Transaction, answer: Answer, message_id: int) -> None:
        assert answer.channel_id is not None
        await self._outbox.enqueue(
            tx,
            kind=GONE,
            reference=answer.id,
            action=Action.DELETE,
            channel_id=answer.channel_id,
            message_id=message_id,
            priority=Priority.ANSWER,
        )

    async def _delivered(self, tx: Transaction, answer_id: str, message_id: int | None) -> None:
        answer = await store.get_answer(tx, answer_id)
        if answer is None:
            return
        if answer.user_id is not None and message_id is not None:
            await store.mark_posted(tx, answer_id, message_id)
            return
        if message_id is not None:
            await self._delete_message(tx, answer, message_id)
        await store.delete_answer(tx, answer_id)

    async def _failed(self, tx: Transaction, answer_id: str, reason: str) -> None:
        answer = await store.get_answer(tx, answer_id)
        round = None if answer is None else await store.get_round(tx, answer.round_id)
        if answer is None or round is None or answer.user_id is None:
            await self._outbox.withdraw(tx, kind=ANSWER, reference=answer_id)
            await store.delete_answer(tx, answer_id)
        elif answer.channel_id != round.channel_id and reason in THREAD_LOST:
            await self._outbox.withdraw(tx, kind=ANSWER, reference=answer_id)
            await self._post(tx, answer_id, round.channel_id)
            if not round.threadless:
                await store.set_thread(tx, round.id, None)
                await self.tell_facilitators(tx, round, "prompt.notices.thread_lost")
        else:
            await self._hold(tx, answer_id, round)

    async def _try_again(self, tx: Transaction, answer_id: str) -> None:
        await store.set_retry(tx, answer_id, self._clock.now() + TRY_AGAIN)
        await self._outbox.retry(tx, kind=ANSWER, reference=answer_id)

    async def _hold(self, tx: Transaction, answer_id: str, round: Round) -> None:
        """Keep the words for another try; the facilitators are told of a round's first that is held up."""
        is_first = not await store.is_any_held(tx, round.id)
        await store.set_retry(tx, answer_id, self._clock.now() + TRY_AGAIN)
        if is_first:
            await self.tell_facilitators(tx, round, "prompt.notices.answer_waits")
