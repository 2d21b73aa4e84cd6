"""A real bot process is killed between any two steps of a scheduled post; after a restart it was posted once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.people import Seen
from tests.e2e import kills
from tests.e2e.trial import Group, Trial, trial

TUESDAYS = Group("Europe/Berlin", "19:00", ("tue",))
DUE = datetime(2026, 3, 3, 18, 0, 20, tzinfo=UTC)  # 20 seconds after 19:00 in Berlin
DAY_BEFORE = DUE - timedelta(days=1)
AFTER_A_RESTART = DUE + timedelta(minutes=2)
AT_ONCE = 2  # worlds tried beside each other


@dataclass(frozen=True)
class Outcome:
    """What stands in the end, where nothing depends on chance or on ids."""

    messages: tuple[tuple[str, ...], ...]  # each by its buttons
    threads: int
    notices: int
    occurrences: tuple[tuple[object, ...], ...]
    unsent: int


def outcome(attempt: Trial) -> Outcome:
    [(unsent,)] = attempt.asked("SELECT count(*) FROM outbox")
    assert isinstance(unsent, int)
    return Outcome(
        messages=tuple(sorted(tuple(seen.buttons) for seen in posted(attempt, "circle"))),
        threads=len(attempt.seeded.guild.threads),
        notices=len(posted(attempt, "facilitators")),
        occurrences=tuple(
            attempt.asked(
                "SELECT kind, slot, o.state FROM occurrences o JOIN schedules s ON s.id = schedule_id ORDER BY 1, 2"
            )
        ),
        unsent=unsent,
    )


def posted(attempt: Trial, channel: str) -> list[Seen]:
    return attempt.sandbox.person("ana").sees(channel)


@dataclass(frozen=True)
class Unharmed:
    """What a process that nobody kills leaves, and in how many steps."""

    outcome: Outcome
    steps: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def unharmed(tmp_path_factory: pytest.TempPathFactory) -> Unharmed:
    async with trial(tmp_path_factory.mktemp("unharmed") / "trial", DAY_BEFORE, TUESDAYS) as once:
        await once.run(DUE)
        left = outcome(once)
    assert len(left.messages) == len(set(left.messages)) == 2
    assert (left.threads, left.notices, left.unsent) == (1, 0, 0)
    slot = "2026-03-03T19:00"
    assert left.occurrences == (("check_in", slot, "open"), ("prompt", slot, "open"))
    steps = len(once.journal.read_text().splitlines())
    assert steps >= 8, "two decisions, and a claim and a settlement for each of two cards and a thread"
    return Unharmed(left, steps)


async def all_of(attempt: Callable[..., Awaitable[None]], cases: Iterable[tuple[object, ...]]) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def one(case: tuple[object, ...]) -> None:
        async with free:
            await attempt(*case)

    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(one(case))


async def test_killed_before_or_after_any_commit_each_post_comes_once(
    tmp_path: Path, unharmed: Unharmed
) -> None:
    async def killed(when: str, step: int) -> None:
        async with trial(tmp_path / f"{when}-{step}", DAY_BEFORE, TUESDAYS) as attempt:
            await attempt.run(DUE, when, step)
            await attempt.run(AFTER_A_RESTART)
            assert outcome(attempt) == unharmed.outcome, f"killed {when} step {step}"

    await all_of(killed, itertools.product(("before", "after"), range(1, unharmed.steps + 1)))


MESSAGES, THREADS = r"/channels/\d+/messages$", r"/messages/\d+/threads$"


async def test_killed_while_a_request_is_under_way_or_its_answer_each_post_comes_once(
    tmp_path: Path, unharmed: Unharmed
) -> None:

    async def killed(name: str, path: str, earlier: int, takes_effect: bool) -> None:
        async with trial(tmp_path / f"{name}-{takes_effect}", DAY_BEFORE, TUESDAYS) as attempt:
            faults = attempt.sandbox.faults
            faults.slow(0, method="POST", path=path, times=earlier)  # those before it pass
            request = faults.hold(method="POST", path=path, takes_effect=takes_effect)
            async with attempt.process(DUE), asyncio.timeout(30):
                await request.has_struck()
            await attempt.run(AFTER_A_RESTART)
            # What the dead process had asked for takes effect after all, later than what its successor did.
            exchanges = attempt.sandbox.exchanges
            answered = len(exchanges)
            request.release()
            async with asyncio.timeout(5):
                while len(exchanges) == answered:  # noqa: ASYNC110 # the list of exchanges tells nobody
                    await asyncio.sleep(0)
            assert outcome(attempt) == unharmed.outcome, f"killed at {name}, stored: {takes_effect}"

    requests = (("the first card", MESSAGES, 0), ("the second card", MESSAGES, 1), ("the thread", THREADS, 0))
    await all_of(killed, ((*request, takes_effect) for request in requests for takes_effect in (False, True)))


async def test_two_processes_on_one_database_by_mistake_post_each_once(
    tmp_path: Path, unharmed: Unharmed
) -> None:
    async with trial(tmp_path / "two", DAY_BEFORE, TUESDAYS) as attempt:
        await asyncio.gather(attempt.run(DUE), attempt.run(DUE))
        assert outcome(attempt) == unharmed.outcome


@pytest.mark.parametrize("path", [MESSAGES, THREADS])
async def test_an_answer_of_discord_that_is_lost_does_not_double_a_post(
    tmp_path: Path, unharmed: Unharmed, path: str
) -> None:
    async with trial(tmp_path / "lost", DAY_BEFORE, TUESDAYS) as attempt:
        attempt.sandbox.faults.lose_answer(method="POST", path=path)
        await attempt.run(DUE)
        assert outcome(attempt) == unharmed.outcome


async def test_killed_at_random_instants_amid_other_trouble_each_post_comes_once(tmp_path: Path) -> None:
    """A few of what `make test-kills` does hundreds of times."""
    tally = await kills.endure(tmp_path / "world", seed="short", kills=6)
    assert tally.kills >= 6
