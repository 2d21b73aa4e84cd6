"""In which countries' way a circle's people are likely to write a telephone number."""

from __future__ import annotations

from functools import cache
from importlib import resources

MOST = 3


def regions(zone: str, locale: str) -> tuple[str, ...]:
    """Country codes (ISO 3166) of a time zone, and of a language such as `en-GB` or `pt-BR`."""
    of_locale = [locale.partition("-")[2].upper()]
    found = [*_countries().get(zone, []), *(each for each in of_locale if len(each) == 2 and each.isalpha())]
    return tuple(dict.fromkeys(found))[:MOST]


@cache
def _countries() -> dict[str, list[str]]:
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            found.setdefault(zone, []).append(code)
    return found
