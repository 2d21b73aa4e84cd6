from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.reminders.times import USUAL, Quiet, next_shown
from bot.schedules.models import LONGEST_WINDOW

LONGEST_BEFORE = LONGEST_WINDOW // timedelta(hours=1)
"""Hours before closing that can be asked for."""

NO_END = datetime(9999, 12, 31, tzinfo=UTC)
"""Away until they say that they are back."""


@dataclass(frozen=True)
class Asked:
    """What someone wishes to be reminded of, and when in the window: at an hour of theirs, so long before it
    closes, or else when it opens."""

    check_ins: bool = True
    prompts: bool = True
    at: time | None = None
    hours_before: int | None = None

    def __post_init__(self) -> None:
        if not (self.check_ins or self.prompts):
            raise ValueError("a reminder is about something")
        if self.at is not None and self.hours_before is not None:
            raise UserError("reminder.errors.one_moment")

    def due(self, opens_at: datetime, closes_at: datetime, zone: ZoneInfo) -> datetime:
        """When the reminder of one window is due; it may be after its end, and then there is none."""
        if self.at is not None:
            return next_shown(self.at, zone, after=opens_at)
        if self.hours_before is not None:
            return max(opens_at, closes_at - timedelta(hours=self.hours_before))
        return opens_at


@dataclass(frozen=True)
class Wish:
    """What someone asked for in one circle."""

    circle_id: str
    asked: Asked
    since: datetime


@dataclass(frozen=True)
class Occasion:
    """A check-in or prompt that is open, and whose card stands in its channel."""

    is_prompt: bool
    id: str
    circle_id: str
    channel_id: int
    message_id: int
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Person:
    """Whom the bot may write to in private, and when. `who` is a keyed tag, `sealed` their Discord id."""

    who: str
    sealed: bytes | None = None
    channel_id: int | None = None  # their direct messages with the bot, while they have a reminder
    locale: str | None = None
    zone: str | None = None
    quiet: Quiet = USUAL
    away_until: datetime | None = None
    closed_at: datetime | None = None  # when their direct messages were found closed

    def tz(self, otherwise: ZoneInfo) -> ZoneInfo:
        return otherwise if self.zone is None else ZoneInfo(self.zone)

    def is_away(self, at: datetime) -> bool:
        return self.away_until is not None and at < self.away_until

    def may_be_reached(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When something that is due then may be sent to them: at once or when their quiet hours end.

        None: not at all. `zone` is for those who did not tell theirs.
        """
        if self.is_away(at) or self.closed_at is not None:
            return None
        return self.quiet.over(at, self.tz(zone))


@dataclass(frozen=True)
class Pending:
    """A wish and an occasion it is about, on which nothing was decided yet."""

    occasion: Occasion
    wish: Wish
    person: Person
    zone: str  # the circle's

    def is_due(self, now: datetime) -> bool:
        """Whether the one reminder of this window is to be decided now. What was due while they were away, or
        before they asked, is not made up for; what is due in quiet hours waits until they end."""
        zone = ZoneInfo(self.zone)
        due = self.wish.asked.due(self.occasion.opens_at, self.occasion.closes_at, self.person.tz(zone))
        if not self.wish.since <= due <= now < self.occasion.closes_at:
            return False
        if self.person.is_away(due):
            return False
        return self.person.may_be_reached(now, zone) == now


@dataclass(frozen=True)
class Reminder:
    """One that was decided upon."""

    id: str
    occasion: str
    who: str
    circle_id: str
    leaves_at: datetime
    closes_at: datetime
