from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.outbox.service import Outbox
from bot.participation.models import Act
from bot.participation.service import Participation
from bot.prompts import store
from bot.prompts.answers import Answers
from bot.prompts.card import Card
from bot.prompts.choosing import choose, in_language
from bot.prompts.models import Concept, Deck, Library, Prompt, Source
from bot.prompts.rounds import Answer, Round, State, Words, company_of
from bot.schedules.models import CannotOpen, Glimpse, Kind, Occurrence, Schedule, draw_key
from bot.schedules.service import Schedules


@dataclass(frozen=True)
class About:
    """What stands behind a round. `note` is for facilitators, None for others; concept and note are also None
    where the prompt has left the library since."""

    round: Round
    concept: Concept | None
    sources: tuple[Source, ...]
    note: Prompt | None
    own_answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Given:
    """An answer that was taken in; not new where the same person sent the same words before."""

    circle: Circle
    round: Round
    answer: Answer
    is_new: bool

    @property
    def counts(self) -> bool:
        return self.is_new and self.round.under_way


class Prompts:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        circles: Circles,
        participation: Participation,
        schedules: Schedules,
        answers: Answers,
        libraries: Mapping[str, Library],
        rng: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._participation = participation
        self.answers = answers
        self._libraries = libraries
        self._rng = rng
        self._card = Card(clock, outbox, schedules, answers)
        schedules.opens(Kind.PROMPT, self._open_scheduled, self._card.again)
        schedules.takes_decks_from(self.decks)

    # What time does

    async def open(
        self,
        tx: Transaction,
        circle: Circle,
        deck_id: str,
        *,
        opens_at: datetime,
        closes_at: datetime,
        occurrence_id: str,
        key: str | None = None,
    ) -> None:
        """Give the circle its next prompt, once for each occurrence.

        It is drawn by lot: by `key`, where it can be known before. A deck that is no longer there, or has
        nothing for this circle's depth ceiling, is replaced by another that may be posted unattended, and the
        facilitators are told. Raises CannotOpen where there is none.
        """
        given = await store.prompts_given(tx, circle.id)
        chosen = choose(self._library(circle.locale), circle, deck_id, given, self._lot(key))
        if chosen is None:
            raise CannotOpen("no_prompt")
        deck, invitation = chosen
        round = Round(
            id=secrets.token_hex(8),
            circle_id=circle.id,
            occurrence_id=occurrence_id,
            deck_id=deck.id,
            invitation=invitation,
            state=State.WAITING,
            opens_at=opens_at,
            closes_at=closes_at,
            channel_id=circle.channel_id,
        )
        if not await store.insert_round(tx, round):
            return
        await self._card.post(tx, round.id, circle.channel_id)
        if deck.id != deck_id:
            wanted = self.decks(circle.locale).get(deck_id)
            await self._circles.notify(
                tx,
                circle,
                "prompt.notices.other_deck",
                wanted=wanted.title if wanted else deck_id,
                taken=deck.title,
            )

    async def do_due(self) -> None:
        """End the rounds whose time is over, and see to answers that were held up."""
        for round in await store.rounds_over(self._db, self._clock.now()):
            async with self._db.transaction() as tx:
                await self._card.end(tx, round)
        await self.answers.do_due()

    # What members do

    async def here(self, round_id: str, user_id: int) -> Circle:
        """Be here, without words. Counted once for each person and round."""
        return await self._take_part(round_id, user_id, Act.HERE)

    async def pass_by(self, round_id: str, user_id: int) -> Circle:
        """Pass: that is a way of being here, too."""
        return await self._take_part(round_id, user_id, Act.PASSED)

    async def write(self, round_id: str) -> Round:
        """The round someone wants to answer. Raises UserError where it is over."""
        round = await self.get(round_id)
        round.require_under_way()
        return round

    async def answer(self, round_id: str, *, user_id: int, name: str, text: str) -> Given:
        """Keep an answer by name, and post it as soon as there is a place.

        A form may be sent when its round is over: the words are posted all the same, and not counted.
        """
        round = await self.get(round_id)
        circle = await self._circles.get(round.circle_id)
        async with self._db.transaction() as tx:
            round = await store.get_round(tx, round_id) or round
            answer, is_new = await self.answers.give(tx, round, user_id=user_id, words=Words(name, text))
            given = Given(circle, round, answer, is_new)
            if given.counts:
                await self._count(tx, circle, round, user_id, Act.ANSWERED)
        return given

    async def about(self, round_id: str, actor: Actor, locale: str) -> About:
        """What stands behind a round's prompt, in the asker's language; for facilitators with its note."""
        round = await self.get(round_id)
        circle = await self._circles.get(round.circle_id)
        found = self._library(locale)
        prompt = found.prompts.get(round.invitation.prompt_id)
        return About(
            round=round,
            concept=found.concepts[prompt.concept] if prompt else None,
            sources=tuple(found.sources[source] for source in prompt.sources) if prompt else (),
            note=prompt if circle.is_facilitator(actor) else None,
            own_answers=tuple(await self.answers.of(round.id, actor.user_id)),
        )

    # What the rest of the house asks

    def decks(self, locale: str) -> Mapping[str, Deck]:
        """The decks there are in a language, by id."""
        return self._library(locale).decks

    async def left(self, circle: Circle, deck_id: str) -> int:
        """How many prompts of a deck the circle has not been given yet in this pass; 0 for no such deck."""
        deck = self.decks(circle.locale).get(deck_id)
        given = await store.prompts_given(self._db, circle.id)
        return 0 if deck is None else deck.left(given, circle.depth_ceiling)

    async def glimpse(self, glimpse: Glimpse) -> Round:
        """A round as it would be, were it opened then. Raises UserError where no prompt fits."""
        given = await store.prompts_given(self._db, glimpse.circle.id)
        chosen = choose(
            self._library(glimpse.circle.locale),
            glimpse.circle,
            glimpse.deck or "",
            given,
            self._lot(glimpse.key),
        )
        if chosen is None:
            raise UserError("prompt.errors.none_fits")
        deck, invitation = chosen
        return Round(
            id="",
            circle_id=glimpse.circle.id,
            occurrence_id="",
            deck_id=deck.id,
            invitation=invitation,
            state=State.WAITING,
            opens_at=glimpse.opens_at,
            closes_at=glimpse.closes_at,
            channel_id=glimpse.circle.channel_id,
        )

    async def get(self, round_id: str) -> Round:
        round = await store.get_round(self._db, round_id)
        if round is None:
            raise UserError("prompt.errors.gone")
        return round

    async def open_now(self) -> list[Round]:
        """Every round that is open, and whose card stands in its channel, in no order."""
        return await store.rounds_standing(self._db, self._clock.now())

    async def has_come(self, round_id: str, user_id: int) -> bool:
        """Whether someone was here, passed or answered by name; False once the round has closed."""
        return await store.is_here(self._db, round_id, user_id)

    async def near(self, circle: Circle, channel_id: int | None) -> Round:
        """The round whose thread this is, else the circle's newest. Raises UserError where there is none."""
        round = None if channel_id is None else await store.round_in_thread(self._db, channel_id)
        if round is None or round.circle_id != circle.id:
            round = await store.latest_round(self._db, circle.id)
        if round is None:
            raise UserError("prompt.errors.none_yet")
        return round

    async def thread_of(self, round_id: str) -> tuple[Circle, int]:
        """Where answers to a round go: its thread, or the circle's channel where no thread could be opened.

        Raises UserError where the round is over, or its thread is not there yet.
        """
        round = await self.write(round_id)
        if round.place is None:
            raise UserError("prompt.errors.thread_soon")
        return await self._circles.get(round.circle_id), round.place

    async def export(self, user_id: int) -> list[dict[str, object]]:
        """What someone did in rounds that are open, and their answers by name, with words that still wait."""
        return [*await store.export_of(self._db, user_id), *await self.answers.export(user_id)]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await store.forget(tx, user_id)
        await self.answers.forget(tx, user_id)

    # Inside

    def _library(self, locale: str) -> Library:
        return in_language(self._libraries, locale)

    async def _open_scheduled(
        self, tx: Transaction, circle: Circle, schedule: Schedule, occurrence: Occurrence
    ) -> None:
        await self.open(
            tx,
            circle,
            schedule.deck or "",
            opens_at=occurrence.opens_at,
            closes_at=occurrence.closes_at,
            occurrence_id=occurrence.id,
            key=draw_key(schedule.id, occurrence.slot),
        )

    def _lot(self, key: str | None) -> random.Random:
        return self._rng if key is None else random.Random(key)  # noqa: S311 # a question to talk about, no secret

    async def _take_part(self, round_id: str, user_id: int, act: Act) -> Circle:
        circle = await self._circles.get((await self.get(round_id)).circle_id)
        async with self._db.transaction() as tx:
            round = await store.get_round(tx, round_id)
            if round is None:
                raise UserError("prompt.errors.gone")
            round.require_under_way()
            await self._count(tx, circle, round, user_id, act)
        return circle

    async def _count(self, tx: Transaction, circle: Circle, round: Round, user_id: int, act: Act) -> None:
        if not await store.insert_presence(tx, round_id=round.id, user_id=user_id, act=act):
            return
        await self._participation.record(tx, circle, act, user_id=user_id, occasion=round.id)
        company = company_of(await store.people_here(tx, round.id))
        if company is not round.company:
            await store.set_company(tx, round.id, company)
            await self._card.tell_company(tx, round)
