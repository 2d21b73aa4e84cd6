"""Whatever a bot sends, the checks answer with a tree of errors and never fall over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.limits import commands, events, messages, modals, places
from sandbox.limits.forms import Errors, flat
from tests import contract

# A busy machine is no failure.
PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)

# Every field a check reads, so that random objects get deep into them.
SOURCES = Path(messages.__file__).parent.glob("*.py")
# "_errors" is the answer's own word: as a locale in a request it would only look like one.
NAMES = sorted(
    {name for source in SOURCES for name in re.findall(r'"([a-z_]+)"', source.read_text("utf-8"))}
    - {"_errors"}
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 25),
    st.sampled_from([1 << 15, 2**31, 2**63, -(2**63), 10**30]),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from(
        ["attachment://a", "https://a.b", "http://[", "user", "2026-01-06T19:00:00Z", "1", "everyone"]
    ),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=30,
)

CHECKS: dict[str, Callable[[Any], Errors]] = {
    "message": lambda body: messages.message_create(body, files=["a"]),
    "edit": lambda body: messages.message_edit(body, before={"content": "a", "embeds": [], "flags": 0}),
    "webhook message": messages.webhook_message,
    "bulk delete": messages.bulk_delete,
    "modal": modals.modal,
    "command": commands.command,
    "commands": commands.commands,
    "choices": commands.choices,
    "channel": places.channel_create,
    "moves": places.moves,
    "bulk ban": places.bulk_ban,
    "overwrite": places.overwrite,
    "thread": places.thread_create,
    "forum post": places.forum_post,
    "role": places.role,
    "webhook": places.webhook,
    "event": lambda body: events.event_create(body, NOW),
    "recurrence": events.recurrence,
}


def is_a_tree_of_errors(errors: Errors) -> bool:
    if "_errors" in errors:
        return set(errors) == {"_errors"} and all(
            set(one) == {"code", "message"} for one in errors["_errors"]
        )
    return all(
        isinstance(name, str) and inner and is_a_tree_of_errors(inner) for name, inner in errors.items()
    )


@pytest.mark.parametrize("name", CHECKS)
@PATIENTLY
@given(body=anything)
def test_anything_is_answered_with_a_tree_of_errors(name: str, body: Any) -> None:
    errors = CHECKS[name](body)
    assert is_a_tree_of_errors(errors)
    assert bool(flat(errors)) == bool(errors)
    json.dumps(errors)


button = {"type": 2, "style": 1, "label": "Yes", "custom_id": "yes"}
select = {
    "type": 3,
    "custom_id": "day",
    "options": [{"label": "Tue", "value": "tue"}],
    "placeholder": "When?",
}
text = {"type": 10, "content": "Hello"}
media = {"media": {"url": "https://a.b/c"}, "description": "A leaf"}
GOOD = {
    "message": {
        "flags": 1 << 15,
        "components": [
            {
                "type": 17,
                "accent_color": 1,
                "components": [
                    text,
                    {"type": 9, "components": [text], "accessory": {"type": 11, **media}},
                    {"type": 12, "items": [media]},
                    {"type": 13, "file": {"url": "attachment://a"}},
                    {"type": 14, "spacing": 1},
                    {"type": 1, "components": [button]},
                    {"type": 1, "components": [select]},
                ],
            }
        ],
        "allowed_mentions": {"parse": [], "users": ["1"]},
        "nonce": "1",
    },
    "modal": {
        "custom_id": "share",
        "title": "Share",
        "components": [
            text,
            {
                "type": 18,
                "label": "Words",
                "component": {"type": 4, "custom_id": "w", "style": 2, "max_length": 9},
            },
            {
                "type": 18,
                "label": "Scale",
                "component": {
                    "type": 21,
                    "custom_id": "s",
                    "options": [{"label": "1", "value": "1"}, {"label": "2", "value": "2"}],
                },
            },
            {
                "type": 18,
                "label": "Parts",
                "component": {"type": 22, "custom_id": "p", "options": [{"label": "1", "value": "1"}]},
            },
        ],
    },
    "command": {
        "name": "schedule",
        "description": "When",
        "options": [
            {
                "type": 1,
                "name": "add",
                "description": "Add",
                "options": [
                    {
                        "type": 3,
                        "name": "day",
                        "description": "Day",
                        "required": True,
                        "choices": [{"name": "Tue", "value": "tue"}],
                    }
                ],
            }
        ],
        "name_localizations": {"de": "plan"},
    },
    "event": {
        "name": "Circle",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "Here"},
        "scheduled_start_time": "2026-01-06T19:00:00Z",
        "scheduled_end_time": "2026-01-06T20:00:00Z",
        "recurrence_rule": {
            "start": "2026-01-06T19:00:00Z",
            "frequency": 2,
            "interval": 1,
            "by_weekday": [1],
        },
    },
}


def places_in(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return found + [deep for key, value in inner for deep in places_in(value, (*path, key))]


@pytest.mark.parametrize("name", GOOD)
@PATIENTLY
@given(data=st.data())
def test_a_good_body_with_one_thing_spoilt_is_answered(name: str, data: st.DataObject) -> None:
    body = json.loads(json.dumps(GOOD[name]))
    path = data.draw(st.sampled_from(places_in(body)))
    holder = body
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(anything)
    assert is_a_tree_of_errors(CHECKS[name](body))


WHERE = {
    "message": "/channels/1/messages",
    "modal": "/interactions/1/token/callback",
    "command": "/applications/1/commands",
    "event": "/guilds/1/scheduled-events",
}


@pytest.mark.parametrize("name", GOOD)
@PATIENTLY
@given(data=st.data())
def test_a_spoilt_body_that_is_accepted_stands_up_to_discords_document(
    name: str, data: st.DataObject
) -> None:
    contract.require()
    body = json.loads(json.dumps(GOOD[name]))
    path = data.draw(st.sampled_from(places_in(body)))
    holder = body
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(anything)
    if CHECKS[name](body) == {}:
        request = {"type": 9, "data": body} if name == "modal" else body
        exchange = {"method": "POST", "path": f"/api/v10{WHERE[name]}", "status": 200, "response": None}
        found = contract.violations([exchange | {"request": request}])
        assert [each for each in found if " request " in each] == []


@pytest.mark.parametrize("name", GOOD)
def test_the_good_bodies_are_good(name: str) -> None:
    assert CHECKS[name](GOOD[name]) == {}


@PATIENTLY
@given(values=st.dictionaries(st.sampled_from(["w", "s", "p", "other"]), anything, max_size=4))
def test_any_values_of_a_modal_are_answered(values: dict[str, Any]) -> None:
    assert is_a_tree_of_errors(modals.submission(GOOD["modal"]["components"], values))
