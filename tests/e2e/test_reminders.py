"""Reminders over the wire: to those who asked, once, by direct message, and never to anyone who is away."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot import logs
from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUTTONS = ["Go there", "Not today", "No more of these"]
HELP = "Need someone now?"


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    """A circle on Berlin's clock; it is Monday, 13:00 there (12:00 UTC)."""
    return await stage.make_circle()


async def schedule(stage: Stage, time: str, *, day: str = "Monday", hours: int = 24) -> None:
    """A check-in that Ana schedules, on Berlin's clock."""
    ana = stage.person("ana")
    preview = await ana.slash("/schedule check-in", channel="circle", day=day, time=time, window_hours=hours)
    await ana.click("Save", on=preview)


async def ask(person: Person, **options: object) -> Reply:
    named = {name.replace("_", "-"): value for name, value in options.items()}
    reply = await person.slash("/remind me", channel="circle", options=named)
    await reply.settled()
    assert reply.ephemeral
    return reply


async def opens(stage: Stage, after: timedelta = HOUR) -> Seen:
    """Time passes until the check-in stands, and then until whoever wants to know may have been told."""
    await stage.pass_time(after)
    await stage.pass_time(MINUTE)
    [*_, card] = [seen for seen in stage.person("lin").sees("circle") if "Check in" in seen.buttons]
    await wait(stage)
    return card


async def wait(stage: Stage, by: timedelta = 2 * MINUTE) -> None:
    await stage.pass_time(by)
    await stage.pass_time(MINUTE)


def reminders(person: Person) -> list[Seen]:
    return [seen for seen in person.inbox() if "Go there" in seen.buttons]


def link(seen: Seen) -> str:
    return next(url for url in str(seen.message.components).split("'") if url.startswith("https://"))


