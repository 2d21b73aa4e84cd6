from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from bot.checkins import store
from bot.checkins.card import Card
from bot.checkins.closing import Closing, Page
from bot.checkins.models import (
    WORDS_MAX,
    Answer,
    CheckIn,
    Closed,
    Display,
    Person,
    State,
    ThreadState,
    pack,
    unpack,
)
from bot.checkins.words.named import Named, ShownWords
from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.service import Outbox
from bot.participation.models import Act
from bot.participation.service import Participation
from bot.schedules.models import Glimpse, Kind, Occurrence, Schedule
from bot.schedules.service import Schedules

PURPOSE = "check-in answer"


@dataclass(frozen=True)
class Visit:
    """What someone who came is told: their answer, if they gave one, and how many are here with them."""

    circle: Circle
    checkin: CheckIn
    version: str
    answer: Answer | None
    present: int


class CheckIns:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        participation: Participation,
        schedules: Schedules,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._circles = circles
        self._participation = participation
        self._named = Named(db, keys, outbox, schedules)
        self._card = Card(outbox, schedules, self._named)
        self._closing = Closing(db, clock, keys, outbox, circles, schedules, self._card, self._answer_of)
        schedules.opens(Kind.CHECK_IN, self._open_occurrence, self._closing.again)

    # What time does

    async def open(
        self,
        tx: Transaction,
        circle: Circle,
        *,
        opens_at: datetime,
        closes_at: datetime,
        occurrence_id: str | None,
    ) -> CheckIn:
        """Open a check-in in the circle's channel, once `tx` commits. One occurrence opens one only."""
        checkin = CheckIn(
            id=secrets.token_hex(8),
            circle_id=circle.id,
            occurrence_id=occurrence_id,
            channel_id=circle.channel_id,
            locale=circle.locale,
            opens_at=opens_at,
            closes_at=closes_at,
            state=State.OPEN,
            message_id=None,
            thread=ThreadState.NONE,
        )
        if not await store.insert(tx, checkin):
            assert occurrence_id is not None
            earlier = await store.of_occurrence(tx, occurrence_id)
            assert earlier is not None
            return earlier
        await self._card.post(tx, checkin)
        return checkin

    async def close_due(self) -> None:
        """Close what is over. Called every few seconds."""
        await self._closing.close_due()

    # What members do

    async def here(self, checkin_id: str, user_id: int) -> Visit:
        """Be here without words. Worth as much as any answer."""
        return await self._arrive(checkin_id, user_id, Act.HERE)

    async def pass_by(self, checkin_id: str, user_id: int) -> Visit:
        """Pass, which is being here. No row of ours tells it from being here."""
        return await self._arrive(checkin_id, user_id, Act.PASSED)

    async def check_in(self, checkin_id: str, user_id: int, answer: Answer) -> Visit:
        """Answer, or answer anew: the new answer takes the place of the old. An empty one is being here.

        Words are shown to nobody until `show`. Raises Closed, and UserError for words that are too long.
        """
        if answer.words is not None and len(answer.words) > WORDS_MAX:
            raise UserError("checkin.errors.too_long", limit=WORDS_MAX)
        act = Act.HERE if answer.empty else Act.CHECKED_IN
        return await self._arrive(checkin_id, user_id, act, answer)

    async def mine(self, checkin_id: str, user_id: int) -> Answer | None:
        """What someone answered so far, for themselves. Raises Closed."""
        await self._open_one(self._db, checkin_id)
        person = await store.person(self._db, checkin_id, self._who(user_id))
        return None if person is None else self._answer_of(person)

    async def show(
        self, checkin_id: str, user_id: int, version: str, display: Display, *, name: str
    ) -> Visit:
        """Choose how one's words are shown; may be changed until the check-in closes.

        `version` is that of the answer which the person was asked about. Raises Closed, and UserError where
        they answered anew or took it back since.
        """
        circle = await self._circle_of(checkin_id)
        async with self._db.transaction() as tx:
            checkin = await self._open_one(tx, checkin_id)
            person = await store.person(tx, checkin_id, self._who(user_id))
            answer = None if person is None else self._answer_of(person)
            if person is None or person.version != version or answer is None or answer.words is None:
                raise UserError("checkin.errors.answered_anew")
            if answer.display is not display:
                await self._named.take_back(tx, person.who, checkin_id)
                answer = answer.shown(display)
                await store.save_person(tx, replace(person, sealed=self._seal(person, answer)))
                if display is Display.BY_NAME and answer.words:
                    await self._named.post(tx, checkin, person.who, name, answer.words)
            return Visit(circle, checkin, version, answer, await store.present(tx, checkin_id))

    async def take_back(self, checkin_id: str, user_id: int) -> None:
        """Undo one's answer and being here, as if nothing had been pressed. Raises Closed."""
        async with self._db.transaction() as tx:
            checkin = await self._open_one(tx, checkin_id)
            person = await store.person(tx, checkin_id, self._who(user_id))
            if person is None or not person.here:
                return
            before = await store.present(tx, checkin_id)
            await self._named.take_back(tx, person.who, checkin_id)
            await store.save_person(tx, replace(person, here=False, sealed=None, version=_version()))
            await self._card.tell_crowd(tx, checkin, before)

    async def take_back_words(
        self, words_id: str, mark: str, user_id: int, *, channel_id: int, message_id: int
    ) -> None:
        """The button under words shown by name; works for their writer as long as the message stands."""
        async with self._db.transaction() as tx:
            checkin_id = await self._named.take_back_message(
                tx, words_id, mark, self._who(user_id), channel_id=channel_id, message_id=message_id
            )
            person = None if checkin_id is None else await store.person(tx, checkin_id, self._who(user_id))
            answer = None if person is None else self._answer_of(person)
            if person is not None and answer is not None:
                await store.save_person(tx, replace(person, sealed=self._seal(person, answer.shown(None))))

    # What is posted

    def glimpse(self, glimpse: Glimpse) -> CheckIn:
        """A check-in as it would be, were it opened then."""
        circle = glimpse.circle
        return CheckIn(
            id="",
            circle_id=circle.id,
            occurrence_id=None,
            channel_id=circle.channel_id,
            locale=circle.locale,
            opens_at=glimpse.opens_at,
            closes_at=glimpse.closes_at,
            state=State.OPEN,
            message_id=None,
            thread=ThreadState.NONE,
        )

    async def card(self, checkin_id: str) -> tuple[CheckIn, int] | None:
        """The check-in and how many are here; None where a card would come too late."""
        checkin = await store.get(self._db, checkin_id)
        if checkin is None or (checkin.state is State.CLOSED and checkin.message_id is None):
            return None
        return checkin, await store.present(self._db, checkin_id)

    async def get(self, checkin_id: str) -> CheckIn | None:
        return await store.get(self._db, checkin_id)

    async def shown_words(self, words_id: str) -> ShownWords | None:
        return await self._named.shown(words_id)

    async def page(self, reference: str) -> Page | None:
        return await self._closing.page(reference)

    # What the rest of the house asks

    async def open_now(self) -> list[CheckIn]:
        """Every check-in that is open, and whose card stands in its channel, in no order."""
        return await store.standing(self._db, self._clock.now())

    async def has_come(self, checkin_id: str, user_id: int) -> bool:
        """Whether someone is here, in whatever way; False where they took it back, or it has closed."""
        person = await store.person(self._db, checkin_id, self._who(user_id))
        return person is not None and person.here

    # What is kept about someone

    async def export(self, user_id: int) -> list[dict[str, object]]:
        """What is kept about someone: only while a check-in is open."""
        found = []
        who = self._who(user_id)
        for row in await store.export_of(self._db, who):
            person = Person(str(row["check_in"]), who, bool(row["here"]), "", None)
            sealed = row.pop("sealed")
            if isinstance(sealed, bytes) and (answer := self._answer_of(replace(person, sealed=sealed))):
                row |= {"scales": dict(answer.scales), "weather": answer.weather}
                row |= {"words": answer.words, "shown": answer.display}
            found.append(row)
        return found

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Take someone out of every check-in that is open, and their words from where they stand."""
        who = self._who(user_id)
        await self._named.take_back(tx, who)
        places = await store.export_of(tx, who)
        before = {id: await store.present(tx, id) for id in (str(place["check_in"]) for place in places)}
        await store.forget(tx, who)
        for checkin_id, present in before.items():
            checkin = await store.get(tx, checkin_id)
            assert checkin is not None
            await self._card.tell_crowd(tx, checkin, present)

    # Inside

    async def _open_occurrence(
        self, tx: Transaction, circle: Circle, schedule: Schedule, occurrence: Occurrence
    ) -> None:
        await self.open(
            tx,
            circle,
            opens_at=occurrence.opens_at,
            closes_at=occurrence.closes_at,
            occurrence_id=occurrence.id,
        )

    async def _arrive(self, checkin_id: str, user_id: int, act: Act, answer: Answer | None = None) -> Visit:
        """Count someone as here, once, and keep their answer if they gave one."""
        circle = await self._circle_of(checkin_id)
        async with self._db.transaction() as tx:
            checkin = await self._open_one(tx, checkin_id)
            before = await store.present(tx, checkin_id)
            person = await store.person(tx, checkin_id, self._who(user_id))
            if person is None:
                await self._participation.record(tx, circle, act, user_id=user_id, occasion=checkin_id)
                person = Person(checkin_id, self._who(user_id), True, _version(), None)
            person = replace(person, here=True)
            if answer is not None:
                person = await self._answered(tx, person, answer)
            await store.save_person(tx, person)
            await self._card.tell_crowd(tx, checkin, before)
            present = await store.present(tx, checkin_id)
        return Visit(circle, checkin, person.version, self._answer_of(person), present)

    async def _answered(self, tx: Transaction, person: Person, answer: Answer) -> Person:
        answer = answer.following(self._answer_of(person))
        if answer.display is not Display.BY_NAME:
            await self._named.take_back(tx, person.who, person.checkin_id)
        return replace(
            person, version=_version(), sealed=None if answer.empty else self._seal(person, answer)
        )

    async def _circle_of(self, checkin_id: str) -> Circle:
        checkin = await self._open_one(self._db, checkin_id)
        return await self._circles.get(checkin.circle_id)

    async def _open_one(self, db: Reader, checkin_id: str) -> CheckIn:
        checkin = await store.get(db, checkin_id)
        if checkin is None or checkin.state is State.CLOSED:
            raise Closed
        return checkin

    def _who(self, user_id: int) -> str:
        """Someone as the tables know them: the same in each, and nobody without the key file."""
        return self._keys.tag("check-in person", user_id)

    def _seal(self, person: Person, answer: Answer) -> bytes:
        return self._keys.seal(PURPOSE, pack(answer), bound_to=_bound_to(person))

    def _answer_of(self, person: Person) -> Answer | None:
        if person.sealed is None:
            return None
        return unpack(self._keys.unseal(PURPOSE, person.sealed, bound_to=_bound_to(person)))


def _bound_to(person: Person) -> str:
    return f"{person.checkin_id}:{person.who}"


def _version() -> str:
    return secrets.token_hex(4)
