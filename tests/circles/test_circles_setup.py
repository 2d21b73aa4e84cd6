from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle, Draft, Place
from bot.circles.permissions import NEEDS
from bot.errors import UserError
from bot.outbox.models import Item, Undeliverable
from bot.schedules.models import Kind
from bot.schedules.recurrence import Day, weekly
from tests.circles.test_circles_notices import Postman
from tests.conftest import FixedClock

ANA = Actor(user_id=101, role_ids=frozenset(), manages_server=True)
BEN = Actor(user_id=102, role_ids=frozenset({21}), manages_server=False)
MAYA = Actor(user_id=103, role_ids=frozenset(), manages_server=False)
SUGGESTED = Draft(
    guild_id=1,
    user_id=101,
    circle_id=None,
    name="Garden",
    channels={Place.CIRCLE: 31, Place.SHARING: 32},
    facilitator_role_id=None,
    zone=None,
    locale="en",
)
ALL = {need.permission for need in NEEDS}
ALLOWED = dict.fromkeys((11, 12, 13, 31, 32, 33, 34), ALL)


async def drafted(app: App) -> None:
    await app.setup.begin(ANA, SUGGESTED)
    await app.setup.choose(
        ANA, 1, channels={Place.FACILITATORS: 33}, role_id=21, zone="Asia/Tokyo", name=" My  Garden "
    )


async def refused(key: str, awaitable: object) -> None:
    with pytest.raises(UserError) as caught:
        await awaitable  # type: ignore[misc]  # any coroutine
    assert caught.value.key == key


async def test_a_draft_is_saved_as_a_circle_and_its_sharing_channel_gets_its_card(app: App) -> None:
    await drafted(app)
    circle = await app.setup.save(ANA, 1, ALLOWED)

    assert await app.circles.of_guild(1) == [circle]
    assert (circle.name, circle.zone, circle.depth_ceiling) == ("My Garden", "Asia/Tokyo", 1)
    assert circle.channels == {Place.CIRCLE: 31, Place.SHARING: 32, Place.FACILITATORS: 33}
    postman = Postman()
    await app.outbox.drain(postman)
    assert [(item.kind, item.reference, item.channel_id) for item in postman.items] == [
        ("share.welcome", circle.id, 32)
    ]
    await refused("circle.errors.draft_gone", app.setup.draft(ANA, 1))


async def test_setting_up_again_goes_on_where_it_was_left(app: App) -> None:
    await drafted(app)
    assert (await app.setup.begin(ANA, SUGGESTED)).zone == "Asia/Tokyo"


async def test_two_people_setting_up_do_not_touch_each_other_s_draft(app: App) -> None:
    other = replace(ANA, user_id=109)
    await drafted(app)
    await app.setup.begin(other, replace(SUGGESTED, user_id=109))
    assert (await app.setup.draft(other, 1)).zone is None
    assert (await app.setup.draft(ANA, 1)).zone == "Asia/Tokyo"


async def test_only_who_manages_the_server_sets_a_circle_up(app: App, circle: Circle) -> None:
    for actor in (BEN, MAYA):
        await refused("circle.errors.managers_only", app.setup.begin(actor, SUGGESTED))


async def test_who_lost_the_right_half_way_can_not_save(app: App) -> None:
    await drafted(app)
    await refused(
        "circle.errors.managers_only", app.setup.save(replace(ANA, manages_server=False), 1, ALLOWED)
    )


async def test_nothing_is_saved_while_something_is_unchosen_or_a_necessary_permission_lacks(app: App) -> None:
    await app.setup.begin(ANA, SUGGESTED)
    await refused("circle.errors.not_ready", app.setup.save(ANA, 1, ALLOWED))
    await drafted(app)
    await refused("circle.errors.not_ready", app.setup.save(ANA, 1, ALLOWED | {32: ALL - {"send_messages"}}))
    await refused("circle.errors.not_ready", app.setup.save(ANA, 1, {31: ALL, 33: ALL}))
    assert await app.circles.of_guild(1) == []
    await app.setup.save(ANA, 1, ALLOWED | {31: ALL - {"create_public_threads"}})


async def test_a_channel_that_another_circle_took_meanwhile_is_not_taken_from_it(
    app: App, circle: Circle
) -> None:
    await drafted(app)
    await app.setup.choose(ANA, 1, channels={Place.CIRCLE: circle.channel_id})
    await refused("circle.errors.channel_taken", app.setup.save(ANA, 1, ALLOWED))


async def test_a_zone_or_a_language_that_is_none_is_refused(app: App) -> None:
    await drafted(app)
    await refused("circle.errors.no_such_zone", app.setup.choose(ANA, 1, zone="Mars/Base"))
    await refused("circle.errors.no_such_language", app.setup.choose(ANA, 1, locale="tlh"))


async def test_a_facilitator_changes_their_circle_and_a_member_does_not(app: App, circle: Circle) -> None:
    await refused("common.errors.facilitators_only", app.setup.begin_change(MAYA, circle))
    await app.setup.begin_change(BEN, circle)
    await app.setup.choose(BEN, 1, name="Haven", channels={Place.SHARING: 34})
    changed = await app.setup.save(BEN, 1, ALLOWED)

    assert changed == replace(circle, name="Haven", sharing_channel_id=34)
    assert await app.circles.get(circle.id) == changed
    postman = Postman()
    await app.outbox.drain(postman)
    assert [(item.kind, item.channel_id) for item in postman.items] == [("share.welcome", 34)]


