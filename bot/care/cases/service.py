from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.audit.service import Audit
from bot.care.cases import store
from bot.care.cases.alerts import Alerts
from bot.care.cases.card import CaseCard
from bot.care.cases.concerns import Concerns
from bot.care.cases.duty import Duty
from bot.care.cases.models import (
    AFTER,
    CONTACT_DAYS,
    FACILITATOR,
    FIRST_NUMBER,
    KIND,
    LAST,
    NUMBERS,
    NUMBERS_KEPT,
    PURPOSE,
    STANDS,
    Case,
    Noted,
    Shown,
    State,
    Word,
    part_of,
)
from bot.care.cases.rules import Rules
from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import DIRECT, Priority
from bot.outbox.service import Outbox
from bot.relay.models import ENDED, Life, Party, Side
from bot.relay.service import Relay
from bot.reminders.reach import Reach

WORD = "case.word"
LIFE = Life(silence=STANDS, afterwards=timedelta(days=1), urgent=True)

# What the two of a talk are told besides messages.
BEGUN = "begun"
HANDED_ON = "handed_on"

_UNREACHABLE = frozenset({"closed_dms", "channel_gone"})


class Cases:
    """Somebody asks, without a name, to be reached by a facilitator: from asking to the last word.

    While it waits, who asked stands in contacts, sealed, and nowhere else. Taken, the two talk through the
    relay. Closed, only the number is left, so that it is not given to somebody else soon.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        contacts: Contacts,
        relay: Relay,
        reach: Reach,
        audit: Audit,
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._relay = relay
        self._reach = reach
        self._audit = audit
        self.rules = Rules(db, audit)
        self._alerts = Alerts(db, clock, outbox, audit, self.rules)
        self._card = CaseCard(outbox, circles, self._lost)
        self.duty = Duty(db, clock, keys, outbox, contacts, reach)
        self.concerns = Concerns(db, clock, keys, outbox, circles, audit)
        relay.carry(KIND, LIFE)
        outbox.on(WORD, delivered=self._said, failed=self._not_said)

    # Who asks

    async def waiting_of(self, circle: Circle, user_id: int, db: Reader | None = None) -> Case | None:
        """The case with which this person waits in a circle."""
        db = db or self._db
        for _, case_id in await self._contacts.of_person(user_id, PURPOSE, db):
            case = await store.get(db, case_id)
            if case and case.circle_id == circle.id and case.state is State.OPEN:
                return case
        return None

    async def ask(self, circle: Circle, contact: Contact, noted: Noted) -> Case:
        """Open a case, and tell the facilitators. Who waits already goes on waiting: the same case again."""
        circle = await self._circles.get(circle.id)
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if waiting := await self.waiting_of(circle, contact.user_id, tx):
                return waiting
            case = Case(
                id=secrets.token_hex(16),
                number=_unused(await store.numbers(tx)),
                circle_id=circle.id,
                state=State.OPEN,
                noted=noted,
                part=part_of(now.astimezone(circle.tz)),
                day=now.date(),
                next_word=Word.QUARTER,
                next_at=now + AFTER[Word.QUARTER],
                talk_id=None,
                card_id=None,
            )
            await store.insert(tx, case)
            await self._await(tx, case.id, contact)
            await self._card.post(tx, case, circle)
            await self.duty.tell(tx, circle.id, case.id)
            await self._audit.record(tx, circle.id, "care.case_opened")
        return case

    async def withdraw(self, case_id: str, user_id: int) -> None:
        """Whoever asked ends it, taken or not. Raises UserError for anybody else, and where it is over."""
        async with self._db.transaction() as tx:
            contact, case = await self._contacts.find(PURPOSE, case_id, tx), await store.get(tx, case_id)
            sides = await self._relay.of_person(user_id, KIND, tx)
            if case is not None and contact is not None and contact.user_id == user_id:
                await self._close(tx, case)
                return
            for side in sides:
                if case is not None and side.talk.id == case.talk_id and side.name != FACILITATOR:
                    await self._end(tx, side)
                    return
        raise UserError("cases.errors.over")

    async def _await(self, tx: Transaction, case_id: str, contact: Contact) -> None:
        until = self._clock.now().date() + CONTACT_DAYS
        await self._contacts.keep(tx, PURPOSE, case_id, contact, until=until)

    # Who takes it

    async def waiting(self, case_id: str, user_id: int, db: Reader | None = None) -> Shown:
        """For who would take it. Raises UserError where it doesn't wait any more, saying why."""
        db = db or self._db
        case = await store.get(db, case_id)
        if case is None or case.state is State.CLOSED:
            raise UserError("cases.errors.closed")
        if case.state is State.TAKEN:
            theirs = {side.talk.id for side in await self._relay.of_person(user_id, KIND, db)}
            is_theirs = case.talk_id in theirs
            raise UserError(f"cases.errors.{'yours' if is_theirs else 'taken'}", number=case.number)
        return Shown(case, await self._circles.get(case.circle_id))

    async def take(self, actor: Actor, case_id: str, contact: Contact) -> Case:
        """A facilitator takes it: the two are brought together, and told. One of several at once gets it."""
        async with self._db.transaction() as tx:
            shown = await self.waiting(case_id, actor.user_id, tx)
            case, circle = shown.case, shown.circle
            circle.require_facilitator(actor)
            asking = await self._contacts.find(PURPOSE, case_id, tx)
            if asking is None:
                raise UserError("cases.errors.closed")
            if asking.user_id == actor.user_id:
                raise UserError("cases.errors.your_own")
            parties = Party(str(case.number), asking), Party(FACILITATOR, contact)
            writer, facilitator = await self._relay.open(tx, KIND, circle.id, *parties)
            await store.take(tx, case_id, writer.talk.id)
            await self._contacts.drop(tx, PURPOSE, case_id)
            await self._card.withdraw(tx, case_id)
            for side in (writer, facilitator):
                await self._relay.tell(tx, side, BEGUN)
            await self._card.renew(tx, case)
            await self._audit.record(tx, circle.id, "care.case_taken")
        return case

    # The two

    async def of_person(self, user_id: int) -> list[Side]:
        """Their sides of the talks that go on, as writer or facilitator."""
        return await self._relay.of_person(user_id, KIND)

    async def talk_of(self, circle: Circle, user_id: int) -> str | None:
        """The number under which this person talks with a facilitator of a circle."""
        sides = [each for each in await self.of_person(user_id) if each.talk.circle_id == circle.id]
        return next((each.name for each in sides if each.name != FACILITATOR), None)

    async def case_of(self, side: Side) -> Shown:
        case = await store.of_talk(self._db, side.talk.id)
        circle = await self._circles.even_closed(side.talk.circle_id)
        if case is None or circle is None:
            raise UserError("relay.errors.over")
        return Shown(case, circle)

    async def side(self, handle: str, user_id: int) -> Side:
        """Raises UserError for anybody else, and for a talk that is over."""
        return await self._relay.mine(handle, user_id)

    async def write(self, handle: str, user_id: int, text: str) -> Side:
        """Send the other a message."""
        letter_id = await self._relay.draft(handle, user_id, text)
        side, _ = await self._relay.send(letter_id, user_id)
        return side

    async def end(self, handle: str, user_id: int) -> Side:
        """Either ends it, and with it the case; the other reads so. Their side."""
        async with self._db.transaction() as tx:
            side = await self._relay.mine(handle, user_id, tx)
            await self._end(tx, side)
        return side

    async def _end(self, tx: Transaction, side: Side) -> None:
        other = await self._relay.other(side, tx)
        await self._relay.end(tx, side.talk, {other.handle: ENDED}, handed_back=[other.handle])
        if case := await store.of_talk(tx, side.talk.id):
            await self._close(tx, case)

    async def hand_on(self, handle: str, user_id: int) -> None:
        """The facilitator can't go on: the case waits again, for another; the writer is told so at once."""
        async with self._db.transaction() as tx:
            side = await self._relay.mine(handle, user_id, tx)
            writer = await self._relay.other(side, tx)
            contact = await self._relay.contact(writer, tx)
            case = await store.of_talk(tx, side.talk.id)
            circle = await self._circles.even_closed(side.talk.circle_id)
            if side.name != FACILITATOR or contact is None or case is None or circle is None:
                raise UserError("relay.errors.over")
            await self._await(tx, case.id, contact)
            await self._relay.end(tx, side.talk, {writer.handle: HANDED_ON}, handed_back=[writer.handle])
            at = self._clock.now() + AFTER[Word.QUARTER]
            await store.reopen(tx, case.id, next_word=Word.QUARTER, next_at=at)
            await self._card.post(tx, case, circle)
            await self.duty.tell(tx, circle.id, case.id, but=user_id)
            await self._audit.record(tx, circle.id, "care.case_handed_on")

    # The facilitators' card

    async def shown(self, case_id: str) -> Shown | None:
        case = await store.get(self._db, case_id)
        circle = case and await self._circles.even_closed(case.circle_id)
        return Shown(case, circle) if case and circle else None

    async def _lost(self, tx: Transaction, case: Case) -> None:
        """The facilitators' channel can't be written to: the writer hears so at once, then with the rest."""
        if case.next_word is Word.QUARTER and case.next_at and self._clock.now() < case.next_at:
            await self._say(tx, case, Word.LOST)

    # What the writer hears while nobody comes

    async def word(self, reference: str) -> tuple[Word, Shown, Contact] | None:
        """What a word on its way says, and to whom; None where it isn't so any more."""
        case_id, word = reference.split(":")
        shown, contact = await self.shown(case_id), await self._contacts.find(PURPOSE, case_id)
        if shown is None or contact is None or (shown.case.state is State.OPEN) is (Word(word) in LAST):
            return None
        return Word(word), shown, contact

    async def _say(self, tx: Transaction, case: Case, word: Word) -> None:
        reference = f"{case.id}:{word}"
        await self._outbox.withdraw(tx, kind=WORD, reference=reference)
        await self._outbox.enqueue(
            tx, kind=WORD, reference=reference, channel_id=DIRECT, priority=Priority.SAFETY
        )

    async def _said(self, tx: Transaction, reference: str, message_id: int | None) -> None:
        case_id, word = reference.split(":")
        if Word(word) in LAST:
            await self._contacts.drop(tx, PURPOSE, case_id)

    async def _not_said(self, tx: Transaction, reference: str, reason: str) -> None:
        """Whoever can't be reached can't be reached by a facilitator either: it is over."""
        await self._outbox.withdraw(tx, kind=WORD, reference=reference)
        case_id, word = reference.split(":")
        contact, case = await self._contacts.find(PURPOSE, case_id, tx), await store.get(tx, case_id)
        if contact is not None and reason in _UNREACHABLE:
            await self._reach.found_closed(tx, contact.user_id)
        if reason in _UNREACHABLE and case is not None and case.state is State.OPEN:
            await self._close(tx, case)
        elif Word(word) in LAST:
            await self._contacts.drop(tx, PURPOSE, case_id)

    # Time

    async def do_due(self) -> None:
        """Say what is due to who waits, close what is over, forget numbers after their time."""
        now = self._clock.now()
        if waiting := await store.in_state(self._db, State.OPEN):
            open_circles = {circle.id for circle in await self._circles.all_open()}
            for case in waiting:
                await self._go_on(case, now, is_home_open=case.circle_id in open_circles)
        for case in await store.in_state(self._db, State.TAKEN):
            if case.talk_id is None or not await self._relay.goes_on(case.talk_id):
                async with self._db.transaction() as tx:
                    await self._close(tx, case)
        before = now.date() - NUMBERS_KEPT
        if await store.has_closed_before(self._db, before):
            async with self._db.transaction() as tx:
                await store.delete_closed_before(tx, before)
        await self.duty.do_due()
        await self.concerns.do_due()

    async def _go_on(self, case: Case, now: datetime, *, is_home_open: bool) -> None:
        if await self._contacts.find(PURPOSE, case.id) is None:
            async with self._db.transaction() as tx:
                await self._close(tx, case)  # the key is destroyed: nobody can say any more who asked
        elif not is_home_open:
            await self._close_with(case, Word.CLOSED)
        elif case.next_at is not None and case.next_at <= now:
            await self._say_next(case, now)

    async def _say_next(self, case: Case, now: datetime) -> None:
        """The latest that is due: whoever could not be told in time isn't told the same twice."""
        word, at = case.next_word, case.next_at
        assert word is not None
        assert at is not None
        asked = at - AFTER[word]
        said = [each for each in AFTER if asked + AFTER[each] <= now][-1]
        if said is Word.OVER:
            await self._close_with(case, Word.OVER)
            return
        following = list(AFTER)[list(AFTER).index(said) + 1]
        async with self._db.transaction() as tx:
            if not await store.say_next(tx, case, next_word=following, next_at=asked + AFTER[following]):
                return
            await self._say(tx, case, said)
            if word is Word.QUARTER:
                await self._audit.record(tx, case.circle_id, "care.case_unanswered")

    async def _close_with(self, case: Case, word: Word) -> None:
        async with self._db.transaction() as tx:
            if await store.close(tx, case.id, day=self._clock.now().date()):
                await self._card.withdraw(tx, case.id)
                await self._card.renew(tx, case)
                await self._say(tx, case, word)
                await self._audit.record(tx, case.circle_id, "care.case_closed")

    async def _close(self, tx: Transaction, case: Case) -> None:
        """Close it without a further word of ours to who asked."""
        await self._contacts.drop(tx, PURPOSE, case.id)
        if await store.close(tx, case.id, day=self._clock.now().date()):
            await self._card.withdraw(tx, case.id)
            await self._card.renew(tx, case)
            await self._audit.record(tx, case.circle_id, "care.case_closed")

    async def alert(self, circle: Circle) -> None:
        """Tell the facilitators that somebody may be in danger now; Alerts.tell says what it gives away."""
        await self._alerts.tell(circle)

    # What is kept about a person

    async def export(self, user_id: int) -> Mapping[str, list[dict[str, Any]]]:
        """What they asked for and nobody took; talks are in the relay's."""
        waiting = []
        for _, case_id in await self._contacts.of_person(user_id, PURPOSE):
            if case := await store.get(self._db, case_id):
                noted = {"tier": case.noted.tier, "about": case.noted.category}
                waiting.append({"circle_id": case.circle_id, "as": str(case.number), **noted})
        return {
            "care_cases": waiting,
            "care_duty": await self.duty.export(user_id),
            "care_concerns": await self.concerns.export(user_id),
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Close what they asked for; their talks are the relay's to end, which comes after this."""
        for _, case_id in await self._contacts.of_person(user_id, PURPOSE, tx):
            if case := await store.get(tx, case_id):
                await self._close(tx, case)
        for side in await self._relay.of_person(user_id, KIND, tx):
            if case := await store.of_talk(tx, side.talk.id):
                await self._close(tx, case)
        await self.duty.forget(tx, user_id)
        await self.concerns.forget(tx, user_id)


def _unused(numbers: set[int]) -> int:
    """A random one: the next in a row would tell how many there were."""
    while (number := FIRST_NUMBER + secrets.randbelow(NUMBERS)) in numbers:
        if len(numbers) >= NUMBERS:
            raise UserError("cases.errors.no_number")
    return number
