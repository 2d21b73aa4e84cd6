"""One look at a text for all that could tell who wrote it or name someone else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.sharing.identifying import links, marks, names, people
from bot.sharing.models import Body
from bot.sharing.text import TEXT_MAX, length, says_something


class Kind(StrEnum):
    """What can be found; the most telling first."""

    NAME = "name"  # the writer's own
    MENTION = "mention"
    PERSON = "person"  # somebody named beside what they are: "my sister Anna", "Dr. Keller"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    ACCOUNT = "account"  # a bank account (IBAN)
    PROFILE = "profile"  # a link to someone's page
    INVITE = "invite"
    MESSAGE = "message"  # a link to a message or channel on Discord
    TRACES = "traces"  # what a link carries of who copied it
    EMOJI = "emoji"  # of another server


@dataclass(frozen=True)
class Finding:
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Author:
    """What is known of a writer at this moment, to look for it in their text. Never kept, never logged."""

    names: frozenset[str] = field(default=frozenset(), repr=False)
    regions: tuple[str, ...] = ()
    """Countries in whose way a telephone number may be written (ISO 3166, two letters)"""
    emoji: frozenset[int] = frozenset()
    """Ids of the emoji that everyone in the circle's server can use"""


def find(
    text: str, *, names: Collection[str] = (), regions: Collection[str] = (), emoji: Collection[int] = ()
) -> list[Finding]:
    """By place, none over another: where two would, the one that begins first stands, then the longer."""
    found = [Finding(kind, start, end) for kind, start, end in _all(text, names, regions, emoji)]
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[Finding] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _all(
    text: str, own: Collection[str], regions: Collection[str], emoji: Collection[int]
) -> Iterable[tuple[Kind, int, int]]:
    looks: list[tuple[Kind, Iterable[tuple[int, int]]]] = [
        (Kind.NAME, names.find(text, own)),
        (Kind.MENTION, marks.mentions(text)),
        (Kind.PERSON, people.named(text)),
        (Kind.EMAIL, marks.emails(text)),
        (Kind.PHONE, marks.phones(text, regions)),
        (Kind.ADDRESS, people.addresses(text)),
        (Kind.ACCOUNT, marks.accounts(text)),
        (Kind.EMOJI, marks.emoji(text, known=emoji)),
        *((Kind(kind), [(start, end)]) for kind, start, end in links.find(text)),
    ]
    for kind, places in looks:
        yield from ((kind, start, end) for start, end in places)


def look(body: Body, author: Author) -> dict[Kind, str]:
    """What is found in a text and its content note, each kind once, with the first place it stands at."""
    found: dict[Kind, str] = {}
    for text in (body.text, body.note):
        for each in _find(text, author):
            found.setdefault(each.kind, text[each.start : each.end])
    return {kind: found[kind] for kind in Kind if kind in found}


def mend(body: Body, kind: Kind, instead: str, author: Author) -> Body:
    """The body with `instead` for all of that kind; with nothing where that is empty, or has no room."""

    def text(instead: str) -> str:
        return _mended(body.text, kind, instead, author)

    mended = text(instead)
    if length(mended) > TEXT_MAX:
        mended = text("")
    if not says_something(mended):
        mended = "…"
    return Body(mended, _mended(body.note, kind, "", author).strip())


def _mended(text: str, kind: Kind, instead: str, author: Author) -> str:
    for each in reversed(_find(text, author)):
        if each.kind is kind:
            before, after = text[: each.start], text[each.end :]
            if not instead and before[-1:] in ("", " ") and after[:1] == " ":
                after = after[1:]
            text = before + instead + after
    return text


def _find(text: str, author: Author) -> list[Finding]:
    return find(text, names=author.names, regions=author.regions, emoji=author.emoji)
