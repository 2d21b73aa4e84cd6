"""The log over the wire: a member is asked once, and the circle sees itself in figures."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.circles.models import Circle
from bot.participation.models import Consent
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

DAY = timedelta(days=1)
SIX = ("maya", "noor", "tomas", "lin", "sam", "ida")
QUESTION = "How would you like to be in the log of Harbour?"
HELP = "Need someone now?"


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    """A circle in the seeded server; it is Monday, 12:00 UTC."""
    return await stage.make_circle()


async def check_in_card(stage: Stage, circle: Circle) -> Seen:
    """Today's check-in."""
    now = stage.clock.now()
    async with stage.app.db.transaction() as tx:
        await stage.app.checkins.open(tx, circle, opens_at=now, closes_at=now + DAY / 2, occurrence_id=None)
    await stage.settle()
    return next(seen for seen in reversed(stage.person("lin").sees("circle")) if "I'm here" in seen.buttons)


async def here(person: Person, card: Seen, how: str = "I'm here") -> list[Seen]:
    """Be here, and what the person was shown besides the answer."""
    reply = await person.click(how, on=card)
    assert reply.ephemeral
    await _asked()
    return reply.follow_ups


async def all_here(stage: Stage, handles: Iterable[str], card: Seen) -> None:
    for handle in handles:
        await here(stage.person(handle), card)


async def _asked() -> None:
    """Until the bot has done all that a press leads to, and so has decided whether to ask."""
    names = {"discord.py: on_interaction", "discord.py: on_presence"}  # as discord.py names its tasks
    while under_way := [task for task in asyncio.all_tasks() if task.get_name() in names]:
        await asyncio.wait(under_way)


async def by_name(stage: Stage, circle: Circle, handle: str) -> None:
    person = stage.person(handle)
    await stage.app.participation.choose(circle, person.user.id, Consent.BY_NAME, person.name)


async def days_logged(stage: Stage, handle: str) -> int:
    choices = await stage.app.participation.choices_of(stage.person(handle).user.id)
    return choices["c1"].days


def table(reply: Reply, name: str) -> list[dict[str, str]]:
    assert reply.message is not None
    [file] = [each for each in reply.message.message.attachments if each.filename == name]
    return list(csv.DictReader(io.StringIO(file.data.decode())))


# Being asked


