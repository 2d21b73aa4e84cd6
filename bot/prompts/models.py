"""The prompt library as values: sources, concepts, prompts, decks."""

import random
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

Depth = Literal[0, 1, 2, 3]
"""How much a prompt asks for: 0 arrive (a word, a colour), 1 notice (a small moment), 2 reflect (a pattern,
need or wish in general terms), 3 tender (longing and protection together)."""

Kind = Literal["share", "explore"]
"""``share`` asks each person for something of their own; ``explore`` looks at something together, so a
facilitator is present."""

Door = Literal["emoji", "image", "song", "object", "note", "quiet"]
"""Ways of answering beside words: ``note`` is a note to oneself, kept nowhere; ``quiet`` is being here."""

Read = Literal["full", "abstract or excerpt", "not read"]


@dataclass(frozen=True)
class Source:
    """A work the library rests on; ``read`` says truthfully how much of it was read."""

    id: str
    author: str
    title: str
    read: Read
    year: int | None = None
    published: str = ""
    doi: str = ""
    url: str = ""


@dataclass(frozen=True)
class Concept:
    """An idea of Relational-Cultural Theory in one plain sentence."""

    id: str
    name: str
    sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Prompt:
    """One invitation, with all that travels with it.

    ``id`` is unique in the library and the same in every language, so that a circle's history outlives a
    translation. ``gentler`` asks for less (``gentler_depth`` is below ``depth``); a prompt of depth 0 has
    none. ``may_stir``, ``kind_response`` and ``avoid`` are for the facilitator. ``closing`` is the line that
    ends the round. ``lived_experience_review`` is "awaited" until a person with lived experience has read the
    prompt, then the initials by which they agreed to be named.
    """

    id: str
    deck: str
    concept: str
    depth: Depth
    kind: Kind
    text: str
    may_stir: str
    kind_response: str
    avoid: str
    closing: str
    other_doors: tuple[Door, ...]
    sources: tuple[str, ...]
    lived_experience_review: str
    content_note: str = ""
    gentler: str = ""
    gentler_depth: Depth | None = None

    @property
    def needs_facilitator(self) -> bool:
        """Whether it is only posted while a facilitator is there: tender prompts and explorations."""
        return self.depth == 3 or self.kind == "explore"

    def within(self, ceiling: int) -> "Prompt | None":
        """The form of this prompt for a depth ceiling: itself, else its gentler form, else None.

        The gentler form is a prompt like any other, under the same id, with the gentler text as its text. It
        asks each for something of their own and touches nothing that would want a content note. Who keeps a
        prompt's id and the depth at which it was given can render the same form again by ``within(depth)``.
        """
        if self.depth <= ceiling:
            return self
        if self.gentler_depth is None or self.gentler_depth > ceiling:
            return None
        return replace(
            self,
            depth=self.gentler_depth,
            kind="share",
            text=self.gentler,
            content_note="",
            gentler="",
            gentler_depth=None,
        )


@dataclass(frozen=True)
class Deck:
    """Prompts in order, in one language. An ``attended`` deck is only for rounds that a facilitator holds."""

    id: str
    title: str
    description: str
    language: str
    attended: bool
    prompts: tuple[Prompt, ...]

    def within(self, ceiling: int) -> tuple[Prompt, ...]:
        """The prompts a circle with this depth ceiling can be given, each in its fitting form."""
        return tuple(form for prompt in self.prompts if (form := prompt.within(ceiling)) is not None)

    def left(self, used: Sequence[str], ceiling: int) -> int:
        """How many prompts the circle was not given yet in this pass; ``used`` as for ``next_prompt``."""
        fitting = {prompt.id for prompt in self.within(ceiling)}
        return len(fitting) - len(_given_in_this_pass(used, fitting))

    def next_prompt(self, used: Sequence[str], ceiling: int, rng: random.Random) -> Prompt:
        """The next prompt for a circle, never deeper than its ceiling.

        ``used`` are the prompt ids the circle was given so far, oldest first. Nothing repeats until all that
        fits the ceiling was given; then a new pass begins, and not with the prompt given last (unless there
        is no other). A prompt that is too deep comes in its gentler form, and is left out where that is too
        deep as well. Raises LookupError where nothing in the deck fits.
        """
        fitting = {prompt.id: prompt for prompt in self.within(ceiling)}
        if not fitting:
            raise LookupError(f"deck {self.id} has no prompt for depth ceiling {ceiling}")
        given = _given_in_this_pass(used, fitting.keys())
        fresh = [prompt_id for prompt_id in fitting if prompt_id not in given]
        others = [prompt_id for prompt_id in fresh if prompt_id not in used[-1:]]
        return fitting[rng.choice(others or fresh)]


def _given_in_this_pass(used: Sequence[str], fitting: Set[str]) -> set[str]:
    given: set[str] = set()
    for prompt_id in used:
        given |= {prompt_id} & fitting
        if len(given) == len(fitting):
            given.clear()
    return given


@dataclass(frozen=True)
class Library:
    """Everything read from a content folder for one language, by id."""

    decks: Mapping[str, Deck]
    concepts: Mapping[str, Concept]
    sources: Mapping[str, Source]
    prompts: Mapping[str, Prompt] = field(init=False)

    def __post_init__(self) -> None:
        by_id = {prompt.id: prompt for deck in self.decks.values() for prompt in deck.prompts}
        object.__setattr__(self, "prompts", by_id)


@dataclass(frozen=True, order=True)
class Finding:
    """A fault in the content: where it stands (file within the content folder, line from 1), the rule it
    breaks, and the reason in one sentence."""

    file: str
    line: int
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.reason}"
