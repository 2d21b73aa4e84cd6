"""Have a facilitator reach me, over the wire: asked without a name, taken by one, talked about under a number."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
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
    assert "In their afternoon." in card.text
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
