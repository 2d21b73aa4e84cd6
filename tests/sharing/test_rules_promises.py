"""What is told equals the rules, in every combination of them and every place that tells."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from discord import ui as items

from bot import content
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.sharing.models import Body, Draft, Wish
from bot.sharing.rules import promises
from bot.sharing.rules.models import Leaving, Preset, Review, Rules
from cogs import ui
from cogs.circles import views as circle_views
from cogs.sharing import looking, posts, settings, views
from cogs.sharing.looking import Crowd

pytestmark = pytest.mark.anonymity

CONTENTS = content.load(CONTENT)
LEAVING: dict[Leaving, tuple[str, dict[str, Any]]] = {
    Leaving.AT_ONCE: ("as soon as its writer presses", {}),
    Leaving.HELD: (
        "a random while after its writer presses *Post*, 4 hours on average",
        {"hold_minutes": 240},
    ),
    Leaving.HOUR: ("together at 07:30 (Europe/Berlin), in random order", {"hour": time(7, 30)}),
    Leaving.AUTHORS: ("those of at least 5 different people at a time", {"authors": 5}),
}
ONCE_READ = {
    Leaving.AT_ONCE: "as soon as facilitators have let it through",
    Leaving.HELD: "a random while after facilitators have let it through, 4 hours on average",
}
"""Where each share is read first, nothing is posted as soon as its writer says so."""
REVIEW = {
    (Review.NONE, 1): "Nobody reads a share before it is posted.",
    (Review.FIRST, 1): "A person's first share here is read by facilitators before it is posted (one of them",
    (Review.FIRST, 2): "A person's first share here is read by facilitators before it is posted (two of them",
    (Review.ALL, 1): "Every share is read by facilitators before it is posted (one of them",
    (Review.ALL, 2): "Every share is read by facilitators before it is posted (two of them",
}
COMBINATIONS = list(itertools.product(LEAVING, REVIEW, (0, 7, 30)))


def say(locale: str = "en") -> ui.Words:
    return ui.words(CONTENTS, locale)


def rules_of(leaving: Leaving, review: tuple[Review, int], days: int, **more: Any) -> Rules:
    return Rules(
        leaving=leaving, review=review[0], votes=review[1], link_days=days, **LEAVING[leaving][1], **more
    )


def when(leaving: Leaving, review: tuple[Review, int]) -> str:
    read = ONCE_READ.get(leaving) if review[0] is Review.ALL else None
    return read or LEAVING[leaving][0]


def text_of(card: ui.Card) -> str:
    return "\n".join(item.content for item in card.walk_children() if isinstance(item, items.TextDisplay))


@pytest.mark.parametrize(("leaving", "review", "days"), COMBINATIONS)
def test_the_standing_card_and_the_circles_card_tell_the_rules_and_nothing_else(
    leaving: Leaving, review: tuple[Review, int], days: int, circle: Circle
) -> None:
    rules = rules_of(leaving, review, days)
    showing = circle_views.Showing(say(), circle.created_at, {"en": "English"})
    for told in (
        text_of(posts.welcome(say(), circle, rules)),
        text_of(circle_views.circle_card(showing, circle, rules, None)),
    ):
        assert f"could find out, until the link is erased ({30 + days} days after it was posted)" in told
        expected = when(leaving, review)
        every = {*ONCE_READ.values(), *(words for words, _ in LEAVING.values())}
        assert {words for words in every if words in told} == {expected}
        assert [words for words in REVIEW.values() if words in told] == [REVIEW[review]]
        assert ("They don't learn who wrote it." in told) is (review[0] is not Review.NONE)
        assert "members: no. Facilitators: no." in told
        assert "Discord: yes." in told


@pytest.mark.parametrize("days", [0, 7, 14, 30])
@pytest.mark.parametrize("answer", [False, True])
def test_the_preview_tells_how_long_the_link_lives_in_its_circle(
    days: int, answer: bool, circle: Circle
) -> None:
    draft = Draft(
        Body("words"),
        id="d" * 32,
        name="Quiet Heron",
        wish=None if answer else Wish.LISTEN,
        circle_id=circle.id,
        thread_id=5 if answer else None,
    )
    card = views.preview(say(), say(), "a" * 32, draft, circle, rules=Rules(link_days=days))
    assert f"until the link is erased ({30 + days} days after posting)" in text_of(card)
    assert "Your way of writing can tell, too." in text_of(card)


def test_without_a_circle_the_longest_life_is_told_as_the_most() -> None:
    longest = promises.longest([Rules(link_days=0), Rules(link_days=14), Rules(link_days=7)])
    assert "(44 days at most after posting)" in promises.you(say(), longest, at_most=True)
    assert promises.link_life(promises.longest([])) == 60


def test_a_stopped_circle_says_so_and_its_card_opens_nothing(circle: Circle) -> None:
    card = posts.welcome(say(), circle, Rules(stopped=True))
    assert "Sharing rests for now" in text_of(card)
    [share] = [
        item
        for item in card.walk_children()
        if isinstance(item, items.Button) and str(item.custom_id).startswith("share:open")
    ]
    assert share.disabled


def test_what_a_preview_promised_is_held_against_what_concerns_it() -> None:
    def mark(rules: Rules) -> str:
        return promises.mark(rules, is_answer=False)

    rules = Rules(leaving=Leaving.HOUR, review=Review.ALL)
    matters: list[dict[str, Any]] = [
        {"leaving": Leaving.HELD},
        {"hour": time(8)},
        {"review": Review.FIRST},
        {"votes": 2},
        {"link_days": 14},
    ]
    for change in matters:
        assert mark(replace(rules, **change)) != mark(rules), change
    matters_not: list[dict[str, Any]] = [
        {"hold_minutes": 5},
        {"authors": 9},
        {"unanswered_hours": 3},
        {"images": True},
    ]
    for change in matters_not:
        assert mark(replace(rules, **change)) == mark(rules), change
    assert promises.mark(rules, is_answer=True) == promises.mark(Rules(), is_answer=True)
    assert promises.mark(rules, is_answer=True) != promises.mark(replace(rules, link_days=7), is_answer=True)


@pytest.mark.parametrize(
    ("crowd", "told"),
    [
        (
            Crowd(5, 8, is_part=False),
            "-# It could be from any of at most 8 people: those in this server. That is few: others may guess.",
        ),
        (
            Crowd(5, 800, is_part=False),
            "-# It could be from any of at most 800 people: those in this server.",
        ),
        (
            Crowd(5, 800, is_part=True),
            "-# It could be from any of fewer than 800 people: not everyone in this server sees <#5>.",
        ),
        (
            Crowd(5, 8, is_part=True),
            "-# It could be from any of fewer than 8 people: not everyone in this server sees <#5>. "
            "That is few: others may guess.",
        ),
        (
            Crowd(5, None, is_part=True),
            "-# It could be from fewer people than are in this server: not everyone sees <#5>.",
        ),
        (Crowd(5, None, is_part=False), ""),
    ],
)
def test_among_how_many_is_told_as_far_as_it_is_known(crowd: Crowd, told: str) -> None:
    assert "\n".join(looking.told(say(), crowd)) == told


@pytest.mark.parametrize("locale", CONTENTS.locales)
@pytest.mark.parametrize(("leaving", "review", "days"), COMBINATIONS)
def test_the_panel_tells_what_is_so_and_keeps_to_discords_limits(
    leaving: Leaving, review: tuple[Review, int], days: int, locale: str, circle: Circle
) -> None:
    rules = rules_of(leaving, review, days, images=bool(days), stopped=not days)
    long = replace(circle, name="C" * 50, zone="America/Argentina/ComodRivadavia")
    card = settings.panel(say(locale), long, rules, remark="r" * 300)
    assert card._total_children <= 40
    assert card.content_length() <= 4000
    for item in card.walk_children():
        if isinstance(item, items.Select):
            assert 2 <= len(item.options) <= 25
            assert sum(option.default for option in item.options) == 1
            assert all(len(option.label) <= 100 for option in item.options)
            told = [option.description for option in item.options if option.description]
            assert all(len(description) <= 100 for description in told)
            assert not told or len(set(told)) == len(told) == len(item.options), "what is alike is said once"
            [now] = [option for option in item.options if option.default]
            assert f"{now.label}\n-# {now.description or ''}" in text_of(card)


def test_what_is_so_without_being_offered_is_shown_among_the_choices(circle: Circle) -> None:
    rules = Rules(
        leaving=Leaving.HELD, hold_minutes=45, hour=time(20, 30), authors=12, link_days=21, unanswered_hours=5
    )
    for leaving in Leaving:
        shown = text_of(settings.panel(say(), circle, replace(rules, leaving=leaving)))
        assert "21 days after it closed (51 in all)" in shown
        assert "5 hours" in shown
    assert "45 minutes" in text_of(settings.panel(say(), circle, rules))
    assert "20:30" in text_of(settings.panel(say(), circle, replace(rules, leaving=Leaving.HOUR)))


@pytest.mark.parametrize("preset", Preset)
def test_asking_before_links_are_shortened_fits(preset: Preset, circle: Circle) -> None:
    card = settings.shortening(say(), circle, 7, preset)
    assert "until 37 days after it was posted" in text_of(card)
