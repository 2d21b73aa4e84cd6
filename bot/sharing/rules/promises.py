"""What a circle's rules promise, in plain words, for wherever somebody decides. Nothing else is said."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.circles.models import Circle
from bot.sharing.models import OPEN_DAYS
from bot.sharing.rules.models import Leaving, Review, Rules
from bot.sharing.waiting.mixing import AT_MOST

Words = Callable[..., str]


def link_life(rules: Rules) -> int:
    """Days from a post until nothing leads to who wrote it any more."""
    return OPEN_DAYS.days + rules.link_days


def longest(several: Sequence[Rules]) -> Rules:
    """Of several circles' rules those under which a link lives longest: where none is chosen yet."""
    return max(several, key=link_life, default=Rules())


def who(text: Words, rules: Rules) -> str:
    """Who could know who wrote something, said of somebody."""
    return text("rules.told.who", days=link_life(rules))


def you(text: Words, rules: Rules, *, at_most: bool = False) -> str:
    """The same, said to the one who writes. `at_most`: for which circle is not known yet."""
    days = text("rules.told.at_most" if at_most else "rules.told.days", days=link_life(rules))
    return text("rules.told.you", days=days)


def posted(text: Words, circle: Circle, rules: Rules) -> str:
    """When a share is posted. Where each is read first, nothing is posted as soon as its writer says so."""
    read = rules.review is Review.ALL and rules.leaving in (Leaving.AT_ONCE, Leaving.HELD)
    return text(
        f"rules.told.{'leaving_read' if read else 'leaving'}.{rules.leaving}",
        average=average(text, rules.hold_minutes),
        hour=rules.hour.strftime("%H:%M"),
        zone=circle.zone,
        authors=rules.authors,
        days=AT_MOST.days,
    )


def then(text: Words, circle: Circle, rules: Rules) -> list[str]:
    """A line on what comes once facilitators have let a share through, if anything."""
    if rules.leaving is Leaving.AT_ONCE:
        return []
    hour = rules.hour.strftime("%H:%M")
    return [text(f"rules.preview.then.{rules.leaving}", hour=hour, zone=circle.zone)]


def read_first(text: Words, rules: Rules) -> str:
    """Whether facilitators read it before, and that they don't learn who wrote it."""
    if rules.review is Review.NONE:
        return text("rules.told.review.none")
    return text(f"rules.told.review.{rules.review}", votes=text(f"rules.told.votes.{rules.votes}"))


def all_of_it(text: Words, circle: Circle, rules: Rules) -> str:
    """The rules as every member may read them, a line each."""
    lines = [
        posted(text, circle, rules),
        read_first(text, rules),
        who(text, rules),
        text("rules.told.images.on" if rules.images else "rules.told.images.off"),
        text("rules.told.unanswered", hours=rules.unanswered_hours),
    ]
    stopped = [text("rules.told.stopped")] if rules.stopped else []
    return "\n".join(f"• {line}" for line in (*stopped, *lines))


def average(text: Words, minutes: int) -> str:
    """A number of minutes, in hours where it is whole ones."""
    hours, rest = divmod(timedelta(minutes=minutes), timedelta(hours=1))
    if hours and not rest:
        return text("rules.told.hour" if hours == 1 else "rules.told.hours", count=hours)
    return text("rules.told.minutes", count=minutes)


def mark(rules: Rules, *, is_answer: bool) -> str:
    """Changes with what a preview tells, so that what was promised there can be held against the rules."""
    told: list[object] = [rules.link_days]
    if not is_answer:
        told += [rules.leaving, rules.review]
        told += [rules.hold_minutes] if rules.leaving is Leaving.HELD else []
        told += [rules.hour] if rules.leaving is Leaving.HOUR else []
        told += [rules.authors] if rules.leaving is Leaving.AUTHORS else []
        told += [rules.votes] if rules.review is not Review.NONE else []
    return f"{zlib.crc32(repr([str(each) for each in told]).encode()):08x}"
