"""In which language something was written to the bot: a message doesn't tell its writer's settings."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.signs import plain

LONGEST = 4000
"""Signs that are looked at: enough for any language to show"""
_WORD = re.compile(r"[^\W\d_]++")
_ENGLISH = """
the and my to it i for of is that at was so with about this just you not can have be she he out up
got now all they we been if what when said do dont want wanna going gonna there her his him from
then know but who today im ive are again had time myself how every them told here good think tonight
someone after did feel because never tell anymore cant wont thanks need help nobody
"""
_SPANISH = """
y el los las que con lo ya una por hoy del si esta estoy estas tengo tiene al yo como voy va para
pero cuando mas sin nada quiero kiero puedo todo todos nadie alguien desde hace su mis mi soy ni eso
hasta hay fue cada muy porque xq pq q nunca siempre ahora esto noche vida asi algo solo siento morir
gracias ayuda necesito manana adios despues perdon buenas jaja
"""
COMMON = {"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())}
"""Words, without accents, that are common in one of these languages and rare in the other."""


def written_in(text: str, among: Collection[str]) -> str | None:
    """The language whose common words there are most of; None where they say nothing."""
    words = [plain(word) for word in _WORD.findall(text[:LONGEST])]
    counts = {
        language: sum(word in common for word in words)
        for language, common in COMMON.items()
        if language in among
    }
    most = max(counts.values(), default=0)
    told = [language for language, count in counts.items() if count == most > 0]
    return told[0] if len(told) == 1 else None
