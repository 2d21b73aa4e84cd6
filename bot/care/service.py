from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from bot.care import store
from bot.care.lines import Fitting, HelpLines
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.keys import Keys

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that help waits for the database to say in which country somebody is; then it comes without."""
TOPICS = ("suicide", "crisis")
"""What somebody is offered who told nothing of what it is about."""


class Care:
    """Help that is always there: the lines for somebody's country, if they said which."""

    def __init__(self, db: Database, clock: Clock, keys: Keys, lines: HelpLines) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self.lines = lines

    def fitting(self, country: str | None, topics: Sequence[str] = TOPICS) -> Fitting:
        """What to show in a country (None: unknown); asks nothing of the database."""
        return self.lines.fitting(country, topics, self._clock.now().date())

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
            await self.forget(tx, user_id)

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        country = await store.country(self._db, self._who(user_id))
        return [] if country is None else [{"country": country}]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        await store.forget_country(tx, self._who(user_id))

    def _who(self, user_id: int) -> str:
        return self._keys.tag("care country", user_id)
