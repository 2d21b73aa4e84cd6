from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.sharing import store as shares_store
from bot.sharing.models import Receipt, Share, State
from bot.sharing.receipts import Receipts
from bot.sharing.rules.models import Leaving
from bot.sharing.rules.service import SharingRules
from bot.sharing.shares import Shares
from bot.sharing.waiting import mixing, openings, store
from bot.sharing.waiting.models import Outlook, Rest

NEARLY_ALL = 3  # times the mean: by then 95 of 100 memoryless whiles are over


class Waiting:
    """Shares that wait to be posted, and when they are; see `mixing` for what that hides."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        circles: Circles,
        rules: SharingRules,
        shares: Shares,
        receipts: Receipts,
        chance: random.Random,
    ) -> None:
        self._db = db
        self._clock = clock
        self._circles = circles
        self._rules = rules
        self._shares = shares
        self._receipts = receipts
        self._chance = chance
        self._looked_at: datetime | None = None

    async def outlook(self, circle_id: str, share: Share | None = None) -> Outlook:
        """What a share waits for, or would wait for if it was posted now."""
        now, rules = self._clock.now(), await self._rules.of(circle_id)
        circle, rest = await self._open_circle(circle_id), Rest.STOPPED if rules.stopped else None
        if circle is None:
            circle, rest = await self._circles.even_closed(circle_id), Rest.ENDED
            if circle is None:
                raise UserError("common.errors.circle_gone")
        opened = await store.opened_on(self._db, circle_id) if share else None
        next_day = openings.following(now, rules.hour, circle, opened)
        last_day = max(next_day, (share.day if share else now.date()) + mixing.AT_MOST)
        return Outlook(
            leaving=mixing.leaving(share.leaving or rules.leaving) if share else rules.leaving,
            as_circle=mixing.leaving(rules.leaving),
            usually=NEARLY_ALL * timedelta(minutes=rules.hold_minutes),
            authors=rules.authors,
            opens_at=openings.on(next_day, rules.hour, circle),
            latest=openings.on(last_day, rules.hour, circle),
            rest=rest,
        )

    async def choose(self, secret: str, leaving: Leaving | None) -> Receipt:
        """Let a waiting share leave otherwise than its circle would have it, or (None) as the circle does.

        AT_ONCE posts it. Nothing changes where it does not wait any more.
        """
        async with self._db.transaction() as tx:
            held = await self._receipts.find(tx, secret)
            share = held.posted
            if not isinstance(share, Share) or share.state is not State.WAITING:
                return held
            if leaving is not Leaving.AT_ONCE:
                await store.choose(tx, share.id, leaving)
            elif (await self._rules.of(share.circle_id, tx)).stopped:
                raise UserError("waiting.errors.stopped")
            else:
                await self._shares.release(tx, share)
            return await self._receipts.find(tx, secret)

    async def do_due(self) -> None:
        """Look at what waits, and post what leaves now.

        How long ago the last look was is known to this process only: while the bot was down no time passed
        for a random while, so what is posted after a start tells nothing of when it was written.
        """
        now = self._clock.now()
        elapsed, self._looked_at = now - (self._looked_at or now), now
        for circle_id in await store.circles(self._db):
            circle = await self._open_circle(circle_id)
            if circle is not None:
                async with self._db.transaction() as tx:
                    await self._look(tx, circle, now, elapsed)

    async def _look(self, tx: Transaction, circle: Circle, now: datetime, elapsed: timedelta) -> None:
        rules = await self._rules.of(circle.id, tx)
        opening = await openings.turn(tx, circle, rules.hour, now)
        if rules.stopped:
            return
        waiting = await shares_store.shares_of_circle(tx, circle.id, State.WAITING)
        for share in mixing.leave_now(waiting, rules, elapsed=elapsed, opening=opening, chance=self._chance):
            await self._shares.release(tx, share)

    async def _open_circle(self, circle_id: str) -> Circle | None:
        try:
            return await self._circles.get(circle_id)
        except UserError:
            return None
