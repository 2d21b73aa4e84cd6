"""Messages, embeds and components are refused as Discord refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.limits.forms import flat
from sandbox.limits.messages import (
    IS_COMPONENTS_V2,
    bulk_delete,
    fails_for_size,
    is_empty,
    message_create,
    message_edit,
    webhook_message,
)

Body = dict[str, Any]


def codes(body: Body, **kwargs: Any) -> dict[str, str]:
    return flat(message_create(body, **kwargs))


def row(*held: Body) -> Body:
    return {"type": 1, "components": list(held)}


def button(custom_id: str = "a", **changes: Any) -> Body:
    return {"type": 2, "style": 1, "label": "Yes", "custom_id": custom_id} | changes


def choice(count: int = 2, custom_id: str = "s", **changes: Any) -> Body:
    some = [{"label": f"Option {n}", "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": custom_id, "options": some} | changes


def text(content: str = "Hello") -> Body:
    return {"type": 10, "content": content}


def v2(*held: Body) -> Body:
    return {"flags": IS_COMPONENTS_V2, "components": list(held)}


def of_row(held: Body) -> dict[str, str]:
    """The errors of one component in a row, by its own fields."""
    start = "components.0.components.0"
    return {
        path.removeprefix(start).lstrip("."): code
        for path, code in codes({"components": [row(held)]}).items()
    }


def test_an_ordinary_message_is_accepted() -> None:
    body = {
        "content": "How are you today?",
        "nonce": "1" * 25,
        "enforce_nonce": True,
        "tts": False,
        "embeds": [{"title": "Check-in", "fields": [{"name": "a", "value": "b"}]}],
        "components": [row(button("a"), button("b")), row(choice())],
        "allowed_mentions": {"parse": []},
        "message_reference": {"message_id": "12"},
    }
    assert message_create(body) == {}


def test_the_tree_of_errors_has_discords_shape() -> None:
    errors = message_create({"components": [row(button("a"), button("b", label="x" * 81))]})
    leaf = {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 80 or fewer in length."}]}
    assert errors == {"components": {"0": {"components": {"1": {"label": leaf}}}}}


def test_content_is_counted_in_code_points() -> None:
    assert codes({"content": "🌱" * 2000}) == {}
    assert codes({"content": "x" * 2001}) == {"content": "BASE_TYPE_MAX_LENGTH"}


def test_a_body_that_is_no_object_is_refused() -> None:
    assert flat(message_create([])) == {"": "MODEL_TYPE_CONVERT"}


@pytest.mark.parametrize(
    ("nonce", "code"),
    [("x" * 26, "NONCE_TYPE_TOO_LONG"), (1.5, "NONCE_TYPE_INVALID_TYPE"), (True, "NONCE_TYPE_INVALID_TYPE")],
)
def test_a_nonce_is_a_short_string_or_an_integer(nonce: object, code: str) -> None:
    assert codes({"content": "a", "nonce": nonce}) == {"nonce": code}


def test_a_message_that_shows_nothing_is_empty() -> None:
    assert is_empty({})
    assert is_empty({"content": " \n", "embeds": [], "components": []})
    assert not is_empty({"content": ""}, files=1)
    assert not is_empty({"components": [row(button())]})


# Embeds


@pytest.mark.parametrize(
    ("embed", "path", "code"),
    [
        ({"title": "x" * 257}, "title", "BASE_TYPE_MAX_LENGTH"),
        ({"description": "x" * 4097}, "description", "BASE_TYPE_MAX_LENGTH"),
        ({}, "description", "BASE_TYPE_REQUIRED"),
        ({"title": "a", "color": 0x1000000}, "color", "NUMBER_TYPE_MAX"),
        ({"title": "a", "url": "nowhere"}, "url", "URL_TYPE_INVALID_URL"),
        ({"title": "a", "url": "ftp://a.b"}, "url", "URL_TYPE_INVALID_SCHEME"),
        ({"title": "a", "timestamp": "soon"}, "timestamp", "DATE_TIME_TYPE_PARSE"),
        ({"fields": [{"name": "a", "value": " "}]}, "fields.0.value", "BASE_TYPE_REQUIRED"),
        ({"fields": [{"name": "a", "value": "x" * 1025}]}, "fields.0.value", "BASE_TYPE_MAX_LENGTH"),
        ({"fields": [{"name": "a", "value": "b"}] * 26}, "fields", "BASE_TYPE_MAX_LENGTH"),
        ({"footer": {"text": "x" * 2049}}, "footer.text", "BASE_TYPE_MAX_LENGTH"),
        ({"author": {"name": "x" * 257}}, "author.name", "BASE_TYPE_MAX_LENGTH"),
        ({"image": {}}, "image.url", "BASE_TYPE_REQUIRED"),
    ],
)
def test_an_embeds_parts_have_limits(embed: Body, path: str, code: str) -> None:
    assert codes({"embeds": [embed]}) == {f"embeds.0.{path}": code}


def test_ten_embeds_and_six_thousand_characters_in_all() -> None:
    assert codes({"embeds": [{"description": "x" * 600}] * 10}) == {}
    assert codes({"embeds": [{"description": "x"}] * 11}) == {"embeds": "BASE_TYPE_MAX_LENGTH"}
    too_much = [{"description": "x" * 4000}, {"description": "x" * 1990, "footer": {"text": "x" * 11}}]
    assert codes({"embeds": too_much}) == {"embeds": "MAX_EMBED_SIZE_EXCEEDED"}


# Legacy components


def test_five_rows_of_five_buttons_and_no_more() -> None:
    rows = [row(*(button(f"{n}.{m}") for m in range(5))) for n in range(5)]
    assert codes({"components": rows}) == {}
    assert codes({"components": [*rows, row(button())]}) == {"components": "BASE_TYPE_MAX_LENGTH"}
    six = row(*(button(str(n)) for n in range(6)))
    assert codes({"components": [six]}) == {"components.0.components": "BASE_TYPE_BAD_LENGTH"}
    assert codes({"components": [row()]}) == {"components.0.components": "BASE_TYPE_BAD_LENGTH"}


def test_a_select_fills_its_row() -> None:
    wide = {"components.0.components.1": "COMPONENT_LAYOUT_WIDTH_EXCEEDED"}
    assert codes({"components": [row(choice(), button())]}) == wide
    assert codes({"components": [row(button(), choice())]}) == wide


def test_what_belongs_to_components_v2_needs_its_flag() -> None:
    assert codes({"components": [text()]}) == {"components.0": "UNION_TYPE_CHOICES"}
    assert codes({"components": [button()]}) == {"components.0": "UNION_TYPE_CHOICES"}


def test_a_custom_id_stands_once_in_a_message() -> None:
    body = {"components": [row(button("same")), row(button("other"), button("same"))]}
    assert codes(body) == {"components.1.components.1.custom_id": "COMPONENT_CUSTOM_ID_DUPLICATED"}


def test_an_id_stands_once_in_a_message_and_zero_is_none() -> None:
    assert codes({"components": [row(button("a", id=0), button("b", id=0))]}) == {}
    body = {"components": [row(button("a", id=7), button("b", id=7))]}
    assert codes(body) == {"components.0.components.1.id": "COMPONENT_ID_DUPLICATED"}
    assert of_row(button(id=2**31)) == {"id": "NUMBER_TYPE_MAX"}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"custom_id": None}, "custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
        ({"custom_id": "x" * 101}, "custom_id", "BASE_TYPE_BAD_LENGTH"),
        ({"custom_id": ""}, "custom_id", "BASE_TYPE_BAD_LENGTH"),
        ({"label": None}, "label", "BASE_TYPE_REQUIRED"),
        ({"label": " "}, "label", "BASE_TYPE_REQUIRED"),
        ({"style": 7}, "style", "BASE_TYPE_CHOICES"),
        ({"style": None}, "style", "BASE_TYPE_REQUIRED"),
        ({"style": 5, "custom_id": None}, "url", "BUTTON_COMPONENT_URL_REQUIRED"),
        (
            {"style": 5, "url": "https://a.b"},
            "custom_id",
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        ),
        ({"url": "https://a.b"}, "custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
        ({"style": 6, "custom_id": None, "label": None}, "sku_id", "BASE_TYPE_REQUIRED"),
        ({"disabled": "yes"}, "disabled", "BOOLEAN_TYPE_CONVERT"),
        ({"emoji": {"name": "leaf"}}, "emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
        ({"emoji": {"id": "x", "name": "a"}}, "emoji.id", "NUMBER_TYPE_COERCE"),
    ],
)
def test_a_buttons_parts_fit_its_style(changes: Body, path: str, code: str) -> None:
    assert of_row(button(**changes)) == {path: code}


@pytest.mark.parametrize(
    "changes",
    [
        {"label": "x" * 80, "custom_id": "x" * 100},
        {"label": None, "emoji": {"name": "🌱"}},
        {"emoji": {"name": "1\ufe0f\u20e3"}},
        {"emoji": {"id": "123", "name": "leaf"}},
        {"emoji": {"name": "🧑‍🤝‍🧑"}},
        {"style": 5, "url": "https://example.org", "custom_id": None},
        {"style": 6, "sku_id": "1", "label": None, "custom_id": None},
    ],
)
def test_buttons_of_every_style_are_accepted(changes: Body) -> None:
    assert of_row(button(**changes)) == {}


@pytest.mark.parametrize(
    ("select", "path", "code"),
    [
        (choice(26), "options", "BASE_TYPE_BAD_LENGTH"),
        (choice(0), "options", "BASE_TYPE_BAD_LENGTH"),
        (choice(2, max_values=3), "options", "BASE_TYPE_BAD_LENGTH"),
        (choice(placeholder="x" * 151), "placeholder", "BASE_TYPE_MAX_LENGTH"),
        (choice(min_values=2), "max_values", "NUMBER_TYPE_MIN"),
        (choice(max_values=26), "max_values", "NUMBER_TYPE_MAX"),
        (choice(options=[{"label": "x" * 101, "value": "a"}]), "options.0.label", "BASE_TYPE_BAD_LENGTH"),
        (choice(options=[{"label": "a", "value": "x" * 101}]), "options.0.value", "BASE_TYPE_BAD_LENGTH"),
        (
            choice(options=[{"label": "a", "value": "a", "description": "x" * 101}]),
            "options.0.description",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            choice(options=[{"label": "a", "value": "a"}, {"label": "b", "value": "a"}]),
            "options.1.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (
            choice(options=[{"label": n, "value": n, "default": True} for n in "ab"]),
            "options",
            "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
        ),
        ({"type": 5, "custom_id": None}, "custom_id", "BASE_TYPE_REQUIRED"),
        (
            {"type": 6, "custom_id": "r", "default_values": [{"id": "1", "type": "user"}]},
            "default_values.0.type",
            "BASE_TYPE_CHOICES",
        ),
        (
            {"type": 5, "custom_id": "u", "default_values": [{"id": n, "type": "user"} for n in "12"]},
            "default_values",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"type": 8, "custom_id": "c", "channel_types": [99]}, "channel_types.0", "BASE_TYPE_CHOICES"),
        ({"type": 4, "custom_id": "t", "style": 1}, "", "UNION_TYPE_CHOICES"),
    ],
)
def test_a_selects_parts_have_limits(select: Body, path: str, code: str) -> None:
    assert of_row(select) == {path: code}


@pytest.mark.parametrize(
    "select",
    [
        choice(25, max_values=25, min_values=0),
        {"type": 5, "custom_id": "u", "max_values": 3},
        {"type": 8, "custom_id": "c", "channel_types": [0, 15]},
    ],
)
def test_selects_of_every_kind_are_accepted(select: Body) -> None:
    assert of_row(select) == {}


# Components V2


def test_a_layout_of_everything_is_accepted() -> None:
    picture = {"media": {"url": "https://example.org/a.png"}, "description": "A leaf", "spoiler": True}
    inner = [
        text("# Check-in"),
        {"type": 9, "components": [text(), text()], "accessory": button("in")},
        {"type": 9, "components": [text()], "accessory": {"type": 11, **picture}},
        {"type": 12, "items": [picture] * 10},
        {"type": 13, "file": {"url": "attachment://a.txt"}},
        {"type": 14, "divider": False, "spacing": 2},
        row(choice()),
    ]
    body = v2({"type": 17, "accent_color": 0x336699, "spoiler": False, "components": inner}, text())
    assert codes(body, files=["a.txt"]) == {}


def test_components_v2_exclude_content_embeds_polls_and_stickers() -> None:
    legacy = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    poll = {"question": {"text": "Which day?"}, "answers": [{"poll_media": {"text": "Monday"}}]}
    body = v2(text()) | {"content": "a", "embeds": [{"title": "a"}], "poll": poll, "sticker_ids": ["1"]}
    assert codes(body) == dict.fromkeys(["content", "embeds", "poll", "sticker_ids"], legacy)
    assert codes(v2(text()) | {"content": "", "embeds": []}) == {}


def test_forty_components_are_counted_with_those_inside_others() -> None:
    rows = [row(*(button(f"{n}.{m}") for m in range(4))) for n in range(8)]
    assert codes(v2(*rows)) == {}, "8 rows of 4 are 40"
    assert codes(v2(*rows, text())) == {"components": "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"}
    section = {"type": 9, "components": [text()], "accessory": button("in")}
    assert codes(v2(*rows[:7], section, text(), text())) == {}
    assert codes(v2(*rows[:7], section, text(), text(), text())) == {
        "components": "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"
    }


def test_four_thousand_characters_of_text_in_all() -> None:
    container = {"type": 17, "components": [text("x" * 2000)]}
    assert codes(v2(container, text("x" * 2000))) == {}
    too_much = codes(v2(container, text("x" * 2001)))
    assert too_much == {"components": "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"}
    assert codes(v2(text("x" * 4001))) == {"components.0.content": "BASE_TYPE_BAD_LENGTH"}


def test_long_text_in_a_wide_script_passes_the_limits_and_meets_a_bare_500() -> None:
    body = v2(text("今" * 3386))
    assert codes(body) == {}
    assert not fails_for_size(body), "10,158 bytes and 12 for the display"
    assert fails_for_size(v2(text("今" * 3386 + "a")))
    assert not fails_for_size({"content": "今" * 2000})


@pytest.mark.parametrize(
    ("held", "path", "code"),
    [
        (
            {"type": 17, "components": [{"type": 17, "components": [text()]}]},
            "components.0",
            "UNION_TYPE_CHOICES",
        ),
        ({"type": 17, "components": []}, "components", "BASE_TYPE_BAD_LENGTH"),
        ({"type": 17, "components": [text()], "accent_color": -1}, "accent_color", "NUMBER_TYPE_MIN"),
        (
            {"type": 9, "components": [text()] * 4, "accessory": button()},
            "components",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"type": 9, "components": [text()]}, "accessory", "BASE_TYPE_REQUIRED"),
        ({"type": 9, "components": [text()], "accessory": choice()}, "accessory", "UNION_TYPE_CHOICES"),
        (
            {"type": 9, "components": [row(button())], "accessory": button()},
            "components.0",
            "UNION_TYPE_CHOICES",
        ),
        ({"type": 11, "media": {"url": "https://a.b"}}, "", "UNION_TYPE_CHOICES"),
        ({"type": 12, "items": []}, "items", "BASE_TYPE_BAD_LENGTH"),
        ({"type": 12, "items": [{"media": {"url": "data:x"}}]}, "items.0.media.url", "URL_TYPE_INVALID_URL"),
        ({"type": 13, "file": {"url": "https://a.b/c"}}, "file.url", "URL_TYPE_INVALID_SCHEME"),
        (
            {"type": 13, "file": {"url": "attachment://gone.txt"}},
            "file.url",
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        ),
        ({"type": 14, "spacing": 3}, "spacing", "BASE_TYPE_CHOICES"),
        ({"type": 10, "content": ""}, "content", "BASE_TYPE_REQUIRED"),
        ({"type": 18, "label": "a", "component": choice()}, "", "UNION_TYPE_CHOICES"),
        ({"content": "a"}, "type", "BASE_TYPE_REQUIRED"),
    ],
)
def test_components_v2_stand_only_where_they_may(held: Body, path: str, code: str) -> None:
    at = f"components.0.{path}" if path else "components.0"
    assert codes(v2(held)) == {at: code}


# Edits, webhooks and the rest


def test_an_edit_to_components_v2_must_empty_what_was_there() -> None:
    before = {"content": "Hello", "embeds": [], "flags": 0}
    assert set(flat(message_edit(v2(text()), before=before))) == {"content"}
    assert message_edit(v2(text()) | {"content": None}, before=before) == {}


def test_an_edit_of_components_v2_cannot_bring_content_back() -> None:
    before = {"content": "", "embeds": [], "flags": IS_COMPONENTS_V2}
    assert set(flat(message_edit({"content": "Hello"}, before=before))) == {"content"}
    assert message_edit({"components": [row(button())]}, before=before) == {}


def test_an_edit_must_repeat_the_flag_for_layouts_to_be_understood() -> None:
    before = {"content": "", "embeds": [], "flags": IS_COMPONENTS_V2}
    errors = message_edit({"components": [text()]}, before=before)
    assert flat(errors) == {"components.0": "UNION_TYPE_CHOICES"}


@pytest.mark.parametrize("name", ["Clyde", "My Discord"])
def test_a_webhook_does_not_pass_for_discord(name: str) -> None:
    assert flat(webhook_message({"content": "a", "username": name})) == {
        "username": "USERNAME_INVALID_CONTAINS"
    }


def test_mentions_are_allowed_by_kind_or_by_id_but_not_both() -> None:
    assert codes({"content": "a", "allowed_mentions": {"parse": ["users"], "roles": ["1"]}}) == {}
    both = {"parse": ["roles"], "roles": ["1"]}
    assert codes({"content": "a", "allowed_mentions": both}) == {
        "allowed_mentions": "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
    }
    assert codes({"content": "a", "allowed_mentions": {"parse": ["all"]}}) == {
        "allowed_mentions.parse.0": "BASE_TYPE_CHOICES"
    }


def test_a_poll_has_a_question_and_up_to_ten_answers() -> None:
    answer = {"poll_media": {"text": "Monday"}}
    assert (
        codes({"poll": {"question": {"text": "Which day?"}, "answers": [answer] * 10, "duration": 24}}) == {}
    )
    errors = codes({"poll": {"question": {"text": "x" * 301}, "answers": [answer] * 11, "duration": 769}})
    assert set(errors) == {"poll.question.text", "poll.answers", "poll.duration"}


def test_bulk_deletion_takes_two_to_a_hundred_ids() -> None:
    assert bulk_delete({"messages": ["1", "2"]}) == {}
    assert flat(bulk_delete({"messages": ["1"]})) == {"messages": "BASE_TYPE_BAD_LENGTH"}
    assert flat(bulk_delete({"messages": [str(n) for n in range(101)]})) == {
        "messages": "BASE_TYPE_BAD_LENGTH"
    }
    assert flat(bulk_delete({"messages": ["1", "1"]})) == {"messages": "SET_TYPE_ALREADY_CONTAINS_VALUE"}
    assert flat(bulk_delete({"messages": ["1", "x"]})) == {"messages.1": "NUMBER_TYPE_COERCE"}
