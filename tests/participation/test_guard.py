from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.participation.guard import SMALLEST_GROUP, guard, in_fives


@given(st.integers(min_value=0, max_value=SMALLEST_GROUP - 1), st.integers())
def test_a_figure_about_fewer_than_five_people_is_not_shown(people: int, figure: int) -> None:
    assert guard(figure, people=people) is None


@given(st.integers(min_value=SMALLEST_GROUP), st.floats(allow_nan=False))
def test_a_figure_about_five_people_or_more_is_shown_as_it_is(people: int, figure: float) -> None:
    assert guard(figure, people=people) == figure


def test_nobody_and_four_people_look_the_same() -> None:
    assert guard(0, people=0) is guard(4, people=4) is None


@given(st.integers(min_value=0))
def test_what_nobody_counted_people_for_is_told_in_fives(count: int) -> None:
    shown = in_fives(count)
    assert shown is None if count < 5 else shown is not None and shown % 5 == 0 and 0 <= count - shown < 5


@given(st.integers(min_value=0, max_value=10_000))
def test_one_more_act_changes_what_is_told_only_at_every_fifth(count: int) -> None:
    assert (in_fives(count) != in_fives(count + 1)) == ((count + 1) % 5 == 0)
