"""A real bot process is killed between any two steps of a reminder; after a restart it came once."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.reminders.models import Asked
from tests.conftest import FixedClock
from tests.e2e.trial import Group, Trial, trial

TUESDAYS = Group("Europe/Berlin", "19:00", ("tue",))
OPEN = datetime(2026, 3, 3, 18, 0, 20, tzinfo=UTC)  # 20 seconds after 19:00 in Berlin
DAY_BEFORE = OPEN - timedelta(days=1)
HOUR_OF_HERS = time(19, 1)
DUE, AFTER_A_RESTART = OPEN + timedelta(minutes=1), OPEN + timedelta(minutes=5)
STEPS = 6  # a decision, a claim and a settlement, for a check-in and for a prompt
BOTH = ["A check-in is open in ", "A prompt is open in "]


async def prepare(attempt: Trial) -> None:
    """Maya asks the day before; then a check-in and a prompt open, and stand."""
    maya = attempt.seeded.people["maya"]
    channel = attempt.sandbox.world.open_dm(maya, attempt.seeded.application.bot)
    async with App.open(attempt.settings, FixedClock(DAY_BEFORE)) as app:
        [circle] = await app.circles.all_open()
        await app.reminders.ask(circle, maya.id, Asked(at=HOUR_OF_HERS), channel_id=channel.id, locale="en")
    await attempt.run(OPEN)
    assert told(attempt) == []


def told(attempt: Trial) -> list[str]:
    return sorted(seen.text.split("**")[0] for seen in attempt.sandbox.person("maya").inbox())


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_before_or_after_any_commit_each_reminder_comes_once(tmp_path: Path, when: str) -> None:
    died = 0
    for step in range(1, STEPS + 3):
        async with trial(tmp_path / f"{step}", DAY_BEFORE, TUESDAYS) as attempt:
            await prepare(attempt)
            async with attempt.process(DUE, when, step) as mortal:
                died += await mortal.ended() == -signal.SIGKILL
            await attempt.run(AFTER_A_RESTART)
            assert told(attempt) == BOTH, f"killed {when} step {step}"
            assert attempt.asked("SELECT count(*) FROM outbox") == [(0,)]
    assert died >= STEPS


async def test_two_processes_on_one_database_by_mistake_remind_once(tmp_path: Path) -> None:
    async with trial(tmp_path / "two", DAY_BEFORE, TUESDAYS) as attempt:
        await prepare(attempt)
        async with attempt.process(DUE) as one, attempt.process(DUE) as other:
            assert [await one.ended(), await other.ended()] == [0, 0]
        assert told(attempt) == BOTH
