"""The word lists of `content/care/`, and where in a message they are met.

A message is a row of words; a set of places in it is one whole number, bit by bit. So a search for a row of
lists and gaps is a few shifts and no more: linear in the text, with nothing to go back over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.care.screening.spelling import ENDINGS, MARKS, Spelling

_PREFIX_LEAST = 3


@dataclass(frozen=True)
class Reading:
    """A message as it is read. Bit n of a set of places is the n-th word."""

    words: tuple[str, ...] = field(repr=False)
    """Without quotes, commas and brackets; with what ends a sentence"""
    ends: int
    """Where sentences end"""
    quoted: int
    """Words between quotation marks"""
    found: Mapping[str, Mapping[int, int]] = field(repr=False)
    """List -> number of words -> where such a run of words of that list begins"""

    def begins(self, name: str) -> int:
        """Where words of a list begin."""
        places = 0
        for mask in self.found.get(name, {}).values():
            places |= mask
        return places

    def sentences_with(self, places: int) -> int:
        """All places of the sentences that hold any of these."""
        grown, begin, rest = 0, 0, self.ends | (1 << len(self.words))
        while rest:
            end = (rest & -rest).bit_length()
            rest &= rest - 1
            sentence = (1 << end) - (1 << begin)
            if places & sentence:
                grown |= sentence
            begin = end
        return grown

    def after(self, places: int, most: int) -> int:
        """These places and up to `most` more behind each, in the same sentence."""
        for _ in range(most):
            places |= (places & ~self.ends) << 1
        return places


class Lexicon:
    """`lists`: a list's name to its entries, each one word or several; `word*` is any word so beginning."""

    def __init__(self, lists: Mapping[str, Iterable[str]], spelling: Spelling) -> None:
        self._spelling = spelling
        self._single: dict[str, set[str]] = {}
        self._prefixes: dict[str, list[tuple[str, str]]] = {}
        self._phrases: dict[str, dict[tuple[str, ...], set[str]]] = {}
        for name, entries in lists.items():
            for entry in entries:
                self._add(name, entry)

    def _add(self, name: str, entry: str) -> None:
        if entry.endswith("*"):
            stem = entry[:-1]
            if len(stem) < _PREFIX_LEAST or " " in stem:
                raise ValueError(f"{entry} in {name}: a beginning has three letters or more, and is one word")
            self._prefixes.setdefault(stem[:_PREFIX_LEAST], []).append((stem, name))
            return
        words = tuple(self._spelling.words(entry))
        if not words or any(word in MARKS for word in words):
            raise ValueError(f"{entry!r} in {name} is no word")
        if len(words) == 1:
            self._single.setdefault(words[0], set()).add(name)
        else:
            self._phrases.setdefault(words[0], {}).setdefault(words, set()).add(name)

    def read(self, text: str) -> Reading:
        words: list[str] = []
        ends = quoted = 0
        within = False
        for word in self._spelling.words(text):
            if word == '"':
                within = not within
            elif word in ENDINGS or word not in MARKS:
                ends |= (word in ENDINGS) << len(words)
                quoted |= within << len(words)
                words.append(word)
        return Reading(tuple(words), ends, 0 if within else quoted, self._find(words))

    def _find(self, words: list[str]) -> Mapping[str, Mapping[int, int]]:
        places: dict[str, int] = {}
        for at, word in enumerate(words):
            places[word] = places.get(word, 0) | 1 << at
        found: dict[str, dict[int, int]] = {}
        for word, where in places.items():
            for name in self._names(word):
                lengths = found.setdefault(name, {})
                lengths[1] = lengths.get(1, 0) | where
            for phrase, names in self._phrases.get(word, {}).items():
                begins = where
                for step, other in enumerate(phrase[1:], start=1):
                    begins &= places.get(other, 0) >> step
                    if not begins:
                        break
                else:
                    for name in names:
                        lengths = found.setdefault(name, {})
                        lengths[len(phrase)] = lengths.get(len(phrase), 0) | begins
        return found

    def _names(self, word: str) -> set[str]:
        names = self._single.get(word, set())
        if stems := self._prefixes.get(word[:_PREFIX_LEAST]):
            return names | {name for stem, name in stems if word.startswith(stem)}
        return names
