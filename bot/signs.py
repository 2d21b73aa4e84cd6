"""Single signs as they are read: case, look-alikes, digits for letters, and signs that show nothing."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from confusable_homoglyphs.confusables import confusables_data

_HIDDEN = "\u115f\u1160\u3164\uffa0*~`\\"
"""Hangul fillers, which show nothing; and Discord's markdown, which isn't shown."""
INSTEAD = dict(zip("013457898@$!|", "oleastbgbasil", strict=True)) | {"1": "li"}
"""Digits and signs that people put for letters."""
SIGNS = "@$!|"


def is_hidden(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category in ("Mn", "Me", "Cf") or sign in _HIDDEN or (category == "Cc" and not sign.isspace())


def is_sign(sign: str) -> bool:
    """A symbol that can be read as a letter, and left out as well."""
    if sign in SIGNS or (letter_in_name(sign) and not sign.isalpha()):
        return True
    if sign.isascii() or unicodedata.category(sign)[0] not in "SP":
        return False
    symbol = unicodedata.category(sign)[0] == "S"
    return any(len(each) == 1 and each.isalpha() and (symbol or each.isascii()) for each in _read(sign))


@lru_cache(maxsize=8192)
def readings(sign: str) -> frozenset[str]:
    """All that one sign may be read as, in small letters without accents; "" where it may be left out."""
    may_be_left_out = sign.isdecimal() or is_sign(sign)
    return frozenset(_read(sign) | ({""} if may_be_left_out else set()))


def _read(sign: str) -> set[str]:
    found: set[str] = set()
    new = {sign, letter_in_name(sign), *INSTEAD.get(sign, "")} - {""}
    while new:
        seen = new.pop()
        found.add(seen)
        new |= {plain(seen), *_look_alikes(seen)} - found - {""}
    return {each for each in found if each == plain(each)}


def plain(text: str) -> str:
    """Small letters without accents, in one form."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in folded if not is_hidden(sign))


def _look_alikes(text: str) -> set[str]:
    """What Unicode lists as looking like it (TR 39, confusables.txt).

    The list knows each pair both ways round: a sign that stands for many has many, each of them has the one.
    Of a plain letter only that one counts: `I` may be l, but `l` is no i. And `rn` is no m, or Tom could not
    feel torn.
    """
    if text == "rn":
        return {"m"}
    if text.isascii():
        likes = _confusables().get(text, [])
        return set(likes) if len(likes) == len(text) == len(likes[0]) else set()
    return {like for case in (text, text.lower(), text.upper()) for like in _confusables().get(case, [])}


@cache
def _confusables() -> dict[str, list[str]]:
    # Signs written from right to left are listed with marks of direction around them.
    return {
        _visible(sign): [_visible(each["c"]) for each in likes] for sign, likes in confusables_data.items()
    }


def _visible(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


@lru_cache(maxsize=8192)
def letter_in_name(sign: str) -> str:
    """The letter a sign shows by its name, such as REGIONAL INDICATOR SYMBOL LETTER M."""
    if sign.isascii():
        return ""
    parts = unicodedata.name(sign, "").split()
    shows = len(parts) > 1 and len(parts[-1]) == 1 and "LETTER" in parts
    return parts[-1].lower() if shows and ("LATIN" in parts or "REGIONAL" in parts) else ""
