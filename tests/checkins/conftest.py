"""A check-in without Discord: a postman that takes what the outbox sends, and fails as it is told to."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.app import App
from bot.checkins.models import Answer, CheckIn, Display, Scale, Weather
from bot.checkins.service import Visit
from bot.circles.models import Circle
from bot.outbox.models import Action, Item, Undeliverable

WINDOW = timedelta(hours=24)
CHANNEL = 11  # the fixture's circle channel
MAYA, NOOR, TOMAS, LIN, SAM, IDA = range(100_000_000_000_000_001, 100_000_000_000_000_007)
SIX = (MAYA, NOOR, TOMAS, LIN, SAM, IDA)


class Postman:
    """Keeps what it delivered, with what it said. `refuse` maps (kind, channel) to a reason."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.items: list[Item] = []
        self.refuse: dict[tuple[str, int], str] = {}
        self.card_deleted = False
        self.said: list[tuple[int, str]] = []  # (channel, words), deleted ones too
        self.standing: dict[tuple[int, int], tuple[int, str]] = {}  # (message, number in it) -> the same
        self._ids = itertools.count(1000)

    async def deliver(self, item: Item) -> int | None:
        if reason := self.refuse.get((item.kind, item.channel_id)):
            raise Undeliverable(reason)
        said = [] if item.action is Action.DELETE else await self._render(item)
        if said is None or (item.action is Action.THREAD and self.card_deleted):
            return None
        self.items.append(item)
        self.said += [(item.channel_id, words) for words in said]
        if item.action is Action.SEND:
            message_id = next(self._ids)
            self.standing |= {(message_id, n): (item.channel_id, words) for n, words in enumerate(said)}
            return message_id
        if item.action is Action.DELETE:
            self.standing = {at: words for at, words in self.standing.items() if at[0] != item.message_id}
        return item.message_id if item.action is Action.THREAD else None

    async def _render(self, item: Item) -> list[str] | None:
        """The members' words in what is posted; None where nothing is."""
        checkins = self.app.checkins
        if item.kind == "checkin.card":
            return None if await checkins.card(item.reference) is None else []
        if item.kind == "checkin.words":
            shown = await checkins.shown_words(item.reference)
            return [f"{shown.name}: {shown.words}"] if shown else None
        if item.kind == "checkin.summary":
            page = await checkins.page(item.reference)
            return list(page.words) if page else None
        return []

    async def drain(self) -> list[str]:
        """What left just now."""
        before = len(self.items)
        await self.app.outbox.drain(self)
        return [f"{item.action} {item.kind}" for item in self.items[before:]]


@pytest.fixture
def postman(app: App) -> Postman:
    return Postman(app)


@pytest.fixture
async def checkin(app: App, circle: Circle, postman: Postman) -> CheckIn:
    """An open check-in whose card stands in the channel as message 1000."""
    return await opened(app, circle, postman)


async def opened(app: App, circle: Circle, postman: Postman, occurrence: str = "o1") -> CheckIn:
    checkin = await asked_to_open(app, circle, occurrence)
    await postman.drain()
    return await refreshed(app, checkin)


async def asked_to_open(app: App, circle: Circle, occurrence: str = "o1") -> CheckIn:
    now = app.clock.now()
    async with app.db.transaction() as tx:
        return await app.checkins.open(
            tx, circle, opens_at=now, closes_at=now + WINDOW, occurrence_id=occurrence
        )


async def refreshed(app: App, checkin: CheckIn) -> CheckIn:
    found = await app.checkins.get(checkin.id)
    assert found is not None
    return found


def an_answer(words: str | None = None, *, step: int = 4, weather: Weather | None = Weather.SUNNY) -> Answer:
    return Answer(dict.fromkeys(Scale, step), weather, words)


async def says(
    app: App, checkin: CheckIn, user_id: int, words: str, display: Display | None, name: str = "Maya"
) -> Visit:
    """Check in with words, and choose how they are shown."""
    visit = await app.checkins.check_in(checkin.id, user_id, an_answer(words))
    if display is None:
        return visit
    return await app.checkins.show(checkin.id, user_id, visit.version, display, name=name)


async def day_counts(app: App) -> dict[str, int]:
    return {row["act"]: row["count"] for row in await app.db.all("SELECT act, count FROM day_counts")}


async def everything_in(app: App) -> str:
    """Every value of every table, as text."""
    tables = await app.db.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
    rows = [row for table in tables for row in await app.db.all(f"SELECT * FROM {table['name']}")]
    return "\n".join(str(value) for row in rows for value in tuple(row))
