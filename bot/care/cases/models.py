from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.circles.models import Circle

KIND = "case"
"""Of the talk between a writer and a facilitator; also its contacts' purpose"""
PURPOSE = "care.case"
"""Of the writer's contact while nobody has taken it"""
DUTY = "care.duty"
"""Of the contact of a facilitator on duty"""
FACILITATOR = "facilitator"
"""The facilitator's name in a talk; the writer's is the case's number"""

QUARTER = timedelta(minutes=15)
STANDS = timedelta(hours=72)
CONTACT_DAYS = timedelta(days=4)
"""The last day on which a contact can be there: 72 hours may touch four of them. It is dropped before."""
NUMBERS_KEPT = timedelta(days=30)
"""For so long a closed case's number is given to no other."""
FIRST_NUMBER, NUMBERS = 1000, 9000


class State(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class Word(StrEnum):
    """What a writer hears while nobody comes."""

    QUARTER = "quarter"
    HOUR = "hour"
    OVER = "over"  # 72 hours: it is closed
    CLOSED = "closed"  # its circle was
    LOST = "lost"  # the facilitators' channel can't be written to


AFTER = {Word.QUARTER: QUARTER, Word.HOUR: timedelta(hours=1), Word.OVER: STANDS}
"""When it is said, counted from when somebody asked"""
LAST = frozenset({Word.OVER, Word.CLOSED})
"""With these it is over: nobody is to be reached any more"""


class Part(StrEnum):
    """Of a day: all of the time that a case holds for others."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


def part_of(moment: datetime) -> Part:
    """By the clock that `moment` is given in."""
    for part, begins in ((Part.NIGHT, 22), (Part.EVENING, 17), (Part.AFTERNOON, 12), (Part.MORNING, 5)):
        if moment.hour >= begins:
            return part
    return Part.NIGHT


@dataclass(frozen=True)
class Noted:
    """What is known of why somebody asks, as far as they let it be told; codes, no words of theirs."""

    tier: int | None = None
    category: str | None = None
    language: str | None = None
    """The language they would rather talk in, where they chose to say so"""


@dataclass(frozen=True)
class Case:
    id: str
    number: int
    circle_id: str
    state: State
    noted: Noted
    part: Part | None
    day: date
    """When it was asked for; once it is closed, of that"""
    next_word: Word | None
    next_at: datetime | None
    talk_id: str | None
    card_id: int | None


@dataclass(frozen=True)
class Shown:
    """A case and its circle, for a card."""

    case: Case
    circle: Circle


@dataclass(frozen=True)
class CareRules:
    """What a circle decided about care."""

    alert: bool = True
    """Facilitators are told that somebody may be in danger, without who or what"""
