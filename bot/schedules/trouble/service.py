from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.db import Database, Transaction
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.schedules import store as schedules_store
from bot.schedules.models import Schedule, State
from bot.schedules.trouble import store
from bot.schedules.trouble.models import Told, Trouble

if TYPE_CHECKING:
    from bot.db import Reader

NOTICE = "schedule.trouble"


class Troubles:
    """Each cause is told once as long as it lasts; its notice is kept true."""

    def __init__(self, db: Database, outbox: Outbox, circles: Circles) -> None:
        self._db = db
        self._outbox = outbox
        self._circles = circles
        outbox.on(NOTICE, delivered=self._notice_stands)

    async def tell(self, tx: Transaction, circle: Circle, reason: str) -> None:
        """A schedule of the circle waits for this cause to be mended."""
        trouble = Trouble(secrets.token_hex(8), circle.id, reason, True, circle.facilitators_channel_id)
        if not await store.insert(tx, trouble):
            earlier = await store.open_one(tx, circle.id, reason)
            assert earlier is not None
            await self._edit(tx, earlier)
            return
        await self._outbox.enqueue(
            tx,
            kind=NOTICE,
            reference=trouble.id,
            channel_id=trouble.channel_id,
            priority=Priority.REMINDER,
        )

    async def settle(self, tx: Transaction, circle_id: str, reason: str | None) -> None:
        """A schedule waits for this no longer: where none does, the cause is mended."""
        trouble = None if reason is None else await store.open_one(tx, circle_id, reason)
        if trouble is None:
            return
        if not await self.waiting(tx, trouble):
            await store.mend(tx, trouble.id)
        await self._edit(tx, trouble)

    async def close(self, tx: Transaction, trouble: Trouble) -> None:
        """It is tried again: if the cause is still there, that is a new one, and told anew."""
        await store.mend(tx, trouble.id)

    async def waiting(self, db: Reader, trouble: Trouble) -> list[Schedule]:
        return [
            schedule
            for schedule in await schedules_store.of_circle(db, trouble.circle_id)
            if (schedule.state, schedule.reason) == (State.NEEDS_ATTENTION, trouble.reason)
        ]

    async def get(self, db: Reader, trouble_id: str) -> Trouble | None:
        return await store.get(db, trouble_id)

    async def told(self, trouble_id: str) -> Told | None:
        """What the notice says now."""
        trouble = await store.get(self._db, trouble_id)
        if trouble is None:
            return None
        circle = await self._circles.get(trouble.circle_id)
        return Told(circle, trouble, await self.waiting(self._db, trouble) if trouble.is_open else [])

    async def _edit(self, tx: Transaction, trouble: Trouble) -> None:
        if trouble.message_id is not None:  # else it says what is true when it leaves
            await self._outbox.enqueue(
                tx,
                kind=NOTICE,
                reference=trouble.id,
                action=Action.EDIT,
                channel_id=trouble.channel_id,
                message_id=trouble.message_id,
                priority=Priority.REMINDER,
            )

    async def _notice_stands(self, tx: Transaction, trouble_id: str, message_id: int | None) -> None:
        if message_id is not None:
            await store.notice_stands(tx, trouble_id, message_id)
            trouble = await store.get(tx, trouble_id)
            # While it was on its way it may have been mended, or have kept back another post.
            if trouble is not None and (not trouble.is_open or len(await self.waiting(tx, trouble)) > 1):
                await self._edit(tx, trouble)
