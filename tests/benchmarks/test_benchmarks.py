"""The benchmarks run, at their smallest; and one figure of theirs that does not depend on the machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import database, idle, interactions, screening, start
from benchmarks.measure import process, quantile
from benchmarks.scene import scene


async def test_each_prints_its_figures_beside_a_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await screening.run(tmp_path, messages=5)
    await start.run(tmp_path, circles=5, starts=1)
    await interactions.run(tmp_path, presses=1)
    await database.run(tmp_path, count=5)
    await idle.run(tmp_path, schedules=20, starts=1, settle=0)
    told = capsys.readouterr().out
    assert all(
        line in told
        for line in (
            "a list of keywords",
            "bare discord.py",
            "plain aiosqlite",
            "towards, care:now",
            "and 20 schedules",
        )
    )


async def test_schedules_that_are_not_due_take_one_indexed_query_a_tick(tmp_path: Path) -> None:
    far = datetime(2199, 1, 1, 12, 0, tzinfo=UTC)
    async with scene(tmp_path, 5) as played:
        await played.fill("many", circles=5, each=20, due=far)
        paths = (str(played.database("many")), str(tmp_path / "many.keys"))
        async with process("benchmarks.ticks", *paths, environment={}) as ticking:
            line, _ = await ticking.says("{")
    about = [(sql, plan) for sql, plan in json.loads(line)["statements"] if "FROM schedules" in sql]
    assert len(about) == 1
    [(_, plan)] = about
    assert "SEARCH" in plan
    assert "SCAN" not in plan


def test_a_quantile_is_the_value_that_so_many_do_not_exceed() -> None:
    values = [float(n) for n in range(1, 101)]
    assert quantile(values, 0.99) == 99
    assert quantile(values, 0.5) == 50
    assert quantile([7.0], 0.99) == 7
