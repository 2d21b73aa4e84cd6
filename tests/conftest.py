"""Shared by the tests: a clock that stands still until it is moved, and the app over a real SQLite file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Circle
from bot.config import Settings

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FixedClock:
    def __init__(self, moment: datetime = MONDAY_NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.read(
        {"TOWARDS_DATABASE": str(tmp_path / "towards.db"), "TOWARDS_KEY_FILE": str(tmp_path / "towards.keys")}
    )


@pytest.fixture
async def app(settings: Settings, clock: FixedClock) -> AsyncIterator[App]:
    async with App.open(settings, clock) as app:
        yield app


@pytest.fixture
async def circle(app: App) -> Circle:
    """A circle in Berlin's time: channels 11 (circle), 12 (sharing), 13 (facilitators), role 21, guild 1."""
    circle = Circle(
        id="c1",
        guild_id=1,
        name="Harbour",
        channel_id=11,
        sharing_channel_id=12,
        facilitators_channel_id=13,
        facilitator_role_id=21,
        zone="Europe/Berlin",
        locale="en",
        depth_ceiling=2,
        created_at=app.clock.now(),
    )
    async with app.db.transaction() as tx:
        await circles_store.insert(tx, circle)
    return circle
