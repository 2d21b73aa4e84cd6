"""Facilitators set schedules and everyone sees what comes, over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.circles import store as circles_store
from bot.circles.models import Circle
from sandbox.people import Seen
from tests.e2e.conftest import Stage

TUESDAY_19 = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # 19:00 in Berlin; the clock stands at Monday noon
TUESDAY = f"<t:{int(TUESDAY_19.timestamp())}:F>"
NEXT_TUESDAY = f"<t:{int((TUESDAY_19 + timedelta(weeks=1)).timestamp())}:F>"


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    return await stage.make_circle(id="0123456789abcdef", depth_ceiling=1)


def posted(stage: Stage, channel: str = "circle") -> list[Seen]:
    """What the bot posted for all to see."""
    return [seen for seen in stage.person("ben").sees(channel) if not seen.ephemeral]


async def a_check_in_on_tuesdays(stage: Stage) -> None:
    ben = stage.person("ben")
    shown = await ben.slash("/schedule check-in", channel="facilitators", day="Tuesday", time="7pm")
    await ben.click("Save", on=shown)


async def the_schedule(stage: Stage, command: str) -> str:
    """The value that autocomplete offers for the only schedule there is."""
    [value] = (await stage.person("ben").autocomplete(command, "schedule", "", channel="circle")).values()
    return str(value)


async def test_a_check_in_is_shown_with_its_next_times_saved_and_posted_on_its_day(
    stage: Stage, circle: Circle
) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    shown = await ben.slash("/schedule check-in", channel="facilitators", day="Tuesday", time="7pm")
    assert shown.ephemeral
    assert "Check-in · Tuesdays 19:00" in shown.text
    assert shown.text.count(":F>") == 5
    assert TUESDAY in shown.text
    assert shown.buttons == ["Save", "See the message", "Not now"]

    await stage.restart()
    saved = await ben.click("Save", on=shown)
    assert "is saved" in saved.text
    assert saved.buttons == []

    listed = await ben.slash("/schedule list", channel="facilitators")
    assert "Check-in · Tuesdays 19:00" in listed.text
    assert TUESDAY in listed.text
    assert posted(stage) == []
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert len(posted(stage)) == 1
    coming = await maya.slash("/next", channel="circle")
    assert coming.ephemeral
    assert NEXT_TUESDAY in coming.text


async def test_a_prompt_is_scheduled_from_a_deck_that_autocomplete_offers(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    decks = await ben.autocomplete("/schedule prompt", "deck", "first", channel="circle")
    assert decks == {"First steps": "first-steps"}
    shown = await ben.slash(
        "/schedule prompt",
        channel="circle",
        day="tue, thu",
        time="19:00",
        deck="first-steps",
        window_hours=48,
    )
    assert "Prompt · Tuesdays and Thursdays 19:00" in shown.text
    assert "48 hours" in shown.text
    await ben.click("Save", on=shown)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert len(posted(stage)) == 1
    refused = await ben.slash(
        "/schedule prompt", channel="circle", day="tue", time="19:00", deck="no such deck"
    )
    assert "no deck of that name" in refused.text


async def test_nothing_is_saved_by_not_now(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    shown = await ben.slash("/schedule check-in", channel="circle", day="tue", time="19:00")
    answer = await ben.click("Not now", on=shown)
    assert "Nothing was saved." in answer.text
    assert "no schedule yet" in (await ben.slash("/schedule list", channel="circle")).text


async def test_save_pressed_twice_makes_one_schedule(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    shown = await ben.slash("/schedule check-in", channel="circle", day="tue", time="19:00")
    again = await ben.slash("/schedule check-in", channel="circle", day="tue", time="19:00")
    await ben.click("Save", on=shown)
    assert "has that schedule already" in (await ben.click("Save", on=again)).text
    assert (await ben.slash("/schedule list", channel="circle")).text.count("Tuesdays 19:00") == 1


async def test_a_time_or_day_that_can_not_be_read_is_answered_kindly_with_forms_that_can(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    for day, at, told in (("tuesday", "sevenish", "`7pm`"), ("now and then", "19:00", "`tue, thu`")):
        answer = await ben.slash("/schedule check-in", channel="circle", day=day, time=at)
        assert answer.ephemeral
        assert told in answer.text
        assert "nothing was saved" in answer.text


async def test_days_are_offered_while_typing_also_several(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    offered = await ben.autocomplete("/schedule check-in", "day", "", channel="circle")
    assert offered["Tuesdays"] == "tue"
    assert offered["Weekdays"] == "mon, tue, wed, thu, fri"
    offered = await ben.autocomplete("/schedule check-in", "day", "tue, th", channel="circle")
    assert offered["Tuesdays and Thursdays"] == "tue, thu"


async def test_a_schedule_is_paused_resumed_and_removed_after_a_question(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    await a_check_in_on_tuesdays(stage)
    names = await ben.autocomplete("/schedule pause", "schedule", "tues", channel="circle")
    assert list(names) == ["Check-in · Tuesdays 19:00"]
    schedule = await the_schedule(stage, "/schedule pause")

    paused = await ben.slash("/schedule pause", channel="circle", schedule=schedule)
    assert "rests now" in paused.text
    assert "Resting" in (await ben.slash("/schedule list", channel="circle")).text
    assert "Nothing is planned" in (await stage.person("maya").slash("/next", channel="circle")).text
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert posted(stage) == []

    resumed = await ben.slash("/schedule resume", channel="circle", schedule=schedule)
    assert NEXT_TUESDAY in resumed.text

    asked = await ben.slash("/schedule remove", channel="circle", schedule=schedule)
    assert asked.buttons == ["Remove it", "Keep it"]
    assert "Nothing was removed" in (await ben.click("Keep it", on=asked)).text
    asked = await ben.slash("/schedule remove", channel="circle", schedule=schedule)
    await stage.restart()
    assert "is removed" in (await ben.click("Remove it", on=asked)).text
    assert await ben.autocomplete("/schedule pause", "schedule", "", channel="circle") == {}


async def test_run_now_posts_one_at_once(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    await a_check_in_on_tuesdays(stage)
    schedule = await the_schedule(stage, "/schedule run-now")
    answer = await ben.slash("/schedule run-now", channel="facilitators", schedule=schedule)
    assert f"<#{circle.channel_id}>" in answer.text
    await stage.settle()
    assert len(posted(stage)) == 1
    again = await ben.slash("/schedule run-now", channel="facilitators", schedule=schedule)
    assert "nothing more was posted" in again.text
    await stage.settle()
    assert len(posted(stage)) == 1


async def test_members_are_told_whom_to_ask_and_change_nothing(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await a_check_in_on_tuesdays(stage)
    schedule = await the_schedule(stage, "/schedule pause")
    for command, options in (
        ("check-in", {"day": "mon", "time": "19:00"}),
        ("list", {}),
        ("pause", {"schedule": schedule}),
        ("resume", {"schedule": schedule}),
        ("remove", {"schedule": schedule}),
        ("run-now", {"schedule": schedule}),
    ):
        answer = await maya.slash(f"/schedule {command}", channel="circle", options=options)
        assert answer.ephemeral
        assert "for the facilitators of Harbour" in answer.text
    await stage.settle()
    assert posted(stage) == []
    assert TUESDAY in (await maya.slash("/next", channel="circle")).text


async def test_a_missed_time_is_told_in_the_facilitators_channel_and_not_posted(
    stage: Stage, circle: Circle
) -> None:
    await a_check_in_on_tuesdays(stage)
    await stage.stop_bot()
    stage.clock.moment = TUESDAY_19 + timedelta(hours=5)
    await stage.start_bot()
    await stage.pass_time(timedelta(0))
    assert posted(stage) == []
    [told] = posted(stage, "facilitators")
    assert "Check-in · Tuesdays 19:00" in told.text
    assert TUESDAY in told.text


async def test_a_channel_that_is_gone_is_told_and_the_schedule_needs_attention(
    stage: Stage, circle: Circle
) -> None:
    ana, ben = stage.person("ana"), stage.person("ben")
    await a_check_in_on_tuesdays(stage)
    stage.sandbox.world.delete_channel(stage.seeded.channels["circle"])
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    told = await ana.waits_for("facilitators", "could not be posted")
    assert "its channel is no longer there" in told.text
    listed = await ben.slash("/schedule list", channel="facilitators")
    assert "Needs attention" in listed.text
    assert NEXT_TUESDAY in listed.text


async def test_where_a_server_has_two_circles_a_command_elsewhere_can_name_the_one_it_means(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    await a_check_in_on_tuesdays(stage)
    new = stage.sandbox.world.add_channel(stage.seeded.guild, "second")
    other = replace(circle, id="fedcba9876543210", name="Lighthouse", channel_id=new.id, sharing_channel_id=1)
    async with stage.app.db.transaction() as tx:
        await circles_store.insert(tx, other)
    assert "more than one circle" in (await ben.slash("/next", channel="welcome")).text
    offered = await ben.autocomplete("/schedule list", "circle", "har", channel="welcome")
    assert offered == {"Harbour": circle.id}
    listed = await ben.slash("/schedule list", channel="welcome", circle=circle.id)
    assert "Tuesdays 19:00" in listed.text
    chosen = {"circle": circle.id}
    schedules = await ben.autocomplete("/schedule pause", "schedule", "", channel="welcome", options=chosen)
    paused = await ben.slash(
        "/schedule pause", channel="welcome", circle="Harbour", schedule=next(iter(schedules.values()))
    )
    assert "rests now" in paused.text
    assert "Nothing is planned in Lighthouse" in (await ben.slash("/next", channel="second")).text
