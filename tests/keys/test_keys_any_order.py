"""Days, periods, restarts and acts in any order: people keep their voices, nods and shares."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from random import Random

import pytest

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Circle
from bot.config import Settings
from bot.errors import UserError
from bot.keys import KeyFile
from bot.sharing.models import Nod, Share, State
from tests.conftest import FixedClock
from tests.sharing.conftest import Desk, FakeDiscord, share_of

STEPS = 60
PEOPLE = range(301, 306)


class Memory:
    """What a person who saw everything would remember of the shares that are open."""

    def __init__(self) -> None:
        self.shares: dict[str, tuple[int, Share]] = {}
        self.names: dict[tuple[str, int], str] = {}
        self.nods: set[tuple[str, int]] = set()

    def forget_closed(self, desk: Desk) -> None:
        today = desk.app.clock.now().date()
        self.shares = {
            id: (who, share) for id, (who, share) in self.shares.items() if share.closes_on > today
        }


@pytest.mark.parametrize("seed", range(6))
async def test_everybody_is_met_as_who_they_were_before(
    settings: Settings, clock: FixedClock, seed: int
) -> None:
    chance, memory, discord = Random(seed), Memory(), FakeDiscord()
    async with AsyncExitStack() as running:
        app = await running.enter_async_context(App.open(settings, clock))
        desk = Desk(app, await a_circle(app), discord)
        for _ in range(STEPS):
            person = chance.choice(PEOPLE)
            match chance.choice(["share", "answer", "answer", "nod", "days", "rotate", "restart", "look"]):
                case "share":
                    share = share_of(await desk.share(person))
                    memory.shares[share.id] = (person, share)
                case "answer" if memory.shares:
                    await answers(desk, memory, chance.choice(list(memory.shares)), person)
                case "nod" if memory.shares:
                    await nods(desk, memory, chance.choice(list(memory.shares)), person)
                case "days":
                    clock.advance(timedelta(days=chance.choice([1, 2, 9])))
                    await desk.app.tick()
                    memory.forget_closed(desk)
                case "rotate":
                    today = clock.now().date()
                    KeyFile(settings.key_file).change(lambda ring, today=today: ring.rotated(today))
                    await desk.app.tick()
                case "restart":
                    await running.aclose()
                    desk.app = await running.enter_async_context(App.open(settings, clock))
                case "look":
                    mine = {posted.id for posted in await desk.app.sharing.mine(person)}
                    assert {id for id, (who, _) in memory.shares.items() if who == person} <= mine
                    others = {id for id, (who, _) in memory.shares.items() if who != person}
                    assert not others & mine
        assert len(desk.app.keys.living) > 1


async def a_circle(app: App) -> Circle:
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


async def answers(desk: Desk, memory: Memory, share_id: str, person: int) -> None:
    author, share = memory.shares[share_id]
    name = (await desk.answer(share, person)).posted.name
    known = share.name if person == author else memory.names.setdefault((share_id, person), name)
    assert name == known
    others = {each for (id, who), each in memory.names.items() if id == share_id and who != person}
    assert name not in others


async def nods(desk: Desk, memory: Memory, share_id: str, person: int) -> None:
    author, share = memory.shares[share_id]
    assert share.state is State.OPEN
    if person == author:
        with pytest.raises(UserError, match="own_share"):
            await desk.app.sharing.nods.nod(share_id, Nod.HEAR, person)
        return
    given = await desk.app.sharing.nods.nod(share_id, Nod.HEAR, person)
    assert given == ((share_id, person) not in memory.nods)
    memory.nods ^= {(share_id, person)}
