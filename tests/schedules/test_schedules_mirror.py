"""What of a rule Discord can repeat, and that an event follows its schedule, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.errors import UserError
from bot.schedules.lines import read_rule
from bot.schedules.mirror.models import (
    DAILY,
    MONTHLY,
    WEEKLY,
    Mirrored,
    NotAllowed,
    Recurrence,
    recurrence_of,
)
from bot.schedules.models import Schedule
from bot.schedules.recurrence import next_slot
from tests.conftest import FixedClock
from tests.schedules.conftest import DAY, FACILITATOR, MEMBER, TUESDAY_19, WEEK, Opener, notices

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "repeats"),
    [
        ("tue 19:00", Recurrence(WEEKLY, 1, (1,))),
        ("every other tue 19:00", Recurrence(WEEKLY, 2, (1,))),
        ("daily 19:00", Recurrence(DAILY)),
        ("weekdays 19:00", Recurrence(DAILY, 1, (0, 1, 2, 3, 4))),
        ("weekends 19:00", Recurrence(DAILY, 1, (5, 6))),
        ("1st sunday 19:00", Recurrence(MONTHLY, nth=(1, 6))),
        # what Discord can't say is shown one time after the other
        ("every 3 weeks tue 19:00", None),
        ("tue, thu 19:00", None),
        ("last friday 19:00", None),
        ("15th 19:00", None),
        ("daily 9:00 and 19:00", None),
        ("tue 19:00 until 2026-12-20", None),
        ("tue 19:00 for 10 times", None),
        ("once 2026-12-01 18:00", None),
        ("tue 0:30", None),  # still Monday in UTC
    ],
)
def test_a_rule_is_repeated_by_discord_only_where_it_means_the_same(
    line: str, repeats: Recurrence | None
) -> None:
    zone = ZoneInfo("Europe/Berlin")
    rule = read_rule(line, NOW.astimezone(zone).replace(tzinfo=None))
    assert rule is not None
    slot = next_slot(rule, zone, NOW)
    assert slot is not None
    assert recurrence_of(rule, slot) == repeats


class Board:
    """Shows events in memory; fails where told."""

    def __init__(self) -> None:
        self.shown: list[Mirrored] = []
        self.fails_with: Exception | None = None

    async def show(self, mirrored: Mirrored) -> int | None:
        self.shown.append(mirrored)
        if self.fails_with:
            raise self.fails_with
        return 501 if mirrored.slot else None

    @property
    def times(self) -> list[datetime | None]:
        return [each.slot and each.slot.instant for each in self.shown]


@pytest.fixture
async def board(app: App, circle: Circle, schedule: Schedule) -> Board:
    board = Board()
    app.schedules.mirrors.shown_by(board)
    await app.schedules.mirror(FACILITATOR, circle, schedule.id, on=True)
    await app.schedules.mirrors.do_due()
    return board


async def test_an_event_follows_its_schedule_and_says_nothing_twice(
    app: App, circle: Circle, schedule: Schedule, board: Board, opener: Opener, clock: FixedClock
) -> None:
    await app.schedules.mirrors.do_due()
    assert board.times == [TUESDAY_19]
    clock.moment = TUESDAY_19
    await app.schedules.mirrors.do_due()
    await app.schedules.run_due()
    await app.schedules.mirrors.do_due()
    await app.schedules.rests.pause(FACILITATOR, circle, schedule.id)
    await app.schedules.mirrors.do_due()
    await app.schedules.rests.resume(FACILITATOR, circle, schedule.id)
    await app.schedules.mirrors.do_due()
    await app.schedules.rests.hold(FACILITATOR, circle, until=(TUESDAY_19 + 10 * DAY).date())
    await app.schedules.mirrors.do_due()
    await app.schedules.rests.lift(FACILITATOR, circle)
    await app.schedules.mirrors.do_due()
    await app.schedules.rests.remove(FACILITATOR, circle, schedule.id)
    await app.schedules.mirrors.do_due()
    await app.schedules.mirrors.do_due()
    one, two = TUESDAY_19 + WEEK, TUESDAY_19 + 2 * WEEK
    assert board.times == [TUESDAY_19, one, None, one, two, one, None]
    assert [each.event_id for each in board.shown] == [None, 501, 501, None, 501, 501, 501]
    assert await app.db.all("SELECT * FROM schedule_events") == []


async def test_a_try_that_was_not_heard_of_is_looked_for_a_minute_later(
    app: App, circle: Circle, schedule: Schedule, board: Board, clock: FixedClock
) -> None:
    board.fails_with = OSError("no answer")
    await app.schedules.rests.skip_next(FACILITATOR, circle, schedule.id)
    await app.schedules.mirrors.do_due()
    await app.schedules.mirrors.do_due()
    assert len(board.shown) == 2
    board.fails_with = None
    clock.advance(timedelta(minutes=1))
    await app.schedules.mirrors.do_due()
    assert [each.was_tried for each in board.shown] == [False, False, True]
    clock.advance(timedelta(minutes=2))
    await app.schedules.mirrors.do_due()
    assert len(board.shown) == 3


async def test_where_discord_does_not_allow_it_that_is_told_once_and_not_tried_again(
    app: App, circle: Circle, schedule: Schedule, board: Board, clock: FixedClock
) -> None:
    board.fails_with = NotAllowed()
    await app.schedules.rests.skip_next(FACILITATOR, circle, schedule.id)
    await app.schedules.mirrors.do_due()
    clock.advance(timedelta(minutes=5))
    await app.schedules.mirrors.do_due()
    assert len(board.shown) == 2
    assert await notices(app) == ["schedule.notices.no_events"]


async def test_only_facilitators_have_it_shown(app: App, circle: Circle, schedule: Schedule) -> None:
    with pytest.raises(UserError, match="facilitators_only"):
        await app.schedules.mirror(MEMBER, circle, schedule.id, on=True)
    with pytest.raises(UserError, match="no_such_schedule"):
        await app.schedules.mirror(FACILITATOR, replace(circle, id="c2"), schedule.id, on=True)


async def test_without_anyone_who_shows_events_nothing_is_done(
    app: App, circle: Circle, schedule: Schedule
) -> None:
    await app.schedules.mirror(FACILITATOR, circle, schedule.id, on=True)
    await app.schedules.mirrors.do_due()
    await app.schedules.mirror(FACILITATOR, circle, schedule.id, on=False)
    await app.schedules.mirrors.do_due()
    assert {change.what for change in await app.schedules.history.of(circle)} == {
        "made",
        "mirrored",
        "unmirrored",
    }
