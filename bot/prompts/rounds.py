"""A round: one prompt that was given to a circle, from the moment it is chosen until it has closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import UserError

ANSWER_LIMIT = 3000
"""Characters in an answer. A message holds 4000: there is room for the name, the line above and escapes."""
ANSWER_BYTES = 9000
"""And in UTF-8: Discord answers a message of more than about 10,000 bytes of text with a bare error
(github.com/discord/discord-api-docs/issues/8554), which 2,500 emoji can reach."""

KEPT_AFTER_CLOSING = timedelta(days=30)
"""How long after a round the one who answered by name can still take it back through the bot."""


class State(StrEnum):
    WAITING = "waiting"  # the card is on its way
    OPEN = "open"
    CLOSED = "closed"
    UNDELIVERED = "undelivered"  # nobody ever saw it: the prompt may come again


class Variant(StrEnum):
    TEXT = "text"
    GENTLER = "gentler"


class Company(StrEnum):
    """How many are here, as the card says it: never a figure, and nothing finer below five."""

    NONE = "none"
    SOME = "some"
    SEVERAL = "several"
    MANY = "many"


def company_of(people: int) -> Company:
    if people == 0:
        return Company.NONE
    if people < 5:
        return Company.SOME
    return Company.SEVERAL if people < 12 else Company.MANY


@dataclass(frozen=True)
class Invitation:
    """The prompt in the form and language that the circle was given, as it stood in the library then."""

    prompt_id: str
    variant: Variant
    depth: int
    locale: str
    text: str
    content_note: str
    doors: tuple[str, ...]
    idea: str
    concept: str
    closing: str

    @property
    def names_its_idea(self) -> bool:
        """A gentler form touches less than its concept does: the card leaves the idea to those who ask."""
        return self.variant is Variant.TEXT


@dataclass(frozen=True)
class Round:
    id: str
    circle_id: str
    occurrence_id: str
    deck_id: str
    invitation: Invitation
    state: State
    opens_at: datetime
    closes_at: datetime
    channel_id: int
    message_id: int | None = None
    thread_id: int | None = None
    threadless: bool = False
    company: Company = Company.NONE

    @property
    def under_way(self) -> bool:
        """Whether one can take part. The card may be seen a moment before its delivery is known here."""
        return self.state in (State.WAITING, State.OPEN)

    @property
    def stands(self) -> bool:
        """Whether it is open, and people can see its card."""
        return self.state is State.OPEN and self.message_id is not None

    @property
    def place(self) -> int | None:
        """Where answers go: the thread, or the channel where no thread can be; None until it is opened."""
        return self.channel_id if self.threadless else self.thread_id

    def require_under_way(self) -> None:
        if self.state is State.UNDELIVERED:
            raise UserError("prompt.errors.gone")
        if self.state is State.CLOSED:
            raise UserError("prompt.errors.closed", place=f"<#{self.place or self.channel_id}>")


@dataclass(frozen=True)
class Answer:
    """An answer by name. `user_id` is None where it was taken back while it was on its way."""

    id: str
    round_id: str
    user_id: int | None
    tag: str
    sealed: bytes | None
    channel_id: int | None = None
    message_id: int | None = None

    @property
    def is_posted(self) -> bool:
        return self.message_id is not None


@dataclass(frozen=True)
class Words:
    """What is in an answer's seal."""

    name: str
    text: str
