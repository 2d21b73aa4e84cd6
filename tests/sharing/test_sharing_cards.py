"""What is shown: within Discord's limits at the very longest, without a mention, and as it will be posted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import content
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.errors import StartError
from bot.sharing import names, text
from bot.sharing.models import Answer, Body, Draft, Receipt, Share, State, Wish
from bot.sharing.rules.models import Rules
from cogs import ui
from cogs.sharing import forms, posts, views

LOCALES = content.load(CONTENT).locales
LONGEST = Body("w" * text.TEXT_MAX, "n" * text.NOTE_MAX)
HANDLE = "a" * 32


def words(locale: str) -> ui.Words:
    return ui.words(content.load(CONTENT), locale)


def share(**more: Any) -> Share:
    return Share(
        **{
            "id": "b" * 32,
            "circle_id": "c1",
            "state": State.OPEN,
            "name": "x" * names.LONGEST,
            "wish": Wish.EXPERIENCE,
            "author": None,
            "channel_id": 10**19,
            "message_id": 10**19,
            "thread_id": 10**19,
            "nods_counted": 0,
            "day": date(2026, 3, 2),
            **more,
        }
    )


def answer(**more: Any) -> Answer:
    return Answer(
        **{
            "id": "b" * 32,
            "circle_id": "c1",
            "thread_id": 10**19,
            "scope": "s",
            "share_id": None,
            "state": State.OPEN,
            "name": "x" * names.LONGEST,
            "voice": "v",
            "message_id": 10**19,
            "day": date(2026, 3, 2),
            **more,
        }
    )


def fits(card: ui.Card) -> bool:
    return card.content_length() <= 4000 and card._total_children <= 40 and len(str(card.to_components())) > 0


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_share_and_answer_fit_in_post_preview_and_hand_back(locale: str, circle: Circle) -> None:
    say = words(locale)
    to_share = Draft(LONGEST, id="d" * 32, name="x" * names.LONGEST, wish=Wish.QUESTIONS, circle_id="c1")
    to_answer = Draft(
        LONGEST, id="d" * 32, name="x" * names.LONGEST, circle_id="c1", thread_id=10**19, scope="s"
    )
    more = [say("share.preview.dm"), say("share.dm.without_files")]
    cards = [
        posts.share_card(say, share(), LONGEST),
        views.preview(say, say, HANDLE, to_share, circle, rules=Rules(), more=more),
        views.preview(say, say, HANDLE, to_answer, circle, rules=Rules(), more=more),
        views.handed_back(say, say("share.let_go.text"), LONGEST),
        views.handed_back(say, say("share.dm.no_circle"), LONGEST),
        views.taken_back(say, LONGEST),
        posts.welcome(say, circle, Rules()),
        posts.gone(say),
        *(
            views.receipt(say, Receipt(HANDLE, "7Q2M-X4TP-9D0K", posted(state=state), None), circle)
            for posted in (share, answer)
            for state in State
            if state is not State.TAKEN_BACK
            if posted is share or state is not State.CLOSED
        ),
    ]
    assert all(fits(card) for card in cards)


@pytest.mark.parametrize("locale", LOCALES)
def test_forms_keep_to_the_lengths_discord_allows(locale: str) -> None:
    say = words(locale)
    for form in (
        forms.share_form(say, f"share:rewrite:{HANDLE}", "who", LONGEST, Wish.IDEAS),
        forms.note_form(say, f"share:note_write:{HANDLE}", LONGEST.note),
        forms.answer_form(say, f"share:same_voice_write:{HANDLE}", share=share(), same_voice=True),
        forms.answer_form(say, "share:answer_write:x", share=share(), words=LONGEST.text),
    ):
        assert len(form.title) <= 45
        assert len(form.children) <= 5
        assert len(form.custom_id) <= 100
        for label in form.children:
            if isinstance(label, discord.ui.Label):
                assert len(label.text) <= 45
                assert len(label.description or "") <= 100
            if isinstance(label, discord.ui.Label) and isinstance(label.component, discord.ui.RadioGroup):
                assert all(len(option.description or "") <= 100 for option in label.component.options)


@given(st.text(alphabet="@<>!&everyonhr1234567890 ", max_size=60))
@pytest.mark.anonymity
def test_no_mention_is_left_in_a_post_and_no_character_is_added(raw: str) -> None:
    shown = text.posted(raw)
    assert discord.utils.escape_mentions(shown) == shown
    assert len(shown) == len(raw.strip())


def test_what_mentions_nobody_is_posted_as_it_was_written() -> None:
    written = "**really**\n> a quote, me@example.org, @ home || hidden ||"
    assert text.posted(written) == written


def test_a_spoiler_hides_the_text_and_not_the_note() -> None:
    card = posts.share_card(words("en"), share(), Body("the text", "mentions loss"))
    [first, second, *_] = card.children
    assert isinstance(first, discord.ui.Container)
    assert isinstance(second, discord.ui.Container)
    assert (first.spoiler, second.spoiler) == (False, True)
    assert "mentions loss" in str(first.to_component_dict())
    assert "the text" in str(second.to_component_dict())


def test_the_preview_shows_the_post_component_by_component(circle: Circle) -> None:
    say, body = words("en"), Body("the text", "mentions loss")
    draft = Draft(body, id="d", name="Quiet Heron", wish=Wish.IDEAS, circle_id="c1")
    preview = views.preview(say, say, HANDLE, draft, circle, rules=Rules()).to_components()
    post = posts.share_card(say, share(id="d", name="Quiet Heron", wish=Wish.IDEAS), body).to_components()
    assert preview[1 : len(post)] == post[:-1]


@pytest.mark.anonymity
def test_pseudonyms_avoid_those_in_use_and_carry_no_number() -> None:
    drawn = names.load(CONTENT, Random(7))
    taken: set[str] = set()
    for _ in range(300):
        name = drawn.fresh("en", taken=taken)
        assert name not in taken
        assert not any(sign.isdigit() for sign in name)
        taken.add(name)
    assert drawn.fresh("de-AT", taken=())  # a language without a list of its own


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('pattern = "{first}"', "it needs"),
        ("first = [", "can't be used"),
        ('pattern = "{third}"\nfirst = ["a"]\nsecond = ["b"]', "third"),
        (f'pattern = "{{first}} {{second}}"\nfirst = ["{"a" * 40}"]\nsecond = ["b"]', "over 40"),
    ],
)
def test_a_faulty_list_of_pseudonyms_ends_the_start_with_a_line(tmp_path: Path, toml: str, told: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "pseudonyms.toml").write_text(toml)
    with pytest.raises(StartError, match=told):
        names.load(tmp_path, Random(7))
