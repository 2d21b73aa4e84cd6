"""What is shown privately fits in a message, also for the largest circle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot import content
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.participation.models import ANONYMOUS, Act, Choice, Consent, Figure, Named, Summary
from bot.participation.tables import FIGURES, NAMES
from cogs import ui
from cogs.participation import views

WORDS = content.load(CONTENT)
MONDAY = date(2026, 3, 2)


def walk(component: Any) -> Iterator[dict[str, Any]]:
    for each in component if isinstance(component, list) else [component]:
        yield each
        yield from walk(each.get("components", []))


def parts(card: ui.Card) -> list[dict[str, Any]]:
    """The card's components; it fits in a message (docs: components/reference, 4000 characters, 40 components)."""
    found = list(walk(card.to_components()))  # type: ignore[no-untyped-call]  # in discord.py
    assert len(found) <= 40
    assert sum(len(each.get("content", "")) for each in found) <= 4000
    return found


def told(card: ui.Card) -> str:
    return "\n".join(each["content"] for each in parts(card) if "content" in each)


@pytest.mark.parametrize("locale", WORDS.locales)
async def test_the_busiest_four_weeks_of_a_large_circle_fit(circle: Circle, locale: str) -> None:
    days = [MONDAY + timedelta(days=number) for number in range(28)]
    acts = [act for act in Act if act not in ANONYMOUS and act.told_as is act]
    found = Summary(
        first=days[0],
        last=days[-1],
        days={day: tuple(Figure(day, day, act, 5000) for act in acts) for day in days},
        anonymous=tuple(Figure(days[0], days[-1], act, 5000) for act in ANONYMOUS),
        people=tuple(Named(MONDAY, f"P{n:04}", 10**18 + n, Act.HERE) for n in range(5000)),
    )
    shown = told(views.summary(ui.words(WORDS, locale), circle, found))
    assert f"<@{10**18}>, <@{10**18 + 1}>" in shown
    assert "`/participation export`" in shown


async def test_quiet_weeks_say_nothing_about_anyone(circle: Circle) -> None:
    found = Summary(MONDAY, MONDAY, {}, (), people=())
    shown = told(views.summary(ui.words(WORDS, "en"), circle, found))
    assert "There is no figure to show" in shown
    assert "0" not in shown.replace("<t:", "").split("There is no figure")[1]


async def test_the_two_ways_to_be_logged_are_offered_alike(circle: Circle) -> None:
    card = views.question(ui.words(WORDS, "en"), circle)
    named, counted, _ = (each for each in parts(card) if each["type"] == 2)
    assert named["style"] == counted["style"]
    assert named["custom_id"].startswith("participation:choose:by_name")
    assert counted["custom_id"].startswith("participation:choose:counted")


async def test_only_who_has_something_to_erase_is_offered_it(circle: Circle) -> None:
    text = ui.words(WORDS, "en")
    for choice, offered in (
        (Choice(Consent.COUNTED, 3), True),
        (Choice(Consent.COUNTED, 0), False),
        (Choice(Consent.BY_NAME, 3), False),
    ):
        labels = [each.get("label") for each in parts(views.chosen(text, circle, choice))]
        assert ("Erase those days" in labels) == offered


async def test_the_export_explains_each_column(circle: Circle) -> None:
    shown = told(views.export(ui.words(WORDS, "en"), circle))
    assert all(f"`{name}`" in shown for name in (*FIGURES, *NAMES, *(act.told_as for act in Act)))
