"""A person's own names in their text, in any script and however they are written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.sharing.identifying import folding
from bot.sharing.identifying.folding import Pattern, Word
from bot.signs import SIGNS, is_hidden

SHORTEST, SHORTEST_PART = 2, 3  # letters
_BESIDE_NAMES = """
she her hers him his they them their theirs xem xer zir hir any all ask pronouns mrs miss user
the and for from with not off away busy sleep sleepy tired your you
"""
_NOT_NAMES = frozenset(_BESIDE_NAMES.split())
"""What stands beside a name in a nickname, and in every other sentence of a text."""
_ENDING = frozenset("s")


@dataclass(frozen=True)
class _Name:
    pattern: Pattern  # its letters, and one `s` more: "Mayas"
    ends: frozenset[int]  # where within it one of its own words ends

    @property
    def length(self) -> int:
        return len(self.pattern) - 1


def find(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where one of the names, or a part of one, stands: (start, end)."""
    wanted = sorted({each for name in names for each in _patterns(name)}, key=lambda each: -each.length)
    found = folding.words(text)
    gaps = folding.gaps(found)
    for name in wanted:
        at = 0
        while at < len(found):
            end = _match(found, gaps, at, name)
            if end is None:
                at += 1
            else:
                yield _trimmed(text, found[at].places[0][0], found[end].places[-1][1])
                at = end + 1


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the signs around it that only could have been letters."""
    while text[start] in SIGNS or text[start].isspace():
        start += 1
    while text[end - 1] in SIGNS or text[end - 1].isspace():
        end -= 1
    return start, end


def _match(found: list[Word], gaps: set[int], start: int, name: _Name) -> int | None:
    """The last of the words from `start` on that together are the name."""
    at, alphabetic = {0}, 0
    for place in range(start, min(start + name.length, len(found))):
        at = folding.reach(found[place], name.pattern, at)
        alphabetic += found[place].alphabetic
        if at & {name.length, name.length + 1} and alphabetic >= max(SHORTEST, name.length / 2):
            return place
        at = {reached for reached in at if reached and (reached in name.ends or place in gaps)}
        if not at:
            return None
    return None


def _patterns(name: str) -> Iterator[_Name]:
    """The name as a whole, and each part of it that is a name by itself."""
    for text, shortest in ((name, SHORTEST), *((part, SHORTEST_PART) for part in _parts(name))):
        words = folding.words(text)
        if sum(word.alphabetic for word in words) >= shortest:
            yield _name(words, min)
            yield _name(words, max)


def _name(words: list[Word], choose: Callable[[Iterable[int]], int]) -> _Name:
    letters: list[frozenset[str]] = []
    ends = []
    for word in words:
        letters += folding.pattern(word, choose)
        ends.append(len(letters))
    return _Name((*letters, _ENDING), frozenset(ends))


def _parts(name: str) -> Iterator[str]:
    """`Maya Lindqvist`, `maya_l92`, `MayaLindqvist`: the runs of letters, also by capitals."""
    part = ""
    for sign in name + " ":
        begins = sign.isupper() and part[-1:].islower()
        joins = sign.isalpha() or (part and is_hidden(sign))
        if part and (begins or not joins):
            if part.casefold() not in _NOT_NAMES:
                yield part
            part = ""
        if joins:
            part += sign
