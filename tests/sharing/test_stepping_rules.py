"""A name on a share: what stands on Discord is what its author said last, and whose it is is kept no longer."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.errors import UserError
from bot.keys import KeyFile
from bot.outbox.models import Action, Item, TryLater, Undeliverable
from bot.sharing.models import Receipt
from bot.sharing.rules.models import Review
from bot.sharing.stepping.models import SIGNED, Edit, Going
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Wall(FakeDiscord):
    """Remembers under whose name each message stands; None: under a pseudonym."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self.app = app
        self.names: dict[int, int | None] = {}
        self.notes: dict[int, str] = {}
        self.trouble: list[Exception] = []

    async def deliver(self, item: Item) -> int | None:
        if item.action is Action.EDIT and item.kind in ("step.edit", "note.edit"):
            if self.trouble:
                raise self.trouble.pop(0)
            assert item.message_id is not None
            await self._change(item.kind, item.reference, item.message_id)
        return await super().deliver(item)

    async def _change(self, kind: str, reference: str, message_id: int) -> None:
        if kind == "note.edit":
            if noted := await self.app.sharing.noting.to_show(reference):
                self.notes[message_id] = noted.note
        elif shown := await self.app.sharing.stepping.to_show(reference):
            assert shown.posted.message_id == message_id
            self.names[message_id] = shown.user_id


@pytest.fixture
def discord(app: App) -> Wall:
    return Wall(app)


async def with_answers(desk: Desk, count: int = 2) -> tuple[Receipt, list[int]]:
    """A share of Maya's with answers in the same voice; their messages, the share's first."""
    receipt = await desk.share(MAYA)
    share = share_of(receipt)
    said = [(await desk.answer(share, MAYA, f"And {number}.")).posted.message_id for number in range(count)]
    return receipt, [message for message in (share.message_id, *said) if message is not None]


async def forward(desk: Desk, receipt: Receipt, *, with_answers: bool = True) -> None:
    await desk.app.sharing.stepping.forward(receipt.secret, MAYA, with_answers=with_answers)


async def going(desk: Desk, receipt: Receipt) -> Going | None:
    step = await desk.app.sharing.stepping.of(receipt.posted.id)
    return None if step is None else step.going


async def test_the_post_and_then_each_answer_is_signed_and_then_nobody_is_kept(
    app: App, desk: Desk, discord: Wall
) -> None:
    receipt, messages = await with_answers(desk)
    await forward(desk, receipt)
    assert await going(desk, receipt) is Going.FORWARD
    assert await app.contacts.references(SIGNED) == {receipt.posted.id}
    await desk.settle()
    assert discord.names == dict.fromkeys(messages, MAYA)
    assert await going(desk, receipt) is Going.SIGNED
    assert await desk.count("contacts") == 0
    assert await desk.count("outbox") == 0

    await app.sharing.stepping.back(receipt.secret)
    await desk.settle()
    assert discord.names == dict.fromkeys(messages)
    assert await going(desk, receipt) is None


async def test_signed_twice_changes_the_post_once(app: App, desk: Desk, discord: Wall) -> None:
    receipt, _ = await with_answers(desk, 0)
    for _ in range(2):
        await forward(desk, receipt)
    assert await desk.count("outbox") == 1
    await desk.settle()
    await forward(desk, receipt)
    assert await desk.count("outbox") == 0
    assert discord.kinds.count("step.edit") == 1


async def test_stepping_back_before_it_left_shows_no_name_ever(app: App, desk: Desk, discord: Wall) -> None:
    receipt, messages = await with_answers(desk)
    await forward(desk, receipt)
    await app.sharing.stepping.back(receipt.secret)
    assert await desk.count("contacts") == 0
    await desk.settle()
    assert discord.names == dict.fromkeys(messages)
    assert await going(desk, receipt) is None


async def test_stepping_back_without_ever_having_stepped_forward_does_nothing(app: App, desk: Desk) -> None:
    receipt = await desk.share(MAYA)
    await app.sharing.stepping.back(receipt.secret)
    assert await desk.count("outbox") == 0


async def test_an_answer_that_was_deleted_or_refused_keeps_the_others_from_nothing(
    app: App, desk: Desk, discord: Wall, clock: FixedClock
) -> None:
    receipt, messages = await with_answers(desk, 3)
    await forward(desk, receipt)
    await app.outbox.drain(_Once(discord))
    discord.trouble = [Undeliverable("thread_archived")]
    clock.advance(HOUR)
    await desk.settle()
    assert list(discord.names.values()) == [MAYA, MAYA, MAYA]
    assert len(messages) == 4
    assert await going(desk, receipt) is Going.SIGNED
    assert await desk.count("contacts") == 0


class _Once:
    """Delivers one edit and then has trouble for a moment."""

    def __init__(self, discord: Wall) -> None:
        self.discord = discord
        self.left = 1

    async def deliver(self, item: Item) -> int | None:
        if not self.left:
            raise TryLater
        self.left -= 1
        return await self.discord.deliver(item)


