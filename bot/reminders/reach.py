"""The one door by which people are reached in private: whoever is away, or has quiet hours, is left alone.

A feature that wants to send somebody a direct message asks `may_reach` when the message is due, and sends it
at the moment it is told, or never. Where Discord refuses one (closed_dms) it calls `found_closed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.db import Database, Transaction
from bot.keys import Keys
from bot.reminders import store
from bot.reminders.models import NO_END, Person
from bot.reminders.times import DAY, Quiet, start_of
from bot.schedules.models import LONGEST_WINDOW

CLOSED_KEPT = timedelta(days=30)
"""How long someone whose direct messages are closed is remembered, so that they can be told."""

AWAY_KEPT = LONGEST_WINDOW
"""How long an absence is remembered after its end: whatever opened in it is closed by then."""


class Reach:
    def __init__(self, db: Database, clock: Clock, keys: Keys) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys

    # What other features ask

    async def may_reach(self, user_id: int, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When something that is due for this person now may be sent: now, or when their quiet hours end.

        None: not at all, for they are away or their direct messages are closed; it is dropped, and not kept
        for later. `zone`, their circle's, is the clock of their quiet hours if they did not tell their own.
        """
        return (await self.of(user_id)).may_be_reached(now, zone)

    async def found_closed(self, tx: Transaction, user_id: int) -> None:
        """Discord refused them a direct message: nothing more is sent, and their next command tells them."""
        await self.close(tx, self.who(user_id))

    # What members do

    async def of(self, user_id: int) -> Person:
        """What someone asked for so far; the usual quiet hours where that is nothing yet."""
        return await store.person(self._db, self.who(user_id))

    async def set_quiet(
        self, user_id: int, *, start: time | None = None, end: time | None = None, zone: str | None = None
    ) -> Person:
        """Change their quiet hours, or the zone whose clock these go by; what isn't named stays."""

        def changed(person: Person) -> Person:
            quiet = Quiet(start or person.quiet.start, end or person.quiet.end)
            return replace(person, quiet=quiet, zone=zone or person.zone)

        return await self._change(user_id, changed)

    async def go_away(self, user_id: int, until: datetime | None) -> Person:
        """Nothing is sent to them that would have come before then, or (None) before they are back."""
        return await self._change(user_id, lambda person: replace(person, away_until=until or NO_END))

    async def come_back(self, user_id: int) -> Person:
        """They are back. Nothing that would have come meanwhile is made up for."""
        now = self._clock.now()
        return await self._change(
            user_id, lambda person: replace(person, away_until=now) if person.is_away(now) else person
        )

    async def rest_today(self, user_id: int, zone: ZoneInfo) -> Person:
        """Nothing more is sent to them on this day of theirs."""
        now = self._clock.now()

        def rested(person: Person) -> Person:
            own = person.tz(zone)
            tomorrow = start_of(now.astimezone(own).date() + DAY, own)
            return replace(person, away_until=max(tomorrow, person.away_until or tomorrow))

        return await self._change(user_id, rested)

    async def is_to_be_told(self, user_id: int) -> bool:
        """Whether their direct messages were found closed, and nobody told them yet."""
        return (await self.of(user_id)).closed_at is not None

    async def told(self, user_id: int) -> None:
        await self._change(user_id, lambda person: replace(person, closed_at=None))

    async def not_told(self, user_id: int) -> None:
        """Telling them failed: the next command tries again."""
        now = self._clock.now()
        await self._change(user_id, lambda person: replace(person, closed_at=now))

    # For the features' own rows

    def who(self, user_id: int) -> str:
        """Someone as the tables know them: the same in each, and nobody without the key file."""
        return self._keys.tag("reach", user_id)

    async def keep(self, tx: Transaction, person: Person) -> None:
        """Save what is to be remembered of someone; of whom that is nothing, there is no row."""
        if person == Person(person.who):
            await store.delete_person(tx, person.who)
        else:
            await store.save_person(tx, person)

    async def close(self, tx: Transaction, who: str) -> None:
        """As `found_closed`, for someone who is known by their tag only."""
        await self.keep(tx, replace(await store.person(tx, who), closed_at=self._clock.now()))

    async def purge(self, tx: Transaction) -> None:
        """Erase what is remembered of absences that are long over, and of those who never came by again."""
        now = self._clock.now()
        for person in await store.back_before(tx, now - AWAY_KEPT):
            await self.keep(tx, replace(person, away_until=None))
        await store.delete_closed(tx, now - CLOSED_KEPT)

    async def _change(self, user_id: int, change: Callable[[Person], Person]) -> Person:
        async with self._db.transaction() as tx:
            person = change(await store.person(tx, self.who(user_id)))
            await self.keep(tx, person)
        return person
