from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.config import Settings
from bot.db import Transaction
from bot.errors import UserError
from bot.schedules.models import CannotOpen, Kind, Occurrence, OccurrenceState, Schedule, State
from bot.schedules.recurrence import Day, weekly
from tests.conftest import FixedClock
from tests.schedules.conftest import (
    FACILITATOR,
    MEMBER,
    MINUTE,
    TUESDAY_19,
    TUESDAYS,
    WEEK,
    Opener,
    cards,
    notices,
    states,
    troubles,
)

# What facilitators do


def test_a_preview_tells_the_next_times_and_where_clocks_change(
    app: App, circle: Circle, clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
    times = app.schedules.preview(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS, window=WEEK)
    assert [upcoming.slot.local for upcoming in times] == [
        "2026-03-24T19:00",
        "2026-03-31T19:00",
        "2026-04-07T19:00",
        "2026-04-14T19:00",
        "2026-04-21T19:00",
    ]
    assert [upcoming.clocks_change for upcoming in times] == [False, True, False, False, False]


async def test_a_new_schedule_has_its_next_time_and_the_usual_window(schedule: Schedule) -> None:
    assert schedule.next is not None
    assert schedule.next.instant == TUESDAY_19
    assert schedule.window == timedelta(hours=24)
    assert schedule.state is State.ACTIVE


async def test_only_facilitators_look_after_schedules(app: App, circle: Circle, schedule: Schedule) -> None:
    schedules = app.schedules
    with pytest.raises(UserError, match="facilitators_only"):
        schedules.preview(MEMBER, circle, Kind.CHECK_IN, TUESDAYS, window=WEEK)
    for attempt in (
        schedules.create(MEMBER, circle, Kind.CHECK_IN, TUESDAYS),
        schedules.overview(MEMBER, circle),
        schedules.get(MEMBER, circle, schedule.id),
        schedules.rests.pause(MEMBER, circle, schedule.id),
        schedules.rests.resume(MEMBER, circle, schedule.id),
        schedules.rests.remove(MEMBER, circle, schedule.id),
        schedules.run_now(MEMBER, circle, schedule.id),
    ):
        with pytest.raises(UserError, match="facilitators_only"):
            await attempt
    assert await schedules.of(circle) == [schedule]


async def test_a_schedule_like_one_that_is_there_is_refused_as_it_would_post_twice(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    with pytest.raises(UserError, match="exists"):
        await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS)
    await app.schedules.rests.remove(FACILITATOR, circle, schedule.id)
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS)


@pytest.mark.parametrize("hours", [0, -1, 14 * 24 + 1])
async def test_a_window_shorter_than_an_hour_or_longer_than_two_weeks_is_refused(
    app: App, circle: Circle, opener: Opener, hours: int
) -> None:
    with pytest.raises(UserError, match="window"):
        await app.schedules.create(
            FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS, window=timedelta(hours=hours)
        )


async def test_a_prompt_schedule_needs_a_deck_that_there_is(app: App, circle: Circle, opener: Opener) -> None:
    for deck in (None, "no-such-deck"):
        with pytest.raises(UserError, match="no_such_deck"):
            await app.schedules.create(FACILITATOR, circle, Kind.PROMPT, TUESDAYS, deck=deck)
    schedule = await app.schedules.create(FACILITATOR, circle, Kind.PROMPT, TUESDAYS, deck="first-steps")
    assert schedule.window == timedelta(hours=72)
    assert await app.schedules.overview(FACILITATOR, circle) == [schedule]


