"""What the model sees of a message, the same when it is trained and when it is asked.

Features come in blocks: pieces of words, words in a row, the same of their beginnings, word lists that are
met together, rules and the shape of the whole. Each is known by a checksum alone, so a model holds no words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from bot.care.screening.lexicon import Reading
from bot.care.screening.rules import Hit
from bot.care.screening.spelling import ENDINGS

_PIECES = (2, 3, 4, 5)
_WORD_MOST = 24
"""Letters of a word that are cut in pieces"""
_STEM = 5
"""Letters of a word's beginning"""
_NEAR = 12
"""Words between two lists that are met together"""
_PAIRED_MOST = 24
"""Lists of a message that are looked at in pairs"""

Vector = tuple[list[int], list[float]]
"""Places in the model's arrays, and as many values"""
_MANY = 512
_OFTEN = [0.0, *(1 + math.log(times) for times in range(1, _MANY + 1))]
"""What so many times count"""
Block = tuple[Counter[int], float, bool]
"""Features and how often each is met, the block's length, and whether it matters how often"""


def vector(blocks: Iterable[Block], places: Mapping[int, int], rarity: Sequence[float]) -> Vector:
    """Each block is of its own length: a long message says no more than a short one.

    `places` are those of the features that training met often enough; others count for nothing. `rarity`
    weighs each place by how few training messages hold its feature (inverse document frequency).
    """
    at: list[int] = []
    values: list[float] = []
    for counts, length, often in blocks:
        met = zip(map(places.get, counts), counts.values(), strict=True)
        known = [(place, times) for place, times in met if place is not None]
        if often:
            weighed = [
                rarity[place] * (_OFTEN[times] if times < _MANY else _OFTEN[-1]) for place, times in known
            ]
        else:
            weighed = [rarity[place] for place, _ in known]
        scale = length / (math.sqrt(sum([value * value for value in weighed])) or 1.0)
        at += [place for place, _ in known]
        values += [scale * value for value in weighed]
    return at, values


def blocks(reading: Reading, hits: Iterable[Hit]) -> tuple[Block, ...]:
    words = [word.encode("utf-8", "surrogatepass") for word in reading.words]
    return (
        (_pieces(words), 1.0, True),
        (_rows(words, b"word"), 1.0, True),
        (_rows([word[:_STEM] for word in words], b"stem"), 0.8, True),
        (_numbers(_lists(reading)), 0.6, False),
        (_numbers(_signs(reading, hits)), 0.6, False),
    )


def _numbers(features: Iterable[str]) -> Counter[int]:
    return Counter(crc32(feature.encode()) for feature in features)


_ENDINGS = frozenset(ending.encode() for ending in ENDINGS)


def _pieces(words: Sequence[bytes]) -> Counter[int]:
    found: list[int] = []
    for word, times in Counter(words).items():
        if word in _ENDINGS:
            continue
        padded = b" %b " % word[:_WORD_MOST]
        last = len(padded) + 1
        pieces = [crc32(padded[at : at + size]) for size in _PIECES for at in range(last - size)]
        found += pieces * times
    return Counter(found)


def _rows(words: Sequence[bytes], name: bytes) -> Counter[int]:
    """Words alone, two and three in a row, and two with any between them or two."""
    start = crc32(name)
    found: list[int] = []
    one_back = two_back = three_back = None  # checksums that end with the word so many before
    pair_back = None
    for word in words:
        alone = crc32(word, start)
        if word not in _ENDINGS:
            found.append(alone)
        spaced = b" " + word
        pair = None
        if one_back is not None:
            pair = crc32(spaced, one_back)
            found.append(pair)
        if pair_back is not None:
            found.append(crc32(spaced, pair_back))
        if two_back is not None:
            found.append(crc32(b" _" + spaced, two_back))
        if three_back is not None:
            found.append(crc32(b" _ _" + spaced, three_back))
        one_back, two_back, three_back, pair_back = alone, one_back, two_back, pair
    return Counter(found)


def _lists(reading: Reading) -> Iterable[str]:
    """Which lists are met, which two in the whole, and which two in this order close by in one sentence."""
    met = {name: reading.begins(name) for name in sorted(reading.found) if not name.startswith("=")}
    near = {name: reading.after(places, _NEAR) for name, places in met.items()}
    yield from (f"l{name}" for name in met)
    names = list(met)[:_PAIRED_MOST]
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            yield f"m{one} {other}"
            if near[one] & met[other]:
                yield f"n{one} {other}"
            if near[other] & met[one]:
                yield f"n{other} {one}"


def _signs(reading: Reading, hits: Iterable[Hit]) -> set[str]:
    found: set[str] = set()
    for hit in hits:
        found.add(f"r{hit.rule.code}{' less' if hit.lowered else ''}")
        found.add(f"r{hit.rule.category} {hit.tier.name}")
        found.add(f"r{hit.tier.name}")
    words = reading.words
    count = len(words) or 1
    me = (reading.begins("me") | reading.begins("es_first")).bit_count() / count
    they = (reading.begins("they") | reading.begins("people")).bit_count() / count
    found |= {
        f"xlong {min(len(words) // 8, 8)}",
        f"xme {min(int(me * 20), 5)}",
        f"xthey {min(int(they * 20), 5)}",
    }
    shape = {
        "xasks": "?" in words,
        "xcalls": "!" in words,
        "xquotes": reading.quoted,
        "xone": not reading.ends,
    }
    return found | {name for name, holds in shape.items() if holds}
