"""The rules of style for prompts, as far as a machine can hold them.

Whether an invitation is kind no machine can judge: each prompt says whether a person with lived experience
has read it.
"""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from bot.prompts.library import Reading, read
from bot.prompts.models import Deck, Finding, Prompt
from bot.prompts.readability import grade
from bot.prompts.wording import WORDINGS, without_quotations

MAX_CHARACTERS = 240
MAX_GRADE = 8.0
MAX_NOTE_WORDS = 8
MIN_ARRIVALS = (
    2  # prompts a deck can give at depth 0, so that a new circle is not given the same one for ever
)
TOO_ALIKE = 0.5  # part of their longer words that two prompts share; unrelated ones here stay below 0.36

READER_FIELDS = ("text", "gentler", "closing", "content_note")
"""What members read from the bot. Facilitators may use ``kind_response`` in their own voice."""

_INVITES = re.compile(
    r"\b(might|may|if you|could|would you|would like|is there|are there|was there|were there|perhaps)\b", re.I
)
_LEAVES_ROOM = re.compile(
    r"\bas (light|small|short|little|quiet|vague) as\b|\b(need not|no need|without)\b|\bwise too\b"
    r"|\bunsaid\b|\bto yourself\b|\bstay with you\b|\bleave it there\b|\b(is|are) (plenty|enough|fine)\b"
    r"|\b(just|also) (\w+ )?(sit|rest|listen|read)\b|\b(nothing|none|not yet|give me time|no, thank you)\b",
    re.I,
)
_TWO_QUESTIONS = re.compile(r",? (?:and|or) (?:what|how|when|where|who|whom|which)\b[^.?!]*\?", re.I)
_ALARM = re.compile(r"(?i:\b(warnings?|caution|danger\w*|alert|trigger\w*|tw|cw)\b)|[!⚠❗]|\b[A-Z]{3,}\b")
_MEANING_WORD = re.compile(r"[^\W\d_]{4,}")
_SIDEWAYS = {"image", "song", "object"}


class Complaint(NamedTuple):
    field: str
    rule: str
    reason: str


def lint_prompts(content: Path) -> list[Finding]:
    """Everything amiss in the decks of every language, the concepts and the sources, in order of place."""
    locales = sorted(folder.parent.name for folder in content.glob("*/prompts"))
    findings: set[Finding] = set()
    for locale in locales or ["en"]:
        reading = read(content, locale)
        findings |= {*reading.findings, *_lint(reading)}
    return sorted(findings)


def _lint(reading: Reading) -> Iterator[Finding]:
    for deck in reading.library.decks.values():
        english = deck.language.split("-")[0] == "en"  # wording rules are about English words
        for complaint in [*_deck(deck), *(_deck_wording(deck) if english else ())]:
            yield reading.decks[deck.id].finding(*complaint)
        for prompt in deck.prompts:
            complaints = [*_form(prompt), *_attendance(prompt, deck), *(_english(prompt) if english else ())]
            for complaint in complaints:
                yield reading.prompts[prompt.id].finding(*complaint)
    for prompt, complaint in _alike(list(reading.library.prompts.values())):
        yield reading.prompts[prompt.id].finding(*complaint)


def _form(prompt: Prompt) -> Iterator[Complaint]:
    """The rules that hold in every language."""
    yield from _gentler(prompt)
    yield from _content_note(prompt)
    for field in ("text", "gentler", "closing"):
        length = len(getattr(prompt, field))
        if length > MAX_CHARACTERS:
            yield Complaint(field, "length", f"{length} characters are more than {MAX_CHARACTERS}.")
    for field, _, text in _invitations(prompt):
        asked = text.count("?")
        if asked != 1:
            reason = f"It asks {asked or 'no'} questions, and a prompt asks exactly one."
            yield Complaint(field, "one-question", reason)
    if prompt.closing.count("?") > 1:
        yield Complaint("closing", "one-question", "A closing asks one question at most.")
    if len(set(prompt.other_doors)) < 2:
        yield Complaint("other_doors", "doors", "At least two ways of answering stand beside words.")
    elif prompt.depth >= 2 and not _SIDEWAYS & set(prompt.other_doors):
        yield Complaint("other_doors", "doors", "From depth 2 one door is an image, song or object.")


