"""A process that dies between any two steps of a round: nothing is lost, nothing comes twice."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.config import Settings
from bot.outbox.models import Action, Item
from bot.outbox.service import LEASE
from tests.conftest import FixedClock
from tests.prompts.conftest import WINDOW, give_prompt

MAYA = 500
ITEMS = 4  # card, thread, answer, and the edit that ends it


class Killed(BaseException):
    """As kill -9: nothing after it runs."""


class Discord:
    """Outlives the bot. Knows a nonce again, opens a thread once, and shows what it holds."""

    def __init__(self) -> None:
        self.messages: dict[str, tuple[int, int, str]] = {}
        self.threads: set[int] = set()
        self._ids = itertools.count(1000)

    def take(self, item: Item, body: str) -> int | None:
        if item.action is Action.THREAD:
            assert item.message_id is not None
            self.threads.add(item.message_id)
            return item.message_id
        if item.action is Action.DELETE:
            self.messages = {n: m for n, m in self.messages.items() if m[0] != item.message_id}
        if item.action is not Action.SEND:
            return None
        if item.nonce not in self.messages:
            self.messages[item.nonce] = (next(self._ids), item.channel_id, body)
        return self.messages[item.nonce][0]

    def posts(self) -> list[tuple[int, str]]:
        return sorted((channel_id, body) for _, channel_id, body in self.messages.values())


class Mortal:
    """Delivers, until it dies before or after Discord took a certain item."""

    def __init__(
        self, app: App, discord: Discord, *, dies_at: int | None = None, before: bool = False
    ) -> None:
        self.app, self.discord, self.dies_at, self.before = app, discord, dies_at, before
        self.count = 0

    async def deliver(self, item: Item) -> int | None:
        found = await self.app.prompts.answers.to_post(item.reference)
        dies = self.count == self.dies_at
        self.count += 1
        if dies and self.before:
            raise Killed
        if item.kind == "prompt.answer" and found is None:  # taken back: look whether an earlier try left it
            earlier = self.discord.messages.get(item.nonce) if item.in_doubt else None
            return earlier[0] if earlier else None
        message_id = self.discord.take(item, found[1].text if found else item.kind)
        if dies:
            raise Killed
        return message_id


async def live(app: App, mortal: Mortal, clock: FixedClock) -> None:
    """The story: a prompt, an answer, the end. Each step is taken up where an earlier life left it."""
    await app.outbox.drain(mortal)
    clock.advance(LEASE + timedelta(seconds=1))
    await app.tick()
    await app.outbox.drain(mortal)


@pytest.mark.parametrize("before", [True, False], ids=["before-discord-took-it", "after-discord-took-it"])
@pytest.mark.parametrize("dies_at", range(ITEMS))
async def test_a_kill_between_any_two_steps_loses_nothing_and_posts_once(
    settings: Settings, clock: FixedClock, app: App, circle: Circle, dies_at: int, before: bool
) -> None:
    discord = Discord()
    round = await give_prompt(app, circle)
    await app.prompts.answer(round.id, user_id=MAYA, name="Maya", text="kept")
    mortal = Mortal(app, discord, dies_at=dies_at, before=before)
    with pytest.raises(Killed):
        await live(app, mortal, clock)
        clock.advance(WINDOW)
        await live(app, mortal, clock)

    async with App.open(settings, clock) as later:
        clock.advance(WINDOW)
        for _ in range(3):
            await live(later, Mortal(later, discord), clock)
        ended = await later.prompts.get(round.id)
        left = await later.db.all("SELECT kind FROM outbox")
    card = next(id for id, channel_id, body in discord.messages.values() if body == "prompt.card")
    assert ended.state == "closed"
    assert discord.threads == {card}
    assert discord.posts() == [(11, "prompt.card"), (card, "kept")]
    assert left == []


@pytest.mark.parametrize("before", [True, False], ids=["before-discord-took-it", "after-discord-took-it"])
async def test_an_answer_taken_back_after_a_kill_is_gone_even_if_nobody_heard_it_arrive(
    settings: Settings, clock: FixedClock, app: App, circle: Circle, before: bool
) -> None:
    discord = Discord()
    round = await give_prompt(app, circle)
    given = await app.prompts.answer(round.id, user_id=MAYA, name="Maya", text="too soon")
    with pytest.raises(Killed):
        await app.outbox.drain(Mortal(app, discord, dies_at=2, before=before))
    assert len(discord.posts()) == (1 if before else 2)

    async with App.open(settings, clock) as later:
        assert await later.prompts.answers.take_back(given.answer.id, MAYA) == "too soon"
        await live(later, Mortal(later, discord), clock)
        await live(later, Mortal(later, discord), clock)
        left = await later.db.all("SELECT id FROM prompt_answers")
    assert discord.posts() == [(11, "prompt.card")]
    assert left == []
