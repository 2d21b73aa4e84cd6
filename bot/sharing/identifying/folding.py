"""Letters as they are read, whatever they are written with: case, look-alikes, hidden signs, gaps.

A letter can be read in several ways (`I` as i or l), so each is a set of what it may stand for. Where it
stands in the text is kept with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bot.signs import is_hidden, is_sign, letter_in_name, readings

LONGEST_WORD = 100
"""Letters without a gap in which a name is still looked for"""
# Scripts written without spaces, or (Hangul) with endings joined to a name: any letter may begin a name.
_UNSPACED = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Kana
    (0x3400, 0x9FFF),  # Han
    (0xAC00, 0xD7A3),  # Hangul
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


@dataclass
class Word:
    """Letters without a gap between them, and where each stands: (start, end) in the text."""

    letters: list[frozenset[str]] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    alphabetic: int = 0

    @property
    def alone(self) -> bool:
        """A single letter, which may go together with its neighbours: `M a y a`."""
        return len(self.letters) == 1


def words(text: str) -> list[Word]:
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    word = Word()
    for at, sign in enumerate(text):
        if is_hidden(sign):
            if word.places and unicodedata.category(sign) != "Po":
                word.places[-1] = (word.places[-1][0], at + 1)  # a mark belongs to the letter before it
            continue
        joins = _is_letter(sign)
        unspaced = sign.isalpha() and any(first <= ord(sign) <= last for first, last in _UNSPACED)
        if word.letters and (unspaced or not joins):
            yield word
            word = Word()
        if joins:
            word.letters.append(readings(sign))
            word.places.append((at, at + 1))
            word.alphabetic += sign.isalpha() or bool(letter_in_name(sign))
        if unspaced:
            yield word
            word = Word()
    if word.letters:
        yield word


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNM" or is_sign(sign)


Pattern = tuple[frozenset[str], ...]
"""What to look for: for each letter all that may stand there."""


def pattern(word: Word, choose: Callable[[Iterable[int]], int]) -> Pattern:
    """A word as what to look for.

    `æ` may be read as a-e, so it takes one place or two: `choose`, min or max, says which. Try both.
    """
    found: list[frozenset[str]] = []
    for letter in word.letters:
        length = choose(len(each) for each in letter if each)
        alike = [each for each in letter if len(each) == length]
        found += [frozenset(each[place] for each in alike) for place in range(length)]
    return tuple(found)


def reach(word: Word, wanted: Pattern, begun: set[int]) -> set[int]:
    """How far into `wanted` one can be at the end of the word, having been at `begun` at its start."""
    if len(word.letters) > LONGEST_WORD:
        return set()
    at = begun
    for letter in word.letters:
        at = {place + len(read) for place in at for read in letter if _fits(read, wanted, place)}
        if not at:
            break
    return at


def _fits(read: str, wanted: Pattern, place: int) -> bool:
    if place + len(read) > len(wanted):
        return False
    return all(sign in wanted[place + step] for step, sign in enumerate(read))


def gaps(found: list[Word]) -> set[int]:
    """After which words a name may go on: both letters stand alone, or nothing stands between."""
    return {
        at
        for at, (one, other) in enumerate(pairwise(found))
        if (one.alone and other.alone) or one.places[-1][1] == other.places[0][0]
    }