async def test_an_answer_taken_back_half_way_is_passed_over(
    app: App, desk: Desk, discord: Wall, clock: FixedClock
) -> None:
    receipt, _ = await with_answers(desk, 3)
    await forward(desk, receipt)
    await app.outbox.drain(_Once(discord))
    [waiting] = await app.db.all("SELECT reference FROM outbox")
    answer_id = Edit.read(waiting["reference"]).answer_id
    async with app.db.transaction() as tx:
        [answer] = [
            each
            for each in await app.sharing.answers.of_author(tx, receipt.posted.id)
            if each.id == answer_id
        ]
        await app.sharing.answers.remove(tx, answer)
    clock.advance(HOUR)
    await desk.settle()
    assert await going(desk, receipt) is Going.SIGNED
    assert list(discord.names.values()) == [MAYA] * 3
    assert await desk.count("contacts") == 0


async def test_refused_for_good_nobody_is_kept_and_it_can_be_tried_again(
    app: App, desk: Desk, discord: Wall
) -> None:
    receipt, messages = await with_answers(desk)
    discord.trouble = [Undeliverable("no_access")]
    await forward(desk, receipt)
    await desk.settle()
    assert await going(desk, receipt) is Going.STUCK
    assert await desk.count("contacts") == 0
    assert await desk.count("outbox") == 0
    await forward(desk, receipt)
    await desk.settle()
    assert discord.names == dict.fromkeys(messages, MAYA)


async def test_taking_the_name_off_is_tried_for_days_and_can_then_be_asked_for_again(
    app: App, desk: Desk, discord: Wall, clock: FixedClock
) -> None:
    receipt, messages = await with_answers(desk, 0)
    await forward(desk, receipt)
    await desk.settle()
    discord.refuse["step.edit"] = "no_access"
    discord.trouble = [Undeliverable("no_access")] * 1000
    await app.sharing.stepping.back(receipt.secret)
    tries = 0
    while await going(desk, receipt) is Going.BACK:
        before = len(discord.trouble)
        await desk.settle()
        tries += before - len(discord.trouble)
        clock.advance(HOUR)
    assert tries == 72
    assert await going(desk, receipt) is Going.SIGNED
    assert await desk.count("outbox") == 0
    discord.trouble, discord.refuse = [], {}
    await app.sharing.stepping.back(receipt.secret)
    await desk.settle()
    assert discord.names == dict.fromkeys(messages)


async def test_a_channel_that_is_gone_ends_taking_the_name_off(app: App, desk: Desk, discord: Wall) -> None:
    receipt, _ = await with_answers(desk, 1)
    await forward(desk, receipt)
    await desk.settle()
    discord.trouble = [Undeliverable("channel_gone"), Undeliverable("channel_gone")]
    await app.sharing.stepping.back(receipt.secret)
    await desk.settle()
    assert await going(desk, receipt) is None


@pytest.mark.anonymity
async def test_with_the_key_destroyed_half_way_no_name_is_shown_and_it_is_said(
    app: App, desk: Desk, discord: Wall, settings: Settings, clock: FixedClock
) -> None:
    receipt, messages = await with_answers(desk)
    await forward(desk, receipt)
    KeyFile(settings.key_file).change(lambda ring: ring.burnt([1], clock.now().date()))
    app.keys.turn(clock.now().date())
    await desk.settle()
    assert discord.names == {}
    assert len(messages) == 3
    assert await going(desk, receipt) is Going.STUCK


async def test_whose_link_is_erased_can_still_put_their_name_on_it_with_the_receipt(
    app: App, desk: Desk, discord: Wall
) -> None:
    receipt, messages = await with_answers(desk, 0)
    await app.privacy.erase(MAYA)
    await forward(desk, receipt)
    await desk.settle()
    assert discord.names == dict.fromkeys(messages, MAYA)


async def test_somebody_elses_share_and_an_answer_are_not_to_be_signed(app: App, desk: Desk) -> None:
    receipt = await desk.share(MAYA)
    with pytest.raises(UserError, match="not_yours"):
        await app.sharing.stepping.forward(receipt.secret, NOOR, with_answers=False)
    answer = await desk.answer(share_of(receipt), NOOR)
    with pytest.raises(UserError, match="share_gone"):
        await app.sharing.stepping.forward(answer.secret, NOOR, with_answers=False)


async def test_in_a_circle_that_has_closed_no_name_goes_on_but_it_comes_off(
    app: App, desk: Desk, discord: Wall
) -> None:
    receipt, messages = await with_answers(desk, 0)
    await forward(desk, receipt)
    await desk.settle()
    other, _ = await with_answers(desk, 0)
    await app.circles.leave(1)
    with pytest.raises(UserError):
        await forward(desk, other)
    await app.sharing.stepping.back(receipt.secret)
    await desk.settle()
    assert discord.names == dict.fromkeys(messages)


