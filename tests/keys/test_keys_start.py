"""The command line and the key file, as a process of its own: one clear line, exit code 2, nothing changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOWHERE = "http://127.0.0.1:9/api/v10"


def begin(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=kept
        | {
            "DISCORD_TOKEN": "abc",
            "DISCORD_API_URL": NOWHERE,
            "TOWARDS_DATABASE": str(folder / "towards.db"),
            "TOWARDS_KEY_FILE": str(folder / "towards.keys"),
            "TOWARDS_LOG_LEVEL": "WARNING",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def towards(folder: Path, *arguments: str) -> tuple[int, str, str]:
    with begin(folder, *arguments) as process:
        out, error = process.communicate(timeout=60)
        return process.returncode, out, error


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A folder with a database and its key file, as a run that could not reach Discord leaves them."""
    assert "can't be reached" in towards(tmp_path, "run")[2]
    return tmp_path


MISSING = "is missing, and this database was used with one"
OPEN = "mode 0644). Nothing was changed. If none of them has read it: chmod 600"
FOREIGN = "does not belong to this database"


@pytest.mark.parametrize(
    ("command", "fault", "said"),
    [
        ("run", "missing", MISSING),
        ("run", "open", OPEN),
        ("run", "damaged", "can't be read as one"),
        ("run", "foreign", FOREIGN),
        ("check", "foreign", FOREIGN),
        ("keys status", "open", OPEN),
        ("keys burn --all-links", "missing", MISSING),
    ],
)
def test_a_key_file_that_is_not_as_it_should_be_ends_every_command(
    used: Path, command: str, fault: str, said: str
) -> None:
    path = used / "towards.keys"
    if fault == "missing":
        path.unlink()
    elif fault == "open":
        path.chmod(0o644)
    elif fault == "damaged":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        (used / "other").mkdir()
        towards(used / "other", "run")
        os.replace(used / "other" / "towards.keys", path)
    before = path.read_bytes() if path.exists() else None

    code, out, error = towards(used, *command.split())
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("towards: The key file ")
    assert said in error
    assert (path.read_bytes() if path.exists() else None) == before


def test_burning_with_nobody_to_ask_says_what_it_would_cost_and_changes_nothing(used: Path) -> None:
    before = (used / "towards.keys").read_bytes()
    code, out, error = towards(used, "keys", "burn", "--all-links")
    assert (code, error) == (2, "towards: Nothing was changed.\n")
    assert "the receipt works" in out
    assert (used / "towards.keys").read_bytes() == before


def test_two_that_start_at_once_on_an_empty_folder_share_one_key_file(tmp_path: Path) -> None:
    starting = [begin(tmp_path, "run") for _ in range(2)]
    for process in starting:
        with process:
            assert "can't be reached" in process.communicate(timeout=60)[1]
    code, _, error = towards(tmp_path, "check")
    assert (code, error) == (0, "")
    assert towards(tmp_path, "keys", "status")[1].count("period ") == 1
