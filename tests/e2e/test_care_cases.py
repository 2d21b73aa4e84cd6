"""Have a facilitator reach me, over the wire: asked without a name, taken by one, talked about under a number."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.circles.models import Circle
from sandbox.models import Overwrite
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from sandbox.ratelimits import ROUTES, Limits, Rule
from tests.e2e.conftest import Stage

HELP = "Need someone now?"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    """A circle on Berlin's clock; it is Monday, 13:00 there (12:00 UTC)."""
    return await stage.make_circle()


async def asking(person: Person, channel: str = "circle") -> Reply:
    """What somebody reads before anybody is asked."""
    return await (await person.slash("/care reach", channel=channel)).settled()


async def ask(stage: Stage, person: Person, channel: str = "circle") -> Reply:
    reply = await (await person.click("Ask them", on=await asking(person, channel))).settled()
    await stage.settle()
    return reply


def number_in(text: str) -> str:
    found = re.search(r"\b\d{4}\b", text)
    assert found is not None, text
    return found[0]


def cards(stage: Stage) -> list[Seen]:
    """What stands in the facilitators' channel for all of them."""
    return [seen for seen in stage.person("ana").sees("facilitators") if not seen.ephemeral]


async def take(stage: Stage, facilitator: Person, card: Seen | None = None) -> Reply:
    reply = await (await facilitator.click("I take it", on=card or cards(stage)[-1])).settled()
    await stage.settle()
    return reply


async def talk(stage: Stage, writer: Person, facilitator: Person) -> tuple[Seen, Seen]:
    """The cards with which a talk begins, of the writer and of the facilitator."""
    await ask(stage, writer)
    await take(stage, facilitator)
    return writer.inbox()[-1], facilitator.inbox()[-1]


async def write(stage: Stage, person: Person, card: Seen, text: str) -> Reply:
    button = "Write back" if "Write back" in card.buttons else "Write"
    reply = await (await person.submit(await person.click(button, on=card), {"Your words": text})).settled()
    await stage.settle()
    return reply


def heard(person: Person) -> str:
    return "\n".join(seen.text for seen in person.inbox())


async def rows(stage: Stage, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await stage.app.db.all(f"SELECT * FROM {table}")]