async def test_a_change_that_leaves_the_sharing_channel_posts_nothing(app: App, circle: Circle) -> None:
    await app.setup.begin_change(BEN, circle)
    await app.setup.choose(BEN, 1, name="Haven")
    await app.setup.save(BEN, 1, ALLOWED)
    assert await app.outbox.drain(Postman()) == 0


async def test_schedules_follow_the_circle_into_another_zone(app: App, circle: Circle) -> None:
    rule = weekly(frozenset({Day.WED}), time(19, 0))
    schedule = await app.schedules.create(BEN, circle, Kind.CHECK_IN, rule)
    await app.setup.begin_change(BEN, circle)
    await app.setup.choose(BEN, 1, zone="Asia/Tokyo")
    changed = await app.setup.save(BEN, 1, ALLOWED)

    moved = await app.schedules.get(BEN, changed, schedule.id)
    assert schedule.next is not None
    assert moved.next is not None
    assert schedule.next.local == moved.next.local
    assert schedule.next.instant - moved.next.instant == timedelta(hours=8)


async def test_a_draft_nobody_comes_back_to_is_deleted_after_a_week(app: App, clock: FixedClock) -> None:
    await drafted(app)
    clock.advance(timedelta(days=7))
    await app.setup.do_due()
    await app.setup.draft(ANA, 1)
    clock.advance(timedelta(seconds=1))
    await app.setup.do_due()
    await refused("circle.errors.draft_gone", app.setup.draft(ANA, 1))


async def test_a_draft_put_aside_is_gone(app: App) -> None:
    await drafted(app)
    await app.setup.put_aside(ANA, 1)
    await refused("circle.errors.draft_gone", app.setup.draft(ANA, 1))


async def test_a_person_can_see_and_erase_what_is_kept_of_a_set_up(app: App) -> None:
    await drafted(app)
    [kept] = await app.setup.export(101)
    assert (kept["user_id"], kept["name"]) == (101, "My Garden")
    async with app.db.transaction() as tx:
        await app.setup.forget(tx, 101)
    assert await app.setup.export(101) == []


async def test_closing_ends_a_circle_says_so_in_it_and_leaves_others_alone(app: App, circle: Circle) -> None:
    await drafted(app)
    garden = await app.setup.save(ANA, 1, ALLOWED)
    await app.outbox.drain(Postman())
    await refused("common.errors.facilitators_only", app.circles.close(MAYA, circle))
    await app.setup.begin_change(BEN, circle)

    await app.circles.close(BEN, circle)
    postman = Postman()
    await app.outbox.drain(postman)
    assert [(item.kind, item.channel_id) for item in postman.items] == [("circle.closed", circle.channel_id)]
    assert await app.circles.of_guild(1) == [garden]
    assert await app.circles.even_closed(circle.id) == circle
    await refused("common.errors.circle_gone", app.circles.get(circle.id))
    await refused("common.errors.circle_gone", app.circles.close(BEN, circle))
    await refused("circle.errors.draft_gone", app.setup.draft(BEN, 1))


async def test_a_channel_of_a_closed_circle_can_be_used_again(app: App, circle: Circle) -> None:
    await app.circles.close(ANA, circle)
    await drafted(app)
    await app.setup.choose(ANA, 1, channels={Place.CIRCLE: circle.channel_id}, name=circle.name)
    await app.setup.save(ANA, 1, ALLOWED)


async def test_hello_is_said_once_in_a_server(app: App) -> None:
    for channel_id in (5, 5, 6):
        await app.circles.greet(1, channel_id)
    postman = Postman()
    await app.outbox.drain(postman)
    await app.circles.leave(1)
    await app.circles.greet(1, 5)
    await app.outbox.drain(postman)
    assert [(item.kind, item.reference, item.channel_id) for item in postman.items] == [
        ("circle.hello", "1", 5)
    ]


async def test_a_hello_that_could_not_be_said_is_said_another_time(app: App) -> None:
    class Closed(Postman):
        async def deliver(self, item: Item) -> int | None:
            raise Undeliverable("no_permission")

    await app.circles.greet(1, 5)
    await app.outbox.drain(Closed())
    await app.circles.greet(1, 6)
    postman = Postman()
    await app.outbox.drain(postman)
    assert [item.channel_id for item in postman.items] == [6]


async def test_where_a_circle_is_at_home_no_hello_is_needed(app: App, circle: Circle) -> None:
    await app.circles.greet(circle.guild_id, 5)
    assert await app.outbox.drain(Postman()) == 0


async def test_leaving_a_server_closes_its_circles_and_those_of_no_other(app: App, circle: Circle) -> None:
    await drafted(app)
    await app.circles.leave_all_but([1, 2])
    assert await app.circles.all_open() == [circle]
    await app.circles.leave_all_but([2])
    assert await app.circles.all_open() == []
    assert await app.setup.export(101) == []