async def test_erasing_everything_half_way_shows_no_name_in_the_end(
    app: App, desk: Desk, discord: Wall
) -> None:
    receipt, messages = await with_answers(desk)
    await forward(desk, receipt)
    await app.outbox.drain(_Once(discord))
    assert discord.names == {messages[0]: MAYA}
    await app.privacy.erase(MAYA)
    await desk.settle()
    assert discord.names == dict.fromkeys(messages)
    assert await desk.count("contacts") == 0


def test_a_reference_is_read_as_it_was_written() -> None:
    for edit in (Edit("a" * 32, "b" * 16), Edit("a" * 32, "b" * 16, "c" * 32, 7)):
        assert Edit.read(edit.reference) == edit
        assert Edit.read(edit.again().reference) == replace(edit, number=edit.number + 1)


ACTS = st.lists(
    st.sampled_from(
        ["forward", "forward with answers", "back", "answer", "settle", "lose", "refuse", "hour"]
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(ACTS)
async def test_in_whatever_order_the_last_word_stands_and_nobody_is_kept(acts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = FixedClock()
        async with App.open(_settings(Path(folder)), clock) as app:
            wall = Wall(app)
            desk = Desk(app, await _circle(app), wall)
            receipt, _ = await with_answers(desk, 1)
            said = None
            for act in acts:
                said = await _do(act, desk, wall, clock, receipt) or said
            wall.trouble = []
            while await desk.count("outbox"):
                clock.advance(HOUR)
                await desk.settle()
            assert await desk.count("contacts") == 0
            assert await desk.count("outbox") == 0
            step = await app.sharing.stepping.of(receipt.posted.id)
            name = wall.names.get(share_of(receipt).message_id or 0)
            if said != "forward":
                assert name is None
                assert step is None
            else:
                assert step is not None
                assert (name, step.going) in ((MAYA, Going.SIGNED), (None, Going.STUCK))


async def _do(act: str, desk: Desk, wall: Wall, clock: FixedClock, receipt: Receipt) -> str | None:
    """What the author said by it: forward or back."""
    if act.startswith("forward"):
        await forward(desk, receipt, with_answers=act != "forward")
        return "forward"
    if act == "back":
        await desk.app.sharing.stepping.back(receipt.secret)
        return "back"
    if act == "answer":
        await desk.answer(share_of(receipt), MAYA, "One more.")
    elif act == "settle":
        await desk.settle()
    elif act == "hour":
        clock.advance(HOUR)
    else:
        wall.trouble.append(TryLater() if act == "lose" else Undeliverable("no_access"))
    return None


def _settings(folder: Path) -> Settings:
    return Settings.read(
        {"TOWARDS_DATABASE": str(folder / "towards.db"), "TOWARDS_KEY_FILE": str(folder / "towards.keys")}
    )


async def _circle(app: App) -> Circle:
    circle = Circle("c1", 1, "Harbour", 11, 12, 13, 21, "Europe/Berlin", "en", 2, app.clock.now())
    async with app.db.transaction() as tx:
        await circles_store.insert(tx, circle)
    return circle


# The content note


async def test_a_note_is_kept_sealed_until_it_stands(app: App, desk: Desk, discord: Wall) -> None:
    receipt, [message] = await with_answers(desk, 0)
    await app.sharing.noting.change(receipt.secret, MAYA, "  winter ")
    [row] = await app.db.all("SELECT note FROM share_notes")
    assert b"winter" not in row["note"]
    await desk.settle()
    assert discord.notes == {message: "winter"}
    assert await desk.count("share_notes") == 0


async def test_the_note_that_was_asked_for_last_is_the_one_that_stands(
    app: App, desk: Desk, discord: Wall, clock: FixedClock
) -> None:
    receipt, [message] = await with_answers(desk, 0)
    discord.trouble = [TryLater()]
    await app.sharing.noting.change(receipt.secret, MAYA, "winter")
    await desk.settle()
    await app.sharing.noting.change(receipt.secret, MAYA, "cold")
    await desk.settle()
    clock.advance(HOUR)
    await desk.settle()
    assert discord.notes == {message: "cold"}
    assert await desk.count("share_notes") == 0


async def test_a_note_taken_back_with_its_share_is_gone(app: App, desk: Desk, discord: Wall) -> None:
    receipt, _ = await with_answers(desk, 0)
    await app.sharing.noting.change(receipt.secret, MAYA, "winter")
    await app.sharing.take_back(receipt.secret)
    await desk.settle()
    assert await desk.count("share_notes") == 0
    assert discord.notes == {}


async def test_no_note_is_changed_that_is_too_long_or_while_sharing_rests_or_where_all_is_read_first(
    app: App, desk: Desk
) -> None:
    receipt = await desk.share(MAYA)
    ana = Actor(SAM, frozenset({21}), manages_server=False)
    with pytest.raises(UserError, match="note_too_long"):
        await app.sharing.noting.change(receipt.secret, MAYA, "x" * 81)
    for changes in ({"review": Review.ALL}, {"review": Review.FIRST, "stopped": True}):
        await app.sharing.rules.change(ana, desk.circle, **changes)
        with pytest.raises(UserError):
            await app.sharing.noting.change(receipt.secret, MAYA, "winter")
    assert await desk.count("share_notes") == 0
