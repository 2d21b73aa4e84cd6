"""Which prompt a circle is given next, and in which form."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.circles.models import Circle
from bot.content import DEFAULT_LOCALE
from bot.errors import StartError
from bot.prompts import library
from bot.prompts.models import Deck, Library, Prompt
from bot.prompts.rounds import Invitation, Variant


def load_libraries(content: Path) -> dict[str, Library]:
    """The prompt library in every language that has one. Raises StartError listing every fault."""
    locales = {DEFAULT_LOCALE, *(path.parent.name for path in content.glob("*/prompts"))}
    try:
        return {locale: library.load(content, locale) for locale in sorted(locales)}
    except library.LibraryError as error:
        raise StartError(f"The prompts can't be used:\n{error}") from None


def in_language(libraries: Mapping[str, Library], locale: str) -> Library:
    """The library in a language, or in its main form (`es-419`: `es`), or in English."""
    return libraries.get(locale) or libraries.get(locale.split("-")[0]) or libraries[DEFAULT_LOCALE]


def choose(
    found: Library, circle: Circle, deck_id: str, given: Sequence[str], rng: random.Random
) -> tuple[Deck, Invitation] | None:
    """The circle's next prompt and the deck it is from; None where nothing fits its depth ceiling.

    A deck that is no longer there, or has nothing for that ceiling, is replaced by another that may be posted
    while no facilitator is there. `given` are the ids of the prompts the circle had, oldest first.
    """
    others = [deck for deck in found.decks.values() if deck.id != deck_id and not deck.attended]
    for deck in [*([found.decks[deck_id]] if deck_id in found.decks else []), *others]:
        try:
            prompt = deck.next_prompt(given, circle.depth_ceiling, rng)
        except LookupError:
            continue
        return deck, _invitation(found, circle.locale, prompt)
    return None


def _invitation(found: Library, locale: str, prompt: Prompt) -> Invitation:
    as_written = found.prompts[prompt.id]
    return Invitation(
        prompt_id=prompt.id,
        variant=Variant.TEXT if prompt.depth == as_written.depth else Variant.GENTLER,
        depth=prompt.depth,
        locale=locale,
        text=prompt.text,
        content_note=prompt.content_note,
        doors=prompt.other_doors,
        idea=found.concepts[prompt.concept].sentence,
        concept=found.concepts[prompt.concept].name,
        closing=prompt.closing,
    )
