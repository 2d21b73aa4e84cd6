from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


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
