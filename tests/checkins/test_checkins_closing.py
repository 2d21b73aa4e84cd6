from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.checkins.closing import KEPT_UNDELIVERED
from bot.checkins.models import STEPS, Answer, CheckIn, Display, Scale, State
from bot.circles.models import Actor, Circle
from bot.outbox.models import Action, Item
from bot.outbox.service import LEASE
from bot.schedules.models import Kind
from bot.schedules.recurrence import load
from tests.checkins.conftest import (
    CHANNEL,
    IDA,
    MAYA,
    NOOR,
    SAM,
    SIX,
    WINDOW,
    Postman,
    an_answer,
    everything_in,
    refreshed,
    says,
)
from tests.conftest import FixedClock

ENDS = ["edit checkin.card", "send checkin.summary"]


async def close(app: App, clock: FixedClock) -> None:
    clock.advance(WINDOW)
    await app.checkins.close_due()


async def test_a_check_in_closes_when_its_window_is_over_and_not_before(
    app: App, checkin: CheckIn, clock: FixedClock
) -> None:
    clock.advance(WINDOW - timedelta(seconds=1))
    await app.checkins.close_due()
    assert (await refreshed(app, checkin)).state is State.OPEN
    clock.advance(timedelta(seconds=1))
    await app.checkins.close_due()
    assert (await refreshed(app, checkin)).state is State.CLOSED


