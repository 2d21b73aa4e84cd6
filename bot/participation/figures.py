"""From counts to figures that may leave the bot: nothing about fewer than five people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.participation.guard import guard, in_fives
from bot.participation.models import ANONYMOUS, Act, Count, Figure

Stretch = tuple[date, date]


def by_day(counts: Iterable[Count]) -> list[Figure]:
    """How often each act that has a person was done on each day, by day and act. Passing is being here.

    Each check-in and prompt is guarded for itself, for in it everyone does a thing once: people who came to
    two of them on a day are no larger group. Those who are logged by name are known anyway, so the others
    have to be enough for themselves.
    """
    rounds: defaultdict[tuple[date, Act, str], list[Count]] = defaultdict(list)
    for count in counts:
        if count.act not in ANONYMOUS:
            rounds[count.day, count.act.told_as, count.occasion].append(count)
    figures: defaultdict[tuple[date, Act], int] = defaultdict(int)
    for (day, act, _), parts in rounds.items():
        # Who was here may have passed as well: only the larger part is certain to be that many people.
        people = max(part.count - part.named for part in parts)
        figures[day, act] += guard(sum(part.count for part in parts), people=people) or 0
    return _figures((((day, day), act), sum) for (day, act), sum in figures.items())


def in_all(counts: Iterable[Count], stretch: Stretch) -> list[Figure]:
    """How often each anonymous act was done in all of a stretch of days, in fives."""
    return _in_fives((stretch, count.act, count.count) for count in counts)


def by_month(counts: Iterable[Count]) -> list[Figure]:
    """How often each anonymous act was done in each calendar month, in fives: nobody knows by how many."""
    return _in_fives((_month(count.day), count.act, count.count) for count in counts)


def _in_fives(counts: Iterable[tuple[Stretch, Act, int]]) -> list[Figure]:
    sums: defaultdict[tuple[Stretch, Act], int] = defaultdict(int)
    for stretch, act, count in counts:
        if act in ANONYMOUS:
            sums[stretch, act] += count
    return _figures((key, in_fives(sum) or 0) for key, sum in sums.items())


def _figures(sums: Iterable[tuple[tuple[Stretch, Act], int]]) -> list[Figure]:
    order: Sequence[Act] = list(Act)
    found = [Figure(*stretch, act, count) for (stretch, act), count in sums if count]
    return sorted(found, key=lambda figure: (figure.first, order.index(figure.act)))


def _month(day: date) -> Stretch:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
