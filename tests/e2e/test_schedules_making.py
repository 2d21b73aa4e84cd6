"""A schedule made in one line or piece by piece, seen before it is saved, and changed, over the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.circles.models import Circle
from sandbox.people import Reply, Seen
from tests.e2e.conftest import Stage

TUESDAY_19 = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # 19:00 in Berlin; the clock stands at Monday noon
WEEK = timedelta(weeks=1)


def full(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:F>"


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    return await stage.make_circle(id="0123456789abcdef", depth_ceiling=1)


def posted(stage: Stage, channel: str = "circle") -> list[Seen]:
    return [seen for seen in stage.person("ben").sees(channel) if not seen.ephemeral]


async def ben_types(stage: Stage, when: str, what: str = "Check-in", **more: object) -> Reply:
    return await stage.person("ben").slash(
        "/schedule new", channel="facilitators", what=what, when=when, **more
    )


async def test_every_other_tuesday_is_said_back_with_its_next_five_times_and_comes_every_other_tuesday(
    stage: Stage, circle: Circle
) -> None:
    shown = await ben_types(stage, "every other tue 19:00")
    assert shown.ephemeral
    assert "Check-in · Every 2 weeks: Tuesdays 19:00 from 2026-03-03" in shown.text
    assert "Europe/Berlin" in shown.text
    assert shown.text.count(":F>") == shown.text.count(":R>") == 5
    # 19:00 in Berlin is an hour earlier in UTC from the end of March on
    summer = TUESDAY_19 + 4 * WEEK - timedelta(hours=1)
    assert all(full(moment) in shown.text for moment in (TUESDAY_19, TUESDAY_19 + 2 * WEEK, summer))
    assert shown.text.count("⚠") == 1
    assert f"⚠ {full(summer)}" in shown.text
    await stage.restart()
    assert "is saved" in (await stage.person("ben").click("Save", on=shown)).text
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert len(posted(stage)) == 1
    await stage.pass_time(WEEK)
    assert len(posted(stage)) == 1
    await stage.pass_time(WEEK)
    assert len(posted(stage)) > 1


async def test_a_line_that_can_not_be_read_is_answered_with_forms_that_can_and_each_of_them_can(
    stage: Stage, circle: Circle
) -> None:
    answer = await ben_types(stage, "now and then")
    assert answer.ephemeral
    assert "nothing was saved" in answer.text
    forms = [form for form in answer.text.split("`")[1::2] if not form.startswith(("/", "until", "for "))]
    assert len(forms) >= 10
    for form in forms:
        assert "Nothing is saved yet" in (await ben_types(stage, form)).text


async def test_what_ends_is_over_after_its_last_time(stage: Stage, circle: Circle) -> None:
    shown = await ben_types(stage, "daily 20:00 for 2 times", window_hours=1)
    assert "the last of them" in shown.text
    await stage.person("ben").click("Save", on=shown)
    await stage.pass_time(timedelta(hours=7))  # Monday 20:00
    cards = len(posted(stage))
    assert cards == 1
    await stage.pass_time(timedelta(days=1))
    assert len(posted(stage)) == 2
    assert "no schedule yet" in (await stage.person("ben").slash("/schedule list", channel="circle")).text
    await stage.pass_time(timedelta(days=1))
    assert len(posted(stage)) == 2


async def test_a_single_time_is_picked_as_a_timestamp(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    once = f"<t:{int(TUESDAY_19.timestamp())}>"
    shown = await ben.slash("/schedule new", channel="circle", what="Prompt · First steps", once=once)
    assert "Prompt · once on 2026-03-03 19:00" in shown.text
    assert "It comes once" in shown.text
    assert full(TUESDAY_19) in shown.text
    await ben.click("Save", on=shown)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert len(posted(stage)) == 1
    over = await ben.slash("/schedule new", channel="circle", what="Check-in", once=once)
    assert "No time of it is to come" in over.text


async def test_what_is_offered_while_typing_can_be_typed_too(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    offered = await ben.autocomplete("/schedule new", "what", "", channel="circle")
    assert offered["Check-in"] == "check_in"
    assert offered["Prompt · First steps"] == "prompt:first-steps"
    for what in (offered["Prompt · First steps"], "prompt · first steps"):
        assert "Prompt · Tuesdays 19:00" in (await ben_types(stage, "tue 19:00", str(what))).text
    assert "It isn't clear" in (await ben_types(stage, "tue 19:00", "something nice")).text


async def test_a_schedule_is_chosen_piece_by_piece_over_a_restart(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    panel = await ben.slash("/schedule new", channel="circle")
    assert panel.ephemeral
    assert "Look it over" in (panel.message.disabled if panel.message else [])
    panel = await ben.choose("What is posted", "Prompt · First steps", on=panel)
    panel = await ben.choose("How often", "On the last of these in a month", on=panel)
    await stage.restart()
    panel = await ben.choose("On which days", ["Friday"], on=panel)
    panel = await ben.choose("If the bot could not post in time", "Ask us", on=panel)
    assert "Still to choose: a time" in panel.text
    form = await ben.click("Time and dates", on=panel)
    assert len(form.fields) == 4
    await stage.restart()
    panel = await ben.submit(form, {"Time": "8pm", "Last day": "2026-12-20", "Open for": "48"})
    assert "Everything needed is here" in panel.text
    shown = await ben.click("Look it over", on=panel)
    assert "Prompt · last Friday of the month 20:00 until 2026-12-20" in shown.text
    assert "48 hours" in shown.text
    assert "or else asks the facilitators" in shown.text

    panel = await ben.click("Change something", on=shown)
    panel = await ben.choose("How often", "On the 1st of these in a month", on=panel)
    shown = await ben.click("Look it over", on=panel)
    assert "Prompt · 1st Friday of the month 20:00" in shown.text
    assert "is saved" in (await ben.click("Save", on=shown)).text
    await stage.pass_time(datetime(2026, 3, 6, 19, 0, tzinfo=UTC) - stage.clock.now())
    assert len(posted(stage)) == 1


async def test_pieces_that_do_not_make_a_rule_cost_nothing_of_what_was_chosen(
    stage: Stage, circle: Circle
) -> None:
    ben = stage.person("ben")
    panel = await ben.slash("/schedule new", channel="circle")
    panel = await ben.choose("What is posted", "Check-in", on=panel)
    panel = await ben.choose("How often", "On the 1st of these in a month", on=panel)
    panel = await ben.choose("On which days", ["Monday", "Friday"], on=panel)
    panel = await ben.submit(await ben.click("Time and dates", on=panel), {"Time": "sevenish"})
    refused = await ben.click("Look it over", on=panel)
    assert "could not be read" in refused.text
    panel = await ben.choose("On which days", ["Monday"], on=panel)
    form = await ben.click("Time and dates", on=panel)
    panel = await ben.submit(form, {"Time": "19h"})
    assert "1st Monday of the month 19:00" in (await ben.click("Look it over", on=panel)).text
    aside = await ben.click("Not now", on=panel)
    assert "Nothing was saved" in aside.text
    assert "put aside already" in (await ben.submit(form, {"Time": "20h"})).text


async def test_the_message_is_seen_as_it_will_be_before_it_is_saved(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    shown = await ben_types(stage, "tue 19:00")
    seen = await ben.click("See the message", on=shown)
    card = await ben.waits_for("facilitators", after=seen)
    assert card.ephemeral
    assert set(card.buttons) == set(card.disabled)
    await ben.click("Save", on=shown)
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    [there] = posted(stage)
    assert there.text == card.text
    assert there.buttons == card.buttons


async def test_the_prompt_that_is_previewed_is_the_prompt_that_comes(stage: Stage, circle: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    shown = await ben_types(stage, "tue 19:00", "Prompt · First steps")
    await ben.click("Save", on=shown)
    [schedule] = (await ben.autocomplete("/schedule preview", "schedule", "", channel="circle")).values()
    preview = await ben.slash("/schedule preview", channel="circle", schedule=schedule)
    assert preview.ephemeral
    assert full(TUESDAY_19) in preview.text
    card = await ben.waits_for("circle", after=preview)
    assert posted(stage) == []
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert posted(stage)[0].text == card.text
    refused = await maya.slash("/schedule preview", channel="circle", schedule=schedule)
    assert "for the facilitators" in refused.text


async def the_schedule(stage: Stage) -> str:
    [value] = (
        await stage.person("ben").autocomplete("/schedule edit", "schedule", "", channel="circle")
    ).values()
    return str(value)


async def test_a_schedule_is_moved_and_the_log_tells_every_member_who_did_and_why(
    stage: Stage, circle: Circle
) -> None:
    ana, ben, maya = stage.person("ana"), stage.person("ben"), stage.person("maya")
    await ben.click("Save", on=await ben_types(stage, "tue 19:00"))
    schedule = await the_schedule(stage)
    shown = await ana.slash(
        "/schedule edit", channel="circle", schedule=schedule, when="wed 20:00", reason="holiday"
    )
    assert "Changing **Check-in · Tuesdays 19:00**" in shown.text
    assert "Check-in · Wednesdays 20:00" in shown.text
    await stage.restart()
    assert "is changed" in (await ana.click("Save", on=shown)).text
    log = await maya.slash("/schedule log", channel="circle")
    assert log.ephemeral
    assert "**Ana** moved **Check-in · Tuesdays 19:00** to **Wednesdays 20:00**: holiday" in log.text
    assert "**Ben** made **Check-in · Tuesdays 19:00**" in log.text
    await stage.pass_time(TUESDAY_19 - stage.clock.now())
    assert posted(stage) == []
    await stage.pass_time(timedelta(days=1, hours=1))
    assert len(posted(stage)) == 1


async def test_a_schedule_is_changed_in_a_form_that_opens_as_it_is_now(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    await ben.click("Save", on=await ben_types(stage, "every other tue 19:00"))
    form = await ben.slash("/schedule edit", channel="circle", schedule=await the_schedule(stage))
    assert len(form.fields) == 4
    await stage.restart()
    shown = await ben.submit(form, {"Open for": "48", "Why": "more time"})
    assert "Every 2 weeks: Tuesdays 19:00 from 2026-03-03" in shown.text
    assert "48 hours" in shown.text
    await ben.click("Save", on=shown)
    log = await ben.slash("/schedule log", channel="circle")
    assert (
        "changed how **Check-in · Every 2 weeks: Tuesdays 19:00 from 2026-03-03** is posted: more time"
        in log.text
    )
    form = await ben.slash("/schedule edit", channel="circle", schedule=await the_schedule(stage))
    assert "could not be read" in (await ben.submit(form, {"When": "soonish"})).text
    form = await ben.slash("/schedule edit", channel="circle", schedule=await the_schedule(stage))
    assert "whole numbers" in (await ben.submit(form, {"Open for": "long"})).text


async def test_members_make_and_change_nothing(stage: Stage, circle: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    await ben.click("Save", on=await ben_types(stage, "tue 19:00"))
    schedule = await the_schedule(stage)
    for command, options in (
        ("/schedule new", {}),
        ("/schedule new", {"what": "Check-in", "when": "wed 19:00"}),
        ("/schedule edit", {"schedule": schedule}),
        ("/schedule edit", {"schedule": schedule, "when": "wed 19:00"}),
        ("/schedule skip", {"schedule": schedule}),
        ("/hold", {}),
        ("/hold", {"until": "2026-12-01"}),
    ):
        answer = await maya.slash(command, channel="circle", options=options)
        assert answer.ephemeral
        assert "for the facilitators of Harbour" in answer.text
