from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WORDS_MOST = 500
"""Characters of what a member adds to a report."""
KEPT = timedelta(days=30)
"""How long a report is kept after somebody told of the post last."""
WORDS_BACK = timedelta(days=14)
"""How long the words of what was taken down are kept for their author."""


class What(StrEnum):
    SHARE = "share"
    ANSWER = "answer"


class Kind(StrEnum):
    """What a report is about; also the reasons for which something is taken down."""

    NAMES = "names"
    ATTACK = "attack"
    HARM = "harm"
    SELLING = "selling"
    OTHER = "other"


class State(StrEnum):
    OPEN = "open"
    TAKEN_DOWN = "taken_down"
    SPOILER = "spoiler"
    NOTHING = "nothing"
    GONE = "gone"  # its author took it back, or it is past its time


@dataclass(frozen=True)
class Report:
    """A post that members told the facilitators about: all of them in one."""

    id: str
    circle_id: str
    what: What
    posted_id: str
    channel_id: int
    message_id: int
    state: State
    period: int
    day: date
    card_id: int | None = None
    again: bool = False


@dataclass(frozen=True)
class Voice:
    """What one of them said; nobody keeps who."""

    kind: Kind
    words: str = ""


@dataclass(frozen=True)
class Shown:
    """What a report's card tells."""

    report: Report
    voices: Sequence[Voice]
    """Most serious first; none once it is decided"""
    pause: int | None = None
    """The number of a pause of the post's author that was made from here and runs"""
    stopped: bool = False
    """Whether sharing rests in the circle"""


@dataclass(frozen=True)
class TakenDown:
    """What facilitators took down, kept for its author."""

    id: str
    circle_id: str
    name: str
    reason: Kind
    pausing: str | None
    period: int | None
    day: date
    forget_on: date
