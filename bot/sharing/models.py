from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.sharing.rules.models import Leaving

DRAFT_LIFE = timedelta(hours=24)
OPEN_DAYS = timedelta(days=30)
"""How long a share takes nods; then the tags of who nodded are erased."""
LINK_DAYS = timedelta(days=30)
"""How long after that its author can still take it back or answer as the same voice; then its rows go."""
SHARES_AN_HOUR = 5
ANSWERS_AN_HOUR = 20
DRAFTS_AN_HOUR = 30
WRONG_CODES_AN_HOUR = 10
REPORTS_AN_HOUR = 10
OFFERS_AN_HOUR = 5
LETTERS_AN_HOUR = 60


class Wish(StrEnum):
    """Which response the author of a share wishes for."""

    LISTEN = "listen"
    ME_TOO = "me_too"
    EXPERIENCE = "experience"
    QUESTIONS = "questions"
    IDEAS = "ideas"


class Nod(StrEnum):
    HEAR = "hear"
    ME_TOO = "me_too"
    WITH_YOU = "with_you"


class State(StrEnum):
    REVIEWING = "reviewing"  # facilitators look at it first
    HELD = "held"  # facilitators hold it, for care
    RETURNED = "returned"  # handed back to its author, with a reason
    WAITING = "waiting"  # to be opened with others, or a random while
    POSTING = "posting"  # in the outbox
    STUCK = "stuck"  # Discord refused it; its text is kept
    OPEN = "open"  # it stands
    CLOSED = "closed"  # it stands, without buttons
    TAKEN_BACK = "taken_back"  # while a send may be under way; then the row goes


UNSENT = frozenset({State.REVIEWING, State.HELD, State.RETURNED, State.WAITING})
"""Nothing of it was ever on its way to Discord."""
LET_THROUGH = frozenset({State.WAITING, State.POSTING, State.STUCK, State.OPEN, State.CLOSED})
"""Facilitators keep it back no longer, or never did."""


@dataclass(frozen=True)
class Body:
    """What a person wrote. `note` is a content note, empty for none."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Draft:
    body: Body
    id: str = ""
    author: str = ""
    name: str | None = None
    wish: Wish | None = None  # a share's; None for an answer
    circle_id: str | None = None
    thread_id: int | None = None
    scope: str | None = None
    share_id: str | None = None
    voice: str | None = None
    written_on: date = date.min
    period: int | None = None  # of the key that made `author`

    @property
    def is_answer(self) -> bool:
        return self.thread_id is not None

    @property
    def is_to_prompt(self) -> bool:
        return self.is_answer and str(self.scope).startswith("prompt:")

    @property
    def as_author(self) -> bool:
        return self.is_answer and self.voice is None


@dataclass(frozen=True)
class Share:
    id: str
    circle_id: str
    state: State
    name: str
    wish: Wish
    author: str | None
    channel_id: int
    message_id: int | None
    thread_id: int | None
    nods_counted: int
    day: date
    unsure: bool = False  # sending it failed for good once: look whether it arrived all the same
    period: int | None = None  # of the key that made `author`, the nods and the voices of whoever answers it
    pausing: str | None = None  # the tag by which its author can be paused
    leaving: Leaving | None = None  # what it waits for; None: as the circle's rules say
    counts: bool = True  # as one of the different authors that wait
    spoiler: bool = False
    reason: str | None = None  # while it is returned: one of content's reasons
    link_days: int = LINK_DAYS.days

    @property
    def closes_on(self) -> date:
        return self.day + OPEN_DAYS

    @property
    def forgotten_on(self) -> date:
        return self.closes_on + timedelta(days=self.link_days)


@dataclass(frozen=True)
class Answer:
    id: str
    circle_id: str
    thread_id: int
    scope: str
    share_id: str | None
    state: State
    name: str
    voice: str | None
    message_id: int | None
    day: date
    unsure: bool = False  # as for a share
    period: int | None = None  # of the key that made `pausing`
    pausing: str | None = None  # as for a share
    link_days: int = LINK_DAYS.days

    @property
    def is_to_prompt(self) -> bool:
        return self.scope.startswith("prompt:")

    @property
    def as_author(self) -> bool:
        return self.voice is None

    @property
    def forgotten_on(self) -> date:
        return self.day + OPEN_DAYS + timedelta(days=self.link_days)


@dataclass(frozen=True)
class Receipt:
    """What the holder of a handle or code has in hand: one share or one answer.

    `body` is there as long as it has not been delivered. `code` can be noted down; it is derived from the
    handle, so whoever enters a code (and holds no handle) sees none.
    """

    secret: str
    code: str | None
    posted: Share | Answer
    body: Body | None


@dataclass(frozen=True)
class Place:
    """Where an answer would go: a thread of a circle, on a share or (share None) on a prompt.

    `scope` names what is answered: people answer under one name within it, and under another elsewhere.
    """

    circle_id: str
    thread_id: int
    scope: str
    share: Share | None = None


def amount(count: int) -> str:
    """How many, in a word: a figure would let a reader work out who came last."""
    for most, word in ((0, "none"), (1, "one"), (4, "a_few"), (9, "several")):
        if count <= most:
            return word
    return "many"
