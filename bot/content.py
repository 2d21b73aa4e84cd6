"""Words shown to people, read from content/<language>/words/*.toml and checked at start.

A key is the file's stem and the dotted path in it: `circle.hello.title`. A placeholder is `{name}`.
A language may lack whole files (English stands in for them, and circles are offered it once it has all), but
no text of a file that it has.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.errors import StartError

DEFAULT_LOCALE = "en"


class Content:
    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        self._words = words

    @property
    def locales(self) -> list[str]:
        """The languages that have every text: a circle can speak these."""
        return sorted(locale for locale, words in self._words.items() if words.keys() == self.keys)

    @property
    def begun(self) -> list[str]:
        """All languages that have some file."""
        return sorted(self._words)

    @property
    def keys(self) -> set[str]:
        return set(self._words[DEFAULT_LOCALE])

    def text(self, key: str, locale: str = DEFAULT_LOCALE, **params: object) -> str:
        """The words for a key in a language (`es-419` falls back to `es`, an unknown one to English).

        Raises KeyError for a key or a placeholder nobody wrote: a mistake of ours, caught by tests.
        """
        words = self._words.get(locale) or self._words.get(locale.split("-")[0]) or {}
        return (words.get(key) or self._words[DEFAULT_LOCALE][key]).format_map(params)


def load(folder: Path) -> Content:
    """Every language in the folder. Raises StartError listing every fault found."""
    words: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*/words/*.toml")):
        language = words.setdefault(path.parts[-3], {})
        try:
            language.update(_flat(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
            faults.append(f"{'/'.join(path.parts[-3:])}: {error}")
    if DEFAULT_LOCALE not in words:
        faults.append(f"no words in {DEFAULT_LOCALE}/words/ under {folder}")
    faults += _differences(words)
    if faults:
        raise StartError("The content can't be used:\n  " + "\n  ".join(faults))
    return Content(words)


def _flat(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str):
            yield key, value.strip()
        elif isinstance(value, dict):
            yield from _flat(key, value)
        else:
            raise TypeError(f"{key} is neither a text nor a table")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _differences(words: Mapping[str, Mapping[str, str]]) -> list[str]:
    base = words.get(DEFAULT_LOCALE, {})
    found = []
    for locale, language in words.items():
        files = {key.split(".")[0] for key in language}
        for key in sorted(key for key in base.keys() | language.keys() if key.split(".")[0] in files):
            if key not in language or key not in base:
                found.append(f"{key} is missing in {locale if key not in language else DEFAULT_LOCALE}")
            elif placeholders(language[key]) != placeholders(base[key]):
                found.append(f"{key} has other placeholders in {locale} than in {DEFAULT_LOCALE}")
    return found
