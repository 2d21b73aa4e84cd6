"""Meet over the wire: a reader offers to talk, the author accepts, and the bot carries what the two write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage

DAY = timedelta(days=1)
HELP = "Need someone now?"
OFFER = "I know this. I could listen, if you like."


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    """A circle on Berlin's clock; it is Monday, 13:00 there (12:00 UTC)."""
    return await stage.make_circle()


async def share(stage: Stage, author: Person, story: str = "Something heavy.") -> tuple[Reply, Seen]:
    """The author's receipt, and the post."""
    preview = await author.submit(await author.slash("/share", channel="circle"), {"text": story})
    receipt = await author.click("Post", on=preview)
    await stage.settle()
    return receipt, [seen for seen in author.sees("sharing") if "Answer" in seen.buttons][-1]


async def offer(stage: Stage, reader: Person, post: Seen, words: str = OFFER) -> Reply:
    more = await reader.click("More", on=post)
    reply = await reader.submit(await reader.click("Offer to talk", on=more), {"text": words})
    await reply.settled()
    await stage.settle()
    return reply


async def look(author: Person, receipt: Reply) -> Reply:
    again = await author.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    return await author.click("Someone offers to talk", on=again)


async def accept(stage: Stage, author: Person, receipt: Reply) -> Reply:
    done = await author.click("Accept, without my name", on=await look(author, receipt))
    await done.settled()
    await stage.settle()
    return done


async def meet(stage: Stage, author: Person, reader: Person) -> tuple[Seen, Seen]:
    """The cards with which the meeting begins, of the author and of the reader."""
    receipt, post = await share(stage, author)
    await offer(stage, reader, post)
    await accept(stage, author, receipt)
    return author.inbox()[-1], reader.inbox()[-1]


async def write(stage: Stage, writer: Person, card: Seen, text: str) -> Reply:
    button = "Write back" if "Write back" in card.buttons else "Write"
    reply = await writer.submit(await writer.click(button, on=card), {"text": text})
    await reply.settled()
    await stage.settle()
    return reply


async def test_two_meet_without_a_name_and_write_to_each_other(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    told = await offer(stage, noor, post)
    assert "Your offer is where whoever shared it can find it" in told.text
    assert maya.inbox() == []

    seen = await look(maya, receipt)
    assert OFFER in seen.text
    done = await accept(stage, maya, receipt)
    assert "It is accepted" in done.text

    begun = noor.inbox()[-1]
    assert begun.buttons == ["Write", "End", "More", HELP]
    sent = await write(stage, noor, begun, "Thank you for writing that.")
    assert "On its way to" in sent.text
    card = maya.inbox()[-1]
    assert "Thank you for writing that." in card.text
    assert card.buttons == ["Write back", "End", "More", HELP]
    await write(stage, maya, card, "Thank you for asking.")
    assert "Thank you for asking." in noor.inbox()[-1].text
    assert await stage.app.db.all("SELECT * FROM relay_letters") == []
