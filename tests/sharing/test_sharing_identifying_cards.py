"""The preview tells what could give its writer away, at its longest within Discord's limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import discord
import pytest

from bot import content
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.sharing import names, text
from bot.sharing.identifying.finding import Kind
from bot.sharing.models import Body, Draft, Wish
from bot.sharing.rules import promises
from bot.sharing.rules.models import Leaving, Review, Rules
from cogs import ui
from cogs.sharing import views
from cogs.sharing.looking import Crowd, Look

MOST_BYTES = 10_170  # above it Discord answers with a bare error (discord-api-docs#8554)
CONTENTS = content.load(CONTENT)
HANDLE = "a" * 32
EVERYTHING = dict.fromkeys(Kind, "語" * 40)


def say(locale: str = "en") -> ui.Words:
    return ui.words(CONTENTS, locale)


def preview(
    circle: Circle, body: Body, found: Mapping[Kind, str], *, answer: bool = False, locale: str = "en"
) -> ui.Card:
    draft = Draft(
        body,
        id="d" * 32,
        name="語" * names.LONGEST,
        wish=None if answer else Wish.EXPERIENCE,
        circle_id=circle.id,
        thread_id=10**19 if answer else None,
        scope="s" if answer else None,
    )
    words = say(locale)
    in_dm = [words("share.preview.dm"), words("share.dm.without_files")]
    again = [words("share.preview.dm"), words("rules.preview.changed")]
    more = max(in_dm, again, [words("share.split.second")], key=lambda lines: len("".join(lines)))
    if not answer:
        then = promises.then(
            words, replace(circle, zone="America/Argentina/Buenos_Aires"), Rules(leaving=Leaving.HOUR)
        )
        more = [words("review.preview.first"), *then, *more]
    look = Look(found, Crowd(10**19, count=19, is_part=True))
    rules = Rules(review=Review.ALL, votes=2)
    return views.preview(words, words, HANDLE, draft, circle, rules=rules, more=more, look=look)


@pytest.mark.parametrize("locale", CONTENTS.locales)
@pytest.mark.parametrize("answer", [False, True])
@pytest.mark.parametrize("sign", ["w", "語", "\U0001f331"])
def test_the_longest_text_with_everything_found_in_it_fits(
    sign: str, answer: bool, locale: str, circle: Circle
) -> None:
    size = text.length(sign)
    body = Body(sign * (text.TEXT_MAX // size), "" if answer else sign * (text.NOTE_MAX // size))
    card = preview(circle, body, EVERYTHING, answer=answer, locale=locale)
    assert card._total_children <= 40
    assert card.content_length() <= 4000
    assert size_of(card) <= MOST_BYTES
    assert all(len(item["custom_id"]) <= 100 for item in buttons(card))
    assert all(len(item["label"]) <= 80 for item in buttons(card))


def size_of(card: ui.Card) -> int:
    """As Discord counts what it can store: the text's bytes, and twelve for each display."""
    texts = [item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay)]
    return sum(len(shown.encode()) + 12 for shown in texts)


def buttons(card: ui.Card) -> list[dict[str, str]]:
    return [item.to_component_dict() for item in card.walk_children() if "label" in item.to_component_dict()]


def test_nothing_found_is_not_spoken_of(circle: Circle) -> None:
    shown = str(preview(circle, Body("a plain text"), {}).to_components())
    assert say()("share.found.title") not in shown
    assert "share:leave" not in shown


def test_what_has_no_room_is_announced_and_the_most_telling_comes_first(circle: Circle) -> None:
    shown = [item["custom_id"] for item in buttons(preview(circle, Body("x"), EVERYTHING))]
    mending = [each.rpartition(":")[2] for each in shown if each.startswith("share:mend")]
    assert mending == list(Kind)[: views.FOUND_SHOWN]
    assert say()("share.found.title_more") in str(preview(circle, Body("x"), EVERYTHING).to_components())


@pytest.mark.parametrize("kind", Kind)
def test_the_button_says_what_stands_there_afterwards(kind: Kind, circle: Circle) -> None:
    [mend] = [
        each for each in buttons(preview(circle, Body("x"), {kind: "x"})) if "mend" in each["custom_id"]
    ]
    word = views.instead(say(), kind)
    assert mend["label"] == (f"Say {word}" if word else "Take it out")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("Maya", "Maya"), ("M\na`y*a", "M a'y*a"), ("https://example.org/long", "https://example.org…")],
)
def test_what_was_found_is_quoted_on_one_line_without_an_end_to_its_quotes(written: str, shown: str) -> None:
    assert views.excerpt(written) == shown


def test_a_look_shows_no_finding_when_printed() -> None:
    assert "Maya" not in repr(Look({Kind.NAME: "Maya"}))


@pytest.mark.parametrize("locale", CONTENTS.locales)
def test_the_mark_on_a_part_keeps_to_the_room_left_for_it(locale: str) -> None:
    assert text.length(say(locale)("share.split.mark", part=2)) < text.MARK_MAX
