from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LISTENER = "listener"
"""The purpose of a contact: somebody is told, in private, of shares that wait for an answer."""
SHOWN = 3
"""Shares that one notice names."""
FEWEST = 5
"""Shares below which nothing is told of how they fared: a figure about few is a figure about somebody."""
DAY = 24


@dataclass(frozen=True)
class Fared:
    """How a circle's shares of late fared."""

    shares: int
    median_hours: int | None
    """Within how many hours half of them met a first answer; None: fewer than half did."""
    within_a_day: int
    """Of a hundred."""


def fared(hours: Sequence[int | None]) -> Fared | None:
    """From the hours within which each met its first answer (None: it has not); None where they are few."""
    if len(hours) < FEWEST:
        return None
    waits = sorted(wait if wait is not None else float("inf") for wait in hours)
    median = waits[(len(waits) - 1) // 2]
    within = sum(wait <= DAY for wait in waits)
    return Fared(
        shares=len(waits),
        median_hours=None if median == float("inf") else int(median),
        within_a_day=round(100 * within / len(waits)),
    )
