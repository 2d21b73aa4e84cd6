"""What of a check-in may be shown when it closes: no figure about fewer than 5 people, each for itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt

from bot.checkins.models import STEPS, Answer, Scale, Weather
from bot.participation.guard import SMALLEST_GROUP, guard


@dataclass(frozen=True)
class Figure:
    """What a scale came to: how many answered it, and the sums of their steps and of the squares of these."""

    scale: Scale
    answered: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        return self.total / self.answered

    @property
    def step(self) -> int:
        """The step nearest to the mean; a half goes up."""
        return min(int(self.mean + 0.5), STEPS[-1])

    @property
    def spread(self) -> str:
        """How far the answers lie from each other: 'close', 'varied' or 'wide'.

        By standard deviation, in steps: under 0.75 most answers share a step or its neighbour; from 1.25 on
        they reach from one end to the other (the most it can be is 2).
        """
        deviation = sqrt(max(0.0, self.squares / self.answered - self.mean**2))
        if deviation < 0.75:
            return "close"
        return "varied" if deviation < 1.25 else "wide"


@dataclass(frozen=True)
class Summary:
    """Only what stands here may be shown or kept. `present` is None under the guard."""

    present: int | None
    figures: tuple[Figure, ...]
    weathers: tuple[Weather, ...]  # each that was named, in the form's order: without numbers


def summarise(present: int, answers: Collection[Answer]) -> Summary:
    weathers = [answer.weather for answer in answers if answer.weather is not None]
    figures = (_figure(scale, [a.scales[scale] for a in answers if scale in a.scales]) for scale in Scale)
    return Summary(
        present=guard(present, people=present),
        figures=tuple(figure for figure in figures if figure is not None),
        weathers=guard(tuple(w for w in Weather if w in weathers), people=len(weathers)) or (),
    )


def _figure(scale: Scale, steps: Sequence[int]) -> Figure | None:
    figure = Figure(scale, len(steps), sum(steps), sum(step * step for step in steps))
    return guard(figure, people=len(steps))


def crowd(present: int) -> str:
    """How many are here, as the name of a phrase: nothing exact under the guard, nothing exact for many.

    'nobody', 'some' (1 to 4), '5' to '12', then 'over_12', 'over_20', 'over_50', 'over_100'.
    """
    if present == 0:
        return "nobody"
    if present < SMALLEST_GROUP:
        return "some"
    if present <= 12:
        return str(present)
    return f"over_{max(bound for bound in (12, 20, 50, 100) if bound < present)}"
