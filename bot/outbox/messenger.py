from __future__ import annotations

from typing import Protocol

from bot.outbox.models import Item


class Messenger(Protocol):
    async def deliver(self, item: Item) -> int | None:
        """Do it on Discord; the id of the message or thread, or None where there is nothing left to do.

        Raises Undeliverable or TryLater; any other exception counts as TryLater.
        """
        ...
