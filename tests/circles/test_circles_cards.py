"""The cards at their fullest, held to Discord's limits: 40 components and 4000 characters in a message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot import content as words
from bot.care.cases.models import CareRules
from bot.circles.models import NAME_LENGTH, Circle, Draft, Place
from bot.circles.permissions import NEEDS
from bot.circles.zones import COMMON, Found, load
from bot.config import CONTENT
from bot.sharing.rules.models import Rules
from cogs import ui
from cogs.circles import posts, views
from cogs.circles.panel import Panel, details_form

CONTENT_WORDS = words.load(CONTENT)
ID = 10**18 - 1
CIRCLE = Circle(
    id="c" * 16,
    guild_id=ID,
    name="W" * NAME_LENGTH,
    channel_id=ID,
    sharing_channel_id=ID,
    facilitators_channel_id=ID,
    facilitator_role_id=ID,
    zone="America/Argentina/ComodRivadavia",
    locale="en",
    depth_ceiling=1,
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
)


def showing(locale: str) -> views.Showing:
    names = {known: CONTENT_WORDS.text("circle.language_name", known) for known in CONTENT_WORDS.locales}
    return views.Showing(ui.words(CONTENT_WORDS, locale), datetime(2026, 3, 2, tzinfo=UTC), names)


def everything_wrong(text: ui.Words) -> views.Findings:
    """Of each place either nothing can be seen, or all but that lacks; the longer of the two is taken."""
    mention = f"<#{ID}>"
    return views.Findings(
        faults=[
            text("circle.errors.name_taken", name=CIRCLE.name),
            text("circle.errors.same_channel"),
            *[text("circle.errors.channel_taken", channel=mention, circle=CIRCLE.name)] * 3,
            text("circle.errors.everyone"),
        ],
        lacking=[need for need in NEEDS if need.permission != "view_channel"],
        warnings=[
            text("circle.warning.open", channel=mention),
            text("circle.warning.closed", channel=mention, role=mention),
        ],
    )


def hold_to_limits(card: ui.Card) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = []

    def walk(component: dict[str, Any]) -> None:
        components.append(component)
        for child in component.get("components", ()):
            walk(child)

    for component in card.to_components():
        walk(component)
    assert len(components) <= 40
    assert sum(len(component.get("content", "")) for component in components) <= 4000
    assert all(len(component.get("label") or "") <= 80 for component in components)
    assert all(len(component.get("placeholder") or "") <= 150 for component in components)
    return components


@pytest.mark.parametrize("locale", CONTENT_WORDS.locales)
def test_the_panel_fits_with_everything_wrong_at_once(locale: str) -> None:
    shown = showing(locale)
    text = shown.text
    remarks = [
        text("circle.make.no_manage_roles"),
        text("circle.make.no_manage_channels"),
        text("circle.make.refused"),
    ]
    panel = Panel(shown, Draft.of(CIRCLE, ID), everything_wrong(text), remarks=remarks)
    components = hold_to_limits(panel.card())
    options = next(component["options"] for component in components if "options" in component)
    assert len(options) == len(COMMON) + 1
    assert [option["value"] for option in options if option["default"]] == [CIRCLE.zone]


@pytest.mark.parametrize("locale", CONTENT_WORDS.locales)
def test_the_other_cards_fit_too(locale: str) -> None:
    shown = showing(locale)
    wrong = everything_wrong(shown.text)
    hold_to_limits(views.review(shown, Draft.of(CIRCLE, ID), wrong, CareRules()))
    hold_to_limits(views.saved(shown.text, CIRCLE, new=True))
    hold_to_limits(views.circle_card(shown, CIRCLE, Rules(), wrong))
    hold_to_limits(views.closing(shown.text, CIRCLE))
    hold_to_limits(posts.hello(shown.text))
    hold_to_limits(posts.closed(shown.text, CIRCLE))


@pytest.mark.parametrize("locale", CONTENT_WORDS.locales)
def test_the_form_fits(locale: str) -> None:
    form = details_form(showing(locale), Draft.of(CIRCLE, ID)).to_dict()
    assert len(form["title"]) <= 45
    for label in form["components"]:
        assert len(label["label"]) <= 45
        assert len(label.get("description") or "") <= 100


@pytest.mark.parametrize("locale", CONTENT_WORDS.locales)
def test_every_permission_and_every_reason_for_it_has_its_words(locale: str) -> None:
    text = showing(locale).text
    for need in NEEDS:
        assert text(f"circle.permission.{need.permission}")
        assert text(f"circle.why.{need.place}.{need.permission}")
    for name in (*Place, "role", "zone"):
        assert text(f"circle.panel.open.{name}")


def test_a_zone_s_label_fits_an_option_whatever_it_is() -> None:
    shown = showing("en")
    for found in [*load(CONTENT).search(""), Found(CIRCLE.zone, "W" * 200)]:
        assert 0 < len(shown.zone_label(found)) <= 100
