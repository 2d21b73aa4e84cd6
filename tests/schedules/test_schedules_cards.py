"""What is shown of schedules fits what Discord takes, also at its longest."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.client import TowardsBot
from bot.errors import UserError
from bot.schedules.models import Kind, Schedule, State
from bot.schedules.recurrence import WEEK, Day, Weekly, next_slot
from bot.schedules.words import KNOWN_REASONS, in_words, name_of, reason_in_words
from cogs import ui
from cogs.schedules import views
from cogs.schedules.cog import SchedulesCog
from cogs.schedules.draft import Draft, rule_from

FACILITATOR = Actor(user_id=7, role_ids=frozenset({21}), manages_server=False)
LONGEST = Weekly(frozenset(WEEK) - {Day.SUN}, time(23, 59))


@pytest.fixture
def text(app: App) -> ui.Words:
    return ui.words(app.content, "en")


def components(card: ui.Card) -> list[dict[str, Any]]:
    return card.to_components()  # type: ignore[no-untyped-call, no-any-return]  # untyped in discord.py


def shown(card: ui.Card) -> str:
    """Every text and label on the card."""
    found: list[str] = []

    def walk(component: dict[str, Any]) -> None:
        found.extend(component[name] for name in ("content", "label") if name in component)
        for child in component.get("components", ()):
            walk(child)

    for component in components(card):
        walk(component)
    return "\n".join(found)


def custom_ids(card: ui.Card) -> list[str]:
    return [
        child["custom_id"]
        for component in components(card)
        for child in component.get("components", ())
        if "custom_id" in child
    ]


def a_schedule(app: App, circle: Circle, **changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "id": "0123456789abcdef",
        "circle_id": circle.id,
        "kind": Kind.PROMPT,
        "rule": LONGEST,
        "window": timedelta(hours=72),
        "deck": "first-steps",
        "late_limit": timedelta(hours=1),
        "state": State.NEEDS_ATTENTION,
        "reason": "no_permission",
        "next": next_slot(LONGEST, circle.tz, app.clock.now()),
        "created_at": app.clock.now(),
    }
    return Schedule(**{**values, **changes})


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("tue", "Tuesdays 19:00"),
        ("thu tue", "Tuesdays and Thursdays 19:00"),
        ("mon wed sun", "Mondays, Wednesdays and Sundays 19:00"),
        ("mon tue wed thu fri", "Weekdays 19:00"),
        ("sat sun", "Weekends 19:00"),
        ("mon tue wed thu fri sat sun", "Every day 19:00"),
    ],
)
def test_a_rule_is_said_in_words(text: ui.Words, days: str, words: str) -> None:
    assert in_words(text, Weekly(frozenset(Day(day) for day in days.split()), time(19, 0))) == words


def test_the_longest_name_fits_an_autocomplete_choice(app: App, circle: Circle, text: ui.Words) -> None:
    assert len(name_of(text, a_schedule(app, circle))) <= 100


def test_every_reason_has_words_and_an_unknown_one_too(text: ui.Words) -> None:
    assert len({reason_in_words(text, reason) for reason in (*KNOWN_REASONS, "never heard of")}) == 9


@pytest.mark.parametrize("kind", Kind)
def test_a_draft_survives_in_the_save_button_and_fits_it(app: App, circle: Circle, kind: Kind) -> None:
    deck = "a-deck-whose-name-is-forty-letters-long-" if kind is Kind.PROMPT else None
    draft = Draft(kind, LONGEST, timedelta(hours=336), deck)
    route = f"schedule:save:0123456789abcdef:{draft.packed()}"
    assert len(route) <= 100
    assert Draft.unpack(*route.split(":")[3:]) == draft


def test_the_preview_says_what_would_come_when_and_that_nothing_is_saved(
    app: App, circle: Circle, text: ui.Words
) -> None:
    draft = Draft(Kind.PROMPT, LONGEST, timedelta(hours=72), "tender")
    times = app.schedules.preview(
        FACILITATOR, circle, draft.kind, draft.rule, window=draft.window, deck=draft.deck
    )
    card = views.preview(text, circle, draft, times, app.prompts.decks("en"))
    said = shown(card)
    assert said.count(":F>") == said.count(":R>") == 3
    assert "Europe/Berlin" in said
    assert "<#11>" in said
    assert "Nothing is saved yet." in said
    assert "a facilitator is there" in said
    assert custom_ids(card) == [f"schedule:save:c1:{draft.packed()}", "schedule:not_now"]


def test_a_list_of_many_schedules_comes_on_several_cards_each_within_4000_characters(
    app: App, circle: Circle, text: ui.Words
) -> None:
    decks = app.prompts.decks("en")
    cards = views.overview(text, circle, [a_schedule(app, circle)] * 23, decks)
    assert len(cards) == 3
    assert all(len(shown(card)) <= 4000 for card in cards)
    assert "Needs attention" in shown(cards[0])
    resting = a_schedule(app, circle, state=State.PAUSED, reason=None, next=None, deck="gone-since")
    [card] = views.overview(text, circle, [resting], decks)
    assert "Resting" in shown(card)
    assert "gone-since" in shown(card)


def test_next_tells_everyone_what_comes_and_leaves_out_what_rests(
    app: App, circle: Circle, text: ui.Words
) -> None:
    resting = a_schedule(app, circle, state=State.PAUSED, next=None)
    card = views.coming(text, circle, [a_schedule(app, circle), resting])
    assert shown(card).count("Prompt:") == 1
    assert "Nothing is planned" in shown(views.coming(text, circle, [resting]))


@pytest.mark.parametrize(
    ("day", "at", "key"), [("someday", "19:00", "days_unreadable"), ("tue", "7", "time_unreadable")]
)
def test_what_can_not_be_read_is_answered_with_the_forms_that_can(
    text: ui.Words, day: str, at: str, key: str
) -> None:
    with pytest.raises(UserError, match=key) as raised:
        rule_from(day, at)
    assert "`" in text(raised.value.key)


def test_every_answer_has_its_words(app: App, text: ui.Words) -> None:
    for key, params in (
        ("saved", {"when": "w"}),
        ("paused", {}),
        ("resumed", {"when": "w"}),
        ("removed", {}),
        ("run_now", {"channel": "c"}),
    ):
        assert text(f"schedule.answers.{key}", schedule="s", **params)


async def test_the_cog_loads_with_its_commands_and_answers(app: App) -> None:
    bot = TowardsBot(app)
    cog = SchedulesCog(bot)
    assert {command.qualified_name for command in cog.walk_app_commands()} == {
        "next",
        "schedule",
        "schedule check-in",
        "schedule prompt",
        "schedule list",
        "schedule pause",
        "schedule resume",
        "schedule run-now",
        "schedule remove",
    }
    assert ("press", "schedule:save") in cog.handlers
    await bot.close()
