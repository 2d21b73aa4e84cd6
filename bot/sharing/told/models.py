from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TOLD = "share.told"
"""The purpose of a contact: somebody is to be told of what happens to their share, which is its reference."""


class News(StrEnum):
    """How far the last notice about a share is."""

    QUEUED = "queued"
    SENT = "sent"  # and not looked at yet
    LOOKED = "looked"
    CLOSED = (
        "closed"  # it could not be sent: the direct messages were closed, and whose they are is forgotten
    )


@dataclass(frozen=True)
class Notice:
    news: News
    day: date
    """On which it was queued or sent last."""


@dataclass(frozen=True)
class Following:
    """What holds for one share."""

    is_asked: bool
    found_closed: bool
