"""How well screening does on messages that someone judged before: shares with Wilson intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.care.screening.models import Category, Noticed, Tier

IMMINENT, RISK, HEAVY, HARMLESS = "imminent", "risk", "heavy", "harmless"
LABELS = (IMMINENT, RISK, HEAVY, HARMLESS)
_DANGER = (IMMINENT, RISK)
_SURE = 1.96  # standard deviations: 95 %
TALK = ("shame", "recovery", "theory", "helping")
"""Categories of harmless messages that belong in a peer support group most of all"""


@dataclass(frozen=True)
class Judged:
    """A message's label, given by a person, and what screening noticed."""

    label: str
    category: str
    stratum: str
    locale: str
    noticed: Noticed

    @property
    def is_noticed(self) -> bool:
        return self.noticed.tier >= Tier.T2


@dataclass(frozen=True)
class Share:
    count: int
    of: int

    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212."""
        if not self.of:
            return 0.0, 1.0
        share, z = self.count / self.of, _SURE
        middle = share + z * z / (2 * self.of)
        reach = z * math.sqrt(share * (1 - share) / self.of + z * z / (4 * self.of**2))
        scale = 1 + z * z / self.of
        return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)

    def __str__(self) -> str:
        if not self.of:
            return "-"
        low, high = self.interval()
        return f"{self.count / self.of:.2f} ({low:.2f} to {high:.2f})"


Row = tuple[str, Share, Share, Share]
"""Which messages; noticed (T2 or T3), T3, and for danger: its category among those named"""


def rows(judged: Sequence[Judged]) -> Iterator[Row]:
    """By label, then for each label by stratum, language and category."""
    for label in LABELS:
        of_label = [each for each in judged if each.label == label]
        if not of_label:
            continue
        yield _row(label, of_label)
        for part in (_stratum, _locale, _category):
            for name in sorted({part(each) for each in of_label} - {""}):
                yield _row(f"{label}, {name}", [each for each in of_label if part(each) == name])
        if label == HARMLESS:
            yield _row(f"{label}, {', '.join(TALK)}", [each for each in of_label if each.category in TALK])


def _stratum(judged: Judged) -> str:
    return judged.stratum


def _locale(judged: Judged) -> str:
    return judged.locale


def _category(judged: Judged) -> str:
    return judged.category


def _row(name: str, judged: Sequence[Judged]) -> Row:
    seen = [each for each in judged if each.is_noticed and each.label in _DANGER]
    return (
        name,
        _share(judged, lambda each: each.is_noticed),
        _share(judged, lambda each: each.noticed.tier is Tier.T3),
        _share([each for each in seen if each.category in set(Category)], _named),
    )


def _named(judged: Judged) -> bool:
    return judged.category in judged.noticed.categories


def _share(judged: Iterable[Judged], holds: Callable[[Judged], bool]) -> Share:
    outcomes = [holds(each) for each in judged]
    return Share(sum(outcomes), len(outcomes))


HEAD = ("", "noticed", "as T3", "category named", "of")


def table(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    """HEAD and a line for each row, as texts."""
    told = [
        (name, str(noticed), str(most), str(named), str(noticed.of))
        for name, noticed, most, named in rows(judged)
    ]
    return [HEAD, *told]
