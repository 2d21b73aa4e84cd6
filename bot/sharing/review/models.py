from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.sharing.models import Body, Share, State

UNDO = timedelta(days=7)
"""How long a decision can be taken back."""
RETURNED_LIFE = timedelta(days=30)
"""How long the words of a share that was handed back wait for its author, at most."""
LONG = timedelta(days=3)
"""After so long without a decision its author is told that, and can ask again."""
HELD_REMINDER_DAYS = 3
"""How often facilitators are reminded of what they hold."""
WORDS_MAX = 500

IN_THE_QUEUE = frozenset({State.REVIEWING, State.HELD})


class Reason(StrEnum):
    """Why a share is handed back; the words of each are content's, `review.reasons`."""

    SOMEONE = "someone"  # it tells of somebody who could be recognised
    ITSELF = "itself"  # it could give its author away
    AIMED = "aimed"  # somebody here could feel it is aimed at them
    DETAILS = "details"  # it has details that are hard to read
    ELSEWHERE = "elsewhere"  # it has another place
    PERSON = "person"  # it deserves a person's time more than a post
    OTHER = "other"  # as the facilitators say in their own words


class Decision(StrEnum):
    APPROVED = "approved"
    SPOILERED = "spoilered"  # let through, behind a spoiler
    RETURNED = "returned"
    HELD = "held"  # for care


@dataclass(frozen=True)
class Review:
    """What is known of a share since it came into the facilitators' view."""

    share_id: str
    decision: Decision | None
    """None: it waits to be read"""
    day: date
    """When it came into view; once it is decided, when that was"""
    words: bytes | None = None
    """Handed back: what the facilitators added, sealed"""
    asked: bool = False
    """Its author asks for it, and facilitators are not told yet"""
    again: bool = False
    """It stood already, and was taken down to be read again"""


@dataclass(frozen=True)
class Reading:
    """A share as a facilitator reads it."""

    share: Share
    body: Body
    votes: int
    """How many have let it through so far"""
    needed: int


@dataclass(frozen=True)
class Queue:
    """Whether there is anything. Not how much: a figure that grows by one tells when somebody wrote."""

    waiting: bool
    held: bool


@dataclass(frozen=True)
class Decided:
    """One of the last week's decisions; `share` as it is now."""

    share: Share
    decision: Decision
    day: date


@dataclass(frozen=True)
class Told:
    """What the author of a share is told of it, with their receipt."""

    reason: Reason | None = None
    words: str = ""
    """The facilitators' own"""
    until: date | None = None
    """Handed back: how long its words are kept"""
    waits_days: int | None = None
    """It has waited so long that its author can ask for it"""
    asked: bool = False
    again: bool = False
    closed: bool = False
    """Its circle has ended: nobody reads it any more"""
