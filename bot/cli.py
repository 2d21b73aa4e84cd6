"""The `towards` command. Whatever keeps it from starting is one clear line and exit code 2."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import discord
import dotenv

from bot import content, health, lint, logs
from bot.app import KEY_FILE, App
from bot.care import commands as care_commands
from bot.care import screening
from bot.client import TowardsBot, use_addresses
from bot.clock import ShiftedClock
from bot.config import Settings, settings_table
from bot.db import Database, facts
from bot.db.migrate import migrate, pending
from bot.errors import StartError
from bot.keys import KeyFile, read_keys
from bot.keys import commands as keys_commands
from bot.prompts import library

log = logging.getLogger(__name__)

RESTART_SECONDS = (1, 5, 15, 60)
CLOCK_STEP = timedelta(minutes=20)
SETTLE_SECONDS = 30
ADVANCED_ENOUGH = timedelta(minutes=10)  # connected this long, a further failure starts the waits anew


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        environment = {**dotenv.dotenv_values(".env"), **os.environ}
        settings = Settings.read({name: value or "" for name, value in environment.items()})
        logs.configure(settings.log_level)
        return int(options.do(settings, options) or 0)
    except StartError as error:
        print(f"towards: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="towards",
        description="A Discord bot that helps people hold a peer support group.",
        epilog="`towards COMMAND --help` tells all of a command, and every setting.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, do, summary, more, add_arguments in _COMMANDS:
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}. {more}",
            epilog=_settings_help(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(do=do)
        if add_arguments is not None:
            add_arguments(command)
    return parser


def _settings_help() -> str:
    lines = ["settings (from the environment, or a file named .env):"]
    for name, default, summary in settings_table():
        lines += [f"  {name}", f"      {summary}", f"      Default: {default or 'none'}"]
    return "\n".join(lines)


def _run(settings: Settings, _: argparse.Namespace) -> None:
    settings.require_token()
    _until_stopped(_keep_running(settings))


async def _keep_running(settings: Settings) -> None:
    """Run the bot; a failure of the connection's own code (a payload it can't read) starts it anew."""
    use_addresses(settings.api_url, settings.gateway_url)
    async with App.open(settings) as app:
        failures = 0
        while True:
            started = app.clock.now()
            try:
                async with TowardsBot(app) as bot:
                    await bot.start(settings.require_token())
                return
            except StartError:
                raise
            except discord.LoginFailure:
                raise StartError(
                    "DISCORD_TOKEN was refused by Discord. It may be mistyped, or was reset: "
                    "README.md tells where to get it."
                ) from None
            except (aiohttp.ClientError, OSError) as error:
                if failures == 0 and not bot.connected.is_set():
                    raise StartError(
                        f"Discord can't be reached at {settings.api_url} ({logs.describe(error)}). "
                        "Is the network up, and DISCORD_API_URL right?"
                    ) from None
                log.exception("the connection failed")
            except Exception:
                log.exception("the Discord client ended unexpectedly")
            failures = 0 if app.clock.now() - started > ADVANCED_ENOUGH else failures + 1
            await asyncio.sleep(RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)])


def _sandbox(settings: Settings, _: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="towards-sandbox-") as folder:
        _until_stopped(_play(settings, Path(folder)))


async def _play(settings: Settings, folder: Path) -> None:
    from sandbox.page import add_page
    from sandbox.seed import seed
    from sandbox.server import Sandbox
    from sandbox.world import World

    clock = ShiftedClock()
    sandbox = Sandbox(port=settings.sandbox_port, world=World(clock.now))
    seeded = seed(sandbox.world, token=secrets.token_hex(8))
    async with contextlib.AsyncExitStack() as stack:
        mover = _ClockMover(clock)
        add_page(sandbox, seeded, clock=mover)
        try:
            await stack.enter_async_context(sandbox)
        except OSError:
            raise StartError(
                f"Port {settings.sandbox_port} on 127.0.0.1 is taken: set TOWARDS_SANDBOX_PORT to another, "
                "or to 0 for any."
            ) from None
        settings = replace(
            settings,
            token=seeded.token,
            api_url=sandbox.api_url,
            gateway_url=sandbox.gateway_url,
            database=folder / "towards.db",
            key_file=folder / "towards.keys",
            tick_seconds=1,
            guild_ready_timeout=0.1,
        )
        use_addresses(settings.api_url, settings.gateway_url)
        app = mover.app = await stack.enter_async_context(App.open(settings, clock))
        bot = await stack.enter_async_context(TowardsBot(app))
        running = asyncio.create_task(bot.start(settings.token))
        stack.callback(running.cancel)
        await asyncio.wait(
            [running, asyncio.create_task(bot.connected.wait())], return_when=asyncio.FIRST_COMPLETED
        )
        print(content.load(settings.content).text("sandbox.welcome", url=sandbox.url), flush=True)
        await running


class _ClockMover:
    """Lets the sandbox's page move the bot's clock and see at once what came due."""

    def __init__(self, clock: ShiftedClock) -> None:
        self._clock = clock
        self.app: App | None = None

    def now(self) -> datetime:
        return self._clock.now()

    async def advance(self, by: timedelta) -> None:
        # In steps, as time passes: a leap over a check-in's hour would make it a missed one.
        while by > timedelta(0):
            step = min(by, CLOCK_STEP)
            self._clock.advance(step)
            by -= step
            if self.app is not None:
                await self.app.tick()
                async with asyncio.timeout(SETTLE_SECONDS):
                    await self.app.outbox.settle()


def _check(settings: Settings, _: argparse.Namespace) -> None:
    words = content.load(settings.content)
    for locale in words.locales:
        library.load(settings.content, locale)
    screening.check(settings.content)
    waiting = pending(settings.database)
    read_keys(KeyFile(settings.key_file), expected_id=_expected_key_file(settings))
    print(f"settings  fine{'' if settings.token else ' (DISCORD_TOKEN is not set; `towards run` needs it)'}")
    print(f"content   fine ({', '.join(words.locales)})")
    print(f"database  fine ({f'{len(waiting)} migrations to apply' if waiting else 'up to date'})")


def _expected_key_file(settings: Settings) -> str | None:
    """The id of the key file that the database was used with, if there is a database that was."""
    if not settings.database.exists() or pending(settings.database):
        return None

    async def recall() -> str | None:
        async with Database.open(settings.database) as db:
            return await facts.recall(db, KEY_FILE)

    return asyncio.run(recall())


def _keys(settings: Settings, options: argparse.Namespace) -> None:
    work = keys_commands.work(
        KeyFile(settings.key_file),
        options,
        expected_id=_expected_key_file(settings),
        today=datetime.now(UTC).date(),
        ask=input,
    )
    for line in work:
        print(line, flush=True)


def _content(settings: Settings, _: argparse.Namespace) -> int:
    found = lint.faults(settings.content, today=datetime.now(UTC).date())
    for fault in found:
        print(fault)
    print(f"{len(found)} to mend" if found else "content   fine")
    return 1 if found else 0


def _add_lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("work", choices=["lint"], help="say what breaks the rules for content, line by line")


def _care(settings: Settings, options: argparse.Namespace) -> int:
    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    return care_commands.work(
        settings.content,
        options,
        lines,
        say=lambda line: print(line, flush=True),
        complain=lambda line: print(f"towards: {line}", file=sys.stderr, flush=True),
    )


def _migrate(settings: Settings, _: argparse.Namespace) -> None:
    applied = migrate(settings.database)
    for step in applied:
        print(f"applied {step.number:04} {step.name}")
    if not applied:
        print("nothing to do: the database is up to date")


def _health(settings: Settings, _: argparse.Namespace) -> int:
    return asyncio.run(_is_well(settings))


async def _is_well(settings: Settings) -> int:
    if not settings.database.exists():
        raise StartError(f"There is no database at {settings.database} yet.")
    async with Database.open(settings.database) as db:
        state = await health.state(db, now=datetime.now(UTC))
    print(state)
    return 0 if state is health.State.WELL else 1


def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends, or SIGTERM or Ctrl-C asks it to: then it is cancelled and cleans up."""

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        try:
            await work
        except asyncio.CancelledError:
            log.info("stopped")

    asyncio.run(main())


