"""What could tell who wrote a text is found, whatever it is written with, and little else is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from confusable_homoglyphs.confusables import confusables_data
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import CONTENT
from bot.sharing.identifying.finding import Author, Kind, find, look, mend
from bot.sharing.identifying.regions import regions
from bot.sharing.models import Body
from bot.sharing.text import TEXT_MAX, length, says_something
from bot.signs import readings

ZERO_WIDTH = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\ufe0f", "\u115f"]
MARKS = ["\u0301", "\u0308", "\u0337", "\u20dd"]
EMOJI = 123456789012345678


def found(text: str, *own: str, **more: Any) -> list[tuple[Kind, str]]:
    return [(each.kind, text[each.start : each.end]) for each in find(text, names=own, **more)]


def own(text: str, *own_names: str) -> list[str]:
    return [written for kind, written in found(text, *own_names) if kind is Kind.NAME]


# Names


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("It's Maya!", "Maya", "Maya"),
        ("MAYA was here", "maya", "MAYA"),
        ("Mаyа, with two Cyrillic letters", "Maya", "Mаyа"),
        ("Ma\u200by\u200ba", "Maya", "Ma\u200by\u200ba"),
        ("Máýà", "Maya", "Máýà"),
        ("M a y a", "Maya", "M a y a"),
        ("m.a.y.a", "Maya", "m.a.y.a"),
        ("M4y4", "Maya", "M4y4"),
        ("𝓜𝓪𝔂𝓪", "Maya", "𝓜𝓪𝔂𝓪"),
        ("🇲🇦🇾🇦", "Maya", "🇲🇦🇾🇦"),
        ("**Maya**", "Maya", "Maya"),
        ("Mayas Garten", "Maya", "Mayas"),
        ("Maya's", "Maya", "Maya"),
        ("Maya", "𝓜𝓪𝔂𝓪 ✨", "Maya"),
        ("maya", "maya_l92", "maya"),
        ("Maya said", "MayaLindqvist", "Maya"),
        ("Lindqvist", "Maya Lindqvist", "Lindqvist"),
        ("maya lindqvist", "Maya-Lindqvist", "maya lindqvist"),
        ("mayalindqvist", "Maya Lindqvist", "mayalindqvist"),
        ("Я Маша", "Маша", "Маша"),
        ("我叫小雨很高兴", "小雨", "小雨"),
        ("마야가 왔다", "마야", "마야"),
        ("ฉันชื่อมายานะ", "มายา", "มายา"),
        ("اسمي مايا", "مايا", "مايا"),
        ("ΜΑΡΊΑ", "Μαρία", "ΜΑΡΊΑ"),
        ("Aegir", "Ægir", "Aegir"),
        ("STRASSER", "Straßer", "STRASSER"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, name: str, expected: str) -> None:
    assert own(text, name) == [expected]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from a yard, as a mayor", "Maya"),
        ("all of it", "Ali"),
        ("as a rule", "Asa"),
        ("in a room", "Ina"),
        ("I feel torn", "Tom"),
        ("it was 11 o'clock", "Li"),
        ("1 | I | am", "Li"),
        ("for 111 s", "Li"),
        ("she told her", "Maya | she/her"),
        ("I was away and busy", "Sam (away)"),
        ("anything at all", ""),
        ("😀😀", "😀"),
        ("12:30", "1230"),
    ],
)
def test_what_only_looks_a_little_like_a_name_is_left_alone(text: str, name: str) -> None:
    assert own(text, name) == []


LETTERS = [*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", *"абвгдежзийклмнопрстуфхцчшщыьэюя"]
LETTERS += [*"ΑΒΓΔΕΖΗΘΛΞΠΣΦΨΩαβγδεζηθικλμνξοπρστυφχψω", *"אבגדהש", *"ابحسمي", *"ñøłßæđħ"]


@pytest.mark.parametrize("letter", LETTERS)
def test_every_look_alike_that_unicode_lists_is_seen_through(letter: str) -> None:
    before, after = ("xq", "zk") if letter.isascii() else ("юж", "фэ")
    listed = [
        each["c"] for key in (letter, f"\u200e{letter}\u200e") for each in confusables_data.get(key, [])
    ]
    unseen = [
        alike
        for alike in listed
        if not (letter == "m" and alike == "rn")  # plain letters are read as they stand
        if not own(before + alike + after, before + letter + after)
    ]
    assert unseen == []


@st.composite
def disguised(draw: st.DrawFn, name: str) -> str:
    """A name with its case, letters and gaps changed in ways that a reader sees through."""
    signs = []
    for letter in name:
        alike = [letter, letter.upper(), letter.lower()]
        alike += [each["c"] for each in confusables_data.get(letter, []) if each["c"] != "rn"]
        signs.append(draw(st.sampled_from(alike)))
        signs.append("".join(draw(st.lists(st.sampled_from([*ZERO_WIDTH, *MARKS]), max_size=2))))
    gap = draw(st.sampled_from(["", "", " ", ".", "-"]))
    if gap and all(len(sign) < 2 for sign in signs[::2]):
        return gap.join(one + two for one, two in zip(signs[::2], signs[1::2], strict=True))
    return "".join(signs)


@given(st.data(), st.sampled_from(["maya", "Lindqvist", "Борис", "Ελένη", "Zoë"]))
def test_disguises_upon_disguises_are_found_at_their_place(data: st.DataObject, name: str) -> None:
    written = data.draw(disguised(name))
    text = f"so ({written}) it was"
    [place] = find(text, names=[name])
    start, end = place.start, place.end
    assert text[:start].startswith("so (")
    assert start <= 4 + len(ZERO_WIDTH)
    assert text[end:] == ") it was"


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=3))
def test_findings_lie_in_the_text_one_after_the_other(text: str, own_names: list[str]) -> None:
    places = [(each.start, each.end) for each in find(text, names=own_names, regions=["DE"])]
    flat = [0, *(at for place in places for at in place), len(text)]
    assert flat == sorted(flat)
    assert all(start < end for start, end in places)


# Everything else


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"ask <@{EMOJI}> or <@&{EMOJI}>", [Kind.MENTION, Kind.MENTION]),
        ("ask @sam_b.", [Kind.MENTION]),
        ("mail me: maya.l+x@example.org.", [Kind.EMAIL]),
        ("call +1 202 555 0143", [Kind.PHONE]),
        ("call 030 1234567", [Kind.PHONE]),
        ("DE89 3704 0044 0532 0130 00 Please", [Kind.ACCOUNT]),
        ("https://discord.gg/abcdef", [Kind.INVITE]),
        ("come to discord.gg/abcdef!", [Kind.INVITE]),
        ("https://discord.com/channels/1/2/3", [Kind.MESSAGE]),
        (f"https://discord.com/users/{EMOJI}", [Kind.PROFILE]),
        ("https://www.instagram.com/maya.l/", [Kind.PROFILE]),
        ("https://youtu.be/abc?si=Ab12", [Kind.TRACES]),
        ("https://maya:secret@example.org/", [Kind.TRACES]),
        (f"<:tea:{EMOJI}>", [Kind.EMOJI]),
        ("my sister Anna", [Kind.PERSON]),
        ("my best friend is called Anna-Lena", [Kind.PERSON]),
        ("I saw Dr. Keller", [Kind.PERSON]),
        ("Lindenstraße 12", [Kind.ADDRESS]),
        ("I live at 12 Elm Street", [Kind.ADDRESS]),
        ("12 rue de la Paix", [Kind.ADDRESS]),
    ],
)
def test_what_leads_to_someone_is_found(text: str, expected: list[Kind]) -> None:
    assert [kind for kind, _ in found(text, regions=["DE"])] == expected


@pytest.mark.parametrize(
    "text",
    [
        "@everyone and @here",
        "In 2019, 2020 and 2021 I slept 4 hours.",
        "born on 12.03.1994, at 12:30",
        "1000 2000 3000 4000",
        "pages 169-177, and 1686",
        "https://www.youtube.com/watch?v=abcdefg&t=30",
        "https://en.wikipedia.org/wiki/Shame#History",
        "https://x.com/someone/status/12345",
        "https://discord.com/safety",
        "https://[",
        "Meine Schwester hat Angst, und der Weg ist weit.",
        "My mother. Then I left. My ex And I",
        "I walked three streets and a road.",
        "half a @ sign, a@b",
        "AB12 IS NOT AN ACCOUNT AT ALL, IS IT",
    ],
)
def test_what_leads_to_no_one_is_not(text: str) -> None:
    assert found(text, regions=["DE", "US"]) == []


@pytest.mark.parametrize(
    ("zone", "locale", "expected"),
    [
        ("Europe/Berlin", "de", ("DE",)),
        ("America/Toronto", "en-US", ("CA", "US")),
        ("UTC", "pt-BR", ("BR",)),
        ("UTC", "es-419", ()),
        ("UTC", "en", ()),
    ],
)
def test_the_likely_countries_come_from_zone_and_language(
    zone: str, locale: str, expected: tuple[str, ...]
) -> None:
    assert regions(zone, locale) == expected


@pytest.mark.parametrize("name", ["Maya", "Tom", "Lin", "Ali", "Asa", "Ina", "Li", "Jo", "Мая", "小雨"])
def test_in_all_the_prompts_there_is_no_false_alarm(name: str) -> None:
    decks = CONTENT / "en" / "prompts"
    texts = [path.read_text(encoding="utf-8") for path in sorted(decks.glob("*.toml"))]
    assert len(texts) > 1
    assert [alarm for text in texts for alarm in found(text, name, regions=["DE", "US"])] == []


def test_the_emoji_everyone_here_has_tell_nothing() -> None:
    assert found(f"<:tea:{EMOJI}>", emoji={EMOJI}) == []


def test_of_two_in_one_place_only_one_is_told() -> None:
    assert found("maya@example.org", "Maya") == [(Kind.EMAIL, "maya@example.org")]


# Mending


def test_a_name_is_replaced_everywhere_also_in_the_note() -> None:
    body = Body("Maya here. M a y a again.", "Maya cries")
    assert mend(body, Kind.NAME, "(name)", Author(frozenset({"Maya"}))) == Body(
        "(name) here. (name) again.", "cries"
    )


@pytest.mark.parametrize(
    ("link", "mended"),
    [
        ("https://a.org/?si=1", "https://a.org/"),
        ("https://a.org/?si=1&v=2", "https://a.org/?v=2"),
        ("https://a.org/?v=2&si=1#top", "https://a.org/?v=2#top"),
        ("https://a.org/?si=1&v=2&utm_source=x&w=3", "https://a.org/?v=2&w=3"),
        ("https://me:pw@a.org/", "https://a.org/"),
    ],
)
def test_a_link_loses_its_traces_and_still_leads_there(link: str, mended: str) -> None:
    assert mend(Body(link), Kind.TRACES, "", Author()).text == mended


def test_what_is_taken_out_leaves_no_double_space_and_never_nothing() -> None:
    tea = f"<:tea:{EMOJI}>"
    assert mend(Body(f"with {tea} in hand"), Kind.EMOJI, "", Author()).text == "with in hand"
    assert mend(Body(tea), Kind.EMOJI, "", Author()).text == "…"


@given(st.lists(st.sampled_from(["Jo", "hm", "@sam", "+12025550143", " "]), max_size=1400))
@settings(max_examples=20)
def test_mending_ends_what_it_mends_and_never_outgrows_the_room(parts: list[str]) -> None:
    body = Body(" ".join(parts)[:TEXT_MAX], "Jo")
    author = Author(frozenset({"Jo"}))
    for kind, _ in look(body, author).items():
        body = mend(body, kind, "somebody else", author)
        assert kind not in look(body, author)
    assert length(body.text) <= TEXT_MAX
    assert not body.text.strip() or says_something(body.text) or body.text == "…"


def test_an_author_shows_no_name_when_printed() -> None:
    assert "Maya" not in repr(Author(frozenset({"Maya"})))


# Hostile input: steps are counted, not seconds


def steps(work: Callable[[], object]) -> int:
    """How many lines of the package run, loops within a line included."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if "identifying" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