async def test_five_who_answered_get_a_summary_and_only_the_sums_of_it_stay(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    for step, user_id in zip(STEPS, SIX, strict=False):
        await app.checkins.check_in(checkin.id, user_id, an_answer(step=step))
    await app.checkins.here(checkin.id, IDA)
    await close(app, clock)
    page = await app.checkins.page(f"{checkin.id}:0")
    assert page is not None
    assert page.summary is not None
    assert page.summary.present == 6
    assert [(figure.scale, figure.step, figure.spread) for figure in page.summary.figures] == [
        (scale, 3, "wide") for scale in Scale
    ]
    assert await postman.drain() == ENDS
    rows = await app.db.all("SELECT answered, total, squares FROM checkin_figures")
    assert [tuple(row) for row in rows] == [(5, 15, 55)] * 3
    assert await app.db.all("SELECT * FROM checkin_people") == []


async def test_four_people_get_a_summary_without_any_figure_and_none_is_kept(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    for user_id in SIX[:4]:
        await app.checkins.check_in(checkin.id, user_id, an_answer())
    await close(app, clock)
    page = await app.checkins.page(f"{checkin.id}:0")
    assert page is not None
    assert page.summary is not None
    assert (page.summary.present, page.summary.figures, page.summary.weathers) == (None, (), ())
    assert await postman.drain() == ENDS
    assert await app.db.all("SELECT * FROM checkin_figures") == []


async def test_who_took_it_back_is_no_part_of_the_summary(
    app: App, checkin: CheckIn, clock: FixedClock
) -> None:
    for user_id in SIX[:5]:
        await app.checkins.check_in(checkin.id, user_id, an_answer())
    await app.checkins.take_back(checkin.id, MAYA)
    await close(app, clock)
    page = await app.checkins.page(f"{checkin.id}:0")
    assert page is not None
    assert page.summary is not None
    assert page.summary.present is None


async def test_nobody_came_and_nothing_is_made_of_it(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await close(app, clock)
    assert await postman.drain() == ["edit checkin.card"]


async def test_closing_twice_posts_one_summary(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await app.checkins.here(checkin.id, MAYA)
    await close(app, clock)
    await app.checkins.close_due()
    assert await postman.drain() == ENDS


async def test_words_without_name_come_with_the_summary_and_not_before(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, "tired", Display.WITHOUT_NAME)
    await says(app, checkin, NOOR, "calm", Display.WITHOUT_NAME)
    clock.advance(timedelta(hours=1))
    await postman.drain()
    assert postman.said == []
    await close(app, clock)
    await postman.drain()
    assert sorted(postman.said) == [(CHANNEL, "calm"), (CHANNEL, "tired")]
    assert await app.db.all("SELECT * FROM checkin_unnamed_words") == []


async def test_the_order_of_words_without_name_tells_nothing_of_who_came_first(
    app: App, circle: Circle, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    orders = set()
    for number in range(10):
        now = clock.now()
        async with app.db.transaction() as tx:
            each = await app.checkins.open(
                tx, circle, opens_at=now, closes_at=now + WINDOW, occurrence_id=f"again {number}"
            )
        for user_id in SIX:
            await says(app, each, user_id, str(SIX.index(user_id)), Display.WITHOUT_NAME)
        await close(app, clock)
        page = await app.checkins.page(f"{each.id}:0")
        assert page is not None
        orders.add(page.words)
    # Of 720 orders, ten draws are all but never the same one twice over and over.
    assert len(orders) > 5
    assert all(sorted(order) == list("012345") for order in orders)


async def test_many_long_words_take_as_many_messages_as_they_need(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    for user_id in SIX:
        await says(app, checkin, user_id, f"{user_id} ".ljust(1000, "x"), Display.WITHOUT_NAME)
    await close(app, clock)
    assert await postman.drain() == ["edit checkin.card", *["send checkin.summary"] * 3]
    assert len(postman.said) == 6
    assert await app.db.all("SELECT * FROM checkin_unnamed_words") == []


async def test_a_channel_that_is_gone_is_told_to_the_facilitators_and_words_wait_a_week(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    ana = Actor(user_id=1, role_ids=frozenset({circle.facilitator_role_id}), manages_server=False)
    rule = load('{"type": "weekly", "days": ["tue"], "at": "19:00"}')
    await app.schedules.create(ana, circle, Kind.CHECK_IN, rule)
    clock.advance(timedelta(days=1, hours=6))
    await app.tick()
    await postman.drain()
    (row,) = await app.db.all("SELECT id FROM checkins")
    checkin = await app.checkins.get(row["id"])
    assert checkin is not None
    await says(app, checkin, MAYA, "tired", Display.WITHOUT_NAME)
    postman.refuse = {("checkin.card", CHANNEL): "channel_gone", ("checkin.summary", CHANNEL): "channel_gone"}
    await close(app, clock)
    assert "send schedule.trouble" in await postman.drain()
    assert len(await app.db.all("SELECT * FROM checkin_unnamed_words")) == 1

    postman.refuse = {}
    async with app.db.transaction() as tx:
        await app.outbox.retry(tx, kind="checkin.summary", reference=f"{checkin.id}:0")
    await postman.drain()
    assert postman.said == [(CHANNEL, "tired")]


async def test_words_that_never_came_through_are_erased_after_a_week(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, "tired", Display.WITHOUT_NAME)
    await says(app, checkin, NOOR, "calm", Display.BY_NAME)
    postman.refuse = {
        ("checkin.summary", CHANNEL): "channel_gone",
        ("checkin.words", 1000): "channel_gone",
        ("checkin.words", CHANNEL): "channel_gone",
    }
    await close(app, clock)
    await postman.drain()
    clock.advance(KEPT_UNDELIVERED + timedelta(seconds=1))
    await app.checkins.close_due()
    assert await app.db.all("SELECT * FROM checkin_unnamed_words") == []
    assert await app.db.all("SELECT * FROM checkin_named_words") == []
    assert await app.db.all("SELECT * FROM outbox") == []


async def test_a_circle_that_ended_meanwhile_gets_nothing_more_posted(
    app: App, circle: Circle, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, "tired", Display.WITHOUT_NAME)
    await app.circles.leave(circle.guild_id)
    await close(app, clock)
    assert await postman.drain() == ["edit checkin.card"]
    assert app.keys.tag("check-in person", MAYA) not in await everything_in(app)


async def test_each_scale_and_the_weather_stand_for_themselves(
    app: App, checkin: CheckIn, clock: FixedClock
) -> None:
    for user_id in SIX[:5]:
        await app.checkins.check_in(checkin.id, user_id, Answer({Scale.MYSELF: 2}))
    await app.checkins.check_in(checkin.id, SIX[5], an_answer())
    await close(app, clock)
    page = await app.checkins.page(f"{checkin.id}:0")
    assert page is not None
    assert page.summary is not None
    assert [(figure.scale, figure.answered) for figure in page.summary.figures] == [(Scale.MYSELF, 6)]
    assert page.summary.weathers == ()


class Killed(BaseException):
    """As kill -9: nothing after it runs."""


@pytest.mark.parametrize("dies_at", range(6))
async def test_a_process_that_dies_between_any_two_steps_shows_each_word_once(
    app: App, checkin: CheckIn, clock: FixedClock, dies_at: int
) -> None:
    """Discord knows a nonce again, so what counts is what stands there by nonce."""
    standing: dict[str, tuple[str, ...]] = {}
    steps = iter(range(100))

    class Dying(Postman):
        async def deliver(self, item: Item) -> int | None:
            if next(steps) == dies_at:
                raise Killed  # before Discord heard of it
            before = len(self.said)
            sent = await super().deliver(item)
            if item.action is Action.SEND:
                standing.setdefault(item.nonce, tuple(words for _, words in self.said[before:]))
            if next(steps) == dies_at:
                raise Killed  # after Discord took it, before we noted that
            return sent

    await says(app, checkin, MAYA, "tired", Display.WITHOUT_NAME)
    await says(app, checkin, SAM, "calm", Display.BY_NAME, "Sam")
    await close(app, clock)
    for _ in range(4):
        try:
            await Dying(app).drain()
        except Killed:
            clock.advance(LEASE)
    assert sorted(words for said in standing.values() for words in said) == ["Sam: calm", "tired"]
    assert await app.db.all("SELECT * FROM outbox") == []
    assert await app.db.all("SELECT * FROM checkin_unnamed_words") == []
    assert await app.db.all("SELECT * FROM checkin_named_words") == []
