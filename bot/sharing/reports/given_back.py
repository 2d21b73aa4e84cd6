"""What facilitators took down, kept for its author: why, and for some days the words of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.db import Database, Reader, Transaction
from bot.keys import Keys
from bot.sharing import sealing
from bot.sharing.models import Answer, Body, Share
from bot.sharing.reports import store
from bot.sharing.reports.models import WORDS_BACK, Kind, TakenDown


class GivenBack:
    def __init__(self, db: Database, keys: Keys) -> None:
        self._db = db
        self._keys = keys

    async def keep(
        self, tx: Transaction, post: Share | Answer, reason: Kind, body: Body | None, *, today: date
    ) -> None:
        """Before its row goes: its receipts lead here from now on."""
        down = TakenDown(
            id=post.id,
            circle_id=post.circle_id,
            name=post.name,
            reason=reason,
            pausing=post.pausing,
            period=post.period,
            day=today,
            forget_on=post.forgotten_on,
        )
        sealed = None if body is None else sealing.seal(self._keys, "taken down", body, bound_to=post.id)
        await store.insert_taken_down(tx, down, sealed)

    async def erase_words(self, digest: str) -> None:
        """They have been handed back to the holder of that receipt, and need not be kept."""
        async with self._db.transaction() as tx:
            down = await store.taken_down_by_receipt(tx, digest)
            if down is not None:
                await store.forget_body(tx, down.id)

    async def forget_old(self, tx: Transaction, today: date) -> None:
        await store.forget_bodies_until(tx, today - WORDS_BACK)
        await store.delete_taken_down_until(tx, today)

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [await self._told(down) for down in await self._of_person(self._db, user_id)]

    async def _told(self, down: TakenDown) -> dict[str, Any]:
        sealed = await store.taken_down_body(self._db, down.id)
        body = sealed and sealing.unseal(self._keys, "taken down", sealed, bound_to=down.id)[0]
        return {
            "circle_id": down.circle_id,
            "as": down.name,
            "day": down.day.isoformat(),
            "reason": down.reason.value,
            "text": body.text if body else "",
        }

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """With what was told of it: nothing else leads to it any more."""
        for down in await self._of_person(tx, user_id):
            await store.delete_taken_down(tx, down.id)
            await store.delete_of_post(tx, down.id)

    async def _of_person(self, db: Reader, user_id: int) -> list[TakenDown]:
        return [
            down
            for down in await store.all_taken_down(db)
            if down.pausing == sealing.pausing_tag(self._keys, down.period, down.id, user_id)
        ]
