"""Acts, deliveries, losses and refusals in any order: what stands on Discord is what people left standing."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot.app import App
from bot.errors import UserError
from bot.outbox.models import Action, Item, TryLater, Undeliverable
from bot.sharing.models import Share, State
from tests.conftest import FixedClock
from tests.sharing.conftest import Desk

STEPS = 60


class LossyDiscord:
    """Messages by id, remembered by nonce; loses answers and refuses as chance has it. As cogs.delivery does,
    it looks before it sends again, and reports what an earlier try left where nothing is to be sent any more."""

    def __init__(self, app: App, chance: Random) -> None:
        self.app = app
        self.chance = chance
        self.standing: dict[int, str] = {}
        self.sent: list[str] = []
        self.by_nonce: dict[str, int] = {}
        self.by_reference: dict[str, int] = {}
        self.trouble = 0.3

    async def deliver(self, item: Item) -> int | None:
        fate = self.chance.random()
        if fate < self.trouble / 3:
            raise Undeliverable("no_permission")
        if fate < self.trouble * 2 / 3:
            raise TryLater
        done = await self._do(item)
        if fate < self.trouble:
            raise TryLater  # done, and the answer was lost
        return done

    async def _do(self, item: Item) -> int | None:
        if item.action is Action.DELETE:
            assert item.message_id is not None
            self.standing.pop(item.message_id, None)
            return None
        if item.action is not Action.SEND:
            return item.message_id
        if item.nonce in self.by_nonce:
            return self.by_nonce[item.nonce]
        if item.kind not in ("share.post", "share.answer"):
            return 1
        sharing = self.app.sharing
        desk = sharing.shares if item.kind == "share.post" else sharing.answers
        found = await desk.to_post(item.reference)
        if found is None:
            return None
        if found[0].unsure and item.reference in self.by_reference:
            await desk.found(item.reference, self.by_reference[item.reference])
            return None
        if found[1] is None:
            return None
        id = self.by_nonce[item.nonce] = self.by_reference[item.reference] = 5000 + len(self.sent)
        self.sent.append(item.reference)
        self.standing[id] = found[1].text
        return id


@pytest.mark.parametrize("seed", range(20))
async def test_what_stands_in_the_end_is_what_was_posted_and_not_taken_back(
    app: App, desk: Desk, clock: FixedClock, seed: int
) -> None:
    chance = Random(seed)
    discord = LossyDiscord(app, chance)
    held: dict[str, str] = {}  # secret -> words
    of_share: dict[str, str] = {}  # an author's answer -> its share: gone together
    for step in range(STEPS):
        match chance.choice(["share", "answer", "take back", "again", "deliver", "wait"]):
            case "share":
                handle = await desk.draft(1000 + step, f"share {step}")
                await app.sharing.post(handle, 1000 + step)
                held[handle] = f"share {step}"
            case "answer" if held:
                await answer(app, chance, held, of_share, step)
            case "take back" if held:
                await take_back(app, chance.choice(list(held)), held, of_share)
            case "again" if held:
                await app.sharing.try_again(chance.choice(list(held)))
            case "deliver":
                await app.outbox.drain(discord)
            case "wait":
                clock.advance(timedelta(seconds=chance.choice([1, 10, 60])))
    discord.trouble = 0
    for _ in range(3):
        for secret in held:
            await app.sharing.try_again(secret)
        clock.advance(timedelta(hours=1))
        await app.outbox.drain(discord)
    assert len(discord.sent) == len(set(discord.sent)), "one was posted twice"
    assert sorted(discord.standing.values()) == sorted(held.values())
    assert {(await app.sharing.receipt(secret)).posted.state for secret in held} <= {State.OPEN}
    assert await app.db.all("SELECT kind FROM outbox WHERE kind LIKE 'share.%'") == []


async def answer(app: App, chance: Random, held: dict[str, str], of_share: dict[str, str], step: int) -> None:
    """Somebody, or the author in the same voice, answers a share."""
    secret = chance.choice(list(held))
    share = (await app.sharing.receipt(secret)).posted
    own = chance.random() < 0.5
    if not isinstance(share, Share):
        return
    try:
        place = await app.sharing.answers.place(share.id)
    except UserError:
        return
    handle, _ = await app.sharing.answers.write(2000 + step, place, f"answer {step}", as_author=own)
    await app.sharing.post(handle, 2000 + step)
    held[handle] = f"answer {step}"
    if own:
        of_share[handle] = secret


async def take_back(app: App, secret: str, held: dict[str, str], of_share: dict[str, str]) -> None:
    await app.sharing.take_back(secret)
    for gone in (secret, *(own for own, share in of_share.items() if share == secret)):
        held.pop(gone, None)
