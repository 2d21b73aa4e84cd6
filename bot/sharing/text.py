"""How long a text may be, and how it stands in a post."""

from __future__ import annotations

import re
import unicodedata

TEXT_MAX = 2800
"""Discord allows 4000 characters in a message; the rest is for the frame, also that of the preview."""
NOTE_MAX = 80
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