async def test_somebody_asks_a_facilitator_takes_it_and_they_talk_under_the_number(
    stage: Stage, circle: Circle
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    before = await asking(maya)
    assert "not your name, and not a word of yours" in before.text
    assert "how to reach you, sealed" in before.text
    assert cards(stage) == []
    asked = await ask(stage, maya)
    number = number_in(asked.text)
    stands = maya.inbox()[-1]
    assert number in stands.text
    assert "You hear here as soon as somebody takes it" in stands.text
    assert stands.buttons[-2:] == ["End it", HELP]

    card = cards(stage)[-1]
    assert card.buttons == ["I take it", "Not now", HELP]
    assert number in card.text
    assert "in the afternoon" in card.text
    assert "without saying why" in card.text

    taken = await take(stage, ana)
    assert number in taken.text
    assert "somebody took it" in cards(stage)[-1].text
    assert cards(stage)[-1].buttons == [HELP]
    hers, theirs = maya.inbox()[-1], ana.inbox()[-1]
    assert "a facilitator is here" in hers.text
    assert hers.buttons == ["Write", "End", HELP]
    assert theirs.buttons == ["Write", "End", "Hand it on", HELP]

    await write(stage, ana, theirs, "I am here. How is it right now?")
    card = maya.inbox()[-1]
    assert "A facilitator" in card.text
    assert "I am here. How is it right now?" in card.text
    assert card.buttons == ["Write back", "End", HELP]
    await write(stage, maya, card, "It is hard.")
    assert f"{number} writes:\nIt is hard." in ana.inbox()[-1].text.replace("**", "")
    assert await rows(stage, "relay_letters") == []

    await maya.click("End", on=card)
    await stage.settle()
    assert "has come to its end" in ana.inbox()[-1].text
    assert f"{number} has come to its end" in cards(stage)[-1].text.replace("**", "")
    assert await rows(stage, "contacts") == []
    [case] = await rows(stage, "care_cases")
    assert {name for name, value in case.items() if value is not None} == {
        "id", "number", "circle_id", "state", "day", "card_id",
    }  # fmt: skip


# Asking


async def test_asking_in_direct_messages_is_for_ones_only_circle_or_one_chooses(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    before = await asking(maya, "dm")
    assert "Have a facilitator of Harbour reach you" in before.text
    world, guild = stage.sandbox.world, stage.seeded.guild
    sharing = world.add_channel(guild, "garden-sharing")
    await stage.make_circle(id="c2", name="Garden", sharing_channel_id=sharing.id, channel_id=sharing.id)
    choice = await asking(maya, "dm")
    assert "In which circle?" in choice.text
    chosen = await (await maya.choose("Choose a circle", "Garden", on=choice)).settled()
    assert "of Garden reach you" in chosen.text
    await (await maya.click("Ask them", on=chosen)).settled()
    await stage.settle()
    assert "somebody in Garden asks" in cards(stage)[-1].text


async def test_who_is_in_no_circle_is_told_so(stage: Stage) -> None:
    assert "in no circle" in (await asking(stage.person("maya"), "dm")).text


async def test_the_way_from_a_card_tells_what_it_may_be_about_and_asks_before_a_language_is_told(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    maya.user.locale = "pt-BR"
    form = await maya.slash("/share", channel="circle")
    await maya.submit(form, {"text": "I have the pills here and I am going to end my life tonight. Goodbye."})
    note = await maya.waits_for("circle", "Only you see this\n")
    before = await (await maya.click("Have a facilitator reach me", on=note)).settled()
    assert "emergency number" in before.text
    assert "it may be about" in before.text
    assert "Ask, and say Portuguese" in before.buttons
    await (await maya.click("Ask, and say Portuguese", on=before)).settled()
    await stage.settle()
    card = cards(stage)[-1].text
    assert "rather talk in Portuguese" in card
    assert "and about now" in card
    assert "pills" not in card


async def test_with_closed_direct_messages_nothing_is_asked_and_lines_are_shown(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    stage.sandbox.world.close_dms(maya.user)
    reply = await ask(stage, maya)
    assert "Your direct messages are closed" in reply.text
    assert "findahelpline" in reply.text
    assert HELP in reply.buttons
    assert cards(stage) == []
    assert await rows(stage, "care_cases") == []
    assert await rows(stage, "contacts") == []


async def test_asking_twice_or_pressing_twice_is_one_request(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    before = await asking(maya)
    presses = await asyncio.gather(*(maya.click("Ask them", on=before) for _ in range(2)))
    await asyncio.gather(*(press.settled() for press in presses))
    await stage.settle()
    again = await ask(stage, maya)
    assert "it still stands" in again.text
    [case] = await rows(stage, "care_cases")
    assert str(case["number"]) in again.text
    assert len(cards(stage)) == 1
    await maya.click("End it", on=again)
    await stage.settle()
    assert "has come to its end" in cards(stage)[-1].text
    assert await rows(stage, "contacts") == []


async def test_who_talks_already_is_led_there(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await talk(stage, maya, stage.person("ana"))
    assert "You are talking with somebody" in (await ask(stage, maya)).text
    assert len(await rows(stage, "care_cases")) == 1


async def test_a_number_tells_nothing_of_how_many_asked_and_is_given_once_in_thirty_days(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    numbers = []
    for _ in range(4):
        reply = await ask(stage, maya)
        numbers.append(number_in(reply.text))
        await maya.click("End it", on=reply)
    assert len(set(numbers)) == 4
    await stage.pass_time(timedelta(days=30))
    assert len(await rows(stage, "care_cases")) == 4
    await stage.pass_time(timedelta(days=1))
    assert await rows(stage, "care_cases") == []


# While nobody comes


async def test_who_waits_hears_after_a_quarter_of_an_hour_an_hour_and_three_days(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    await ask(stage, maya)
    await stage.pass_time(14 * MINUTE)
    before = len(maya.inbox())
    await stage.pass_time(MINUTE)
    assert "nobody has answered yet" in maya.inbox()[-1].text
    assert "findahelpline" in maya.inbox()[-1].text
    assert HELP in maya.inbox()[-1].buttons
    await stage.pass_time(44 * MINUTE)
    assert len(maya.inbox()) == before + 1
    await stage.pass_time(MINUTE)
    assert "an hour has gone by" in maya.inbox()[-1].text
    await stage.pass_time(70 * HOUR)
    assert len(maya.inbox()) == before + 2
    assert "I take it" in cards(stage)[-1].buttons
    await stage.pass_time(HOUR)
    assert "nobody answered in 72 hours" in maya.inbox()[-1].text
    assert maya.inbox()[-1].buttons[0] == "Ask again"
    assert "has come to its end" in cards(stage)[-1].text
    assert await rows(stage, "contacts") == []
    again = await (await maya.click("Ask again", on=maya.inbox()[-1])).settled()
    assert "Have a facilitator of Harbour reach you" in again.text


async def test_who_waits_hears_the_latest_alone_if_the_bot_was_away(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(stage, maya)
    before = len(maya.inbox())
    await stage.stop_bot()
    stage.clock.advance(2 * HOUR)
    await stage.start_bot()
    await stage.pass_time(MINUTE)
    assert len(maya.inbox()) == before + 1
    assert "an hour has gone by" in maya.inbox()[-1].text


async def test_nothing_of_waiting_is_said_once_somebody_came(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await talk(stage, maya, stage.person("ana"))
    await stage.pass_time(2 * HOUR)
    assert "nobody has answered" not in heard(maya)


async def test_quiet_hours_and_an_absence_keep_nothing_of_it(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await stage.pass_time(11 * HOUR)  # midnight in Berlin
    for person in (maya, ana):
        await stage.app.reminders.reach.go_away(person.user.id, None)
    await ask(stage, maya)
    assert "at night" in cards(stage)[-1].text
    await stage.pass_time(15 * MINUTE)
    assert "nobody has answered yet" in maya.inbox()[-1].text
    await take(stage, ana)
    await write(stage, ana, ana.inbox()[-1], "I am here.")
    assert "I am here." in maya.inbox()[-1].text


# Facilitators


async def test_two_facilitators_press_at_once_and_one_gets_it(stage: Stage, circle: Circle) -> None:
    maya, both = stage.person("maya"), [stage.person("ana"), stage.person("ben")]
    await ask(stage, maya)
    card = cards(stage)[-1]
    replies = await asyncio.gather(*(person.click("I take it", on=card) for person in both))
    told = [(await reply.settled()).text for reply in replies]
    await stage.settle()
    assert sum("It is yours" in text for text in told) == 1
    assert heard(maya).count("a facilitator is here") == 1
    begun = [person for person in both if "waiting for your first words" in heard(person)]
    assert len(begun) == 1
    other = next(person for person in both if person not in begun)
    assert "Another facilitator was quicker" in other.inbox()[-1].text or other.inbox() == []


async def test_not_now_is_told_to_nobody(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await ask(stage, maya)
    before = heard(maya)
    assert "nobody is told" in (await ana.click("Not now", on=cards(stage)[-1])).text
    assert heard(maya) == before
    assert "I take it" in cards(stage)[-1].buttons


async def test_a_facilitator_whose_direct_messages_are_closed_does_not_take_it(
    stage: Stage, circle: Circle
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await ask(stage, maya)
    stage.sandbox.world.close_dms(ana.user)
    reply = await take(stage, ana)
    assert "direct messages are closed" in " ".join([reply.text, *(each.text for each in reply.follow_ups)])
    assert "I take it" in cards(stage)[-1].buttons


async def test_nobody_takes_their_own_request(stage: Stage, circle: Circle) -> None:
    ana = stage.person("ana")
    await ask(stage, ana)
    reply = await take(stage, ana)
    assert "It is you who asked" in " ".join([reply.text, *(each.text for each in reply.follow_ups)])
    assert "I take it" in cards(stage)[-1].buttons


async def test_who_has_lost_the_role_takes_nothing(stage: Stage, circle: Circle) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await ask(stage, maya)
    card = next(seen for seen in ben.sees("facilitators") if "I take it" in seen.buttons)
    world, guild = stage.sandbox.world, stage.seeded.guild
    keeps = world.add_role(guild, "Looks in")
    sight = Overwrite(keeps.id, 0, allow=int(Permission.VIEW_CHANNEL))
    stage.seeded.channels["facilitators"].overwrites.append(sight)
    guild.members[ben.user.id].role_ids = {keeps.id}
    world.update_member(guild.members[ben.user.id])
    reply = await take(stage, ben, card)
    assert "for the facilitators of Harbour" in " ".join([reply.text, *(x.text for x in reply.follow_ups)])
    assert "I take it" in cards(stage)[-1].buttons


def lose_role(stage: Stage, person: Person) -> None:
    member = stage.seeded.guild.members[person.user.id]
    member.role_ids.discard(stage.seeded.facilitators.id)
    stage.sandbox.world.update_member(member)


async def test_who_loses_the_role_in_between_hands_it_on_and_the_writer_has_their_words_back(
    stage: Stage, circle: Circle
) -> None:
    maya, ana, ben = (stage.person(name) for name in ("maya", "ana", "ben"))
    hers, _ = await talk(stage, maya, ben)
    lose_role(stage, ben)
    before = len(ben.inbox())
    await write(stage, maya, hers, "Something heavy.")
    assert len(ben.inbox()) == before
    assert "can't go on just now" in heard(maya)
    assert "Something heavy." in heard(maya)
    assert "I take it" in cards(stage)[-1].buttons
    assert len(cards(stage)) == 1
    await take(stage, ana)
    assert "a facilitator is here" in maya.inbox()[-1].text


async def test_a_facilitator_without_the_role_writes_nothing_more(stage: Stage, circle: Circle) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    _, theirs = await talk(stage, maya, ben)
    lose_role(stage, ben)
    reply = await ben.click("Write", on=theirs)
    assert reply.modal is None
    assert "You don't have the facilitators' role" in reply.text
    await stage.settle()
    assert "can't go on just now" in heard(maya)


async def test_a_facilitator_hands_it_on_and_the_writer_waits_as_from_the_beginning(
    stage: Stage, circle: Circle
) -> None:
    maya, ana, ben = (stage.person(name) for name in ("maya", "ana", "ben"))
    _, theirs = await talk(stage, maya, ana)
    reply = await ana.click("Hand it on", on=theirs)
    await stage.settle()
    assert "open for the other facilitators again" in reply.text
    assert "can't go on just now" in maya.inbox()[-1].text
    await stage.pass_time(15 * MINUTE)
    assert "nobody has answered yet" in maya.inbox()[-1].text
    await take(stage, ben)
    assert "waiting for your first words" in ben.inbox()[-1].text
    over = await ana.click("Write", on=theirs)
    assert "come to its end, so nothing was sent" in over.text


# The talk


async def test_the_writer_ends_it_from_the_first_card_too(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await ask(stage, maya)
    first = maya.inbox()[-1]
    await take(stage, ana)
    await maya.click("End it", on=first)
    await stage.settle()
    assert "has come to its end" in ana.inbox()[-1].text
    assert await rows(stage, "contacts") == []


async def test_the_facilitator_can_end_it_and_asking_again_is_one_press_away(
    stage: Stage, circle: Circle
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    _, theirs = await talk(stage, maya, ana)
    await ana.click("End", on=theirs)
    await stage.settle()
    assert "has come to its end" in maya.inbox()[-1].text
    assert maya.inbox()[-1].buttons == ["Ask again", HELP]


async def test_what_cannot_be_delivered_goes_back_to_who_wrote_it(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    hers, theirs = await talk(stage, maya, ana)
    stage.sandbox.world.close_dms(maya.user)
    await write(stage, ana, theirs, "How is it now?")
    assert "could not be delivered" in ana.inbox()[-1].text
    assert "How is it now?" in ana.inbox()[-1].text
    stage.sandbox.world.allow_dms(maya.user)
    stage.sandbox.world.close_dms(ana.user)
    await write(stage, maya, hers, "I am still here.")
    assert "could not be delivered" in maya.inbox()[-1].text
    assert "I am still here." in maya.inbox()[-1].text


async def test_words_typed_into_the_chat_are_theirs_to_send(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await talk(stage, maya, ana)
    await maya.dm("It got worse today.")
    asked = await maya.waits_for("dm", "whom is this for?")
    await (await maya.click("Send it to a facilitator", on=asked)).settled()
    await stage.settle()
    assert "It got worse today." in ana.inbox()[-1].text
    assert stage.person("noor").sees("sharing") == []


async def test_words_that_cannot_be_sent_are_handed_back(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    hers, theirs = await talk(stage, maya, ana)
    form = await maya.click("Write", on=hers)
    await ana.click("End", on=theirs)
    reply = await maya.submit(form, {"Your words": "One more thing."})
    assert "come to its end, so nothing was sent" in reply.text
    await maya.waits_for("dm", "One more thing.")


async def test_three_silent_days_end_it(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await talk(stage, maya, ana)
    for _ in range(3):
        await stage.pass_time(24 * HOUR)
    assert "three days without a word" in maya.inbox()[-1].text
    assert "three days without a word" in ana.inbox()[-1].text
    await stage.pass_time(MINUTE)
    assert "has come to its end" in cards(stage)[-1].text
    assert await rows(stage, "contacts") == []


async def test_a_restart_in_the_middle_changes_nothing(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    before = await asking(maya)
    await stage.restart()
    await (await maya.click("Ask them", on=before)).settled()
    await stage.restart()
    await take(stage, ana)
    await stage.restart()
    await write(stage, ana, ana.inbox()[-1], "I am here.")
    await stage.restart()
    await write(stage, maya, maya.inbox()[-1], "Thank you.")
    await stage.restart()
    await maya.click("End", on=maya.inbox()[-1])
    await stage.settle()
    assert "has come to its end" in cards(stage)[-1].text
    assert await rows(stage, "outbox") == []


# Mishaps


async def test_where_the_facilitators_cannot_be_told_the_writer_hears_at_once_and_it_is_tried_again(
    stage: Stage, circle: Circle
) -> None:
    maya, channel = stage.person("maya"), stage.seeded.channels["facilitators"]
    stage.sandbox.world.revoke(stage.seeded.application.bot, Permission.SEND_MESSAGES, channel)
    await ask(stage, maya)
    told = maya.inbox()[-1]
    assert "could not be told yet" in told.text
    assert "findahelpline" in told.text
    own = next(each for each in channel.overwrites if each.id == stage.seeded.application.bot.id)
    own.allow, own.deny = int(Permission.VIEW_CHANNEL), 0
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    await stage.pass_time(15 * MINUTE)
    assert "I take it" in cards(stage)[-1].buttons
    assert heard(maya).count("could not be told yet") == 1


async def test_while_the_channel_stays_closed_the_writer_hears_it_at_once_and_with_what_comes_anyway(
    stage: Stage, circle: Circle
) -> None:
    maya, channel = stage.person("maya"), stage.seeded.channels["facilitators"]
    stage.sandbox.world.revoke(stage.seeded.application.bot, Permission.SEND_MESSAGES, channel)
    await ask(stage, maya)
    for _ in range(8):
        await stage.pass_time(15 * MINUTE)
    assert heard(maya).count("could not be told yet") == 1
    assert heard(maya).count("still can't be written to") == 2


@pytest.mark.parametrize("takes_effect", [False, True])
async def test_trouble_on_discords_side_while_a_notice_leaves_makes_one_card(
    stage: Stage, circle: Circle, takes_effect: bool
) -> None:
    maya, channel = stage.person("maya"), stage.seeded.channels["facilitators"]
    before = await asking(maya)
    path = f"/channels/{channel.id}/messages"
    stage.sandbox.faults.status(503, method="POST", path=path, times=2, takes_effect=takes_effect)
    await (await maya.click("Ask them", on=before)).settled()
    for _ in range(8):
        await stage.pass_time(MINUTE)
    assert len([card for card in cards(stage) if "I take it" in card.buttons]) == 1


async def test_a_notice_that_has_to_wait_its_turn_comes_once_and_the_writer_is_not_told_it_is_lost(
    stage: Stage, circle: Circle
) -> None:
    maya = stage.person("maya")
    messages = ("POST", "/channels/:id/messages")
    stage.sandbox.limiter.limits = Limits(routes={**ROUTES, messages: Rule(1, 40)})
    await stage.app.care.cases.alert(circle)
    await stage.settle()
    await stage.restart()  # a client that has heard of no limit yet: it is told by a 429
    await ask(stage, maya)
    assert stage.sandbox.limiter.counts.refused > 0
    assert [card for card in cards(stage) if "I take it" in card.buttons] == []
    stage.sandbox.limiter.limits = Limits(enforced=False)
    stage.sandbox.limiter.forget()
    await stage.restart()
    await stage.pass_time(MINUTE)
    assert len([card for card in cards(stage) if "I take it" in card.buttons]) == 1
    assert "could not be told" not in heard(maya)


async def test_a_circle_that_is_closed_ends_what_waits_and_says_so(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    await ask(stage, maya)
    await stage.app.circles.leave(circle.guild_id)
    await stage.pass_time(MINUTE)
    assert "this circle was closed" in maya.inbox()[-1].text
    assert await rows(stage, "contacts") == []


async def test_who_erases_everything_waits_no_more_and_talks_no_more(stage: Stage, circle: Circle) -> None:
    maya, noor, ana = (stage.person(name) for name in ("maya", "noor", "ana"))
    await ask(stage, maya)
    await stage.app.privacy.erase(maya.user.id)
    await stage.settle()
    assert "has come to its end" in cards(stage)[-1].text
    assert await rows(stage, "contacts") == []
    await talk(stage, noor, ana)
    await stage.app.privacy.erase(noor.user.id)
    await stage.settle()
    assert "has come to its end" in ana.inbox()[-1].text
    assert await rows(stage, "contacts") == []


async def test_a_facilitator_who_erases_everything_ends_it_kindly(stage: Stage, circle: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await talk(stage, maya, ana)
    await stage.app.privacy.erase(ana.user.id)
    await stage.settle()
    assert maya.inbox()[-1].buttons == ["Ask again", HELP]
    assert await rows(stage, "contacts") == []
