"""A schedule among the server's events, over the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.circles.models import Circle
from sandbox.models import ScheduledEvent
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

TUESDAY_19 = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # 19:00 in Berlin; the clock stands at Monday noon
WEEK = timedelta(weeks=1)


@pytest.fixture
async def circle(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Circle:
    # Discord takes no event in the past: its clock is the bot's here.
    monkeypatch.setattr(stage.sandbox.world, "now", stage.clock.now)
    return await stage.make_circle(id="0123456789abcdef", depth_ceiling=1)


def events(stage: Stage) -> list[ScheduledEvent]:
    return list(stage.seeded.guild.events.values())


async def allow_events(stage: Stage) -> None:
    guild, bot = stage.seeded.guild, stage.seeded.application.bot
    for role in guild.roles.values():
        if role.bot is bot:
            role.permissions |= int(Permission.CREATE_EVENTS)
    await stage.restart()  # so that the bot has heard of it


async def a_schedule(stage: Stage, when: str, what: str = "Check-in") -> str:
    ben = stage.person("ben")
    shown = await ben.slash("/schedule new", channel="circle", what=what, when=when)
    await ben.click("Save", on=shown)
    offered = await ben.autocomplete("/schedule mirror", "schedule", what.split()[0], channel="circle")
    return str(next(iter(offered.values())))


async def test_without_the_permission_it_is_told_honestly_and_nothing_is_changed(
    stage: Stage, circle: Circle
) -> None:
    schedule = await a_schedule(stage, "tue 19:00")
    answer = await stage.person("ben").slash("/schedule mirror", channel="circle", schedule=schedule)
    assert "Create Events" in answer.text
    await stage.pass_time(timedelta(minutes=5))
    assert events(stage) == []


async def test_an_event_repeats_follows_what_is_changed_and_goes_with_its_schedule(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    await allow_events(stage)
    schedule = await a_schedule(stage, "every other tue 19:00")
    answer = await ben.slash("/schedule mirror", channel="circle", schedule=schedule)
    assert "Everyone in the server sees it" in answer.text
    await stage.pass_time(timedelta(0))
    [event] = events(stage)
    assert event.name == "Check-in · Harbour"
    assert event.starts_at == TUESDAY_19
    assert event.ends_at == TUESDAY_19 + timedelta(hours=24)
    assert event.recurrence_rule is not None
    assert (event.recurrence_rule["frequency"], event.recurrence_rule["interval"]) == (2, 2)
    assert event.recurrence_rule["by_weekday"] == [1]

    shown = await ben.slash("/schedule edit", channel="circle", schedule=schedule, when="last friday 20:00")
    await ben.click("Save", on=shown)
    await stage.restart()
    await stage.pass_time(timedelta(0))
    [event] = events(stage)
    assert event.starts_at == datetime(2026, 3, 27, 19, 0, tzinfo=UTC)
    assert event.recurrence_rule is None
    assert "last Friday of the month" in (event.description or "")

    await ben.slash("/schedule pause", channel="circle", schedule=schedule)
    await stage.pass_time(timedelta(0))
    assert events(stage) == []
    await ben.slash("/schedule resume", channel="circle", schedule=schedule)
    await stage.pass_time(timedelta(0))
    assert len(events(stage)) == 1
    log = await stage.person("maya").slash("/schedule log", channel="circle")
    assert "shown as an event" in log.text
    await ben.slash("/schedule mirror", channel="circle", schedule=schedule, show=False)
    await stage.pass_time(timedelta(0))
    assert events(stage) == []


async def test_an_event_whose_making_was_not_heard_of_is_found_and_not_made_twice(
    stage: Stage, circle: Circle
) -> None:
    await allow_events(stage)
    schedule = await a_schedule(stage, "tue 19:00", "Prompt · First steps")
    await stage.person("ben").slash("/schedule mirror", channel="circle", schedule=schedule)
    await stage.pass_time(timedelta(0))
    async with stage.app.db.transaction() as tx:  # as a process leaves it that dies before the answer
        await tx.execute("UPDATE schedule_events SET event_id = NULL, tried_at = :now", now=stage.clock.now())
    await stage.restart()
    await stage.pass_time(timedelta(minutes=2))
    [event] = events(stage)
    assert "First steps" in (event.description or "")
    row = await stage.app.db.one("SELECT event_id FROM schedule_events")
    assert row is not None
    assert row["event_id"] == event.id


async def test_an_event_that_somebody_deleted_comes_again_with_the_next_time(
    stage: Stage, circle: Circle
) -> None:
    await allow_events(stage)
    schedule = await a_schedule(stage, "tue 19:00")
    await stage.person("ben").slash("/schedule mirror", channel="circle", schedule=schedule)
    await stage.pass_time(timedelta(0))
    stage.seeded.guild.events.clear()
    await stage.pass_time(timedelta(minutes=5))
    assert events(stage) == []
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    [event] = events(stage)
    assert event.starts_at == TUESDAY_19 + WEEK


async def test_a_permission_that_is_taken_away_is_told_once(stage: Stage, circle: Circle) -> None:
    await allow_events(stage)
    schedule = await a_schedule(stage, "tue 19:00")
    await stage.person("ben").slash("/schedule mirror", channel="circle", schedule=schedule)
    await stage.pass_time(timedelta(0))
    for role in stage.seeded.guild.roles.values():
        role.permissions &= ~int(Permission.CREATE_EVENTS)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    await stage.pass_time(WEEK)
    told = [seen.text for seen in stage.person("ben").sees("facilitators") if not seen.ephemeral]
    assert len([text for text in told if "no longer shown as events" in text]) == 1
