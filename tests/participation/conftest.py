"""A circle's facilitator and people who do things in it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.participation.models import Act, Consent

MAYA, NOOR, TOMAS = 101, 102, 103
MEMBER = Actor(MAYA, frozenset(), manages_server=False)
FACILITATOR = Actor(900, frozenset({21}), manages_server=False)


class Log:
    def __init__(self, app: App, circle: Circle) -> None:
        self._app = app
        self._circle = circle

    async def did(self, act: Act, people: Iterable[int], occasion: str = "checkin1") -> None:
        async with self._app.db.transaction() as tx:
            for user_id in people:
                await self._app.participation.record(
                    tx, self._circle, act, user_id=user_id, occasion=occasion
                )

    async def did_anonymously(self, act: Act, times: int) -> None:
        async with self._app.db.transaction() as tx:
            for _ in range(times):
                await self._app.participation.record_anonymous(tx, self._circle, act)

    async def by_name(self, user_id: int, name: str) -> None:
        await self._app.participation.choose(self._circle, user_id, Consent.BY_NAME, name)

    async def only_counted(self, user_id: int) -> None:
        await self._app.participation.choose(self._circle, user_id, Consent.COUNTED, "")

    async def rows_of(self, user_id: int) -> list[tuple[str, str, str]]:
        """(day, act, occasion) as they stand in the table."""
        rows = await self._app.db.all(
            "SELECT local_day, act, occasion FROM presence WHERE user_id = :id ORDER BY local_day, act",
            id=user_id,
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def log(app: App, circle: Circle) -> Log:
    return Log(app, circle)