async def test_a_schedule_of_another_circle_is_out_of_reach(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    with pytest.raises(UserError, match="no_such_schedule"):
        await app.schedules.rests.remove(FACILITATOR, replace(circle, id="c2"), schedule.id)


async def test_a_removed_schedule_posts_no_more_and_is_not_found(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.rests.remove(FACILITATOR, circle, schedule.id)
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    assert opener.opened == []
    assert await app.schedules.of(circle) == []
    with pytest.raises(UserError, match="no_such_schedule"):
        await app.schedules.rests.resume(FACILITATOR, circle, schedule.id)


async def test_times_that_pass_while_paused_are_neither_posted_nor_told(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id)
    clock.moment = TUESDAY_19 + MINUTE
    await app.schedules.run_due()
    resumed = await app.schedules.rests.resume(FACILITATOR, circle, schedule.id)
    await app.schedules.run_due()
    assert resumed.next is not None
    assert resumed.next.instant == TUESDAY_19 + WEEK
    assert await states(app) == []
    assert await notices(app) == []


# What time does


async def test_a_due_time_opens_once_with_its_window_and_the_next_is_a_week_later(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 - timedelta(seconds=1)
    await app.schedules.run_due()
    assert opener.opened == []
    clock.moment = TUESDAY_19 + timedelta(seconds=4)
    await app.schedules.run_due()
    await app.schedules.run_due()
    [occurrence] = opener.opened
    assert occurrence.slot == "2026-03-03T19:00"
    assert (occurrence.opens_at, occurrence.closes_at) == (TUESDAY_19, TUESDAY_19 + timedelta(hours=24))
    assert await cards(app) == 1
    [schedule] = await app.schedules.of(circle)
    assert schedule.next is not None
    assert schedule.next.instant == TUESDAY_19 + WEEK


async def test_a_time_missed_by_59_minutes_is_posted_with_its_whole_window(
    app: App, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 59 * MINUTE
    await app.schedules.run_due()
    [occurrence] = opener.opened
    assert occurrence.closes_at == clock.moment + timedelta(hours=24)
    assert await notices(app) == []


async def test_a_time_missed_by_an_hour_is_skipped_and_told(
    app: App, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 60 * MINUTE
    await app.schedules.run_due()
    await app.schedules.run_due()
    assert opener.opened == []
    assert await states(app) == [("2026-03-03T19:00", "skipped")]
    assert await notices(app) == ["schedule.notices.missed_one"]


async def test_after_weeks_of_downtime_each_missed_time_is_decided_once_in_one_notice(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 4, 28, 17, 10, tzinfo=UTC)  # 19:10 by then in summer time
    await app.schedules.run_due()
    await app.schedules.run_due()
    decided = await states(app)
    assert [state for _, state in decided] == ["skipped"] * 8 + ["open"]
    assert opener.slots == [decided[-1][0]]
    assert await notices(app) == ["schedule.notices.missed_several"]
    [notice] = await app.db.all("SELECT params FROM notices")
    assert '"count": 8' in notice["params"]
    assert notice["params"].count("<t:") == 5


async def test_a_closed_circle_decides_nothing_and_its_schedules_rest(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    async with app.db.transaction() as tx:
        await tx.execute("UPDATE circles SET state = 'closed'")
    clock.moment = TUESDAY_19 + 2 * WEEK
    await app.schedules.run_due()
    assert await states(app) == []
    assert await notices(app) == []
    [rests] = await app.schedules.of(circle)
    assert rests.state is State.PAUSED


async def test_a_clock_that_steps_back_runs_nothing_again(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    clock.moment = TUESDAY_19 - timedelta(hours=2)
    await app.schedules.run_due()
    # even if its next time is reckoned anew while the clock is behind
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id)
    await app.schedules.rests.resume(FACILITATOR, circle, schedule.id)
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-03T19:00"]
    [schedule] = await app.schedules.of(circle)
    assert schedule.next is not None
    assert schedule.next.instant == TUESDAY_19 + WEEK


async def test_two_processes_on_one_database_open_each_time_once(
    app: App, settings: Settings, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    for hour in range(10):
        rule = weekly(frozenset({Day.TUE}), time(19, hour))
        await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
    clock.moment = TUESDAY_19 + 10 * MINUTE
    async with App.open(settings, clock) as other:
        other.schedules.opens("check_in", Opener(other))
        await asyncio.gather(*(each.schedules.run_due() for each in (app, other, app, other)))
    assert [state for _, state in await states(app)] == ["open"] * 10
    assert await cards(app) == 10


async def test_a_task_cancelled_while_opening_leaves_nothing_half_done(
    app: App, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    opening = asyncio.Event()

    async def hangs(tx: Transaction, circle: Circle, schedule: Schedule, at: Occurrence) -> None:
        await opener(tx, circle, schedule, at)
        opening.set()
        await asyncio.Event().wait()

    app.schedules.opens("check_in", hangs)
    clock.moment = TUESDAY_19
    task = asyncio.create_task(app.schedules.run_due())
    await opening.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await states(app) == []
    assert await cards(app) == 0
    app.schedules.opens("check_in", opener)
    await app.schedules.run_due()
    assert await cards(app) == 1


async def test_a_changed_zone_moves_the_next_time_to_its_wall_clock(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    moved = replace(circle, zone="America/New_York")
    async with app.db.transaction() as tx:
        await app.schedules.rezone(tx, moved)
    [schedule] = await app.schedules.of(moved)
    assert schedule.next is not None
    assert schedule.next.local == "2026-03-03T19:00"
    assert schedule.next.instant == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)


async def test_a_time_that_has_come_is_not_lost_by_a_change_of_zone(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    async with app.db.transaction() as tx:
        await app.schedules.rezone(tx, replace(circle, zone="Asia/Tokyo"))
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-03T19:00"]


# What can go wrong


@pytest.mark.parametrize(
    ("error", "reason"), [(CannotOpen("no_prompt"), "no_prompt"), (RuntimeError("broken"), "unexpected")]
)
async def test_an_opener_that_fails_is_told_once_and_tried_until_it_is_too_late(
    app: App,
    circle: Circle,
    schedule: Schedule,
    opener: Opener,
    clock: FixedClock,
    error: Exception,
    reason: str,
) -> None:
    opener.fails_with = error
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    clock.advance(MINUTE)
    await app.schedules.run_due()
    assert await cards(app) == 0
    assert await states(app) == []
    assert await notices(app) == []
    assert await troubles(app) == [(reason, "open")]
    [schedule] = await app.schedules.of(circle)
    assert (schedule.state, schedule.reason) == (State.NEEDS_ATTENTION, reason)

    clock.advance(timedelta(hours=1))
    await app.schedules.run_due()
    assert await states(app) == [("2026-03-03T19:00", "skipped")]
    assert await notices(app) == ["schedule.notices.missed_one"]


async def test_an_opener_that_recovers_within_the_hour_posts_after_all(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    opener.fails_with = CannotOpen("no_prompt")
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    opener.fails_with = None
    clock.advance(MINUTE)
    await app.schedules.run_due()
    [occurrence] = opener.opened
    async with app.db.transaction() as tx:
        await app.schedules.delivered(tx, occurrence.id)
    [schedule] = await app.schedules.of(circle)
    assert (schedule.state, schedule.reason) == (State.ACTIVE, None)


async def test_one_schedule_that_fails_does_not_hold_up_the_others(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    other = weekly(frozenset({Day.TUE}), time(19, 1))
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, other)
    async with app.db.transaction() as tx:
        await tx.execute("UPDATE schedules SET rule = '{}' WHERE id = :id", id=schedule.id)
    clock.moment = TUESDAY_19 + MINUTE
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-03T19:01"]


async def test_a_card_that_can_not_be_delivered_is_told_and_shown_until_the_next_one_arrives(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    async with app.db.transaction() as tx:
        await app.schedules.delivery_failed(tx, opener.opened[0].id, "no_permission")
    [schedule] = await app.schedules.overview(FACILITATOR, circle)
    assert (schedule.state, schedule.reason) == (State.NEEDS_ATTENTION, "no_permission")
    assert await troubles(app) == [("no_permission", "open")]

    clock.advance(WEEK)
    await app.schedules.run_due()
    assert len(opener.opened) == 2, "it goes on trying at its times"
    async with app.db.transaction() as tx:
        await app.schedules.delivered(tx, opener.opened[1].id)
        await app.schedules.closed(tx, opener.opened[1].id)
    [schedule] = await app.schedules.overview(FACILITATOR, circle)
    assert (schedule.state, schedule.reason) == (State.ACTIVE, None)
    assert (await states(app))[-1][1] == OccurrenceState.CLOSED


async def test_a_failure_of_a_schedule_that_was_paused_meanwhile_leaves_it_paused(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id)
    async with app.db.transaction() as tx:
        await app.schedules.delivery_failed(tx, opener.opened[0].id, "channel_gone")
        await app.schedules.delivery_failed(tx, "no such occurrence", "channel_gone")
    [schedule] = await app.schedules.of(circle)
    assert schedule.state is State.PAUSED
    assert len(await notices(app)) == 1


# Now, by hand


async def test_run_now_opens_one_beside_the_regular_times(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    assert opener.slots == ["2026-03-02T13:00"]
    [unchanged] = await app.schedules.of(circle)
    assert unchanged == schedule


async def test_run_now_pressed_twice_posts_once(
    app: App, circle: Circle, schedule: Schedule, opener: Opener
) -> None:
    await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    with pytest.raises(UserError, match="opened_just_now"):
        await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    assert await cards(app) == 1


async def test_run_now_in_the_minute_of_the_regular_time_stands_for_it(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    await app.schedules.run_due()
    assert await cards(app) == 1
    [schedule] = await app.schedules.of(circle)
    assert schedule.next is not None
    assert schedule.next.instant == TUESDAY_19 + WEEK


async def test_run_now_says_why_it_can_not(
    app: App, circle: Circle, schedule: Schedule, opener: Opener
) -> None:
    opener.fails_with = CannotOpen("no_prompt")
    with pytest.raises(UserError, match="cannot_open"):
        await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    assert await states(app) == []
