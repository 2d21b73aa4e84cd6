from __future__ import annotations

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.outbox.models import Action, Item, Undeliverable
from bot.sharing.models import Body, Receipt, Share, Wish

# As long as Discord's own: a short id would turn up in random digits by chance.
MAYA, NOOR, SAM = 300000000000000101, 300000000000000102, 300000000000000103
STORY = "I told nobody that I slept in the car that winter."


class FakeDiscord:
    """Takes what the outbox brings and gives it ids; refuses kinds it was told to refuse."""

    def __init__(self) -> None:
        self.done: list[tuple[str, Action, int]] = []
        self.refuse: dict[str, str] = {}
        self._id = 5000

    async def deliver(self, item: Item) -> int | None:
        if item.kind in self.refuse:
            raise Undeliverable(self.refuse[item.kind])
        self.done.append((item.kind, item.action, item.channel_id))
        if item.action is not Action.SEND:
            return item.message_id
        self._id += 1
        return self._id

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.done]


class Desk:
    """What the doors do, in as many words."""

    def __init__(self, app: App, circle: Circle, discord: FakeDiscord) -> None:
        self.app = app
        self.circle = circle
        self.discord = discord

    async def settle(self) -> None:
        await self.app.outbox.drain(self.discord)

    async def draft(self, user_id: int = MAYA, text: str = STORY, note: str = "") -> str:
        handle, _ = await self.app.sharing.write(
            user_id, Body(text, note), wish=Wish.EXPERIENCE, circle=self.circle
        )
        return handle

    async def share(self, user_id: int = MAYA, text: str = STORY) -> Receipt:
        """Posted and delivered, its thread open."""
        handle = await self.draft(user_id, text)
        await self.app.sharing.post(handle, user_id)
        await self.settle()
        return await self.app.sharing.receipt(handle)

    async def answer(self, share: Share, user_id: int, text: str = "So did I.") -> Receipt:
        place = await self.app.sharing.answers.place(share.id)
        handle, _ = await self.app.sharing.answers.write(user_id, place, text)
        await self.app.sharing.post(handle, user_id)
        await self.settle()
        return await self.app.sharing.receipt(handle)

    async def count(self, table: str) -> int:
        [row] = await self.app.db.all(f"SELECT count(*) AS count FROM {table}")
        return int(row["count"])


def share_of(receipt: Receipt) -> Share:
    assert isinstance(receipt.posted, Share)
    return receipt.posted


@pytest.fixture
def discord() -> FakeDiscord:
    return FakeDiscord()


@pytest.fixture
def desk(app: App, circle: Circle, discord: FakeDiscord) -> Desk:
    return Desk(app, circle, discord)
