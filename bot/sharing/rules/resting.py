from __future__ import annotations

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.db import Transaction
from bot.outbox.models import Priority
from bot.outbox.service import Outbox

RESTS, GOES_ON = "share.rests", "share.goes_on"


class Resting:
    """What is said in the sharing channel when facilitators stop sharing, and when they let it go on."""

    def __init__(self, outbox: Outbox, circles: Circles) -> None:
        self._outbox = outbox
        self._circles = circles
        outbox.on(RESTS, failed=self._rests_failed)
        outbox.on(GOES_ON, failed=self._goes_on_failed)

    async def tell(self, tx: Transaction, circle: Circle, *, stopped: bool) -> None:
        """Where the contrary has not left yet, nothing needs to be said."""
        kind, contrary = (RESTS, GOES_ON) if stopped else (GOES_ON, RESTS)
        if await self._outbox.withdraw(tx, kind=contrary, reference=circle.id):
            return
        await self._outbox.enqueue(
            tx,
            kind=kind,
            reference=circle.id,
            channel_id=circle.sharing_channel_id,
            priority=Priority.SAFETY if stopped else Priority.ANSWER,
        )

    async def _rests_failed(self, tx: Transaction, circle_id: str, reason: str) -> None:
        await self._untold(tx, RESTS, circle_id)

    async def _goes_on_failed(self, tx: Transaction, circle_id: str, reason: str) -> None:
        await self._untold(tx, GOES_ON, circle_id)

    async def _untold(self, tx: Transaction, kind: str, circle_id: str) -> None:
        await self._outbox.withdraw(tx, kind=kind, reference=circle_id)
        if circle := await self._circles.even_closed(circle_id):
            channel = f"<#{circle.sharing_channel_id}>"
            await self._circles.notify(tx, circle, "pause.notices.untold", channel=channel)
