"""A facilitator, a member, a schedule on Tuesdays at 19:00 in Berlin, and openers that post a card each."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.db import Transaction
from bot.outbox.models import Priority
from bot.schedules.models import Kind, Occurrence, Schedule
from bot.schedules.recurrence import Day, weekly

FACILITATOR = Actor(user_id=7, role_ids=frozenset({21}), manages_server=False)
MEMBER = Actor(user_id=8, role_ids=frozenset(), manages_server=False)
TUESDAYS = weekly(frozenset({Day.TUE}), time(19, 0))
TUESDAY_19 = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # 19:00 in Berlin; the clock stands at Monday noon
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Opener:
    """Posts a card for each occurrence, and remembers them; fails where told to."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.opened: list[Occurrence] = []
        self.again: list[Occurrence] = []
        self.fails_with: Exception | None = None
        self.too_late = False

    async def __call__(self, tx: Transaction, circle: Circle, schedule: Schedule, at: Occurrence) -> None:
        await self._app.outbox.enqueue(
            tx, kind="test.card", reference=at.id, channel_id=circle.channel_id, priority=Priority.PROMPT
        )
        if self.fails_with:
            raise self.fails_with
        self.opened.append(at)

    async def try_again(self, tx: Transaction, circle: Circle, at: Occurrence) -> bool:
        if not self.too_late:
            self.again.append(at)
        return not self.too_late

    @property
    def slots(self) -> list[str]:
        return [occurrence.slot for occurrence in self.opened]


@pytest.fixture
def opener(app: App) -> Opener:
    opener = Opener(app)
    app.schedules.opens("check_in", opener, opener.try_again)
    app.schedules.opens("prompt", opener, opener.try_again)
    app.schedules.takes_decks_from(lambda locale: {"first-steps"})
    return opener


@pytest.fixture
async def schedule(app: App, circle: Circle, opener: Opener) -> Schedule:
    return await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS)


async def cards(app: App) -> int:
    return len(await app.db.all("SELECT 1 FROM outbox WHERE kind = 'test.card'"))


async def notices(app: App) -> list[str]:
    return [row["key"] for row in await app.db.all("SELECT key FROM notices ORDER BY created_at, id")]


async def troubles(app: App) -> list[tuple[str, str]]:
    rows = await app.db.all("SELECT reason, state FROM schedule_troubles ORDER BY state DESC, reason")
    return [(row["reason"], row["state"]) for row in rows]


async def waiting(app: App, kind: str) -> list[str]:
    """What of a kind waits in the outbox: the references."""
    rows = await app.db.all("SELECT reference FROM outbox WHERE kind = :kind ORDER BY seq", kind=kind)
    return [row["reference"] for row in rows]


async def states(app: App) -> list[tuple[str, str]]:
    rows = await app.db.all("SELECT slot, state FROM occurrences ORDER BY slot")
    return [(row["slot"], row["state"]) for row in rows]
