"""An item whose lease ran out while it was being sent (the machine slept) has two senders."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.app import App
from bot.db import Transaction
from bot.outbox.models import Item, Priority
from tests.conftest import FixedClock


class SlowDiscord:
    """Takes the first item twice, and answers when it is let."""

    def __init__(self) -> None:
        self.taken = [asyncio.Event(), asyncio.Event()]
        self.answer = [asyncio.Event(), asyncio.Event()]
        self.times = 0

    async def deliver(self, item: Item) -> int | None:
        time = self.times
        self.times += 1
        self.taken[time].set()
        await self.answer[time].wait()
        return 1


async def test_the_second_sender_of_an_item_takes_no_other_with_it(app: App, clock: FixedClock) -> None:
    told: list[str] = []
    is_told = asyncio.Event()

    async def delivered(tx: Transaction, reference: str, message_id: int | None) -> None:
        told.append(reference)
        is_told.set()

    async def put(reference: str, delay: timedelta = timedelta(0)) -> None:
        async with app.db.transaction() as tx:
            await app.outbox.enqueue(
                tx, kind="x", reference=reference, channel_id=5, priority=Priority.ANSWER, delay=delay
            )

    app.outbox.on("x", delivered=delivered)
    discord = SlowDiscord()
    await put("first")
    sending = asyncio.create_task(app.outbox.drain(discord))
    await discord.taken[0].wait()
    clock.advance(timedelta(days=1))
    app.outbox.wake()
    await discord.taken[1].wait()
    discord.answer[0].set()
    await is_told.wait()
    await put("second", timedelta(seconds=5))
    discord.answer[1].set()
    await sending
    assert told == ["first"]
    assert [row["reference"] for row in await app.db.all("SELECT reference FROM outbox")] == ["second"]
