from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Action(StrEnum):
    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    THREAD = "thread"  # open a thread on a message


DIRECT = 0
"""In place of a channel: to one person, who is looked up when it leaves, so that no row here names them."""


class Priority(IntEnum):
    SAFETY = 0
    ANSWER = 1
    PROMPT = 2
    REMINDER = 3


@dataclass(frozen=True)
class Item:
    """One thing to do on Discord. It names what to render (`kind`, `reference`), never holds a text."""

    seq: int
    nonce: str
    kind: str
    reference: str
    action: Action
    channel_id: int
    message_id: int | None
    priority: Priority
    attempts: int
    first_try_at: datetime

    @property
    def in_doubt(self) -> bool:
        """An earlier try may have reached Discord without our hearing of it: look before sending again."""
        return self.attempts > 1


class Undeliverable(Exception):
    """Discord will not take this, now or later, until a person changes something. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(Exception):
    """It did not work this time; `after` is how long to wait at least."""

    def __init__(self, after: timedelta = timedelta(0)) -> None:
        super().__init__("try later")
        self.after = after


PATIENCE = timedelta(hours=24)
_WAITS = [timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900)]


def wait_before_try(attempts: int) -> timedelta:
    """How long to wait after so many tries (the first wait after one)."""
    return _WAITS[min(attempts, len(_WAITS)) - 1]
