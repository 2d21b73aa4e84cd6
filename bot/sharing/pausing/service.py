from __future__ import annotations

import secrets
from datetime import date, timedelta
from functools import partial
from typing import Any

from bot.audit.service import Audit
from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Transaction
from bot.errors import HELP, Offer, Said, UserError
from bot.keys import Keys
from bot.outbox.models import DIRECT, Action, Priority
from bot.outbox.service import Outbox
from bot.sharing import sealing
from bot.sharing.pausing import store
from bot.sharing.pausing.models import DAYS, NUMBERS, WORDS_MOST, Appeal, Author, Pause
from bot.sharing.rules.service import SharingRules

CARD, APPEAL, ANSWER = "pause.card", "pause.appeal", "pause.answer"
AGAIN_AFTER = timedelta(hours=1)
KEPT = timedelta(days=7)
"""How long after its end a pause is remembered: so long an answer to an appeal can still be seen."""
_WORDS, _REPLY = "pause appeal", "pause answer"


class Pausing:
    """Who may not share or answer without a name for a while: recognised by the bot, known to nobody.

    A pause holds the pausing tag of one post. Whoever wants to write in that circle is held against the tags
    of all its pauses; so it holds under every new pseudonym, and tells nobody who it is about.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        rules: SharingRules,
        audit: Audit,
        contacts: Contacts,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._rules = rules
        self._audit = audit
        self._contacts = contacts
        outbox.on(CARD, delivered=self._card_stands, failed=partial(self._try_again, CARD))
        outbox.on(APPEAL, delivered=self._appeal_stands, failed=partial(self._try_again, APPEAL))
        outbox.on(ANSWER, delivered=self._answer_left, failed=self._answer_failed)

    # What whoever writes meets

    async def check(self, circle_id: str, user_id: int, db: Reader | None = None) -> None:
        """Raise UserError where nothing can be shared in the circle now, by this person or by anybody.

        `db`: the transaction it is asked in, if any.
        """
        db = db or self._db
        await self._rules.require_going(circle_id, db)
        await self.check_person(circle_id, user_id, db)

    async def check_person(self, circle_id: str, user_id: int, db: Reader | None = None) -> None:
        """Raise UserError while this person is paused there, whether or not sharing rests for everybody."""
        db = db or self._db
        pause = await self._pause_of(db, circle_id, user_id)
        if pause is not None:
            raise await self._paused(db, pause)

    async def may_begin(self, circle_id: str, user_id: int) -> None:
        """As `check`, before somebody writes; besides, it raises what they are to be told once.

        That is that a pause of theirs was lifted after they had asked for it.
        """
        await self.check(circle_id, user_id)
        for pause in await store.of_circle(self._db, circle_id):
            if pause.lifted and pause.news and self._is_about(pause, user_id):
                raise await self._lifted(pause)

    async def answer_for(self, pause_id: str, user_id: int) -> UserError:
        """What there is to tell somebody about a pause of theirs: that it runs, or was lifted."""
        pause = await store.pause(self._db, pause_id)
        if pause is not None and self._is_about(pause, user_id):
            if pause.lifted:
                return await self._lifted(pause)
            if pause.runs(await self._today(pause.circle_id)):
                return await self._paused(self._db, pause)
        raise UserError("pause.errors.over")

    async def _lifted(self, pause: Pause) -> UserError:
        circle, reply = await self._circles.get(pause.circle_id), await self._reply(self._db, pause)
        async with self._db.transaction() as tx:
            await store.seen(tx, pause.id)
        return UserError("pause.lifted", offer=HELP, circle=circle.name, reply=reply)

    async def _pause_of(self, db: Reader, circle_id: str, user_id: int) -> Pause | None:
        """Of several the one that lasts longest."""
        mine = [
            pause
            for pause in await store.of_circle(db, circle_id)
            if self._is_about(pause, user_id) and pause.runs(await self._today(circle_id))
        ]
        return max(mine, key=lambda pause: pause.until, default=None)

    def _is_about(self, pause: Pause, user_id: int) -> bool:
        tag = sealing.pausing_tag(self._keys, pause.period, pause.posted_id, user_id)
        return pause.period in self._keys.living and tag == pause.tag

    async def _paused(self, db: Reader, pause: Pause) -> UserError:
        circle = await self._circles.get(pause.circle_id)
        offer = Offer("pause.ask.button", f"pause:ask:{pause.id}")
        return UserError(
            "pause.paused",
            offer=offer if pause.appeal is Appeal.NONE else HELP,
            circle=circle.name,
            day=pause.until.isoformat(),
            appeal=Said(f"pause.asked.{pause.appeal}", {"reply": await self._reply(db, pause)}),
        )

    async def _reply(self, db: Reader, pause: Pause) -> str:
        """The facilitators' words as a quotation; empty where they gave none."""
        sealed = await store.reply(db, pause.id)
        return quoted(self._keys.unseal(_REPLY, sealed, bound_to=pause.id)) if sealed else ""

    # What the paused person does

    async def require_mine(self, pause_id: str, user_id: int) -> Pause:
        """A pause, for the one it is about, while it runs. Raises UserError for anybody else."""
        pause = await store.pause(self._db, pause_id)
        if (
            pause is None
            or not self._is_about(pause, user_id)
            or not pause.runs(await self._today(pause.circle_id))
        ):
            raise UserError("pause.errors.over")
        if pause.appeal is not Appeal.NONE:
            raise UserError("pause.errors.asked_already")
        return pause

    async def ask(self, pause_id: str, user_id: int, words: str, contact: Contact | None = None) -> None:
        """Ask the facilitators to look again. `contact`: how to tell what comes of it, if they want that."""
        pause = await self.require_mine(pause_id, user_id)
        words = words.strip()[:WORDS_MOST]
        circle = await self._circles.get(pause.circle_id)
        async with self._db.transaction() as tx:
            sealed = self._keys.seal(_WORDS, words, bound_to=pause.id)
            if not await store.ask(tx, pause.id, sealed):
                raise UserError("pause.errors.asked_already")
            if contact is not None:
                await self._contacts.keep(tx, APPEAL, pause.id, contact, until=pause.until + KEPT)
            await self._send(tx, APPEAL, pause, circle)

    # What facilitators do

    async def pause(self, actor: Actor, circle: Circle, author: Author, days: int) -> Pause:
        """Pause the author of a post, or pause them longer: from now to the end of the last of `days` days.

        Raises UserError where the link between the post and its author was erased.
        """
        circle.require_facilitator(actor)
        assert days in DAYS
        if author.tag is None or author.period not in self._keys.living:
            raise UserError("pause.errors.no_link")
        until = self._on(circle) + timedelta(days=days)
        async with self._db.transaction() as tx:
            pause = await store.of_post(tx, author.posted_id)
            if pause is not None and pause.runs(self._on(circle)):
                if await store.extend(tx, pause.id, until):
                    await self._audit.record(tx, circle.id, "pause.made")
                    await self._renew(tx, pause, circle)
            else:
                if pause is not None:
                    await store.delete(tx, pause.id)
                pause = await self._begin(tx, circle, author, until)
            kept = await store.pause(tx, pause.id)
        assert kept is not None
        return kept

    async def _begin(self, tx: Transaction, circle: Circle, author: Author, until: date) -> Pause:
        assert author.tag
        assert author.period
        taken = {pause.number for pause in await store.of_circle(tx, circle.id)}
        pause = Pause(
            id=secrets.token_hex(16),
            circle_id=circle.id,
            number=secrets.choice([number for number in NUMBERS if number not in taken]),
            posted_id=author.posted_id,
            tag=author.tag,
            period=author.period,
            until=until,
        )
        await store.insert(tx, pause)
        await self._audit.record(tx, circle.id, "pause.made")
        await self._send(tx, CARD, pause, circle)
        return pause

    async def lift(self, actor: Actor, circle: Circle, pause_id: str) -> Pause:
        """End a pause; if its person had asked for that, it is the answer. Done already, nothing changes."""
        return await self._decide(actor, circle, pause_id, lift=True, reply="")

    async def answer(self, actor: Actor, circle: Circle, pause_id: str, *, lift: bool, reply: str) -> Pause:
        """Answer an appeal. Answered already, nothing changes."""
        return await self._decide(actor, circle, pause_id, lift=lift, reply=reply.strip()[:WORDS_MOST])

    async def _decide(self, actor: Actor, circle: Circle, pause_id: str, *, lift: bool, reply: str) -> Pause:
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            pause = await self._of(tx, circle, pause_id)
            lifted = lift and await store.lift(tx, pause.id)
            sealed = self._keys.seal(_REPLY, reply, bound_to=pause.id) if reply else None
            answered = (lifted or not lift) and await store.answer(tx, pause.id, sealed)
            if lifted or answered:
                await self._audit.record(tx, circle.id, "pause.lifted" if lifted else "pause.kept")
                await self._renew(tx, pause, circle)
            if answered and await self._contacts.find(APPEAL, pause.id, tx):
                await self._outbox.enqueue(
                    tx, kind=ANSWER, reference=pause.id, channel_id=DIRECT, priority=Priority.ANSWER
                )
            return await self._of(tx, circle, pause_id)

    async def circle_of(self, pause_id: str) -> str:
        pause = await store.pause(self._db, pause_id)
        if pause is None:
            raise UserError("pause.errors.over")
        return pause.circle_id

    async def _of(self, db: Reader, circle: Circle, pause_id: str) -> Pause:
        pause = await store.pause(db, pause_id)
        if pause is None or pause.circle_id != circle.id:
            raise UserError("pause.errors.over")
        return pause

    async def get(self, actor: Actor, circle: Circle, pause_id: str) -> Pause:
        """A pause, for facilitators who want to answer its appeal. Raises UserError where that is done."""
        circle.require_facilitator(actor)
        pause = await self._of(self._db, circle, pause_id)
        if pause.appeal is not Appeal.ASKED or not pause.runs(self._on(circle)):
            raise UserError("pause.errors.answered_already")
        return pause

    async def running(self, actor: Actor, circle: Circle) -> list[Pause]:
        """The pauses of a circle that run, for its facilitators."""
        circle.require_facilitator(actor)
        return [pause for pause in await store.of_circle(self._db, circle.id) if pause.runs(self._on(circle))]

    async def of_post(self, posted_id: str) -> Pause | None:
        """The pause of a post's author that was made there, if it is remembered still."""
        return await store.of_post(self._db, posted_id)

    # What is shown

    async def shown(self, pause_id: str) -> tuple[Pause, Circle, bool] | None:
        """For a card: the pause, its circle and whether it runs; None where there is nothing to show."""
        pause = await store.pause(self._db, pause_id)
        circle = pause and await self._circles.even_closed(pause.circle_id)
        return (pause, circle, pause.runs(self._on(circle))) if pause and circle else None

    async def appeal_of(self, pause_id: str) -> str | None:
        """What the paused person asks, until it has been posted."""
        sealed = await store.words(self._db, pause_id)
        return self._keys.unseal(_WORDS, sealed, bound_to=pause_id) if sealed else None

    async def reply_to(self, pause_id: str) -> str:
        pause = await store.pause(self._db, pause_id)
        return "" if pause is None else await self._reply(self._db, pause)

    async def _send(self, tx: Transaction, kind: str, pause: Pause, circle: Circle, **more: Any) -> None:
        await self._outbox.enqueue(
            tx,
            kind=kind,
            reference=pause.id,
            channel_id=circle.facilitators_channel_id,
            priority=Priority.ANSWER,
            **more,
        )

    async def _renew(self, tx: Transaction, pause: Pause, circle: Circle) -> None:
        """Draw its cards anew."""
        for kind, message_id in ((CARD, pause.card_id), (APPEAL, pause.appeal_card_id)):
            if message_id is not None:
                await self._send(tx, kind, pause, circle, action=Action.EDIT, message_id=message_id)

    async def _card_stands(self, tx: Transaction, pause_id: str, message_id: int | None) -> None:
        await self._stands(tx, CARD, pause_id, message_id)

    async def _appeal_stands(self, tx: Transaction, pause_id: str, message_id: int | None) -> None:
        await self._stands(tx, APPEAL, pause_id, message_id)

    async def _stands(self, tx: Transaction, kind: str, pause_id: str, message_id: int | None) -> None:
        pause = await store.pause(tx, pause_id)
        if pause is None or message_id is None:
            return
        await (store.card if kind == CARD else store.appeal_card)(tx, pause_id, message_id)
        circle = await self._circles.even_closed(pause.circle_id)
        if circle and (pause.lifted or pause.appeal is Appeal.ANSWERED):  # pressed before this was heard
            await self._send(tx, kind, pause, circle, action=Action.EDIT, message_id=message_id)

    async def _try_again(self, kind: str, tx: Transaction, pause_id: str, reason: str) -> None:
        """Nothing else tells the facilitators of it: try as long as it is of use."""
        await self._outbox.withdraw(tx, kind=kind, reference=pause_id)
        pause = await store.pause(tx, pause_id)
        circle = pause and await self._circles.even_closed(pause.circle_id)
        unsent = pause and (pause.card_id if kind == CARD else pause.appeal_card_id) is None
        if pause and circle and unsent and pause.runs(self._on(circle)):
            await self._send(tx, kind, pause, circle, delay=AGAIN_AFTER)

    async def _answer_left(self, tx: Transaction, pause_id: str, message_id: int | None) -> None:
        await self._contacts.drop(tx, APPEAL, pause_id)

    async def _answer_failed(self, tx: Transaction, pause_id: str, reason: str) -> None:
        """Their direct messages are closed: they are told when they come by."""
        await self._outbox.withdraw(tx, kind=ANSWER, reference=pause_id)
        await self._contacts.drop(tx, APPEAL, pause_id)

    # Time

    async def do_due(self) -> None:
        """Let pauses end, and forget those that ended a while ago."""
        today = self._clock.now().date()
        for pause in await store.before(self._db, today + timedelta(days=1)):
            circle = await self._circles.even_closed(pause.circle_id)
            shows_it_runs = pause.card_id is not None or pause.appeal_card_id is not None
            if circle is None or pause.until + KEPT < today:
                async with self._db.transaction() as tx:
                    await store.delete(tx, pause.id)
            elif shows_it_runs and not pause.runs(self._on(circle)):
                async with self._db.transaction() as tx:
                    await self._renew(tx, pause, circle)
                    await store.cards_rest(tx, pause.id)

    async def _today(self, circle_id: str) -> date:
        circle = await self._circles.even_closed(circle_id)
        return self._clock.now().date() if circle is None else self._on(circle)

    def _on(self, circle: Circle) -> date:
        return self._clock.now().astimezone(circle.tz).date()

    # What is kept about a person

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [
            {"circle_id": pause.circle_id, "day": pause.until.isoformat()}
            for pause in await store.all_of_them(self._db)
            if self._is_about(pause, user_id) and pause.runs(await self._today(pause.circle_id))
        ]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase what they asked and were answered. The pause itself stays, under its tag, to its last day."""
        for pause in await store.all_of_them(tx):
            if self._is_about(pause, user_id):
                await store.forget_words(tx, pause.id)
                await store.forget_reply(tx, pause.id)


def quoted(words: str) -> str:
    """As a quotation below other words; empty for none."""
    return "".join(f"\n> {line}" for line in words.strip().splitlines())
