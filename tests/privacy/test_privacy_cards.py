"""What /my data and /privacy show, from real rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot import content
from bot.app import App
from bot.config import CONTENT
from bot.participation.models import Choice, Consent
from bot.privacy.kept import LIVES, TOPICS
from cogs import ui
from cogs.privacy import views
from tests.privacy.conftest import MAYA, Life

WORDS = content.load(CONTENT)


def walk(component: Any) -> Iterator[dict[str, Any]]:
    for each in component if isinstance(component, list) else [component]:
        yield each
        yield from walk(each.get("components", []))


def raw(card: ui.Card) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = card.to_components()  # type: ignore[no-untyped-call]  # in discord.py
    return components


def told(card: ui.Card) -> str:
    """The card's words; it fits in a message (docs: components/reference, 4000 characters, 40 components)."""
    components = list(walk(raw(card)))
    text = "\n".join(each["content"] for each in components if "content" in each)
    assert len(components) <= 40
    assert len(text) <= 4000
    return text


@pytest.mark.parametrize("locale", WORDS.locales)
def test_the_pages_tell_every_topic_and_fit_in_a_message(locale: str) -> None:
    text = ui.words(WORDS, locale)
    pages = "".join(told(views.page(text, number)) for number in (0, 1))
    assert all(WORDS.text(f"privacy.topics.{topic}", locale, **LIVES) in pages for topic in TOPICS)


async def test_whoever_nothing_is_kept_about_is_told_so(app: App) -> None:
    assert "Nothing is kept" in told(views.mine(ui.words(WORDS, "en"), await app.privacy.mine(MAYA)))


@pytest.mark.parametrize("locale", WORDS.locales)
async def test_every_kind_of_thing_that_is_kept_is_told_in_words(life: Life, locale: str) -> None:
    for _ in range(3):
        await life.of([MAYA])
    found = await life.app.privacy.mine(MAYA)
    shown = told(views.mine(ui.words(WORDS, locale), found))
    for kind in found:
        assert WORDS.text(f"privacy.mine.{kind}.title", locale, count=len(found[kind])) in shown
    assert "Harbour" in shown
    assert "by_name" not in shown


async def test_long_words_of_people_are_cut_and_break_no_layout() -> None:
    row = {"circle": "**@everyone** " * 50, "choice": "by_name"}
    rows = [{**row, "since": f"2026-03-{day:02}"} for day in range(2, 30)]
    shown = told(views.mine(ui.words(WORDS, "en"), {"log_choices": rows}))
    assert "@everyone" not in shown
    assert "by name (2026-03-02)" in shown
    assert shown.count("by name (") == views.ROWS_SHOWN


async def test_what_is_kept_can_be_written_as_json(life: Life) -> None:
    await life.of([MAYA])
    found = await life.app.privacy.mine(MAYA)
    assert json.loads(json.dumps(found)) == found


async def test_the_log_card_fits_however_many_circles_there_are(life: Life) -> None:
    entries = [views.Entry(life.circle, Choice(Consent.COUNTED, 3), is_open=True)] * 20
    assert "There are more" in told(views.log(ui.words(WORDS, "en"), entries))


@pytest.mark.parametrize(
    ("choice", "is_open", "buttons"),
    [
        (Choice(None, 0), True, ["Log me by name", "Only count me"]),
        (Choice(Consent.BY_NAME, 2), True, ["Only count me", "Erase my days"]),
        (Choice(Consent.COUNTED, 0), True, ["Log me by name"]),
        (Choice(Consent.BY_NAME, 2), False, ["Erase my days"]),
    ],
)
async def test_each_circle_offers_what_can_be_changed(
    life: Life, choice: Choice, is_open: bool, buttons: list[str]
) -> None:
    card = views.log(ui.words(WORDS, "en"), [views.Entry(life.circle, choice, is_open=is_open)])
    labels = [each["label"] for each in walk(raw(card)) if each["type"] == 2]
    assert labels == [*buttons, "Need someone now?"]
