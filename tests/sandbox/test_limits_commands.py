"""Application commands, and the choices of autocomplete, are refused as Discord refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.limits.commands import choices, command, command_name, commands, size
from sandbox.limits.forms import flat

Body = dict[str, Any]


def slash(*options: Body, **changes: Any) -> Body:
    return {"name": "schedule", "description": "When things come", "options": list(options)} | changes


def option(name: str = "day", kind: int = 3, **changes: Any) -> Body:
    return {"type": kind, "name": name, "description": "Which day"} | changes


def test_commands_with_groups_and_subcommands_are_accepted() -> None:
    group = option("weekly", 2, options=[option("add", 1, options=[option(required=True), option("time")])])
    assert command(slash(group, option("list", 1))) == {}
    user = {"type": 2, "name": "Report this Person"}
    assert commands([slash(group), user, slash(name="share", contexts=[0, 1], integration_types=[0])]) == {}


def test_translations_are_held_to_the_same_rules() -> None:
    good = slash(
        name_localizations={"de": "zeitplan", "ja": "予定"}, description_localizations={"de": "Wann"}
    )
    assert command(good) == {}
    assert flat(command(slash(name_localizations={"de": "Zeitplan"}))) == {
        "name_localizations.de": "STRING_TYPE_REGEX APPLICATION_COMMAND_INVALID_NAME"
    }
    assert set(flat(command(slash(name_localizations={"xx": "plan"})))) == {"name_localizations.xx"}


@pytest.mark.parametrize("name", ["check-in", "help_now", "réunion", "予定", "तारीख", "o'clock"])
def test_names_in_many_scripts_are_accepted(name: str) -> None:
    assert command_name(name) == {}


@pytest.mark.parametrize("name", ["Check", "check in", "check!", "🌱"])
def test_names_with_capitals_spaces_or_signs_are_refused(name: str) -> None:
    assert flat(command_name(name)) == {"": "STRING_TYPE_REGEX APPLICATION_COMMAND_INVALID_NAME"}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (slash(name=""), "name", "BASE_TYPE_REQUIRED"),
        (slash(name="x" * 33), "name", "BASE_TYPE_BAD_LENGTH"),
        (slash(description="x" * 101), "description", "BASE_TYPE_BAD_LENGTH"),
        (slash(description=None), "description", "BASE_TYPE_REQUIRED"),
        (slash(*(option(f"o{n}") for n in range(26))), "options", "BASE_TYPE_MAX_LENGTH"),
        (
            slash(option("a"), option("b", required=True)),
            "options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (slash(option("a"), option("a")), "options.1", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE"),
        (slash(option("a", 1), option("b")), "options.1", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        (slash(option("a", 2, options=[option("b")])), "options.0.options.0.type", "BASE_TYPE_CHOICES"),
        (slash(option("a", 1, options=[option("b", 1)])), "options.0.options.0.type", "BASE_TYPE_CHOICES"),
        (slash(option("a", 2, options=[option("b", 2)])), "options.0.options.0.type", "BASE_TYPE_CHOICES"),
        (slash(option(kind=12)), "options.0.type", "BASE_TYPE_CHOICES"),
        (slash(option(options=[option()])), "options.0.options", "BASE_TYPE_MAX_LENGTH"),
        (
            slash(option(choices=[{"name": "a", "value": "x" * 101}])),
            "options.0.choices.0.value",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            slash(option(kind=4, choices=[{"name": "a", "value": "x"}])),
            "options.0.choices.0.value",
            "NUMBER_TYPE_COERCE",
        ),
        (
            slash(option(kind=6, choices=[{"name": "a", "value": "a"}])),
            "options.0.choices",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            slash(option(autocomplete=True, choices=[{"name": "a", "value": "a"}])),
            "options.0.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
        ),
        (
            slash(option(kind=6, autocomplete=True)),
            "options.0.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
        ),
        (slash(option(max_length=6001)), "options.0.max_length", "NUMBER_TYPE_MAX"),
        (slash(contexts=[3]), "contexts.0", "BASE_TYPE_CHOICES"),
        ({"type": 2, "name": "Report", "description": "no"}, "description", "BASE_TYPE_MAX_LENGTH"),
    ],
)
def test_a_commands_parts_have_limits(body: Body, path: str, code: str) -> None:
    assert flat(command(body)) == {path: code}


def test_eight_thousand_characters_in_all_with_the_longest_translation() -> None:
    def deck(value: str) -> Body:
        return {"name": "x" * 100, "value": value * 100}

    full = slash(
        *(option(f"o{n}", choices=[deck("a")] * 3, description="d" * 100) for n in range(11)),
        name="plan",
        description="d",
    )
    assert size(full) == 4 + 1 + 11 * (100 + 600) + len("".join(f"o{n}" for n in range(11)))
    assert command(full) == {}
    translated = full | {"description_localizations": {"de": "d" * 100}}
    assert size(translated) == size(full) + 99
    more = slash(*(option(f"o{n}", choices=[deck("a")] * 3, description="d" * 100) for n in range(12)))
    assert flat(command(more)) == {"": "APPLICATION_COMMAND_TOO_LARGE"}


def test_a_scope_holds_a_hundred_commands_of_distinct_names() -> None:
    hundred = [slash(name=f"c{n}") for n in range(100)]
    assert commands(hundred) == {}
    assert flat(commands([*hundred, slash(name="more")])) == {"": "APPLICATION_COMMANDS_MAX_REACHED"}
    assert flat(commands([slash(), slash()])) == {"1": "APPLICATION_COMMANDS_DUPLICATE_NAME"}
    assert commands([slash(), {"type": 2, "name": "schedule"}]) == {}


def test_twenty_five_choices_are_offered_at_most() -> None:
    assert choices({"choices": [{"name": "Europe/Berlin", "value": "Europe/Berlin"}] * 25}) == {}
    assert flat(choices({"choices": [{"name": "a", "value": "a"}] * 26})) == {
        "choices": "BASE_TYPE_MAX_LENGTH"
    }
    assert flat(choices({"choices": [{"name": "x" * 101, "value": "a"}]})) == {
        "choices.0.name": "BASE_TYPE_BAD_LENGTH"
    }
    assert flat(choices({"choices": [{"name": "a", "value": "a"}]}, 10)) == {
        "choices.0.value": "NUMBER_TYPE_COERCE"
    }
