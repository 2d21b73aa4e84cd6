from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import Any


class Leaving(StrEnum):
    """When a share is posted that nothing else keeps waiting."""

    AT_ONCE = "at_once"
    HELD = "held"  # a random while later
    HOUR = "hour"  # with all that waits, shuffled, at an hour of the day
    AUTHORS = "authors"  # with others, once enough different people have shared


class Review(StrEnum):
    """Which shares facilitators see before they are posted."""

    NONE = "none"
    FIRST = "first"  # the first ones of each author
    ALL = "all"


@dataclass(frozen=True)
class Rules:
    leaving: Leaving = Leaving.AT_ONCE
    hold_minutes: int = 60
    """How long a held share waits on average."""
    hour: time = time(20)
    """On the circle's clock."""
    authors: int = 3
    """How many different people have to have shared before any of it is posted."""
    review: Review = Review.NONE
    votes: int = 1
    """How many facilitators it takes to let a share through."""
    images: bool = False
    link_days: int = 30
    """How long after a share closed its author can still be recognised by the receipt or the key file."""
    unanswered_hours: int = 12
    """After so long without an answer listeners are told of a share."""
    stopped: bool = False
    """Nothing new can be shared."""


class Preset(StrEnum):
    """Where a circle may start from."""

    OPEN = "open"
    GENTLE = "gentle"
    CAREFUL = "careful"


PRESETS: Mapping[Preset, Mapping[str, Any]] = {
    Preset.OPEN: {"leaving": Leaving.AT_ONCE, "review": Review.NONE, "votes": 1, "link_days": 30},
    Preset.GENTLE: {
        "leaving": Leaving.HELD,
        "hold_minutes": 60,
        "review": Review.FIRST,
        "votes": 1,
        "link_days": 30,
    },
    Preset.CAREFUL: {
        "leaving": Leaving.AUTHORS,
        "authors": 3,
        "review": Review.ALL,
        "votes": 1,  # with two, a circle held by one facilitator would post nothing
        "link_days": 7,
    },
}


def preset_of(rules: Rules) -> Preset | None:
    """The preset these rules are like; None where they are chosen one by one."""
    return next((preset for preset, changes in PRESETS.items() if replace(rules, **changes) == rules), None)


@dataclass(frozen=True)
class Welcome:
    """Where the card stands that says in the sharing channel how to share."""

    channel_id: int
    message_id: int
