from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from bot.app import App
from bot.db import Transaction
from bot.outbox.models import PATIENCE, Action, Item, Priority, TryLater, Undeliverable
from bot.outbox.service import LEASE, Outbox
from tests.conftest import FixedClock


class FakeDiscord:
    """Takes what it is given, remembers nonces as Discord does, and fails as it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.by_nonce: dict[str, int] = {}
        self.faults: list[BaseException] = []
        self.lose_answers = 0
        self.doubts: list[str] = []

    async def deliver(self, item: Item) -> int | None:
        await asyncio.sleep(0)
        if self.faults:
            raise self.faults.pop(0)
        if item.in_doubt:
            self.doubts.append(item.reference)
        if item.nonce not in self.by_nonce:
            self.by_nonce[item.nonce] = 1000 + len(self.sent)
            self.sent.append(item.reference)
        if self.lose_answers:
            self.lose_answers -= 1
            raise ConnectionResetError
        return self.by_nonce[item.nonce]


@pytest.fixture
def discord() -> FakeDiscord:
    return FakeDiscord()


async def send(app: App, reference: str, *, channel: int = 11, priority: Priority = Priority.PROMPT) -> None:
    async with app.db.transaction() as tx:
        await app.outbox.enqueue(tx, kind="thing", reference=reference, channel_id=channel, priority=priority)


async def rows(app: App) -> list[tuple[str, str]]:
    return [
        (r["reference"], r["state"])
        for r in await app.db.all("SELECT reference, state FROM outbox ORDER BY seq")
    ]


async def test_what_is_queued_is_sent_once_and_leaves_no_row(app: App, discord: FakeDiscord) -> None:
    told: list[tuple[str, int | None]] = []

    async def delivered(tx: Transaction, reference: str, message_id: int | None) -> None:
        told.append((reference, message_id))

    app.outbox.on("thing", delivered=delivered)
    await send(app, "a")
    assert await app.outbox.drain(discord) == 1
    assert await app.outbox.drain(discord) == 0
    assert discord.sent == ["a"]
    assert told == [("a", 1000)]
    assert await rows(app) == []


async def test_nothing_is_sent_of_a_change_that_did_not_happen(app: App, discord: FakeDiscord) -> None:
    with pytest.raises(RuntimeError):
        async with app.db.transaction() as tx:
            await app.outbox.enqueue(tx, kind="thing", reference="a", channel_id=1, priority=Priority.PROMPT)
            raise RuntimeError
    assert await app.outbox.drain(discord) == 0


async def test_the_urgent_goes_first_and_a_channel_keeps_its_order(app: App, discord: FakeDiscord) -> None:
    for reference in ("p1", "p2", "p3"):
        await send(app, reference)
    await send(app, "reminder", channel=12, priority=Priority.REMINDER)
    await send(app, "safety", channel=13, priority=Priority.SAFETY)
    await app.outbox.drain(discord)
    assert discord.sent[0] == "safety"
    assert [r for r in discord.sent if r.startswith("p")] == ["p1", "p2", "p3"]


async def test_a_lost_answer_is_asked_again_under_the_same_nonce(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    discord.lose_answers = 1
    await send(app, "a")
    await app.outbox.drain(discord)
    assert await rows(app) == [("a", "waiting")]
    clock.advance(timedelta(seconds=2))
    await app.outbox.drain(discord)
    assert discord.sent == ["a"]
    assert discord.doubts == ["a"]
    assert await rows(app) == []


async def test_what_a_dead_process_had_claimed_is_taken_up_after_its_lease(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    await send(app, "a")
    assert await app.outbox._claim() is not None  # and then that process dies
    assert await app.outbox.drain(discord) == 0
    clock.advance(LEASE)
    assert await app.outbox.drain(discord) == 1
    assert discord.doubts == ["a"]


async def test_two_processes_on_one_database_send_each_thing_once(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    other = Outbox(app.db, clock, per_second=1000)
    for n in range(20):
        await send(app, str(n), channel=n)
    await asyncio.gather(app.outbox.drain(discord), other.drain(discord))
    assert Counter(discord.sent) == Counter(str(n) for n in range(20))


async def test_a_failure_that_passes_is_waited_out_with_growing_pauses(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    discord.faults = [TryLater(), TryLater(), TryLater(timedelta(minutes=5))]
    await send(app, "a")
    for wait in (2, 5, 300):
        await app.outbox.drain(discord)
        clock.advance(timedelta(seconds=wait) - timedelta(milliseconds=1))
        assert await app.outbox.drain(discord) == 0
        clock.advance(timedelta(milliseconds=1))
    await app.outbox.drain(discord)
    assert discord.sent == ["a"]


async def test_what_discord_refuses_is_kept_told_and_can_be_tried_again(
    app: App, discord: FakeDiscord
) -> None:
    told: list[tuple[str, str]] = []

    async def failed(tx: Transaction, reference: str, reason: str) -> None:
        told.append((reference, reason))

    app.outbox.on("thing", failed=failed)
    discord.faults = [Undeliverable("no_permission")]
    await send(app, "a")
    await app.outbox.drain(discord)
    assert told == [("a", "no_permission")]
    assert await rows(app) == [("a", "failed")]
    async with app.db.transaction() as tx:
        assert await app.outbox.retry(tx, kind="thing", reference="a") == 1
    await app.outbox.drain(discord)
    assert discord.sent == ["a"]


async def test_after_a_day_of_trying_it_is_given_up_aloud(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    discord.faults = [TryLater(), TryLater()]
    await send(app, "a")
    await app.outbox.drain(discord)
    clock.advance(PATIENCE + timedelta(seconds=1))
    await app.outbox.drain(discord)
    assert await rows(app) == [("a", "failed")]


async def test_waiting_edits_of_the_same_thing_become_one(app: App, discord: FakeDiscord) -> None:
    async with app.db.transaction() as tx:
        for _ in range(5):
            await app.outbox.enqueue(
                tx,
                kind="thing",
                reference="a",
                channel_id=11,
                priority=Priority.ANSWER,
                action=Action.EDIT,
                message_id=7,
            )
    assert await app.outbox.drain(discord) == 1


async def test_an_edit_that_failed_gives_way_to_a_newer_one(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    async def edit() -> None:
        async with app.db.transaction() as tx:
            await app.outbox.enqueue(
                tx,
                kind="thing",
                reference="a",
                channel_id=11,
                priority=Priority.ANSWER,
                action=Action.EDIT,
                message_id=7,
            )

    await edit()
    assert await app.outbox._claim() is not None
    await edit()
    clock.advance(LEASE)
    assert await app.outbox.drain(discord) == 1
    assert await rows(app) == []


async def test_an_edit_that_is_done_is_told_and_is_not_taken_for_something_sent(
    app: App, discord: FakeDiscord
) -> None:
    told: list[str] = []

    async def edited(tx: Transaction, reference: str) -> None:
        told.append(f"edited {reference}")

    async def delivered(tx: Transaction, reference: str, message_id: int | None) -> None:
        told.append(f"delivered {reference}")

    app.outbox.on("thing", delivered=delivered, edited=edited)
    async with app.db.transaction() as tx:
        await app.outbox.enqueue(
            tx,
            kind="thing",
            reference="a",
            channel_id=11,
            action=Action.EDIT,
            message_id=77,
            priority=Priority.PROMPT,
        )
    await send(app, "b")
    await app.outbox.drain(discord)
    assert told == ["edited a", "delivered b"]


async def test_what_was_withdrawn_is_never_sent(app: App, discord: FakeDiscord) -> None:
    await send(app, "a")
    async with app.db.transaction() as tx:
        assert await app.outbox.withdraw(tx, kind="thing", reference="a") == 1
    assert await app.outbox.drain(discord) == 0


class Hanging:
    """Takes everything but what goes to one channel: that hangs until it is let go."""

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.let_go = asyncio.Event()
        self.hangs = asyncio.Event()
        self.took = asyncio.Event()

    async def deliver(self, item: Item) -> int | None:
        if item.channel_id == self.channel:
            self.hangs.set()
            await self.let_go.wait()
        else:
            self.took.set()
        return 1


async def test_what_is_queued_while_another_send_hangs_leaves_meanwhile(app: App) -> None:
    discord = Hanging(11)
    await send(app, "slow", channel=11)
    sending = asyncio.create_task(app.outbox.drain(discord))
    await discord.hangs.wait()
    await send(app, "quick", channel=12)
    await discord.took.wait()
    assert await rows(app) in ([("slow", "sending")], [("slow", "sending"), ("quick", "sending")])
    discord.let_go.set()
    assert await sending == 2


async def test_what_another_process_queued_is_found_though_nobody_told(
    app: App, discord: FakeDiscord
) -> None:
    other = Outbox(app.db, app.clock, per_second=1000)
    told = asyncio.Event()

    async def delivered(tx: Transaction, reference: str, message_id: int | None) -> None:
        told.set()

    app.outbox.on("thing", delivered=delivered)
    running = asyncio.create_task(app.outbox.run(discord))
    await asyncio.sleep(0)
    async with app.db.transaction() as tx:
        await other.enqueue(tx, kind="thing", reference="a", channel_id=11, priority=Priority.PROMPT)
    await told.wait()
    running.cancel()
    assert discord.sent == ["a"]


async def test_a_lease_from_before_the_clock_was_set_back_blocks_nothing(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    await send(app, "a")
    assert await app.outbox._claim() is not None  # and then that process dies
    clock.advance(-timedelta(hours=1))
    await send(app, "b")
    await app.outbox.drain(discord)
    assert discord.sent == ["a", "b"]
    assert discord.doubts == ["a"]


async def test_one_item_whose_end_cannot_be_noted_stops_no_other(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    async def delivered(tx: Transaction, reference: str, message_id: int | None) -> None:
        if reference == "bad":
            raise LookupError

    app.outbox.on("thing", delivered=delivered)
    await send(app, "bad", channel=1)
    await send(app, "good", channel=2)
    await app.outbox.drain(discord)
    assert await rows(app) == [("bad", "sending")]
    clock.advance(LEASE)
    await app.outbox.drain(discord)
    assert discord.sent == ["bad", "good"], "found again, not sent again"


async def test_what_another_sender_has_delivered_is_not_told_as_failed(
    app: App, clock: FixedClock, discord: FakeDiscord
) -> None:
    told: list[str] = []

    async def failed(tx: Transaction, reference: str, reason: str) -> None:
        told.append(reason)

    class Slow:
        async def deliver(self, item: Item) -> int | None:
            clock.advance(LEASE)  # so long that another takes it up meanwhile
            await Outbox(app.db, clock, per_second=1000).drain(discord)
            raise Undeliverable("no_permission")

    app.outbox.on("thing", failed=failed)
    await send(app, "a")
    await app.outbox.drain(Slow())
    assert (discord.sent, told, await rows(app)) == (["a"], [], [])
