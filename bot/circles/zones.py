"""Time zones as people look for them: by their city, their country, or the zone's own name."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import available_timezones

from bot.errors import StartError

# One for each stretch of clock, west to east: enough to start from before anyone has typed anything.
COMMON = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Halifax",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "UTC",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Berlin",
    "Africa/Johannesburg",
    "Africa/Cairo",
    "Europe/Istanbul",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Jakarta",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
)

# 'US/Pacific': what follows the slash names no place.
_PARTS_OF_COUNTRIES = ("Brazil/", "Canada/", "Chile/", "Mexico/", "US/")


@dataclass(frozen=True)
class Found:
    """A zone, and the name it was found by (a city, a country)."""

    zone: str
    name: str


class Zones:
    def __init__(self, cities: Mapping[str, str]) -> None:
        """`cities`: city -> zone, for cities that have no zone of their own name."""
        self._names = [(_plain(found.name), found) for found in _named(cities)]

    def search(self, text: str, limit: int = 25) -> list[Found]:
        """Zones whose city, country or name fits, the closest first; without a text, one for each stretch."""
        wanted = _plain(text)
        if not wanted:
            return [Found(zone, city(zone)) for zone in COMMON[:limit]]
        ranked = sorted(
            (
                (rank, place, found)
                for place, (name, found) in enumerate(self._names)
                if (rank := _closeness(wanted, name)) is not None
            ),
            key=lambda entry: entry[:2],
        )
        best: dict[str, Found] = {}
        for _, _, found in ranked:
            best.setdefault(found.zone, found)
        return list(best.values())[:limit]

    def resolve(self, text: str) -> str | None:
        """The one zone that is meant: its own name, or a city or country that has only one; else None."""
        wanted = _plain(text)
        exact = {found.zone for name, found in self._names if name == wanted}
        zones = exact or {found.zone for found in self.search(text)}
        return zones.pop() if wanted and len(zones) == 1 else None


def is_zone(name: str) -> bool:
    return name in _known()


def city(zone: str) -> str:
    """`America/Argentina/Buenos_Aires` -> `Buenos Aires`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def load(folder: Path) -> Zones:
    """With the cities of `cities.toml` in the content folder. Raises StartError for a zone that is none."""
    try:
        cities = tomllib.loads((folder / "cities.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StartError(f"cities.toml in {folder} can't be used: {error}") from None
    wrong = [name for name, zone in cities.items() if not isinstance(zone, str) or not is_zone(zone)]
    if wrong:
        raise StartError(f"cities.toml in {folder}: no such time zone at {', '.join(wrong)}")
    return Zones(cities)


@cache
def _known() -> frozenset[str]:
    # Left out: names without a place ('EST', 'localtime'), which differ between machines or know no summer.
    return frozenset(
        name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
    ) | {"UTC"}


def _named(cities: Mapping[str, str]) -> Iterator[Found]:
    """Every name a zone is known by; earlier names win where two fit as well."""
    known = sorted(_known())
    yield from (Found(zone, city(zone)) for zone in known if not zone.startswith(_PARTS_OF_COUNTRIES))
    yield from (Found(zone, name) for name, zone in cities.items())
    yield from _countries()
    yield from (Found(zone, zone) for zone in known)


def _countries() -> Iterator[Found]:
    tables = resources.files("tzdata") / "zoneinfo"
    names = dict(_rows((tables / "iso3166.tab").read_text(encoding="utf-8")))
    for code, _, zone, *_ in _rows((tables / "zone.tab").read_text(encoding="utf-8")):
        if is_zone(zone):
            yield Found(zone, names[code])


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))


def _closeness(wanted: str, name: str) -> int | None:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if f" {wanted}" in name:
        return 2
    return 3 if len(wanted) > 2 and wanted in name else None


def _plain(text: str) -> str:
    """Without case, accents and separators, so that `sao paulo` finds `São_Paulo`."""
    bare = (char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w+-]|_", " ", "".join(bare).casefold()).split())
