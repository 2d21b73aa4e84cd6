"""What happens to a time that was missed: made up for, skipped and told, or asked about; once each."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.config import Settings
from bot.errors import UserError
from bot.schedules.deciding import Question
from bot.schedules.models import CannotOpen, IfLater, Kind, Schedule
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
    Opener,
    cards,
    notices,
    states,
    waiting,
)

DAILY = load(
    '{"at": "09:00 19:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "type": "weekly"}'
)


@pytest.fixture
async def asking(app: App, circle: Circle, opener: Opener) -> Schedule:
    return await app.schedules.create(
        FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS, late_limit=15 * MINUTE, if_later=IfLater.ASK
    )


async def the_question(app: App) -> tuple[str, Question]:
    [question_id] = await waiting(app, "schedule.question")
    question = await app.schedules.decisions.question(question_id)
    assert question is not None
    return question_id, question


async def test_the_limit_is_each_schedules_own(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS, late_limit=15 * MINUTE)
    await app.schedules.create(
        FACILITATOR, circle, Kind.PROMPT, TUESDAYS, deck="first-steps", late_limit=6 * HOUR
    )
    clock.moment = TUESDAY_19 + 15 * MINUTE
    await app.schedules.run_due()
    assert len(opener.opened) == 1
    assert sorted(state for _, state in await states(app)) == ["open", "skipped"]
    assert await notices(app) == ["schedule.notices.missed_one"]


@pytest.mark.parametrize("minutes", [4, 24 * 60 + 1])
async def test_a_limit_under_five_minutes_or_over_a_day_is_refused(
    app: App, circle: Circle, opener: Opener, minutes: int
) -> None:
    with pytest.raises(UserError, match="late"):
        await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS, late_limit=minutes * MINUTE)


async def test_within_its_limit_a_schedule_that_asks_posts_without_asking(
    app: App, asking: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 14 * MINUTE
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-03T19:00"]
    assert await waiting(app, "schedule.question") == []


async def test_a_missed_time_is_asked_about_once_and_posted_when_a_facilitator_says_so(
    app: App, circle: Circle, asking: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 5 * HOUR
    await app.schedules.run_due()
    await app.schedules.run_due()
    assert opener.opened == []
    assert await states(app) == [("2026-03-03T19:00", "asked")]
    assert await notices(app) == []
    question_id, question = await the_question(app)
    assert [each.opens_at for each in question.waiting] == [TUESDAY_19]

    clock.advance(HOUR)
    left = await app.schedules.decisions.answer(
        FACILITATOR, circle, question_id, "2026-03-03T19:00", post=True
    )
    assert left.waiting == []
    [occurrence] = opener.opened
    assert (occurrence.opens_at, occurrence.closes_at) == (clock.moment, clock.moment + DAY)
    assert await states(app) == [("2026-03-03T19:00", "open")]


async def test_a_missed_time_can_be_skipped(
    app: App, circle: Circle, asking: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 5 * HOUR
    await app.schedules.run_due()
    question_id, _ = await the_question(app)
    await app.schedules.decisions.answer(FACILITATOR, circle, question_id, "2026-03-03T19:00", post=False)
    assert await states(app) == [("2026-03-03T19:00", "skipped")]
    assert await cards(app) == 0


async def test_after_days_of_downtime_there_is_one_question_and_one_decision_for_each_time_oldest_first(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, DAILY, if_later=IfLater.ASK)
    clock.moment = TUESDAY_19 + 3 * DAY + 4 * HOUR
    await app.schedules.run_due()
    question_id, question = await the_question(app)
    slots = [each.slot for each in question.waiting]
    assert len(slots) == 9
    assert slots == sorted(slots)
    assert await cards(app) == 0
    for number, slot in enumerate(slots):
        question = await app.schedules.decisions.answer(
            FACILITATOR, circle, question_id, slot, post=number == 8
        )
        assert [each.slot for each in question.waiting] == slots[number + 1 :]
    assert [state for _, state in await states(app)] == ["skipped"] * 8 + ["open"]
    assert await cards(app) == 1


async def test_two_facilitators_who_press_at_once_decide_once(
    app: App, circle: Circle, asking: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 5 * HOUR
    await app.schedules.run_due()
    question_id, _ = await the_question(app)
    answers = [
        app.schedules.decisions.answer(FACILITATOR, circle, question_id, "2026-03-03T19:00", post=post)
        for post in (True, True, False)
    ]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert sum(isinstance(outcome, Question) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, UserError) for outcome in outcomes) == 2
    assert await cards(app) == 1


async def test_a_press_on_an_old_picture_decides_nothing(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, DAILY, if_later=IfLater.ASK)
    clock.moment = TUESDAY_19 + DAY - HOUR
    await app.schedules.run_due()
    question_id, question = await the_question(app)
    first = question.waiting[0].slot
    await app.schedules.decisions.answer(FACILITATOR, circle, question_id, first, post=False)
    with pytest.raises(UserError, match="decided_before"):
        await app.schedules.decisions.answer(FACILITATOR, circle, question_id, first, post=True)
    assert await cards(app) == 0


async def test_only_facilitators_decide(
    app: App, circle: Circle, asking: Schedule, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 5 * HOUR
    await app.schedules.run_due()
    question_id, _ = await the_question(app)
    with pytest.raises(UserError, match="facilitators_only"):
        await app.schedules.decisions.answer(MEMBER, circle, question_id, "2026-03-03T19:00", post=True)


async def test_one_that_can_not_be_opened_stays_to_be_decided(
    app: App, circle: Circle, asking: Schedule, opener: Opener, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 5 * HOUR
    await app.schedules.run_due()
    question_id, _ = await the_question(app)
    opener.fails_with = CannotOpen("no_prompt")
    with pytest.raises(UserError, match="cannot_open"):
        await app.schedules.decisions.answer(FACILITATOR, circle, question_id, "2026-03-03T19:00", post=True)
    assert await states(app) == [("2026-03-03T19:00", "asked")]
    assert await cards(app) == 0


async def test_what_was_removed_meanwhile_is_no_question_any_more(
    app: App, circle: Circle, asking: Schedule, clock: FixedClock
) -> None:
    clock.moment = TUESDAY_19 + 5 * HOUR
    await app.schedules.run_due()
    await app.schedules.rests.remove(FACILITATOR, circle, asking.id)
    question_id, question = await the_question(app)
    assert question.waiting == []
    with pytest.raises(UserError, match="no_such_schedule"):
        await app.schedules.decisions.answer(FACILITATOR, circle, question_id, "2026-03-03T19:00", post=True)
    assert await app.schedules.decisions.question("no such question") is None


async def test_two_processes_that_wake_up_late_ask_once(
    app: App, settings: Settings, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, DAILY, if_later=IfLater.ASK)
    clock.moment = TUESDAY_19 + 3 * DAY + 4 * HOUR
    async with App.open(settings, clock) as other:
        other.schedules.opens("check_in", Opener(other))
        await asyncio.gather(*(each.schedules.run_due() for each in (app, other, app, other)))
    assert len(await waiting(app, "schedule.question")) == 1
    assert [state for _, state in await states(app)] == ["asked"] * 9


async def test_a_rule_that_ends_is_over_after_its_last_time(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    rule = load('{"at": "19:00", "on": "2026-03-03", "type": "once"}')
    made = await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
    clock.moment = TUESDAY_19
    await app.schedules.run_due()
    assert opener.slots == ["2026-03-03T19:00"]
    assert await app.schedules.of(circle) == []
    # nothing stands in the way of one like it
    clock.moment = TUESDAY_19 - timedelta(hours=1)
    again = await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule)
    assert again.id != made.id
    clock.moment = TUESDAY_19 + DAY
    with pytest.raises(UserError, match="no_time_to_come"):
        await app.schedules.create(FACILITATOR, circle, Kind.PROMPT, rule, deck="first-steps")


async def test_the_last_time_of_a_rule_that_was_missed_is_asked_about_too(
    app: App, circle: Circle, opener: Opener, clock: FixedClock
) -> None:
    rule = load('{"at": "19:00", "on": "2026-03-03", "type": "once"}')
    await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, rule, if_later=IfLater.ASK)
    clock.moment = TUESDAY_19 + DAY
    await app.schedules.run_due()
    question_id, _ = await the_question(app)
    await app.schedules.decisions.answer(FACILITATOR, circle, question_id, "2026-03-03T19:00", post=True)
    assert opener.slots == ["2026-03-03T19:00"]