async def test_who_asked_is_told_once_and_nobody_else_is(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    reply = await ask(maya)
    assert "when one opens" in reply.text
    assert HELP in reply.buttons
    await schedule(stage, "14:00")
    card = await opens(stage)
    [reminder] = reminders(maya)
    assert reminder.buttons == BUTTONS
    assert "A check-in is open in **Harbour**" in reminder.text
    assert link(reminder) == f"https://discord.com/channels/{circle.guild_id}/{circle.channel_id}/{card.id}"
    for _ in range(5):
        await wait(stage, HOUR)
    assert reminders(maya) == [reminder]
    assert noor.inbox() == []
    assert all(seen.ephemeral or "remind" not in seen.text for seen in noor.sees("circle"))


async def test_several_people_are_each_told_at_the_time_they_chose(stage: Stage, circle: Circle) -> None:
    maya, noor, tomas, lin = (stage.person(handle) for handle in ("maya", "noor", "tomas", "lin"))
    assert "19:30 on the clock of Kolkata" in (await ask(maya, at="7:30pm", city="Asia/Kolkata")).text
    await ask(noor, at="18:00")  # on the circle's clock
    assert "3 hours before one closes" in (await ask(tomas, hours_before_closing=3)).text
    assert "prompts" in (await ask(lin, what="Prompts")).text
    await schedule(stage, "14:00", hours=7)
    await opens(stage)  # 14:03 in Berlin, 18:33 in Kolkata
    assert [len(reminders(each)) for each in (maya, noor, tomas, lin)] == [0, 0, 0, 0]
    await wait(stage, HOUR)
    assert [len(reminders(each)) for each in (maya, noor, tomas, lin)] == [1, 0, 0, 0]
    await wait(stage, 3 * HOUR)  # 18:10 in Berlin; it closes at 21:00
    assert [len(reminders(each)) for each in (maya, noor, tomas, lin)] == [1, 1, 1, 0]
    await wait(stage, 2 * HOUR)
    assert [len(reminders(each)) for each in (maya, noor, tomas, lin)] == [1, 1, 1, 0]


async def test_a_prompt_is_told_of_too(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await ask(maya)
    preview = await ana.slash(
        "/schedule prompt", channel="circle", day="Monday", time="14:00", deck="first-steps"
    )
    await ana.click("Save", on=preview)
    await stage.pass_time(HOUR)
    await wait(stage)
    [reminder] = reminders(maya)
    assert "A prompt is open in **Harbour**" in reminder.text


async def test_who_came_already_is_not_told(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await ask(maya, at="16:00")
    await ask(noor, at="16:00")
    await schedule(stage, "14:00")
    await noor.click("Pass", on=await opens(stage))
    await wait(stage, 2 * HOUR)
    assert len(reminders(maya)) == 1
    assert reminders(noor) == []


@pytest.mark.parametrize("held", [True, False])
async def test_while_the_circle_holds_everything_nobody_is_reminded(
    stage: Stage, circle: Circle, held: bool
) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await ask(maya, hours_before_closing=2)
    await schedule(stage, "14:00", hours=6)
    await opens(stage)
    if held:
        reply = await ben.slash("/hold", channel="circle", reason="a hard day")
        assert reply.ephemeral
    await wait(stage, 4 * HOUR)
    await wait(stage)
    assert bool(reminders(maya)) is not held


async def test_who_is_away_is_told_nothing_and_their_return_is_not_remarked_on(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    await ask(maya)
    away = await maya.slash("/away", channel="circle", until="2 weeks")
    assert away.ephemeral
    assert "Away until <t:" in away.text
    await schedule(stage, "14:00", hours=48)
    await opens(stage)
    await wait(stage, HOUR)
    back = await maya.slash("/back", channel="dm")
    assert not any(word in back.text.lower() for word in ("away", "miss", "day", "while", "again:"))
    await wait(stage, HOUR)
    assert reminders(maya) == []
    assert "Away" not in (await maya.slash("/remind show", channel="dm")).text
    await stage.pass_time(7 * DAY - 2 * HOUR)
    await wait(stage)
    await wait(stage)
    assert len(reminders(maya)) == 1


async def test_away_without_an_end_lasts_and_what_is_no_day_is_told(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    assert "could not be read" in (await maya.slash("/away", channel="circle", until="soon")).text
    assert await stage.app.privacy.mine(maya.user.id) == {}
    assert "until you use `/back`" in (await maya.slash("/away", channel="dm")).text
    shown = await maya.slash("/remind show", channel="circle")
    assert "Away: nothing is sent to you" in shown.text
    assert "No reminders" in shown.text


async def test_quiet_hours_are_waited_for(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await ask(maya)
    await ask(noor)
    quiet = await noor.slash(
        "/remind quiet", channel="circle", options={"from": "1pm", "to": "4pm", "city": "Europe/Berlin"}
    )
    assert "Quiet from 13:00 to 16:00 on the clock of Berlin" in quiet.text
    await schedule(stage, "14:00")
    await opens(stage)
    assert (len(reminders(maya)), len(reminders(noor))) == (1, 0)
    await wait(stage, 2 * HOUR)
    assert (len(reminders(maya)), len(reminders(noor))) == (1, 1)


async def test_a_reminder_whose_quiet_hours_outlast_the_window_is_dropped(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await maya.slash("/remind quiet", channel="circle", options={"from": "13:00", "to": "16:00"})
    await schedule(stage, "14:00", hours=1)
    await opens(stage)
    await wait(stage, 3 * HOUR)
    assert reminders(maya) == []


async def test_closed_direct_messages_are_told_kindly_and_nothing_is_set(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    stage.sandbox.world.close_dms(maya.user)
    reply = await ask(maya)
    assert "*Privacy Settings*" in reply.text
    assert await stage.app.privacy.mine(maya.user.id) == {}
    stage.sandbox.world.allow_dms(maya.user)
    assert "Set." in (await ask(maya)).text


async def test_direct_messages_closed_later_end_reminders_and_the_next_command_tells_it_once(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    await ask(maya)
    stage.sandbox.world.close_dms(maya.user)
    await schedule(stage, "14:00")
    await opens(stage)
    assert len(await stage.app.db.all("SELECT * FROM reminder_wishes")) == 0
    assert await stage.app.db.all("SELECT * FROM outbox") == []
    shown = await maya.slash("/next", channel="circle")
    assert "What comes next" in shown.text
    told = await maya.waits_for("circle", "Reminders have ended", after=shown)
    assert told.ephemeral
    again = await maya.slash("/privacy", channel="circle")
    await stage.restart()
    assert again.follow_ups == []


async def test_no_more_of_these_ends_them_with_one_press_also_after_a_restart(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await schedule(stage, "14:00", day="every day", hours=2)
    await opens(stage)
    [reminder] = reminders(maya)
    await stage.restart()
    done = await maya.click("No more of these", on=reminder)
    assert "have ended" in done.text
    assert done.buttons == [HELP]
    await stage.pass_time(DAY)
    await wait(stage)
    assert reminders(maya) == []
    assert len(maya.inbox()) == 2  # the first message, and the reminder that is now its answer


async def test_not_today_lets_the_rest_of_the_day_be(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await schedule(stage, "14:00", day="every day", hours=2)
    await schedule(stage, "17:00", day="every day", hours=2)
    await opens(stage)
    [reminder] = reminders(maya)
    assert "Nothing more is sent to you today" in (await maya.click("Not today", on=reminder)).text
    await stage.pass_time(3 * HOUR)
    await wait(stage)
    assert reminders(maya) == []
    await stage.pass_time(21 * HOUR - 6 * MINUTE)
    await wait(stage)
    await wait(stage)
    assert len(reminders(maya)) == 1


async def test_a_restart_in_between_brings_it_once(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(maya, at="16:00")
    await schedule(stage, "14:00")
    await opens(stage)
    await stage.restart()
    await wait(stage, 2 * HOUR)
    assert len(reminders(maya)) == 1
    await stage.restart()
    await wait(stage, HOUR)
    assert len(reminders(maya)) == 1


async def test_a_reminder_whose_answer_was_lost_does_not_come_twice(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await schedule(stage, "14:00")
    direct = maya.place("dm").id
    fault = stage.sandbox.faults.lose_answer(method="POST", path=f"/channels/{direct}/messages")
    await opens(stage)
    assert fault.struck == 1
    stage.sandbox.world.nonces.clear()  # as if it had been long ago
    await stage.restart()
    await wait(stage)
    assert len(reminders(maya)) == 1
    assert await stage.app.db.all("SELECT * FROM outbox") == []


async def test_who_left_the_server_is_told_nothing_and_forgotten(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await schedule(stage, "14:00")
    stage.sandbox.world.remove_member(stage.seeded.guild, maya.user)
    await opens(stage)
    assert reminders(maya) == []
    assert await stage.app.privacy.mine(maya.user.id) == {}


async def test_who_can_no_longer_see_the_channel_is_not_sent_there(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await schedule(stage, "14:00")
    stage.sandbox.world.revoke(maya.user, Permission.VIEW_CHANNEL, stage.seeded.channels["circle"])
    await opens(stage)
    assert reminders(maya) == []


async def test_after_erasing_everything_nothing_comes(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(maya)
    await schedule(stage, "14:00")
    mine = await maya.slash("/my data", channel="circle")
    assert "Reminders you asked for" in mine.text
    asked = await maya.click("Erase everything", on=mine)
    await (await maya.click("Erase everything now", on=asked)).settled()
    await opens(stage)
    assert reminders(maya) == []


async def test_what_can_not_be_set_says_so_and_sets_nothing(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    for options in (
        {"at": "later"},
        {"at": "19:00", "hours-before-closing": 2},
        {"city": "nowhere at all"},
    ):
        reply = await maya.slash("/remind me", channel="circle", options=options)
        assert reply.ephemeral
        assert "Set." not in reply.text
    assert "in the server your circle is in" in (await maya.slash("/remind me", channel="dm")).text
    assert await stage.app.privacy.mine(maya.user.id) == {}
    assert all(seen.ephemeral for seen in maya.inbox())


async def test_hours_cities_circles_and_days_are_offered(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    assert "19:00" in await maya.autocomplete("/remind me", "at", "1", channel="circle")
    cities = await maya.autocomplete("/remind me", "city", "berl", channel="circle")
    assert cities == {"Berlin (Europe/Berlin)": "Europe/Berlin"}
    assert await maya.autocomplete("/remind me", "circle", "harb", channel="circle") == {"Harbour": "c1"}
    assert "2 weeks" in (await maya.autocomplete("/away", "until", "", channel="circle")).values()
    offered = await maya.autocomplete("/away", "until", "14 march", channel="circle")
    assert offered == {"14 march": "14 march"}


async def test_no_words_of_a_reminder_speak_of_absence_and_no_log_line_holds_a_person(
    stage: Stage, circle: Circle, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in logs.CHATTY:
        caplog.set_level(logging.INFO, logger=name)
    maya, noor = stage.person("maya"), stage.person("noor")
    await ask(maya)
    await ask(noor)
    stage.sandbox.world.close_dms(noor.user)
    await schedule(stage, "14:00")
    await opens(stage)
    await maya.click("No more of these", on=reminders(maya)[0])
    said = " ".join(seen.text.lower() for seen in maya.inbox())
    assert not any(word in said for word in ("miss", "absen", "haven't", "yet", "still", "waiting", "waits"))
    formatter = logs.RedactingFormatter("%(name)s %(message)s")
    written = "\n".join(formatter.format(record) for record in caplog.records)
    dms = [person.place("dm").id for person in (maya, noor)]
    assert "reminder.dm" in written
    assert not any(str(each) in written for each in (maya.user.id, noor.user.id, *dms))
