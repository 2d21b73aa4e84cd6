"""Discord ids: milliseconds since 2015 in the upper bits, a counter below (docs: reference, "Snowflakes")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000

Now = Callable[[], datetime]
"""What time it is: whoever moves a bot's clock moves its Discord's with it."""


def system_now() -> datetime:
    return datetime.now(UTC)


class Snowflakes:
    """Hands out ids of the present moment, each greater than the one before."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._last = 0

    def next(self) -> int:
        now = (int(self._now().timestamp() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last


def created_at(snowflake: int) -> datetime:
    """The moment (UTC) that an id carries."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000, UTC)
