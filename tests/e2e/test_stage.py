from __future__ import annotations

from datetime import timedelta

from tests.e2e.conftest import Stage


async def test_the_bot_is_there_and_its_commands_are_offered(stage: Stage) -> None:
    maya = stage.person("maya")
    reply = await maya.slash("/help-now", channel="circle")
    assert reply.ephemeral
    assert reply.text


async def test_the_bot_comes_back_after_a_restart_and_time_passes(stage: Stage) -> None:
    await stage.make_circle()
    await stage.restart()
    await stage.pass_time(timedelta(days=1))
    assert len(await stage.app.circles.all_open()) == 1
