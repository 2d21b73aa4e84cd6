"""Modals are refused as Discord refuses them, and so are values its client would not send."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.limits.forms import flat
from sandbox.limits.modals import inputs, modal, submission

Body = dict[str, Any]


def form(*held: Body, **changes: Any) -> Body:
    return {"custom_id": "share", "title": "Share", "components": list(held)} | changes


def label(component: Body, **changes: Any) -> Body:
    return {"type": 18, "label": "Words", "component": component} | changes


def words(custom_id: str = "words", **changes: Any) -> Body:
    return {"type": 4, "custom_id": custom_id, "style": 2} | changes


def some(count: int) -> list[Body]:
    return [{"label": f"Option {n}", "value": str(n)} for n in range(count)]


EVERYTHING = form(
    {"type": 10, "content": "You choose what you tell."},
    label(words(min_length=1, max_length=4000, placeholder="x" * 100, value="As before")),
    label({"type": 21, "custom_id": "others", "options": some(5)}, description="x" * 100),
    label({"type": 22, "custom_id": "parts", "options": some(5), "required": False, "min_values": 0}),
    label({"type": 23, "custom_id": "note", "default": True}),
)


def test_a_modal_of_every_kind_of_input_is_accepted() -> None:
    assert modal(EVERYTHING) == {}
    more = form(
        label({"type": 3, "custom_id": "day", "options": some(7), "required": False, "min_values": 0}),
        label({"type": 5, "custom_id": "who"}),
        label({"type": 8, "custom_id": "where", "channel_types": [0]}),
        label({"type": 19, "custom_id": "file", "max_values": 10, "required": False}),
        {"type": 1, "components": [words("old", label="Older way")]},
    )
    assert modal(more) == {}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (form(label(words()), title="x" * 46), "title", "BASE_TYPE_BAD_LENGTH"),
        (form(label(words()), title=""), "title", "BASE_TYPE_REQUIRED"),
        (form(label(words()), custom_id="x" * 101), "custom_id", "BASE_TYPE_BAD_LENGTH"),
        (form(), "components", "BASE_TYPE_BAD_LENGTH"),
        (form(*(label(words(str(n))) for n in range(6))), "components", "BASE_TYPE_BAD_LENGTH"),
        (form(label(words(), label="x" * 46)), "components.0.label", "BASE_TYPE_BAD_LENGTH"),
        (form(label(words(), description="x" * 101)), "components.0.description", "BASE_TYPE_BAD_LENGTH"),
        (
            form(label(words("a")), label(words("a"))),
            "components.1.component.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (form({"type": 18, "label": "a"}), "components.0.component", "BASE_TYPE_REQUIRED"),
        (form(words()), "components.0", "UNION_TYPE_CHOICES"),
        (
            form(label({"type": 2, "style": 1, "custom_id": "b", "label": "b"})),
            "components.0.component",
            "UNION_TYPE_CHOICES",
        ),
        (form({"type": 1, "components": [words()]}), "components.0.components.0.label", "BASE_TYPE_REQUIRED"),
        (
            form({"type": 17, "components": [{"type": 10, "content": "a"}]}),
            "components.0",
            "UNION_TYPE_CHOICES",
        ),
    ],
)
def test_a_modals_frame_has_limits(body: Body, path: str, code: str) -> None:
    assert flat(modal(body)) == {path: code}


@pytest.mark.parametrize(
    ("component", "path", "code"),
    [
        (words(style=3), "style", "BASE_TYPE_CHOICES"),
        (words(max_length=4001), "max_length", "NUMBER_TYPE_MAX"),
        (words(min_length=5, max_length=4), "max_length", "NUMBER_TYPE_MIN"),
        (words(placeholder="x" * 101), "placeholder", "BASE_TYPE_MAX_LENGTH"),
        (words(value="x" * 4001), "value", "BASE_TYPE_MAX_LENGTH"),
        (words(value="abc", max_length=2), "value", "BASE_TYPE_MAX_LENGTH"),
        ({"type": 21, "custom_id": "r", "options": some(1)}, "options", "BASE_TYPE_BAD_LENGTH"),
        ({"type": 21, "custom_id": "r", "options": some(11)}, "options", "BASE_TYPE_BAD_LENGTH"),
        ({"type": 22, "custom_id": "c", "options": some(11)}, "options", "BASE_TYPE_BAD_LENGTH"),
        (
            {"type": 22, "custom_id": "c", "options": some(2), "min_values": 0},
            "min_values",
            "NUMBER_TYPE_MIN",
        ),
        (
            {"type": 22, "custom_id": "c", "options": some(2), "max_values": 3},
            "options",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"type": 3, "custom_id": "s", "options": some(2), "min_values": 0}, "min_values", "NUMBER_TYPE_MIN"),
        (
            {"type": 3, "custom_id": "s", "options": some(2), "disabled": True},
            "disabled",
            "COMPONENT_MODAL_DISABLED",
        ),
        ({"type": 19, "custom_id": "f", "max_values": 11}, "max_values", "NUMBER_TYPE_MAX"),
        ({"type": 23}, "custom_id", "BASE_TYPE_REQUIRED"),
        ({"type": 23, "custom_id": "c", "default": "on"}, "default", "BOOLEAN_TYPE_CONVERT"),
    ],
)
def test_each_input_has_limits(component: Body, path: str, code: str) -> None:
    assert flat(modal(form(label(component)))) == {f"components.0.component.{path}": code}


def test_inputs_come_with_their_labels() -> None:
    found = inputs(EVERYTHING["components"])
    assert [each["custom_id"] for _, each in found] == ["words", "others", "parts", "note"]
    assert all(around and around["label"] == "Words" for around, _ in found)


GOOD = {"words": "Hello", "others": "3", "parts": ["0", "4"], "note": False}


def test_what_fits_may_be_sent() -> None:
    assert submission(EVERYTHING["components"], GOOD) == {}
    assert submission(EVERYTHING["components"], {"words": "Hello", "others": "3"}) == {}


@pytest.mark.parametrize(
    ("values", "name", "code"),
    [
        ({"words": "  "}, "words", "BASE_TYPE_REQUIRED"),
        ({"words": None}, "words", "BASE_TYPE_REQUIRED"),
        ({"words": "x" * 4001}, "words", "BASE_TYPE_BAD_LENGTH"),
        ({"words": ["Hello"]}, "words", "STRING_TYPE_CONVERT"),
        ({"others": None}, "others", "BASE_TYPE_REQUIRED"),
        ({"others": "9"}, "others", "BASE_TYPE_CHOICES"),
        ({"parts": ["9"]}, "parts", "BASE_TYPE_CHOICES"),
        ({"parts": ["1", "1"]}, "parts", "SET_TYPE_ALREADY_CONTAINS_VALUE"),
        ({"parts": "1"}, "parts", "LIST_TYPE_CONVERT"),
        ({"note": "yes"}, "note", "BOOLEAN_TYPE_CONVERT"),
        ({"mood": "fine"}, "mood", "UNKNOWN_INPUT"),
    ],
)
def test_what_does_not_fit_stays_with_the_person(values: Body, name: str, code: str) -> None:
    assert flat(submission(EVERYTHING["components"], GOOD | values)) == {name: code}


def test_selects_in_modals_hold_people_to_their_number() -> None:
    held = [
        label({"type": 3, "custom_id": "day", "options": some(7), "min_values": 2, "max_values": 3}),
        label({"type": 5, "custom_id": "who", "required": False}),
    ]
    assert submission(held, {"day": ["0", "1"]}) == {}
    assert submission(held, {"day": ["0", "1"], "who": ["123"]}) == {}
    assert flat(submission(held, {"day": ["0"]})) == {"day": "BASE_TYPE_BAD_LENGTH"}
    assert flat(submission(held, {"day": [], "who": ["Maya"]})) == {
        "day": "BASE_TYPE_REQUIRED",
        "who": "NUMBER_TYPE_COERCE",
    }
