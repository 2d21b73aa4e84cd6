"""What the outbox does where Discord holds it back: a channel's limit, a thread's long wait, 5xx, an outage."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.circles.models import Actor, Circle
from bot.db import instant
from bot.outbox.models import Action
from bot.schedules import recurrence
from bot.schedules.models import Kind
from sandbox.models import Channel, Message
from sandbox.ratelimits import ROUTES, Limits, Rule
from tests.e2e.conftest import Stage

SENDING = r"/channels/\d+/messages$"
FACILITATOR = Actor(user_id=7, role_ids=frozenset(), manages_server=True)
THREADS = ("POST", "/channels/:id/messages/:id/threads")


class Posts:
    """What the bot has posted, as it comes."""

    def __init__(self, stage: Stage) -> None:
        self.messages: list[Message] = []
        self._news = asyncio.Event()
        stage.sandbox.world.subscribe(self._hear)

    def _hear(self, event: Any) -> None:
        if event.name == "MESSAGE_CREATE" and event.message is not None and event.message.author.bot:
            self.messages.append(event.message)
            self._news.set()

    def channels(self) -> list[int]:
        return [message.channel.id for message in self.messages]

    async def include(self, channel: Channel) -> None:
        async with asyncio.timeout(20):
            while channel.id not in self.channels():
                self._news.clear()
                await self._news.wait()


def more_channels(stage: Stage, count: int) -> list[Channel]:
    world, guild = stage.sandbox.world, stage.seeded.guild
    return [world.add_channel(guild, f"more-{number}") for number in range(count)]


async def notices(
    stage: Stage, circle: Circle, channels: Iterable[Channel], *, in_doubt: bool = False
) -> None:
    """Something to send to each of the channels; `in_doubt`: as a process left it that died while sending."""
    async with stage.app.db.transaction() as tx:
        for channel in channels:
            await stage.app.circles.notify(
                tx,
                replace(circle, facilitators_channel_id=channel.id),
                "schedule.notices.needs_attention",
                schedule="",
                reason="",
            )
        if in_doubt:
            await tx.execute("UPDATE outbox SET attempts = 1, first_try_at = due_at")


async def waiting(stage: Stage) -> list[dict[str, Any]]:
    return [dict(row) for row in await stage.app.db.all("SELECT * FROM outbox ORDER BY seq")]


async def test_a_channel_at_its_limit_keeps_no_other_channel_waiting(stage: Stage) -> None:
    circle = await stage.make_circle()
    full, other = more_channels(stage, 2)
    posts = Posts(stage)
    stage.sandbox.limiter.limits = Limits(speed=5)  # five messages a second in a channel
    await notices(stage, circle, [full] * 12)
    await posts.include(full)
    await notices(stage, circle, [other])
    await posts.include(other)
    assert posts.channels().count(full.id) < 12
    await stage.settle()
    assert posts.channels().count(full.id) == 12
    assert stage.sandbox.limiter.counts.refused == 0


async def test_after_a_crash_looking_before_sending_again_stays_below_the_global_limit(stage: Stage) -> None:
    circle = await stage.make_circle()
    posts = Posts(stage)
    await stage.stop_bot()
    stage.settings = replace(stage.settings, sends_per_second=45)
    stage.sandbox.limiter.limits = Limits()
    await stage.start_bot()
    stage.sandbox.limiter.forget()
    channels = more_channels(stage, 60)
    await notices(stage, circle, channels, in_doubt=True)
    await stage.settle()
    assert sorted(posts.channels()) == sorted(channel.id for channel in channels)
    assert stage.sandbox.limiter.counts.refused == 0


@pytest.mark.parametrize("wait", [40, 200])
async def test_a_thread_that_must_wait_is_opened_after_its_time(stage: Stage, wait: int) -> None:
    circle = await stage.make_circle()
    threads = stage.seeded.guild.threads
    stage.sandbox.limiter.limits = Limits(routes={**ROUTES, THREADS: Rule(1, wait)})
    await prompt(stage, circle)
    await stage.settle()
    assert len(threads) == 1
    await stage.restart()  # a client that has heard of no limit yet: it is told by a 429
    await prompt(stage, circle)
    await stage.settle()
    [thread] = await waiting(stage)
    assert (thread["action"], thread["state"], thread["attempts"]) == (Action.THREAD, "waiting", 1)
    assert instant(thread["due_at"]) - stage.clock.now() > timedelta(seconds=wait - 10)
    assert stage.sandbox.limiter.counts.refused == 1
    posts, [other] = Posts(stage), more_channels(stage, 1)
    await notices(stage, circle, [other])
    await posts.include(other)

    stage.sandbox.limiter.forget()
    await stage.restart()
    await stage.pass_time(timedelta(seconds=wait))
    assert len(threads) == 2
    assert await waiting(stage) == []


async def prompt(stage: Stage, circle: Circle) -> None:
    """Have a prompt posted, which opens a thread."""
    stage.clock.advance(timedelta(minutes=1))
    if not await stage.app.schedules.of(circle):
        tuesdays = recurrence.load('{"at": "19:00", "days": ["tue"], "type": "weekly"}')
        await stage.app.schedules.create(FACILITATOR, circle, Kind.PROMPT, tuesdays, deck="first-steps")
    [schedule] = await stage.app.schedules.of(circle)
    await stage.app.schedules.run_now(FACILITATOR, circle, schedule.id)


async def test_a_storm_of_errors_is_met_with_growing_pauses_and_nothing_is_lost(stage: Stage) -> None:
    circle = await stage.make_circle()
    channels, posts = more_channels(stage, 3), Posts(stage)
    # 503 is the one that discord.py does not try again by itself, after whole seconds
    fault = stage.sandbox.faults.status(503, method="POST", path=SENDING, times=1_000_000)
    await notices(stage, circle, channels)
    await stage.settle()
    for _ in range(60 * 4):
        await stage.pass_time(timedelta(seconds=15))
    tries = fault.struck / len(channels)
    assert 5 <= tries <= 10, "in an hour"
    stage.sandbox.faults.clear()
    await stage.pass_time(timedelta(minutes=15))
    assert sorted(posts.channels()) == sorted(channel.id for channel in channels)


async def test_while_discord_is_away_nothing_is_lost_and_once_it_is_back_all_comes_once(stage: Stage) -> None:
    circle = await stage.make_circle()
    channels, posts = more_channels(stage, 3), Posts(stage)
    await stage.sandbox.stop()
    await notices(stage, circle, channels)
    await stage.settle()
    assert [row["state"] for row in await waiting(stage)] == ["waiting"] * 3
    await stage.sandbox.start()
    await stage.pass_time(timedelta(minutes=1))
    assert sorted(posts.channels()) == sorted(channel.id for channel in channels)


async def test_slow_answers_do_not_slow_the_sending(stage: Stage) -> None:
    circle = await stage.make_circle()
    channels = more_channels(stage, 60)
    held = stage.sandbox.faults.hold(method="POST", path=SENDING, times=60)
    await notices(stage, circle, channels)
    async with asyncio.timeout(15):
        await held.has_struck(60)  # all under way at once, and none answered yet
    held.release()
    await stage.settle()
    assert await waiting(stage) == []
