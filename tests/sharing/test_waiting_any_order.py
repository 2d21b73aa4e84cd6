"""Rules, choices, looks, restarts and losses in any order: what waited is posted once, or was taken back."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from random import Random

import pytest

from bot.app import App
from bot.errors import UserError
from bot.sharing.models import State
from bot.sharing.receipts import Receipts
from bot.sharing.rules.models import Leaving
from bot.sharing.waiting.service import Waiting
from tests.conftest import FixedClock
from tests.sharing.conftest import Desk
from tests.sharing.test_sharing_any_order import LossyDiscord
from tests.sharing.test_waiting_service import FACILITATOR

STEPS = 80


def started(app: App, chance: Random) -> Waiting:
    sharing = app.sharing
    return Waiting(app.db, app.clock, app.circles, sharing.rules, sharing.shares, Receipts(app.keys), chance)


@pytest.mark.parametrize("seed", range(12))
async def test_what_stands_in_the_end_is_what_was_shared_and_not_taken_back(
    app: App, desk: Desk, clock: FixedClock, seed: int
) -> None:
    chance = Random(seed)
    discord, waiting = LossyDiscord(app, chance), started(app, chance)
    held: dict[str, str] = {}  # secret -> words
    gone: list[str] = []
    for step in range(STEPS):
        match chance.choice(["share", "share", "rules", "choose", "take back", "look", "restart", "deliver"]):
            case "share":
                person = chance.randrange(1000, 1006)
                try:
                    handle = await desk.draft(person, f"share {step}")
                    await app.sharing.post(handle, person)
                except UserError:
                    continue  # sharing is stopped, or they shared much within the hour
                held[handle] = f"share {step}"
            case "rules":
                await app.sharing.rules.change(
                    FACILITATOR,
                    desk.circle,
                    leaving=chance.choice(list(Leaving)),
                    authors=chance.choice([2, 3]),
                    stopped=chance.random() < 0.2,
                )
            case "choose" if held:
                choice = chance.choice([None, Leaving.AT_ONCE, Leaving.HOUR])
                with contextlib.suppress(UserError):  # sharing is stopped
                    await waiting.choose(chance.choice(list(held)), choice)
            case "take back" if held:
                secret = chance.choice(list(held))
                gone.append(held.pop(secret))
                await app.sharing.take_back(secret)
            case "look":
                clock.advance(timedelta(minutes=chance.choice([1, 30, 300])))
                await waiting.do_due()
            case "restart":
                clock.advance(timedelta(hours=chance.choice([1, 30])))
                waiting = started(app, chance)
            case "deliver":
                await app.outbox.drain(discord)
    discord.trouble = 0
    await app.sharing.rules.change(FACILITATOR, desk.circle, stopped=False)
    for _ in range(9):
        for secret in held:
            await app.sharing.try_again(secret)
        clock.advance(timedelta(days=1))
        await waiting.do_due()
        await app.outbox.drain(discord)
    assert len(discord.sent) == len(set(discord.sent)), "one was posted twice"
    assert sorted(discord.standing.values()) == sorted(held.values())
    assert not set(gone) & set(discord.standing.values())
    assert {(await app.sharing.receipt(secret)).posted.state for secret in held} <= {State.OPEN}
