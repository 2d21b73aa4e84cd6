"""make test-kills: real bot processes are killed at random instants, amid all other trouble there is.

    python -m tests.e2e.kills [--kills 200] [--seed N]

Day after day six circles have a check-in and a prompt due at the same minute, while those of the days before
come to their end. Nobody harms the first two days. From then on one process after the other is killed
(SIGKILL) at a random instant of its life, some of them two at a time on one database, some with a clock that
stepped back, with lost answers, 5xx, resets and slow requests of Discord and gateway drops in between; then
one is let come to its end. What stands on Discord and in the database after each day must be what a bot that
was never harmed leaves: each occurrence posted once, none twice, none lost or skipped.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sandbox.models import MessageType
from tests.e2e.trial import Group, Trial, trial

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The same instant everywhere, 12:00 UTC; zones whose clocks do not change.
GROUPS = tuple(
    Group(zone, at, EVERY_DAY)
    for zone, at in (
        ("UTC", "12:00"),
        ("Asia/Kolkata", "17:30"),
        ("America/Phoenix", "05:00"),
        ("Africa/Lagos", "13:00"),
        ("Asia/Tokyo", "21:00"),
        ("Asia/Kathmandu", "17:45"),
    )
)
FIRST_DUE = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
SENDS_PER_SECOND = 100  # so that sending is the longest part of a process's life
KILLS_A_DAY = 8
MESSAGES, THREADS = r"/channels/\d+/messages$", r"/messages/\d+/threads$"


@dataclass
class Tally:
    kills: int = 0
    amid_work: int = 0  # kills that left something undecided or unsent
    days: int = 0
    occurrences: int = 0
    life: float = 0.0  # seconds that a process takes for a day, unharmed, on this machine
    late: bool = False  # requests of the processes killed last may yet take effect
    trouble: Counter[str] = field(default_factory=Counter)


async def endure(folder: Path, *, seed: str, kills: int) -> Tally:
    """Kill at least so many processes; AssertionError where not everything was posted exactly once."""
    tally = Tally()
    async with trial(folder, FIRST_DUE - timedelta(days=1), *GROUPS) as world:
        world.sends_per_second = SENDS_PER_SECOND
        watch = Watch(world)
        for _ in range(2):  # in the first, all that processes are forked from is loaded
            started = time.monotonic()
            await _day(world, tally, seed, kills=0)
            tally.life = time.monotonic() - started
        watch.check(tally)
        while tally.kills < kills:
            await _day(world, tally, seed, kills)
            watch.check(tally)
    return tally


async def _day(world: Trial, tally: Tally, seed: str, kills: int) -> None:
    moment = FIRST_DUE + timedelta(days=tally.days, seconds=20)
    for attempt in range(KILLS_A_DAY):
        if tally.kills >= kills:
            break
        # What is drawn does not depend on how the attempts before it ended.
        await _attempt(world, tally, Random(f"{seed} {tally.days} {attempt}"), moment)
        moment += timedelta(seconds=45)  # longer than a dead process's lease
    world.sandbox.faults.clear()
    await world.run(moment)
    tally.days += 1


async def _attempt(world: Trial, tally: Tally, chance: Random, moment: datetime) -> None:
    late = tally.late
    faults = _set_faults(world, chance)
    tally.trouble.update(faults)
    tally.late = bool({"slow", "held"} & set(faults))
    if chance.random() < 0.3 and not late:
        # Discord remembers a nonce for minutes; after a longer time only a look into the channel helps.
        world.sandbox.world.nonces.clear()
        tally.trouble["nonces forgotten"] += 1
    if chance.random() < 0.15:
        moment -= timedelta(minutes=chance.uniform(1, 30))
        tally.trouble["clock stepped back"] += 1
    two = chance.random() < 0.2
    tally.trouble["two at a time"] += two
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(world.process(moment)) for _ in range(1 + two)]
        drop = chance.random() < 0.2
        for process in processes:
            await asyncio.sleep(chance.uniform(0.2, 1) * tally.life)
            if drop:
                drop = False
                world.sandbox.gateway.drop()
                tally.trouble["gateway dropped"] += 1
                await asyncio.sleep(chance.uniform(0, 0.2))
            if await process.killed():
                tally.kills += 1
                tally.amid_work += _is_work_left(world, tally)


def _is_work_left(world: Trial, tally: Tally) -> bool:
    [(decided,)] = world.asked("SELECT count(*) FROM occurrences")
    return decided != 2 * len(GROUPS) * (tally.days + 1) or bool(world.asked("SELECT seq FROM outbox"))


def _set_faults(world: Trial, chance: Random) -> list[str]:
    """What is wrong with Discord this time."""
    faults = world.sandbox.faults
    faults.clear()  # which lets the requests of dead processes take effect now
    said: list[str] = []
    for _ in range(chance.choice((0, 1, 1, 2))):
        where: dict[str, Any] = {
            "method": "POST",
            "path": chance.choice((MESSAGES, THREADS)),
            "times": chance.randint(1, 3),
        }
        stored = chance.random() < 0.5
        match chance.choice(("lost answer", "5xx", "reset", "slow", "held")):
            case "lost answer" as name:
                faults.lose_answer(**where)
            case "5xx" as name:
                faults.status(chance.choice((500, 502, 503)), takes_effect=stored, **where)
            case "reset" as name:
                faults.reset(takes_effect=stored, **where)
            case "slow" as name:
                faults.slow(chance.uniform(0.05, 0.4), **where)
            case name:
                faults.hold(takes_effect=stored, **where)
        said.append(name)
    return said


class Watch:
    """Notes what is posted when it is posted: a card that has closed no longer tells what it was."""

    def __init__(self, world: Trial) -> None:
        self._world = world
        self._posted: Counter[str] = Counter()  # by the id of the check-in or the prompt's round
        self._others = 0
        world.sandbox.world.subscribe(self._hear)

    def _hear(self, event: Any) -> None:
        message = event.message
        if event.name != "MESSAGE_CREATE" or message.type is not MessageType.DEFAULT:
            return
        if message.author.bot:
            found = [id.split(":")[2] for id in _custom_ids(message.components) if id.startswith(INVITING)]
            self._posted.update(found)
            self._others += not found

    def check(self, tally: Tally) -> None:
        """After a day: each occurrence so far was posted once, and all is as if nobody had been harmed."""
        world = self._world
        slots = Counter(world.asked("SELECT schedule_id, slot FROM occurrences"))
        first = FIRST_DUE.date()
        days = {f"{first + timedelta(days=n)}" for n in range(tally.days)}
        assert len(slots) == 2 * len(GROUPS) * tally.days, "as many occurrences as there were"
        assert {str(slot)[:10] for _, slot in slots} == days
        assert world.asked("SELECT * FROM occurrences WHERE state = 'skipped'") == []
        assert world.asked("SELECT kind, action, state FROM outbox") == [], "nothing is left to send"

        cards = world.asked(
            """
            SELECT c.id, c.message_id FROM checkins c JOIN occurrences o ON o.id = c.occurrence_id
            UNION ALL
            SELECT r.id, r.message_id FROM prompt_rounds r JOIN occurrences o ON o.id = r.occurrence_id
            """
        )
        assert len(cards) == len(slots), "one check-in or prompt for each occurrence"
        assert self._posted == Counter(str(id) for id, _ in cards), "each posted once, and nothing else"
        assert self._others == 0, "no notice and no card that nobody knows"
        standing = world.sandbox.world.channels
        known = {message.id for channel in standing.values() for message in channel.messages.values()}
        assert {message_id for _, message_id in cards} <= known, "where each stands is known"
        threads = world.asked("SELECT message_id, thread_id FROM prompt_rounds")
        assert all(message == thread for message, thread in threads), "each prompt knows its thread"
        assert {thread for _, thread in threads} == set(world.seeded.guild.threads)
        tally.occurrences = len(slots)


INVITING = ("checkin:open:", "prompt:answer:")


def _custom_ids(components: list[Any]) -> Iterator[str]:
    for component in components:
        if "custom_id" in component:
            yield component["custom_id"]
        yield from _custom_ids(component.get("components", []))


def tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 # it is a command, and this is what it is run for


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-kills")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", default=secrets.token_hex(4), help="to draw the same troubles again")
    options = parser.parse_args()
    tell(f"seed {options.seed}: at least {options.kills} kills in {WORLDS} worlds")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="towards-kills-") as folder:
        tallies = asyncio.run(_in_worlds(Path(folder), options.seed, options.kills))
    total, trouble = Counter[str](), Counter[str]()
    for tally in tallies:
        total.update(kills=tally.kills, work=tally.amid_work, days=tally.days, occurrences=tally.occurrences)
        trouble.update(tally.trouble)
    amid = ", ".join(f"{name} {count}" for name, count in sorted(trouble.items()) if count)
    tell(
        f"{total['kills']} processes killed on {total['days']} days, {total['work']} of them before their work "
        f"was done; amid: {amid}"
    )
    tell(
        f"{total['occurrences']} occurrences were due, and each was posted exactly once "
        f"({time.monotonic() - started:.0f} s)"
    )
    return 0


WORLDS = 2  # beside each other, as there are cores


async def _in_worlds(folder: Path, seed: str, kills: int) -> list[Tally]:
    async with asyncio.TaskGroup() as group:
        worlds = [
            group.create_task(endure(folder / f"{n}", seed=f"{seed}-{n}", kills=-(-kills // WORLDS)))
            for n in range(WORLDS)
        ]
    return [world.result() for world in worlds]


if __name__ == "__main__":
    sys.exit(main())
