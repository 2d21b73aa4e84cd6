from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Circle
from bot.errors import UserError
from bot.participation.models import KEPT, Act, Choice, Consent, Figure
from tests.conftest import FixedClock
from tests.participation.conftest import FACILITATOR, MAYA, MEMBER, NOOR, TOMAS, Log

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


# What is logged


async def test_who_was_not_asked_is_only_counted(app: App, log: Log) -> None:
    await log.did(Act.HERE, [MAYA])
    assert await log.rows_of(MAYA) == []
    [count] = await app.db.all("SELECT * FROM day_counts")
    assert (count["local_day"], count["act"], count["count"]) == ("2026-03-02", "here", 1)


async def test_who_chose_it_is_logged_by_name_from_then_on(log: Log) -> None:
    await log.did(Act.CHECKED_IN, [MAYA], "earlier")
    await log.by_name(MAYA, "Maya")
    await log.did(Act.CHECKED_IN, [MAYA, NOOR], "later")
    assert await log.rows_of(MAYA) == [("2026-03-02", "checked_in", "later")]
    assert await log.rows_of(NOOR) == []


async def test_who_chose_to_be_only_counted_is(log: Log) -> None:
    await log.only_counted(MAYA)
    await log.did(Act.HERE, [MAYA])
    assert await log.rows_of(MAYA) == []


async def test_passing_is_logged_as_being_here(log: Log) -> None:
    await log.by_name(MAYA, "Maya")
    await log.did(Act.PASSED, [MAYA])
    assert [act for _, act, _ in await log.rows_of(MAYA)] == ["here"]


async def test_an_anonymous_act_can_not_be_recorded_with_a_person(app: App, log: Log) -> None:
    with pytest.raises(ValueError, match="no person"):
        await log.did(Act.SHARED, [MAYA])
    assert await app.db.all("SELECT * FROM day_counts") == []


async def test_the_day_is_the_circles_own(app: App, log: Log, clock: FixedClock) -> None:
    clock.moment = clock.moment.replace(hour=23, minute=30)  # half past midnight in Berlin
    await log.by_name(MAYA, "Maya")
    await log.did(Act.HERE, [MAYA])
    assert [day for day, _, _ in await log.rows_of(MAYA)] == ["2026-03-03"]


async def test_no_time_of_day_is_kept_with_a_person(app: App, log: Log, clock: FixedClock) -> None:
    await log.by_name(MAYA, "Maya")
    await log.did(Act.HERE, [MAYA])
    for table in ("presence", "consents"):
        for row in await app.db.all(f"SELECT * FROM {table}"):
            assert not [value for value in row if isinstance(value, str) and ":" in value]


# Asking


async def test_a_member_is_asked_at_their_first_act_and_not_at_the_next(app: App, circle: Circle) -> None:
    assert await app.participation.meet(circle, MAYA, "Maya")
    assert not await app.participation.meet(circle, MAYA, "Maya")
    assert await app.participation.consent_of(circle.id, MAYA) is None
    assert await app.participation.meet(circle, NOOR, "Noor")


async def test_a_question_without_an_answer_is_asked_once_more_after_two_weeks(
    app: App, circle: Circle, clock: FixedClock
) -> None:
    assert await app.participation.meet(circle, MAYA, "Maya")
    clock.advance(13 * DAY)
    assert not await app.participation.meet(circle, MAYA, "Maya")
    clock.advance(DAY)
    assert await app.participation.meet(circle, MAYA, "Maya")
    clock.advance(100 * DAY)
    assert not await app.participation.meet(circle, MAYA, "Maya")


@pytest.mark.parametrize("consent", Consent)
async def test_who_has_chosen_is_not_asked(
    app: App, circle: Circle, clock: FixedClock, consent: Consent
) -> None:
    await app.participation.choose(circle, MAYA, consent, "Maya")
    clock.advance(30 * DAY)
    assert not await app.participation.meet(circle, MAYA, "Maya")


async def test_two_acts_at_once_are_asked_about_once(app: App, circle: Circle) -> None:
    asked = await asyncio.gather(*(app.participation.meet(circle, MAYA, "Maya") for _ in range(5)))
    assert sorted(asked) == [False, False, False, False, True]


async def test_each_circle_asks_for_itself(app: App, circle: Circle) -> None:
    await app.participation.meet(circle, MAYA, "Maya")
    other = await _another(app, circle)
    assert await app.participation.meet(other, MAYA, "Maya")


# Looking, and changing one's mind


async def test_a_circle_shows_facilitators_who_was_here_and_in_what_order_says_nothing(
    app: App, circle: Circle, log: Log, clock: FixedClock
) -> None:
    for user_id, name in ((MAYA, "Maya"), (NOOR, "noor"), (TOMAS, "Érik")):
        await log.by_name(user_id, name)
    await log.did(Act.HERE, [NOOR], "a")
    await log.did(Act.HERE, [NOOR, TOMAS, MAYA], "b")
    clock.advance(DAY)
    summary = await app.participation.summary(circle, FACILITATOR)
    assert summary.people is not None
    assert [person.name for person in summary.people] == ["Érik", "Maya", "noor"]