NASTY = [
    "a ",
    "a",
    "@",
    "a@",
    "1 ",
    "1",
    "$",
    "a!",
    "a1",
    "м",
    "小",
    "🇲",
    "\u200b",
    "ﷺ",
    "ß",
    "my Aa ",
    "12 Aa ",
]
NASTY += ["https://a?", "&a", "<:aa:", "AA11 ", "(1) ", "+49 ", "rue de ", "Dr. ", "t.me/", "a@b.", "m\u0301"]
NAMES = ["a" * 32, "м" * 32, "小" * 32, "a1" * 16, "Maya Lindqvist"]
MOST = 2_500_000  # under a second; a pattern that tried everything twice over would need hours


@pytest.mark.parametrize("piece", NASTY)
def test_a_hostile_text_takes_few_steps(piece: str) -> None:
    text = (piece * 4000)[:4000]
    readings.cache_clear()
    assert steps(lambda: find(text, names=NAMES, regions=["DE", "US"])) < MOST


@given(st.lists(st.sampled_from(NASTY), min_size=1, max_size=6), st.sampled_from(["", " ", "\n", "z"]))
@settings(max_examples=15, deadline=None)
def test_nor_do_hostile_pieces_together(pieces: list[str], end: str) -> None:
    text = ("".join(pieces) * 4000)[:3999] + end
    assert steps(lambda: find(text, names=NAMES, regions=["DE", "US"])) < MOST
