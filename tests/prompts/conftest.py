"""A round without Discord: a postman that takes what the outbox sends, and fails as it is told to."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.outbox.models import Action, Item, Undeliverable
from bot.prompts import store
from bot.prompts.rounds import Round, State

WINDOW = timedelta(days=3)
CHANNEL = 11  # the fixture's circle channel


class Postman:
    """Keeps what it delivered. `refuse` maps a kind to a reason; `answers` are as if read on Discord."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.items: list[Item] = []
        self.refuse: dict[str, str] = {}
        self.words: list[tuple[int, str]] = []
        self._ids = itertools.count(1000)

    async def deliver(self, item: Item) -> int | None:
        if reason := self.refuse.get(item.kind):
            raise Undeliverable(reason)
        round = await self.app.prompts.get(item.reference) if item.kind == "prompt.card" else None
        if round is not None and round.state is State.UNDELIVERED:
            return None
        if item.kind == "prompt.answer":
            found = await self.app.prompts.answers.to_post(item.reference)
            if found is None:
                return None
            self.words.append((item.channel_id, found[1].text))
        self.items.append(item)
        if item.action is Action.THREAD:
            return item.message_id
        return next(self._ids) if item.action is Action.SEND else None

    def done(self) -> list[str]:
        return [f"{item.action} {item.kind}" for item in self.items]

    async def drain(self) -> list[str]:
        """What left just now."""
        before = len(self.items)
        await self.app.outbox.drain(self)
        return self.done()[before:]


@pytest.fixture
def postman(app: App) -> Postman:
    return Postman(app)


async def give_prompt(app: App, circle: Circle, occurrence: str = "o1", deck: str = "first-steps") -> Round:
    """The round that a schedule's occurrence opens; its card is on its way."""
    now = app.clock.now()
    async with app.db.transaction() as tx:
        await app.prompts.open(
            tx, circle, deck, opens_at=now, closes_at=now + WINDOW, occurrence_id=occurrence
        )
    row = await app.db.one("SELECT id FROM prompt_rounds WHERE occurrence_id = :id", id=occurrence)
    assert row is not None
    return await app.prompts.get(row["id"])


async def posted_prompt(app: App, circle: Circle, postman: Postman, occurrence: str = "o1") -> Round:
    """A round with its card and thread."""
    round = await give_prompt(app, circle, occurrence)
    await postman.drain()
    return await app.prompts.get(round.id)


async def presence_rows(app: App, round_id: str) -> int:
    return await store.people_here(app.db, round_id)
