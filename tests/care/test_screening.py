"""Screening as a whole: with its real lists and model, broken ones, and messages as odd as they come."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.care.screening import Category, Noticed, Screening, Tier, check
from bot.care.screening.lexicon import Lexicon
from bot.care.screening.spelling import Spelling
from bot.config import CONTENT
from bot.errors import StartError

SCREENING = Screening.open(CONTENT)
HOSTILE = {
    "one letter": "a" * 4000,
    "one letter apart": "a " * 2000,
    "a combining mark upon another": "e" + "\u0301" * 3999,
    "emoji": "😂" * 4000,
    "many emoji": "".join(chr(0x1F300 + n % 700) for n in range(4000)),
    "every sign another": "".join(chr(0x4E00 + n) for n in range(4000)),
    "right to left": "\u202eשלום \u202c" * 500,
    "signs that grow": "\ufdfa" * 4000,
    "halves of pairs": "\ud83d" * 2000 + "\udc00" * 2000,
    "masks": "s*i" * 1333,
    "apostrophes": "n't" * 1333,
    "brackets and quotes": "(\"'" * 1333,
    "words run together": "killmyself" * 400,
    "different words": " ".join(f"su{n}ic*{n}de" for n in range(300)),
    "sentence ends": ".?!" * 1333,
    "links": "https://" * 500,
    "nothing to see": "\u200b\u2060 " * 1333,
    "nothing": "",
    "very long": "i want to die " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_looked_at_like_any_other(name: str) -> None:
    noticed = SCREENING.screen(HOSTILE[name])
    assert "screening:failed" not in noticed.reasons


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=4000) | st.text("ikms 'u*.1@ \n😂", max_size=4000))
def test_no_message_however_odd_makes_it_raise(text: str) -> None:
    noticed = SCREENING.screen(text)
    assert "screening:failed" not in noticed.reasons
    assert noticed == SCREENING.screen(text)
    assert bool(noticed.categories) == (noticed.tier >= Tier.T2)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_what_was_screened_before_changes_nothing(before: str) -> None:
    text = "I'm not sure how long I can do this, I have the pills here and I want to die tonight"
    first = SCREENING.screen(text)
    SCREENING.screen(before)
    assert SCREENING.screen(text) == first


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I'm going to kill myself tonight.", Category.SUICIDE),
        ("im gonna k1ll mys3lf tonight", Category.SUICIDE),
        ("kms tonight, for real this time", Category.SUICIDE),
        ("i am going to u n a l i v e myself today", Category.SUICIDE),
        ("Voy a matarme esta noche.", Category.SUICIDE),
        ("me voy a suicidar, hoy voy a suicidarme", Category.SUICIDE),
        ("I overdosed an hour ago", Category.OVERDOSE),
        ("i swallowed the whole bottle of pills", Category.OVERDOSE),
        ("he is breaking down the door, he has a knife and he's going to kill me", Category.ABUSE),
        ("my brother is not breathing and there are empty pill bottles", Category.SOMEONE_ELSE),
    ],
)
def test_danger_said_plainly_is_t3(text: str, category: Category) -> None:
    noticed = SCREENING.screen(text)
    assert noticed.tier is Tier.T3
    assert category in noticed.categories
    assert noticed.reasons


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lol",
        "hi",
        "ok thanks",
        "hola",
        "I made soup today and called my aunt.",
        "hoy hice sopa y llamé a mi tía",
        "skilled therapist, overdosed on coffee jk",
        "we killed the boss on the third try, great raid everyone",
    ],
)
def test_the_everyday_is_left_alone(text: str) -> None:
    assert SCREENING.screen(text).tier < Tier.T2


def test_what_stands_around_it_lowers_and_another_sentence_does_not() -> None:
    rules_only = without(None)
    said = "I am going to kill myself tonight."
    assert rules_only.screen(said).tier is Tier.T3
    assert rules_only.screen(f"{said} The lyrics of this song are nice.").tier is Tier.T3
    assert rules_only.screen("lyrics: I am going to kill myself tonight").tier is Tier.T2
    assert rules_only.screen("I am not going to kill myself").tier is Tier.T1
    assert rules_only.screen("not a joke, I am going to kill myself").tier is Tier.T3


def without(model: None, content: Path = CONTENT) -> Screening:
    from bot.care.screening import service

    return Screening(*service.read(content), model)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(CONTENT / "care", tmp_path / "care")
    return tmp_path


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text("{"),
        lambda path: path.write_text("[]"),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text(path.read_text().replace('"version": 1', '"version": 99')),
        lambda path: path.write_text(path.read_text().replace('"imminent"', '"other"')),
        lambda path: path.write_text(json.dumps(shortened(json.loads(path.read_text())))),
    ],
)
def test_without_its_model_it_works_by_rules_and_says_so_once(
    content: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(damage)
    damage(content / "care" / "model.json")
    with caplog.at_level(logging.DEBUG):
        screening = Screening.open(content)
        noticed = screening.screen("I'm going to kill myself tonight.")
        screening.screen("I'm going to kill myself tomorrow.")
    assert noticed.tier is Tier.T3
    assert noticed.categories == (Category.SUICIDE,)
    assert all(reason.startswith("rule:") for reason in noticed.reasons)
    assert [record.message for record in caplog.records if "model:missing" in record.message] == [
        record.message for record in caplog.records
    ]
    assert len(caplog.records) == 1
    with pytest.raises(StartError, match=r"model\.json"):
        check(content)


def shortened(data: dict[str, dict[str, str]]) -> object:
    data["rarity"]["weights"] = data["rarity"]["weights"][:400]
    return data


@pytest.mark.parametrize("name", ["rules.toml", "spelling.toml"])
@pytest.mark.parametrize("text", [None, "[[", "lists = 3", ""])
def test_without_its_rules_it_works_by_the_model(
    content: Path, name: str, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = content / "care" / name
    path.unlink() if text is None else path.write_text(text)
    screening = Screening.open(content)
    assert "rules:missing" in caplog.text
    assert "screening:failed" not in screening.screen("i want to die tonight").reasons
    with pytest.raises(StartError, match="rules of screening"):
        check(content)


def test_with_nothing_at_all_it_notices_nothing_and_stays_up(tmp_path: Path) -> None:
    assert Screening.open(tmp_path).screen("I'm going to kill myself tonight.") == Noticed(Tier.T0)


def test_the_shipped_content_can_be_used() -> None:
    check(CONTENT)


def test_the_log_holds_no_word_of_any_message(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Lexicon):
        def read(self, text: str) -> object:  # type: ignore[override]  # as a mistake of ours would
            raise ValueError(text)

    from bot.care.screening import service

    _, rules = service.read(CONTENT)
    words = "xylophone zeppelin kill myself tonight"
    with caplog.at_level(logging.DEBUG):
        Screening.open(CONTENT).screen(words)
        noticed = Screening(Broken({}, Spelling({}, (), ())), rules, None).screen(words)
    assert noticed == Noticed(Tier.T1, (), ("screening:failed",))
    assert not [word for word in words.split() if word in caplog.text]


def test_reasons_are_codes_of_ours() -> None:
    noticed = SCREENING.screen("I have the pills in my hand and I'm going to kill myself tonight, goodbye")
    codes = {f"rule:{rule.code}" for rule in SCREENING._rules.rules}
    codes |= {"model:imminent", "model:notice", "model:heavy"}
    assert set(noticed.reasons) <= codes
