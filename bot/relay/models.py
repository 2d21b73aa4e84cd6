from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.contacts.models import Contact

SILENCE = timedelta(days=14)
AFTERWARDS = timedelta(days=7)
DRAFT_LIFE = timedelta(days=1)
GRACE = timedelta(days=2)
"""How much longer than that somebody can be reached, so that they can be told of the end."""


@dataclass(frozen=True)
class Life:
    """How long talks of a feature last, in whole days."""

    silence: timedelta = SILENCE
    """After so long without a word a talk ends by itself"""
    afterwards: timedelta = AFTERWARDS
    """How long after its end one can still act on it, such as report it; then every row of it goes"""
    urgent: bool = False
    """Both asked for it now: neither quiet hours nor an absence keep its letters, and they leave first"""


# What a letter is, besides what features make their own words for.
MESSAGE = "message"
RETURNED = "returned"  # a message that could not be delivered: its writer gets their words back
ENDED = "ended"  # the other side ended the talk
SILENT = "silent"  # it ended by itself


class State(StrEnum):
    DRAFT = "draft"  # its writer looks at it first
    WAITING = "waiting"  # until its turn comes and they may be reached
    SENDING = "sending"  # in the outbox


@dataclass(frozen=True)
class Party:
    """Somebody who is to talk: the name the other side sees, and how to reach them."""

    name: str
    contact: Contact


@dataclass(frozen=True)
class Talk:
    id: str
    kind: str
    """The feature it belongs to; also the contacts' purpose, and the beginning of its outbox kind"""
    circle_id: str
    is_open: bool
    day: date
    """Of its last message; once it has ended, of its end"""
    period: int


@dataclass(frozen=True)
class Side:
    """One of the two. `handle` stands in the buttons of their messages, and works for nobody else."""

    handle: str
    talk: Talk
    name: str
    owner: str
    any_hour: bool
    """They want to be reached in their quiet hours, too"""


@dataclass(frozen=True)
class Letter:
    id: str
    talk_id: str
    to: str
    """The handle of the side it goes to"""
    what: str
    state: State
    number: int
    sealed: bytes | None
    day: date


@dataclass(frozen=True)
class Parcel:
    """A letter on its way: what is to be shown, to whom and from whom."""

    what: str
    text: str
    side: Side
    other: Side
    contact: Contact
