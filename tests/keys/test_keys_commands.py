"""`towards keys`: what it shows, what it asks, and that it shows no key."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.errors import StartError
from bot.keys import KeyFile, Ring, commands, open_keys

TODAY = date(2026, 3, 2)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    path = tmp_path / "towards.keys"
    open_keys(path, expected_id=None, today=TODAY)
    return KeyFile(path)


def never(question: str) -> str:
    raise AssertionError(f"asked: {question}")


def keys(
    file: KeyFile,
    *arguments: str,
    today: date = TODAY,
    ask: Callable[[str], str] = never,
    expected_id: str | None = None,
) -> str:
    parser = argparse.ArgumentParser()
    commands.add_to(parser)
    options = parser.parse_args(arguments)
    return "\n".join(commands.work(file, options, expected_id=expected_id, today=today, ask=ask))


def living(file: KeyFile) -> list[int]:
    ring = file.read()
    assert ring is not None
    return [period.number for period in ring.living]


def test_status_tells_each_period_and_when_its_key_goes_and_shows_no_key(file: KeyFile) -> None:
    keys(file, "rotate", today=TODAY + timedelta(days=10))
    keys(file, "burn", "--period", "1", "--yes", today=TODAY + timedelta(days=11))
    told = keys(file, "status")
    assert "mode 0600" in told
    assert "period 1  2026-03-02 to 2026-03-12; destroyed on 2026-03-13" in told
    assert "period 2  2026-03-12 to 2026-04-11 (now); to be destroyed by 2026-06-10" in told
    ring = file.read()
    assert ring is not None
    for key in (ring.root, *(period.key for period in ring.living)):
        assert key is not None
        assert key.hex() not in told
        assert base64.b64encode(key).decode() not in told
    assert ring.id not in told, "the fingerprint is a part of it"


def test_status_of_a_file_from_before_there_were_periods_changes_nothing(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "towards.keys")
    root = base64.b64encode(b"r" * 32).decode()
    file.path.write_text(f'{{"version": 1, "root": "{root}"}}')
    file.path.chmod(0o600)
    before = file.path.read_bytes()
    assert "begins the first period" in keys(file, "status")
    with pytest.raises(StartError, match="brings all links into the first"):
        keys(file, "burn", "--all-links", "--yes")
    assert file.path.read_bytes() == before


def test_rotate_begins_a_period_and_destroys_nothing(file: KeyFile) -> None:
    assert "Period 2 begins today" in keys(file, "rotate")
    assert living(file) == [2, 1]


def test_fewer_days_for_links_are_kept_and_asked_about_where_they_destroy_keys_at_once(file: KeyFile) -> None:
    assert "10 days after its period's" in keys(file, "rotate", "--link-days", "10")
    with pytest.raises(StartError, match="Nothing was changed"):
        keys(file, "rotate", "--link-days", "0", ask=lambda _: "yes")
    assert living(file) == [2, 1]
    told = keys(file, "rotate", "--link-days", "0", ask=lambda _: " burn ")
    assert "Destroys the keys of period 1, 2." in told
    assert living(file) == [3]
    assert "0 days after its period's" in keys(file, "status")


@pytest.mark.parametrize("typed", ["", "y", "yes", "BURN it"])
def test_burn_asks_for_the_word_and_changes_nothing_without_it(file: KeyFile, typed: str) -> None:
    with pytest.raises(StartError, match="Nothing was changed"):
        keys(file, "burn", "--all-links", ask=lambda _: typed)
    assert living(file) == [1]


def test_burn_with_nobody_there_to_ask_changes_nothing(file: KeyFile) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    with pytest.raises(StartError, match="Nothing was changed"):
        keys(file, "burn", "--all-links", ask=nobody)
    assert living(file) == [1]


def test_burn_says_what_is_lost_and_what_still_works_before_it_asks(file: KeyFile) -> None:
    told = keys(file, "burn", "--period", "1", ask=lambda _: "burn")
    assert "can't be undone" in told
    assert "no longer" in told
    assert "the receipt works" in told
    assert "Delete every older copy" in told
    assert told.endswith("Period 2 is the present one.")
    assert living(file) == [2]


def test_all_links_are_also_those_of_a_period_begun_while_the_question_stood(file: KeyFile) -> None:
    def meanwhile(_: str) -> str:
        file.change(lambda ring: ring.rotated(TODAY))
        return "burn"

    keys(file, "burn", "--all-links", ask=meanwhile)
    assert living(file) == [3]


@pytest.mark.parametrize("number", ["0", "2", "99"])
def test_a_period_without_a_key_is_not_burnt(file: KeyFile, number: str) -> None:
    with pytest.raises(StartError, match=f"no key of period {number}"):
        keys(file, "burn", "--period", number, "--yes")
    assert living(file) == [1]


@pytest.mark.parametrize(
    "arguments",
    [[], ["burn"], ["burn", "--period", "1", "--all-links"], ["rotate", "--link-days", "61"]],
)
def test_what_is_not_clear_is_refused(file: KeyFile, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        keys(file, *arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("arguments", [["status"], ["rotate"], ["burn", "--all-links", "--yes"]])
def test_no_file_is_made_and_that_of_another_database_is_left_alone(
    file: KeyFile, tmp_path: Path, arguments: list[str]
) -> None:
    before = file.path.read_bytes()
    with pytest.raises(StartError, match="does not belong"):
        keys(file, *arguments, expected_id=Ring(b"o" * 32).id)
    assert file.path.read_bytes() == before
    none = KeyFile(tmp_path / "none.keys")
    with pytest.raises(StartError, match="no key file"):
        keys(none, *arguments)
    assert not none.path.exists()
