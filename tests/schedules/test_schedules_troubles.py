"""What keeps a post from coming is told once for each cause, and tried again when someone mended it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.errors import UserError
from bot.schedules.models import CannotOpen, Kind, Schedule, State
from bot.schedules.recurrence import Day, load, weekly
from tests.conftest import FixedClock
from tests.schedules.conftest import (
    FACILITATOR,
    MEMBER,
    MINUTE,
    TUESDAY_19,
    WEEK,
    Opener,
    cards,
    notices,
    states,
    troubles,
    waiting,
)


async def fails(app: App, opener: Opener, reason: str = "no_permission") -> None:
    async with app.db.transaction() as tx:
        await app.schedules.delivery_failed(tx, opener.opened[-1].id, reason)


async def arrives(app: App, opener: Opener) -> None:
    async with app.db.transaction() as tx:
        await app.schedules.delivered(tx, opener.opened[-1].id)


async def the_trouble(app: App) -> str:
    return (await waiting(app, "schedule.trouble"))[0]


@pytest.fixture
async def failed(app: App, schedule: Schedule, opener: Opener, clock: FixedClock) -> Schedule:
    """Tuesday's check-in was opened, and its card refused for lack of a permission."""
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    await fails(app, opener)
    return schedule


async def test_a_cause_that_lasts_is_told_once_however_many_posts_it_keeps_back(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    other = await app.schedules.create(
        FACILITATOR, circle, Kind.CHECK_IN, weekly(frozenset({Day.TUE}), time(20))
    )
    clock.moment = TUESDAY_19 + 60 * MINUTE
    await app.schedules.run_due()
    await fails(app, opener)
    clock.moment = TUESDAY_19 + WEEK
    await app.schedules.run_due()
    await fails(app, opener)
    assert len(await waiting(app, "schedule.trouble")) == 1
    told = await app.schedules.decisions.told(await the_trouble(app))
    assert told is not None
    assert {each.id for each in told.schedules} == {failed.id, other.id}
    assert [state for _, state in await states(app)] == ["skipped", "failed", "failed"]


async def test_each_cause_has_a_notice_of_its_own(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + WEEK
    await app.schedules.run_due()
    await fails(app, opener, "channel_gone")
    assert await troubles(app) == [("channel_gone", "open"), ("no_permission", "mended")]
    [schedule] = await app.schedules.of(circle)
    assert (schedule.state, schedule.reason) == (State.NEEDS_ATTENTION, "channel_gone")


async def test_try_again_posts_the_same_one_while_its_window_lasts(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    trouble = await the_trouble(app)
    clock.advance(30 * MINUTE)
    assert [each.id for each in await app.schedules.decisions.try_again(FACILITATOR, circle, trouble)] == [
        failed.id
    ]
    assert [each.slot for each in opener.again] == ["2026-03-03T19:00"]
    assert len(opener.opened) == 1
    assert await states(app) == [("2026-03-03T19:00", "open")]
    [schedule] = await app.schedules.of(circle)
    assert schedule.state is State.ACTIVE
    with pytest.raises(UserError, match="nothing_to_try"):
        await app.schedules.decisions.try_again(FACILITATOR, circle, trouble)


async def test_try_again_opens_a_new_one_where_the_window_is_over(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    opener.too_late = True
    clock.advance(3 * 24 * 60 * MINUTE)
    await app.schedules.decisions.try_again(FACILITATOR, circle, await the_trouble(app))
    assert opener.slots == ["2026-03-03T19:00", "2026-03-06T19:00"]
    assert await states(app) == [("2026-03-03T19:00", "skipped"), ("2026-03-06T19:00", "open")]


async def test_what_fails_again_after_a_try_is_told_again(
    app: App, circle: Circle, failed: Schedule, opener: Opener
) -> None:
    await app.schedules.decisions.try_again(FACILITATOR, circle, await the_trouble(app))
    await fails(app, opener)
    assert len(await waiting(app, "schedule.trouble")) == 2
    assert await troubles(app) == [("no_permission", "open"), ("no_permission", "mended")]


async def test_a_post_that_arrives_mends_its_cause(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + WEEK
    await app.schedules.run_due()
    await arrives(app, opener)
    [schedule] = await app.schedules.of(circle)
    assert (schedule.state, schedule.reason) == (State.ACTIVE, None)
    assert await troubles(app) == [("no_permission", "mended")]
    told = await app.schedules.decisions.told(await the_trouble(app))
    assert told is not None
    assert not told.schedules


async def test_a_notice_that_stands_is_edited_when_it_would_say_something_else(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    trouble = await the_trouble(app)
    await app.outbox.drain(Postman())
    assert await waiting(app, "schedule.trouble") == []
    await app.schedules.rests.remove(FACILITATOR, circle, failed.id)
    rows = await app.db.all("SELECT action, message_id FROM outbox WHERE kind = 'schedule.trouble'")
    assert [tuple(row) for row in rows] == [("edit", 77)]
    told = await app.schedules.decisions.told(trouble)
    assert told is not None
    assert not told.schedules


class Postman:
    async def deliver(self, item: object) -> int:
        return 77


async def test_only_facilitators_of_that_circle_try_again(app: App, circle: Circle, failed: Schedule) -> None:
    trouble = await the_trouble(app)
    with pytest.raises(UserError, match="facilitators_only"):
        await app.schedules.decisions.try_again(MEMBER, circle, trouble)
    with pytest.raises(UserError, match="nothing_to_try"):
        await app.schedules.decisions.try_again(FACILITATOR, replace(circle, id="c2"), trouble)
    with pytest.raises(UserError, match="nothing_to_try"):
        await app.schedules.decisions.try_again(FACILITATOR, circle, "no such trouble")


async def test_one_that_can_not_be_opened_when_tried_again_says_why_and_changes_nothing(
    app: App, circle: Circle, failed: Schedule, opener: Opener, clock: FixedClock
) -> None:
    opener.too_late, opener.fails_with = True, CannotOpen("no_prompt")
    clock.advance(3 * 24 * 60 * MINUTE)
    with pytest.raises(UserError, match="cannot_open"):
        await app.schedules.decisions.try_again(FACILITATOR, circle, await the_trouble(app))
    assert await states(app) == [("2026-03-03T19:00", "failed")]
    [schedule] = await app.schedules.of(circle)
    assert schedule.state is State.NEEDS_ATTENTION


async def test_what_is_still_due_is_tried_again_at_its_own_time(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    opener.fails_with = CannotOpen("no_prompt")
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    opener.fails_with = None
    await app.schedules.decisions.try_again(FACILITATOR, circle, await the_trouble(app))
    assert opener.slots == ["2026-03-03T19:00"]
    assert await cards(app) == 1


async def test_the_only_time_of_a_schedule_needs_attention_until_it_arrives_and_then_it_is_over(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    rule = load('{"at": "19:00", "on": "2026-03-03", "type": "once"}')
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    await fails(app, opener)
    [schedule] = await app.schedules.of(circle)
    assert schedule.state is State.NEEDS_ATTENTION
    await app.schedules.decisions.try_again(FACILITATOR, circle, await the_trouble(app))
    assert await app.schedules.of(circle) == []


async def test_a_failure_of_what_rests_is_told_without_a_button(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id)
    await fails(app, opener)
    assert await notices(app) == ["schedule.notices.needs_attention"]
    assert await troubles(app) == []
