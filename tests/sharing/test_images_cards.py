"""What is shown of a picture keeps to Discord's limits at the very longest."""

from __future__ import annotations

import discord
import pytest

from bot import content
from bot.circles.models import Circle
from bot.config import CONTENT
from bot.sharing import names, text
from bot.sharing.identifying.finding import Kind as Found
from bot.sharing.images.models import BESIDE_MAX, DESCRIPTION_MAX, Image, Kind
from bot.sharing.models import Body, Draft, Wish
from bot.sharing.rules.models import Review, Rules
from cogs import ui
from cogs.sharing import forms, image_views, posts, views
from cogs.sharing.looking import Crowd, Look

CONTENTS = content.load(CONTENT)
HANDLE = "a" * 32
IMAGE = Image(b"bytes", Kind.PNG, "w" * DESCRIPTION_MAX, stood_still=True)
MOST_BYTES = 10_170  # above it Discord answers with a bare error (discord-api-docs#8554)


def say(locale: str) -> ui.Words:
    return ui.words(CONTENTS, locale)


def size_of(card: ui.Card) -> int:
    """As Discord counts what it can store: the text's bytes, and twelve for each display."""
    texts = [item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay)]
    return sum(len(shown.encode()) + 12 for shown in texts)


@pytest.mark.parametrize("locale", CONTENTS.locales)
@pytest.mark.parametrize("sign", ["w", "語", "\U0001f331"])
def test_the_longest_share_with_everything_found_in_it_and_a_picture_fits(
    locale: str, sign: str, circle: Circle
) -> None:
    words, size = say(locale), text.length(sign)
    body = Body(sign * (BESIDE_MAX // size), sign * (text.NOTE_MAX // size))
    draft = Draft(body, id="d" * 32, name="語" * names.LONGEST, wish=Wish.EXPERIENCE, circle_id=circle.id)
    why = max(
        (words(f"image.errors.{each}", most=40) for each in ("heic", "broken", "too_many_pixels")), key=len
    )
    more = [
        words(f"review.preview.{Review.ALL}"),
        words("share.preview.dm"),
        words("image.preview.without", why=why),
    ]
    look = Look(dict.fromkeys(Found, "語" * 40), Crowd(10**19, count=19, is_part=True), described="語" * 40)
    rules = Rules(review=Review.ALL, votes=2, images=True)
    card = views.preview(words, words, HANDLE, draft, circle, rules=rules, more=more, look=look, image=IMAGE)
    assert card.content_length() <= 4000
    assert size_of(card) <= MOST_BYTES
    assert card._total_children <= 40
    assert list(card.files) == ["image.png"]


@pytest.mark.parametrize("locale", CONTENTS.locales)
def test_forms_with_a_picture_keep_to_the_lengths_discord_allows(locale: str) -> None:
    words, longest = say(locale), Body("w" * text.TEXT_MAX, "n" * text.NOTE_MAX)
    promised = "-# " + "w" * 900
    for form in (
        forms.share_form(words, f"share:rewrite:{HANDLE}", promised, longest, images=True, has_image=True),
        forms.share_form(words, "share:write:c1", promised, begun=True, images=True),
        image_views.describe_form(words, HANDLE, IMAGE.description),
    ):
        labels = [each for each in form.children if isinstance(each, discord.ui.Label)]
        assert len(form.children) <= 5
        assert len(form.title) <= 45
        assert all(len(each.text) <= 45 and len(each.description or "") <= 100 for each in labels)


def test_a_form_needs_words_only_where_there_can_be_no_picture() -> None:
    def needed(**how: bool) -> bool:
        form = forms.share_form(say("en"), "share:write:c1", "", **how)
        [field] = [
            each.component
            for each in form.children
            if isinstance(each, discord.ui.Label) and isinstance(each.component, discord.ui.TextInput)
            if each.component.custom_id == "text"
        ]
        return field.required

    assert needed()
    assert not needed(images=True)
    assert not needed(has_image=True)  # they were switched off since: its words can't be asked for


def test_a_picture_is_handed_back_with_or_without_words() -> None:
    words = say("en")
    alone = views.handed_back(words, "Here it is.", Body(""), IMAGE)
    both = views.taken_back(words, Body("words", "note"), IMAGE)
    for card in (alone, both):
        assert list(card.files) == [IMAGE.name]
        assert f"attachment://{IMAGE.name}" in str(card.to_components())
    assert "w" * DESCRIPTION_MAX in str(alone.to_components())
    assert len(views.handed_back(words, "Nothing.", Body("")).children) == 2


def test_a_post_shows_the_picture_by_its_one_name_and_uploads_it_each_time_anew() -> None:
    [container, _] = posts.share_items(
        say("en"), id="b" * 32, name="Birch", wish=Wish.LISTEN, body=Body("words"), image=IMAGE
    )
    assert "attachment://image.png" in str(container.to_component_dict())
    card = ui.Card(container, files=posts.files_of(IMAGE))
    for _ in range(2):
        [file] = card.uploads()
        assert (file.filename, file.fp.read()) == ("image.png", IMAGE.data)
