from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.app import App
from bot.checkins.card import EDIT_DELAY
from bot.checkins.models import Answer, CheckIn, Closed, Display, Scale
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.errors import UserError
from bot.outbox.models import Action, Item
from bot.schedules.models import Kind
from bot.schedules.recurrence import load
from tests.checkins.conftest import (
    CHANNEL,
    IDA,
    LIN,
    MAYA,
    NOOR,
    SAM,
    SIX,
    TOMAS,
    WINDOW,
    Postman,
    an_answer,
    asked_to_open,
    day_counts,
    everything_in,
    opened,
    refreshed,
    says,
)
from tests.conftest import FixedClock

CANARY = "zephyr-quince-4711"


async def test_a_schedule_opens_a_check_in_and_its_card_leaves_for_the_circles_channel(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    ana = Actor(user_id=1, role_ids=frozenset({circle.facilitator_role_id}), manages_server=False)
    rule = load('{"type": "weekly", "days": ["tue"], "at": "19:00"}')
    await app.schedules.create(ana, circle, Kind.CHECK_IN, rule)
    clock.advance(timedelta(days=1, hours=6))  # Tuesday 18:00 UTC, 19:00 in Berlin
    await app.tick()
    assert await postman.drain() == ["send checkin.card"]
    assert postman.items[0].channel_id == CHANNEL
    clock.advance(timedelta(hours=24))
    await app.tick()
    (occurrence,) = await app.db.all("SELECT state FROM occurrences")
    assert occurrence["state"] == "closed"


async def test_an_occurrence_opens_one_check_in_however_often_it_is_asked_to(
    app: App, circle: Circle, postman: Postman
) -> None:
    first = await asked_to_open(app, circle)
    second = await asked_to_open(app, circle)
    assert second == first
    assert await postman.drain() == ["send checkin.card"]


async def test_everyone_counts_once_whatever_they_press_and_however_often(app: App, checkin: CheckIn) -> None:
    for _ in range(2):
        await app.checkins.pass_by(checkin.id, MAYA)
        await app.checkins.here(checkin.id, MAYA)
        visit = await app.checkins.check_in(checkin.id, MAYA, an_answer())
    assert visit.present == 1
    assert await day_counts(app) == {"passed": 1}


async def test_six_people_who_press_in_the_same_moment_are_six(app: App, checkin: CheckIn) -> None:
    await asyncio.gather(
        app.checkins.here(checkin.id, MAYA),
        app.checkins.pass_by(checkin.id, NOOR),
        app.checkins.check_in(checkin.id, TOMAS, an_answer()),
        app.checkins.check_in(checkin.id, LIN, an_answer("tired")),
        app.checkins.here(checkin.id, SAM),
        app.checkins.here(checkin.id, IDA),
        app.checkins.here(checkin.id, IDA),
    )
    found = await app.checkins.card(checkin.id)
    assert found is not None
    assert found[1] == 6
    assert await day_counts(app) == {"here": 3, "passed": 1, "checked_in": 2}


async def test_an_empty_form_is_being_here(app: App, checkin: CheckIn) -> None:
    visit = await app.checkins.check_in(checkin.id, MAYA, Answer({}))
    assert visit.answer is None
    assert await day_counts(app) == {"here": 1}


async def test_a_new_answer_takes_the_place_of_the_old_and_the_form_comes_back_filled(
    app: App, checkin: CheckIn
) -> None:
    await app.checkins.check_in(checkin.id, MAYA, an_answer("tired", step=1))
    await app.checkins.check_in(checkin.id, MAYA, an_answer("lighter now", step=4))
    answer = await app.checkins.mine(checkin.id, MAYA)
    assert answer == an_answer("lighter now", step=4)
    assert await app.checkins.mine(checkin.id, NOOR) is None


async def test_passing_later_leaves_an_answer_as_it_is(app: App, checkin: CheckIn) -> None:
    await app.checkins.check_in(checkin.id, MAYA, an_answer("tired"))
    visit = await app.checkins.pass_by(checkin.id, MAYA)
    assert visit.answer == an_answer("tired")


async def test_words_longer_than_fit_are_refused_and_nothing_is_counted(app: App, checkin: CheckIn) -> None:
    with pytest.raises(UserError) as refused:
        await app.checkins.check_in(checkin.id, MAYA, an_answer("x" * 1001))
    assert refused.value.key == "checkin.errors.too_long"
    assert await day_counts(app) == {}


async def test_what_was_answered_stands_nowhere_in_clear(
    app: App, checkin: CheckIn, settings: Settings
) -> None:
    await says(app, checkin, MAYA, CANARY, Display.WITHOUT_NAME)
    await says(app, checkin, NOOR, CANARY, Display.BY_NAME)
    assert CANARY not in await everything_in(app)
    folder = settings.database.parent
    assert all(CANARY.encode() not in path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_the_database_alone_does_not_say_who_was_here(app: App, checkin: CheckIn) -> None:
    await app.checkins.pass_by(checkin.id, NOOR)
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    in_it = await everything_in(app)
    assert str(MAYA) not in in_it
    assert str(NOOR) not in in_it


async def test_the_database_does_not_say_who_chose_to_be_shown_without_name(
    app: App, checkin: CheckIn
) -> None:
    await says(app, checkin, MAYA, "tired", Display.WITHOUT_NAME)
    await says(app, checkin, NOOR, "worn out, and a little lighter than last time", Display.COUNTED)
    rows = await app.db.all("SELECT length(sealed) AS size, here FROM checkin_people")
    assert len({tuple(row) for row in rows}) == 1


async def test_the_card_is_edited_once_for_all_who_came_in_a_few_seconds(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    for user_id in SIX:
        await app.checkins.here(checkin.id, user_id)
    assert await postman.drain() == []
    clock.advance(EDIT_DELAY)
    assert await postman.drain() == ["edit checkin.card"]
    assert postman.items[-1].message_id == checkin.message_id


async def test_the_card_is_left_alone_where_it_would_say_the_same(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await app.checkins.here(checkin.id, MAYA)
    clock.advance(EDIT_DELAY)
    await postman.drain()
    await app.checkins.here(checkin.id, NOOR)
    await app.checkins.check_in(checkin.id, NOOR, an_answer())
    clock.advance(EDIT_DELAY)
    assert await postman.drain() == []


async def test_who_came_before_we_heard_that_the_card_stands_is_shown_once_we_do(
    app: App, circle: Circle, postman: Postman
) -> None:
    checkin = await asked_to_open(app, circle)
    await app.checkins.here(checkin.id, MAYA)
    assert await postman.drain() == ["send checkin.card", "edit checkin.card"]


async def test_taking_back_undoes_the_answer_and_being_here(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, CANARY, Display.COUNTED)
    await app.checkins.take_back(checkin.id, MAYA)
    found = await app.checkins.card(checkin.id)
    assert found is not None
    assert found[1] == 0
    assert await app.checkins.mine(checkin.id, MAYA) is None
    (row,) = await app.db.all("SELECT sealed FROM checkin_people")
    assert row["sealed"] is None


async def test_taking_back_what_was_never_given_is_quiet(app: App, checkin: CheckIn) -> None:
    await app.checkins.take_back(checkin.id, MAYA)


async def test_whoever_comes_again_after_taking_back_is_not_logged_twice(app: App, checkin: CheckIn) -> None:
    await app.checkins.here(checkin.id, MAYA)
    await app.checkins.take_back(checkin.id, MAYA)
    visit = await app.checkins.here(checkin.id, MAYA)
    assert visit.present == 1
    assert await day_counts(app) == {"here": 1}


async def test_an_older_private_message_cannot_show_newer_words(app: App, checkin: CheckIn) -> None:
    earlier = await says(app, checkin, MAYA, "tired", None)
    await says(app, checkin, MAYA, "not for everyone", None)
    with pytest.raises(UserError) as refused:
        await app.checkins.show(checkin.id, MAYA, earlier.version, Display.BY_NAME, name="Maya")
    assert refused.value.key == "checkin.errors.answered_anew"


async def test_nobody_can_choose_for_another(app: App, checkin: CheckIn) -> None:
    visit = await says(app, checkin, MAYA, "tired", None)
    with pytest.raises(UserError):
        await app.checkins.show(checkin.id, NOOR, visit.version, Display.BY_NAME, name="Noor")


async def test_every_press_after_closing_is_answered_as_closed(
    app: App, checkin: CheckIn, clock: FixedClock
) -> None:
    visit = await says(app, checkin, MAYA, "tired", None)
    clock.advance(WINDOW)
    await app.checkins.close_due()
    for late in (
        app.checkins.here(checkin.id, NOOR),
        app.checkins.pass_by(checkin.id, NOOR),
        app.checkins.check_in(checkin.id, NOOR, an_answer()),
        app.checkins.mine(checkin.id, NOOR),
        app.checkins.show(checkin.id, MAYA, visit.version, Display.BY_NAME, name="Maya"),
        app.checkins.take_back(checkin.id, MAYA),
        app.checkins.here("a check-in that never was", NOOR),
    ):
        with pytest.raises(Closed):
            await late


async def test_two_check_ins_at_once_know_nothing_of_each_other(
    app: App, circle: Circle, postman: Postman
) -> None:
    one, other = await opened(app, circle, postman, "o1"), await opened(app, circle, postman, "o2")
    await app.checkins.check_in(one.id, MAYA, an_answer("tired"))
    visit = await app.checkins.here(other.id, MAYA)
    assert visit.answer is None
    await app.checkins.take_back(other.id, MAYA)
    assert await app.checkins.mine(one.id, MAYA) == an_answer("tired")


async def test_a_card_that_cannot_be_posted_is_told_to_the_facilitators(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    ana = Actor(user_id=1, role_ids=frozenset({circle.facilitator_role_id}), manages_server=False)
    rule = load('{"type": "weekly", "days": ["tue"], "at": "19:00"}')
    await app.schedules.create(ana, circle, Kind.CHECK_IN, rule)
    postman.refuse["checkin.card", CHANNEL] = "channel_gone"
    clock.advance(timedelta(days=1, hours=6))
    await app.tick()
    assert "send schedule.trouble" in await postman.drain()
    (schedule,) = await app.schedules.of(circle)
    assert schedule.reason == "channel_gone"


async def test_an_edit_that_fails_is_no_news_for_facilitators(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    postman.refuse["checkin.card", CHANNEL] = "no_permission"
    await app.checkins.here(checkin.id, MAYA)
    clock.advance(EDIT_DELAY)
    assert await postman.drain() == []
    assert await app.db.all("SELECT * FROM outbox") == []


async def test_a_card_still_on_its_way_when_the_window_ends_is_not_posted(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    checkin = await asked_to_open(app, circle)
    clock.advance(WINDOW)
    await app.checkins.close_due()
    assert await postman.drain() == []
    assert await app.checkins.card(checkin.id) is None


async def test_a_card_that_arrives_while_its_window_ends_loses_its_buttons(
    app: App, circle: Circle, clock: FixedClock
) -> None:
    checkin = await asked_to_open(app, circle)

    class Slow(Postman):
        async def deliver(self, item: Item) -> int | None:
            sent = await super().deliver(item)
            if item.action is Action.SEND:
                clock.advance(WINDOW)
                await app.checkins.close_due()
            return sent

    assert await Slow(app).drain() == ["send checkin.card", "edit checkin.card"]
    assert (await refreshed(app, checkin)).message_id == 1000


async def test_one_is_open_now_from_when_its_card_stands_until_its_time_is_over(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    first = await asked_to_open(app, circle, "o1")
    assert await app.checkins.open_now() == []
    await postman.drain()
    assert await app.checkins.open_now() == [await refreshed(app, first)]
    clock.advance(timedelta(hours=1))
    second = await opened(app, circle, postman, "o2")
    assert {each.id for each in await app.checkins.open_now()} == {first.id, second.id}
    clock.advance(WINDOW - timedelta(hours=1))
    assert await app.checkins.open_now() == [second]
    await app.checkins.close_due()
    assert not (await refreshed(app, first)).stands


async def test_who_has_come_is_known_until_they_take_it_back_or_it_closes(
    app: App, checkin: CheckIn, clock: FixedClock
) -> None:
    await app.checkins.pass_by(checkin.id, MAYA)
    await app.checkins.check_in(checkin.id, NOOR, an_answer())
    assert [await app.checkins.has_come(checkin.id, each) for each in (MAYA, NOOR, TOMAS)] == [
        True,
        True,
        False,
    ]
    await app.checkins.take_back(checkin.id, MAYA)
    assert not await app.checkins.has_come(checkin.id, MAYA)
    clock.advance(WINDOW)
    await app.checkins.close_due()
    assert not await app.checkins.has_come(checkin.id, NOOR)


async def test_what_is_kept_about_someone_can_be_read_and_erased(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    (kept,) = await app.checkins.export(MAYA)
    assert (kept["words"], kept["shown"], kept["here"]) == ("tired", "by_name", 1)
    assert kept["scales"] == {"others": 4, "myself": 4, "community": 4}
    async with app.db.transaction() as tx:
        await app.checkins.forget(tx, MAYA)
    assert app.keys.tag("check-in person", MAYA) not in await everything_in(app)
    assert await app.checkins.export(MAYA) == []
    assert await postman.drain() == ["delete checkin.gone"]


async def test_nothing_about_anyone_is_left_once_it_closed(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock, settings: Settings
) -> None:
    for number, user_id in enumerate(SIX):
        display = (Display.BY_NAME, Display.WITHOUT_NAME, Display.COUNTED)[number % 3]
        await says(app, checkin, user_id, f"{CANARY} {number}", display)
    await postman.drain()
    clock.advance(WINDOW)
    await app.checkins.close_due()
    await postman.drain()
    left = await everything_in(app)
    for user_id in SIX:
        assert str(user_id) not in left
        assert app.keys.tag("check-in person", user_id) not in left
    rows = await app.db.all(
        "SELECT sealed FROM checkin_named_words UNION SELECT sealed FROM checkin_unnamed_words"
    )
    assert rows == []
    assert [await app.checkins.export(user_id) for user_id in SIX] == [[]] * 6
    assert {scale["scale"] for scale in await app.db.all("SELECT scale FROM checkin_figures")} == set(Scale)
