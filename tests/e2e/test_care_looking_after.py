"""What facilitators offer and decide, and what members tell them of somebody else, over the wire."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage
from tests.e2e.test_care_cases import ask, asking, cards, heard, lose_role, number_in, rows, talk

HOUR = timedelta(hours=1)
WORRY = "Noor has been giving her things away."


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    return await stage.make_circle()


# Duty


async def on_duty(person: Person, how_long: str = "For 4 hours") -> Reply:
    card = await person.slash("/care duty", channel="facilitators")
    return await (await person.click(how_long, on=card)).settled()


async def test_who_is_on_duty_is_told_in_private_and_can_take_it_there(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    assert "You are on duty in Harbour" in (await on_duty(ana)).text
    assert "Somebody of them said that they are on duty" in (await asking(maya)).text
    reply = await ask(stage, maya)
    note = ana.inbox()[-1]
    assert number_in(reply.text) in note.text
    assert "because you are on duty" in note.text
    await (await ana.click("I take it", on=note)).settled()
    await stage.settle()
    assert "a facilitator is here" in maya.inbox()[-1].text
    assert "somebody took it" in cards(stage)[-1].text


async def test_who_is_off_duty_gets_no_direct_message_and_nobody_is_said_to_be_there(
    stage: Stage, circle: Circle
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    card = await on_duty(ana)
    await ana.click("Off duty", on=card)
    before = len(ana.inbox())
    assert "Nobody of them has said" in (await asking(maya)).text
    await ask(stage, maya)
    assert len(ana.inbox()) == before
    assert "I take it" in cards(stage)[-1].buttons
    assert await rows(stage, "care_duty") == []


async def test_duty_ends_by_itself_and_nothing_of_it_is_kept(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await on_duty(ana)
    await stage.pass_time(4 * HOUR)
    assert await rows(stage, "care_duty") == []
    assert await rows(stage, "contacts") == []
    assert "Nobody of them has said" in (await asking(maya)).text


async def test_who_has_lost_the_role_is_off_duty(stage: Stage, circle: Circle) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await on_duty(ben)
    lose_role(stage, ben)
    before = len(ben.inbox())
    assert "Nobody of them has said" in (await asking(maya)).text
    await ask(stage, maya)
    assert len(ben.inbox()) == before
    assert await rows(stage, "care_duty") == []


async def test_who_closes_their_direct_messages_is_off_duty_and_the_channel_still_tells_it(
    stage: Stage, circle: Circle
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await on_duty(ana)
    stage.sandbox.world.close_dms(ana.user)
    await ask(stage, maya)
    assert "I take it" in cards(stage)[-1].buttons
    assert await rows(stage, "care_duty") == []


async def test_members_are_not_on_duty(stage: Stage, circle: Circle) -> None:
    reply = await stage.person("maya").slash("/care duty", channel="circle")
    assert "for the facilitators of Harbour" in reply.text


async def test_what_cannot_stand_in_the_channel_reaches_who_is_on_duty(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await on_duty(ana)
    channel = stage.seeded.channels["facilitators"]
    stage.sandbox.world.revoke(stage.seeded.application.bot, Permission.SEND_MESSAGES, channel)
    await ask(stage, maya)
    assert "because you are on duty" in ana.inbox()[-1].text
    assert "Those on duty are told in private" in heard(maya)


async def test_who_hands_it_on_is_not_told_of_it_again(stage: Stage, circle: Circle) -> None:
    maya, ana, ben = (stage.person(name) for name in ("maya", "ana", "ben"))
    await on_duty(ana)
    await on_duty(ben)
    _, theirs = await talk(stage, maya, ana)
    before = heard(ana).count("because you are on duty"), heard(ben).count("because you are on duty")
    await ana.click("Hand it on", on=theirs)
    await stage.settle()
    after = heard(ana).count("because you are on duty"), heard(ben).count("because you are on duty")
    assert after == (before[0], before[1] + 1)


# Worry about somebody else


async def worry(stage: Stage, person: Person, words: str = WORRY, *, by: bool = False) -> Reply:
    form = await person.slash("/care concern", channel="circle")
    reply = await person.submit(form, {"What do they need to know?": words, "Let them know": by})
    await stage.settle()
    return reply


async def test_a_worry_goes_to_the_facilitators_alone_and_names_nobody_who_told_it(
    stage: Stage, circle: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    told = await worry(stage, maya)
    assert "on its way to the facilitators of Harbour" in told.text
    card = cards(stage)[-1]
    assert WORRY in card.text
    assert "would rather not be named" in card.text
    assert "doesn't know of this" in card.text
    assert str(maya.user.id) not in str(card.message.components)
    assert noor.inbox() == []
    assert all(row["words"] is None for row in await rows(stage, "care_concerns"))
    await stage.pass_time(24 * HOUR)
    assert await rows(stage, "care_concerns") == []


async def test_who_wants_to_be_asked_about_it_stands_there(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await worry(stage, maya, by=True)
    assert f"Told by <@{maya.user.id}>" in cards(stage)[-1].text


async def test_one_worry_a_day(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await worry(stage, maya)
    again = await maya.slash("/care concern", channel="circle")
    assert again.modal is None
    assert "You have told the facilitators of a worry today" in again.text
    await stage.pass_time(24 * HOUR)
    assert (await maya.slash("/care concern", channel="circle")).modal is not None


async def test_a_worry_pings_nobody(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await worry(stage, maya, f"@everyone look after <@{noor.user.id}>")
    card = cards(stage)[-1]
    assert card.message.mentions == []
    assert f"<@{noor.user.id}>" not in card.text
    assert "@everyone" not in card.text


async def test_where_the_channel_cannot_be_written_to_the_words_come_back(
    stage: Stage, circle: Circle
) -> None:
    maya, channel = stage.person("maya"), stage.seeded.channels["facilitators"]
    stage.sandbox.world.revoke(stage.seeded.application.bot, Permission.SEND_MESSAGES, channel)
    reply = await worry(stage, maya)
    assert "can't be written to" in reply.text
    await maya.waits_for("circle", WORRY)
    assert await rows(stage, "care_concerns") == []


# That somebody may be in danger


async def test_an_alert_tells_that_somebody_may_be_in_danger_and_nothing_else_once_in_half_an_hour(
    stage: Stage, circle: Circle
) -> None:
    alert = stage.app.care.cases.alert
    for _ in range(3):
        await alert(circle)
    await stage.settle()
    [card] = cards(stage)
    assert "somebody may be in danger now" in card.text
    assert "nothing to do unless somebody asks" in card.text
    stage.clock.advance(HOUR / 2)
    await alert(circle)
    await stage.settle()
    assert len(cards(stage)) == 2


async def test_a_circle_can_do_without_and_says_so_to_its_members(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    card = await maya.slash("/circle", channel="circle")
    told = await maya.click("How care works here", on=card)
    assert "hears at once that *somebody* may be in danger" in told.text
    assert "Care settings" not in told.buttons
    assert "may be in danger" in str((await maya.slash("/share", channel="circle")).modal)

    settings = await ana.click("Care settings", on=await ana.slash("/care policy", channel="circle"))
    assert "It is off" in (await ana.click("Turn it off", on=settings)).text.replace("**", "")
    await stage.app.care.cases.alert(circle)
    await stage.settle()
    assert cards(stage) == [] or "may be in danger now" not in cards(stage)[-1].text
    assert "are not told of it" in (await maya.slash("/care policy", channel="circle")).text
    assert "may be in danger" not in str((await maya.slash("/share", channel="circle")).modal)
    assert (await stage.app.audit.counts(circle.id))["care.policy_changed"] == 1


async def test_how_care_works_is_read_where_a_circle_is_set_up_and_where_members_share(stage: Stage) -> None:
    ana, maya = stage.person("ana"), stage.person("maya")
    panel = await ana.slash("/setup", channel="welcome", options={"time-zone": "Berlin"})
    review = await ana.click("Look it over", on=panel)
    assert "*somebody* may be in danger" in review.text
    await ana.click("Save", on=review)
    await stage.settle()
    told = await maya.click("How care works here", on=maya.sees("sharing")[-1])
    assert told.ephemeral
    assert "*somebody* may be in danger" in told.text


async def test_pressing_twice_is_taking_it_once(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await ask(stage, maya)
    card = cards(stage)[-1]
    presses = await asyncio.gather(*(ana.click("I take it", on=card) for _ in range(2)))
    await asyncio.gather(*(press.settled() for press in presses))
    await stage.settle()
    assert heard(maya).count("a facilitator is here") == 1
    assert heard(ana).count("waiting for your first words") == 1
    assert "quicker" not in heard(ana)


async def test_members_change_nothing(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    assert "for the facilitators" in (await maya.slash("/care settings", channel="circle")).text


async def test_every_act_is_counted_and_the_chain_is_whole(stage: Stage, circle: Circle) -> None:
    maya, noor, ana = (stage.person(name) for name in ("maya", "noor", "ana"))
    _, theirs = await talk(stage, maya, ana)
    await ana.click("Hand it on", on=theirs)
    await stage.pass_time(HOUR)
    await worry(stage, noor)
    await stage.app.care.cases.alert(circle)
    await stage.pass_time(72 * HOUR)
    assert await stage.app.audit.counts(circle.id) == {
        "care.alert": 1,
        "care.case_closed": 1,
        "care.case_handed_on": 1,
        "care.case_opened": 1,
        "care.case_taken": 1,
        "care.case_unanswered": 1,
        "care.concern": 1,
    }
    assert await stage.app.audit.is_whole(circle.id)
