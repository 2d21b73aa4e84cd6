"""Somebody named, and where somebody lives: only where the words beside it make it plain.

A capital alone says too little: in German every noun has one. So a name counts beside what that person is to
the writer, a title, or "called".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_KIN = (
    "sister|brother|mother|mom|mum|father|dad|daughter|son|wife|husband|partner|girlfriend|boyfriend|fiancée?|"
    "ex|friend|cousin|aunt|uncle|niece|nephew|grandmother|grandma|grandfather|grandpa|boss|manager|colleague|"
    "coworker|teacher|therapist|counsellor|counselor|doctor|roommate|flatmate|neighbour|neighbor|dog|cat"
)
_TITLES = r"Dr|Mr|Mrs|Ms|Mx|Prof|Professor|Frau|Herr|Mme|Madame|Monsieur|Señora?|Sra?"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢİĪĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŤŪŮŰŲŹŻŽА-ЯЁІЇЄҐΑ-Ω])"
_NAME = _CAPITAL + r"[^\W\d_]{1,30}+(?:[-'’]" + _CAPITAL + r"[^\W\d_]{1,30}+)?+"
_PERSON = re.compile(
    rf"\b(?:my|our|his|her|their) (?:[a-z]{{2,12}}+ )?(?:{_KIN}),? "
    rf"(?:is )?(?:called |named )?(?!(?:{_TITLES})\b)({_NAME})"
    rf"|\b(?-i:{_TITLES})\b\.? ({_NAME}(?: {_NAME})?+)"
    rf"|\b(?:called|named) ({_NAME})",
    re.IGNORECASE,
)
_NOT_NAMES = {"I", "It", "He", "She", "They", "We", "You", "And", "But", "The", "God", "Discord"}

_NUMBER = r"\d{1,4}+[a-z]?+(?![\w.,:/-]*+\d)"
_STREET_AFTER = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|crescent|terrace|close"
_STREET_WITHIN = r"(?:straße|strasse|str\.|gasse|allee|platz|weg|straat|laan|gatan|vägen|gade|vej|utca)"
_STREET_BEFORE = (
    "rue|avenue|boulevard|chemin|calle|avenida|avda|plaza|paseo|viale|piazza|corso|rua|travessa|"
    "ul|ulica|ulice|ул|улица|проспект|вулиця"
)
_ADDRESS = re.compile(
    rf"\b\d{{1,5}}+[a-z]?+ (?:{_NAME} ){{1,3}}?(?:{_STREET_AFTER})\b"
    rf"|\b{_CAPITAL}[^\W\d_]{{1,30}}?{_STREET_WITHIN} {_NUMBER}"
    rf"|\b{_CAPITAL}[^\W\d_]{{1,30}}+[ -](?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse) {_NUMBER}"
    rf"|\b(?:{_STREET_BEFORE})\b\.? (?:(?:de|du|des|la|las|los|del|della|dei|da|do|dos|e) ){{0,2}}+"
    rf"{_NAME}(?: {_NAME}){{0,2}}+,? (?:nº |n\. |no\. |д\. ?)?{_NUMBER}"
    rf"|\b\d{{1,4}}+,? (?:rue|avenue|boulevard|chemin|place) (?:(?:de|du|des|la|le|les) ){{0,2}}+{_NAME}",
    re.IGNORECASE,
)


def named(text: str) -> Iterator[tuple[int, int]]:
    for found in _PERSON.finditer(text):
        at = next(group for group in (1, 2, 3) if found[group])
        if found[at] not in _NOT_NAMES:
            yield found.span(at)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _ADDRESS.finditer(text))
