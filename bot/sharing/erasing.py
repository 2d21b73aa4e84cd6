"""Removing from Discord what was taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.circles.service import Circles
from bot.db import Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox

KIND = "share.erase"
AGAIN_AFTER = timedelta(hours=1)
PATIENCE = timedelta(days=3)
"""Whoever mends a permission in this time need not look for what was taken back meanwhile."""


class Eraser:
    """Works without any row of what is erased: the outbox item says where it stands, and of which circle."""

    def __init__(self, outbox: Outbox, circles: Circles) -> None:
        self._outbox = outbox
        self._circles = circles
        outbox.on(KIND, failed=self._failed)

    async def erase(self, tx: Transaction, circle_id: str, channel_id: int, message_id: int | None) -> None:
        if message_id is not None:
            await self._try(tx, circle_id, channel_id, message_id, 1)

    async def _try(
        self, tx: Transaction, circle_id: str, channel_id: int, message_id: int, number: int
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=KIND,
            reference=f"{circle_id}:{channel_id}:{message_id}:{number}",
            channel_id=channel_id,
            action=Action.DELETE,
            message_id=message_id,
            priority=Priority.SAFETY,
            delay=AGAIN_AFTER if number > 1 else timedelta(0),
        )

    async def _failed(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=reference)
        circle_id, *numbers = reference.split(":")
        channel_id, message_id, number = map(int, numbers)
        if reason == "channel_gone":
            return
        if number * AGAIN_AFTER < PATIENCE:
            await self._try(tx, circle_id, channel_id, message_id, number + 1)
        circle = await self._circles.even_closed(circle_id)
        if circle is not None and number == 1:
            await self._circles.notify(
                tx,
                circle,
                "share.notices.not_erased",
                link=f"https://discord.com/channels/{circle.guild_id}/{channel_id}/{message_id}",
            )


def given_up(reason: str, day: date, now: datetime) -> bool:
    """Whether to look no further for something that was taken back on its way out on that day."""
    return reason == "channel_gone" or now.date() > day + PATIENCE
