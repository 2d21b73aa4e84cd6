"""How often one person may do something within an hour, without keeping who did what or when."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock
from bot.db import Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.sharing import store
from bot.sharing.models import (
    ANSWERS_AN_HOUR,
    DRAFTS_AN_HOUR,
    LETTERS_AN_HOUR,
    OFFERS_AN_HOUR,
    REPORTS_AN_HOUR,
    SHARES_AN_HOUR,
    WRONG_CODES_AN_HOUR,
)

MOST = {
    "share": SHARES_AN_HOUR,
    "answer": ANSWERS_AN_HOUR,
    "draft": DRAFTS_AN_HOUR,
    "wrong_code": WRONG_CODES_AN_HOUR,
    "report": REPORTS_AN_HOUR,
    "offer": OFFERS_AN_HOUR,
    "letter": LETTERS_AN_HOUR,
}
KEPT_HOURS = 48


class Pace:
    def __init__(self, clock: Clock, keys: Keys) -> None:
        self._clock = clock
        self._keys = keys

    async def count(self, tx: Transaction, what: str, user_id: int) -> None:
        """Count one more in this hour. Raises UserError `share.errors.pace_<what>` beyond the limit."""
        tag = self._tag(what, user_id)
        if await store.count_pace(tx, tag, day=self._clock.now().date()) > MOST[what]:
            raise UserError(f"share.errors.pace_{what}", most=MOST[what])

    async def check(self, db: Reader, what: str, user_id: int) -> None:
        """Raise what `count` would raise, counting nothing."""
        if await store.pace(db, self._tag(what, user_id)) >= MOST[what]:
            raise UserError(f"share.errors.pace_{what}", most=MOST[what])

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for what in MOST:
            for hours in range(KEPT_HOURS + 1):
                for period in self._keys.living:
                    tag = self._tag(what, user_id, hours_ago=hours, period=period)
                    await store.delete_pace(tx, tag)

    def _tag(self, what: str, user_id: int, *, hours_ago: int = 0, period: int | None = None) -> str:
        # A period's key, too: who shared in an hour of a day with one share would be known as its author.
        hour = (self._clock.now() - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H")
        return self._keys.link(period, f"pace {what}", user_id, hour)
