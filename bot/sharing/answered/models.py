from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

HOURS = (1, 3, 6, 12, 24, 48, 72, 168)
"""Within how many hours a first answer came is kept as one of these, and not more exactly."""
LONGER = 720
DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)

_EVERY = ((1, timedelta(minutes=10)), (7, timedelta(hours=1)))
"""How often a thread is looked at, by the days since its share was posted"""
_EVERY_OLD = timedelta(days=1)


@dataclass(frozen=True)
class Watched:
    """A share that stands with its thread, and what is known of answers there."""

    share_id: str
    circle_id: str
    thread_id: int
    day: date
    is_answered: bool

    def every(self, today: date) -> timedelta:
        """How long to wait between two looks at the thread."""
        age = (today - self.day).days
        return next((wait for days, wait in _EVERY if age <= days), _EVERY_OLD)


@dataclass(frozen=True)
class Wait:
    """How a share that was posted fared: within how many `hours` its first answer came, None: it has none."""

    share_id: str
    day: date
    hours: int | None


@dataclass(frozen=True)
class Unanswered:
    """An open share that nobody has answered, and where it stands."""

    share_id: str
    channel_id: int
    message_id: int
    name: str

    @property
    def since(self) -> datetime:
        """When it was posted, as its message's id tells everybody."""
        return moment_of(self.message_id)


def moment_of(id: int) -> datetime:
    """When Discord gave an id."""
    return DISCORD_EPOCH + timedelta(milliseconds=id >> 22)


def id_at(moment: datetime) -> int:
    """The least id that Discord gives at a moment."""
    return (moment - DISCORD_EPOCH) // timedelta(milliseconds=1) << 22


def hours_between(post: int, answer: int) -> int:
    """Within how many hours an answer followed a post: one of HOURS, else LONGER.

    Reckoned from the ids that Discord gave both messages (docs: reference, "Snowflakes"): everybody who
    reads the channel can do so, too.
    """
    passed = timedelta(milliseconds=(answer >> 22) - (post >> 22))
    return next((hours for hours in HOURS if passed <= timedelta(hours=hours)), LONGER)
