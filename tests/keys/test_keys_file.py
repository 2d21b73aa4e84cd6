"""The key file on the disk: made once, for its owner, whole at every instant, never anew over old data."""

from __future__ import annotations

import base64
import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.errors import StartError
from bot.keys import KeyFile, Keys, Ring, open_keys
from bot.keys import file as file_module

TODAY = date(2026, 3, 2)
ROOT = b"r" * 32
VERSION_1 = json.dumps({"version": 1, "root": base64.b64encode(ROOT).decode()})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "towards.keys"


def opened(path: Path, today: date = TODAY, expected_id: str | None = None) -> Keys:
    return open_keys(path, expected_id=expected_id, today=today)


def ring(path: Path) -> Ring:
    found = KeyFile(path).read()
    assert found is not None
    return found


def written(path: Path, content: str, mode: int = 0o600) -> None:
    path.write_text(content)
    path.chmod(mode)


def test_it_is_made_once_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "towards.keys"
    made = opened(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = opened(path, expected_id=made.id)
    assert again.tag("x", 1) == made.tag("x", 1)
    assert again.link(1, "x", 1) == made.link(1, "x", 1)
    assert os.listdir(path.parent) == ["towards.keys"]


def test_none_is_made_for_a_database_that_had_one(path: Path) -> None:
    with pytest.raises(StartError, match="missing"):
        opened(path, expected_id="0123456789abcdef")
    assert not path.exists()


def test_that_of_another_database_is_refused(path: Path) -> None:
    opened(path)
    before = path.read_bytes()
    with pytest.raises(StartError, match="does not belong"):
        opened(path, today=TODAY + timedelta(days=40), expected_id="0123456789abcdef")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no json",
        "{}",
        '{"version": 1, "root": "%%%"}',
        '{"version": 1, "root": "c2hvcnQ="}',
        "[]",
        '{"version": 3}',
        VERSION_1.replace("1,", '2, "periods": [],'),
    ],
)
def test_what_is_no_key_file_is_refused_and_left_alone(path: Path, content: str) -> None:
    written(path, content)
    with pytest.raises(StartError, match="can't be read as one"):
        opened(path)
    assert path.read_text() == content


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_one_that_others_can_get_at_is_refused_with_the_remedy(path: Path, mode: int) -> None:
    written(path, VERSION_1, mode)
    with pytest.raises(StartError, match=f"mode {mode:04o}.*chmod 600 {path}"):
        opened(path)
    assert path.read_text() == VERSION_1
    path.chmod(0o600)
    opened(path)


def test_a_folder_in_its_place_is_one_clear_line(path: Path) -> None:
    path.mkdir(mode=0o700)
    with pytest.raises(StartError, match="can't be read or rewritten"):
        opened(path)


def test_a_file_in_the_place_of_its_folder_is_one_clear_line(path: Path) -> None:
    path.write_text("")
    with pytest.raises(StartError, match="can't be read or rewritten"):
        opened(path / "towards.keys")


def test_reading_alone_changes_nothing(path: Path) -> None:
    written(path, VERSION_1)
    assert KeyFile(path).read() == Ring(ROOT)
    assert path.read_text() == VERSION_1


def test_a_version_1_file_is_upgraded_in_place_and_goes_on_opening_what_it_sealed(path: Path) -> None:
    old = Keys(Ring(ROOT))
    sealed, receipt = old.seal("share", "a story", bound_to="row"), old.tag("receipt", "secret")
    written(path, VERSION_1)
    keys = opened(path, expected_id=old.id)
    assert json.loads(path.read_text())["version"] == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.unseal("share", sealed, bound_to="row") == "a story"
    assert keys.tag("receipt", "secret") == receipt
    assert keys.living == (1,)