def _gentler(prompt: Prompt) -> Iterator[Complaint]:
    if prompt.depth == 0 and (prompt.gentler or prompt.gentler_depth is not None):
        yield Complaint("gentler", "gentler", "A prompt of depth 0 has nothing gentler.")
    elif prompt.depth > 0 and not prompt.gentler:
        yield Complaint("gentler", "gentler", f"A prompt of depth {prompt.depth} brings a gentler text.")
    elif prompt.depth > 0 and (prompt.gentler_depth is None or prompt.gentler_depth >= prompt.depth):
        yield Complaint("gentler_depth", "gentler", f"The gentler text has a depth below {prompt.depth}.")


def _content_note(prompt: Prompt) -> Iterator[Complaint]:
    note = prompt.content_note
    if prompt.depth == 3 and not note:
        yield Complaint("content_note", "content-note", "At depth 3 a note says what the prompt mentions.")
    if len(note.split()) > MAX_NOTE_WORDS:
        yield Complaint("content_note", "content-note", f"A content note has {MAX_NOTE_WORDS} words at most.")
    if alarm := _ALARM.search(note):
        yield Complaint("content_note", "content-note", f"“{alarm[0]}” is alarm, and a note is plain fact.")


def _invitations(prompt: Prompt) -> Iterator[tuple[str, int, str]]:
    """The texts that ask something: their field, their depth, their words."""
    yield "text", prompt.depth, prompt.text
    if prompt.gentler and prompt.gentler_depth is not None:
        yield "gentler", prompt.gentler_depth, prompt.gentler


def _attendance(prompt: Prompt, deck: Deck) -> Iterator[Complaint]:
    if prompt.needs_facilitator and not deck.attended:
        field = "depth" if prompt.depth == 3 else "kind"
        yield Complaint(field, "attended", "This asks for a facilitator who is there, and its deck does not.")


def _deck(deck: Deck) -> Iterator[Complaint]:
    arrivals = len(deck.within(0))
    if arrivals < MIN_ARRIVALS:
        reason = f"At depth 0 a circle is offered {arrivals} of its prompts, and {MIN_ARRIVALS} is the least."
        yield Complaint("title", "arrivals", reason)


def _english(prompt: Prompt) -> Iterator[Complaint]:
    """The rules about English words."""
    for field in READER_FIELDS:
        yield from _wordings(field, getattr(prompt, field), from_the_bot=True)
    yield from _wordings("kind_response", prompt.kind_response, from_the_bot=False)
    for field in ("text", "gentler", "closing"):
        years = grade(getattr(prompt, field))
        if years > MAX_GRADE:
            yield Complaint(field, "grade", f"It reads at school grade {years:.1f}, above {MAX_GRADE:.0f}.")
    for field, depth, text in _invitations(prompt):
        if not _INVITES.search(text):
            yield Complaint(
                field, "invitation", "No inviting verb, as in “you might”, “if you like”, “is there”."
            )
        if _TWO_QUESTIONS.search(text):
            yield Complaint(field, "one-question", "A second question hides behind “and” or “or”.")
        if depth >= 2 and not _LEAVES_ROOM.search(text):
            yield Complaint(
                field, "exit", "From depth 2 the text has a way out, as in “as light as you like”."
            )


def _deck_wording(deck: Deck) -> Iterator[Complaint]:
    for field in ("title", "description"):
        yield from _wordings(field, getattr(deck, field), from_the_bot=True)


def _wordings(field: str, text: str, *, from_the_bot: bool) -> Iterator[Complaint]:
    text = text.replace("’", "'")
    for wording in WORDINGS:
        if wording.from_the_bot and not from_the_bot:
            continue
        searched = without_quotations(text) if wording.rule == "first-person" else text
        if found := wording.pattern.search(searched):
            yield Complaint(field, wording.rule, f"“{found[0]}” {wording.reason}.")


def _alike(prompts: list[Prompt]) -> Iterator[tuple[Prompt, Complaint]]:
    """Two prompts that share half of their words of four letters or more: people would feel asked again."""
    texts = [
        (prompt, field, set(_MEANING_WORD.findall(text.lower())))
        for prompt in prompts
        for field, _, text in _invitations(prompt)
    ]
    for (first, _, words), (second, field, others) in combinations(texts, 2):
        shared = len(words & others)
        if first is not second and shared and shared >= TOO_ALIKE * len(words | others):
            yield second, Complaint(field, "alike", f"This is nearly the prompt “{first.id}” again.")
