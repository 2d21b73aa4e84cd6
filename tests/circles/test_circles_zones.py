from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.circles.zones import COMMON, Found, Zones, is_zone, load
from bot.config import CONTENT
from bot.errors import StartError

ZONES = load(CONTENT)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("sao paulo", "America/Sao_Paulo"),
        ("München", "Europe/Berlin"),
        ("san francisco", "America/Los_Angeles"),
        ("UK", "Europe/London"),
        ("Kenya", "Africa/Nairobi"),
        ("pacific time", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("  nairobi ", "Africa/Nairobi"),
    ],
)
def test_a_city_a_country_or_a_zone_s_own_name_is_understood(typed: str, zone: str) -> None:
    assert ZONES.resolve(typed) == zone


@pytest.mark.parametrize("typed", ["", "   ", "Atlantis", "United States", "Córdoba"])
def test_what_is_no_place_or_several_is_not_guessed(typed: str) -> None:
    assert ZONES.resolve(typed) is None


def test_the_closest_comes_first_and_each_zone_once() -> None:
    found = ZONES.search("berl")
    assert found[0] == Found("Europe/Berlin", "Berlin")
    assert len({entry.zone for entry in found}) == len(found)


def test_without_a_text_there_is_one_zone_for_each_stretch_of_clock() -> None:
    assert [found.zone for found in ZONES.search("")] == list(COMMON)


@given(st.text(max_size=40))
def test_whatever_is_typed_there_are_at_most_25_zones_and_all_of_them_exist(typed: str) -> None:
    found = ZONES.search(typed)
    assert len(found) <= 25
    for entry in found:
        ZoneInfo(entry.zone)


@given(st.text(max_size=40))
def test_what_is_resolved_is_among_what_is_found(typed: str) -> None:
    zone = ZONES.resolve(typed)
    assert zone is None or zone in {found.zone for found in ZONES.search(typed)}


def test_names_that_differ_between_machines_are_no_zones() -> None:
    assert not any(is_zone(name) for name in ("localtime", "EST", "Factory", "Etc/GMT+3", "", "Nowhere/City"))


def test_a_city_with_a_zone_that_is_none_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "cities.toml").write_text('"Somewhere" = "Europe/Somewhere"', encoding="utf-8")
    with pytest.raises(StartError, match="Somewhere"):
        load(tmp_path)


def test_a_city_of_one_s_own_is_found() -> None:
    assert Zones({"Bag End": "Pacific/Auckland"}).resolve("bag end") == "Pacific/Auckland"