async def test_members_see_the_figures_and_no_names(
    app: App, circle: Circle, log: Log, clock: FixedClock
) -> None:
    await log.by_name(MAYA, "Maya")
    await log.did(Act.HERE, [MAYA, *range(201, 206)])
    await log.did(Act.PASSED, range(206, 210))
    await log.did_anonymously(Act.SHARED, 7)
    clock.advance(DAY)
    summary = await app.participation.summary(circle, MEMBER)
    assert summary.people is None
    assert summary.days == {MONDAY: (Figure(MONDAY, MONDAY, Act.HERE, 10),)}
    assert [(figure.act, figure.count) for figure in summary.anonymous] == [(Act.SHARED, 5)]


async def test_a_day_that_is_not_over_is_not_told_so_that_no_single_act_can_be(
    app: App, circle: Circle, log: Log, clock: FixedClock
) -> None:
    await log.did(Act.HERE, range(201, 209))
    assert (await app.participation.summary(circle, FACILITATOR)).days == {}
    clock.advance(DAY)
    assert (await app.participation.summary(circle, FACILITATOR)).days != {}


async def test_a_summary_reaches_back_four_weeks(
    app: App, circle: Circle, log: Log, clock: FixedClock
) -> None:
    await log.did(Act.HERE, range(201, 209))
    clock.advance(28 * DAY)
    summary = await app.participation.summary(circle, FACILITATOR)
    assert (summary.first, list(summary.days)) == (MONDAY, [MONDAY])
    clock.advance(DAY)
    assert (await app.participation.summary(circle, FACILITATOR)).days == {}


async def test_the_log_is_for_facilitators(app: App, circle: Circle) -> None:
    with pytest.raises(UserError, match="facilitators_only"):
        await app.participation.log(circle, MEMBER)


async def test_who_changes_to_counted_is_seen_by_nobody_and_may_erase_what_was_logged(
    app: App, circle: Circle, log: Log
) -> None:
    await log.by_name(MAYA, "Maya")
    await log.did(Act.HERE, [MAYA], "a")
    choice = await app.participation.choose(circle, MAYA, Consent.COUNTED, "Maya")
    assert choice == Choice(Consent.COUNTED, days=1)
    assert (await app.participation.log(circle, FACILITATOR)).named == ()
    assert (await app.participation.summary(circle, FACILITATOR)).people == ()

    await app.participation.erase_named(circle.id, MAYA)
    assert await log.rows_of(MAYA) == []
    assert await app.participation.choices_of(MAYA) == {circle.id: Choice(Consent.COUNTED, days=0)}


async def test_a_new_name_in_the_server_takes_the_place_of_the_old(
    app: App, circle: Circle, log: Log
) -> None:
    await log.by_name(MAYA, "Maya")
    await log.did(Act.HERE, [MAYA])
    await app.participation.meet(circle, MAYA, "Maya R.")
    [person] = (await app.participation.log(circle, FACILITATOR)).named
    assert person.name == "Maya R."


async def test_no_name_is_kept_of_who_is_only_counted(app: App, circle: Circle, log: Log) -> None:
    await log.by_name(MAYA, "Maya")
    await log.only_counted(MAYA)
    await app.participation.meet(circle, MAYA, "Maya")
    [row] = await app.db.all("SELECT name FROM consents")
    assert row["name"] is None


# The end of it


async def test_the_log_reaches_back_a_year(app: App, circle: Circle, log: Log, clock: FixedClock) -> None:
    await log.by_name(MAYA, "Maya")
    await log.only_counted(NOOR)
    await log.did(Act.HERE, [MAYA, NOOR])
    clock.advance(KEPT)
    await _purge(app)
    assert len(await log.rows_of(MAYA)) == 1
    assert await app.participation.consent_of(circle.id, NOOR) is Consent.COUNTED

    clock.advance(DAY)
    await _purge(app)
    for table in ("presence", "day_counts", "consents"):
        assert await app.db.all(f"SELECT * FROM {table}") == []


async def test_a_choice_lives_as_long_as_the_log_holds_a_row_of_it(
    app: App, circle: Circle, log: Log, clock: FixedClock
) -> None:
    await log.by_name(MAYA, "Maya")
    clock.advance(300 * DAY)
    await log.did(Act.HERE, [MAYA])
    clock.advance(300 * DAY)
    await _purge(app)
    assert await app.participation.consent_of(circle.id, MAYA) is Consent.BY_NAME


async def test_everything_about_a_person_is_given_out_and_forgotten(
    app: App, circle: Circle, log: Log
) -> None:
    await log.by_name(MAYA, "Maya")
    await log.by_name(NOOR, "Noor")
    await log.did(Act.HERE, [MAYA, NOOR], "a")
    assert await app.participation.export(MAYA) == {
        "log_choices": [
            {"circle_id": "c1", "choice": "by_name", "name": "Maya", "asked": 0, "since": "2026-03-02"}
        ],
        "log_by_name": [{"circle_id": "c1", "day": "2026-03-02", "act": "here", "occasion": "a"}],
    }
    async with app.db.transaction() as tx:
        await app.participation.forget(tx, MAYA)
    assert await app.participation.export(MAYA) == {"log_choices": [], "log_by_name": []}
    assert len(await log.rows_of(NOOR)) == 1


async def _purge(app: App) -> None:
    async with app.db.transaction() as tx:
        await app.participation.purge(tx, app.clock.now())


async def _another(app: App, circle: Circle) -> Circle:
    other = replace(
        circle, id="c2", name="Lantern", channel_id=14, sharing_channel_id=15, facilitators_channel_id=16
    )
    async with app.db.transaction() as tx:
        await circles_store.insert(tx, other)
    return other
