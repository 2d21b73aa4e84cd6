"""Missed times, posts that can't be posted, and letting things rest, over the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.circles.models import Circle
from sandbox.models import Overwrite
from sandbox.people import Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

TUESDAY_19 = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # 19:00 in Berlin; the clock stands at Monday noon
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def full(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:F>"


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    return await stage.make_circle(id="0123456789abcdef", depth_ceiling=1)


def posted(stage: Stage, channel: str = "circle") -> list[Seen]:
    return [seen for seen in stage.person("ben").sees(channel) if not seen.ephemeral]


async def ben_makes(stage: Stage, when: str, what: str = "Check-in", **more: object) -> Reply:
    ben = stage.person("ben")
    shown = await ben.slash("/schedule new", channel="facilitators", what=what, when=when, **more)
    return await ben.click("Save", on=shown)


async def the_schedule(stage: Stage) -> str:
    [value] = (
        await stage.person("ben").autocomplete("/schedule pause", "schedule", "", channel="circle")
    ).values()
    return str(value)


async def the_bot_sleeps_until(stage: Stage, moment: datetime) -> None:
    await stage.stop_bot()
    stage.clock.moment = moment
    await stage.start_bot()
    await stage.pass_time(timedelta(0))


# What was missed


async def test_after_a_night_of_downtime_facilitators_decide_each_missed_time_once_oldest_first(
    stage: Stage, circle: Circle
) -> None:
    ana, ben = stage.person("ana"), stage.person("ben")
    await ben_makes(stage, "daily 9:00 and 19:00", window_hours=2, if_later="Ask the facilitators")
    await the_bot_sleeps_until(stage, TUESDAY_19 + timedelta(hours=22))  # Wednesday 17:00
    assert posted(stage) == []
    [question] = posted(stage, "facilitators")
    assert "missed 4 times" in question.text  # Monday evening, Tuesday twice, Wednesday morning
    assert full(TUESDAY_19 - DAY) in question.text
    assert question.buttons == ["Post now", "Skip"]

    await ben.click("Skip", on=question)
    assert "missed 3 times" in question.text
    await stage.restart()
    await ana.click("Skip", on=question)
    assert full(TUESDAY_19) in question.text
    await ben.click("Skip", on=question)
    await ben.click("Post now", on=question)
    assert question.buttons == []
    assert "is decided" in question.text
    await stage.settle()
    assert len(posted(stage)) == 1
    await stage.pass_time(timedelta(0))
    assert len(posted(stage)) == 1
    assert len(posted(stage, "facilitators")) == 1
    log = await stage.person("maya").slash("/schedule log", channel="circle")
    assert "**Ben** posted" in log.text


async def test_a_schedule_can_wait_longer_for_its_time(stage: Stage, circle: Circle) -> None:
    await ben_makes(stage, "tue 19:00", late_minutes=360)
    await the_bot_sleeps_until(stage, TUESDAY_19 + timedelta(hours=5))
    assert len(posted(stage)) == 1
    assert posted(stage, "facilitators") == []


async def test_a_schedule_can_be_skipped_when_late_and_tells_so(stage: Stage, circle: Circle) -> None:
    await ben_makes(stage, "tue 19:00", late_minutes=5)
    await the_bot_sleeps_until(stage, TUESDAY_19 + timedelta(minutes=5))
    assert posted(stage) == []
    [told] = posted(stage, "facilitators")
    assert "by 5 minutes or more" in told.text


# What could not be posted


def forbid_posts(stage: Stage, *, forbid: bool = True) -> None:
    """Take from the bot, or give back, the right to write in the circle's channel."""
    channel, bot = stage.seeded.channels["circle"], stage.seeded.application.bot
    channel.overwrites.clear()
    if forbid:
        channel.overwrites.append(Overwrite(bot.id, 1, deny=int(Permission.SEND_MESSAGES)))


@pytest.mark.parametrize("what", ["Check-in", "Prompt · First steps"])
async def test_a_permission_that_is_gone_is_told_once_and_try_again_posts_once_it_is_mended(
    stage: Stage, circle: Circle, what: str
) -> None:
    ben = stage.person("ben")
    await ben_makes(stage, "tue 19:00", what)
    forbid_posts(stage)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    [told] = posted(stage, "facilitators")
    assert "may not post in the channel" in told.text
    assert "Tuesdays 19:00" in told.text
    assert "Needs attention" in (await ben.slash("/schedule list", channel="facilitators")).text

    await ben.click("Try again", on=told)  # too early: it is told again
    await stage.settle()
    told = posted(stage, "facilitators")[-1]
    assert len(posted(stage, "facilitators")) == 2
    assert posted(stage) == []

    forbid_posts(stage, forbid=False)
    await stage.restart()
    stage.clock.advance(timedelta(hours=1))
    await ben.click("Try again", on=told)
    await stage.settle()
    assert "On its way again" in told.text
    assert told.buttons == []
    [card] = posted(stage)
    assert card.buttons
    assert "Needs attention" not in (await ben.slash("/schedule list", channel="facilitators")).text
    await stage.pass_time(timedelta(minutes=1))
    assert len(posted(stage)) == 1


