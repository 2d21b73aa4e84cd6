from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Contact:
    """Somebody who asked to be reached: their direct messages with the bot, and their language."""

    user_id: int
    channel_id: int
    locale: str
