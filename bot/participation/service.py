from __future__ import annotations

from bot.circles.models import Circle
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.participation import store
from bot.participation.models import ANONYMOUS, Act, Consent


class Participation:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def record(self, tx: Transaction, circle: Circle, act: Act, *, user_id: int, occasion: str) -> None:
        """Count an act, and log it by name where the member chose that. Call it once for each act.

        `occasion` is the id of the check-in or prompt it was about.
        """
        if act in ANONYMOUS:
            raise ValueError(f"{act} has no person")
        now = self._clock.now()
        local_day = now.astimezone(circle.tz).date()
        await store.count(tx, circle_id=circle.id, local_day=local_day, act=act)
        if await store.consent_of(tx, circle_id=circle.id, user_id=user_id) is Consent.BY_NAME:
            await store.insert_presence(
                tx,
                circle_id=circle.id,
                user_id=user_id,
                act=act,
                occasion=occasion,
                at=now,
                local_day=local_day,
            )

    async def record_anonymous(self, tx: Transaction, circle: Circle, act: Act) -> None:
        """Count an anonymous act on its day; there is no parameter for a person."""
        local_day = self._clock.now().astimezone(circle.tz).date()
        await store.count(tx, circle_id=circle.id, local_day=local_day, act=act)

    async def consent_of(self, circle_id: str, user_id: int) -> Consent | None:
        """What the member chose in this circle; None where they were not asked yet."""
        return await store.consent_of(self._db, circle_id=circle_id, user_id=user_id)
