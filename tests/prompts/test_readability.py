from __future__ import annotations

import pytest

from bot.prompts.readability import _syllables, grade


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("might", 1),
        ("quiet", 1),  # by ear two: spelling alone cannot tell it from "queen"
        ("like", 1),
        ("little", 2),
        ("asked", 1),
        ("wanted", 2),
        ("animal", 3),
        ("someone's", 2),
        ("240", 1),
    ],
)
def test_syllables_are_estimated_from_the_spelling(word: str, syllables: int) -> None:
    assert _syllables(word) == syllables


def test_the_grade_is_the_published_formula() -> None:
    # 6 words, 1 sentence, 6 syllables
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)


def test_long_words_in_a_long_sentence_are_hard_to_read() -> None:
    hard = (
        "Notwithstanding considerable psychological vulnerability, participants demonstrated remarkable "
        "interpersonal responsiveness throughout collaborative deliberation."
    )
    assert grade(hard) > 12


def test_a_colon_ends_a_unit_of_speech() -> None:
    assert grade("It may rest here: a coat, a hat.") < grade("It may rest here with a coat, a hat.")


def test_a_text_without_words_is_easy() -> None:
    assert grade("… ?") == 0.0
