"""Which waiting shares leave: what an onlooker, a crowd of accounts or the clock could tell, over many drawn worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sharing.models import Share, State, Wish
from bot.sharing.rules.models import Leaving, Rules
from bot.sharing.waiting import mixing
from bot.sharing.waiting.mixing import enough, leave_now, passes

pytestmark = pytest.mark.anonymity

TODAY = date(2026, 3, 2)
NOW = timedelta(days=1)  # of a random while of an hour on average: it is surely over
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WORLDS = 4000


def share(id: str, **more: object) -> Share:
    return Share(
        **{
            "id": id,
            "circle_id": "c1",
            "state": State.WAITING,
            "name": "Quiet Heron",
            "wish": Wish.LISTEN,
            "author": None,
            "channel_id": 12,
            "message_id": None,
            "thread_id": None,
            "nods_counted": 0,
            "day": TODAY,
            **more,
        }  # type: ignore[arg-type] # one dict for fields of several types
    )


def shares(number: int, prefix: str = "s") -> list[Share]:
    return [share(f"{prefix}{each}") for each in range(number)]


def leave(
    waiting: Sequence[Share],
    rules: Rules,
    chance: Random,
    *,
    elapsed: timedelta = NOW,
    opening: date | None = None,
) -> list[str]:
    gone = leave_now(waiting, rules, elapsed=elapsed, opening=opening, chance=chance)
    return [each.id for each in gone]


def chi_square(counts: Sequence[int], expected: float) -> float:
    return sum((count - expected) ** 2 / expected for count in counts)


# A random while


@given(st.integers(0, 10**5), st.integers(0, 10**5), st.integers(1, 10**4))
def test_what_has_passed_changes_nothing_of_what_is_to_come(first: int, then: int, mean: int) -> None:
    def stays(seconds: int) -> float:
        return 1 - passes(timedelta(seconds=seconds), timedelta(minutes=mean))

    assert stays(first) * stays(then) == pytest.approx(stays(first + then), abs=1e-9)


def test_how_often_one_looks_does_not_change_how_long_a_while_lasts() -> None:
    rules = Rules(Leaving.HELD, hold_minutes=60)
    lasted: dict[int, list[float]] = {5: [], 30: []}
    for step, found in lasted.items():
        chance = Random(step)
        for _ in range(WORLDS):
            minutes = 0
            while not leave([share("s")], rules, chance, elapsed=step * MINUTE):
                minutes += step
            found.append(minutes + step / 2)
    for found in lasted.values():
        assert sum(found) / len(found) == pytest.approx(60, rel=0.05)


def test_a_clock_that_was_set_back_lets_nothing_go() -> None:
    assert passes(-HOUR, HOUR) == 0
    assert leave(shares(20), Rules(Leaving.HELD), Random(1), elapsed=-HOUR) == []


def test_of_two_that_left_nobody_can_say_which_was_written_first() -> None:
    """Once both wait, each is as likely to leave first, however much earlier one of them came."""
    rules, chance, firsts = Rules(Leaving.HELD, hold_minutes=60), Random(3), Counter[str]()
    for _ in range(WORLDS):
        waiting = [share("a")]  # it waited for five hours already, which nothing here knows of
        for _ in range(10):
            leave([share("z")], rules, chance, elapsed=30 * MINUTE)
        waiting.append(share("b"))
        while not (gone := leave(waiting, rules, chance, elapsed=MINUTE)):
            pass
        firsts[gone[0]] += 1
    assert firsts["a"] / WORLDS == pytest.approx(0.5, abs=0.03)


def test_where_shares_go_at_once_by_now_what_still_waits_goes_with_the_next_opening() -> None:
    rules = Rules(Leaving.AT_ONCE)
    assert leave(shares(3), rules, Random(1)) == []
    assert sorted(leave(shares(3), rules, Random(1), opening=TODAY)) == ["s0", "s1", "s2"]


# An hour of the day


def test_at_the_hour_everything_leaves_in_every_order_alike() -> None:
    chance, orders = Random(4), Counter[tuple[str, ...]]()
    for _ in range(6 * 1000):
        orders[tuple(leave(shares(3), Rules(Leaving.HOUR), chance, opening=TODAY))] += 1
    assert set(orders) == set(permutations(["s0", "s1", "s2"]))
    assert chi_square(list(orders.values()), 1000) < 20.5  # 5 degrees of freedom, one in a thousand


def test_the_order_in_which_shares_are_found_changes_nothing() -> None:
    first = leave(shares(6), Rules(Leaving.HOUR), Random(5), opening=TODAY)
    assert leave(shares(6)[::-1], Rules(Leaving.HOUR), Random(5), opening=TODAY) == first


def test_before_the_hour_nothing_leaves_however_long_it_takes() -> None:
    assert leave(shares(9), Rules(Leaving.HOUR), Random(6), elapsed=timedelta(days=99)) == []


def test_an_authors_own_choice_goes_before_the_circles_way() -> None:
    waiting = [share("own", leaving=Leaving.HOUR), share("other")]
    assert leave(waiting, Rules(Leaving.AUTHORS), Random(7), opening=TODAY) == ["own"]
    assert leave(waiting, Rules(Leaving.HELD), Random(7)) == ["other"]


# Enough different people


@pytest.mark.parametrize("authors", [2, 3, 5])
def test_fewer_people_than_there_have_to_be_see_nothing_opened(authors: int) -> None:
    rules, chance = Rules(Leaving.AUTHORS, authors=authors), Random(8)
    waiting = shares(enough(authors) - 1)
    assert not any(leave(waiting, rules, chance) for _ in range(500))


def test_one_account_alone_opens_nothing_whatever_it_sends() -> None:
    waiting = [share("first"), *(share(f"more{n}", counts=False) for n in range(50))]
    chance = Random(9)
    assert not any(leave(waiting, Rules(Leaving.AUTHORS), chance) for _ in range(500))


@pytest.mark.parametrize("authors", [2, 3, 5])
@pytest.mark.parametrize("beyond", [0, 1, 20])
def test_an_opening_is_of_so_many_people_however_many_more_wait(authors: int, beyond: int) -> None:
    rules, chance = Rules(Leaving.AUTHORS, authors=authors), Random(10)
    waiting = shares(enough(authors) + beyond)
    assert {len(leave(waiting, rules, chance)) for _ in range(200)} == {authors}


def test_the_moment_of_an_opening_is_a_random_while_after_there_are_enough() -> None:
    rules, chance, lasted = Rules(Leaving.AUTHORS, authors=3, hold_minutes=60), Random(11), []
    for _ in range(WORLDS):
        minutes = 0
        while not leave(shares(5), rules, chance, elapsed=5 * MINUTE):
            minutes += 5
        lasted.append(minutes + 2.5)
    assert sum(lasted) / len(lasted) == pytest.approx(60, rel=0.05)


@pytest.mark.parametrize("authors", [2, 3, 4])
def test_whoever_has_all_accounts_but_one_can_only_guess(authors: int) -> None:
    """They hold k - 1 accounts. They see which posts are theirs, and guess at one person's among the others."""
    rules, chance = Rules(Leaving.AUTHORS, authors=authors), Random(12)
    own, others = shares(authors - 1, "own"), shares(authors, "other")
    target = "other0"
    opened_in = right = guesses = 0
    for _ in range(WORLDS):
        gone = leave([*own, *others], rules, chance)
        foreign = [id for id in gone if id.startswith("other")]
        opened_in += target in gone
        guesses += 1
        right += chance.choice(foreign) == target
    assert opened_in / WORLDS == pytest.approx(authors / (2 * authors - 1), abs=0.03)
    assert right / guesses == pytest.approx(1 / authors, abs=0.03)


