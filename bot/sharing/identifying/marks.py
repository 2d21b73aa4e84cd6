"""Signs that lead to somebody: mentions, addresses of mail, telephone numbers, bank accounts, emoji.

Every pattern reads a text once: what repeats in it is possessive, so nothing is tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

Place = tuple[int, int]
PHONE_TRIES = 200  # the matcher gives up after so many numbers that are none
SHORTEST_PHONE = 7  # digits: shorter ones are often pages, years and amounts

_MENTION = re.compile(r"<@[!&]?\d{15,20}+>|(?<![\w.@])@(?!everyone\b|here\b)\w[\w.]{1,31}+")
_EMOJI = re.compile(r"<a?:\w{2,32}+:(\d{15,20}+)>")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}+")
_MAIL_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_LONGEST_MAIL = 64, 255  # before and after the @ (RFC 5321)


def mentions(text: str) -> Iterator[Place]:
    return (found.span() for found in _MENTION.finditer(text))


def emoji(text: str, *, known: Collection[int]) -> Iterator[Place]:
    """Custom emoji, but for the known ones: who can use another server's is one of few."""
    return (found.span() for found in _EMOJI.finditer(text) if int(found[1]) not in known)


def emails(text: str) -> Iterator[Place]:
    at = text.find("@")
    while at >= 0:
        start, end = at, at + 1
        while start and at - start < _LONGEST_MAIL[0] and _is_mail(text[start - 1]):
            start -= 1
        while end < len(text) and end - at <= _LONGEST_MAIL[1] and _is_mail(text[end]):
            end += 1
        host = text[at + 1 : end].rstrip(".-_+%")
        if start < at and "." in host and host.rpartition(".")[2].isalpha():
            yield start, at + 1 + len(host)
        at = text.find("@", at + 1)


def _is_mail(sign: str) -> bool:
    return sign in _MAIL_SIGNS or (ord(sign) > 127 and sign.isalnum())


def phones(text: str, regions: Collection[str]) -> Iterator[Place]:
    """Numbers that exist: written with their country, or as in one of the regions."""
    for region in regions or (None,):
        for found in PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=PHONE_TRIES):
            if sum(sign.isdigit() for sign in found.raw_string) >= SHORTEST_PHONE:
                yield found.start, found.end


def accounts(text: str) -> Iterator[Place]:
    """International bank account numbers: the check digits leave one in a hundred by chance (ISO 13616)."""
    for found in _ACCOUNT.finditer(text):
        start, end = found.span()
        ends = [at for at in range(end, start, -1) if not text[at : at + 1].isalnum()]
        for at in ends:
            if _is_account(text[start:at].replace(" ", "")):
                yield start, at
                break


def _is_account(signs: str) -> bool:
    return len(signs) >= 15 and int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1
