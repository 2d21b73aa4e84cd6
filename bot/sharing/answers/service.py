from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.participation.models import Act
from bot.participation.service import Participation
from bot.sharing import erasing, sealing
from bot.sharing import store as shares_store
from bot.sharing.answered.service import Answered
from bot.sharing.answers import store
from bot.sharing.drafts.service import Drafts
from bot.sharing.erasing import Eraser
from bot.sharing.models import OPEN_DAYS, Answer, Body, Draft, Place, State
from bot.sharing.names import Names
from bot.sharing.pace import Pace
from bot.sharing.pausing.service import Pausing
from bot.sharing.rules.service import SharingRules


class Answers:
    """Anonymous answers in the thread of a share or a prompt, each person under one name a thread."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        participation: Participation,
        names: Names,
        drafts: Drafts,
        pace: Pace,
        eraser: Eraser,
        rules: SharingRules,
        answered: Answered,
        pausing: Pausing,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._participation = participation
        self._names = names
        self._drafts = drafts
        self._pace = pace
        self._eraser = eraser
        self._rules = rules
        self._answered = answered
        self._pausing = pausing
        outbox.on("share.answer", delivered=self._delivered, failed=self._failed)

    async def place(self, share_id: str) -> Place:
        """Where an answer to a share goes. Raises UserError where it is gone, or its thread isn't open."""
        share = await shares_store.share(self._db, share_id)
        if share is None or share.message_id is None:
            raise UserError("share.errors.share_gone")
        if share.thread_id is None:
            async with self._db.transaction() as tx:
                await self._outbox.withdraw(tx, kind="share.thread_again", reference=share.id)
                await self.open_thread(
                    tx, share.id, share.channel_id, share.message_id, kind="share.thread_again"
                )
            raise UserError("share.errors.no_thread_yet")
        return Place(share.circle_id, share.thread_id, share.id, share)

    async def write(
        self, user_id: int, place: Place, text: str, *, as_author: bool = False, instead: bool = False
    ) -> tuple[str, Draft]:
        """Save a draft of an answer. `as_author`: a receipt was shown; else the share's link tells.

        `instead`: it takes the place of an answer they had begun there.
        """
        circle = await self._circles.get(place.circle_id)
        await self._pausing.check(circle.id, user_id)
        async with self._db.transaction() as tx:
            share = place.share
            if share and (as_author or sealing.is_by(self._keys, share, user_id)):
                voice, name = None, share.name
            else:
                voice, name = await self._voice(tx, circle, place, user_id)
            draft = Draft(
                Body(text),
                name=name,
                circle_id=circle.id,
                thread_id=place.thread_id,
                scope=place.scope,
                share_id=None if share is None else share.id,
                voice=voice,
            )
            return await self._drafts.keep(tx, user_id, draft, instead=instead)

    async def _voice(self, tx: Transaction, circle: Circle, place: Place, user_id: int) -> tuple[str, str]:
        for voice in sealing.voices(self._keys, place.scope, user_id):
            name = await store.name_of_voice(tx, voice)
            if name is not None:
                return voice, name
        period = self._keys.period_of(place.share.period if place.share else None)
        voice = self._keys.link(period, sealing.VOICE, place.scope, user_id)
        taken = await store.names_in(tx, place.scope)
        taken |= {place.share.name} if place.share else set()
        name = self._names.fresh(circle.locale, taken=taken)
        await store.insert_voice(tx, voice=voice, scope=place.scope, name=name, period=period)
        return voice, name

    async def release_voices(self) -> None:
        """Forget names under which nothing is written or said any more."""
        async with self._db.transaction() as tx:
            await store.delete_unused_voices(tx)

    async def post(self, tx: Transaction, draft: Draft, user_id: int) -> Answer:
        assert draft.circle_id
        assert draft.thread_id
        assert draft.scope
        assert draft.name
        if draft.as_author and draft.share_id is None:
            raise UserError("share.errors.share_gone")
        await self._circles.get(draft.circle_id)
        await self._pausing.check(draft.circle_id, user_id, tx)
        await self._pace.count(tx, "answer", user_id)
        id, period = secrets.token_hex(16), self._keys.period
        answer = Answer(
            id=id,
            circle_id=draft.circle_id,
            thread_id=draft.thread_id,
            scope=draft.scope,
            share_id=draft.share_id,
            state=State.POSTING,
            name=draft.name,
            voice=draft.voice,
            message_id=None,
            day=self._clock.now().date(),
            link_days=(await self._rules.of(draft.circle_id, tx)).link_days,
            period=period,
            pausing=sealing.pausing_tag(self._keys, period, id, user_id),
        )
        sealed = sealing.seal(self._keys, "answer", draft.body, bound_to=answer.id)
        await store.insert_answer(tx, answer, sealed)
        await self._send(tx, answer)
        return answer

    async def to_post(self, answer_id: str) -> tuple[Answer, Body | None] | None:
        """An answer and, until it is delivered, its words; None where it is gone."""
        answer = await store.answer(self._db, answer_id)
        if answer is None:
            return None
        sealed = await store.answer_body(self._db, answer_id)
        body = sealed and sealing.unseal(self._keys, "answer", sealed, bound_to=answer_id)[0]
        return answer, body or None

    async def send_again(self, tx: Transaction, answer: Answer) -> None:
        """Post what Discord refused before. Raises UserError while sharing rests."""
        await self._rules.require_going(answer.circle_id, tx)
        if await store.post_again(tx, answer.id):
            await self._send(tx, answer)

    async def of_author(self, db: Reader, share_id: str) -> list[Answer]:
        """What the author of a share said in its thread, in the same voice."""
        return await store.authors_answers(db, share_id)

    async def remove(self, tx: Transaction, answer: Answer) -> None:
        if answer.state in (State.POSTING, State.STUCK):
            if answer.state is State.STUCK:
                await self._send(tx, answer)
            await store.answer_leaves(tx, answer.id)  # as for a share: its turn in the outbox comes
            await shares_store.delete_receipts(tx, answer_id=answer.id)
        else:
            await self._eraser.erase(tx, answer.circle_id, answer.thread_id, answer.message_id)
            await store.delete_answer(tx, answer.id)
        await store.delete_unused_voices(tx)

    async def forget_old(self, tx: Transaction, today: date) -> int:
        """Forget the answers whose links are over; how many rows that were."""
        old = await store.answers_until(tx, today - OPEN_DAYS)
        forgotten = [answer for answer in old if answer.forgotten_on <= today]
        for answer in forgotten:
            await store.delete_answer(tx, answer.id)
        return len(forgotten) + await store.delete_unused_voices(tx)

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [
            {
                "circle_id": answer.circle_id,
                "as": answer.name,
                "day": answer.day.isoformat(),
                "channel_id": answer.thread_id,
                "message_id": answer.message_id,
            }
            for answer in await self.of_person(self._db, user_id)
        ]

    async def of_person(self, db: Reader, user_id: int) -> list[Answer]:
        """What somebody answered without their name, as far as its link to them lives."""
        return [
            answer
            for answer in await store.answers(db)
            if answer.voice in sealing.voices(self._keys, answer.scope, user_id)
        ]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for answer in await self.of_person(tx, user_id):
            if answer.state in (State.POSTING, State.STUCK):
                await self.remove(tx, answer)
            else:
                await store.forget_voice(tx, answer.id, instead=secrets.token_hex(16))
        for answer in await store.answers(tx):  # those as the author of a share, too
            if answer.pausing == sealing.pausing_tag(self._keys, answer.period, answer.id, user_id):
                await store.forget_pausing(tx, answer.id)
        await store.delete_unused_voices(tx)

    async def open_thread(
        self,
        tx: Transaction,
        share_id: str,
        channel_id: int,
        message_id: int | None,
        *,
        kind: str = "share.thread",
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=kind,
            reference=share_id,
            channel_id=channel_id,
            action=Action.THREAD,
            message_id=message_id,
            priority=Priority.ANSWER,
        )

    async def _send(self, tx: Transaction, answer: Answer, *, delay: timedelta = timedelta(0)) -> None:
        await self._outbox.enqueue(
            tx,
            kind="share.answer",
            reference=answer.id,
            channel_id=answer.thread_id,
            priority=Priority.ANSWER,
            delay=delay,
        )

    async def found(self, answer_id: str, message_id: int) -> None:
        """An `unsure` answer does stand on Discord: a try that was given up had arrived."""
        async with self._db.transaction() as tx:
            await self._delivered(tx, answer_id, message_id)

    async def _delivered(self, tx: Transaction, answer_id: str, message_id: int | None) -> None:
        answer = await store.answer(tx, answer_id)
        if answer is None:
            return
        if answer.state is State.TAKEN_BACK:
            await self._eraser.erase(tx, answer.circle_id, answer.thread_id, message_id)
            await store.delete_answer(tx, answer.id)
        elif message_id is None:
            await store.answer_stuck(tx, answer.id)
        elif await store.answer_delivered(tx, answer.id, message_id=message_id):
            circle = await self._circles.even_closed(answer.circle_id)
            if circle is not None:
                await self._participation.record_anonymous(tx, circle, Act.ANSWERED_ANONYMOUSLY)
            if answer.share_id is not None and not answer.as_author:
                await self._answered.note(tx, answer.share_id, message_id)

    async def _failed(self, tx: Transaction, answer_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind="share.answer", reference=answer_id)
        answer = await store.answer(tx, answer_id)
        if answer is None:
            return
        if answer.state is State.TAKEN_BACK:
            if erasing.given_up(reason, answer.day, self._clock.now()):
                await store.delete_answer(tx, answer.id)
            else:
                await self._send(tx, answer, delay=erasing.AGAIN_AFTER)
        elif await store.answer_stuck(tx, answer.id):
            await self._tell(tx, answer.circle_id, "share.notices.answer_not_posted", answer.thread_id)

    async def _tell(self, tx: Transaction, circle_id: str, key: str, thread_id: int) -> None:
        if circle := await self._circles.even_closed(circle_id):
            await self._circles.notify(tx, circle, key, channel=f"<#{thread_id}>")
