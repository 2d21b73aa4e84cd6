"""However a word is written, it is read."""

from __future__ import annotations

import tomllib

import pytest

from bot.care.screening import service
from bot.config import CONTENT

LEXICON, RULES = service.read(CONTENT)


def read(text: str) -> str:
    return " ".join(LEXICON.read(text).words)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("KILL myself", "kill myself"),
        ("k1ll mys3lf", "kill myself"),
        ("Кіll myѕelf", "kill myself"),  # Cyrillic letters
        ("𝓀𝒾𝓁𝓁 ⓜⓨⓢⓔⓛⓕ", "kill myself"),
        ("k\u200bi\u200dll mys\u0301elf", "kill myself"),
        ("k i l l  m y s e l f", "kill myself"),
        ("k.i.l.l m-y-s-e-l-f", "kill myself"),
        ("kiiiillll myself", "kill myself"),
        ("killmyself", "kill myself"),
        ("#iwanttodie", "i want to die"),
        ("i w a n t t o d i e", "i want to die"),
        ("k-m-s", "kill myself"),
        ("un alive", "kill"),
        ("un-alive", "kill"),
        ("sewerslide", "suicide"),
        ("su1c1de", "suicide"),
        ("s*icide", "suicide"),
        ("su!cide", "suicide"),
        ("sucide", "suicide"),
        ("suicied", "suicide"),
        ("suicídio", "suicidio"),
        ("||**suicide**||", "suicide"),
        ("I can't, I won't, I've", "i can not i will not i have"),
        ("cant wont ive", "can not will not i have"),
        ("gonna od tn", "going to overdose tonight"),
        ("q kiero", "que quiero"),
        ("mañana", "manana"),
        ("💊", "pills"),
        ("<:pills:123456789012345678> <@123456789012345678>", "pills"),
        ("look https://example.com/kill-myself now", "look now"),
    ],
)
def test_a_word_in_disguise_is_read(written: str, meant: str) -> None:
    assert read(written) == meant


@pytest.mark.parametrize("text", ["skilled", "3am", "16yo", "10mg", "2026", "assassin's creed", "grape"])
def test_a_word_is_not_read_into_another(text: str) -> None:
    words = read(text).split()
    assert not {"kill", "suicide", "rape", "raped"} & set(words)


def test_a_very_long_text_is_read_at_both_ends() -> None:
    text = f"first {'word ' * 10_000} last"
    assert LEXICON.read(text).words[0] == "first"
    assert LEXICON.read(text).words[-1] == "last"


def test_quotes_are_known_and_an_open_one_quotes_nothing() -> None:
    assert LEXICON.read("she said “I want to die” in it").quoted.bit_count() == 4
    assert LEXICON.read('he is 6" tall').quoted == 0


def test_every_entry_of_the_lists_can_be_met() -> None:
    lists = tomllib.loads((CONTENT / "care" / "rules.toml").read_text(encoding="utf-8"))["lists"]
    lost = []
    for name, entries in lists.items():
        for entry in entries:
            if entry.endswith("*"):
                continue
            reading = LEXICON.read(entry)
            if not reading.begins(name) & 1:
                lost.append(f"{name}: {entry}")
    assert not lost


def test_every_word_that_a_rule_names_can_be_met() -> None:
    named = {
        name[1:]
        for rule in RULES.rules
        for row in rule.says
        for element in row
        for name in element.lists
        if name.startswith("=")
    }
    lost = [word for word in named if not word.endswith("*") and not LEXICON.read(word).begins(f"={word}")]
    assert not lost
