"""People who do all there is to do, so that every table that can hold a person does."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.app import App
from bot.care.cases.models import Noted
from bot.checkins.models import Answer, CheckIn, Display, Scale, Weather
from bot.circles.models import Actor, Circle, Draft
from bot.contacts.models import Contact
from bot.outbox.models import Action, Item
from bot.participation.models import Consent
from bot.prompts.rounds import Round
from bot.relay import store as relay_store
from bot.relay.models import Party
from bot.reminders.models import Asked
from bot.schedules.models import Kind
from bot.sharing.images import store as images
from bot.sharing.models import Body, Nod, Share, Wish
from bot.sharing.reports.models import Kind as ReportKind
from bot.sharing.reports.models import What
from bot.sharing.review import store as review_store
from bot.sharing.rules.models import Review

MAYA = 912_345_678_901_234_567
STRANGER = 712_345_678_901_234_567
OTHERS = range(812_345_678_900_000_001, 812_345_678_900_000_007)


class Postman:
    """Delivers everything, and gives each message an id."""

    def __init__(self) -> None:
        self._ids = itertools.count(1000)
        self.items: list[Item] = []

    async def deliver(self, item: Item) -> int | None:
        self.items.append(item)
        return next(self._ids) if item.action is Action.SEND else item.message_id


class Life:
    def __init__(self, app: App, circle: Circle) -> None:
        self.app = app
        self.circle = circle
        self.postman = Postman()
        self.checkin: CheckIn
        self.round: Round
        self.share: Share
        self.unread: Share

    async def begin(self) -> None:
        """A check-in and a prompt are open, and somebody has shared something."""
        now, later = self.app.clock.now(), self.app.clock.now() + timedelta(hours=24)
        async with self.app.db.transaction() as tx:
            self.checkin = await self.app.checkins.open(
                tx, self.circle, opens_at=now, closes_at=later, occurrence_id="o1"
            )
            await self.app.prompts.open(
                tx, self.circle, "first-steps", opens_at=now, closes_at=later, occurrence_id="o2"
            )
        await self.settle()
        row = await self.app.db.one("SELECT id FROM prompt_rounds")
        assert row is not None
        self.round = await self.app.prompts.get(row["id"])
        self.share = await self.shares(STRANGER, "Someone else's story.")
        await self._has_one_read_first()

    async def _has_one_read_first(self) -> None:
        """A share is in the facilitators' view, and needs two of them."""
        who = Actor(STRANGER, frozenset(), manages_server=True)
        await self.app.sharing.rules.change(who, self.circle, review=Review.ALL, votes=2)
        self.unread = await self.shares(STRANGER, "Another story.")
        async with self.app.db.transaction() as tx:
            await review_store.insert(tx, self.unread.id, self.app.clock.now().date())
        await self.app.sharing.rules.change(who, self.circle, review=Review.NONE)

    async def settle(self) -> None:
        await self.app.outbox.drain(self.postman)

    async def of(self, people: Iterable[int]) -> None:
        """Each of them does everything there is to do."""
        for user_id in people:
            await self._logged(user_id)
            await self._checks_in(user_id)
            await self._answers(user_id)
            await self._sets_a_circle_up(user_id)
            await self._schedules(user_id)
            await self.shares(user_id, "A story.")
            await self._answers_anonymously(user_id)
            await self.app.sharing.nods.nod(self.share.id, Nod.HEAR, user_id)
            await self._tells_of_a_post(user_id)
            await self._has_a_post_taken_down(user_id)
            await self._drafts(user_id)
            await self._asks_for_reminders(user_id)
            await self._asks_to_be_reached(user_id)
            await self.app.care.keep_country(user_id, "DE")
            await self.app.care.be_quiet_today(user_id)
            await self._looks_for_care(user_id)
            await self.app.care.holds.begin(user_id, {"round": self.round.id, "text": "Not yet."})
            await self.app.listeners.begin(self.circle, Contact(user_id, user_id % 9999, "en"))
            await self._reads_a_share(user_id)
            await self._offers_to_talk(user_id)
            await self._talks(user_id)
        await self.settle()

    async def _logged(self, user_id: int) -> None:
        await self.app.participation.meet(self.circle, user_id, "Maya")
        await self.app.participation.choose(self.circle, user_id, Consent.BY_NAME, "Maya")

    async def _checks_in(self, user_id: int) -> None:
        answer = Answer(dict.fromkeys(Scale, 3), Weather.FOGGY, "It is a grey day.")
        visit = await self.app.checkins.check_in(self.checkin.id, user_id, answer)
        await self.app.checkins.show(self.checkin.id, user_id, visit.version, Display.BY_NAME, name="Maya")
        await self.settle()

    async def _answers(self, user_id: int) -> None:
        await self.app.prompts.here(self.round.id, user_id)
        await self.app.prompts.answer(self.round.id, user_id=user_id, name="Maya", text="Rain on the roof.")
        await self.settle()

    async def _sets_a_circle_up(self, user_id: int) -> None:
        draft = Draft(1, user_id, None, "Garden", {}, None, None, "en")
        await self.app.setup.begin(Actor(user_id, frozenset(), manages_server=True), draft)

    async def _schedules(self, user_id: int) -> None:
        """They make a schedule, as a facilitator, and begin another."""
        who = Actor(user_id, frozenset(), manages_server=True)
        drafts = self.app.schedules.drafts
        made = len(await self.app.schedules.of(self.circle))
        rule = drafts.read(self.circle, f"tue {made // 60}:{made % 60:02}")
        draft = await drafts.begin(who, self.circle, kind=Kind.CHECK_IN, rule=rule, reason="Holiday")
        await drafts.save(who, self.circle, draft.id, "Maya")
        await drafts.begin(who, self.circle)

    async def _drafts(self, user_id: int) -> str:
        body = Body("Not posted yet.", "")
        handle, _ = await self.app.sharing.write(user_id, body, wish=Wish.LISTEN, circle=self.circle)
        await self._puts_an_image(handle, user_id)
        return handle

    async def _puts_an_image(self, handle: str, user_id: int) -> None:
        """What putting one does, but for drawing it anew, which takes a process of its own."""
        draft = await self.app.sharing.drafts.read(handle, user_id)
        async with self.app.db.transaction() as tx:
            await images.insert(tx, secrets.token_hex(16), b"an image", draft_id=draft.id)

    async def _asks_for_reminders(self, user_id: int) -> None:
        await self.app.reminders.ask(self.circle, user_id, Asked(), channel_id=user_id % 9999, locale="en")
        await self.app.reminders.do_due()

    async def _asks_to_be_reached(self, user_id: int) -> None:
        contact, until = (
            Contact(user_id, user_id % 9999, "en"),
            self.app.clock.now().date() + timedelta(days=9),
        )
        async with self.app.db.transaction() as tx:
            await self.app.contacts.keep(tx, "test", str(user_id % 9973), contact, until=until)

    async def _looks_for_care(self, user_id: int) -> None:
        """They ask for a facilitator, are on duty themselves, and worry about somebody."""
        cases, contact = self.app.care.cases, Contact(user_id, user_id % 9999, "en")
        who = Actor(user_id, frozenset(), manages_server=True)
        await cases.ask(self.circle, contact, Noted(3, "suicide", "pt"))
        await cases.duty.begin(who, self.circle, contact, 4)
        if not await cases.concerns.export(user_id):
            await cases.concerns.tell(self.circle, user_id, "Somebody is quiet of late.", f"<@{user_id}>")

    async def _offers_to_talk(self, user_id: int) -> None:
        """Once: everyone makes one offer for a share."""
        offers, contact = self.app.meetings.offers, Contact(user_id, user_id % 9999, "en")
        if not await offers.export(user_id):
            offer = await offers.begin(self.share.id, user_id, "I know this.")
            await offers.send(offer.id, user_id, contact)

    async def _talks(self, user_id: int) -> None:
        """With somebody through the bot, and something they wrote is not sent yet."""
        one, other = (
            Party("Quiet Rain", Contact(user_id, user_id % 9999, "en")),
            Party("Soft Stone", Contact(STRANGER, STRANGER % 9999, "en")),
        )
        async with self.app.db.transaction() as tx:
            side, theirs = await self.app.relay.open(tx, "meet", self.circle.id, one, other)
            await relay_store.forget_owner(tx, theirs.handle)  # what is looked for is of this person alone
        await self.app.relay.draft(side.handle, user_id, "Not sent yet.")

    async def _tells_of_a_post(self, user_id: int) -> None:
        """Everyone is heard once about a post."""
        reports = self.app.sharing.reports
        if not (await reports.export(user_id))["reports"]:
            await reports.tell(What.SHARE, self.share.id, user_id, ReportKind.OTHER, "It is about me.")
        await self.settle()

    async def _has_a_post_taken_down(self, user_id: int) -> None:
        """Somebody tells the facilitators of something they shared; once, for there is a limit to shares."""
        reports = self.app.sharing.reports
        if (await reports.export(user_id))["taken_down"]:
            return
        post = await self.shares(user_id, "Another story.")
        await reports.tell(What.SHARE, post.id, STRANGER, ReportKind.NAMES)
        row = await self.app.db.one("SELECT id FROM reports WHERE posted_id = :id", id=post.id)
        assert row is not None
        who = Actor(STRANGER, frozenset(), manages_server=True)
        await reports.take_down(who, self.circle, row["id"], ReportKind.NAMES, Body("Another story."))
        await self.settle()

    async def _reads_a_share(self, user_id: int) -> None:
        """They let it through, as a facilitator; if they are the first, it waits for another."""
        who = Actor(user_id, frozenset(), manages_server=True)
        if await self.app.sharing.review.read(who, self.circle):
            await self.app.sharing.review.let_through(who, self.circle, self.unread.id)

    async def shares(self, user_id: int, text: str) -> Share:
        handle, _ = await self.app.sharing.write(
            user_id, Body(text, ""), wish=Wish.LISTEN, circle=self.circle
        )
        await self.app.sharing.post(handle, user_id)
        await self.settle()
        share = (await self.app.sharing.receipt(handle)).posted
        assert isinstance(share, Share)
        return share

    async def _answers_anonymously(self, user_id: int) -> None:
        place = await self.app.sharing.answers.place(self.share.id)
        handle, _ = await self.app.sharing.answers.write(user_id, place, "I was there, too.")
        await self.app.sharing.post(handle, user_id)


@pytest.fixture
async def life(app: App, circle: Circle) -> Life:
    life = Life(app, circle)
    await life.begin()
    return life
