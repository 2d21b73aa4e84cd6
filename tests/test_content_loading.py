from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.errors import StartError


def folder(tmp_path: Path, **languages: str) -> Path:
    for locale, toml in languages.items():
        path = tmp_path / locale / "words" / "greeting.toml"
        path.parent.mkdir(parents=True)
        path.write_text(toml)
    return tmp_path


def test_a_key_is_the_file_and_the_path_in_it(tmp_path: Path) -> None:
    content = load(folder(tmp_path, en='hello = "Hello, {name}"\n[card]\ntitle = "Welcome"'))
    assert content.text("greeting.hello", name="Maya") == "Hello, Maya"
    assert content.text("greeting.card.title") == "Welcome"


def test_a_region_falls_back_to_its_language_and_an_unknown_language_to_english(tmp_path: Path) -> None:
    content = load(folder(tmp_path, en='hello = "Hello"', es='hello = "Hola"'))
    assert content.text("greeting.hello", "es-419") == "Hola"
    assert content.text("greeting.hello", "ja") == "Hello"


@pytest.mark.parametrize(
    ("es", "fault"),
    [
        ('other = "Hola"', "greeting.hello is missing in es"),
        ('hello = "Hola"\nother = "x"', "greeting.other is missing in en"),
        ('hello = "Hola {nombre}"', "greeting.hello has other placeholders in es"),
        ("hello = 3", "greeting.hello is neither a text nor a table"),
        ("hello = ", "es/words/greeting.toml"),
    ],
)
def test_languages_that_differ_are_refused_with_every_fault(tmp_path: Path, es: str, fault: str) -> None:
    with pytest.raises(StartError) as refusal:
        load(folder(tmp_path, en='hello = "Hello"', es=es))
    assert fault in str(refusal.value)


def test_what_a_person_wrote_is_never_taken_for_a_placeholder(tmp_path: Path) -> None:
    content = load(folder(tmp_path, en='hello = "You wrote: {text}"'))
    assert content.text("greeting.hello", text="{secret} and {0}") == "You wrote: {secret} and {0}"


def test_a_language_may_lack_a_whole_file_and_is_then_not_offered_to_circles(tmp_path: Path) -> None:
    words = folder(tmp_path, en='hello = "Hello"', es='hello = "Hola"')
    (words / "en" / "words" / "parting.toml").write_text('bye = "Goodbye"')
    content = load(words)
    assert content.text("greeting.hello", "es") == "Hola"
    assert content.text("parting.bye", "es") == "Goodbye"
    assert content.locales == ["en"]
    assert content.begun == ["en", "es"]
