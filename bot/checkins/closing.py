"""When a check-in's window is over: what may be shown is kept and posted, everything else is erased."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from bot.checkins import store
from bot.checkins.card import Card
from bot.checkins.models import Answer, CheckIn, Display, Person
from bot.checkins.summary import Summary, summarise
from bot.checkins.words import store as words_store
from bot.checkins.words.named import WORDS
from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.schedules.models import Occurrence
from bot.schedules.service import Schedules

log = logging.getLogger(__name__)

SUMMARY = "checkin.summary"
PURPOSE = "check-in words without name"

KEPT_UNDELIVERED = timedelta(days=7)
"""How long words wait, sealed, for a channel that can't be written to: time enough to mend it."""

PAGE_CHARACTERS = 2200
PAGE_WORDS = 8
"""Words without a name in one message; Discord takes 40 components, 4000 characters and about 10,000
bytes of UTF-8 in all."""


@dataclass(frozen=True)
class Page:
    """One message of a summary: the first has what the check-in came to, each some words without a name."""

    locale: str
    summary: Summary | None
    words: tuple[str, ...]


def paginate(words: Sequence[str]) -> list[list[str]]:
    """Words, in their order, message by message; one page at least, be it empty."""
    pages: list[list[str]] = [[]]
    for text in words:
        page = pages[-1]
        if page and (len(page) == PAGE_WORDS or sum(map(len, page)) + len(text) > PAGE_CHARACTERS):
            pages.append(page := [])
        page.append(text)
    return pages


class Closing:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        schedules: Schedules,
        card: Card,
        answer_of: Callable[[Person], Answer | None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._schedules = schedules
        self._card = card
        self._answer_of = answer_of
        outbox.on(SUMMARY, delivered=self._page_stands, failed=self._page_failed)

    async def close_due(self) -> None:
        """Close each check-in whose window is over; erase what could not be delivered for too long."""
        due = await store.due(self._db, self._clock.now())
        for checkin_id in due:
            try:
                await self._close(checkin_id)
            except Exception:
                log.exception("a check-in could not be closed; the next tick tries again")
        await self._erase_undelivered()
        if due:
            await self._db.checkpoint()  # what was erased is to be gone from the write-ahead log, too

    async def page(self, reference: str) -> Page | None:
        """What a message of a summary says; None where there is nothing to say any more."""
        checkin_id, page = _parts(reference)
        checkin = await store.get(self._db, checkin_id)
        rows = await words_store.unnamed(self._db, checkin_id, page)
        if checkin is None or (page > 0 and not rows):
            return None
        return Page(
            locale=checkin.locale,
            summary=await store.summary(self._db, checkin_id) if page == 0 else None,
            words=tuple(self._keys.unseal(PURPOSE, sealed, bound_to=id) for id, sealed in rows),
        )

    async def again(self, tx: Transaction, circle: Circle, occurrence: Occurrence) -> bool:
        """Try to post what could not be delivered: the card while the check-in is open, or its summary."""
        checkin = await store.of_occurrence(tx, occurrence.id)
        if checkin is None or checkin.message_id is None:
            return checkin is not None and await self._card.again(tx, circle, checkin)
        pages = await words_store.unnamed_pages(tx, checkin.id)
        tried = [
            await self._outbox.retry(tx, kind=SUMMARY, reference=f"{checkin.id}:{page}")
            for page in {0, *pages}
        ]
        return any(tried)

    async def _close(self, checkin_id: str) -> None:
        checkin = await store.get(self._db, checkin_id)
        assert checkin is not None
        circle_is_open = await self._is_open(checkin.circle_id)
        async with self._db.transaction() as tx:
            if not await store.close(tx, checkin_id):
                return
            checkin = await store.get(tx, checkin_id)
            assert checkin is not None
            people = await store.people(tx, checkin_id)
            answers = [answer for person in people if (answer := self._answer_of(person))]
            await store.delete_people(tx, checkin_id)
            await words_store.unlink_named(tx, checkin_id)
            await self._card.end(tx, checkin)
            # Nobody came: that is no news to put before everyone.
            if people and circle_is_open:
                await store.keep_summary(tx, checkin_id, summarise(len(people), answers))
                await self._post_summary(tx, checkin, answers)
            if checkin.occurrence_id is not None:
                await self._schedules.closed(tx, checkin.occurrence_id)

    async def _post_summary(self, tx: Transaction, checkin: CheckIn, answers: Sequence[Answer]) -> None:
        # A random id each, and their order by it: nothing in the rows says who wrote first.
        unnamed = sorted(
            (secrets.token_hex(8), answer.words)
            for answer in answers
            if answer.words and answer.display is Display.WITHOUT_NAME
        )
        rest = iter(unnamed)
        for number, page in enumerate(paginate([words for _, words in unnamed])):
            for words_id, words in islice(rest, len(page)):
                sealed = self._keys.seal(PURPOSE, words, bound_to=words_id)
                await words_store.insert_unnamed(
                    tx, id=words_id, checkin_id=checkin.id, page=number, sealed=sealed
                )
            await self._outbox.enqueue(
                tx,
                kind=SUMMARY,
                reference=f"{checkin.id}:{number}",
                channel_id=checkin.channel_id,
                priority=Priority.PROMPT,
            )

    async def _page_stands(self, tx: Transaction, reference: str, message_id: int | None) -> None:
        await words_store.delete_unnamed(tx, *_parts(reference))

    async def _page_failed(self, tx: Transaction, reference: str, reason: str) -> None:
        checkin_id, page = _parts(reference)
        checkin = await store.get(tx, checkin_id)
        if page == 0 and checkin is not None and checkin.occurrence_id is not None:
            await self._schedules.delivery_failed(tx, checkin.occurrence_id, reason)

    async def _erase_undelivered(self) -> None:
        before = self._clock.now() - KEPT_UNDELIVERED
        for checkin_id in await words_store.with_words_closed_before(self._db, before):
            async with self._db.transaction() as tx:
                for words in await words_store.named_to_post(tx, checkin_id):
                    await self._outbox.withdraw(tx, kind=WORDS, reference=words.id)
                for page in await words_store.unnamed_pages(tx, checkin_id):
                    await self._outbox.withdraw(tx, kind=SUMMARY, reference=f"{checkin_id}:{page}")
                await words_store.delete_words(tx, checkin_id)

    async def _is_open(self, circle_id: str) -> bool:
        try:
            await self._circles.get(circle_id)
        except UserError:
            return False
        return True


def _parts(reference: str) -> tuple[str, int]:
    checkin_id, _, page = reference.partition(":")
    return checkin_id, int(page)
