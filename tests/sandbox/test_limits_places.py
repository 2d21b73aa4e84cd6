"""Channels, threads, roles, webhooks and events are refused as Discord refuses them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.limits.events import event_create, event_edit, recurrence
from sandbox.limits.forms import flat
from sandbox.limits.places import (
    channel_create,
    channel_edit,
    forum_post,
    overwrite,
    role,
    thread_create,
    thread_edit,
    webhook,
)

Body = dict[str, Any]
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_channel_has_a_name_and_a_topic_of_its_kind() -> None:
    overwrites = [{"id": "1", "type": 0, "allow": "1024", "deny": "0"}]
    assert (
        channel_create(
            {"name": "circle", "type": 0, "topic": "x" * 1024, "permission_overwrites": overwrites}
        )
        == {}
    )
    assert channel_create({"name": "posts", "type": 15, "topic": "x" * 4096}) == {}
    assert flat(channel_create({"type": 0})) == {"name": "BASE_TYPE_REQUIRED"}
    assert flat(channel_create({"name": "x" * 101})) == {"name": "BASE_TYPE_BAD_LENGTH"}
    assert flat(channel_edit({"topic": "x" * 1025}, 0)) == {"topic": "BASE_TYPE_MAX_LENGTH"}
    assert flat(channel_edit({"rate_limit_per_user": 21601}, 0)) == {"rate_limit_per_user": "NUMBER_TYPE_MAX"}
    assert flat(channel_create({"name": "a", "permission_overwrites": [{"id": "x"}]})) == {
        "permission_overwrites.0.id": "NUMBER_TYPE_COERCE"
    }


def test_an_overwrites_bits_are_numbers_in_strings() -> None:
    assert overwrite({"type": 1, "allow": "1024", "deny": "0"}) == {}
    assert flat(overwrite({"type": 1, "allow": "all"})) == {"allow": "NUMBER_TYPE_COERCE"}


@pytest.mark.parametrize("minutes", [60, 1440, 4320, 10080])
def test_threads_rest_after_an_hour_a_day_three_or_a_week(minutes: int) -> None:
    assert thread_create({"name": "Answers", "auto_archive_duration": minutes}) == {}


def test_a_thread_has_a_name_of_up_to_a_hundred() -> None:
    assert flat(thread_create({"name": "x" * 101})) == {"name": "BASE_TYPE_BAD_LENGTH"}
    assert flat(thread_create({})) == {"name": "BASE_TYPE_REQUIRED"}
    assert flat(thread_create({"name": "a", "auto_archive_duration": 30})) == {
        "auto_archive_duration": "BASE_TYPE_CHOICES"
    }
    assert flat(thread_edit({"archived": "yes"})) == {"archived": "BOOLEAN_TYPE_CONVERT"}


def test_a_forum_post_is_a_thread_with_a_message() -> None:
    assert forum_post({"name": "A question", "message": {"content": "Hello"}, "applied_tags": ["1"]}) == {}
    assert flat(forum_post({"name": "A question"})) == {"message": "BASE_TYPE_REQUIRED"}
    assert flat(forum_post({"name": "a", "message": {"content": "x" * 2001}})) == {
        "message.content": "BASE_TYPE_MAX_LENGTH"
    }
    assert flat(forum_post({"name": "a", "message": {"content": "a"}, "applied_tags": list("123456")})) == {
        "applied_tags": "BASE_TYPE_MAX_LENGTH"
    }


def test_a_role_has_a_name_bits_and_a_colour() -> None:
    assert role({"name": "Listeners", "permissions": "0", "color": 0x336699, "mentionable": True}) == {}
    assert flat(role({"name": "x" * 101})) == {"name": "BASE_TYPE_BAD_LENGTH"}
    assert flat(role({"color": 0x1000000})) == {"color": "NUMBER_TYPE_MAX"}


@pytest.mark.parametrize("name", ["Clyde", "discord helper"])
def test_a_webhook_does_not_pass_for_discord(name: str) -> None:
    assert flat(webhook({"name": name})) == {"name": "USERNAME_INVALID_CONTAINS"}
    assert webhook({"name": "Listener"}) == {}
    assert webhook({}, new=False) == {}


def event(**changes: Any) -> Body:
    return {
        "name": "Weekly circle",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "The usual place"},
        "scheduled_start_time": "2026-01-06T19:00:00Z",
        "scheduled_end_time": "2026-01-06T20:00:00+00:00",
    } | changes


def test_an_external_event_has_a_place_and_an_end() -> None:
    assert event_create(event(), NOW) == {}
    assert flat(event_create(event(scheduled_end_time=None), NOW)) == {
        "scheduled_end_time": "BASE_TYPE_REQUIRED"
    }
    assert flat(event_create(event(entity_metadata=None), NOW)) == {"entity_metadata": "BASE_TYPE_REQUIRED"}
    assert flat(event_create(event(entity_metadata={}), NOW)) == {
        "entity_metadata.location": "BASE_TYPE_REQUIRED"
    }


def test_a_voice_event_has_a_channel() -> None:
    voice = event(entity_type=2, entity_metadata=None, scheduled_end_time=None)
    assert flat(event_create(voice, NOW)) == {"channel_id": "BASE_TYPE_REQUIRED"}
    assert event_create(voice | {"channel_id": "5"}, NOW) == {}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": "x" * 101}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"privacy_level": 1}, "privacy_level"),
        ({"scheduled_start_time": "2026-01-05T11:59:59Z"}, "scheduled_start_time"),
        ({"scheduled_end_time": "2026-01-06T18:00:00Z"}, "scheduled_end_time"),
    ],
)
def test_an_events_parts_have_limits(changes: Body, path: str) -> None:
    assert set(flat(event_create(event(**changes), NOW))) == {path}


def test_an_event_turned_external_needs_its_place_and_end() -> None:
    before = event(entity_type=2, channel_id="5", entity_metadata=None, scheduled_end_time=None)
    assert set(flat(event_edit({"entity_type": 3}, before, NOW))) == {"entity_metadata", "scheduled_end_time"}
    assert event_edit({"name": "Other"}, event(), NOW) == {}


START = "2026-01-06T19:00:00Z"


@pytest.mark.parametrize(
    "rule",
    [
        {"frequency": 2, "interval": 1, "by_weekday": [1]},
        {"frequency": 2, "interval": 2, "by_weekday": [1]},
        {"frequency": 3, "interval": 1, "by_weekday": [0, 1, 2, 3, 4]},
        {"frequency": 3, "interval": 1},
        {"frequency": 1, "interval": 1, "by_n_weekday": [{"n": 4, "day": 2}]},
        {"frequency": 0, "interval": 1, "by_month": [7], "by_month_day": [24]},
    ],
)
def test_the_documented_recurrences_are_accepted(rule: Body) -> None:
    assert recurrence({"start": START} | rule) == {}


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"frequency": 2, "interval": 1, "by_weekday": [1, 2]}, "by_weekday"),
        ({"frequency": 2, "interval": 3, "by_weekday": [1]}, "interval"),
        ({"frequency": 3, "interval": 2}, "interval"),
        ({"frequency": 3, "interval": 1, "by_weekday": [0, 2]}, "by_weekday"),
        ({"frequency": 1, "interval": 1, "by_n_weekday": [{"n": 6, "day": 2}]}, "by_n_weekday.0.n"),
        ({"frequency": 1, "interval": 1, "by_month_day": [1]}, "by_n_weekday"),
        ({"frequency": 0, "interval": 1, "by_month": [7]}, "by_month_day"),
        ({"frequency": 2, "interval": 1, "by_weekday": [1], "count": 3}, "count"),
        ({"frequency": 4, "interval": 1}, "frequency"),
    ],
)
def test_other_recurrences_are_refused(rule: Body, path: str) -> None:
    assert set(flat(recurrence({"start": START} | rule))) == {path}
