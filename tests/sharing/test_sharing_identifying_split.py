"""A text too long for one share comes apart where it reads best, and not a sign of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.sharing import text
from bot.sharing.models import Body
from tests.sharing.conftest import MAYA, NOOR, Desk

SIGNS = st.sampled_from(
    [*"ab. \n。", "語", "\U0001f331", "e\u0301", "\U0001f468\u200d\U0001f469", "🇩🇪", "👍🏽"]
)


@given(st.lists(SIGNS, min_size=1, max_size=120), st.integers(4, 80))
def test_both_parts_fit_and_together_are_what_was_written(signs: list[str], most: int) -> None:
    written = "".join(signs)
    parts = text.in_two(written, most)
    if parts is None:
        return
    assert all(text.length(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(written.split())


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("one two.\n\nthree. four five six", ("one two.", "three. four five six")),
        ("one two three\nfour five six. no", ("one two three", "four five six. no")),
        ("one two. three four. five", ("one two.", "three four. five")),
        ("one two three four", ("one two", "three four")),
        ("一二。三四", ("一二。", "三四")),
        ("abcdef", ("abc", "def")),
        ("ab👍🏽cd", ("ab", "👍🏽cd")),
    ],
)
def test_it_comes_apart_where_it_reads_best(written: str, parts: tuple[str, str]) -> None:
    assert text.in_two(written, text.length(written) - 1) == parts


def test_what_two_shares_do_not_hold_is_not_split() -> None:
    assert text.in_two("w" * (2 * (text.TEXT_MAX - text.MARK_MAX))) is not None
    assert text.in_two("w" * (2 * (text.TEXT_MAX - text.MARK_MAX) + 1)) is None


async def test_the_second_part_is_for_the_same_circle_under_the_same_name(desk: Desk) -> None:
    handle = await desk.draft(text="the first")
    second, kept = await desk.app.sharing.drafts.keep_second(handle, MAYA, Body("the second"))
    first = await desk.app.sharing.drafts.read(handle, MAYA)
    assert (kept.name, kept.circle_id, kept.wish) == (first.name, first.circle_id, first.wish)
    for each in (handle, second):
        await desk.app.sharing.post(each, MAYA)
    await desk.settle()
    assert desk.discord.kinds.count("share.post") == 2


async def test_nobody_puts_a_second_part_to_anothers_draft(desk: Desk) -> None:
    handle = await desk.draft()
    with pytest.raises(UserError, match="draft_gone"):
        await desk.app.sharing.drafts.keep_second(handle, NOOR, Body("mine"))
    assert await desk.count("drafts") == 1
