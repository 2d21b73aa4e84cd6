"""What was sealed opens with the same keys, purpose and row only; a tag tells nothing without its key."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys import Keys, Ring

pytestmark = pytest.mark.anonymity

ROOT, OTHER_ROOT = b"r" * 32, b"o" * 32


@given(st.text())
def test_what_was_sealed_opens_again_and_only_so(text: str) -> None:
    keys = Keys(Ring(ROOT))
    sealed = keys.seal("share", text, bound_to="row")
    assert keys.unseal("share", sealed, bound_to="row") == text


@pytest.mark.parametrize(
    ("keys", "purpose", "row"),
    [
        (Keys(Ring(OTHER_ROOT)), "share", "row"),
        (Keys(Ring(ROOT)), "draft", "row"),
        (Keys(Ring(ROOT)), "share", "other"),
    ],
)
def test_another_key_file_purpose_or_row_opens_nothing(keys: Keys, purpose: str, row: str) -> None:
    sealed = Keys(Ring(ROOT)).seal("share", "a story", bound_to="row")
    with pytest.raises(ValueError, match="not sealed here"):
        keys.unseal(purpose, sealed, bound_to=row)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(Keys(Ring(ROOT)).seal("share", "a story", bound_to="row"))
    sealed[20] ^= 1
    with pytest.raises(ValueError, match="not sealed here"):
        Keys(Ring(ROOT)).unseal("share", bytes(sealed), bound_to="row")


def test_the_same_text_sealed_twice_looks_different() -> None:
    keys = Keys(Ring(ROOT))
    assert keys.seal("share", "yes", bound_to="row") != keys.seal("share", "yes", bound_to="row")


def test_a_tag_depends_on_key_file_purpose_and_each_part() -> None:
    tags = [
        Keys(Ring(ROOT)).tag("nod", "share", 1),
        Keys(Ring(OTHER_ROOT)).tag("nod", "share", 1),
        Keys(Ring(ROOT)).tag("author", "share", 1),
        Keys(Ring(ROOT)).tag("nod", "share", 2),
        Keys(Ring(ROOT)).tag("nod", "share1"),
        Keys(Ring(ROOT)).tag("nod", "sh", "are", 1),
    ]
    assert len(set(tags)) == len(tags)
    assert Keys(Ring(ROOT)).tag("nod", "share", 1) == tags[0]


TODAY = date(2026, 3, 2)


def test_a_link_depends_on_period_purpose_and_each_part() -> None:
    keys = Keys(Ring(ROOT).turned(TODAY).rotated(TODAY))
    links = [
        keys.link(2, "nod", "share", 1),
        keys.link(1, "nod", "share", 1),
        keys.link(2, "voice", "share", 1),
        keys.link(2, "nod", "share", 2),
        keys.tag("nod", "share", 1),
    ]
    assert len(set(links)) == len(links)
    assert keys.link(None, "nod", "share", 1) == links[0], "no period is the present one"
    assert keys.within(2, "nod", links[4]) == links[0], "a link is made of the tag"


def test_a_destroyed_period_is_reckoned_as_the_present_one_and_equals_nothing_made_before() -> None:
    before = Keys(Ring(ROOT).turned(TODAY))
    after = Keys(Ring(ROOT).turned(TODAY).burnt([1], TODAY))
    assert before.link(1, "nod", 1) != after.link(1, "nod", 1) == after.link(2, "nod", 1)


def test_nothing_of_a_key_is_in_what_python_shows_of_it() -> None:
    ring = Ring(ROOT).turned(TODAY)
    assert "rrr" not in repr(ring)
    assert repr(ring.periods[0].key) not in repr(ring)
