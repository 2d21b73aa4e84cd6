"""What the model sees of a message, the same when it is trained and when it is asked.

Features are texts, in blocks: pieces of words, words in a row, word lists that are met together, rules and
the shape of the whole. Each is known by a checksum of its text alone, so a model holds no words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zlib import crc32

from bot.care.screening.lexicon import Reading
from bot.care.screening.rules import Hit
from bot.care.screening.spelling import ENDINGS

BITS = 17
"""Features are told apart by so many bits of their checksum."""
_PIECES = (2, 3, 4, 5)
_WORD_MOST = 24
"""Letters of a word that are cut in pieces"""
_NEAR = 12
"""Words between two lists that are met together"""
_PAIRED_MOST = 24
"""Lists of a message that are looked at in pairs"""

_Block = tuple[Counter[str], float, bool]
"""Features and how often each is met, the block's length, and whether it matters how often"""


def vector(reading: Reading, hits: Iterable[Hit], rarity: Sequence[float]) -> dict[int, float]:
    """Each block as a vector of its own length: a long message says no more than a short one.

    `rarity` weighs each feature by how few training messages hold it (inverse document frequency).
    """
    found: dict[int, float] = {}
    for counts, length, often in _blocks(reading, hits):
        block: dict[int, int] = {}
        for feature, times in counts.items():
            number = crc32(feature.encode("utf-8", "surrogatepass")) >> (32 - BITS)
            block[number] = block.get(number, 0) + times
        values = {
            number: rarity[number] * (1 + math.log(times) if often else 1) for number, times in block.items()
        }
        norm = math.sqrt(sum(value * value for value in values.values()))
        for number, value in values.items():
            if value:
                found[number] = found.get(number, 0.0) + length * value / norm
    return found


def _blocks(reading: Reading, hits: Iterable[Hit]) -> tuple[_Block, ...]:
    return (
        (_pieces(reading.words), 1.0, True),
        (_rows(reading.words), 1.0, True),
        (_lists(reading), 0.6, False),
        (_signs(reading, hits), 0.6, False),
    )


def _pieces(words: tuple[str, ...]) -> Counter[str]:
    found: Counter[str] = Counter()
    for word, times in Counter(words).items():
        if word in ENDINGS:
            continue
        padded = f" {word[:_WORD_MOST]} "
        for size in _PIECES:
            for at in range(len(padded) - size + 1):
                found[f"p{padded[at : at + size]}"] += times
    return found


def _rows(words: tuple[str, ...]) -> Counter[str]:
    """Words, two and three in a row, and two with any between them."""
    found = Counter(f"w{word}" for word in words if word not in ENDINGS)
    found.update(f"w{one} {two}" for one, two in pairwise(words))
    threes = list(zip(words, words[1:], words[2:], strict=False))
    found.update(f"w{one} {two} {three}" for one, two, three in threes)
    found.update(f"v{one} {two}" for one, _, two in threes)
    return found


def _lists(reading: Reading) -> Counter[str]:
    """Which lists are met, which two in the whole, and which two in this order close by in one sentence."""
    met = {name: reading.begins(name) for name in sorted(reading.found) if not name.startswith("=")}
    near = {name: reading.after(places, _NEAR) for name, places in met.items()}
    found = Counter(f"l{name}" for name in met)
    names = list(met)[:_PAIRED_MOST]
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            found[f"m{one} {other}"] = 1
            if near[one] & met[other]:
                found[f"n{one} {other}"] = 1
            if near[other] & met[one]:
                found[f"n{other} {one}"] = 1
    return found


def _signs(reading: Reading, hits: Iterable[Hit]) -> Counter[str]:
    found: Counter[str] = Counter()
    for hit in hits:
        found[f"r{hit.rule.code}{' less' if hit.lowered else ''}"] = 1
        found[f"r{hit.rule.category} {hit.tier.name}"] = 1
        found[f"r{hit.tier.name}"] = 1
    words = reading.words
    count = len(words) or 1
    me = (reading.begins("me") | reading.begins("es_first")).bit_count() / count
    they = (reading.begins("they") | reading.begins("people")).bit_count() / count
    found[f"xlong {min(len(words) // 8, 8)}"] = 1
    found[f"xme {min(int(me * 20), 5)}"] = 1
    found[f"xthey {min(int(they * 20), 5)}"] = 1
    shape = {
        "asks": "?" in words,
        "calls": "!" in words,
        "quotes": reading.quoted,
        "one": not reading.ends,
    }
    for name, holds in shape.items():
        if holds:
            found[f"x{name}"] = 1
    return found
