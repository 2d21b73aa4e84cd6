from __future__ import annotations

import pytest

from bot.listeners.models import Fared, fared


@pytest.mark.parametrize("hours", [[], [1], [1, 3, None, 6]])
def test_of_few_shares_nothing_is_told(hours: list[int | None]) -> None:
    assert fared(hours) is None


def test_the_median_is_of_all_shares_answered_or_not() -> None:
    assert fared([1, 3, 6, 48, None]) == Fared(shares=5, median_hours=6, within_a_day=60)


def test_where_most_wait_still_there_is_no_median() -> None:
    assert fared([1, None, None, None, 3]) == Fared(shares=5, median_hours=None, within_a_day=40)
