"""A circle in which check-ins and prompts open at will, and a postman who can meet closed doors."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.app import App
from bot.checkins.models import CheckIn
from bot.circles.models import Circle
from bot.outbox.models import Action, Item, TryLater, Undeliverable
from bot.prompts.rounds import Round
from bot.reminders.models import Asked
from bot.reminders.service import DM, LOOK_EVERY, Mine, Shown
from tests.conftest import FixedClock

MAYA, NOOR = 912_345_678_901_234_567, 812_345_678_901_234_568


class Postman:
    """Delivers as the real one does: a reminder is made up when it leaves, and may turn out to be none."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._ids = itertools.count(1000)
        self.sent: list[tuple[int, Shown]] = []  # channel id and what it said
        self.refuse: str | None = None

    async def deliver(self, item: Item) -> int | None:
        if item.kind != DM:
            return next(self._ids) if item.action is Action.SEND else item.message_id
        shown = await self._app.reminders.shown(item.reference)
        if shown is None:
            return None
        if self.refuse == "later":
            raise TryLater
        if self.refuse is not None:
            raise Undeliverable(self.refuse)
        self.sent.append((item.channel_id, shown))
        return next(self._ids)


class Place:
    def __init__(self, app: App, clock: FixedClock, circle: Circle) -> None:
        self.app = app
        self.clock = clock
        self.circle = circle
        self.postman = Postman(app)
        self._occurrences = itertools.count()

    async def check_in(self, window: timedelta = timedelta(hours=24)) -> CheckIn:
        """One that opens now, and stands in the channel."""
        now = self.clock.now()
        async with self.app.db.transaction() as tx:
            checkin = await self.app.checkins.open(
                tx,
                self.circle,
                opens_at=now,
                closes_at=now + window,
                occurrence_id=f"o{next(self._occurrences)}",
            )
        await self.app.outbox.drain(self.postman)
        return checkin

    async def prompt(self, window: timedelta = timedelta(hours=24)) -> Round:
        now = self.clock.now()
        async with self.app.db.transaction() as tx:
            await self.app.prompts.open(
                tx,
                self.circle,
                "first-steps",
                opens_at=now,
                closes_at=now + window,
                occurrence_id=f"o{next(self._occurrences)}",
            )
        await self.app.outbox.drain(self.postman)
        return await self.app.prompts.near(self.circle, None)

    async def ask(self, user_id: int = MAYA, *, channel_id: int = 501, **asked: object) -> Mine:
        return await self.app.reminders.ask(
            self.circle,
            user_id,
            Asked(**asked),  # type: ignore[arg-type]  # passed on as they are
            channel_id=channel_id,
            locale="en",
        )

    async def pass_time(self, by: timedelta = LOOK_EVERY) -> None:
        """Move the clock, decide what is due, and deliver it."""
        self.clock.advance(by)
        await self.app.tick()
        await self.app.outbox.drain(self.postman)

    @property
    def told(self) -> list[int]:
        """The direct messages that reminders went to."""
        return [channel_id for channel_id, _ in self.postman.sent]


@pytest.fixture
def place(app: App, clock: FixedClock, circle: Circle) -> Place:
    """It is Monday, 13:00 in Berlin."""
    return Place(app, clock, circle)
