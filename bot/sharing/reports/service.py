from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from bot.audit.service import Audit
from bot.circles.models import Actor, Circle
from bot.circles.service import Circles
from bot.clock import Clock
from bot.db import Database, Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.outbox.models import Action, Priority
from bot.outbox.service import Outbox
from bot.sharing import sealing
from bot.sharing import store as shares_store
from bot.sharing.answers import store as answers_store
from bot.sharing.answers.service import Answers
from bot.sharing.models import Answer, Body, Share
from bot.sharing.models import State as PostState
from bot.sharing.pace import Pace
from bot.sharing.pausing.models import Author, Pause
from bot.sharing.pausing.service import Pausing
from bot.sharing.reports import store
from bot.sharing.reports.cards import Cards
from bot.sharing.reports.given_back import GivenBack
from bot.sharing.reports.models import (
    KEPT,
    WORDS_MOST,
    Kind,
    Report,
    Shown,
    State,
    Voice,
    What,
)
from bot.sharing.rules.service import SharingRules
from bot.sharing.shares import Shares

SPOILER = "report.spoiler"
DAY = timedelta(days=1)
_WORDS = "report words"


class Reports:
    """What members tell facilitators about a post, and what becomes of it. By itself it hides nothing."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        outbox: Outbox,
        circles: Circles,
        audit: Audit,
        pace: Pace,
        rules: SharingRules,
        shares: Shares,
        answers: Answers,
        pausing: Pausing,
    ) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._outbox = outbox
        self._circles = circles
        self._audit = audit
        self._pace = pace
        self._rules = rules
        self._shares = shares
        self._answers = answers
        self._pausing = pausing
        self._cards = Cards(outbox, circles)
        self.given_back = GivenBack(db, keys)
        outbox.on(SPOILER, failed=self._spoiler_failed)
        self._swept_on = date.min

    # What members do

    async def may_tell(self, what: What, posted_id: str, user_id: int) -> Share | Answer:
        """The post. Raises UserError where they can't tell the facilitators about it, or not any more."""
        return await self._may_tell(self._db, what, posted_id, user_id)

    async def _may_tell(self, db: Reader, what: What, posted_id: str, user_id: int) -> Share | Answer:
        post = await self._post(db, what, posted_id)
        if post is None or post.state is not PostState.OPEN or post.message_id is None:
            raise UserError(f"share.errors.{what}_gone")
        if post.pausing == sealing.pausing_tag(self._keys, post.period, post.id, user_id):
            raise UserError("report.errors.own")
        if await store.has_told(db, self._reporter(post.period, post.id, user_id)):
            raise UserError("report.errors.told_already")
        return post

    async def tell(self, what: What, posted_id: str, user_id: int, kind: Kind, words: str = "") -> None:
        """Tell the facilitators about a post: each person once, and all that is told of it on one card."""
        async with self._db.transaction() as tx:
            post = await self._may_tell(tx, what, posted_id, user_id)
            circle = await self._circles.get(post.circle_id)
            await self._pace.count(tx, "report", user_id)
            report = await store.of_post(tx, posted_id)
            is_new = report is None or bool(await store.reopen(tx, report.id))
            report = report or await self._begin(tx, what, post)
            harm_was_told = any(voice.kind is Kind.HARM for voice in await self._voices(tx, report.id))
            await self._hear(tx, report, user_id, kind, words)
            await store.told(tx, report.id, day=self._today(), again=not is_new)
            if is_new:
                await self._cards.send(
                    tx, circle, report, Priority.SAFETY if kind is Kind.HARM else Priority.ANSWER
                )
                return
            await self._cards.renew(tx, circle, report)
            if kind is Kind.HARM and not harm_was_told:  # a card that changes is not noticed
                await self._circles.notify(
                    tx, circle, "report.notices.harm", priority=Priority.SAFETY, link=link(circle, report)
                )

    async def _begin(self, tx: Transaction, what: What, post: Share | Answer) -> Report:
        assert post.message_id is not None
        report = Report(
            id=secrets.token_hex(16),
            circle_id=post.circle_id,
            what=what,
            posted_id=post.id,
            channel_id=post.channel_id if isinstance(post, Share) else post.thread_id,
            message_id=post.message_id,
            state=State.OPEN,
            period=self._keys.period_of(post.period),
            day=self._today(),
        )
        await store.insert(tx, report)
        return report

    async def _hear(self, tx: Transaction, report: Report, user_id: int, kind: Kind, words: str) -> None:
        reporter = self._reporter(report.period, report.posted_id, user_id)
        words = words.strip()[:WORDS_MOST]
        sealed = self._keys.seal(_WORDS, words, bound_to=reporter) if words else None
        await store.insert_voice(tx, reporter=reporter, report_id=report.id, kind=kind, words=sealed)

    def _reporter(self, period: int | None, posted_id: str, user_id: int) -> str:
        return self._keys.link(period, sealing.REPORTER, posted_id, user_id)

    # What facilitators do

    async def get(self, report_id: str) -> Report:
        report = await store.report(self._db, report_id)
        if report is None:
            raise UserError("report.errors.over")
        return report

    async def take_down(
        self, actor: Actor, circle: Circle, report_id: str, reason: Kind, body: Body | None
    ) -> None:
        """Erase the post. Its author learns why, and has `body`, the words as they stood there, back.

        Decided already, nothing changes; so with all that facilitators do here.
        """
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            report = await self._of(tx, circle, report_id)
            post = await self._post(tx, report.what, report.posted_id)
            if post is None or not await store.decide(tx, report.id, State.TAKEN_DOWN):
                return
            await self.given_back.keep(tx, post, reason, body, today=self._today())
            if isinstance(post, Share):
                await self._shares.take_down(tx, post)
            else:
                await self._answers.remove(tx, post)
            await store.forget_words(tx, report.id)
            await self._audit.record(tx, circle.id, "report.taken_down")

    async def put_behind_spoiler(self, actor: Actor, circle: Circle, report_id: str) -> None:
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            report = await self._of(tx, circle, report_id)
            if not await store.decide(tx, report.id, State.SPOILER):
                return
            if report.what is What.SHARE:
                await shares_store.put_behind_spoiler(tx, report.posted_id)
            await self._outbox.enqueue(
                tx,
                kind=SPOILER,
                reference=report.id,
                channel_id=report.channel_id,
                action=Action.EDIT,
                message_id=report.message_id,
                priority=Priority.SAFETY,
            )
            await store.forget_words(tx, report.id)
            await self._audit.record(tx, circle.id, "report.spoiler")

    async def leave(self, actor: Actor, circle: Circle, report_id: str) -> None:
        """There is nothing to do."""
        circle.require_facilitator(actor)
        async with self._db.transaction() as tx:
            report = await self._of(tx, circle, report_id)
            if report.state is State.OPEN and await store.decide(tx, report.id, State.NOTHING):
                await store.forget_words(tx, report.id)
                await self._audit.record(tx, circle.id, "report.nothing")

    async def pause(self, actor: Actor, circle: Circle, report_id: str, days: int) -> Pause:
        """Pause whoever wrote the post, also after it was taken down; see Pausing.pause."""
        circle.require_facilitator(actor)
        report = await self._of(self._db, circle, report_id)
        post = await self._post(self._db, report.what, report.posted_id)
        kept = post or await store.taken_down(self._db, report.posted_id)
        tag, period = (kept.pausing, kept.period) if kept else (None, None)
        author = Author(circle.id, report.posted_id, tag, period)
        return await self._pausing.pause(actor, circle, author, days)

    async def _of(self, db: Reader, circle: Circle, report_id: str) -> Report:
        report = await store.report(db, report_id)
        if report is None or report.circle_id != circle.id:
            raise UserError("report.errors.over")
        return report

    async def _post(self, db: Reader, what: What, posted_id: str) -> Share | Answer | None:
        if what is What.SHARE:
            return await shares_store.share(db, posted_id)
        return await answers_store.answer(db, posted_id)

    # The card

    async def shown(self, report_id: str) -> Shown | None:
        """What a report's card tells; None where there is none any more."""
        report = await store.report(self._db, report_id)
        if report is None:
            return None
        pause = await self._pausing.of_post(report.posted_id)
        return Shown(
            report,
            await self._voices(self._db, report.id),
            pause=None if pause is None or pause.lifted else pause.number,
            stopped=(await self._rules.of(report.circle_id)).stopped,
        )

    async def _voices(self, db: Reader, report_id: str) -> list[Voice]:
        heard = [
            Voice(
                Kind(row["kind"]),
                self._opened(row["words"], row["reporter"]),
            )
            for row in await store.voices(db, report_id)
        ]
        return sorted(heard, key=lambda voice: list(Kind).index(voice.kind))

    def _opened(self, sealed: bytes | None, reporter: str) -> str:
        return self._keys.unseal(_WORDS, sealed, bound_to=reporter) if sealed else ""

    async def _spoiler_failed(self, tx: Transaction, report_id: str, reason: str) -> None:
        await self._outbox.withdraw(tx, kind=SPOILER, reference=report_id)
        report = await store.report(tx, report_id)
        circle = report and await self._circles.even_closed(report.circle_id)
        if report and circle:
            await self._circles.notify(tx, circle, "report.notices.not_hidden", link=link(circle, report))

    # Time

    async def do_due(self) -> None:
        """Close reports whose post is gone by itself; once a day forget what is old."""
        for report in await store.of_lost_posts(self._db):
            circle = await self._circles.even_closed(report.circle_id)
            async with self._db.transaction() as tx:
                if circle and await store.decide(tx, report.id, State.GONE):
                    await store.forget_words(tx, report.id)
                    await self._cards.renew(tx, circle, report)
        if self._swept_on != self._today():
            for report in await store.open_until(self._db, self._today() - KEPT + DAY):
                await self._lay_to_rest(report)
            async with self._db.transaction() as tx:
                await store.delete_until(tx, self._today() - KEPT)
                await self.given_back.forget_old(tx, self._today())
            self._swept_on = self._today()

    async def _lay_to_rest(self, report: Report) -> None:
        """Nobody decided, so the post was left as it is; what was said of it goes from the card as well."""
        circle = await self._circles.even_closed(report.circle_id)
        async with self._db.transaction() as tx:
            if circle and await store.decide(tx, report.id, State.NOTHING):
                await store.forget_words(tx, report.id)
                await self._cards.renew(tx, circle, report)

    def _today(self) -> date:
        return self._clock.now().date()

    # What is kept about a person

    async def export(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        told = [
            {
                "circle_id": report.circle_id,
                "day": report.day.isoformat(),
                "about": row["kind"],
                "words": self._opened(row["words"], row["reporter"]),
            }
            for report in await store.all_of_them(self._db)
            for row in await store.voices(self._db, report.id)
            if row["reporter"] == self._reporter(report.period, report.posted_id, user_id)
        ]
        return {"reports": told, "taken_down": await self.given_back.export(user_id)}

    async def forget(self, tx: Transaction, user_id: int) -> None:
        """Erase what they said in reports (what it was about stays), and what was taken down of theirs."""
        for report in await store.all_of_them(tx):
            reporter = self._reporter(report.period, report.posted_id, user_id)
            await store.forget_voice(tx, reporter, instead=secrets.token_hex(16))
        await self.given_back.forget(tx, user_id)


def link(circle: Circle, report: Report) -> str:
    """To the post."""
    return f"https://discord.com/channels/{circle.guild_id}/{report.channel_id}/{report.message_id}"
