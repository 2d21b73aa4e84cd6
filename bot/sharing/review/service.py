from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.audit.service import Audit
from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.service import Outbox
from bot.sharing import sealing
from bot.sharing import store as shares_store
from bot.sharing import text as texts
from bot.sharing.images.models import Image
from bot.sharing.images.service import Images
from bot.sharing.models import Body, Share, State
from bot.sharing.review import store
from bot.sharing.review.batches import Batches
from bot.sharing.review.models import (
    IN_THE_QUEUE,
    LONG,
    RETURNED_LIFE,
    UNDO,
    WORDS_MAX,
    Decided,
    Decision,
    Queue,
    Reading,
    Reason,
    Review,
    Told,
)
from bot.sharing.rules.models import Review as Reads
from bot.sharing.rules.service import SharingRules
from bot.sharing.shares import Shares

GONE = "review.gone"
VOTE = "review vote"
WORDS = "review words"

OnDecided = Callable[[Transaction, str], Awaitable[None]]
"""(transaction, share id): its author finds something new with their receipt"""


class Reviewing:
    """What facilitators do with shares before they are posted.

    Nothing here asks whether a share is the facilitator's own. To pass it over in their queue, or to refuse
    their voice, would show: to the others, as the one that somebody busy in the queue never decides. So every
    facilitator is shown the same; a circle that wants another person to have read each share asks for two.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        audit: Audit,
        rules: SharingRules,
        shares: Shares,
        images: Images,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._audit = audit
        self._rules = rules
        self._shares = shares
        self._images = images
        self._listeners: list[OnDecided] = []
        self._batches = Batches(db, clock, outbox, circles, rules, shares)
        outbox.on(GONE, failed=self._gone_untold)

    def on_decided(self, listener: OnDecided) -> None:
        """Call it where a share is handed back, held or taken down; not where it simply goes its way."""
        self._listeners.append(listener)

    async def _tell(self, tx: Transaction, share_id: str) -> None:
        for listener in self._listeners:
            await listener(tx, share_id)

    # Reading

    async def queue(self, actor: Actor, circle: Circle) -> Queue:
        circle.require_facilitator(actor)
        return Queue(
            waiting=bool(await self._to_read(self._db, actor, circle, State.REVIEWING)),
            held=bool(await self._to_read(self._db, actor, circle, State.HELD)),
        )

    async def read(
        self, actor: Actor, circle: Circle, *, after: str = "", held: bool = False
    ) -> Reading | None:
        """The next share that this facilitator has yet to decide on, or of those that are held."""
        circle.require_facilitator(actor)
        state = State.HELD if held else State.REVIEWING
        found = [share for share in await self._to_read(self._db, actor, circle, state) if share.id > after]
        if not found:
            return None
        needed = (await self._rules.of(circle.id)).votes
        votes = len(await store.votes(self._db, found[0].id))
        return Reading(found[0], await self._body(self._db, found[0]), votes, needed)

    async def waiting(self, actor: Actor, circle: Circle, share_id: str) -> Share:
        """A share that is in view and not decided. Raises UserError where it isn't any more."""
        return await self._in_queue(self._db, actor, circle, share_id)

    async def note(self, actor: Actor, circle: Circle, share_id: str) -> str:
        """The content note that it has by now."""
        share = await self._in_queue(self._db, actor, circle, share_id)
        return (await self._body(self._db, share)).note

    def next_batch(self) -> datetime:
        """When what is handed in now comes into view."""
        return self._batches.next()

    async def reads(self, circle_id: str, user_id: int) -> Reads:
        """Why facilitators would read what this person shares now; NONE where they would not."""
        rules = await self._rules.of(circle_id)
        is_read = await self._shares.is_read_first(self._db, rules, circle_id, user_id)
        return rules.review if is_read else Reads.NONE

    async def _to_read(self, db: Reader, actor: Actor, circle: Circle, state: State) -> list[Share]:
        """By their ids, which are random."""
        seen = await store.of_circle(db, circle.id)
        shares = await shares_store.shares_of_circle(db, circle.id, state)
        return [
            share
            for share in sorted(shares, key=lambda share: share.id)
            if share.id in seen and self._vote(share, actor.user_id) not in await store.votes(db, share.id)
        ]

    # Deciding

    async def let_through(self, actor: Actor, circle: Circle, share_id: str) -> bool:
        """Whether that was enough; else it waits for another facilitator's voice."""
        async with self._db.transaction() as tx:
            share = await self._in_queue(tx, actor, circle, share_id)
            return await self._approve(tx, actor, share)

    async def behind_spoiler(self, actor: Actor, circle: Circle, share_id: str, note: str) -> bool:
        """As `let_through`; its words then open with a tap, below the content note if one is given."""
        if texts.length(note) > texts.NOTE_MAX:
            raise UserError("share.errors.note_too_long", most=texts.NOTE_MAX)
        async with self._db.transaction() as tx:
            share = await self._in_queue(tx, actor, circle, share_id)
            body = self._as_written(share, await self._body(tx, share))
            if not body.note:  # the author's own note stays as it is: it makes a spoiler anyway
                sealed = self._sealed(share, replace(body, note=note.strip()))
                await store.cover(tx, share.id, sealed, spoiler=True)
                share = replace(share, spoiler=True)
            return await self._approve(tx, actor, share)

    async def _approve(self, tx: Transaction, actor: Actor, share: Share) -> bool:
        is_new = await store.vote(tx, self._vote(share, actor.user_id), share.id)
        votes = await store.votes(tx, share.id)
        if len(votes) < (await self._rules.of(share.circle_id, tx)).votes:
            if is_new:
                await self._audit.record(tx, share.circle_id, "share.voted")
            return False
        decision = Decision.SPOILERED if share.spoiler else Decision.APPROVED
        await self._decide(tx, share, decision)
        await self._shares.go_on(tx, share)
        return True

    async def hand_back(
        self, actor: Actor, circle: Circle, share_id: str, reason: Reason, words: str = ""
    ) -> None:
        """To its author, with a reason and, if they like, a few words of the facilitators' own."""
        words = words.strip()
        if reason is Reason.OTHER and not texts.says_something(words):
            raise UserError("review.errors.words_needed")
        if texts.length(words) > WORDS_MAX:
            raise UserError("review.errors.words_too_long", most=WORDS_MAX)
        async with self._db.transaction() as tx:
            share = await self._in_queue(tx, actor, circle, share_id)
            await self._uncover(tx, share)
            await shares_store.move_share(tx, share.id, share.state, State.RETURNED)
            await store.give_reason(tx, share.id, reason)
            sealed = self._keys.seal(WORDS, words, bound_to=share.id) if words else None
            await self._decide(tx, share, Decision.RETURNED, sealed)

    async def hold(self, actor: Actor, circle: Circle, share_id: str) -> None:
        """For care: it stays with the facilitators until they decide, and its author is told so."""
        async with self._db.transaction() as tx:
            share = await self._in_queue(tx, actor, circle, share_id, State.REVIEWING)
            await shares_store.move_share(tx, share.id, share.state, State.HELD)
            await self._decide(tx, share, Decision.HELD)

    async def _decide(
        self, tx: Transaction, share: Share, decision: Decision, words: bytes | None = None
    ) -> None:
        await store.decide(tx, share.id, decision, day=self._today(), words=words)
        await store.delete_votes(tx, share.id)
        await self._audit.record(tx, share.circle_id, f"share.{decision}")
        if decision in (Decision.RETURNED, Decision.HELD):
            await self._tell(tx, share.id)

    # Undoing, for a week

    async def decided(self, actor: Actor, circle: Circle) -> list[Decided]:
        """The last week's decisions that can be undone, newest day first."""
        circle.require_facilitator(actor)
        reviews = await store.of_circle(self._db, circle.id)
        shares = await shares_store.shares_of_circle(self._db, circle.id, *State)
        found = [
            Decided(share, review.decision, review.day)
            for share in shares
            if (review := reviews.get(share.id)) and review.decision and self._is_fresh(review)
            if share.state is not State.TAKEN_BACK
        ]
        return sorted(found, key=lambda each: (each.day, each.share.id), reverse=True)

    async def to_undo(self, actor: Actor, circle: Circle, share_id: str) -> Share:
        """A share whose decision can be undone. Where it stands (`State.OPEN`), its words are on Discord."""
        return await self._undoable(self._db, actor, circle, share_id)

    async def undo(
        self,
        actor: Actor,
        circle: Circle,
        share_id: str,
        posted: Body | None = None,
        image: Image | None = None,
    ) -> None:
        """Bring it back into the queue, and down from where it stands.

        `posted` and `image`: its words and its picture, as read there.
        """
        async with self._db.transaction() as tx:
            share = await self._undoable(tx, actor, circle, share_id)
            if share.state is State.OPEN:
                if posted is None:
                    raise UserError("review.errors.on_its_way")  # it came to stand this moment
                await self._take_down(tx, share, posted, image)
            else:
                await self._uncover(tx, share)
                await shares_store.move_share(tx, share.id, share.state, State.REVIEWING)
                await store.give_reason(tx, share.id, None)
            await store.reopen(tx, share.id, day=self._today(), again=share.state is State.OPEN)
            await self._audit.record(tx, circle.id, "share.undone")

    async def _undoable(self, db: Reader, actor: Actor, circle: Circle, share_id: str) -> Share:
        circle.require_facilitator(actor)
        share = await shares_store.share(db, share_id)
        review = await store.review(db, share_id)
        if share is None or share.circle_id != circle.id or review is None or review.decision is None:
            raise UserError("review.errors.gone")
        if not self._is_fresh(review):
            raise UserError("review.errors.too_late", days=UNDO.days)
        if share.state in (State.POSTING, State.STUCK):
            raise UserError("review.errors.on_its_way")
        if share.state not in (State.WAITING, State.HELD, State.RETURNED, State.OPEN):
            raise UserError("review.errors.gone")
        if share.state is State.OPEN and await store.is_answered(db, share.id):
            raise UserError("review.errors.answered")
        return share

    async def _take_down(self, tx: Transaction, share: Share, posted: Body, image: Image | None) -> None:
        review = await store.review(tx, share.id)
        # A report can have put it behind a spoiler as well: then the note is still its author's.
        theirs = review is not None and review.decision is Decision.SPOILERED
        sealed = self._sealed(share, replace(posted, note="") if theirs else posted)
        await store.take_down(tx, share.id, sealed)
        if image is not None:
            await self._images.put_back(tx, share.id, image)
        await store.cover(tx, share.id, sealed, spoiler=False)
        await self._shares.leave_channel(tx, share, GONE)
        await self._tell(tx, share.id)

    # With the receipt, the author

    async def told(self, share: Share) -> Told:
        review = await store.review(self._db, share.id)
        closed = await self._is_closed(share.circle_id)
        if share.state is State.RETURNED and review is not None:
            words = review.words and self._keys.unseal(WORDS, review.words, bound_to=share.id)
            until = min(review.day + RETURNED_LIFE, share.forgotten_on)
            reason = Reason(share.reason) if share.reason else None
            return Told(reason=reason, words=words or "", until=until, closed=closed)
        waits = self._today() - share.day
        is_long = share.state in IN_THE_QUEUE and waits >= LONG
        return Told(
            waits_days=waits.days if is_long else None,
            asked=review is not None and review.asked,
            again=review is not None and review.again,
            closed=closed,
        )

    async def ask(self, tx: Transaction, share: Share) -> None:
        """Its author asks for it. Facilitators are told with the next batch: at once would tell when."""
        if share.state in IN_THE_QUEUE and self._today() - share.day >= LONG:
            await store.ask(tx, share.id, asked=True)

    # Time

    async def do_due(self) -> None:
        await self._batches.do_due()

    async def waits(self, circle_id: str) -> bool:
        """Whether there is still something for a notice to tell of."""
        return await self._batches.waits(circle_id)

    async def sweep(self, tx: Transaction, today: date) -> int:
        """Forget decisions after their week, and what was handed back and not taken up; how many."""
        left = await store.returned_until(tx, today - RETURNED_LIFE)
        for share_id in left:
            share = await shares_store.share(tx, share_id)
            if share is not None and share.state is State.RETURNED:
                await self._shares.remove(tx, share)
        gone = (Decision.APPROVED, Decision.SPOILERED)
        return len(left) + await store.delete_decided(tx, gone, today - UNDO)

    # What is kept about a facilitator

    async def export(self, user_id: int) -> list[dict[str, Any]]:
        """The shares a facilitator has let through that wait for another voice."""
        voted = [await shares_store.share(self._db, id) for id in await store.voted_on(self._db)]
        return [
            {"circle_id": share.circle_id, "as": share.name}
            for share in voted
            if share and self._vote(share, user_id) in await store.votes(self._db, share.id)
        ]

    async def forget(self, tx: Transaction, user_id: int) -> None:
        for share_id in await store.voted_on(tx):
            share = await shares_store.share(tx, share_id)
            if share is not None:
                await store.delete_vote(tx, self._vote(share, user_id))

    # Inside

    async def _gone_untold(self, tx: Transaction, reference: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=GONE, reference=reference)

    async def _in_queue(
        self, db: Reader, actor: Actor, circle: Circle, share_id: str, *states: State
    ) -> Share:
        """A share that has come into view and is not decided. Says of others no more than that."""
        circle.require_facilitator(actor)
        share = await shares_store.share(db, share_id)
        if (
            share is None
            or share.circle_id != circle.id
            or share.state not in (states or IN_THE_QUEUE)
            or await store.review(db, share.id) is None
        ):
            raise UserError("review.errors.gone")
        return share

    async def _body(self, db: Reader, share: Share) -> Body:
        sealed = await shares_store.share_body(db, share.id)
        assert sealed is not None  # not sent yet
        return sealing.unseal(self._keys, "share", sealed, bound_to=share.id)[0]

    def _sealed(self, share: Share, body: Body) -> bytes:
        return sealing.seal(self._keys, "share", body, bound_to=share.id)

    async def _uncover(self, tx: Transaction, share: Share) -> None:
        """As its author wrote it."""
        if share.spoiler:
            body = self._as_written(share, await self._body(tx, share))
            await store.cover(tx, share.id, self._sealed(share, body), spoiler=False)

    @staticmethod
    def _as_written(share: Share, body: Body) -> Body:
        return (
            replace(body, note="") if share.spoiler else body
        )  # behind a spoiler, the note is not its author's

    def _vote(self, share: Share, user_id: int) -> str:
        return self._keys.link(share.period, VOTE, share.id, user_id)

    def _is_fresh(self, review: Review) -> bool:
        # What is held can be decided at any time; so can it be put back.
        return review.decision is Decision.HELD or self._today() < review.day + UNDO

    async def _is_closed(self, circle_id: str) -> bool:
        try:
            await self._circles.get(circle_id)
        except UserError:
            return True
        return False

    def _today(self) -> date:
        return self._clock.now().date()
