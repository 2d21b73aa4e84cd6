"""A real bot process is killed between any two steps of a scheduled post; after a restart it was posted once."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import App
from bot.circles import store as circles_store
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.schedules.models import Kind
from bot.schedules.recurrence import Day, Weekly
from sandbox.people import Seen
from sandbox.ratelimits import Limits
from sandbox.seed import seed
from sandbox.server import Sandbox
from tests.conftest import FixedClock

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-the-sandbox"
FACILITATOR = Actor(user_id=7, role_ids=frozenset(), manages_server=True)
TUESDAYS = Weekly(frozenset({Day.TUE}), time(19, 0))
DUE = datetime(2026, 3, 3, 18, 0, 20, tzinfo=UTC)  # 20 seconds after 19:00 in Berlin
AFTER_A_RESTART = DUE + timedelta(minutes=2)
AT_ONCE = 2  # worlds tried beside each other


@dataclass(frozen=True)
class Outcome:
    """What stands in the end, where nothing depends on chance or on ids."""

    messages: tuple[tuple[str, ...], ...]  # each by its buttons
    threads: int
    notices: int
    occurrences: tuple[tuple[str, str, str], ...]
    unsent: int


class Trial:
    """One server and one database, with a check-in and a prompt that are due at the same minute."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.sandbox = Sandbox(record=True, limits=Limits(enforced=False))
        self.seeded = seed(self.sandbox.world, token=TOKEN)
        self.journal = folder / "journal"
        self.settings = Settings.read(
            {"TOWARDS_DATABASE": str(folder / "towards.db"), "TOWARDS_KEY_FILE": str(folder / "towards.keys")}
        )

    async def prepare(self) -> None:
        channels = self.seeded.channels
        circle = Circle(
            id="0123456789abcdef",
            guild_id=self.seeded.guild.id,
            name="Harbour",
            channel_id=channels["circle"].id,
            sharing_channel_id=channels["sharing"].id,
            facilitators_channel_id=channels["facilitators"].id,
            facilitator_role_id=self.seeded.facilitators.id,
            zone="Europe/Berlin",
            locale="en",
            depth_ceiling=1,
            created_at=DUE - timedelta(days=1),
        )
        async with App.open(self.settings, FixedClock(DUE - timedelta(days=1))) as app:
            async with app.db.transaction() as tx:
                await circles_store.insert(tx, circle)
            await app.schedules.create(FACILITATOR, circle, Kind.CHECK_IN, TUESDAYS)
            await app.schedules.create(FACILITATOR, circle, Kind.PROMPT, TUESDAYS, deck="first-steps")

    @asynccontextmanager
    async def process(self, moment: datetime, *die: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """A bot process on this database (see mortal_bot), which does not outlive the block."""
        command = (sys.executable, "-m", "tests.e2e.mortal_bot", moment.isoformat(), str(self.journal), *die)
        environment = {
            **os.environ,
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": self.sandbox.api_url,
            "DISCORD_GATEWAY_URL": self.sandbox.gateway_url,
            "TOWARDS_DATABASE": str(self.settings.database),
            "TOWARDS_KEY_FILE": str(self.settings.key_file),
            "TOWARDS_TICK_SECONDS": "3600",
            "TOWARDS_GUILD_READY_TIMEOUT": "0.05",
            "TOWARDS_SENDS_PER_SECOND": "1000",
        }
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def run(self, moment: datetime, *die: str) -> None:
        """Run a bot process to its end, which is its death exactly if it was told to die."""
        async with self.process(moment, *die) as process:
            said, _ = await process.communicate()
        assert process.returncode == (-signal.SIGKILL if die else 0), said.decode()

    @property
    def steps(self) -> int:
        return len(self.journal.read_text().splitlines())

    def posted(self, channel: str) -> list[Seen]:
        return self.sandbox.person("ana").sees(channel)

    def outcome(self) -> Outcome:
        with closing(sqlite3.connect(self.settings.database)) as db:
            occurrences = db.execute(
                "SELECT kind, slot, o.state FROM occurrences o JOIN schedules s ON s.id = schedule_id ORDER BY 1, 2"
            ).fetchall()
            [unsent] = db.execute("SELECT count(*) FROM outbox").fetchone()
        return Outcome(
            messages=tuple(sorted(tuple(seen.buttons) for seen in self.posted("circle"))),
            threads=len(self.seeded.guild.threads),
            notices=len(self.posted("facilitators")),
            occurrences=tuple(occurrences),
            unsent=unsent,
        )


@asynccontextmanager
async def trial(folder: Path) -> AsyncIterator[Trial]:
    trial = Trial(folder)
    async with trial.sandbox:
        await trial.prepare()
        yield trial


@dataclass(frozen=True)
class Unharmed:
    """What a process that nobody kills leaves, and in how many steps."""

    outcome: Outcome
    steps: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def unharmed(tmp_path_factory: pytest.TempPathFactory) -> Unharmed:
    async with trial(tmp_path_factory.mktemp("unharmed") / "trial") as once:
        await once.run(DUE)
        outcome = once.outcome()
    assert len(outcome.messages) == len(set(outcome.messages)) == 2
    assert (outcome.threads, outcome.notices, outcome.unsent) == (1, 0, 0)
    slot = "2026-03-03T19:00"
    assert outcome.occurrences == (("check_in", slot, "open"), ("prompt", slot, "open"))
    assert once.steps >= 8, "two decisions, and a claim and a settlement for each of two cards and a thread"
    return Unharmed(outcome, once.steps)


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
        async with trial(tmp_path / f"{when}-{step}") as attempt:
            await attempt.run(DUE, when, str(step))
            await attempt.run(AFTER_A_RESTART)
            assert attempt.outcome() == unharmed.outcome, f"killed {when} step {step}"

    await all_of(killed, itertools.product(("before", "after"), range(1, unharmed.steps + 1)))


MESSAGES, THREADS = r"/channels/\d+/messages$", r"/messages/\d+/threads$"


async def test_killed_while_a_request_is_under_way_or_its_answer_each_post_comes_once(
    tmp_path: Path, unharmed: Unharmed
) -> None:

    async def killed(name: str, path: str, earlier: int, takes_effect: bool) -> None:
        async with trial(tmp_path / f"{name}-{takes_effect}") as attempt:
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
            assert attempt.outcome() == unharmed.outcome, f"killed at {name}, stored: {takes_effect}"

    requests = (("the first card", MESSAGES, 0), ("the second card", MESSAGES, 1), ("the thread", THREADS, 0))
    await all_of(killed, ((*request, takes_effect) for request in requests for takes_effect in (False, True)))


async def test_two_processes_on_one_database_by_mistake_post_each_once(
    tmp_path: Path, unharmed: Unharmed
) -> None:
    async with trial(tmp_path / "two") as attempt:
        await asyncio.gather(attempt.run(DUE), attempt.run(DUE))
        assert attempt.outcome() == unharmed.outcome


@pytest.mark.parametrize("path", [MESSAGES, THREADS])
async def test_an_answer_of_discord_that_is_lost_does_not_double_a_post(
    tmp_path: Path, unharmed: Unharmed, path: str
) -> None:
    async with trial(tmp_path / "lost") as attempt:
        attempt.sandbox.faults.lose_answer(method="POST", path=path)
        await attempt.run(DUE)
        assert attempt.outcome() == unharmed.outcome
