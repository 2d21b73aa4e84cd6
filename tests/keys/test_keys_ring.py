"""Periods: when they begin, when their keys are destroyed, and that no key outlives its links."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys import Ring
from bot.keys.ring import LINK_DAYS, PERIOD
from bot.sharing import models

pytestmark = pytest.mark.anonymity

FIRST = date(2026, 3, 2)
ROOT = b"r" * 32
DAY = timedelta(days=1)


def living(ring: Ring) -> list[int]:
    return [period.number for period in ring.living]


def test_a_key_is_kept_as_long_as_the_database_keeps_who_wrote_what() -> None:
    assert timedelta(days=LINK_DAYS) == models.OPEN_DAYS + models.LINK_DAYS


def test_a_new_period_begins_every_thirty_days_and_a_second_turn_changes_nothing() -> None:
    ring = Ring(ROOT).turned(FIRST)
    assert living(ring) == [1]
    assert ring.turned(FIRST + PERIOD - DAY) == ring
    turned = ring.turned(FIRST + PERIOD)
    assert living(turned) == [2, 1]
    assert turned.turned(FIRST + PERIOD) == turned
    assert turned.periods[0].ends == turned.periods[1].begins == FIRST + PERIOD


def test_a_key_is_destroyed_sixty_days_after_its_period_and_not_a_day_before() -> None:
    ring = Ring(ROOT).turned(FIRST).turned(FIRST + PERIOD)
    last = FIRST + PERIOD + timedelta(days=LINK_DAYS)
    assert ring.destroyed_on(ring.periods[0]) == last
    assert 1 in living(ring.turned(last - DAY))
    gone = ring.turned(last).periods[0]
    assert (gone.key, gone.destroyed) == (None, last)


def test_with_no_days_for_links_a_key_goes_as_soon_as_its_period_ends() -> None:
    ring = Ring(ROOT, link_days=0).turned(FIRST)
    assert living(ring.turned(FIRST + PERIOD)) == [2]


def test_a_past_key_goes_as_soon_as_its_period_is_done_with_and_the_present_one_stays() -> None:
    ring = Ring(ROOT).turned(FIRST).turned(FIRST + PERIOD)
    done = ring.turned(FIRST + PERIOD + DAY, done_with={1, 2})
    assert living(done) == [2]
    assert done.destroyed_on(done.periods[0]) == FIRST + PERIOD + DAY
    assert done.turned(FIRST + PERIOD + 2 * DAY, done_with={1}) == done, "a day that was is not changed"


def test_after_a_long_absence_a_period_ends_when_it_would_have() -> None:
    back = FIRST + timedelta(days=200)
    ring = Ring(ROOT).turned(FIRST).turned(back)
    assert ring.periods[0].ends == FIRST + PERIOD
    assert living(ring) == [2]


def test_burning_the_present_period_begins_the_next() -> None:
    ring = Ring(ROOT).turned(FIRST).rotated(FIRST + DAY)
    burnt = ring.burnt([1, 2], FIRST + 2 * DAY)
    assert living(burnt) == [3]
    assert burnt.root == ring.root
    assert ring.burnt([1], FIRST + 2 * DAY).periods[-1] == ring.periods[-1]


@given(st.lists(st.tuples(st.integers(0, 70), st.sampled_from(["turn", "rotate", "burn"])), max_size=30))
def test_whatever_was_done_a_present_key_is_there_and_none_is_past_its_day(
    steps: list[tuple[int, str]],
) -> None:
    ring, today = Ring(ROOT).turned(FIRST), FIRST
    for days, step in steps:
        today += timedelta(days=days)
        if step == "rotate":
            ring = ring.rotated(today)
        elif step == "burn":
            ring = ring.burnt([ring.living[-1].number], today)
        ring = ring.turned(today)
        assert ring.periods[-1].key is not None
        assert today < ring.periods[-1].begins + PERIOD
        assert all(today < ring.destroyed_on(period) for period in ring.living[1:])
        assert [period.number for period in ring.periods] == list(range(1, len(ring.periods) + 1))
        assert len({period.key for period in ring.living}) == len(ring.living)
