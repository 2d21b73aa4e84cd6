"""Pseudonyms: two gentle words, drawn at random."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content import DEFAULT_LOCALE
from bot.errors import StartError

LONGEST = 40
_LISTS = ("first", "second")


@dataclass(frozen=True)
class Language:
    pattern: str
    first: tuple[str, ...]
    second: tuple[str, ...]

    def name(self, chance: random.Random) -> str:
        return self.pattern.format(first=chance.choice(self.first), second=chance.choice(self.second))


class Names:
    def __init__(self, languages: Mapping[str, Language], chance: random.Random) -> None:
        self._languages = languages
        self._chance = chance

    def fresh(self, locale: str, *, taken: Collection[str]) -> str:
        """A name that none of `taken` has. No number in it: a running number would order the shares."""
        language = self.language(locale)
        for _ in range(200):
            name = language.name(self._chance)
            if name not in taken:
                return name
        return name  # thousands of voices at once: two may share a name

    def language(self, locale: str) -> Language:
        """As for words: `es-419` falls back to `es`, an unknown language to English."""
        return (
            self._languages.get(locale)
            or self._languages.get(locale.split("-")[0])
            or self._languages[DEFAULT_LOCALE]
        )


def load(folder: Path, chance: random.Random) -> Names:
    """The lists in `<language>/pseudonyms.toml`. Raises StartError saying what is wrong with one."""
    languages = {}
    for path in sorted(folder.glob("*/pseudonyms.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            first, second = (tuple(str(word) for word in table[key]) for key in _LISTS)
            language = Language(str(table["pattern"]), first, second)
            longest = language.pattern.format(first=max(first, key=len), second=max(second, key=len))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise StartError(
                f"{path.parent.name}/pseudonyms.toml can't be used: it needs a pattern with "
                f"{{first}} and {{second}}, and these two lists ({error})."
            ) from None
        if len(longest) > LONGEST:
            raise StartError(f"{path.parent.name}/pseudonyms.toml: {longest} is over {LONGEST} characters.")
        languages[path.parent.name] = language
    if DEFAULT_LOCALE not in languages:
        raise StartError(f"{DEFAULT_LOCALE}/pseudonyms.toml is missing in {folder.name}/.")
    return Names(languages, chance)
