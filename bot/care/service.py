from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.care import store
from bot.care.cases.service import Cases
from bot.care.holds.service import Holds
from bot.care.lines import Fitting, HelpLines
from bot.care.screening import Category, Screening, Tier
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.keys import Keys

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that help waits for the database to say in which country somebody is; then it comes without."""
TOPICS = ("suicide", "crisis")
"""What somebody is offered who told nothing of what it is about."""
TOPICS_OF: Mapping[Category, tuple[str, ...]] = {
    Category.OVERDOSE: ("poison", "overdose", "crisis"),
    Category.EATING: ("eating", "crisis"),
    Category.ABUSE: ("abuse", "crisis"),
}
"""Where something was noticed; TOPICS for the other categories."""


class Care:
    """Help that is always there: the lines for somebody's country, if they said which."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        lines: HelpLines,
        screening: Screening,
        holds: Holds,
        cases: Cases,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self.lines = lines
        self.screening = screening
        self.holds = holds
        self.cases = cases

    def fitting(self, country: str | None, topics: Sequence[str] = TOPICS) -> Fitting:
        """What to show in a country (None: unknown); asks nothing of the database."""
        return self.lines.fitting(country, topics, self._clock.now().date())

    def fitting_for(self, country: str | None, category: Category) -> Fitting:
        return self.fitting(country, TOPICS_OF.get(category, TOPICS))

    async def country_of(self, user_id: int) -> str | None:
        """The country somebody asked to have kept. Never raises, and never waits long: help comes first."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await store.country(self._db, self._who(user_id))
        except Exception:
            log.warning("help is shown without a country: the database did not answer")
            return None

    async def keep_country(self, user_id: int, country: str) -> None:
        if country not in self.lines.countries:
            return
        async with self._db.transaction() as tx:
            await store.keep_country(tx, self._who(user_id), country)

    async def forget_country(self, user_id: int) -> None:
        async with self._db.transaction() as tx:
            await store.forget_country(tx, self._who(user_id))

    async def export(self, user_id: int) -> dict[str, Sequence[Mapping[str, Any]]]:
        country = await store.country(self._db, self._who(user_id))
        return {
            "care_country": [] if country is None else [{"country": country}],
            "care_holds": await self.holds.export(user_id),
            **await self.cases.export(user_id),
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await store.forget_country(tx, self._who(user_id))
        await self.holds.forget(tx, user_id)
        await self.cases.forget(tx, user_id)
        for day in (self._clock.now().date(), self._clock.now().date() - timedelta(days=1)):
            await store.forget_quiet(tx, self._quiet(user_id, day))

    async def is_for_the_writer_to_say(self, user_id: int, text: str) -> bool:
        """Whether something sounds imminent, so that they are asked before it is posted; never raises."""
        return self.screening.screen(text).tier is Tier.T3 and not await self.is_quiet(user_id)

    # No messages today

    async def is_quiet(self, user_id: int) -> bool:
        """Whether somebody asked for no more of these cards today. Never raises, and never waits long."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await store.is_quiet(self._db, self._quiet(user_id, self._clock.now().date()))
        except Exception:
            return False

    async def be_quiet_today(self, user_id: int) -> None:
        """Until the day's end, UTC: nobody's own midnight is known here."""
        today = self._clock.now().date()
        async with self._db.transaction() as tx:
            await store.forget_quiet_before(tx, today)
            await store.keep_quiet(tx, self._quiet(user_id, today), today)

    def _quiet(self, user_id: int, day: date) -> str:
        return self._keys.tag("care quiet", user_id, day)

    def _who(self, user_id: int) -> str:
        return self._keys.tag("care country", user_id)
