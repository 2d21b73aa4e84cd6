from __future__ import annotations

import secrets
from datetime import date, timedelta
from functools import partial
from typing import Any

from bot.circles.service import Circles
from bot.clock import Clock
from bot.contacts.service import Contacts
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Priority
from bot.outbox.service import Outbox
from bot.participation.models import Act
from bot.participation.service import Participation
from bot.sharing import erasing, sealing, store
from bot.sharing.answers.service import Answers
from bot.sharing.erasing import Eraser
from bot.sharing.images import store as images_store
from bot.sharing.models import LET_THROUGH, LINK_DAYS, OPEN_DAYS, UNSENT, Body, Draft, Share, State
from bot.sharing.nods import Nods
from bot.sharing.pace import Pace
from bot.sharing.pausing.service import Pausing
from bot.sharing.rules.models import Leaving, Review, Rules
from bot.sharing.rules.service import SharingRules
from bot.sharing.waiting import openings

WAITING_KINDS = ("share.thread", "share.thread_again", "share.nods", "share.look", "told.notice")
"""Outbox items about a share that are of no use without it."""


class Shares:
    """A share from the moment it is posted: on its way, standing, at rest, taken back, forgotten."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        participation: Participation,
        answers: Answers,
        nods: Nods,
        pace: Pace,
        eraser: Eraser,
        rules: SharingRules,
        contacts: Contacts,
        pausing: Pausing,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._participation = participation
        self._answers = answers
        self._nods = nods
        self._pace = pace
        self._eraser = eraser
        self._rules = rules
        self._contacts = contacts
        self._pausing = pausing
        outbox.on("share.post", delivered=self._delivered, failed=self._failed)
        outbox.on("share.thread", delivered=self._thread_opened, failed=self._thread_failed)
        outbox.on("share.thread_again", delivered=self._thread_opened)  # its first failure was told
        for kind in ("share.nods", "share.gone", "report.gone", "share.thread_again"):
            outbox.on(kind, failed=partial(self._leave_it, kind))

    async def post(self, tx: Transaction, draft: Draft, user_id: int) -> Share:
        if draft.circle_id is None or draft.name is None or draft.wish is None:
            raise UserError("share.errors.no_circle_chosen")
        circle = await self._circles.get(draft.circle_id)
        rules = await self._rules.of(circle.id, tx)
        await self._pausing.check(circle.id, user_id, tx)
        await self._pace.count(tx, "share", user_id)
        id, period = secrets.token_hex(16), self._keys.period
        is_read = await self.is_read_first(tx, rules, circle.id, user_id)
        waits = State.REVIEWING if is_read else State.WAITING
        share = Share(
            id=id,
            circle_id=circle.id,
            state=waits,
            name=draft.name,
            wish=draft.wish,
            author=sealing.author_tag(self._keys, period, id, user_id),
            channel_id=circle.sharing_channel_id,
            message_id=None,
            thread_id=None,
            nods_counted=0,
            day=self._clock.now().date(),
            period=period,
            pausing=sealing.pausing_tag(self._keys, period, id, user_id),
            counts=not await self._has_waiting(tx, circle.id, user_id),
            link_days=rules.link_days,
        )
        await store.insert_share(tx, share, sealing.seal(self._keys, "share", draft.body, bound_to=id))
        if waits is State.WAITING:
            await self.go_on(tx, share)
        return share

    async def is_read_first(self, db: Reader, rules: Rules, circle_id: str, user_id: int) -> bool:
        """Whether facilitators read what this person shares now, before it is posted.

        A share is a first one as long as none of theirs was let through there, under whatever name. Those
        that were tell by their author's tag: nothing more is kept for it, and it ends with the link.
        """
        if rules.review is not Review.FIRST:
            return rules.review is Review.ALL
        before = await store.shares_of_circle(db, circle_id, *LET_THROUGH)
        return not any(sealing.is_by(self._keys, share, user_id) for share in before)

    async def go_on(self, tx: Transaction, share: Share) -> None:
        """Nothing holds it back any more: it is posted or, where its circle would have it so, waits."""
        rules = await self._rules.of(share.circle_id, tx)
        if (share.leaving or rules.leaving) is Leaving.AT_ONCE and not rules.stopped:
            await self.release(tx, share)
        else:
            circle = await self._circles.get(share.circle_id)
            await openings.begin(tx, circle, share.id, rules.hour, self._clock.now())
            await store.move_share(tx, share.id, share.state, State.WAITING)

    async def release(self, tx: Transaction, share: Share) -> None:
        """Post what waited."""
        circle = await self._circles.get(share.circle_id)
        if await store.release(tx, share.id, share.state, channel_id=circle.sharing_channel_id):
            await self._send(tx, share.id, circle.sharing_channel_id)

    async def _has_waiting(self, tx: Transaction, circle_id: str, user_id: int) -> bool:
        waiting = await store.shares_of_circle(tx, circle_id, *UNSENT)
        return any(sealing.is_by(self._keys, share, user_id) for share in waiting)

    async def post_again(self, tx: Transaction, share: Share) -> None:
        """Post what Discord refused before; nothing changes where it stands or is on its way.

        Raises UserError while sharing rests.
        """
        await self._rules.require_going(share.circle_id, tx)
        circle = await self._circles.get(share.circle_id)
        if await store.post_again(tx, share.id, channel_id=circle.sharing_channel_id):
            await self._send(tx, share.id, circle.sharing_channel_id)

    async def to_post(self, share_id: str) -> tuple[Share, Body | None] | None:
        """A share and, until it is delivered, its words; None where it is gone."""
        share = await store.share(self._db, share_id)
        if share is None:
            return None
        sealed = await store.share_body(self._db, share_id)
        body = sealed and sealing.unseal(self._keys, "share", sealed, bound_to=share_id)[0]
        return share, body or None

    async def found(self, share_id: str, message_id: int) -> None:
        """An `unsure` share does stand on Discord: a try that was given up had arrived."""
        async with self._db.transaction() as tx:
            await self._delivered(tx, share_id, message_id)

    async def remove(self, tx: Transaction, share: Share) -> None:
        """Erase it, wherever it is by now, and what its author answered in the same voice."""
        await self._contacts.drop_all(tx, share.id)
        for answer in await self._answers.of_author(tx, share.id):
            await self._answers.remove(tx, answer)
        for kind in WAITING_KINDS:
            await self._outbox.withdraw(tx, kind=kind, reference=share.id)
        if share.state in UNSENT:
            await store.delete_share(tx, share.id)
            return
        if share.state in (State.POSTING, State.STUCK):
            # Not withdrawn from the outbox: an earlier try may have reached Discord unheard. The item's next
            # turn sends nothing, but reports what it finds there; then that is erased, and the row goes.
            if share.state is State.STUCK:
                await self._send(tx, share.id, share.channel_id)
            await store.share_leaves(tx, share.id)
            await images_store.delete_of_share(tx, share.id)
            await store.delete_nods(tx, share.id)
            await store.delete_receipts(tx, share_id=share.id)
            return
        await self.leave_channel(tx, share, "share.gone")
        await store.delete_share(tx, share.id)

    async def take_down(self, tx: Transaction, share: Share) -> None:
        """Erase what stands, for facilitators. What its author answered in its thread stays."""
        await self.leave_channel(tx, share, "report.gone")
        await self._contacts.drop_all(tx, share.id)
        await store.delete_share(tx, share.id)

    async def leave_channel(self, tx: Transaction, share: Share, gone: str) -> None:
        """Erase its post; what is said of that in its thread is the outbox item of kind `gone`."""
        for kind in WAITING_KINDS:
            await self._outbox.withdraw(tx, kind=kind, reference=share.id)
        await store.delete_nods(tx, share.id)
        await self._eraser.erase(tx, share.circle_id, share.channel_id, share.message_id)
        if share.thread_id is not None:
            await self._outbox.enqueue(
                tx,
                kind=gone,
                reference=f"{share.circle_id}:{share.thread_id}",
                channel_id=share.thread_id,
                priority=Priority.ANSWER,
            )

    async def rest(self, today: date) -> int:
        """Close the shares that were open for long, and forget those whose links are over; how many."""
        closed = set()
        old = await store.shares_until(self._db, today - OPEN_DAYS)
        for share in (share for share in old if share.state is State.OPEN):
            async with self._db.transaction() as tx:
                if await store.close_share(tx, share.id):
                    await self._nods.close(tx, share)
                    closed.add(share.id)
        async with self._db.transaction() as tx:
            old = await store.shares_until(tx, today - OPEN_DAYS)
            forgotten = [share for share in old if _is_over(share, today)]
            for share in forgotten:
                await self._contacts.drop_all(tx, share.id)
                if share.id in closed:
                    # Its card has yet to lose its buttons: the row goes a day later.
                    await store.forget_author(tx, share.id)
                    await store.delete_receipts(tx, share_id=share.id)
                else:
                    await store.delete_share(tx, share.id)
        return len(forgotten)

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        return [
            {
                "circle_id": share.circle_id,
                "as": share.name,
                "day": share.day.isoformat(),
                "channel_id": share.channel_id,
                "message_id": share.message_id,
            }
            for share in await self.of_person(self._db, user_id)
        ]

    async def of_person(self, db: Reader, user_id: int) -> list[Share]:
        """What somebody shared, as far as its link to them lives."""
        return [share for share in await store.shares(db) if sealing.is_by(self._keys, share, user_id)]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase what leads from shares to a person, and their nods; what had not left yet never will."""
        for share in await store.shares(tx):
            await self._nods.forget(tx, share, user_id)
        for share in await self.of_person(tx, user_id):
            if share.state in (*UNSENT, State.POSTING, State.STUCK):
                await self.remove(tx, share)
            else:
                await store.forget_author(tx, share.id)

    # Inside

    async def _send(
        self, tx: Transaction, share_id: str, channel_id: int, *, delay: timedelta = timedelta(0)
    ) -> None:
        await self._outbox.enqueue(
            tx,
            kind="share.post",
            reference=share_id,
            channel_id=channel_id,
            priority=Priority.ANSWER,
            delay=delay,
        )

    async def _delivered(self, tx: Transaction, share_id: str, message_id: int | None) -> None:
        share = await store.share(tx, share_id)
        if share is None:
            return
        if share.state is State.TAKEN_BACK:
            await self._eraser.erase(tx, share.circle_id, share.channel_id, message_id)
            await store.delete_share(tx, share.id)
        elif message_id is None:
            await store.share_stuck(tx, share.id)
        elif await store.share_delivered(tx, share.id, message_id=message_id, day=self._clock.now().date()):
            await images_store.delete_of_share(tx, share.id)
            if circle := await self._circles.even_closed(share.circle_id):
                await self._participation.record_anonymous(tx, circle, Act.SHARED)
            await self._answers.open_thread(tx, share.id, share.channel_id, message_id)

    async def _failed(self, tx: Transaction, share_id: str, reason: str) -> None:
        # The failed item would keep the minute of a single share; this row says all that is needed.
        await self._outbox.withdraw(tx, kind="share.post", reference=share_id)
        share = await store.share(tx, share_id)
        if share is not None and share.state is State.TAKEN_BACK:
            if erasing.given_up(reason, share.day, self._clock.now()):
                await store.delete_share(tx, share.id)
            else:
                await self._send(tx, share.id, share.channel_id, delay=erasing.AGAIN_AFTER)
        elif share is not None and await store.share_stuck(tx, share.id):
            with_image = await images_store.is_there(tx, share.id)
            key = "image.notices.not_posted" if with_image else "share.notices.not_posted"
            await self._tell(tx, share, key)

    async def _thread_opened(self, tx: Transaction, share_id: str, thread_id: int | None) -> None:
        if thread_id is not None:
            await store.share_thread(tx, share_id, thread_id=thread_id)

    async def _thread_failed(self, tx: Transaction, share_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind="share.thread", reference=share_id)
        share = await store.share(tx, share_id)
        if share is not None:
            await self._tell(tx, share, "share.notices.no_thread")

    async def _leave_it(self, kind: str, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=kind, reference=reference)

    async def _tell(self, tx: Transaction, share: Share, key: str) -> None:
        if circle := await self._circles.even_closed(share.circle_id):
            await self._circles.notify(tx, circle, key, channel=f"<#{share.channel_id}>")


def _is_over(share: Share, today: date) -> bool:
    """What was never posted is not let go the sooner for a short link: its author may still wait for it."""
    if share.message_id is None:
        return share.closes_on + LINK_DAYS <= today
    return share.forgotten_on <= today
