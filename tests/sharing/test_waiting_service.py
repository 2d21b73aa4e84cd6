"""Shares that wait, over a real database: what leaves when, what an author chooses, and that nothing gets stuck."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.errors import UserError
from bot.outbox.models import Item
from bot.sharing.models import Receipt, Share, State
from bot.sharing.receipts import Receipts
from bot.sharing.rules.models import Leaving
from bot.sharing.waiting.models import Rest
from bot.sharing.waiting.service import Waiting
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, STORY, Desk, FakeDiscord, share_of

FACILITATOR = Actor(7, frozenset({21}), manages_server=False)
AT_EIGHT = datetime(2026, 3, 2, 19, tzinfo=UTC)  # 20:00 in Berlin, eight hours after the tests' noon
SURELY = timedelta(days=2)  # longer than any random while of an hour on average


def looking(app: App, seed: int = 1) -> Waiting:
    """What waits as another process would see to it, with a chance that is the same each time."""
    sharing = app.sharing
    return Waiting(
        app.db, app.clock, app.circles, sharing.rules, sharing.shares, Receipts(app.keys), Random(seed)
    )


async def rule(desk: Desk, **changes: Any) -> None:
    await desk.app.sharing.rules.change(FACILITATOR, desk.circle, **changes)


async def share(desk: Desk, user_id: int = MAYA, text: str = STORY) -> str:
    handle = await desk.draft(user_id, text)
    await desk.app.sharing.post(handle, user_id)
    return handle


async def states(desk: Desk, handles: Sequence[str]) -> list[State]:
    return [share_of(await desk.app.sharing.receipt(handle)).state for handle in handles]


async def look(desk: Desk, waiting: Waiting, clock: FixedClock, after: timedelta) -> None:
    clock.advance(after)
    await waiting.do_due()
    await desk.settle()


# A random while


async def test_a_held_share_waits_and_is_posted_once_its_while_is_over(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord
) -> None:
    await rule(desk, leaving=Leaving.HELD)
    handle, waiting = await share(desk), looking(app)
    await waiting.do_due()
    assert await states(desk, [handle]) == [State.WAITING]
    assert discord.kinds == []
    assert await desk.count("outbox") == 0
    await look(desk, waiting, clock, timedelta(hours=20))
    assert await states(desk, [handle]) == [State.OPEN]
    assert discord.kinds == ["share.post", "share.thread"]


async def test_time_that_passed_while_the_bot_was_down_lets_nothing_go(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.HELD)
    handles = [await share(desk, user_id) for user_id in (MAYA, NOOR, SAM)]
    for start in range(20):
        clock.advance(timedelta(minutes=30))
        await looking(app, seed=start).do_due()
    assert await states(desk, handles) == [State.WAITING] * 3


@pytest.mark.anonymity
async def test_nothing_that_waits_keeps_a_time_below_a_day(app: App, desk: Desk, clock: FixedClock) -> None:
    await rule(desk, leaving=Leaving.HELD)
    await share(desk)
    clock.advance(timedelta(minutes=7))
    await app.tick()
    [row] = await app.db.all("SELECT * FROM shares")
    [mark] = await app.db.all("SELECT * FROM share_openings")
    assert tuple(mark) == ("c1", "2026-03-01")  # whose hour has come: the day before
    assert [value for value in row if isinstance(value, str) and ":" in value] == []
    assert row["day"] == "2026-03-02"


# An hour of the day


@pytest.mark.anonymity
async def test_at_the_circles_hour_all_that_waits_is_posted_together_in_another_order(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.HOUR, hour=time(20))
    people = range(MAYA, MAYA + 8)
    handles = [await share(desk, person, f"story {person}") for person in people]
    waiting = looking(app)
    await look(desk, waiting, clock, timedelta(hours=6, minutes=59))
    assert await states(desk, handles) == [State.WAITING] * 8
    await look(desk, waiting, clock, timedelta(minutes=1))
    assert clock.now() == AT_EIGHT
    assert await states(desk, handles) == [State.OPEN] * 8
    shown = [share_of(await app.sharing.receipt(handle)).message_id or 0 for handle in handles]
    assert shown != sorted(shown)


async def test_after_the_hour_a_share_waits_for_the_next_days(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    clock.moment = AT_EIGHT + timedelta(minutes=5)
    waiting, handle = looking(app), await share(desk)
    await look(desk, waiting, clock, timedelta(hours=23, minutes=54))
    assert await states(desk, [handle]) == [State.WAITING]
    await look(desk, waiting, clock, timedelta(minutes=1))
    assert await states(desk, [handle]) == [State.OPEN]


async def test_an_hour_missed_while_the_bot_was_down_is_made_up_for_once(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    first = await share(desk)
    clock.advance(timedelta(days=3))
    await looking(app).do_due()
    await desk.settle()
    assert await states(desk, [first]) == [State.OPEN]
    second = await share(desk, NOOR)
    await looking(app).do_due()
    assert await states(desk, [second]) == [State.WAITING]


async def test_two_looks_at_the_hour_open_once(app: App, desk: Desk, clock: FixedClock) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    handles = [await share(desk, user_id) for user_id in (MAYA, NOOR)]
    clock.moment = AT_EIGHT
    await looking(app, seed=1).do_due()
    late = await share(desk, SAM)
    await looking(app, seed=2).do_due()
    await desk.settle()
    assert await states(desk, [*handles, late]) == [State.OPEN, State.OPEN, State.WAITING]
    assert desk.discord.kinds.count("share.post") == 2


async def test_an_opening_that_a_restart_cuts_off_is_posted_whole_and_once(
    settings: Settings, app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    handles = [await share(desk, user_id) for user_id in (MAYA, NOOR, SAM)]
    clock.moment = AT_EIGHT
    await looking(app).do_due()  # decided, and nothing left the outbox
    async with App.open(settings, clock) as again:
        await again.tick()
        await again.outbox.drain(desk.discord)
        await again.tick()
        await again.outbox.drain(desk.discord)
    assert desk.discord.kinds.count("share.post") == 3
    assert await states(desk, handles) == [State.OPEN] * 3


async def test_a_decision_that_fails_half_way_is_none(app: App, desk: Desk, clock: FixedClock) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    handles = [await share(desk, user_id) for user_id in (MAYA, NOOR)]
    clock.moment = AT_EIGHT
    async with app.db.transaction() as tx:
        await tx.execute("ALTER TABLE outbox RENAME TO away")
    with pytest.raises(Exception, match="outbox"):
        await looking(app).do_due()
    async with app.db.transaction() as tx:
        await tx.execute("ALTER TABLE away RENAME TO outbox")
    assert await states(desk, handles) == [State.WAITING] * 2
    await looking(app).do_due()
    await desk.settle()
    assert await states(desk, handles) == [State.OPEN] * 2


# Enough different people


@pytest.mark.anonymity
async def test_one_person_with_many_shares_opens_nothing(app: App, desk: Desk, clock: FixedClock) -> None:
    await rule(desk, leaving=Leaving.AUTHORS, authors=2)
    handles = [await share(desk, MAYA) for _ in range(5)]
    waiting = looking(app)
    await waiting.do_due()
    await look(desk, waiting, clock, SURELY)
    assert await states(desk, handles) == [State.WAITING] * 5


async def test_once_enough_people_share_some_are_posted_and_some_stay(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.AUTHORS, authors=3)
    waiting = looking(app)
    handles = [await share(desk, person) for person in range(MAYA, MAYA + 4)]
    await waiting.do_due()
    await look(desk, waiting, clock, SURELY)
    assert await states(desk, handles) == [State.WAITING] * 4
    handles.append(await share(desk, MAYA + 4))
    await look(desk, waiting, clock, SURELY)
    assert sorted(await states(desk, handles)) == [State.OPEN] * 3 + [State.WAITING] * 2
    await look(desk, waiting, clock, timedelta(hours=12))
    assert (await states(desk, handles)).count(State.WAITING) == 2


async def test_who_takes_back_does_not_count_and_never_appears(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord
) -> None:
    await rule(desk, leaving=Leaving.AUTHORS, authors=2)
    waiting = looking(app)
    await waiting.do_due()
    handles = [await share(desk, person) for person in range(MAYA, MAYA + 3)]
    body = await app.sharing.take_back(handles[0])
    assert body is not None
    assert body.text == STORY
    await look(desk, waiting, clock, SURELY)
    assert discord.kinds == []
    assert await desk.count("shares") == 2
    assert await states(desk, handles[1:]) == [State.WAITING] * 2


async def test_whoever_asks_to_be_forgotten_has_nothing_posted_afterwards(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord
) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    await share(desk, MAYA)
    async with app.db.transaction() as tx:
        await app.sharing.forget(tx, MAYA)
    await look(desk, looking(app), clock, SURELY)
    assert discord.kinds == []
    assert await desk.count("shares") == 0


async def test_after_a_week_at_most_it_is_posted_whoever_else_shares(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.AUTHORS)
    waiting, handle = looking(app), await share(desk)
    outlook = await waiting.outlook("c1", share_of(await app.sharing.receipt(handle)))
    assert outlook.latest == AT_EIGHT + timedelta(days=7)
    for _ in range(5):
        await look(desk, waiting, clock, timedelta(days=1))
    assert await states(desk, [handle]) == [State.WAITING]  # noon of the fifth day
    clock.moment = outlook.latest
    await waiting.do_due()
    await desk.settle()
    assert await states(desk, [handle]) == [State.OPEN]


# The author chooses


@pytest.mark.parametrize("mode", [Leaving.HELD, Leaving.HOUR, Leaving.AUTHORS])
async def test_an_author_posts_it_now_and_once(
    app: App, desk: Desk, mode: Leaving, discord: FakeDiscord
) -> None:
    await rule(desk, leaving=mode)
    handle = await share(desk)
    for _ in range(2):
        held = await app.sharing.waiting.choose(handle, Leaving.AT_ONCE)
        assert held.posted.state is State.POSTING
    await desk.settle()
    await app.sharing.waiting.choose(handle, Leaving.AT_ONCE)
    await app.sharing.waiting.choose(handle, Leaving.HOUR)
    await desk.settle()
    assert await states(desk, [handle]) == [State.OPEN]
    assert discord.kinds.count("share.post") == 1


async def test_an_author_chooses_the_next_opening_and_thinks_again(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.AUTHORS)
    waiting = looking(app)
    staying, going = await share(desk, MAYA), await share(desk, NOOR)
    for handle in (staying, going):
        held = await waiting.choose(handle, Leaving.HOUR)
        assert (await waiting.outlook("c1", share_of(held))).leaving is Leaving.HOUR
    held = await waiting.choose(staying, None)
    assert (await waiting.outlook("c1", share_of(held))).leaving is Leaving.AUTHORS
    clock.moment = AT_EIGHT
    await waiting.do_due()
    await desk.settle()
    assert await states(desk, [staying, going]) == [State.WAITING, State.OPEN]


async def test_only_the_holder_of_the_receipt_can_choose(app: App, desk: Desk) -> None:
    await rule(desk, leaving=Leaving.AUTHORS)
    await share(desk)
    with pytest.raises(UserError, match="receipt_gone"):
        await app.sharing.waiting.choose("0" * 32, Leaving.AT_ONCE)


async def test_the_code_chooses_as_the_button_does(app: App, desk: Desk) -> None:
    await rule(desk, leaving=Leaving.AUTHORS)
    code = (await app.sharing.receipt(await share(desk))).code
    assert code is not None
    held = await app.sharing.waiting.choose(code, Leaving.AT_ONCE)
    assert held.posted.state is State.POSTING


async def test_what_an_author_is_told_is_the_same_however_many_wait(app: App, desk: Desk) -> None:
    await rule(desk, leaving=Leaving.AUTHORS)
    handle = await share(desk)
    held = share_of(await app.sharing.receipt(handle))
    told = await app.sharing.waiting.outlook("c1", held)
    for person in range(NOOR, NOOR + 8):
        await share(desk, person)
        assert await app.sharing.waiting.outlook("c1", held) == told


# The circle's rules change, or the circle ends


@pytest.mark.parametrize("before", [Leaving.HELD, Leaving.HOUR, Leaving.AUTHORS])
@pytest.mark.parametrize("after", list(Leaving))
async def test_whatever_the_rules_become_what_waits_follows(
    app: App, desk: Desk, clock: FixedClock, before: Leaving, after: Leaving
) -> None:
    await rule(desk, leaving=before)
    waiting = looking(app)
    handles = [await share(desk, person) for person in range(MAYA, MAYA + 5)]
    await waiting.do_due()
    await rule(desk, leaving=after)
    await waiting.do_due()
    assert await states(desk, handles) == [State.WAITING] * 5, "a change by itself tells nothing"
    for _ in range(9):
        await look(desk, waiting, clock, timedelta(days=1))
    assert await states(desk, handles) == [State.OPEN] * 5


async def test_while_sharing_is_stopped_what_waits_keeps_waiting(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await rule(desk, leaving=Leaving.HELD)
    waiting = looking(app)
    handles = [await share(desk, user_id) for user_id in (MAYA, NOOR)]
    await waiting.choose(handles[1], Leaving.HOUR)
    await rule(desk, stopped=True)
    for _ in range(10):
        await look(desk, waiting, clock, timedelta(days=1))
    assert await states(desk, handles) == [State.WAITING] * 2
    held = share_of(await app.sharing.receipt(handles[0]))
    assert (await waiting.outlook("c1", held)).rest is Rest.STOPPED
    with pytest.raises(UserError, match=r"waiting\.errors\.stopped"):
        await waiting.choose(handles[0], Leaving.AT_ONCE)
    await rule(desk, stopped=False)
    await waiting.do_due()
    assert await states(desk, handles) == [State.WAITING] * 2, "that it goes on posts nothing by itself"
    await look(desk, waiting, clock, timedelta(days=1))
    assert await states(desk, handles) == [State.OPEN] * 2


async def test_what_is_let_through_while_sharing_is_stopped_waits(app: App, desk: Desk) -> None:
    await rule(desk, leaving=Leaving.HELD)
    handle = await share(desk)
    held = share_of(await app.sharing.receipt(handle))
    await rule(desk, leaving=Leaving.AT_ONCE, stopped=True)
    async with app.db.transaction() as tx:
        await app.sharing.shares.go_on(tx, held)
    assert await states(desk, [handle]) == [State.WAITING]


async def test_in_a_circle_that_ended_nothing_is_posted_and_words_come_back(
    app: App, desk: Desk, circle: Circle, clock: FixedClock, discord: FakeDiscord
) -> None:
    await rule(desk, leaving=Leaving.HOUR)
    handle, waiting = await share(desk), looking(app)
    await app.circles.close(FACILITATOR, circle)
    for _ in range(9):
        await look(desk, waiting, clock, timedelta(days=1))
    assert "share.post" not in discord.kinds
    held = await app.sharing.receipt(handle)
    assert (await waiting.outlook("c1", share_of(held))).rest is Rest.ENDED
    with pytest.raises(UserError, match="circle_gone"):
        await waiting.choose(handle, Leaving.AT_ONCE)
    body = await app.sharing.take_back(handle)
    assert body is not None
    assert body.text == STORY


# Against those who look on


class Onlooker(FakeDiscord):
    """Sees posts in the order in which they come."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[str] = []

    async def deliver(self, item: Item) -> int | None:
        if item.kind == "share.post":
            self.posts.append(item.reference)
        return await super().deliver(item)