async def test_what_could_not_be_posted_until_its_window_was_over_is_opened_anew(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    await ben_makes(stage, "tue 19:00", window_hours=2)
    forbid_posts(stage)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    forbid_posts(stage, forbid=False)
    await stage.pass_time(timedelta(hours=5))
    [told] = posted(stage, "facilitators")
    await ben.click("Try again", on=told)
    await stage.settle()
    [card] = posted(stage)
    closes = int((stage.clock.now() + timedelta(hours=2)).timestamp())
    assert f"<t:{closes}:f>" in card.text


async def test_a_channel_that_is_gone_is_chosen_anew_and_what_failed_goes_there(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    await ben_makes(stage, "tue 19:00")
    await ben_makes(stage, "tue 19:00", "Prompt · First steps")
    stage.sandbox.world.delete_channel(stage.seeded.channels["circle"])
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    [told] = posted(stage, "facilitators")
    assert "no longer there" in told.text
    await stage.settle()
    assert told.text.count("Tuesdays 19:00") == 2

    new = stage.sandbox.world.add_channel(stage.seeded.guild, "haven")
    async with stage.app.db.transaction() as tx:
        await tx.execute("UPDATE circles SET channel_id = :id", id=new.id)
    await ben.click("Try again", on=told)
    await stage.settle()
    assert len([seen for seen in posted(stage, "haven") if seen.buttons]) == 2


async def test_a_cause_that_mends_itself_is_told_in_the_notice(stage: Stage, circle: Circle) -> None:
    await ben_makes(stage, "tue 19:00")
    forbid_posts(stage)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    [told] = posted(stage, "facilitators")
    forbid_posts(stage, forbid=False)
    await stage.pass_time(WEEK)
    assert len(posted(stage)) == 1
    assert "This is mended" in told.text
    assert told.buttons == []


# Resting


async def test_one_time_is_left_out_and_members_can_read_why(stage: Stage, circle: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    await ben_makes(stage, "tue 19:00")
    left = await ben.slash(
        "/schedule skip", channel="circle", schedule=await the_schedule(stage), reason="Carnival"
    )
    assert full(TUESDAY_19) in left.text
    assert full(TUESDAY_19 + WEEK) in left.text
    assert "Carnival" in (await maya.slash("/schedule log", channel="circle")).text
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert posted(stage) == []
    await stage.pass_time(WEEK)
    assert len(posted(stage)) == 1


async def test_a_schedule_rests_until_a_day(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    await ben_makes(stage, "tue 19:00")
    schedule = await the_schedule(stage)
    unread = await ben.slash("/schedule pause", channel="circle", schedule=schedule, until="later")
    assert "could not be read" in unread.text
    rests = await ben.slash("/schedule pause", channel="circle", schedule=schedule, until="16 March")
    assert full(TUESDAY_19 + 2 * WEEK) in rests.text
    assert "Resting until 2026-03-16" in (await ben.slash("/schedule list", channel="circle")).text
    await stage.pass_time(TUESDAY_19 + WEEK - stage.clock.now())
    assert posted(stage) == []
    await stage.pass_time(WEEK)
    assert len(posted(stage)) == 1


async def test_everything_is_held_and_goes_on_without_a_flood(stage: Stage, circle: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    await ben_makes(stage, "daily 19:00", window_hours=2)
    await ben_makes(stage, "daily 20:00", "Prompt · First steps", if_later="Ask the facilitators")
    held = await ben.slash("/hold", channel="circle", reason="a hard week")
    assert held.ephemeral
    assert "Everything in Harbour is held" in held.text
    assert "Nothing is planned" in (await maya.slash("/next", channel="circle")).text
    for _ in range(5):
        await stage.pass_time(DAY)
    await stage.restart()
    assert posted(stage) == posted(stage, "facilitators") == []
    assert "is held" in (await ben.slash("/schedule list", channel="circle")).text
    again = await ben.slash("/hold", channel="circle")
    lifted = await ben.click("Let it go on", on=again)
    assert "goes on" in lifted.text
    assert "isn't" not in lifted.text
    await stage.pass_time(timedelta(0))
    assert posted(stage) == posted(stage, "facilitators") == []
    await stage.pass_time(timedelta(hours=6))  # 19:00
    assert len(posted(stage)) == 1
    log = await maya.slash("/schedule log", channel="circle")
    assert "**Ben** held everything: a hard week" in log.text
    assert "Nothing is held" in (await ben.click("Let it go on", on=held)).text


async def test_everything_is_held_until_a_day(stage: Stage, circle: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    await ben_makes(stage, "daily 19:00", window_hours=2)
    held = await ben.slash("/hold", channel="circle", until="2026-03-05")
    assert full(datetime(2026, 3, 4, 23, 0, tzinfo=UTC)) in held.text
    assert full(TUESDAY_19 + 2 * DAY) in (await maya.slash("/next", channel="circle")).text
    await stage.pass_time(TUESDAY_19 + DAY - stage.clock.now())
    assert posted(stage) == []
    await stage.pass_time(DAY)
    assert len(posted(stage)) == 1


async def test_the_list_tells_how_long_the_prompts_last(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    await ben_makes(stage, "mon, wed, fri 19:00", "Prompt · First steps")
    listed = await ben.slash("/schedule list", channel="circle")
    total = await stage.app.prompts.left(circle, "first-steps")
    weeks = round(total / 3)
    assert f"{total} prompts left, about {weeks} weeks." in listed.text
    await stage.pass_time(TUESDAY_19 - DAY - stage.clock.now())
    assert f"{total - 1} prompts left" in (await ben.slash("/schedule list", channel="circle")).text
