from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import lint
from bot.care.safe_messaging import broken, faults
from bot.config import CONTENT


@pytest.mark.parametrize(
    "text",
    [
        "Somebody committed suicide.",
        "After an unsuccessful attempt",
        "Put the pills away.",
        "It gets better.",
        "We promise that somebody comes.",
        "I care about you.",
        "You must call now.",
        "Call 988.",
    ],
)
def test_words_that_can_harm_are_found(text: str) -> None:
    assert broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "Alguien cometió suicidio.",
        "Tras un intento fallido",
        "Un intento exitoso",
        "Aparta las pastillas.",
        "Si has tomado una sobredosis",
        "Te prometemos que alguien viene.",
        "Está garantizado.",
        "Todo va a estar bien.",
        "Estarás mejor mañana.",
        "Nos importas.",
        "Sabemos cómo te sientes.",
        "Tienes que llamar ahora.",
        "Deberías hablar con alguien.",
        "Llama al 024.",
    ],
)
def test_words_that_can_harm_are_found_in_spanish_too(text: str) -> None:
    assert broken(text, "es")


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("You might call somebody, if you like. It is all right to be unsure.", "en"),
        ("That is no promise that they come; nobody can promise that.", "en"),
        ("Puedes llamar a alguien, si quieres. Está bien no tenerlo claro.", "es"),
        ("No es una promesa: nadie puede prometer que alguien venga.", "es"),
        ("Esto tiene que ver con cómo te trata alguien.", "es"),
    ],
)
def test_words_that_are_fine_are_left_alone(text: str, locale: str) -> None:
    assert broken(text, locale) == []


def test_each_language_is_held_to_its_own_rules_and_numbers_to_one_for_all() -> None:
    assert broken("Se comete un error: it gets better.", "de") == []
    assert broken("Ruf 112 an.", "de")


def test_all_words_about_danger_that_ship_hold_the_rules() -> None:
    assert faults(CONTENT) == []


def test_the_linter_of_the_content_names_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "en" / "words").mkdir(parents=True)
    (tmp_path / "en" / "words" / "noticed.toml").write_text('[why]\nother = "We promise."', encoding="utf-8")
    found = lint.faults(tmp_path, today=date(2026, 3, 2))
    assert any("en/words/noticed.toml: why.other: it promises" in fault for fault in found)


def test_the_linter_reads_spanish_words_by_the_spanish_rules(tmp_path: Path) -> None:
    (tmp_path / "es" / "words").mkdir(parents=True)
    (tmp_path / "es" / "words" / "holds.toml").write_text('wait = "Tienes que esperar."', encoding="utf-8")
    found = lint.faults(tmp_path, today=date(2026, 3, 2))
    assert any("es/words/holds.toml: wait: it orders" in fault for fault in found)