def matches(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


@pytest.mark.anonymity
async def test_posts_opened_at_an_hour_match_who_was_here_no_better_than_chance(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    """An onlooker knows in which order six people were there that day, and guesses that they wrote in it."""
    await rule(desk, leaving=Leaving.HOUR)
    waiting, chance, days = looking(app), Random(20), 25
    by_posts = by_rows = by_receipts = 0
    for _ in range(days):
        people = chance.sample(range(MAYA, MAYA + 6), 6)
        written = [share_of(await app.sharing.receipt(await share(desk, each))).id for each in people]
        rows = [row["id"] for row in await app.db.all("SELECT id FROM shares WHERE state = 'waiting'")]
        of = [row["share_id"] for row in await app.db.all("SELECT share_id FROM receipts")]
        by_rows += matches(rows, written)
        by_receipts += matches([id for id in dict.fromkeys(of) if id in written], written)
        onlooker = Onlooker()
        clock.advance(timedelta(days=1))
        await waiting.do_due()
        await app.outbox.drain(onlooker)
        by_posts += matches(onlooker.posts, written)
    # In a random order one of six is right on average; five standard deviations are 1 over 25 days.
    for right in (by_posts, by_rows, by_receipts):
        assert right / days < 2


@pytest.mark.anonymity
async def test_posted_at_once_the_same_onlooker_is_right_each_time(app: App, desk: Desk) -> None:
    """That the test above can see what it looks for."""
    onlooker, written = Onlooker(), []
    for each in range(MAYA, MAYA + 6):
        handle = await desk.draft(each)
        receipt: Receipt = await app.sharing.post(handle, each)
        assert isinstance(receipt.posted, Share)
        written.append(receipt.posted.id)
        await app.outbox.drain(onlooker)
    assert onlooker.posts == written


@pytest.mark.anonymity
async def test_from_all_accounts_but_one_a_post_can_be_one_of_threes(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    """Two accounts are in one hand, three people share beside them. (The odds: test_waiting_mixing.)"""
    await rule(desk, leaving=Leaving.AUTHORS, authors=3)
    chance, waiting = Random(21), looking(app, seed=21)
    await waiting.do_due()
    seen = set()
    for _ in range(25):
        wrote = {}
        for person in chance.sample(range(MAYA, MAYA + 5), 5):
            wrote[share_of(await app.sharing.receipt(await share(desk, person))).id] = person
        onlooker = Onlooker()
        clock.advance(timedelta(hours=12))
        await waiting.do_due()
        await app.outbox.drain(onlooker)
        foreign = [wrote[id] for id in onlooker.posts if wrote[id] < MAYA + 3]
        assert len(onlooker.posts) == 3
        assert foreign
        seen.add((len(foreign), MAYA in foreign))
        for person in range(MAYA, MAYA + 5):
            async with app.db.transaction() as tx:
                await app.sharing.forget(tx, person)  # the next world begins without them
    # Both with and without hers, by the number of posts that are not theirs alone nobody can say which.
    assert {(2, True), (2, False)} <= seen
