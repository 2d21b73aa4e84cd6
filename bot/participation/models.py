from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Act(StrEnum):
    """What someone did. The first four may be logged by name; the others are anonymous by their nature."""

    HERE = "here"
    PASSED = "passed"
    CHECKED_IN = "checked_in"
    ANSWERED = "answered"
    SHARED = "shared"
    ANSWERED_ANONYMOUSLY = "answered_anonymously"
    NODDED = "nodded"

    @property
    def told_as(self) -> Act:
        """As what it is logged and told: passing is being here, and nobody ever learns the difference."""
        return Act.HERE if self is Act.PASSED else self


ANONYMOUS = frozenset({Act.SHARED, Act.ANSWERED_ANONYMOUSLY, Act.NODDED})


class Consent(StrEnum):
    BY_NAME = "by_name"
    COUNTED = "counted"


ASK_AGAIN_AFTER = timedelta(days=14)
"""How long a question that met no answer rests before it is asked for the second and last time."""

KEPT = timedelta(days=365)
"""How far back the log reaches."""


@dataclass(frozen=True)
class Choice:
    """How a member is logged in a circle. `days` is on how many days their name stands in the log."""

    consent: Consent | None  # None: they have not chosen
    days: int


@dataclass(frozen=True)
class Count:
    """How often something was done on a day in one check-in or prompt; `named` of them by people who are
    logged by name. Anonymous acts have no occasion."""

    day: date
    act: Act
    occasion: str
    count: int
    named: int


@dataclass(frozen=True)
class Figure:
    """How often something was done in a stretch of days: under the small-group guard, so it may leave."""

    first: date
    last: date
    act: Act
    count: int


@dataclass(frozen=True)
class Named:
    """Someone who chose to be logged by name did something on a day."""

    day: date
    name: str
    user_id: int
    act: Act


@dataclass(frozen=True)
class Summary:
    """A circle's last weeks, up to yesterday. `people`, by name and in alphabetical order, are who was here
    of those who chose to be logged by name; None for whoever is not a facilitator."""

    first: date
    last: date
    days: Mapping[date, tuple[Figure, ...]]
    anonymous: tuple[Figure, ...]
    people: tuple[Named, ...] | None


@dataclass(frozen=True)
class Log:
    """All of a circle's log that may leave the bot: figures under the guard, and days by name."""

    figures: tuple[Figure, ...]
    named: tuple[Named, ...]
