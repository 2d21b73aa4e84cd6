"""Whether a person has answered a share, and within how many hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.contacts.models import Contact
from bot.db import Transaction
from bot.sharing.answered.models import LONGER, hours_between
from bot.sharing.answered.service import AT_ONCE, Message
from bot.sharing.told.models import TOLD
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of

MINUTES = timedelta(minutes=1)
DAY = timedelta(days=1)


def later(message_id: int, by: timedelta) -> int:
    """An id that Discord would give that much later."""
    return message_id + (int(by.total_seconds() * 1000) << 22)


async def looks(desk: Desk, clock: FixedClock, by: timedelta) -> int:
    """How many threads are looked at when that much time has passed."""
    clock.advance(by)
    desk.discord.done.clear()
    await desk.app.sharing.do_due()
    await desk.settle()
    return desk.discord.kinds.count("share.look")


class Heard:
    def __init__(self, app: App) -> None:
        self.answers: list[tuple[str, frozenset[int]]] = []
        app.sharing.answered.on_answer(self.answer)

    async def answer(self, tx: Transaction, share_id: str, by: frozenset[int]) -> None:
        self.answers.append((share_id, by))


async def test_an_answer_without_a_name_is_an_answer_as_soon_as_it_stands(app: App, desk: Desk) -> None:
    heard, share = Heard(app), share_of(await desk.share(MAYA))
    assert not await app.sharing.answered.first(share.id)
    await desk.answer(share, NOOR)
    assert await app.sharing.answered.first(share.id)
    assert heard.answers == [(share.id, frozenset())]
    [wait] = await app.sharing.answered.waits("c1")
    assert (wait.share_id, wait.day, wait.hours) == (share.id, share.day, 1)


async def test_what_the_author_says_in_the_same_voice_is_no_answer(app: App, desk: Desk) -> None:
    heard, share = Heard(app), share_of(await desk.share(MAYA))
    await desk.answer(share, MAYA)
    assert not await app.sharing.answered.first(share.id)
    assert heard.answers == []
    assert [wait.hours for wait in await app.sharing.answered.waits("c1")] == [None]


async def test_what_people_write_by_name_is_an_answer_whoever_they_are(app: App, desk: Desk) -> None:
    """Also the author: if theirs were none, listeners would learn from it whose share it is."""
    answered = app.sharing.answered
    for person in (MAYA, NOOR):
        share = share_of(await desk.share(MAYA))
        assert share.message_id
        await answered.saw(share.id, [Message(later(share.message_id, 5 * MINUTES), person)])
        assert await answered.first(share.id)


async def test_the_bots_own_messages_are_no_answers_and_are_not_looked_at_again(app: App, desk: Desk) -> None:
    share = share_of(await desk.share(MAYA))
    await app.sharing.answered.saw(share.id, [Message(7000, None), Message(7001, None)])
    assert not await app.sharing.answered.first(share.id)
    place = await app.sharing.answered.place(share.id)
    assert place is not None
    assert (place.thread_id, place.after) == (share.thread_id, 7001)


async def test_one_look_at_the_same_messages_counts_when_two_processes_have_it(app: App, desk: Desk) -> None:
    heard, share = Heard(app), share_of(await desk.share(MAYA))
    for _ in range(2):
        await app.sharing.answered.saw(share.id, [Message(7000, NOOR), Message(7001, SAM)])
    assert heard.answers == [(share.id, frozenset({NOOR, SAM}))]


async def test_the_first_answer_stays_the_first(app: App, desk: Desk) -> None:
    answered, share = app.sharing.answered, share_of(await desk.share(MAYA))
    assert share.message_id
    await answered.saw(share.id, [Message(later(share.message_id, 5 * timedelta(hours=1)), NOOR)])
    await answered.saw(share.id, [Message(later(share.message_id, 90 * timedelta(hours=1)), SAM)])
    assert [wait.hours for wait in await answered.waits("c1")] == [6]


@pytest.mark.parametrize(
    ("passed", "hours"),
    [
        (timedelta(0), 1),
        (timedelta(hours=1), 1),
        (timedelta(hours=1, milliseconds=1), 3),
        (timedelta(hours=24), 24),
        (timedelta(days=7), 168),
        (timedelta(days=29), LONGER),
    ],
)
def test_how_long_an_answer_took_is_kept_coarsely(passed: timedelta, hours: int) -> None:
    post = 1_450_000_000_000_000_000
    assert hours_between(post, later(post, passed)) == hours


async def test_a_thread_is_looked_at_every_ten_minutes_then_every_hour_then_once_a_day(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await desk.share(MAYA)
    assert await looks(desk, clock, MINUTES) == 1, "after a start, at once"
    assert await looks(desk, clock, 9 * MINUTES) == 0
    assert await looks(desk, clock, MINUTES) == 1
    assert await looks(desk, clock, 2 * DAY) == 1
    assert await looks(desk, clock, 59 * MINUTES) == 0
    assert await looks(desk, clock, MINUTES) == 1
    assert await looks(desk, clock, 7 * DAY) == 1
    assert await looks(desk, clock, timedelta(hours=23)) == 0
    assert await looks(desk, clock, timedelta(hours=1)) == 1
    assert await looks(desk, clock, 30 * DAY) == 0, "it has closed"


async def test_an_answered_share_is_looked_at_only_where_its_author_asked_to_be_told(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    share = share_of(await desk.share(MAYA))
    await desk.answer(share, NOOR)
    assert await looks(desk, clock, 10 * MINUTES) == 0
    async with app.db.transaction() as tx:
        await app.contacts.keep(tx, TOLD, share.id, Contact(MAYA, 9, "en"), until=share.closes_on)
    await looks(desk, clock, MINUTES)
    assert await looks(desk, clock, 10 * MINUTES) == 1


async def test_only_so_many_threads_are_looked_at_in_a_minute_and_each_has_its_turn(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    for person in range(AT_ONCE + 2):
        await desk.share(300000000000000200 + person)
    assert await looks(desk, clock, MINUTES) == AT_ONCE
    assert await looks(desk, clock, MINUTES / 2) == 0
    assert await looks(desk, clock, MINUTES) == 2
    assert await looks(desk, clock, MINUTES) == 0


async def test_the_threads_of_a_circle_that_has_closed_are_left_alone(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await desk.share(MAYA)
    await app.circles.leave(1)
    assert await looks(desk, clock, MINUTES) == 0


async def test_what_is_taken_back_leaves_nothing_and_a_late_look_finds_nothing(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    receipt = await desk.share(MAYA)
    share = share_of(receipt)
    await desk.answer(share, NOOR)
    await app.sharing.take_back(receipt.secret)
    assert await desk.count("first_answers") == 0
    assert await app.sharing.answered.place(share.id) is None
    await app.sharing.answered.saw(share.id, [Message(7000, NOOR)])
    assert not await app.sharing.answered.first(share.id)
    assert await desk.count("first_answers") == 0


@pytest.mark.anonymity
async def test_nothing_of_who_answered_by_name_is_kept(app: App, desk: Desk) -> None:
    share = share_of(await desk.share(MAYA))
    await app.sharing.answered.saw(share.id, [Message(7000, NOOR)])
    [row] = await app.db.all("SELECT * FROM first_answers")
    assert tuple(row) == (share.id, 1, 7000)