def test_a_symbolic_link_to_it_stays_one(path: Path, tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    path.symlink_to(tmp_path / "vault" / "real.keys")
    opened(path)
    opened(path, TODAY + timedelta(days=30))
    assert path.is_symlink()
    assert ring(tmp_path / "vault" / "real.keys").living[0].number == 2


@pytest.mark.anonymity
def test_a_destroyed_key_is_in_no_file_of_the_folder_and_the_old_bytes_are_overwritten(path: Path) -> None:
    opened(path)
    key = ring(path).periods[0].key
    assert key is not None
    old = path.open("rb")  # the old file's bytes, wherever they stand on the disk
    with old:
        KeyFile(path).change(lambda ring: ring.burnt([1], TODAY))
        assert set(old.read()) == {0}
    assert ring(path).periods[0].key is None
    assert all(base64.b64encode(key) not in each.read_bytes() for each in path.parent.iterdir())


def test_what_a_crash_left_beside_it_goes_with_the_next_change(path: Path) -> None:
    opened(path)
    left = path.with_name("towards.keys.new")
    left.write_bytes(path.read_bytes())
    opened(path, TODAY + timedelta(days=30))
    assert not left.exists()


# A running bot


def test_a_running_bot_takes_over_what_was_done_to_the_file(path: Path) -> None:
    keys = opened(path)
    link = keys.link(1, "voice", 1)
    KeyFile(path).change(lambda ring: ring.burnt([1], TODAY))
    keys.turn(TODAY)
    assert keys.living == (2,)
    assert keys.link(1, "voice", 1) != link


def test_a_bot_that_turns_its_keys_over_never_brings_back_what_was_destroyed_meanwhile(path: Path) -> None:
    keys = opened(path)
    KeyFile(path).change(lambda ring: ring.burnt([1], TODAY))
    keys.turn(TODAY + timedelta(days=30))
    assert [period.number for period in ring(path).living] == [3, 2]


@pytest.mark.parametrize(
    "spoil",
    [
        Path.unlink,
        lambda path: path.write_text("spoilt"),
        lambda path: path.chmod(0o644),
        lambda path: written(path, json.dumps({"version": 1, "root": base64.b64encode(b"o" * 32).decode()})),
    ],
    ids=["missing", "spoilt", "open to others", "another database's"],
)
def test_a_running_bot_whose_key_file_is_spoilt_goes_on_with_the_keys_it_has_and_says_so_once(
    path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], Any]
) -> None:
    keys = opened(path)
    link = keys.link(1, "voice", 1)
    whole = path.read_bytes()
    spoil(path)
    for _ in range(3):
        keys.turn(TODAY + timedelta(days=30))
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert keys.link(1, "voice", 1) == link
    path.write_bytes(whole)
    path.chmod(0o600)
    keys.turn(TODAY + timedelta(days=30))
    assert keys.living == (2, 1)


# Crashes, and two at once


def in_a_process(work: Callable[[], object]) -> int:
    """Its process id; it ends with 0 where the work was done."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Whether a process that does the work is killed at so many lines of bot/keys/file.py."""
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != file_module.__file__:
            return None
        if event == "line":
            lines += 1
            if lines == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    def traced() -> None:
        sys.settrace(trace)
        work()

    status = os.waitpid(in_a_process(traced), 0)[1]
    assert status == 0 or os.WIFSIGNALED(status)
    return status != 0


def test_killed_between_any_two_steps_of_a_rewrite_it_is_whole_and_the_old_or_the_new(path: Path) -> None:
    written(path, VERSION_1)
    before = KeyFile(path).read()
    seen = set()
    line = 0
    while killed_at(line := line + 1, lambda: opened(path, expected_id=Ring(ROOT).id)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        found = ring(path)
        seen.add(len(found.periods))
        assert found.root == ROOT
        assert opened(path, expected_id=Ring(ROOT).id).living == (1,)
        assert os.listdir(path.parent) == ["towards.keys"], "the next start tidies up"
        written(path, VERSION_1)
    assert line > 50
    assert seen == {0, 1}, "it was killed before and after the file was replaced"
    assert before == Ring(ROOT)


def test_killed_while_the_first_one_is_made_there_is_a_whole_one_or_none(path: Path) -> None:
    line = 0
    while killed_at(line := line + 1, lambda: opened(path)):
        if path.exists():
            assert opened(path).living == (1,)
        for each in path.parent.iterdir():
            each.unlink()
    assert line > 30


def test_processes_that_start_at_once_end_up_with_the_same_keys(path: Path) -> None:
    told = path.with_name("told")
    told.mkdir()

    def start(number: int) -> None:
        (told / str(number)).write_text(opened(path).link(1, "x", 1))

    children = [in_a_process(partial(start, number)) for number in range(8)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    assert {each.read_text() for each in told.iterdir()} == {opened(path).link(1, "x", 1)}


def test_many_that_change_it_at_once_lose_no_change(path: Path) -> None:
    opened(path)

    def rotate() -> None:
        for _ in range(5):
            KeyFile(path).change(lambda ring: ring.rotated(TODAY))

    children = [in_a_process(rotate) for _ in range(6)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    assert len(ring(path).periods) == 31


def test_all_that_a_ring_holds_comes_back_from_the_file(path: Path) -> None:
    whole = replace(Ring(ROOT).turned(TODAY).rotated(TODAY).burnt([1], TODAY), link_days=7)
    KeyFile(path).make(whole)
    assert ring(path) == whole
