from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.circles.models import Actor, Circle
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.participation import figures, store
from bot.participation.models import (
    ANONYMOUS,
    ASK_AGAIN_AFTER,
    KEPT,
    Act,
    Choice,
    Consent,
    Figure,
    Log,
    Named,
    Summary,
)

SUMMARY_SPAN = timedelta(weeks=4)
DAY = timedelta(days=1)


class Participation:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    # What other features tell

    async def record(self, tx: Transaction, circle: Circle, act: Act, *, user_id: int, occasion: str) -> None:
        """Count an act, and log it by name where the member chose that. Call it once for each act.

        `occasion` is the id of the check-in or prompt it was about.
        """
        if act in ANONYMOUS:
            raise ValueError(f"{act} has no person")
        today = self._today(circle)
        await store.count(tx, circle_id=circle.id, local_day=today, act=act, occasion=occasion)
        if await store.consent_of(tx, circle_id=circle.id, user_id=user_id) is Consent.BY_NAME:
            await store.insert_presence(
                tx,
                circle_id=circle.id,
                user_id=user_id,
                act=act.told_as,
                occasion=occasion,
                local_day=today,
            )

    async def record_anonymous(self, tx: Transaction, circle: Circle, act: Act) -> None:
        """Count an anonymous act on its day; there is no parameter for a person."""
        await store.count(tx, circle_id=circle.id, local_day=self._today(circle), act=act)

    # What members choose

    async def consent_of(self, circle_id: str, user_id: int) -> Consent | None:
        """What the member chose in this circle; None where they did not yet."""
        return await store.consent_of(self._db, circle_id=circle_id, user_id=user_id)

    async def meet(self, circle: Circle, user_id: int, name: str) -> bool:
        """Someone did something in the circle: whether to ask them now how they want to be logged.

        True once, and once more where that met no answer for two weeks. Whoever is logged by name is known
        by their present name from now on.
        """
        today = self._today(circle)
        found = await store.asked(self._db, circle_id=circle.id, user_id=user_id)
        if found is None or found.consent is None:
            times = 1 if found is None else found.asked + 1
            if found is not None and (times > 2 or today - found.since < ASK_AGAIN_AFTER):
                return False
            async with self._db.transaction() as tx:
                return await store.ask(tx, circle_id=circle.id, user_id=user_id, times=times, today=today)
        if found.consent is Consent.BY_NAME and found.name != name:
            async with self._db.transaction() as tx:
                await store.rename(tx, circle_id=circle.id, user_id=user_id, name=name)
        return False

    async def choose(self, circle: Circle, user_id: int, consent: Consent, name: str) -> Choice:
        """Be logged by name, or only counted, from now on. What stands in the log already is left there.

        Of whoever is only counted nobody but they themselves sees it.
        """
        async with self._db.transaction() as tx:
            await store.choose(
                tx,
                circle_id=circle.id,
                user_id=user_id,
                consent=consent,
                name=name if consent is Consent.BY_NAME else None,
                today=self._today(circle),
            )
        return (await self.choices_of(user_id))[circle.id]

    async def choices_of(self, user_id: int) -> Mapping[str, Choice]:
        """How a person is logged, by id of circle: each that knows something of them, closed ones too."""
        return await store.choices_of(self._db, user_id)

    async def erase_named(self, circle_id: str, user_id: int) -> None:
        """Erase where the person stands in a circle's log by name; their choice stays."""
        async with self._db.transaction() as tx:
            await store.erase_presence(tx, circle_id=circle_id, user_id=user_id)
        await self._db.checkpoint()

    # How the circle is doing

    async def summary(self, circle: Circle, actor: Actor) -> Summary:
        """The last four weeks up to yesterday: figures for everyone, names for facilitators only."""
        last = self._today(circle) - DAY
        first = last - SUMMARY_SPAN + DAY
        counts = await store.counts(self._db, circle_id=circle.id, first=first, last=last)
        days: dict[date, tuple[Figure, ...]] = {}
        for figure in figures.by_day(counts):
            days[figure.first] = (*days.get(figure.first, ()), figure)
        people = None
        if circle.is_facilitator(actor):
            found = await store.named(self._db, circle_id=circle.id, first=first)
            people = tuple(_alphabetical({one.user_id: one for one in found}.values()))
        return Summary(first, last, days, tuple(figures.in_all(counts, (first, last))), people)

    async def log(self, circle: Circle, actor: Actor) -> Log:
        """All of the log that may leave the bot, for facilitators. Figures end with yesterday."""
        circle.require_facilitator(actor)
        today = self._today(circle)
        counts = await store.counts(self._db, circle_id=circle.id, first=today - KEPT, last=today - DAY)
        named = await store.named(self._db, circle_id=circle.id, first=today - KEPT)
        return Log(
            figures=(*figures.by_day(counts), *figures.by_month(counts)),
            named=tuple(sorted(_alphabetical(named), key=lambda one: one.day)),
        )

    # What the rest of the house asks

    async def export(self, user_id: int) -> dict[str, list[dict[str, object]]]:
        return await store.export_of(self._db, user_id)

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await store.forget(tx, user_id)

    async def purge(self, tx: Transaction, now: datetime) -> None:
        """Delete what is older than the log reaches back."""
        await store.delete_before(tx, now.date() - KEPT)

    def _today(self, circle: Circle) -> date:
        return self._clock.now().astimezone(circle.tz).date()


def _alphabetical(people: Iterable[Named]) -> list[Named]:
    def key(one: Named) -> tuple[str, int]:
        return unicodedata.normalize("NFKD", one.name.casefold()), one.user_id

    return sorted(people, key=key)
