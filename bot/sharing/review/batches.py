"""When what was handed in comes into the facilitators' view: together, at set times.

A queue that shows a share as soon as it is written tells when that was, and whoever saw somebody online or
typing then would have a guess. So shares come into view four times a day, all that were handed in meanwhile
at once and in a random order: what a facilitator sees is at most that somebody wrote within six hours. Set
times rather than a random while for each: with that, the first one in view is probably the first one written,
and where few write it comes down to "an hour ago or so". The times are the same for every circle, so that
nothing is kept of one circle's hours; wherever it is, two of them at least are in its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from bot.circles.models import Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Transaction, facts, instant, written
from bot.errors import UserError
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.sharing import store as shares_store
from bot.sharing.models import Share, State
from bot.sharing.review import store
from bot.sharing.review.models import HELD_REMINDER_DAYS, IN_THE_QUEUE, Review
from bot.sharing.rules.models import Review as Reads
from bot.sharing.rules.service import SharingRules
from bot.sharing.shares import Shares

NOTICE = "review.notice"
BATCH = "review_batch"
"""The fact by which a database knows the last set time at which shares came into view."""
EVERY = timedelta(hours=6)
REMINDS_AT = 18
"""The hour (UTC) of the batch with which facilitators are reminded of what waits since before that day."""


def latest(now: datetime) -> datetime:
    """The last set time before now: 0, 6, 12 or 18 o'clock UTC."""
    now = now.astimezone(UTC)
    hours = EVERY // timedelta(hours=1)
    return now.replace(hour=now.hour // hours * hours, minute=0, second=0, microsecond=0)


class Batches:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        outbox: Outbox,
        circles: Circles,
        rules: SharingRules,
        shares: Shares,
    ) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox
        self._circles = circles
        self._rules = rules
        self._shares = shares
        self._last: datetime | None = None
        outbox.on(NOTICE, failed=self._not_told)

    async def do_due(self) -> None:
        for circle_id in await store.circles_that_wait(self._db):
            rules = await self._rules.of(circle_id)
            if rules.review is Reads.NONE and not rules.stopped and await self._circle(circle_id):
                await self._go_on(circle_id)
        batch = latest(self._clock.now())
        if batch != self._last:
            await self._open(batch)
            self._last = batch

    async def _go_on(self, circle_id: str) -> None:
        """Nothing is read first there any more: what waited for that goes its way."""
        async with self._db.transaction() as tx:
            for share in await shares_store.shares_of_circle(tx, circle_id, State.REVIEWING):
                await store.delete(tx, share.id)
                await self._shares.go_on(tx, share)

    async def _open(self, batch: datetime) -> None:
        """Bring into view what was handed in since the last batch, in every circle; once for each batch.

        A database that knows of none yet begins with this one, and brings nothing.
        """
        async with self._db.transaction() as tx:
            last = await facts.recall(tx, BATCH)
            if last is not None and instant(last) < batch:
                for circle_id in await store.circles_that_wait(tx):
                    await self._open_batch(tx, circle_id, batch)
            if last is None or instant(last) != batch:
                await facts.remember(tx, BATCH, written(batch))

    async def _open_batch(self, tx: Transaction, circle_id: str, batch: datetime) -> None:
        circle = await self._circle(circle_id)
        if circle is None:
            return
        reviews = await store.of_circle(tx, circle_id)
        shares = await shares_store.shares_of_circle(tx, circle_id, *IN_THE_QUEUE)
        new = [share for share in shares if share.id not in reviews]
        for share in new:
            await store.insert(tx, share.id, self._today())
        before = {share.id: reviews[share.id] for share in shares if share.id in reviews}
        if told := self._news(bool(new), shares, before, batch):
            await self._notify(tx, circle, told)
        for share_id in before:
            await store.ask(tx, share_id, asked=False)

    def _news(
        self, new: bool, shares: list[Share], reviews: Mapping[str, Review], batch: datetime
    ) -> str | None:
        """What facilitators are told with a batch, in one word: of several things that which matters most."""
        if any(review.asked for review in reviews.values()):
            return "asked"
        if batch.hour == REMINDS_AT:
            known = [(share.state, reviews[share.id].day) for share in shares if share.id in reviews]
            if any(state is State.REVIEWING and day < self._today() for state, day in known):
                return "waits"
            if any(state is State.HELD and self._is_remindful(day) for state, day in known):
                return "new" if new else "held"
        return "new" if new else None

    def _is_remindful(self, day: date) -> bool:
        days = (self._today() - day).days
        return days > 0 and days % HELD_REMINDER_DAYS == 0

    async def _notify(self, tx: Transaction, circle: Circle, told: str) -> None:
        for other in ("new", "waits", "held", "asked"):  # one that has not left yet is overtaken
            await self._outbox.withdraw(tx, kind=NOTICE, reference=f"{circle.id}:{other}")
        await self._outbox.enqueue(
            tx,
            kind=NOTICE,
            reference=f"{circle.id}:{told}",
            channel_id=circle.facilitators_channel_id,
            priority=Priority.ANSWER,
        )

    def next(self) -> datetime:
        return latest(self._clock.now()) + EVERY

    async def waits(self, circle_id: str) -> bool:
        """Whether there is still something for a notice to tell of."""
        reviews = await store.of_circle(self._db, circle_id)
        shares = await shares_store.shares_of_circle(self._db, circle_id, *IN_THE_QUEUE)
        return any(share.id in reviews for share in shares)

    async def _not_told(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=NOTICE, reference=reference)  # the next batch tells again

    async def _circle(self, circle_id: str) -> Circle | None:
        """None where it has ended."""
        try:
            return await self._circles.get(circle_id)
        except UserError:
            return None

    def _today(self) -> date:
        return self._clock.now().date()