def test_the_place_of_a_post_in_an_opening_tells_nothing_either() -> None:
    rules, chance, places = Rules(Leaving.AUTHORS, authors=3), Random(13), Counter[int]()
    for _ in range(WORLDS):
        gone = leave(shares(5), rules, chance)
        if "s4" in gone:
            places[gone.index("s4")] += 1
    assert chi_square(list(places.values()), sum(places.values()) / 3) < 13.8  # 2 degrees, one in a thousand


def test_a_second_share_of_somebody_goes_along_and_is_never_stuck() -> None:
    rules, chance = Rules(Leaving.AUTHORS, authors=3), Random(14)
    waiting = [*shares(5), share("second", counts=False)]
    along = sum("second" in leave(waiting, rules, chance) for _ in range(WORLDS))
    assert along / WORLDS == pytest.approx(3 / 5, abs=0.03)


# Nothing waits for ever


@pytest.mark.parametrize("mode", [Leaving.HELD, Leaving.AUTHORS])
def test_what_waited_long_goes_at_the_hour_on_one_of_three_days_alike(mode: Leaving) -> None:
    chance, days = Random(15), Counter[int]()
    for _ in range(3000):
        for age in range(20):
            opening = TODAY + timedelta(days=age)
            if leave(shares(1), Rules(mode), chance, elapsed=timedelta(0), opening=opening):
                days[age] += 1
                break
    assert set(days) == {5, 6, 7}
    assert chi_square(list(days.values()), 1000) < 13.8


def test_what_is_younger_keeps_it_company_half_the_time() -> None:
    rules, chance = Rules(Leaving.AUTHORS), Random(16)
    opening = TODAY + timedelta(days=9)
    young = share("young", day=opening)
    went = [leave([share("old"), young], rules, chance, opening=opening) for _ in range(WORLDS)]
    assert all("old" in gone for gone in went)
    assert sum("young" in gone for gone in went) / WORLDS == pytest.approx(0.5, abs=0.03)


def test_without_an_old_one_the_young_stay() -> None:
    chance, opening = Random(17), TODAY + mixing.AT_LEAST - timedelta(days=1)
    rules = Rules(Leaving.AUTHORS)
    assert not any(leave(shares(4), rules, chance, opening=opening) for _ in range(500))


def test_none_leaves_twice_where_two_ways_lead_out_at_once() -> None:
    gone = leave(shares(3), Rules(Leaving.HELD), Random(18), opening=TODAY + timedelta(days=30))
    assert sorted(gone) == ["s0", "s1", "s2"]
