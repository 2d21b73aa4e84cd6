from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.participation import figures
from bot.participation.models import ANONYMOUS, Act, Count, Figure

MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)


def test_each_act_is_told_by_day_where_five_people_did_it() -> None:
    counts = [
        Count(TUESDAY, Act.CHECKED_IN, "a", 7, named=0),
        Count(MONDAY, Act.HERE, "b", 5, named=0),
        Count(MONDAY, Act.ANSWERED, "b", 4, named=0),
    ]
    assert figures.by_day(counts) == [
        Figure(MONDAY, MONDAY, Act.HERE, 5),
        Figure(TUESDAY, TUESDAY, Act.CHECKED_IN, 7),
    ]


def test_passing_is_told_as_being_here_and_nothing_tells_them_apart() -> None:
    one = [Count(MONDAY, Act.HERE, "a", 6, named=0), Count(MONDAY, Act.PASSED, "a", 2, named=0)]
    other = [Count(MONDAY, Act.HERE, "a", 2, named=0), Count(MONDAY, Act.PASSED, "a", 6, named=0)]
    assert figures.by_day(one) == figures.by_day(other) == [Figure(MONDAY, MONDAY, Act.HERE, 8)]


def test_who_was_here_and_passed_is_one_person() -> None:
    counts = [Count(MONDAY, Act.HERE, "a", 3, named=0), Count(MONDAY, Act.PASSED, "a", 3, named=0)]
    assert figures.by_day(counts) == []


def test_the_same_few_people_in_two_check_ins_of_a_day_are_no_larger_group() -> None:
    counts = [Count(MONDAY, Act.HERE, "a", 3, named=0), Count(MONDAY, Act.HERE, "b", 3, named=0)]
    assert figures.by_day(counts) == []


def test_a_small_one_beside_a_large_one_can_not_be_told_by_subtraction() -> None:
    counts = [Count(MONDAY, Act.HERE, "a", 6, named=0), Count(MONDAY, Act.HERE, "b", 2, named=0)]
    assert figures.by_day(counts) == [Figure(MONDAY, MONDAY, Act.HERE, 6)]


def test_where_names_are_known_the_others_are_enough_for_themselves() -> None:
    assert figures.by_day([Count(MONDAY, Act.HERE, "a", 9, named=5)]) == []
    assert figures.by_day([Count(MONDAY, Act.HERE, "a", 10, named=5)]) == [
        Figure(MONDAY, MONDAY, Act.HERE, 10)
    ]


def test_anonymous_acts_are_told_in_fives_and_never_by_day() -> None:
    counts = [
        Count(MONDAY, Act.SHARED, "", 4, named=0),
        Count(TUESDAY, Act.SHARED, "", 4, named=0),
        Count(date(2026, 2, 28), Act.NODDED, "", 12, named=0),
    ]
    assert figures.by_day(counts) == []
    assert figures.in_all(counts, (MONDAY, TUESDAY)) == [
        Figure(MONDAY, TUESDAY, Act.SHARED, 5),
        Figure(MONDAY, TUESDAY, Act.NODDED, 10),
    ]
    assert figures.by_month(counts) == [
        Figure(date(2026, 2, 1), date(2026, 2, 28), Act.NODDED, 10),
        Figure(date(2026, 3, 1), date(2026, 3, 31), Act.SHARED, 5),
    ]


COUNTS = st.builds(
    Count,
    day=st.sampled_from([MONDAY, TUESDAY]),
    act=st.sampled_from(Act),
    occasion=st.sampled_from(["a", "b"]),
    count=st.integers(1, 12),
    named=st.integers(0, 12),
)


@given(st.lists(COUNTS, unique_by=lambda count: (count.day, count.act, count.occasion)))
def test_no_figure_leaves_that_is_about_fewer_than_five(counts: list[Count]) -> None:
    for figure in [*figures.by_day(counts), *figures.by_month(counts)]:
        assert figure.act is not Act.PASSED
        meant = [
            count
            for count in counts
            if count.act.told_as is figure.act and figure.first <= count.day <= figure.last
        ]
        if figure.act in ANONYMOUS:
            assert figure.count % 5 == 0
            assert figure.count <= sum(count.count for count in meant)
        else:
            assert any(count.count - count.named >= 5 for count in meant)
