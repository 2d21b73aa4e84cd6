"""Reminders over a real database: who is told of what, once, and what is left of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor
from bot.config import Settings
from bot.reminders.reach import AWAY_KEPT, CLOSED_KEPT
from bot.reminders.service import AHEAD, AT_ONCE, LOOK_EVERY
from bot.reminders.times import Quiet
from tests.conftest import FixedClock
from tests.reminders.conftest import MAYA, NOOR, Place, Postman

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANA = Actor(7, frozenset(), manages_server=True)


async def rows(app: App, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await app.db.all(f"SELECT * FROM {table}")]


async def test_who_asked_is_told_once_of_each_window_and_who_did_not_is_not(place: Place) -> None:
    await place.ask()
    await place.check_in()
    for _ in range(5):
        await place.pass_time(HOUR)
    assert place.told == [501]
    await place.prompt()
    for _ in range(3):
        await place.pass_time(HOUR)
    assert place.told == [501, 501]
    assert [shown.occasion.is_prompt for _, shown in place.postman.sent] == [False, True]


async def test_only_what_was_asked_for_is_told_of(place: Place) -> None:
    await place.ask(MAYA, channel_id=501, check_ins=False)
    await place.ask(NOOR, channel_id=502, prompts=False)
    await place.check_in()
    await place.pass_time()
    assert place.told == [502]
    await place.prompt()
    await place.pass_time()
    assert place.told == [502, 501]


async def test_what_was_open_when_someone_asked_is_not_made_up_for(place: Place) -> None:
    await place.check_in()
    await place.pass_time(MINUTE)
    await place.ask()
    await place.pass_time(HOUR)
    assert place.told == []


async def test_who_came_before_their_hour_is_not_told(place: Place) -> None:
    await place.ask(MAYA, channel_id=501, hours_before=3)
    await place.ask(NOOR, channel_id=502, hours_before=3)
    checkin, round = await place.check_in(), await place.prompt()
    await place.app.checkins.pass_by(checkin.id, MAYA)
    await place.app.prompts.here(round.id, MAYA)
    await place.pass_time(21 * HOUR - MINUTE)
    assert place.told == []
    await place.app.reminders.reach.set_quiet(NOOR, start=time(0), end=time(0))
    await place.pass_time(MINUTE)
    await place.pass_time()
    assert place.told == [502, 502]


async def test_who_comes_between_the_decision_and_the_sending_is_not_told(place: Place) -> None:
    await place.ask()
    checkin = await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    await place.app.checkins.here(checkin.id, MAYA)
    await place.app.outbox.drain(place.postman)
    assert place.told == []


async def test_who_came_and_took_it_back_is_left_alone(place: Place) -> None:
    await place.ask()
    checkin = await place.check_in()
    await place.app.checkins.here(checkin.id, MAYA)
    await place.pass_time()
    await place.app.checkins.take_back(checkin.id, MAYA)
    await place.pass_time()
    assert place.told == []


async def test_who_is_away_is_told_nothing_and_nothing_is_caught_up(place: Place) -> None:
    await place.ask()
    await place.app.reminders.reach.go_away(MAYA, place.clock.now() + 2 * HOUR)
    await place.check_in()
    for _ in range(4):
        await place.pass_time(HOUR)
    assert place.told == []
    await place.check_in()
    await place.pass_time()
    assert place.told == [501]


async def test_being_away_without_an_end_lasts_until_back(place: Place) -> None:
    reach = place.app.reminders.reach
    await place.ask()
    await reach.go_away(MAYA, None)
    await place.check_in()
    await place.pass_time(HOUR)
    await reach.come_back(MAYA)
    await place.pass_time()
    assert place.told == []
    await place.check_in()
    await place.pass_time()
    assert place.told == [501]


async def test_going_away_stops_a_reminder_that_waits_in_the_outbox(place: Place) -> None:
    await place.ask()
    await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    await place.app.reminders.reach.go_away(MAYA, None)
    await place.app.outbox.drain(place.postman)
    assert place.told == []


async def test_not_today_leaves_one_alone_until_tomorrow_of_ones_own(place: Place) -> None:
    await place.ask()
    await place.app.reminders.reach.rest_today(MAYA, place.circle.tz)
    await place.check_in()
    await place.pass_time(HOUR)
    assert place.told == []
    place.clock.advance(20 * HOUR)  # Tuesday, 10:00 in Berlin
    await place.check_in()
    await place.pass_time()
    assert place.told == [501]


async def test_of_quiet_hours_what_is_not_named_stays(place: Place) -> None:
    reach = place.app.reminders.reach
    await reach.set_quiet(MAYA, start=time(21, 30))
    await reach.set_quiet(MAYA, zone="Asia/Tokyo")
    person = await reach.set_quiet(MAYA, end=time(0, 0))
    assert (person.quiet, person.zone) == (Quiet(time(21, 30), time(0, 0)), "Asia/Tokyo")


async def test_not_today_does_not_shorten_an_absence(place: Place) -> None:
    reach = place.app.reminders.reach
    until = place.clock.now() + 3 * DAY
    await reach.go_away(MAYA, until)
    assert (await reach.rest_today(MAYA, place.circle.tz)).away_until == until


async def test_quiet_hours_are_waited_for_and_who_comes_meanwhile_is_not_told(place: Place) -> None:
    await place.ask(MAYA, channel_id=501)
    await place.ask(NOOR, channel_id=502)
    place.clock.advance(10 * HOUR)  # 23:00 in Berlin
    checkin = await place.check_in()
    for _ in range(8):
        await place.pass_time(HOUR)
    assert place.told == []
    await place.app.checkins.here(checkin.id, NOOR)
    await place.pass_time(HOUR)
    assert place.told == [501]


async def test_quiet_hours_that_began_while_the_outbox_waited_hold_a_reminder_back(place: Place) -> None:
    await place.ask()
    place.clock.advance(9 * HOUR - MINUTE)  # 21:59 in Berlin
    await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    place.postman.refuse = "later"
    await place.app.outbox.drain(place.postman)
    place.postman.refuse = None
    for _ in range(10):
        await place.pass_time(HOUR)
    assert place.told == []
    await place.pass_time(HOUR)
    assert place.told == [501]


async def test_one_reminder_leaves_each_second_however_many_are_due(place: Place, clock: FixedClock) -> None:
    people = range(100)
    for number in people:
        await place.ask(MAYA + number, channel_id=1000 + number)
    await place.check_in()
    clock.advance(LOOK_EVERY)
    left = []
    for _ in range(150):
        await place.app.reminders.do_due()
        await place.app.outbox.drain(place.postman)
        left.append(len(place.told))
        clock.advance(SECOND)
    steps = [after - before for before, after in zip([0, *left], left, strict=False)]
    assert max(steps) <= 1
    assert sorted(place.told) == [1000 + number for number in people]


async def test_little_is_handed_to_the_outbox_ahead_of_its_time(place: Place) -> None:
    for number in range(200):
        await place.ask(MAYA + number, channel_id=1000 + number)
    await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    waiting = await place.app.db.all("SELECT seq FROM outbox WHERE kind = 'reminder.dm'")
    assert len(waiting) == AHEAD // SECOND + 1


async def test_many_who_came_already_hold_nobody_up(place: Place) -> None:
    for number in range(AT_ONCE + 50):
        await place.ask(MAYA + number, channel_id=1000 + number, at=time(14, 0))
    checkin = await place.check_in()
    for number in range(AT_ONCE + 50):
        if number != 7:
            await place.app.checkins.here(checkin.id, MAYA + number)
    await place.pass_time(HOUR)
    await place.pass_time()
    assert place.told == [1007]
    assert len(await rows(place.app, "reminders")) == AT_ONCE + 50


async def test_a_clock_that_is_set_back_stops_nothing(place: Place, clock: FixedClock) -> None:
    await place.ask()
    clock.advance(10 * MINUTE)
    await place.check_in()
    await place.pass_time()
    clock.advance(-5 * MINUTE)
    await place.check_in()
    await place.pass_time()
    assert place.told == [501, 501]


async def test_after_a_restart_nothing_comes_twice_and_nothing_is_lost(
    place: Place, settings: Settings, clock: FixedClock
) -> None:
    await place.ask(MAYA, channel_id=501)
    await place.ask(NOOR, channel_id=502, at=time(16, 0))
    await place.check_in()
    await place.pass_time()
    assert place.told == [501]
    async with App.open(settings, clock) as again:
        postman = Postman(again)
        clock.advance(3 * HOUR)
        await again.tick()
        await again.outbox.drain(postman)
        assert [channel_id for channel_id, _ in postman.sent] == [502]


async def test_two_processes_decide_once(place: Place, settings: Settings, clock: FixedClock) -> None:
    await place.ask()
    await place.check_in()
    async with App.open(settings, clock) as other:
        clock.advance(LOOK_EVERY)
        await place.app.reminders.do_due()
        await other.reminders.do_due()
    assert len(await rows(place.app, "reminders")) == 1
    assert len(await rows(place.app, "outbox")) == 1


async def test_no_more_of_these_ends_it_and_leaves_nothing_of_the_person(place: Place) -> None:
    await place.ask()
    await place.app.reminders.stop(place.circle.id, MAYA)
    assert await rows(place.app, "reach") == []
    assert await rows(place.app, "reminder_wishes") == []
    await place.check_in()
    await place.pass_time(HOUR)
    assert place.told == []


async def test_no_more_of_these_holds_for_one_that_is_on_its_way(place: Place) -> None:
    await place.ask()
    await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    await place.app.reminders.stop(place.circle.id, MAYA)
    assert await rows(place.app, "outbox") == []
    await place.app.outbox.drain(place.postman)
    assert place.told == []


async def test_asking_anew_brings_no_second_reminder_of_the_same_window(place: Place) -> None:
    await place.ask()
    await place.check_in()
    await place.pass_time()
    await place.app.reminders.stop(place.circle.id, MAYA)
    await place.ask(hours_before=20)
    for _ in range(6):
        await place.pass_time(HOUR)
    assert place.told == [501]


async def test_what_someone_asks_for_takes_the_place_of_what_they_asked_for_before(place: Place) -> None:
    await place.ask(check_ins=False)
    mine = await place.ask(at=time(19, 30))
    assert [(circle.name, asked.check_ins, asked.at) for circle, asked in mine.wishes] == [
        ("Harbour", True, time(19, 30))
    ]


async def test_closed_direct_messages_end_it_and_are_told_once(place: Place) -> None:
    await place.ask()
    await place.check_in()
    place.postman.refuse = "closed_dms"
    await place.pass_time()
    place.postman.refuse = None
    assert await rows(place.app, "reminder_wishes") == []
    assert await rows(place.app, "outbox") == []
    assert (await place.app.reminders.reach.of(MAYA)).sealed is None
    reach = place.app.reminders.reach
    assert await reach.may_reach(MAYA, place.clock.now(), place.circle.tz) is None
    assert await reach.is_to_be_told(MAYA)
    assert not await reach.is_to_be_told(NOOR)
    await reach.told(MAYA)
    assert not await reach.is_to_be_told(MAYA)
    assert await rows(place.app, "reach") == []


async def test_who_is_never_there_to_be_told_is_forgotten_after_a_while(place: Place) -> None:
    async with place.app.db.transaction() as tx:
        await place.app.reminders.reach.found_closed(tx, MAYA)
    await place.pass_time(CLOSED_KEPT - HOUR)
    assert await place.app.reminders.reach.is_to_be_told(MAYA)
    await place.pass_time(DAY)
    assert await rows(place.app, "reach") == []


async def test_what_discord_refuses_for_another_reason_is_let_go_and_the_next_one_comes(place: Place) -> None:
    await place.ask()
    await place.check_in()
    place.postman.refuse = "refused"
    await place.pass_time()
    assert await rows(place.app, "outbox") == []
    place.postman.refuse = None
    await place.check_in()
    await place.pass_time()
    assert place.told == [501]


async def test_of_someone_who_left_the_server_nothing_is_kept(place: Place) -> None:
    await place.ask()
    await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    [reminder] = await place.app.db.all("SELECT id FROM reminders")
    await place.app.reminders.left(reminder["id"])
    assert await rows(place.app, "reach") == []
    assert await rows(place.app, "reminder_wishes") == []


async def test_a_circle_that_ended_reminds_nobody_and_is_forgotten_by_the_next_day(place: Place) -> None:
    await place.ask()
    await place.check_in()
    await place.app.circles.close(ANA, place.circle)
    await place.pass_time()
    assert place.told == []
    await place.pass_time(DAY)
    assert await rows(place.app, "reach") == []
    assert await rows(place.app, "reminder_wishes") == []


async def test_nothing_is_remembered_of_a_window_that_has_closed(place: Place) -> None:
    await place.ask()
    await place.check_in(2 * HOUR)
    await place.pass_time()
    assert len(await rows(place.app, "reminders")) == 1
    await place.pass_time(2 * HOUR)
    assert await rows(place.app, "reminders") == []


async def test_an_absence_that_is_over_is_forgotten(place: Place) -> None:
    await place.app.reminders.reach.go_away(MAYA, place.clock.now() + HOUR)
    await place.pass_time(AWAY_KEPT)
    assert len(await rows(place.app, "reach")) == 1
    await place.pass_time(DAY)
    await place.pass_time(DAY)
    assert await rows(place.app, "reach") == []


async def test_the_tables_name_nobody(place: Place, settings: Settings) -> None:
    await place.ask()
    await place.check_in()
    await place.pass_time()
    assert place.told == [501]
    written = b"".join(
        path.read_bytes()
        for path in settings.database.parent.glob(f"{settings.database.name}*")
        if path.is_file()
    )
    assert str(MAYA).encode() not in written
    assert MAYA.to_bytes(8, "big") not in written


async def test_one_sees_and_erases_all_of_ones_own_and_nobody_elses(place: Place) -> None:
    reach = place.app.reminders.reach
    await place.ask(MAYA, channel_id=501)
    await place.ask(NOOR, channel_id=502)
    await reach.set_quiet(MAYA, start=time(21), end=time(9), zone="Asia/Kolkata")
    await place.check_in()
    place.clock.advance(LOOK_EVERY)
    await place.app.reminders.do_due()
    kept = await place.app.reminders.export(MAYA)
    assert kept["reminders"][0]["circle_id"] == place.circle.id
    assert kept["reach"][0]["zone"] == "Asia/Kolkata"
    async with place.app.db.transaction() as tx:
        await place.app.reminders.forget(tx, MAYA)
    assert await place.app.reminders.export(MAYA) == {"reminders": [], "reach": []}
    for table in ("reach", "reminder_wishes", "reminders", "outbox"):
        assert len(await rows(place.app, table)) == 1
    await place.pass_time(MINUTE)
    assert place.told == [502]


async def test_one_that_fails_keeps_no_other_from_its_time(place: Place) -> None:
    await place.ask(MAYA, channel_id=501)
    await place.ask(NOOR, channel_id=502)
    async with place.app.db.transaction() as tx:
        await tx.execute("UPDATE reach SET sealed = x'00' WHERE channel_id = 501")
    await place.check_in()
    await place.pass_time()
    assert place.told == [502]


@pytest.fixture(autouse=True)
def no_person_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG, logger="bot")
    yield
    written = caplog.text
    assert not any(str(each) in written for each in (MAYA, NOOR, 501, 502))