async def test_the_first_act_asks_privately_and_the_next_does_not(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    card = await check_in_card(stage, circle)
    [question] = await here(maya, card)
    assert QUESTION in question.text
    assert question.ephemeral
    assert question.buttons == ["Log me by name", "Only count me", HELP]
    assert not [seen for seen in noor.sees("circle") if QUESTION in seen.text]

    assert await here(maya, card, "Pass") == []
    [question] = await here(noor, card, "Pass")
    assert QUESTION in question.text


async def test_who_chooses_by_name_is_logged_from_the_next_time_on(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    [question] = await here(maya, await check_in_card(stage, circle))
    chosen = await maya.click("Log me by name", on=question)
    assert "can see on which days you were here" in chosen.text
    assert await days_logged(stage, "maya") == 0

    await stage.pass_time(DAY)
    assert await here(maya, await check_in_card(stage, circle), "Pass") == []
    assert await days_logged(stage, "maya") == 1


async def test_who_chooses_to_be_counted_only_adds_to_a_number(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    [question] = await here(maya, await check_in_card(stage, circle))
    chosen = await maya.click("Only count me", on=question)
    assert "You are only counted" in chosen.text
    assert chosen.buttons == [HELP]

    await stage.pass_time(DAY)
    await here(maya, await check_in_card(stage, circle))
    assert await days_logged(stage, "maya") == 0
    assert await stage.app.db.all("SELECT 1 FROM presence") == []


async def test_the_question_can_be_answered_after_a_restart(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    [question] = await here(maya, await check_in_card(stage, circle))
    await stage.restart()
    chosen = await maya.click("Log me by name", on=question)
    assert "From the next time on" in chosen.text


async def test_a_question_left_alone_comes_once_more_after_two_weeks(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    asked = []
    for _ in range(4):
        asked.append(len(await here(maya, await check_in_card(stage, circle))))
        await stage.pass_time(15 * DAY)
    assert asked == [1, 1, 0, 0]


async def test_an_answer_by_name_asks_too(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    form = await maya.click("Check in", on=await check_in_card(stage, circle))
    reply = await maya.submit(form, {"Connected to others": "Near"})
    await _asked()
    assert [QUESTION in seen.text for seen in reply.follow_ups] == [True]


# Changing one's mind


async def test_who_changes_their_mind_can_erase_what_was_logged(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await by_name(stage, circle, "maya")
    await here(maya, await check_in_card(stage, circle))
    shown = await ana.slash("/participation summary", channel="circle")
    assert f"<@{maya.user.id}>" in shown.text

    log = await maya.slash("/my log", channel="circle")
    assert log.ephemeral
    assert "Harbour**: by name" in log.text
    chosen = await maya.click("Only count me", on=log)
    assert "Days on which your name is in the log from before: 1" in chosen.text
    shown = await ana.slash("/participation summary", channel="circle")
    assert f"<@{maya.user.id}>" not in shown.text

    erased = await maya.click("Erase those days", on=chosen)
    assert "no longer in the log" in erased.text
    assert await days_logged(stage, "maya") == 0


async def test_days_may_also_be_left_and_erased_later_from_a_direct_message(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    await by_name(stage, circle, "maya")
    await here(maya, await check_in_card(stage, circle))
    chosen = await maya.click("Only count me", on=await maya.slash("/my log", channel="dm"))
    left = await maya.click("Leave them", on=chosen)
    assert "for your eyes only" in left.text
    assert await days_logged(stage, "maya") == 1

    log = await maya.slash("/my log", channel="dm")
    await maya.click("Erase my days", on=log)
    assert await days_logged(stage, "maya") == 0


async def test_a_choice_can_be_made_before_anything_was_done(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    log = await maya.slash("/my log", channel="circle")
    assert "haven't chosen yet" in log.text
    await maya.click("Log me by name", on=log)
    assert await here(maya, await check_in_card(stage, circle)) == []
    assert await days_logged(stage, "maya") == 1


# How the circle is doing


async def test_a_figure_shows_from_five_people_on_once_its_day_is_over(stage: Stage, circle: Circle) -> None:
    ben = stage.person("ben")
    await all_here(stage, SIX[:4], await check_in_card(stage, circle))
    await stage.pass_time(DAY)
    few = await ben.slash("/participation summary", channel="facilitators")
    assert "There is no figure to show" in few.text

    await all_here(stage, SIX, await check_in_card(stage, circle))
    today = await ben.slash("/participation summary", channel="facilitators")
    assert "There is no figure to show" in today.text
    await stage.pass_time(DAY)
    enough = await ben.slash("/participation summary", channel="facilitators")
    assert ": 6 here" in enough.text
    assert ": 4 here" not in enough.text


async def test_facilitators_see_who_was_here_from_a_to_z_and_members_do_not(
    stage: Stage, circle: Circle
) -> None:
    maya, noor, ana = (stage.person(handle) for handle in ("maya", "noor", "ana"))
    for handle in ("noor", "maya", "ana"):
        await by_name(stage, circle, handle)
    card = await check_in_card(stage, circle)
    await all_here(stage, ("tomas", "noor", "maya", "ana"), card)

    shown = await ana.slash("/participation summary", channel="circle")
    assert shown.ephemeral
    ids = [person.user.id for person in (ana, maya, noor)]
    assert ", ".join(f"<@{id}>" for id in ids) in shown.text
    assert str(stage.person("tomas").user.id) not in shown.text

    seen = await maya.slash("/participation summary", channel="circle")
    assert "<@" not in seen.text
    assert "Facilitators see these same figures" in seen.text


async def test_where_names_are_shown_the_others_are_no_fewer_than_five(stage: Stage, circle: Circle) -> None:
    for handle in ("maya", "noor"):
        await by_name(stage, circle, handle)
    await all_here(stage, SIX, await check_in_card(stage, circle))
    await stage.pass_time(DAY)
    shown = await stage.person("ana").slash("/participation summary", channel="circle")
    assert "There is no figure to show" in shown.text
    assert "<@" in shown.text


async def test_the_log_is_exported_as_tables_that_can_be_read(stage: Stage, circle: Circle) -> None:
    await by_name(stage, circle, "maya")
    await all_here(stage, (*SIX, "ana"), await check_in_card(stage, circle))
    await stage.pass_time(DAY)
    exported = await stage.person("ben").slash("/participation export", channel="facilitators")
    assert exported.ephemeral
    assert "first_day" in exported.text
    assert table(exported, "figures.csv") == [
        {"first_day": "2026-03-02", "last_day": "2026-03-02", "act": "here", "count": "7"}
    ]
    assert table(exported, "who-was-here.csv") == [{"day": "2026-03-02", "name": "Maya", "act": "here"}]


async def test_a_member_is_refused_the_facilitators_view(stage: Stage, circle: Circle) -> None:
    refused = await stage.person("maya").slash("/participation export", channel="circle")
    assert refused.ephemeral
    assert "for the facilitators of Harbour" in refused.text
    assert refused.message is not None
    assert refused.message.message.attachments == []


async def test_who_can_not_see_the_circles_channel_sees_no_figure_of_it(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    stage.sandbox.world.revoke(maya.user, Permission.VIEW_CHANNEL, stage.seeded.channels["circle"])
    await stage.person("ana").slash("/circle", channel="welcome")  # the bot has heard of the change by now
    refused = await maya.slash("/participation summary", channel="welcome")
    assert "people who can see the channel of Harbour" in refused.text
