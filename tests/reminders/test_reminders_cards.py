"""What people read about reminders: it fits in a message, and says nothing of who is there or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot import content
from bot.circles.models import NAME_LENGTH, Circle
from bot.config import CONTENT
from bot.reminders.models import LONGEST_BEFORE, NO_END, Asked, Occasion, Person
from bot.reminders.service import Mine, Shown
from bot.reminders.times import Quiet
from cogs import ui
from cogs.reminders import views

WORDS = content.load(CONTENT)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PERSON = Person("w", zone="America/Argentina/Buenos_Aires", away_until=NO_END)
# What would tell somebody that others, or they themselves, were looked for and not found.
ABSENCE = re.compile(
    r"\bmiss(ed|ing)?\b|\babsen|\bhaven't\b|\bhave not\b|\byet\b|\bstill\b|\binactive\b|\blast (time|seen)\b"
    r"|\bwaiting\b|\bcatching up\b|\bwelcome back\b|\blong time\b",
    re.IGNORECASE,
)


def walk(component: Any) -> Iterator[dict[str, Any]]:
    for each in component if isinstance(component, list) else [component]:
        yield each
        yield from walk(each.get("components", []))


def told(card: ui.Card) -> str:
    """The card's words; it fits in a message (docs: components/reference, 4000 characters, 40 components)."""
    components = list(walk(card.to_components()))  # type: ignore[no-untyped-call]  # in discord.py
    text = "\n".join(each["content"] for each in components if "content" in each)
    assert len(components) <= 40
    assert len(text) <= 4000
    return text


@pytest.fixture
def circle() -> Circle:
    return Circle("c1", 1, "x" * NAME_LENGTH, 11, 12, 13, 21, "Europe/Berlin", "en", 1, NOW)


@pytest.mark.parametrize("locale", WORDS.locales)
def test_every_card_fits_however_much_someone_asked_for(circle: Circle, locale: str) -> None:
    text = ui.words(WORDS, locale)
    asked = Asked(hours_before=LONGEST_BEFORE)
    circles = [replace(circle, id=f"{number:016x}") for number in range(30)]
    mine = Mine(PERSON, tuple((each, asked) for each in circles))
    assert told(views.mine(text, mine, NOW)).count("x" * NAME_LENGTH) == views.CIRCLES_SHOWN
    told(views.asked(text, mine, circles[-1], NOW))
    told(views.mine(text, Mine(Person("w"), ()), NOW))
    told(views.hello(text, circle))
    for is_prompt in (False, True):
        occasion = Occasion(is_prompt, "o", circle.id, 11, 12, NOW, NOW + timedelta(days=1))
        told(views.reminder(text, Shown(1, locale, circle, occasion)))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(), "check-ins and prompts, when one opens"),
        (Asked(prompts=False), "check-ins, when one opens"),
        (Asked(check_ins=False, at=time(7, 5)), "prompts, at 07:05 on the clock of Berlin"),
        (Asked(hours_before=1), "check-ins and prompts, an hour before one closes"),
        (Asked(hours_before=12), "check-ins and prompts, 12 hours before one closes"),
    ],
)
def test_what_was_asked_for_is_said_back_in_words(circle: Circle, asked: Asked, words: str) -> None:
    mine = Mine(Person("w"), ((circle, asked),))
    assert words in told(views.asked(ui.words(WORDS, "en"), mine, circle, NOW))


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (Person("w"), "Quiet from 22:00 to 08:00 on the circle's clock"),
        (PERSON, "Quiet from 22:00 to 08:00 on the clock of Buenos Aires"),
        (Person("w", quiet=Quiet(time(0), time(0))), "No quiet hours"),
    ],
)
def test_quiet_hours_are_told_with_the_clock_they_go_by(person: Person, words: str) -> None:
    assert words in told(views.quiet(ui.words(WORDS, "en"), person))


def test_an_absence_that_is_over_is_not_spoken_of() -> None:
    text, over = ui.words(WORDS, "en"), Person("w", away_until=NOW)
    assert "Away" not in told(views.mine(text, Mine(over, ()), NOW))
    assert "Away until" in told(views.mine(text, Mine(over, ()), NOW - timedelta(seconds=1)))


@pytest.mark.parametrize("locale", WORDS.locales)
def test_no_words_about_reminders_speak_of_who_is_not_there(locale: str) -> None:
    raw = {key: WORDS._words[locale][key] for key in WORDS.keys if key.startswith("reminder.")}
    assert [key for key, words in raw.items() if ABSENCE.search(words)] == []


@pytest.mark.parametrize(
    "words", ["You missed it", "Welcome back", "You haven't checked in yet", "Long time"]
)
def test_words_that_would_are_noticed(words: str) -> None:
    assert ABSENCE.search(words)
