"""What fits, what may not be shared, and what the bot must be allowed to do: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.circles.fitting import fitting, free_name
from bot.circles.models import Circle, Draft, Place
from bot.circles.permissions import NEEDS, lacking

CIRCLE = Circle(
    id="c1",
    guild_id=1,
    name="Harbour",
    channel_id=11,
    sharing_channel_id=12,
    facilitators_channel_id=13,
    facilitator_role_id=21,
    zone="Europe/Berlin",
    locale="en",
    depth_ceiling=1,
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
)
OTHER = replace(
    Draft.of(CIRCLE, user_id=7),
    circle_id=None,
    name="Garden",
    channels={Place.CIRCLE: 31, Place.SHARING: 32, Place.FACILITATORS: 13},
)
ALL = {need.permission for need in NEEDS}


def keys(draft: Draft) -> list[str]:
    return [fault.key.rsplit(".", 1)[-1] for fault in draft.faults([CIRCLE])]


def test_two_circles_may_share_a_facilitators_channel_and_a_role() -> None:
    assert keys(OTHER) == []


def test_a_circle_being_changed_does_not_stand_in_its_own_way() -> None:
    assert keys(Draft.of(CIRCLE, user_id=7)) == []


@pytest.mark.parametrize(
    ("draft", "fault"),
    [
        (replace(OTHER, name="harbour"), "name_taken"),
        (replace(OTHER, channels=dict.fromkeys(Place, 31)), "same_channel"),
        (replace(OTHER, channels={Place.CIRCLE: 11}), "channel_taken"),
        (replace(OTHER, channels={Place.SHARING: 11}), "channel_taken"),
        (replace(OTHER, channels={Place.CIRCLE: 13}), "channel_taken"),
        (replace(OTHER, channels={Place.FACILITATORS: 12}), "channel_taken"),
        (replace(OTHER, facilitator_role_id=1), "everyone"),
    ],
)
def test_what_can_not_stay_as_chosen_is_told(draft: Draft, fault: str) -> None:
    assert keys(draft) == [fault]


def test_a_draft_names_what_is_still_to_be_chosen() -> None:
    draft = replace(OTHER, channels={Place.SHARING: 32}, facilitator_role_id=None, zone=None)
    assert draft.unchosen() == ["circle", "facilitators", "role", "zone"]


@given(st.text(max_size=200))
def test_a_name_is_one_line_of_at_most_50_characters_and_never_empty(typed: str) -> None:
    name = OTHER.named(typed).name
    assert 0 < len(name) <= 50
    assert name == " ".join(name.split())


def test_nothing_is_lacking_where_everything_is_allowed() -> None:
    assert lacking(CIRCLE.channels, dict.fromkeys(CIRCLE.channels.values(), ALL)) == []


def test_where_the_bot_can_not_look_only_that_is_named() -> None:
    allowed = {11: {"send_messages"}, 12: ALL, 13: ALL}
    assert [(need.place, need.permission) for need in lacking(CIRCLE.channels, allowed)] == [
        (Place.CIRCLE, "view_channel")
    ]


def test_a_channel_that_is_gone_counts_as_one_the_bot_can_not_see() -> None:
    [need] = lacking(CIRCLE.channels, {11: ALL, 13: ALL})
    assert (need.place, need.permission, need.necessary) == (Place.SHARING, "view_channel", True)


def test_threads_are_necessary_for_sharing_and_merely_help_in_the_circle_channel() -> None:
    allowed = dict.fromkeys(CIRCLE.channels.values(), ALL - {"create_public_threads"})
    assert [(need.place, need.necessary) for need in lacking(CIRCLE.channels, allowed)] == [
        (Place.CIRCLE, False),
        (Place.SHARING, True),
    ]


def test_places_not_chosen_yet_lack_nothing() -> None:
    assert lacking({Place.CIRCLE: 11}, {11: ALL}) == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({1: "general", 2: "circle"}, 2),
        ({1: "support", 2: "support-circle"}, 2),
        ({1: "🌱-support-circle"}, 1),
        ({1: "Support_Circle"}, 1),
        ({1: "crop-circles", 2: "circle-of-fifths"}, None),
        ({}, None),
    ],
)
def test_the_channel_that_fits_best_by_name_is_found(names: dict[int, str], found: int | None) -> None:
    assert fitting(names, ["circle", "support circle", "support"]) == found


def test_a_new_channel_gets_a_name_nothing_is_called_by() -> None:
    assert free_name("circle", ["general"]) == "circle"
    assert free_name("circle", ["circle", "circle-2"]) == "circle-3"
