"""Letting schedules rest: one time, one schedule until a day, or everything of a circle; and the log of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.errors import UserError
from bot.schedules.models import IfLater, Kind, Schedule, State, Why
from bot.schedules.recurrence import load
from tests.conftest import FixedClock
from tests.schedules.conftest import (
    DAY,
    FACILITATOR,
    HOUR,
    MEMBER,
    MINUTE,
    TUESDAY_19,
    TUESDAYS,
    WEEK,
    Opener,
    cards,
    notices,
    states,
    waiting,
)

ANA = Why("Ana", "holiday")


async def logged(app: App, circle: Circle) -> list[tuple[str, str | None, str | None]]:
    """(what, who, why), the newest first; with the clock standing still, in any order."""
    return [(change.what, change.name, change.reason) for change in await app.schedules.history.of(circle)]


async def test_one_time_is_left_out_and_the_one_after_it_comes(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    left, slot = await app.schedules.rests.skip_next(FACILITATOR, circle, schedule.id, why=ANA)
    assert slot.instant == TUESDAY_19
    assert left.next is not None
    assert left.next.instant == TUESDAY_19 + WEEK
    for moment in (TUESDAY_19, TUESDAY_19 + WEEK):
        clock.moment = moment
        await app.schedules.run_due()
    assert opener.slots == ["2026-03-10T19:00"]
    assert await states(app) == [("2026-03-03T19:00", "skipped"), ("2026-03-10T19:00", "open")]
    assert await notices(app) == []
    assert ("skipped", "Ana", "holiday") in await logged(app, circle)


async def test_the_only_time_can_be_left_out_and_nothing_where_none_is_to_come(
    app: App, circle: Circle, schedule: Schedule, opener: Opener
) -> None:
    rule = load('{"at": "19:00", "on": "2026-03-03", "type": "once"}')
    once = await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
    left, _ = await app.schedules.rests.skip_next(FACILITATOR, circle, once.id)
    assert left.next is None
    assert [each.id for each in await app.schedules.of(circle)] == [schedule.id]
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id)
    with pytest.raises(UserError, match="nothing_to_skip"):
        await app.schedules.rests.skip_next(FACILITATOR, circle, schedule.id)


async def test_a_schedule_rests_until_a_day_and_goes_on_by_itself(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    paused = await app.schedules.rests.pause(FACILITATOR, circle, schedule.id, until=date(2026, 3, 17))
    assert (paused.state, paused.rests_until) == (State.PAUSED, date(2026, 3, 17))
    assert paused.next is not None
    assert paused.next.instant == TUESDAY_19 + 2 * WEEK
    for weeks in range(3):
        clock.moment = TUESDAY_19 + weeks * WEEK
        await app.schedules.run_due()
    assert opener.slots == ["2026-03-17T19:00"]
    assert await notices(app) == []
    [schedule] = await app.schedules.of(circle)
    assert (schedule.state, schedule.rests_until) == (State.ACTIVE, None)


async def test_a_rest_means_the_day_on_the_circles_clock_also_after_a_change_of_zone_or_rule(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id, until=date(2026, 3, 17))
    moved = replace(circle, zone="Pacific/Auckland")
    async with app.db.transaction() as tx:
        await app.schedules.rezone(tx, moved)
    [schedule] = await app.schedules.of(moved)
    assert schedule.next is not None
    assert schedule.next.local == "2026-03-17T19:00"
    draft = await app.schedules.drafts.begin_change(
        FACILITATOR, moved, schedule.id, rule=app.schedules.drafts.read(moved, "daily 00:00")
    )
    changed = await app.schedules.drafts.save(FACILITATOR, moved, draft.id, "Ana")
    assert changed.next is not None
    assert changed.next.local == "2026-03-17T00:00"
    assert changed.state is State.PAUSED


async def test_a_day_that_has_begun_is_no_end_of_a_rest(app: App, circle: Circle, schedule: Schedule) -> None:
    for attempt in (
        app.schedules.rests.pause(FACILITATOR, circle, schedule.id, until=date(2026, 3, 2)),
        app.schedules.rests.hold(FACILITATOR, circle, until=date(2026, 3, 2)),
    ):
        with pytest.raises(UserError, match="day_is_over"):
            await attempt


async def test_while_everything_is_held_nothing_is_posted_asked_or_told_and_nothing_floods_after(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    daily = load('{"at": "09:00", "days": ["mon","tue","wed","thu","fri","sat","sun"], "type": "weekly"}')
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, daily, if_later=IfLater.ASK)
    await app.schedules.rests.hold(FACILITATOR, circle, why=ANA)
    for day in range(1, 20):
        clock.moment = TUESDAY_19 + day * DAY
        await app.schedules.run_due()
    assert await cards(app) == 0
    await app.schedules.rests.lift(FACILITATOR, circle, why=ANA)
    await app.schedules.run_due()
    assert await cards(app) == 0
    assert await states(app) == []
    assert await notices(app) == []
    assert await waiting(app, "schedule.question") == []
    clock.advance(14 * HOUR)  # nine in the morning in Berlin
    await app.schedules.run_due()
    assert await cards(app) == 1
    assert [what for what, _, _ in await logged(app, circle)][:2] == ["lifted", "held"]


async def test_a_hold_until_a_day_ends_by_itself_also_while_the_bot_is_down(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.rests.hold(FACILITATOR, circle, until=date(2026, 3, 10))
    clock.moment = TUESDAY_19 + WEEK + MINUTE
    assert await app.schedules.rests.held(circle) is None
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-10T19:00"]
    assert await states(app) == [("2026-03-10T19:00", "open")]
    assert await notices(app) == []


async def test_a_time_that_comes_up_just_before_a_hold_is_not_posted_in_it(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + MINUTE
    await app.schedules.rests.hold(FACILITATOR, circle)
    await app.schedules.run_due()
    assert await cards(app) == 0


async def test_what_was_missed_before_a_hold_is_told_all_the_same(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 3 * HOUR
    await app.schedules.rests.hold(FACILITATOR, circle)
    await app.schedules.run_due()
    assert await cards(app) == 0
    assert await notices(app) == ["schedule.notices.missed_one"]


async def test_in_a_hold_nothing_is_posted_by_hand_either(
    app: App, circle: Circle, schedule: Schedule, opener: Opener
) -> None:
    await app.schedules.rests.hold(FACILITATOR, circle)
    with pytest.raises(UserError, match="held"):
        await app.schedules.run_now(FACILITATOR, circle, schedule.id)
    assert await cards(app) == 0


async def test_a_new_hold_takes_the_place_of_the_one_before(
    app: App, circle: Circle, schedule: Schedule, clock: FixedClock
) -> None:
    await app.schedules.rests.hold(FACILITATOR, circle)
    clock.advance(HOUR)
    await app.schedules.rests.hold(FACILITATOR, circle, until=date(2026, 3, 4))
    held = await app.schedules.rests.held(circle)
    assert held is not None
    assert held.until == datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    clock.moment = held.until
    assert await app.schedules.rests.held(circle) is None
    with pytest.raises(UserError, match="not_held"):
        await app.schedules.rests.lift(FACILITATOR, circle)


async def test_what_comes_next_is_told_with_the_hold_reckoned_in(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    assert [slot.instant for _, slot in await app.schedules.coming(circle)] == [TUESDAY_19]
    await app.schedules.rests.hold(FACILITATOR, circle, until=date(2026, 3, 9))
    assert [slot.instant for _, slot in await app.schedules.coming(circle)] == [TUESDAY_19 + WEEK]
    await app.schedules.rests.hold(FACILITATOR, circle)
    assert await app.schedules.coming(circle) == []


async def test_another_circle_is_not_held_with_it(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    async with app.db.transaction() as tx:
        await tx.execute(
            """
            INSERT INTO circles SELECT 'c2', guild_id, 'Other', 91, 92, 93, facilitator_role_id, zone, locale,
                depth_ceiling, state, created_at FROM circles WHERE id = 'c1'
            """
        )
    other = await app.circles.get("c2")
    await app.schedules.rests.hold(FACILITATOR, other)
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    assert await cards(app) == 1
    assert await app.schedules.rests.held(circle) is None


async def test_only_facilitators_rest_hold_and_lift(app: App, circle: Circle, schedule: Schedule) -> None:
    for attempt in (
        app.schedules.rests.skip_next(MEMBER, circle, schedule.id),
        app.schedules.rests.pause(MEMBER, circle, schedule.id, until=date(2026, 3, 17)),
        app.schedules.rests.hold(MEMBER, circle),
        app.schedules.rests.lift(MEMBER, circle),
        app.schedules.glimpse(MEMBER, circle, schedule.id),
        app.schedules.drafts.begin(MEMBER, circle),
        app.schedules.drafts.begin_change(MEMBER, circle, schedule.id),
    ):
        with pytest.raises(UserError, match="facilitators_only"):
            await attempt
    assert await logged(app, circle) == [("made", None, None)]


# Making and changing, in a draft


async def test_a_draft_is_its_writers_own_and_saved_once(app: App, circle: Circle, opener: Opener) -> None:
    rule = app.schedules.drafts.read(circle, "every other tue 19:00")
    draft = await app.schedules.drafts.begin(FACILITATOR, circle, kind=Kind.CHECK_IN, rule=rule)
    other = replace(FACILITATOR, user_id=9)
    with pytest.raises(UserError, match="draft_gone"):
        await app.schedules.drafts.save(other, circle, draft.id, "Ben")
    saved = await app.schedules.drafts.save(FACILITATOR, circle, draft.id, "Ana")
    assert saved.rule == rule
    with pytest.raises(UserError, match="draft_gone"):
        await app.schedules.drafts.save(FACILITATOR, circle, draft.id, "Ana")
    assert len(await app.schedules.of(circle)) == 1


async def test_what_can_not_be_is_refused_before_it_is_kept(app: App, circle: Circle, opener: Opener) -> None:
    drafts = app.schedules.drafts
    rule = drafts.read(circle, "tue 19:00 until 2026-03-02")
    with pytest.raises(UserError, match="no_time_to_come"):
        await drafts.begin(FACILITATOR, circle, kind=Kind.CHECK_IN, rule=rule)
    with pytest.raises(UserError, match="no_such_deck"):
        await drafts.begin(
            FACILITATOR, circle, kind=Kind.PROMPT, deck="none", rule=drafts.read(circle, "tue 19:00")
        )
    with pytest.raises(UserError, match="when_unreadable"):
        drafts.read(circle, "now and then")
    with pytest.raises(UserError, match="day_unreadable"):
        drafts.read_day(circle, "soon")
    assert await app.db.all("SELECT * FROM schedule_drafts") == []


async def test_what_is_chosen_piece_by_piece_comes_to_a_rule(
    app: App, circle: Circle, opener: Opener
) -> None:
    drafts = app.schedules.drafts
    draft = await drafts.begin(FACILITATOR, circle)
    with pytest.raises(UserError, match="not_ready"):
        await drafts.look_over(FACILITATOR, circle, draft.id)
    await drafts.choose(FACILITATOR, circle, draft.id, kind=Kind.CHECK_IN, deck=None)
    await drafts.choose(FACILITATOR, circle, draft.id, often="every 2 weeks", days=frozenset({"tue"}))
    await drafts.choose(FACILITATOR, circle, draft.id, times="9am and 19:00", starts="", ends="10 times")
    draft = await drafts.look_over(FACILITATOR, circle, draft.id)
    assert draft.rule == drafts.read(circle, "every 2 weeks tue 9:00, 19:00 for 10 times")


async def test_a_draft_nobody_comes_back_to_goes_after_a_week(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    draft = await app.schedules.drafts.begin(FACILITATOR, circle)
    clock.advance(timedelta(days=7, seconds=1))
    await app.schedules.drafts.do_due()
    with pytest.raises(UserError, match="draft_gone"):
        await app.schedules.drafts.get(FACILITATOR, circle, draft.id)


async def test_a_change_keeps_what_was_posted_and_says_what_it_was_before(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    rule = app.schedules.drafts.read(circle, "wed 20:00")
    draft = await app.schedules.drafts.begin_change(
        FACILITATOR, circle, schedule.id, rule=rule, reason="  holiday\n@everyone "
    )
    clock.advance(HOUR)
    changed = await app.schedules.drafts.save(FACILITATOR, circle, draft.id, "Ana")
    assert changed.id == schedule.id
    assert changed.next is not None
    assert changed.next.local == "2026-03-04T20:00"
    assert await states(app) == [("2026-03-03T19:00", "open")]
    newest, *_ = await app.schedules.history.of(circle)
    assert (newest.what, newest.name, newest.reason) == ("moved", "Ana", "holiday @everyone")
    assert load(newest.details["rule"]) == TUESDAYS
    assert load(newest.details["to"]) == rule


async def test_a_time_that_has_come_is_not_lost_by_a_change_in_that_moment(
    app: App, circle: Circle, schedule: Schedule, opener: Opener, clock: FixedClock
) -> None:
    rule = app.schedules.drafts.read(circle, "wed 20:00")
    draft = await app.schedules.drafts.begin_change(FACILITATOR, circle, schedule.id, rule=rule)
    clock.moment = TUESDAY_19
    await app.schedules.drafts.save(FACILITATOR, circle, draft.id, "Ana")
    await app.schedules.rests.resume(FACILITATOR, circle, schedule.id)
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-03T19:00"]
    [changed] = await app.schedules.of(circle)
    assert changed.next is not None
    assert changed.next.local == "2026-03-04T20:00"


async def test_a_change_into_one_that_is_there_already_is_refused(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    rule = app.schedules.drafts.read(circle, "wed 20:00")
    other = await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
    draft = await app.schedules.drafts.begin_change(FACILITATOR, circle, other.id, rule=TUESDAYS)
    with pytest.raises(UserError, match="exists"):
        await app.schedules.drafts.save(FACILITATOR, circle, draft.id, "Ana")
    assert {each.rule for each in await app.schedules.of(circle)} == {TUESDAYS, rule}


async def test_the_log_forgets_who_and_why_and_not_that(app: App, circle: Circle, schedule: Schedule) -> None:
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id, why=ANA)
    kept = await app.schedules.export(FACILITATOR.user_id)
    assert [(row["what"], row["name"], row["reason"]) for row in kept["schedule_changes"]][-1] == (
        "paused",
        "Ana",
        "holiday",
    )
    async with app.db.transaction() as tx:
        await app.schedules.forget(tx, FACILITATOR.user_id)
    assert {(name, reason) for _, name, reason in await logged(app, circle)} == {(None, None)}
    assert not any((await app.schedules.export(FACILITATOR.user_id)).values())


async def test_a_span_is_how_long_so_many_times_last(app: App, circle: Circle, schedule: Schedule) -> None:
    assert app.schedules.span(circle, schedule, 3) == TUESDAY_19 + 2 * WEEK - app.clock.now()
    assert app.schedules.span(circle, schedule, 0) is None
