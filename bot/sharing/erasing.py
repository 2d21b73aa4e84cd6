"""Removing from Discord what was taken back."""

from __future__ import annotations

from bot.circles.service import Circles
from bot.db import Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox

KIND = "share.erase"


class Eraser:
    """Works without any row of what is erased: the outbox item says where it stands, and of which circle."""

    def __init__(self, outbox: Outbox, circles: Circles) -> None:
        self._outbox = outbox
        self._circles = circles
        outbox.on(KIND, failed=self._failed)

    async def erase(self, tx: Transaction, circle_id: str, channel_id: int, message_id: int | None) -> None:
        if message_id is not None:
            await self._outbox.enqueue(
                tx,
                kind=KIND,
                reference=f"{circle_id}:{channel_id}:{message_id}",
                channel_id=channel_id,
                action=Action.DELETE,
                message_id=message_id,
                priority=Priority.SAFETY,
            )

    async def _failed(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=KIND, reference=reference)
        circle_id, channel_id, message_id = reference.split(":")
        circle = await self._circles.even_closed(circle_id)
        if reason != "channel_gone" and circle is not None:
            await self._circles.notify(
                tx,
                circle,
                "share.notices.not_erased",
                link=f"https://discord.com/channels/{circle.guild_id}/{channel_id}/{message_id}",
            )
