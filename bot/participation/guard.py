"""The small-group guard: a figure about fewer than five people is not shown, nor that there was one."""

from __future__ import annotations

from typing import TypeVar

SMALLEST_GROUP = 5

F = TypeVar("F")


def guard(figure: F, *, people: int) -> F | None:
    """The figure, if it is about enough people, else None.

    `people` are those who could be meant by it and are not known anyway: where names stand beside a figure,
    only the others. None means "not shown": it looks the same for nobody and for four.
    """
    return figure if people >= SMALLEST_GROUP else None


def in_fives(count: int) -> int | None:
    """How often something was done, by people nobody counted: rounded down to fives, None below the first.

    Two looks at it then differ only once five more were done, so that no single act can be told from them.
    """
    return count - count % SMALLEST_GROUP or None
