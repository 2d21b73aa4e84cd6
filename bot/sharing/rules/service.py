from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.audit.service import Audit
from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.sharing.rules import store
from bot.sharing.rules.models import Rules, Welcome
from bot.sharing.rules.resting import Resting

CARD = "share.welcome"
OLD_CARD = "share.welcome_gone"


class SharingRules:
    def __init__(self, db: Database, audit: Audit, outbox: Outbox, circles: Circles) -> None:
        self._db = db
        self._audit = audit
        self._outbox = outbox
        self._circles = circles
        self._shortened = False
        self._resting = Resting(outbox, circles)
        outbox.on(CARD, delivered=self._card_stands, failed=self._card_failed)
        outbox.on(OLD_CARD, failed=self._leave_it)

    async def of(self, circle_id: str, db: Reader | None = None) -> Rules:
        """A circle's rules. `db`: the transaction they are asked in, if any."""
        return await store.rules(db or self._db, circle_id)

    async def require_going(self, circle_id: str, db: Reader | None = None) -> None:
        """Raise UserError while facilitators have stopped sharing in the circle."""
        if (await self.of(circle_id, db)).stopped:
            raise UserError("share.errors.stopped")

    async def change(self, actor: Actor, circle: Circle, **changes: Any) -> Rules:
        """Change what is given; the rules as they are now.

        What is under way keeps its own, but for `link_days`: fewer hold for what was shared already, too.
        The card in the sharing channel is brought up to date.
        """
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            old = await store.rules(tx, circle.id)
            rules = replace(old, **changes)
            if rules != old:
                await store.save(tx, circle.id, rules)
                await self._audit.record(tx, circle.id, _act(old, rules))
                await self._renew(tx, circle.id)
            if rules.stopped != old.stopped:
                await self._resting.tell(tx, circle, stopped=rules.stopped)
            if rules.link_days < old.link_days:
                await store.shorten_links(tx, circle.id, rules.link_days)
        self._shortened |= rules.link_days < old.link_days
        return rules

    async def would_shorten(self, circle_id: str, link_days: int) -> bool:
        """Whether links of what was posted here would end earlier than was told, with so few days.

        What waits counts for nothing here: a question that only comes where something waits would tell so.
        """
        return await store.has_links_longer_than(self._db, circle_id, link_days)

    def were_shortened(self) -> bool:
        """Whether links were shortened since this was asked last: some may be over by now."""
        shortened, self._shortened = self._shortened, False
        return shortened

    # The card in the sharing channel, which tells the rules

    async def post_card(self, actor: Actor, circle: Circle) -> None:
        """Post it anew, as the newest of the channel; the one before goes."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            await self._outbox.withdraw(tx, kind=CARD, reference=circle.id)
            await self._outbox.enqueue(
                tx,
                kind=CARD,
                reference=circle.id,
                channel_id=circle.sharing_channel_id,
                priority=Priority.ANSWER,
            )

    async def _renew(self, tx: Transaction, circle_id: str) -> None:
        card = await store.welcome(tx, circle_id)
        if card is None:
            return  # one that is on its way is drawn when it leaves
        await self._outbox.enqueue(
            tx,
            kind=CARD,
            reference=circle_id,
            channel_id=card.channel_id,
            action=Action.EDIT,
            message_id=card.message_id,
            priority=Priority.ANSWER,
        )

    async def _card_stands(self, tx: Transaction, circle_id: str, message_id: int | None) -> None:
        circle = await self._circles.even_closed(circle_id)
        if circle is None or message_id is None:
            return
        before = await store.welcome(tx, circle_id)
        if before is not None and before.message_id != message_id:
            await self._outbox.enqueue(
                tx,
                kind=OLD_CARD,
                reference=circle_id,
                channel_id=before.channel_id,
                action=Action.DELETE,
                message_id=before.message_id,
                priority=Priority.ANSWER,
            )
        await store.keep_welcome(tx, circle_id, Welcome(circle.sharing_channel_id, message_id))
        if await store.rules(tx, circle_id) != Rules():
            await self._renew(tx, circle_id)  # they may have changed while it was on its way

    async def _card_failed(self, tx: Transaction, circle_id: str, reason: str) -> None:
        await self._leave_it(tx, circle_id, reason, kind=CARD)
        if circle := await self._circles.even_closed(circle_id):
            await self._circles.notify(
                tx, circle, "rules.notices.card", channel=f"<#{circle.sharing_channel_id}>"
            )

    async def _leave_it(self, tx: Transaction, circle_id: str, reason: str, *, kind: str = OLD_CARD) -> None:
        await self._outbox.withdraw(tx, kind=kind, reference=circle_id)


def _act(old: Rules, rules: Rules) -> str:
    """What is counted in the audit log."""
    if rules == replace(old, stopped=rules.stopped):
        return "share.stopped" if rules.stopped else "share.started"
    return "share.rules_changed"
