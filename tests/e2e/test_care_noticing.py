"""Danger noticed kindly: a card for the writer alone, wherever they wrote it, and nothing else changes."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.care.screening import Category, Noticed, Tier
from sandbox.people import Person, Seen
from sandbox.people.seen import until
from tests.e2e.conftest import Stage
from tests.e2e.test_sharing import answer, preview_of, share

IMMINENT = "I have the pills here and I am going to end my life tonight. Goodbye everyone."
ABUSED = "My husband hits me when he drinks, and I am scared of what he does when he comes home."
EVERYDAY = "I planted beans today, and the neighbour's cat watched me do it."

ONLY_YOU = "Only you see this\n"
QUESTION = "Are you thinking of ending your life"
EMERGENCY = "emergency number"
WAYS_ON = {
    "Talk to a line",
    "Have a facilitator reach me",
    "What makes it hard to reach out?",
    "Grounding",
    "You misread me",
    "No messages today",
    "Need someone now?",
}


@pytest.fixture(autouse=True)
async def harbour(stage: Stage) -> None:
    await stage.make_circle()


def notes(person: Person, place: str = "circle") -> list[Seen]:
    return [seen for seen in person.sees(place) if ONLY_YOU in seen.text]


async def note_of(person: Person, text: str = IMMINENT) -> Seen:
    await preview_of(person, text)
    return await person.waits_for("circle", ONLY_YOU)


async def test_what_sounds_imminent_brings_a_number_a_question_and_ways_on_to_the_writer_alone(
    stage: Stage,
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    card = await note_of(maya)
    assert card.text.index(EMERGENCY) < card.text.index(QUESTION)
    assert set(card.buttons) >= WAYS_ON
    assert "can't tell how you are" in card.text
    assert notes(noor) == notes(noor, "sharing") == noor.inbox() == []


async def test_facilitators_are_told_at_once_that_somebody_may_be_in_danger_and_neither_who_nor_what(
    stage: Stage,
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    await note_of(maya)
    await stage.settle()
    await maya.dm(IMMINENT)
    await maya.waits_for("dm", ONLY_YOU)
    await stage.settle()
    told = [seen for seen in ana.sees("facilitators") if "somebody may be in danger" in seen.text]
    assert len(told) == 1  # one for half an hour
    for word in ("maya", "pills", "goodbye", str(maya.user.id), "suicide"):
        assert word not in told[0].text.casefold()


async def test_an_everyday_text_brings_nothing_and_the_post_of_another_goes_its_way(stage: Stage) -> None:
    maya = stage.person("maya")
    await share(stage, maya, EVERYDAY)
    await share(stage, maya, IMMINENT)
    await maya.waits_for("circle", ONLY_YOU)
    assert len(notes(maya)) == 1
    assert any(IMMINENT in seen.text for seen in stage.person("sam").sees("sharing"))


async def test_an_anonymous_answer_and_a_direct_message_are_looked_at_as_a_share_is(stage: Stage) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, post = await share(stage, maya, EVERYDAY)
    await answer(stage, noor, post, IMMINENT)
    await noor.waits_for("sharing", ONLY_YOU)
    await maya.dm(IMMINENT)
    assert QUESTION in (await maya.waits_for("dm", ONLY_YOU)).text


async def test_where_it_may_be_about_violence_at_home_nothing_shows_before_it_is_safe_to_look(
    stage: Stage,
) -> None:
    maya = stage.person("maya")
    await preview_of(maya, ABUSED)
    card = await maya.waits_for("circle", "Is it a good moment to read it")
    assert "treats you" not in card.text
    await maya.click("Show it", on=card)
    shown = await maya.waits_for("circle", "how somebody treats you")
    await maya.click("Close this", on=shown)
    await until(stage.sandbox.world, lambda: not notes(maya) or None, 5.0, lambda: "it still stands")


async def test_every_button_of_the_card_leads_somewhere(stage: Stage) -> None:
    maya = stage.person("maya")
    card = await note_of(maya)
    assert EMERGENCY in (await maya.click("Talk to a line", on=card)).text
    assert "under 18" in (await maya.click("I'm under 18", on=card)).text
    assert "ground under you" in (await maya.click("Grounding", on=card)).text
    hard = await maya.click("What makes it hard to reach out?", on=card)
    for reason in ("cost", "police", "burden", "not_bad_enough", "tried", "words"):
        told = await maya.choose("It's...", reason, on=hard)
        assert len(told.text) > 60
        hard = await maya.click("What makes it hard to reach out?", on=card)
    assert EMERGENCY in (await maya.click("Need someone now?", on=card)).text
    assert "it was wrong" in (await maya.click("You misread me", on=card)).text


async def test_who_wants_no_more_of_it_today_reads_one_line_instead_and_tomorrow_it_is_there_again(
    stage: Stage,
) -> None:
    maya = stage.person("maya")
    card = await note_of(maya)
    assert "No more notes" in (await maya.click("No messages today", on=card)).text
    await preview_of(maya, IMMINENT)
    await maya.waits_for("circle", "*Need someone now?* is there at any time")
    assert notes(maya) == []
    await stage.pass_time(timedelta(days=1))
    await note_of(maya)


async def test_cards_work_after_a_restart_and_with_the_database_locked(stage: Stage) -> None:
    maya = stage.person("maya")
    card = await note_of(maya)
    await stage.restart()
    async with stage.app.db.transaction():
        assert EMERGENCY in (await maya.click("Talk to a line", on=card)).text
        assert "ground under you" in (await maya.click("Grounding", on=card)).text


async def test_nothing_of_what_was_noticed_is_kept_or_logged(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "cogs")
    maya = stage.person("maya")
    await share(stage, maya, IMMINENT)
    await note_of(maya)
    for word in ("pills", "goodbye", "suicide", "imminent", "T3"):
        assert word.casefold() not in caplog.text.casefold()
    tables = [row["name"] for row in await stage.app.db.all("SELECT name FROM sqlite_schema")]
    assert not [name for name in tables if name.startswith(("noticed", "screen"))]


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("tier", [Tier.T2, Tier.T3])
async def test_each_category_has_a_card_of_its_own_that_fits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, category: Category, tier: Tier
) -> None:
    def screen(text: str, locale: str | None = None) -> Noticed:
        return Noticed(tier, (category,))

    monkeypatch.setattr(stage.app.care.screening, "screen", screen)
    maya = stage.person("maya")
    await preview_of(maya, EVERYDAY)
    if category is Category.ABUSE:
        safe = await maya.waits_for("circle", "Is it a good moment")
        await maya.click("Show it", on=safe)
    card = await maya.waits_for("circle", ONLY_YOU)
    if tier is Tier.T3:
        assert EMERGENCY in card.text
    assert "Need someone now?" in card.buttons
