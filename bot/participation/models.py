from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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


ANONYMOUS = frozenset({Act.SHARED, Act.ANSWERED_ANONYMOUSLY, Act.NODDED})


class Consent(StrEnum):
    BY_NAME = "by_name"
    COUNTED = "counted"


@dataclass(frozen=True)
class Presence:
    circle_id: str
    act: Act
    occasion: str
    at: datetime
    local_day: date
