"""What people see, held against Discord's limits and against what somebody might write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.app import App
from bot.checkins.closing import PAGE_CHARACTERS, PAGE_WORDS, Page
from bot.checkins.models import WORDS_MAX, Answer, CheckIn, Display, Scale, State, Weather
from bot.checkins.service import Visit
from bot.checkins.summary import Figure, Summary, crowd
from bot.checkins.words.named import ShownWords
from bot.circles.models import Circle
from cogs import ui
from cogs.checkins import posts, views
from tests.checkins.conftest import an_answer

FULL = Summary(12, tuple(Figure(scale, 12, 36, 140) for scale in Scale), tuple(Weather))
SMALL = Summary(None, (), ())


@pytest.fixture
def text(app: App) -> ui.Words:
    return ui.words(app.content, "en")


def walk(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def check(card: ui.Card) -> list[Mapping[str, Any]]:
    """Its components, within Discord's limits for a message."""
    found = list(walk(card.to_components()))
    assert len(found) <= 40
    assert sum(len(part.get("content", "")) for part in found) <= 4000
    assert all(len(part.get("label") or "") <= 80 for part in found)
    assert all(len(part.get("custom_id") or "") <= 100 for part in found)
    return found


def said(card: ui.Card) -> str:
    return "\n".join(part["content"] for part in check(card) if "content" in part)


def labels(card: ui.Card) -> list[str]:
    return [part["label"] for part in check(card) if "label" in part]


async def test_the_card_offers_three_ways_of_the_same_size_and_look_and_help(
    text: ui.Words, checkin: CheckIn
) -> None:
    card = posts.card(text, checkin, 0)
    buttons = [part for part in check(card) if part["type"] == 2]
    assert [button["label"] for button in buttons] == ["Check in", "I'm here", "Pass", "Need someone now?"]
    assert len({button["style"] for button in buttons[:3]}) == 1
    assert f"<t:{int(checkin.closes_at.timestamp())}:R>" in said(card)


@pytest.mark.parametrize("present", range(5))
async def test_the_card_names_no_number_under_five(text: ui.Words, checkin: CheckIn, present: int) -> None:
    line = said(posts.card(text, checkin, present)).splitlines()[3]
    assert line.startswith(("The door is open.", "There is company here already."))


async def test_a_closed_card_has_no_buttons(text: ui.Words, checkin: CheckIn) -> None:
    assert labels(posts.card(text, replace(checkin, state=State.CLOSED), 6)) == []


@pytest.mark.parametrize("present", [0, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 21, 51, 101, 900])
def test_there_are_words_for_however_many_are_here(text: ui.Words, present: int) -> None:
    assert text(f"checkin.here.{crowd(present)}")
    assert present == 0 or text(f"checkin.were_here.{crowd(present)}")


async def test_the_form_is_one_and_within_its_limits(text: ui.Words) -> None:
    form = views.form(text, "0123456789abcdef", Answer({Scale.OTHERS: 2}, Weather.FOGGY, "x" * WORDS_MAX))
    data = form.to_dict()
    assert len(data["title"]) <= 45
    assert len(data["components"]) == 5
    for label in data["components"]:
        assert len(label["label"]) <= 45
        assert len(label.get("description") or "") <= 100
        assert label["component"]["required"] is False


def test_an_untouched_form_is_an_empty_answer() -> None:
    untouched = {"others": None, "myself": None, "community": None, "weather": [], "words": ""}
    assert views.read(untouched).empty
    assert views.read({}).empty


def test_what_the_form_does_not_offer_counts_as_left_empty() -> None:
    forged = {"others": "9", "myself": "drop table", "community": "3", "weather": ["hail"], "words": None}
    assert views.read(forged) == Answer({Scale.COMMUNITY: 3})


@pytest.mark.parametrize("display", [None, *Display])
@pytest.mark.parametrize("present", [1, 12])
async def test_the_choice_offers_three_equal_ways_take_back_and_help(
    text: ui.Words, circle: Circle, checkin: CheckIn, display: Display | None, present: int
) -> None:
    answer = an_answer("@everyone " * (WORDS_MAX // 10)).shown(display)
    card = views.choice(text, Visit(circle, checkin, "0a1b2c3d", answer, present))
    assert labels(card) == ["By name", "Without name", "Only counted", "Take back", "Need someone now?"]
    assert (
        len({part["style"] for part in check(card) if part.get("custom_id", "").startswith("checkin:show")})
        == 1
    )
    assert "@everyone" not in said(card)
    chosen = [part["label"] for part in check(card) if part.get("disabled")]
    assert len(chosen) == (display is not None)


async def test_whoever_shows_words_without_name_is_told_how_small_the_company_is(
    text: ui.Words, circle: Circle, checkin: CheckIn
) -> None:
    few = said(views.choice(text, Visit(circle, checkin, "0a1b2c3d", an_answer("tired"), 2)))
    some = said(views.choice(text, Visit(circle, checkin, "0a1b2c3d", an_answer("tired"), 7)))
    assert "fewer than five people" in few
    assert "Seven people are here." in some


@pytest.mark.parametrize("answer", [None, an_answer()])
async def test_every_private_answer_carries_help(
    text: ui.Words, circle: Circle, checkin: CheckIn, answer: Answer | None
) -> None:
    visit = Visit(circle, checkin, "0a1b2c3d", answer, 3)
    cards = [views.thanks(text, f"checkin.private.{key}", visit) for key in ("here", "passed", "answered")]
    cards += [views.taken_back(text, f"checkin.take_back.{key}") for key in ("done", "words_done")]
    cards.append(views.handed_back(text, "x" * 4000))
    for card in cards:
        assert "Need someone now?" in labels(card)
        assert "{" not in said(card)


def test_a_name_is_shown_as_nothing_but_a_name(text: ui.Words) -> None:
    name = "**# @everyone**\n||x|| <@100000000000000001>"
    shown = ShownWords("0123456789abcdef", "en", name, "hello", "f" * 32)
    heading, words = [part["content"] for part in check(posts.named_words(text, shown)) if "content" in part]
    assert heading.startswith(r"**\*\*# @")
    assert "@everyone" not in heading
    assert "<@1" not in heading
    assert "\n" not in heading
    assert words == "hello"


def test_words_neither_ping_nor_reach_beyond_their_own_text(text: ui.Words) -> None:
    shown = ShownWords("0123456789abcdef", "en", "Maya", "```\n# @here <@&100000000000000001>", "f" * 32)
    card = posts.named_words(text, shown)
    assert "@here" not in said(card)
    assert "<@&1" not in said(card)
    assert labels(card) == ["Take back"]


def test_the_fullest_summary_fits_one_message(text: ui.Words) -> None:
    words = tuple("@here " * (PAGE_CHARACTERS // PAGE_WORDS // 6) for _ in range(PAGE_WORDS))
    card = posts.summary_page(text, Page("en", FULL, words))
    assert "Twelve people were here." in said(card)
    assert said(card).count("●●●○○") == 3
    assert "Sunny" in said(card)


def test_a_summary_under_the_guard_has_no_figure_in_it(text: ui.Words) -> None:
    card = posts.summary_page(text, Page("en", SMALL, ()))
    assert not any(char.isdigit() or char in "●○" for char in said(card).replace("###", ""))
    assert "There was company in this check-in." in said(card)


def test_further_words_come_without_a_second_summary(text: ui.Words) -> None:
    card = posts.summary_page(text, Page("en", None, ("tired",)))
    assert said(card) == "**More words without a name**, in no order\ntired"
