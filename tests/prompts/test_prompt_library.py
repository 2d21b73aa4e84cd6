from __future__ import annotations

from pathlib import Path

import pytest

from bot.prompts.library import LibraryError, load

CONTENT = Path(__file__).resolve().parents[2] / "content"


def write(content: Path, sources: str, concepts: str, deck: str) -> Path:
    (content / "en" / "prompts").mkdir(parents=True)
    (content / "sources.toml").write_text(sources, encoding="utf-8")
    (content / "concepts.toml").write_text(concepts, encoding="utf-8")
    (content / "en" / "prompts" / "some.toml").write_text(deck, encoding="utf-8")
    return content


SOURCE = '[[source]]\nid = "a"\nauthor = "A"\ntitle = "T"\nread = "full"\n'
CONCEPT = '[[concept]]\nid = "c"\nname = "C"\nsentence = "S."\nsources = ["a"]\n'


def test_the_first_deck_holds_at_least_24_prompts_for_circles_without_a_facilitator_present() -> None:
    deck = load(CONTENT, "en").decks["first-steps"]
    assert len(deck.prompts) >= 24
    assert not deck.attended
    assert not any(prompt.needs_facilitator for prompt in deck.prompts)


def test_a_new_circle_at_depth_0_is_offered_most_of_the_first_deck() -> None:
    assert len(load(CONTENT, "en").decks["first-steps"].within(0)) >= 24


def test_every_concept_has_a_prompt() -> None:
    library = load(CONTENT, "en")
    assert library.concepts.keys() == {prompt.concept for prompt in library.prompts.values()}


def test_prompts_know_their_deck_and_are_found_by_id() -> None:
    library = load(CONTENT, "en")
    for prompt in library.prompts.values():
        assert prompt in library.decks[prompt.deck].prompts


def test_all_faults_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    deck = (
        'title = "Some"\n'
        "attended = false\n"
        "\n"
        "[[prompt]]\n"
        'id = "one"\n'
        'concept = "c"\n'
        "depth = 7\n"
        'kind = "share"\n'
        'colour = "red"\n'
    )
    with pytest.raises(LibraryError) as refused:
        load(write(tmp_path, SOURCE, CONCEPT.replace('"a"', '"b"'), deck), "en")
    told = [(finding.file, finding.line, finding.rule) for finding in refused.value.findings]
    assert ("concepts.toml", 5, "unknown-id") in told
    assert ("en/prompts/some.toml", 1, "required") in told  # the deck's description
    assert ("en/prompts/some.toml", 7, "value") in told
    assert ("en/prompts/some.toml", 9, "unknown-field") in told
    assert ("en/prompts/some.toml", 4, "required") in told  # the prompt's text, and more
    assert "en/prompts/some.toml:7: value: “depth” is one of 0, 1, 2, 3, not “7”." in str(refused.value)


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as refused:
        load(write(tmp_path, SOURCE, CONCEPT, 'title = "Some"\nattended = = true\n'), "en")
    assert [(one.file, one.line, one.rule) for one in refused.value.findings] == [
        ("en/prompts/some.toml", 2, "toml")
    ]


def test_a_missing_file_of_sources_is_one_fault_and_not_a_hundred(tmp_path: Path) -> None:
    content = write(tmp_path, SOURCE, CONCEPT, "")
    (content / "sources.toml").unlink()
    with pytest.raises(LibraryError) as refused:
        load(content, "en")
    assert [(one.file, one.rule) for one in refused.value.findings] == [("sources.toml", "toml")]


def test_a_language_without_decks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no deck in this language"):
        load(write(tmp_path, SOURCE, CONCEPT, ""), "fr")


def test_true_is_no_depth(tmp_path: Path) -> None:
    deck = '[[prompt]]\nid = "one"\ndepth = true\n'
    with pytest.raises(LibraryError, match="“depth” is a whole number"):
        load(write(tmp_path, SOURCE, CONCEPT, deck), "en")
