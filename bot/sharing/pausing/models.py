from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DAYS = (1, 7, 30)
"""How long somebody can be paused, from the day after."""
NUMBERS = range(1000, 10_000)
WORDS_MOST = 1000  # characters of an appeal, and of the answer to it


class Appeal(StrEnum):
    """Whether the paused person has asked the facilitators to look again. A pause has one."""

    NONE = "none"
    ASKED = "asked"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Author:
    """Who wrote a post, as far as facilitators need it: to pause them, and to know nothing of them.

    `tag` is the post's pausing tag, None once its link was erased; `period` that of the key that made it.
    """

    circle_id: str
    posted_id: str
    tag: str | None
    period: int | None


@dataclass(frozen=True)
class Pause:
    id: str
    circle_id: str
    number: int
    posted_id: str
    tag: str
    period: int
    until: date
    """The last day of it, on the circle's calendar"""
    lifted: bool = False
    appeal: Appeal = Appeal.NONE
    news: bool = False
    """The paused person has not seen yet what facilitators answered"""
    card_id: int | None = None
    appeal_card_id: int | None = None

    def runs(self, today: date) -> bool:
        return not self.lifted and today <= self.until