_Command = tuple[
    str,
    Callable[[Settings, argparse.Namespace], int | None],
    str,
    str,
    Callable[[argparse.ArgumentParser], None] | None,
]
"""Its name, what does it, a line of help, a sentence more, and what adds arguments of its own."""

_COMMANDS: tuple[_Command, ...] = (
    (
        "run",
        _run,
        "run the bot on Discord",
        "Migrates the database first. Ctrl-C or SIGTERM ends it, losing nothing.",
        None,
    ),
    (
        "sandbox",
        _sandbox,
        "try everything on this machine: a Discord server on 127.0.0.1 and the real bot in it",
        "Needs no account and no token. All of it is gone when it ends.",
        None,
    ),
    (
        "check",
        _check,
        "check settings, content, database and key file, without logging in",
        "Changes nothing. Exit code 0 if all is fine, 2 with the reason if not.",
        None,
    ),
    (
        "migrate",
        _migrate,
        "bring the database to this version's schema",
        "`towards run` does the same when it starts.",
        None,
    ),
    (
        "health",
        _health,
        "tell whether a running bot is well (for containers)",
        "Exit code 0 if the bot on this database was connected within the last two minutes, else 1.",
        None,
    ),
    (
        "content",
        _content,
        "hold words, prompts and help lines against the rules they are written by",
        "Exit code 0 if nothing is to mend, else 1.",
        _add_lint,
    ),
    (
        "keys",
        _keys,
        "look after the key file: what joins people to what they shared, and for how long",
        "A running bot takes over what is changed here within seconds (TOWARDS_TICK_SECONDS).",
        keys_commands.add_to,
    ),
    (
        "care",
        _care,
        "judge the screening for danger on messages of your own",
        "Nothing leaves this machine, and nothing is kept.",
        care_commands.add_to,
    ),
)
