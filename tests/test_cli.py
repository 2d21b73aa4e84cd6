"""The command line, as a process of its own: what people see when something is missing or wrong."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import settings_table
from sandbox.seed import seed
from sandbox.server import Sandbox


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {
        "TOWARDS_DATABASE": str(folder / "data" / "towards.db"),
        "TOWARDS_KEY_FILE": str(folder / "data" / "towards.keys"),
        "TOWARDS_LOG_LEVEL": "WARNING",
        **more,
    }


def towards(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=60,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """Exit code 2, one line for a person, no traceback; gives the line."""
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert result.stderr.startswith("towards: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_run_without_a_token_says_which_setting_is_missing(tmp_path: Path) -> None:
    assert "DISCORD_TOKEN is missing" in one_line(towards("run", folder=tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_API_URL", "discord.example"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example"),
        ("TOWARDS_LOG_LEVEL", "LOUD"),
        ("TOWARDS_TICK_SECONDS", "0"),
        ("TOWARDS_SENDS_PER_SECOND", "many"),
        ("TOWARDS_SANDBOX_PORT", "99999"),
        ("TOWARDS_CONTENT", "no/such/folder"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    result = towards("check", folder=tmp_path, **{name: value})
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert (name in result.stderr) or (value in result.stderr)


def test_an_unreachable_discord_is_one_line(tmp_path: Path) -> None:
    result = towards(
        "run", folder=tmp_path, DISCORD_TOKEN="abc", DISCORD_API_URL="http://127.0.0.1:9/api/v10"
    )
    assert "can't be reached" in one_line(result)


def test_check_changes_nothing_and_migrate_makes_the_database(tmp_path: Path) -> None:
    assert towards("check", folder=tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []
    first = towards("migrate", folder=tmp_path)
    assert first.returncode == 0
    assert "applied 0001 circles" in first.stdout
    assert "nothing to do" in towards("migrate", folder=tmp_path).stdout
    assert "up to date" in towards("check", folder=tmp_path).stdout


def test_settings_are_read_from_a_dotenv_file_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOWARDS_TICK_SECONDS=0\n")
    assert towards("check", folder=tmp_path).returncode == 2
    assert towards("check", folder=tmp_path, TOWARDS_TICK_SECONDS="5").returncode == 0


@pytest.mark.parametrize("command", ["run", "sandbox", "check", "migrate", "health"])
def test_help_of_each_command_tells_every_setting(tmp_path: Path, command: str) -> None:
    result = towards(command, "--help", folder=tmp_path)
    assert result.returncode == 0
    assert all(name in result.stdout for name, _, _ in settings_table())


async def test_run_connects_is_well_and_ends_on_sigterm(tmp_path: Path) -> None:
    sandbox = Sandbox()
    seed(sandbox.world, token="abc")
    async with sandbox:
        more = {
            "DISCORD_TOKEN": "abc",
            "DISCORD_API_URL": sandbox.api_url,
            "DISCORD_GATEWAY_URL": sandbox.gateway_url,
            "TOWARDS_GUILD_READY_TIMEOUT": "0.1",
            "TOWARDS_LOG_LEVEL": "INFO",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=tmp_path,
            env=environment(tmp_path, **more),
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        seen = b""
        async with asyncio.timeout(30):
            while b"connected" not in seen or b"looking after" not in seen:
                seen += await process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        rest = await asyncio.wait_for(process.stderr.read(), 30)
        assert await process.wait() == 0
        assert b"Traceback" not in seen + rest
        assert b"abc" not in seen + rest


async def test_a_refused_token_is_one_line(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        more = {
            "DISCORD_TOKEN": "abc",
            "DISCORD_API_URL": sandbox.api_url,
            "DISCORD_GATEWAY_URL": sandbox.gateway_url,
        }
        result = await asyncio.to_thread(towards, "run", folder=tmp_path, **more)
    assert result.returncode == 2
    assert "DISCORD_TOKEN was refused" in result.stderr
    assert "Traceback" not in result.stderr


def test_health_of_a_bot_that_never_ran_is_told(tmp_path: Path) -> None:
    assert "no database" in one_line(towards("health", folder=tmp_path))
    towards("migrate", folder=tmp_path)
    silent = towards("health", folder=tmp_path)
    assert (silent.returncode, silent.stdout.strip()) == (1, "not connected within the last two minutes")


def test_a_missing_key_file_over_old_data_ends_the_start(tmp_path: Path) -> None:
    sandbox_less = {"DISCORD_TOKEN": "abc", "DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}
    towards("run", folder=tmp_path, **sandbox_less)  # makes database and key file, then can't reach Discord
    key_file = tmp_path / "data" / "towards.keys"
    assert key_file.stat().st_mode & 0o777 == 0o600
    key_file.unlink()
    for command in ("run", "check"):
        assert "is missing, and this database was used with one" in one_line(
            towards(command, folder=tmp_path, **sandbox_less)
        )
    assert not key_file.exists()


async def test_another_applications_token_over_the_same_database_is_refused(tmp_path: Path) -> None:
    for run in (1, 2):
        sandbox = Sandbox()
        seed(sandbox.world, token=f"token-{run}")
        async with sandbox:
            more = {
                "DISCORD_TOKEN": f"token-{run}",
                "DISCORD_API_URL": sandbox.api_url,
                "DISCORD_GATEWAY_URL": sandbox.gateway_url,
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=tmp_path,
                env=environment(tmp_path, TOWARDS_LOG_LEVEL="INFO", **more),
                stderr=asyncio.subprocess.PIPE,
            )
            assert process.stderr is not None
            if run == 1:
                async with asyncio.timeout(30):
                    while b"Session ID" not in await process.stderr.readline():
                        pass
                process.send_signal(signal.SIGTERM)
            told = await asyncio.wait_for(process.stderr.read(), 30)
            assert await process.wait() == (0 if run == 1 else 2)
    assert b"belongs to another Discord application" in told
    assert b"Traceback" not in told
