"""How long a text may be, and how it stands in a post."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate

TEXT_MAX = 2800
"""Discord allows 4000 characters in a message; the rest is for the frame, also that of the preview."""
NOTE_MAX = 80
MARK_MAX = 40
"""Room for "(1 of 2)", in any language, on a text that is posted in two parts."""
_GAPS = (
    re.compile(r"\n[^\S\n]*+\n\s*+"),  # between paragraphs
    re.compile(r"\n\s*+"),
    re.compile(r"(?<=[.!?…])\s++|(?<=[。！？])\s*+"),  # between sentences
    re.compile(r"\s++"),
)
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d{15,20})")
_FULLWIDTH_AT = "\uff20"


def length(text: str) -> int:
    """In UTF-16 units: the longest of the ways in which Discord's clients and servers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def says_something(text: str) -> bool:
    """Whether there is anything to see in it: Discord refuses a text of spaces and invisible signs."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in text)


def posted(text: str) -> str:
    """The text as it stands in a post: no mention of anyone, and not a character longer."""
    return _MENTION.sub(_FULLWIDTH_AT, text.strip())


def in_two(text: str, most: int = TEXT_MAX - MARK_MAX) -> tuple[str, str] | None:
    """The text in two parts of at most `most`, nothing but the space between them lost; None if it is longer.

    Of all places it is where it reads best, then nearest to the middle: between paragraphs, lines, sentences,
    words; else between two signs.
    """
    text = text.strip()
    before = [0, *accumulate(map(length, text))]

    def fits(cut: int) -> bool:
        return 0 < cut < len(text) and before[cut] <= most and before[-1] - before[cut] <= most

    for cuts in (*([found.end() for found in gap.finditer(text)] for gap in _GAPS), _between_signs(text)):
        fitting = [cut for cut in cuts if fits(cut)]
        if fitting:
            cut = min(fitting, key=lambda cut: abs(2 * before[cut] - before[-1]))
            return text[:cut].rstrip(), text[cut:].lstrip()
    return None


def _between_signs(text: str) -> Iterator[int]:
    """Where no accent, joined emoji, skin tone or flag is taken apart."""
    for cut in range(1, len(text)):
        one, other = text[cut - 1], text[cut]
        joined = unicodedata.category(other)[0] == "M" or "\u200d" in (one, other)
        tone, flag = "\U0001f3fb" <= other <= "\U0001f3ff", "\U0001f1e6" <= other <= "\U0001f1ff"
        if not (joined or tone or flag):
            yield cut
