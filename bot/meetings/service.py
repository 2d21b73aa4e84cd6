from __future__ import annotations

from typing import Any

from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.service import Contacts
from bot.db import Database, Transaction
from bot.keys import Keys
from bot.meetings import blocks, store
from bot.meetings.models import KIND, SHOWN
from bot.meetings.offers import Offers
from bot.meetings.reports import MeetingReports
from bot.outbox.service import Outbox
from bot.relay.models import ENDED, Side
from bot.relay.service import Relay
from bot.sharing.pace import Pace
from bot.sharing.service import Sharing


class Meetings:
    """Two who talk about a share: what they write, how it ends, and showing who they are if both want to."""

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
    ) -> None:
        self._db = db
        self._keys = keys
        self._sharing = sharing
        self._relay = relay
        self._pace = Pace(clock, keys)
        self.offers = Offers(db, clock, keys, outbox, circles, contacts, sharing, relay, self._pace)
        self.reports = MeetingReports(db, clock, keys, outbox, circles, contacts, sharing, relay, self._pace)
        relay.carry(KIND)

    async def of_person(self, user_id: int) -> list[Side]:
        """Their sides of the meetings that go on."""
        return await self._relay.of_person(user_id, KIND)

    async def with_whom(self, handle: str, user_id: int, *, ended: bool = False) -> tuple[Side, Side]:
        """Their side and the other. Raises UserError for anybody else, and for a meeting that is over."""
        side = await self._relay.mine(handle, user_id, ended=ended)
        return side, await self._relay.other(side)

    # Writing

    async def may_write(self, handle: str, user_id: int) -> tuple[Side, Side]:
        """As `with_whom`; raises UserError while this person is paused, too.

        Where sharing rests, nobody is kept from talking on: either can end it, and nobody else reads it.
        """
        side, other = await self.with_whom(handle, user_id)
        await self._sharing.pausing.check_person(side.talk.circle_id, user_id)
        return side, other

    async def draft(self, handle: str, user_id: int, text: str) -> str:
        """Keep a message that is yet to be sent; its id. Raises UserError while this person is paused."""
        await self.may_write(handle, user_id)
        return await self._relay.draft(handle, user_id, text)

    async def send(self, letter_id: str, user_id: int) -> tuple[Side, str]:
        """Send it: the writer's side of the meeting, and what was sent. It is sent once."""
        side, _ = await self._relay.read(letter_id, user_id)
        await self.may_write(side.handle, user_id)
        await self._pace.check(self._db, "letter", user_id)
        sent = await self._relay.send(letter_id, user_id)
        async with self._db.transaction() as tx:
            await self._pace.count(tx, "letter", user_id)
        return sent

    # Ending

    async def end(self, handle: str, user_id: int) -> Side:
        """End it; the other reads a line that blames nobody. The other side, for what is said to this one."""
        async with self._db.transaction() as tx:
            return await self._end(tx, handle, user_id)

    async def block(self, handle: str, user_id: int) -> Side:
        """End it, and never meet the other again in this circle. Also after its end, while that is known."""
        async with self._db.transaction() as tx:
            side = await self._relay.mine(handle, user_id, tx, ended=True)
            pair = await store.pair(tx, side.talk.id)
            if pair is not None:
                await store.block(tx, pair, side.talk.period)
            if side.talk.is_open:
                await self._end(tx, handle, user_id)
            return await self._relay.other(side, tx)

    async def _end(self, tx: Transaction, handle: str, user_id: int) -> Side:
        side = await self._relay.mine(handle, user_id, tx)
        other = await self._relay.other(side, tx)
        await store.hide_both(tx, side.talk.id)
        await self._relay.end(tx, side.talk, {other.handle: ENDED}, handed_back=[other.handle])
        return other

    # Showing who one is

    async def showing(self, handle: str, user_id: int) -> bool:
        """Whether they chose to show who they are. Nobody but they can ask."""
        await self._relay.mine(handle, user_id)
        return await store.shown(self._db, handle) is not None

    async def show(self, handle: str, user_id: int, shown: str) -> bool:
        """Show who they are once the other would, too; whether both are shown now. Until then nobody is told.

        `shown` is what the other reads. Then the meeting ends: they can write to each other themselves.
        """
        async with self._db.transaction() as tx:
            side = await self._relay.mine(handle, user_id, tx)
            other = await self._relay.other(side, tx)
            theirs = await store.shown(tx, other.handle)
            if theirs is None:
                await store.show(tx, handle, self._sealed(side, shown))
                return False
            await self._relay.tell(tx, side, SHOWN, self._opened(other, theirs))
            await self._relay.tell(tx, other, SHOWN, shown)
            await store.hide_both(tx, side.talk.id)
            await self._relay.end(tx, side.talk, {})
        return True

    async def stay_hidden(self, handle: str, user_id: int) -> None:
        """Take back that they would show who they are."""
        async with self._db.transaction() as tx:
            await self._relay.mine(handle, user_id, tx)
            await store.show(tx, handle, None)

    def _sealed(self, side: Side, shown: str) -> bytes:
        return self._keys.seal_within(side.talk.period, "meeting shown", shown, bound_to=side.handle)

    def _opened(self, side: Side, sealed: bytes) -> str:
        return self._keys.unseal_within(side.talk.period, "meeting shown", sealed, bound_to=side.handle)

    # Time

    async def do_due(self) -> None:
        await self.offers.do_due()
        await self.reports.sweep()
        if await store.block_periods(self._db) - set(self._keys.living):
            async with self._db.transaction() as tx:
                await blocks.purge(tx, self._keys)

    # What is kept about a person

    async def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        return {"meeting_offers": await self.offers.export(user_id)}

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase their offers, and that they would show who they are. Their talks are the relay's to end.

        That two are not to meet again stays to the end of the period's key: nothing tells who they are.
        """
        await self.offers.forget(tx, user_id)
        for side in await self._relay.of_person(user_id, KIND, tx):
            await store.hide_both(tx, side.talk.id)
