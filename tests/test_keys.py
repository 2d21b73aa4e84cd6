"""The key file: what it seals opens nowhere else, and no new one is made over old data."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StartError
from bot.keys import Keys, open_keys

ROOT, OTHER_ROOT = b"r" * 32, b"o" * 32


@given(st.text())
def test_what_was_sealed_opens_again_and_only_so(text: str) -> None:
    keys = Keys(ROOT)
    sealed = keys.seal("share", text, bound_to="row")
    assert keys.unseal("share", sealed, bound_to="row") == text


@pytest.mark.parametrize(
    ("keys", "purpose", "row"),
    [(Keys(OTHER_ROOT), "share", "row"), (Keys(ROOT), "draft", "row"), (Keys(ROOT), "share", "other")],
)
def test_another_key_file_purpose_or_row_opens_nothing(keys: Keys, purpose: str, row: str) -> None:
    sealed = Keys(ROOT).seal("share", "a story", bound_to="row")
    with pytest.raises(ValueError, match="not sealed here"):
        keys.unseal(purpose, sealed, bound_to=row)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(Keys(ROOT).seal("share", "a story", bound_to="row"))
    sealed[20] ^= 1
    with pytest.raises(ValueError, match="not sealed here"):
        Keys(ROOT).unseal("share", bytes(sealed), bound_to="row")


def test_the_same_text_sealed_twice_looks_different() -> None:
    keys = Keys(ROOT)
    assert keys.seal("share", "yes", bound_to="row") != keys.seal("share", "yes", bound_to="row")


def test_a_tag_depends_on_key_file_purpose_and_each_part() -> None:
    tags = [
        Keys(ROOT).tag("nod", "share", 1),
        Keys(OTHER_ROOT).tag("nod", "share", 1),
        Keys(ROOT).tag("author", "share", 1),
        Keys(ROOT).tag("nod", "share", 2),
        Keys(ROOT).tag("nod", "share1"),
        Keys(ROOT).tag("nod", "sh", "are", 1),
    ]
    assert len(set(tags)) == len(tags)
    assert Keys(ROOT).tag("nod", "share", 1) == tags[0]


def test_a_key_file_is_made_once_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "towards.keys"
    made = open_keys(path, expected_id=None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_keys(path, expected_id=made.id).tag("x", 1) == made.tag("x", 1)


def test_no_key_file_is_made_for_a_database_that_had_one(tmp_path: Path) -> None:
    path = tmp_path / "towards.keys"
    with pytest.raises(StartError, match="missing"):
        open_keys(path, expected_id="0123456789abcdef")
    assert not path.exists()


def test_a_key_file_of_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "towards.keys"
    open_keys(path, expected_id=None)
    before = path.read_bytes()
    with pytest.raises(StartError, match="does not belong"):
        open_keys(path, expected_id="0123456789abcdef")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "no json", "{}", '{"root": "%%%"}', "[]"])
def test_a_file_that_is_no_key_file_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "towards.keys"
    path.write_text(content)
    with pytest.raises(StartError, match="can't be read"):
        open_keys(path, expected_id=None)
    assert path.read_text() == content
