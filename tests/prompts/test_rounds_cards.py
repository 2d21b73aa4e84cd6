from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import content
from bot.config import CONTENT
from bot.prompts.choosing import load_libraries
from bot.prompts.models import Prompt
from bot.prompts.rounds import (
    ANSWER_LIMIT,
    Answer,
    Company,
    Invitation,
    Round,
    State,
    Variant,
    Words,
)
from bot.prompts.service import About
from cogs import ui
from cogs.prompts.posts import answer_card, prompt_card, prompt_thread
from cogs.prompts.views import about_card, answer_form, handed_back

TEXT = ui.words(content.load(CONTENT), "en")
LIBRARY = load_libraries(CONTENT)["en"]
PROMPTS = [LIBRARY.prompts[key] for key in sorted(LIBRARY.prompts)]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
THREAD = 77


def given(prompt: Prompt, **changes: Any) -> Round:
    invitation = Invitation(
        prompt_id=prompt.id,
        variant=Variant.TEXT,
        depth=prompt.depth,
        locale="en",
        text=prompt.text,
        content_note=prompt.content_note,
        doors=prompt.other_doors,
        idea=LIBRARY.concepts[prompt.concept].sentence,
        concept=LIBRARY.concepts[prompt.concept].name,
        closing=prompt.closing,
    )
    round = Round(
        id="0" * 16,
        circle_id="c1",
        occurrence_id="o1",
        deck_id=prompt.deck,
        invitation=invitation,
        state=State.OPEN,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=3),
        channel_id=11,
        message_id=THREAD,
        thread_id=THREAD,
    )
    return replace(round, **changes)


def parts(card: ui.Card | ui.Form) -> Iterator[dict[str, Any]]:
    waiting: list[Any] = list(card.to_components())
    while waiting:
        part = waiting.pop(0)
        yield part
        waiting += [*part.get("components", ()), *([part["component"]] if "component" in part else [])]


def texts(card: ui.Card) -> list[str]:
    return [part["content"] for part in parts(card) if "content" in part]


def buttons(card: ui.Card) -> list[dict[str, Any]]:
    return [part for part in parts(card) if "label" in part]


def fits_a_message(card: ui.Card) -> bool:
    return sum(map(len, texts(card))) <= 4000 and len(list(parts(card))) <= 40


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.id)
def test_every_prompt_of_the_library_fits_its_card_thread_form_and_about(prompt: Prompt) -> None:
    for state in (State.OPEN, State.CLOSED):
        card = prompt_card(TEXT, given(prompt, state=state, company=Company.SEVERAL))
        assert fits_a_message(card)
        assert any(prompt.text in text for text in texts(card))
    assert 0 < len(prompt_thread(TEXT, given(prompt)).name) <= 100
    assert len(answer_form(TEXT, given(prompt)).title) <= 45
    sources = tuple(LIBRARY.sources[source] for source in prompt.sources)
    own = tuple(Answer(f"{n:016x}", "0" * 16, 5, "t", None) for n in range(12))
    assert fits_a_message(
        about_card(TEXT, About(given(prompt), LIBRARY.concepts[prompt.concept], sources, prompt, own))
    )


def test_the_four_ways_to_be_here_are_alike() -> None:
    card = prompt_card(TEXT, given(PROMPTS[0]))
    ways = buttons(card)[:4]
    assert [way["label"] for way in ways] == ["Answer", "Answer anonymously", "I'm here", "Pass"]
    assert {way["style"] for way in ways} == {2}
    assert {way.get("disabled", False) for way in ways} == {False}
    assert ways[1]["custom_id"] == f"share:answer_prompt:{'0' * 16}"
    assert "Need someone now?" in [button["label"] for button in buttons(card)]


def test_a_closed_card_keeps_its_words_loses_its_buttons_and_ends_with_the_closing() -> None:
    before, after = (prompt_card(TEXT, given(PROMPTS[0], state=s)) for s in (State.OPEN, State.CLOSED))
    assert buttons(after) == []
    assert set(texts(before)[:-1]) <= set(texts(after))
    assert PROMPTS[0].closing in texts(after)[-1]


def test_a_gentler_form_leaves_its_idea_to_those_who_ask() -> None:
    tender = next(prompt for prompt in PROMPTS if prompt.gentler)
    round = given(tender)
    gentler = replace(round, invitation=replace(round.invitation, variant=Variant.GENTLER))
    idea = LIBRARY.concepts[tender.concept].sentence
    assert any(idea in text for text in texts(prompt_card(TEXT, round)))
    assert not any(idea in text for text in texts(prompt_card(TEXT, gentler)))
    assert any(idea in text for text in texts(about_card(TEXT, About(gentler, None, (), None, ()))))


def test_a_source_is_linked_where_its_place_is_an_address() -> None:
    told = "".join(
        text
        for source in LIBRARY.sources.values()
        for text in texts(about_card(TEXT, About(given(PROMPTS[0]), None, (source,), None, ())))
    )
    assert "<https://doi.org/10." in told
    assert "<https://cultureofempathy.com>" in told
    assert "docslib 3883637" in told
    assert "<docslib" not in told


def test_a_tender_card_begins_with_its_content_note() -> None:
    tender = next(prompt for prompt in PROMPTS if prompt.content_note)
    assert tender.content_note in texts(prompt_card(TEXT, given(tender)))[0]


@pytest.mark.parametrize(
    "text", ["@here" * (ANSWER_LIMIT // 5), "**" * (ANSWER_LIMIT // 2), "😶" * ANSWER_LIMIT]
)
@pytest.mark.parametrize("channel_id", [THREAD, 11])
def test_the_longest_answer_fits_its_card_whatever_it_is_made_of(text: str, channel_id: int) -> None:
    answer = Answer("a" * 16, "0" * 16, 5, "t", b"", channel_id)
    card = answer_card(TEXT, given(PROMPTS[0]), answer, Words("*" * 32, text))
    assert fits_a_message(card)


def test_an_answer_pings_nobody_and_its_name_has_no_markdown() -> None:
    answer = Answer("a" * 16, "0" * 16, 5, "t", b"", THREAD)
    card = answer_card(
        TEXT, given(PROMPTS[0]), answer, Words("**Ma_ya_** @everyone", "hello @here <@123456789012345678>")
    )
    name, said = texts(card)
    assert name == "**\\*\\*Ma\\_ya\\_\\*\\* @\u200beveryone**"
    assert said == "hello @\u200bhere <@\u200b123456789012345678>"


@pytest.mark.parametrize("length", [1, 3500, 3501, 4000])
def test_words_that_are_handed_back_are_whole(length: int) -> None:
    words = "".join(chr(97 + number % 26) for number in range(length))
    cards = handed_back(TEXT, "prompt.answer.handed_back", words)
    assert all(fits_a_message(card) for card in cards)
    assert "".join(text for card in cards[1:] for text in texts(card)) == words


def test_the_form_says_how_long_an_answer_may_be_and_where_it_goes() -> None:
    for threadless, where in ((False, "thread"), (True, "channel")):
        form = list(parts(answer_form(TEXT, given(PROMPTS[0], threadless=threadless))))
        label = next(part for part in form if "label" in part)
        field = next(part for part in form if "max_length" in part)
        assert field["max_length"] == ANSWER_LIMIT
        assert str(ANSWER_LIMIT) in label["description"]
        assert where in label["description"]
        assert len(label["description"]) <= 100
