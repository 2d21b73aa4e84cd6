from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.models import Contact
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import DIRECT, Priority, TryLater
from bot.outbox.service import Outbox
from bot.relay import store
from bot.relay.models import (
    DRAFT_LIFE,
    ENDED,
    GRACE,
    MESSAGE,
    RETURNED,
    SILENT,
    Letter,
    Life,
    Parcel,
    Party,
    Side,
    State,
    Talk,
)
from bot.reminders.reach import Reach
from bot.sharing import text as texts

_CLOSED = ("closed_dms", "channel_gone")


class Relay:
    """Carries messages between two people who do not know who the other is, until either ends it.

    A feature calls `carry` once, opens talks, and renders the outbox items `<kind>.letter`. To each side
    letters go one by one, in their order, when that person may be reached. What they say is sealed while it
    waits; delivered, it is erased; where it can't be delivered, who wrote it gets it back.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        contacts: Contacts,
        reach: Reach,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._reach = reach
        self._lives: dict[str, Life] = {}

    def carry(self, kind: str, life: Life | None = None) -> None:
        """Take on talks of a feature. Its cog renders `<kind>.letter` from what `to_deliver` gives."""
        self._lives[kind] = life or Life()
        self._outbox.on(f"{kind}.letter", delivered=self._delivered, failed=self._failed)

    # A talk

    async def open(
        self, tx: Transaction, kind: str, circle_id: str, one: Party, other: Party
    ) -> tuple[Side, Side]:
        """Begin a talk; the sides of the two, in their order."""
        today = self._clock.now().date()
        talk = Talk(secrets.token_hex(16), kind, circle_id, True, today, self._keys.period)
        await store.insert_talk(tx, talk)
        return await self._join(tx, talk, one), await self._join(tx, talk, other)

    async def _join(self, tx: Transaction, talk: Talk, party: Party) -> Side:
        handle = secrets.token_hex(16)
        owner = self._owner(talk, handle, party.contact.user_id)
        side = Side(handle, talk, party.name, owner, any_hour=False)
        await store.insert_side(tx, side)
        await self._contacts.keep(tx, talk.kind, handle, party.contact, until=self._until(talk.kind))
        return side

    async def mine(self, handle: str, user_id: int, db: Reader | None = None, *, ended: bool = False) -> Side:
        """The side that this person has under this handle.

        Raises UserError for anybody else, and once the talk has ended unless `ended` asks for such, too.
        """
        side = await store.side(db or self._db, handle)
        if side is None or not self._is_of(side, user_id) or not (side.talk.is_open or ended):
            raise UserError("relay.errors.over")
        return side

    async def other(self, side: Side, db: Reader | None = None) -> Side:
        sides = await store.sides_of(db or self._db, side.talk.id)
        return next(each for each in sides if each.handle != side.handle)

    async def of_person(self, user_id: int, kind: str, db: Reader | None = None) -> list[Side]:
        """Their sides of the talks of one feature that go on."""
        return [
            side
            for side in await store.sides(db or self._db)
            if side.talk.is_open and side.talk.kind == kind and self._is_of(side, user_id)
        ]

    async def goes_on(self, talk_id: str) -> bool:
        return any(side.talk.is_open for side in await store.sides_of(self._db, talk_id))

    async def contact(self, side: Side, db: Reader | None = None) -> Contact | None:
        """How a side is reached, and so who it is: for the feature's own checks, never to be shown."""
        return await self._contacts.find(side.talk.kind, side.handle, db)

    async def at_any_hour(self, handle: str, user_id: int, *, yes: bool) -> Side:
        """Whether their quiet hours are to count in this talk."""
        async with self._db.transaction() as tx:
            side = replace(await self.mine(handle, user_id, tx), any_hour=yes)
            await store.any_hour(tx, handle, yes=yes)
            await self._push(tx, side)
        return side

    async def end(
        self, tx: Transaction, talk: Talk, told: Mapping[str, str], *, handed_back: Collection[str] = ()
    ) -> bool:
        """End a talk; False where it had ended already.

        `told`: to which sides (by handle) something is said of it, and what. `handed_back`: the sides that
        get back what they wrote and was not delivered; what others wrote arrives, before the word of the end.
        """
        if not await store.end(tx, talk.id, day=self._clock.now().date()):
            return False
        for letter in await store.letters_of(tx, talk.id):
            if letter.state is State.DRAFT:
                await store.delete_letter(tx, letter.id)
            elif letter.what == MESSAGE and await self._writer(tx, letter) in handed_back:
                await self._stop(tx, talk, letter)
        for side in await store.sides_of(tx, talk.id):
            if side.handle in told:
                await self._add(tx, side, told[side.handle])
            await self._go_on(tx, side)
        return True

    async def _stop(self, tx: Transaction, talk: Talk, letter: Letter) -> None:
        """What is under way at this very moment arrives all the same."""
        sending = letter.state is State.SENDING
        if not sending or await self._outbox.withdraw(tx, kind=f"{talk.kind}.letter", reference=letter.id):
            await self._turn_back(tx, letter)

    # Messages

    async def draft(self, handle: str, user_id: int, text: str) -> str:
        """Keep a message, sealed, yet to be sent; its id. Raises UserError for no or too much text."""
        check(text)
        async with self._db.transaction() as tx:
            side = await self.mine(handle, user_id, tx)
            other = await self.other(side, tx)
            letter = self._letter(other, MESSAGE, State.DRAFT, 0, text.strip())
            await store.insert_letter(tx, letter)
        return letter.id

    async def read(self, letter_id: str, user_id: int, db: Reader | None = None) -> tuple[Side, str]:
        """A draft of this person's: their side, and its words."""
        db = db or self._db
        letter = await store.letter(db, letter_id)
        if letter is None or letter.state is not State.DRAFT:
            raise UserError("relay.errors.draft_gone")
        side = await self.mine(await self._writer(db, letter), user_id, db)
        return side, self._text(letter, side.talk)

    async def change(self, letter_id: str, user_id: int, text: str) -> None:
        check(text)
        async with self._db.transaction() as tx:
            side, _ = await self.read(letter_id, user_id, tx)
            await store.rewrite(tx, letter_id, self._sealed(side.talk.period, letter_id, text.strip()))

    async def let_go(self, letter_id: str, user_id: int) -> str:
        """Erase a draft; its words, to be handed back."""
        async with self._db.transaction() as tx:
            _, text = await self.read(letter_id, user_id, tx)
            await store.delete_letter(tx, letter_id)
        return text

    async def send(self, letter_id: str, user_id: int) -> tuple[Side, str]:
        """Send a draft: its writer's side, and the words. Pressed again, it raises UserError."""
        today = self._clock.now().date()
        async with self._db.transaction() as tx:
            side, text = await self.read(letter_id, user_id, tx)
            number = await store.next_number(tx, side.talk.id)
            await store.hand_in(tx, letter_id, number=number, day=today)
            await store.spoke(tx, side.talk.id, day=today)
            until = self._until(side.talk.kind)
            for each in await store.sides_of(tx, side.talk.id):
                if contact := await self.contact(each, tx):
                    await self._contacts.keep(tx, each.talk.kind, each.handle, contact, until=until)
            await self._push(tx, await self.other(side, tx))
        return side, text

    async def tell(self, tx: Transaction, side: Side, what: str, text: str = "") -> None:
        """Send a side a word of the feature's own, in its turn."""
        await self._add(tx, side, what, text)
        await self._push(tx, side)

    # On its way

    async def to_deliver(self, letter_id: str) -> Parcel | None:
        """What a letter says, to whom and from whom; None where it, or whom it is for, is gone.

        Raises TryLater while their quiet hours last.
        """
        letter = await store.letter(self._db, letter_id)
        side = None if letter is None else await store.side(self._db, letter.to)
        contact = None if side is None else await self.contact(side)
        if letter is None or side is None or contact is None or side.talk.period not in self._keys.living:
            return None
        now = self._clock.now()
        at = await self._reachable(side, contact, now)
        if at is not None and at > now:  # whoever went away a moment ago still gets what was under way
            raise TryLater(at - now)
        text = self._text(letter, side.talk) if letter.sealed else ""
        return Parcel(letter.what, text, side, await self.other(side), contact)

    async def _push(self, tx: Transaction, side: Side) -> None:
        """Let the first that waits for a side go, if none is under way and they may be reached now."""
        there = [each for each in await self._letters_to(tx, side) if each.state is not State.DRAFT]
        if not there or any(each.state is State.SENDING for each in there):
            return
        contact = await self.contact(side, tx)
        if contact is None:
            for letter in there:
                await self._undeliverable(tx, letter)
        elif await self._reachable(side, contact, now := self._clock.now()) == now:
            await store.move(tx, there[0].id, State.WAITING, State.SENDING)
            await self._outbox.enqueue(
                tx,
                kind=f"{side.talk.kind}.letter",
                reference=there[0].id,
                channel_id=DIRECT,
                priority=Priority.SAFETY if self._lives[side.talk.kind].urgent else Priority.ANSWER,
            )

    async def _reachable(self, side: Side, contact: Contact, now: datetime) -> datetime | None:
        """When they may be reached: now, or after their quiet hours; None while they are away.

        Both count for nothing in an urgent talk. That their direct messages were found closed is left aside:
        they may have opened them, and if not, whoever writes to them learns that it did not arrive.
        """
        if self._lives[side.talk.kind].urgent:
            return now
        person = replace(await self._reach.of(contact.user_id), closed_at=None)
        if person.is_away(now):
            return None
        if side.any_hour:
            return now
        circle = await self._circles.even_closed(side.talk.circle_id)
        assert circle is not None
        return person.may_be_reached(now, circle.tz)

    async def _delivered(self, tx: Transaction, letter_id: str, message_id: int | None) -> None:
        letter = await store.letter(tx, letter_id)
        side = None if letter is None else await store.side(tx, letter.to)
        if letter is None or side is None:
            return
        if message_id is None:
            await self._undeliverable(tx, letter)
        else:
            await store.delete_letter(tx, letter_id)
        await self._go_on(tx, side)

    async def _failed(self, tx: Transaction, letter_id: str, reason: str) -> None:
        letter = await store.letter(tx, letter_id)
        side = None if letter is None else await store.side(tx, letter.to)
        if letter is None or side is None:
            return
        await self._outbox.withdraw(tx, kind=f"{side.talk.kind}.letter", reference=letter_id)
        contact = await self.contact(side, tx)
        if contact is not None and reason in _CLOSED:
            await self._reach.found_closed(tx, contact.user_id)
        await self._undeliverable(tx, letter)
        await self._go_on(tx, side)

    async def _undeliverable(self, tx: Transaction, letter: Letter) -> None:
        if letter.what == MESSAGE:
            await self._turn_back(tx, letter)
        else:
            await store.delete_letter(tx, letter.id)

    async def _turn_back(self, tx: Transaction, letter: Letter) -> None:
        """Hand a message back to who wrote it."""
        writer = await store.side(tx, await self._writer(tx, letter))
        if writer is None or await self.contact(writer, tx) is None:
            await store.delete_letter(tx, letter.id)
            return
        number = await store.next_number(tx, letter.talk_id)
        await store.turn_back(tx, letter.id, to=writer.handle, what=RETURNED, number=number)
        await self._push(tx, writer)

    async def _go_on(self, tx: Transaction, side: Side) -> None:
        """The next letter; where there is none and the talk is over, nobody is to be reached any more."""
        talking = (await store.side(tx, side.handle) or side).talk.is_open
        if talking or await self._letters_to(tx, side):
            await self._push(tx, side)
        else:
            await self._contacts.drop(tx, side.talk.kind, side.handle)

    # Time

    async def do_due(self) -> None:
        """End what has been silent for long, deliver what could not go before, forget what is over."""
        today = self._clock.now().date()
        for talk in await store.talks(self._db):
            life = self._lives.get(talk.kind, Life())
            if talk.is_open and (talk.day + life.silence <= today or talk.period not in self._keys.living):
                await self._end_silently(talk)
            elif not talk.is_open and talk.day + life.afterwards <= today:
                await self._delete(talk)
        for handle in await store.waited_for(self._db):
            async with self._db.transaction() as tx:
                if side := await store.side(tx, handle):
                    await self._push(tx, side)
        if await store.has_drafts_before(self._db, today - DRAFT_LIFE):
            async with self._db.transaction() as tx:
                await store.delete_drafts_before(tx, today - DRAFT_LIFE)

    async def _end_silently(self, talk: Talk) -> None:
        async with self._db.transaction() as tx:
            handles = [side.handle for side in await store.sides_of(tx, talk.id)]
            await self.end(tx, talk, dict.fromkeys(handles, SILENT), handed_back=handles)

    async def _delete(self, talk: Talk) -> None:
        async with self._db.transaction() as tx:
            for side in await store.sides_of(tx, talk.id):
                await self._contacts.drop(tx, talk.kind, side.handle)
            for letter in await store.letters_of(tx, talk.id):
                await self._outbox.withdraw(tx, kind=f"{talk.kind}.letter", reference=letter.id)
            await store.delete_talk(tx, talk.id)

    # What is kept about a person

    async def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Their talks, and of their words what has not been delivered."""
        talks = []
        for side in await self._sides_of(self._db, user_id):
            other = await self.other(side)
            unsent = [
                each for each in await store.letters_of(self._db, side.talk.id) if each.to == other.handle
            ]
            talks.append(
                {
                    "circle_id": side.talk.circle_id,
                    "as": side.name,
                    "with": other.name,
                    "not_delivered": [
                        self._text(each, side.talk)
                        for each in unsent
                        if each.what == MESSAGE and side.talk.period in self._keys.living
                    ],
                }
            )
        return {"talks": talks}

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """End their talks, with a kind word for the other; what they wrote and has not left never will."""
        for side in await self._sides_of(tx, user_id):
            other = await self.other(side, tx)
            for letter in await store.letters_of(tx, side.talk.id):
                if (letter.to == side.handle) != (letter.what == MESSAGE):  # said to them, or written by them
                    await self._outbox.withdraw(tx, kind=f"{side.talk.kind}.letter", reference=letter.id)
                    await store.delete_letter(tx, letter.id)
            await self.end(tx, side.talk, {other.handle: ENDED}, handed_back=[other.handle])
            await store.forget_owner(tx, side.handle)
            await self._contacts.drop(tx, side.talk.kind, side.handle)

    async def _sides_of(self, db: Reader, user_id: int) -> list[Side]:
        return [side for side in await store.sides(db) if self._is_of(side, user_id)]

    # Inside

    async def _letters_to(self, db: Reader, side: Side) -> list[Letter]:
        return [each for each in await store.letters_of(db, side.talk.id) if each.to == side.handle]

    async def _writer(self, db: Reader, letter: Letter) -> str:
        """The handle of the side that wrote a message."""
        sides = await store.sides_of(db, letter.talk_id)
        return next(side.handle for side in sides if side.handle != letter.to)

    async def _add(self, tx: Transaction, side: Side, what: str, text: str = "") -> None:
        number = await store.next_number(tx, side.talk.id)
        await store.insert_letter(tx, self._letter(side, what, State.WAITING, number, text))

    def _letter(self, to: Side, what: str, state: State, number: int, text: str) -> Letter:
        id = secrets.token_hex(16)
        sealed = self._sealed(to.talk.period, id, text) if text else None
        return Letter(id, to.talk.id, to.handle, what, state, number, sealed, self._clock.now().date())

    def _sealed(self, period: int, letter_id: str, text: str) -> bytes:
        return self._keys.seal_within(period, "letter", text, bound_to=letter_id)

    def _text(self, letter: Letter, talk: Talk) -> str:
        assert letter.sealed is not None
        return self._keys.unseal_within(talk.period, "letter", letter.sealed, bound_to=letter.id)

    def _owner(self, talk: Talk, handle: str, user_id: int) -> str:
        return self._keys.link(talk.period, "relay side", handle, user_id)

    def _is_of(self, side: Side, user_id: int) -> bool:
        living = side.talk.period in self._keys.living
        return living and side.owner == self._owner(side.talk, side.handle, user_id)

    def _until(self, kind: str) -> date:
        return self._clock.now().date() + self._lives[kind].silence + GRACE


def check(text: str) -> None:
    """Raises UserError where a message can't be carried as it is."""
    if not texts.says_something(text):
        raise UserError("relay.errors.no_words")
    over = texts.length(text.strip()) - texts.TEXT_MAX
    if over > 0:
        raise UserError("relay.errors.too_long", most=texts.TEXT_MAX, over=over)
