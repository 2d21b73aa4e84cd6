from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prompts.models import Deck, Depth, Kind, Prompt

depths: st.SearchStrategy[Depth] = st.sampled_from((0, 1, 2, 3))


def prompt(prompt_id: str, depth: Depth, gentler_depth: Depth | None = None, kind: Kind = "share") -> Prompt:
    return Prompt(
        id=prompt_id,
        deck="some",
        concept="connection",
        depth=depth,
        kind=kind,
        text=f"text of {prompt_id}",
        may_stir="-",
        kind_response="-",
        avoid="-",
        closing="-",
        other_doors=("emoji",),
        sources=("a-source",),
        lived_experience_review="awaited",
        content_note="mentions rain" if depth == 3 else "",
        gentler="" if gentler_depth is None else f"gentler text of {prompt_id}",
        gentler_depth=gentler_depth,
    )


def deck_of(*prompts: Prompt) -> Deck:
    return Deck("some", "Some", "Some prompts.", "en", attended=True, prompts=prompts)


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    """A deck with at least one prompt for every ceiling."""
    prompts = [prompt("first", 0)]
    for number in range(draw(st.integers(0, 6))):
        depth = draw(depths)
        lower: list[Depth | None] = [None, *(d for d in (0, 1, 2) if d < depth)]
        prompts.append(prompt(f"p{number}", depth, draw(st.sampled_from(lower))))
    return deck_of(*prompts)


@given(decks(), depths, st.integers(), st.integers(1, 4))
def test_nothing_repeats_within_a_pass_and_each_pass_gives_all_that_fits(
    deck: Deck, ceiling: Depth, seed: int, passes: int
) -> None:
    rng = random.Random(seed)
    fitting = {form.id for form in deck.within(ceiling)}
    used: list[str] = []
    for _ in range(passes):
        this_pass: list[str] = []
        for _ in fitting:
            this_pass.append(deck.next_prompt([*used, *this_pass], ceiling, rng).id)
        assert set(this_pass) == fitting
        used += this_pass


@given(decks(), st.lists(st.tuples(depths, st.integers()), min_size=1, max_size=30))
def test_no_prompt_is_deeper_than_the_ceiling_however_the_ceiling_moves(
    deck: Deck, steps: list[tuple[Depth, int]]
) -> None:
    used: list[str] = []
    for ceiling, seed in steps:
        given_now = deck.next_prompt(used, ceiling, random.Random(seed))
        assert given_now.depth <= ceiling
        used.append(given_now.id)


@given(decks(), depths, st.integers(), st.lists(st.sampled_from(["first", "p0", "p1", "gone"]), max_size=20))
def test_the_prompt_given_last_does_not_come_straight_again_where_there_is_another(
    deck: Deck, ceiling: Depth, seed: int, used: list[str]
) -> None:
    chosen = deck.next_prompt(used, ceiling, random.Random(seed))
    if used and len(deck.within(ceiling)) > 1 and used.count(used[-1]) == 1:
        assert chosen.id != used[-1]


@given(decks(), depths, st.integers(), st.lists(st.sampled_from(["first", "p0", "p1"])))
def test_the_same_history_and_seed_give_the_same_prompt(
    deck: Deck, ceiling: Depth, seed: int, used: list[str]
) -> None:
    first = deck.next_prompt(used, ceiling, random.Random(seed))
    assert deck.next_prompt(used, ceiling, random.Random(seed)) == first


@given(decks(), depths)
def test_a_form_is_found_again_by_the_depth_at_which_it_was_given(deck: Deck, ceiling: Depth) -> None:
    for whole in deck.prompts:
        if (form := whole.within(ceiling)) is not None:
            assert whole.within(form.depth) == form


def test_a_prompt_that_is_too_deep_comes_in_its_gentler_form_without_a_content_note() -> None:
    form = prompt("tender", 3, gentler_depth=1, kind="explore").within(2)
    assert form is not None
    assert (form.id, form.depth, form.text) == ("tender", 1, "gentler text of tender")
    assert form.content_note == ""
    assert not form.needs_facilitator


def test_a_prompt_whose_gentler_form_is_too_deep_as_well_is_left_out() -> None:
    deck = deck_of(prompt("tender", 3, gentler_depth=2), prompt("easy", 0))
    assert [form.id for form in deck.within(1)] == ["easy"]


def test_a_deck_without_a_fitting_prompt_says_so() -> None:
    with pytest.raises(LookupError, match="depth ceiling 0"):
        deck_of(prompt("tender", 3)).next_prompt([], 0, random.Random(1))


def test_the_only_fitting_prompt_comes_again() -> None:
    assert deck_of(prompt("only", 0)).next_prompt(["only"], 0, random.Random(1)).id == "only"


@pytest.mark.parametrize(
    ("depth", "kind", "needs"),
    [(2, "share", False), (3, "share", True), (2, "explore", True), (0, "share", False)],
)
def test_tender_prompts_and_explorations_need_a_facilitator(depth: Depth, kind: Kind, needs: bool) -> None:
    assert prompt("some", depth, kind=kind).needs_facilitator is needs
