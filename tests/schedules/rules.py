"""Rules of every kind, for properties."""

from __future__ import annotations

from datetime import date, time

from hypothesis import strategies as st

from bot.schedules.recurrence import EVERY_DAY, LAST, WORKDAYS, Day, Days, Monthly, Once, Rule, Weekly

DATES = st.dates(date(2023, 6, 1), date(2038, 12, 31))

weeklies = st.builds(Weekly, st.frozensets(st.sampled_from(Day), min_size=1), st.integers(1, 12))
single = st.sampled_from(Day).map(lambda day: frozenset({day}))


def _nths(most: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.sampled_from([LAST, *range(1, most + 1)]), min_size=1, max_size=4)


monthlies = st.one_of(
    st.builds(Monthly, _nths(5), single),
    st.builds(Monthly, _nths(23), st.just(WORKDAYS)),
    st.builds(Monthly, _nths(31), st.just(EVERY_DAY)),
)
times = (
    st.sets(st.builds(time, st.integers(0, 23), st.integers(0, 59)), min_size=1, max_size=6)
    .map(sorted)
    .map(tuple)
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    days: Days = draw(st.one_of(weeklies, monthlies, st.builds(Once, DATES)))
    if isinstance(days, Once):
        return Rule(days, draw(times))
    count = draw(st.one_of(st.none(), st.integers(1, 200)))
    needed = count is not None or (isinstance(days, Weekly) and days.every > 1)
    since = draw(DATES if needed else st.one_of(st.none(), DATES))
    return Rule(days, draw(times), since=since, until=draw(st.one_of(st.none(), DATES)), count=count)
