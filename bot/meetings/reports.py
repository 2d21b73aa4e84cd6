from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.service import Contacts
from bot.db import Database, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.meetings import store
from bot.meetings.models import OFFER, REPORT_WORDS_MOST, REPORTS_KEPT, Offer, Report
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.relay.service import Relay
from bot.sharing import sealing
from bot.sharing.pace import Pace
from bot.sharing.pausing.models import Author, Pause
from bot.sharing.reports.models import Kind
from bot.sharing.service import Sharing

CARD = "meet.report"
AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class About:
    """Whom a report is about: a side or an offer by its id, with the tag by which they can be paused."""

    circle: Circle
    side: str
    pausing: str | None
    period: int


class MeetingReports:
    """What somebody tells facilitators about whom they talk with. Neither of the two is unmasked by it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        contacts: Contacts,
        sharing: Sharing,
        relay: Relay,
        pace: Pace,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._contacts = contacts
        self._sharing = sharing
        self._relay = relay
        self._pace = pace
        outbox.on(CARD, delivered=self._stands, failed=self._failed)

    async def tell(self, handle: str, user_id: int, kind: Kind, words: str = "", message: str = "") -> None:
        """Tell the facilitators about the other side, once. `message`: what they wrote, if it is included."""
        async with self._db.transaction() as tx:
            side = await self._relay.mine(handle, user_id, tx, ended=True)
            other = await self._relay.other(side, tx)
            circle = await self._circles.get(side.talk.circle_id)
            tag = await store.pausing(tx, other.handle)
            about = About(circle, other.handle, tag, side.talk.period)
            await self._tell(tx, about, user_id, kind, words, message)

    async def tell_of_offer(
        self, offer: Offer, user_id: int, kind: Kind, words: str = "", message: str = ""
    ) -> None:
        """As `tell`, for the author of a share, about who made an offer."""
        reader = await self._contacts.find(OFFER, offer.id)
        if reader is None:
            raise UserError("meeting.errors.offer_gone")
        tag = sealing.pausing_tag(self._keys, self._keys.period, offer.id, reader.user_id)
        circle = await self._circles.get(offer.circle_id)
        about = About(circle, offer.id, tag, self._keys.period)
        async with self._db.transaction() as tx:
            await self._tell(tx, about, user_id, kind, words, message)

    async def _tell(
        self, tx: Transaction, about: About, user_id: int, kind: Kind, words: str, message: str
    ) -> None:
        id = secrets.token_hex(16)
        await self._pace.count(tx, "report", user_id)
        inside = json.dumps([words.strip()[:REPORT_WORDS_MOST], message])
        is_new = await store.insert_report(
            tx,
            id=id,
            circle_id=about.circle.id,
            kind=kind,
            side=about.side,
            pausing=about.pausing,
            period=about.period,
            day=self._clock.now().date(),
            words=self._keys.seal_within(about.period, "meeting report", inside, bound_to=id),
        )
        if not is_new:
            raise UserError("meeting.errors.reported")
        await self._send(tx, about.circle, id, kind)

    async def shown(self, report_id: str) -> Report | None:
        """What the card tells; None where it was delivered, or is gone."""
        row = await store.report(self._db, report_id)
        if row is None or row["words"] is None or row["period"] not in self._keys.living:
            return None
        inside = self._keys.unseal_within(row["period"], "meeting report", row["words"], bound_to=report_id)
        words, message = json.loads(inside)
        return Report(
            id=report_id,
            circle_id=row["circle_id"],
            kind=Kind(row["kind"]),
            side=row["side"],
            pausing=row["pausing"],
            period=row["period"],
            day=date.fromisoformat(row["day"]),
            words=words,
            message=message,
        )

    async def circle_of(self, report_id: str) -> Circle:
        row = await store.report(self._db, report_id)
        if row is None:
            raise UserError("meeting.errors.report_over")
        return await self._circles.get(row["circle_id"])

    async def pause(self, actor: Actor, report_id: str, days: int) -> Pause:
        """Pause whom it is about, for shares, answers and meetings in this circle; see Pausing.pause."""
        circle = await self.circle_of(report_id)
        row = await store.report(self._db, report_id)
        assert row is not None
        author = Author(circle.id, row["side"], row["pausing"], row["period"])
        return await self._sharing.pausing.pause(actor, circle, author, days)

    async def sweep(self) -> None:
        """Forget reports after their time."""
        day = self._clock.now().date() - REPORTS_KEPT
        if await store.reports_until(self._db, day):
            async with self._db.transaction() as tx:
                await store.delete_reports_until(tx, day)

    async def _send(
        self, tx: Transaction, circle: Circle, id: str, kind: Kind, *, delay: timedelta = timedelta(0)
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=id,
            channel_id=circle.facilitators_channel_id,
            priority=Priority.SAFETY if kind is Kind.HARM else Priority.ANSWER,
            delay=delay,
        )

    async def _stands(self, tx: Transaction, report_id: str, message_id: int | None) -> None:
        if message_id is not None:
            await store.report_stands(tx, report_id, message_id)

    async def _failed(self, tx: Transaction, report_id: str, reason: str) -> None:
        """Nothing else tells the facilitators of it: try as long as it is kept."""
        await self._outbox.withdraw(tx, kind=CARD, reference=report_id)
        row = await store.report(tx, report_id)
        circle = row and await self._circles.even_closed(row["circle_id"])
        if row is not None and circle and row["card_id"] is None:
            await self._send(tx, circle, report_id, Kind(row["kind"]), delay=AGAIN_AFTER)
