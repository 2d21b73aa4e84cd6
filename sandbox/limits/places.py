"""Bodies about channels, threads, forum posts, roles and webhooks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sandbox.limits.forms import INT32_MAX, Errors, Form, each, leaf, snowflake
from sandbox.limits.messages import forbidden_name, message_create

AUTO_ARCHIVE: Final = (60, 1440, 4320, 10080)
CHANNEL_KINDS: Final = (0, 2, 4, 5, 13, 14, 15, 16)
FORUMS: Final = (15, 16)
STAGE: Final = 13
MAX_SLOWMODE: Final = 21600


def channel_create(body: object) -> Errors:
    """Create Guild Channel."""
    form = Form(body)
    _channel(form, kind=form.choice("type", CHANNEL_KINDS) or 0, new=True)
    return form.errors


def channel_edit(body: object, kind: int) -> Errors:
    """Modify Channel, of a channel of that kind; threads have their own check."""
    form = Form(body)
    form.choice("type", CHANNEL_KINDS)
    _channel(form, kind=kind, new=False)
    return form.errors


def _channel(form: Form, *, kind: int, new: bool) -> None:
    form.text("name", least=1, most=100, needed=new)
    form.text("topic", most=4096 if kind in FORUMS else 1024)
    form.number("position", least=0, most=INT32_MAX)
    form.number("flags", least=0, most=INT32_MAX)
    form.number("rate_limit_per_user", least=0, most=MAX_SLOWMODE)
    form.text("rtc_region", most=100)
    form.number("default_thread_rate_limit_per_user", least=0, most=MAX_SLOWMODE)
    form.choice("default_auto_archive_duration", AUTO_ARCHIVE)
    form.number("bitrate", least=8000, most=96_000)
    form.number("user_limit", least=0, most=10_000 if kind == STAGE else 99)
    form.choice("video_quality_mode", (1, 2))
    form.choice("default_sort_order", (0, 1))
    form.choice("default_forum_layout", (0, 1, 2))
    form.snowflake("parent_id")
    form.boolean("nsfw")
    form.items("permission_overwrites", most=100, check=_overwrite)
    form.items("available_tags", most=20, check=_tag)
    form.part("default_reaction_emoji", _default_reaction)


def moves(body: object) -> Errors:
    """Modify Guild Channel Positions, Modify Guild Role Positions."""
    if not isinstance(body, list):
        return leaf("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    return each(body, _move)


def _move(body: object) -> Errors:
    form = Form(body)
    form.snowflake("id", needed=True)
    form.number("position", least=0, most=INT32_MAX)
    form.snowflake("parent_id")
    return form.errors


def overwrite(body: object) -> Errors:
    """Edit Channel Permissions; the id stands in the path."""
    form = Form(body)
    form.choice("type", (0, 1))
    form.bits("allow")
    form.bits("deny")
    return form.errors


def _overwrite(body: object) -> Errors:
    form = Form(body)
    form.snowflake("id", needed=True)
    return form.errors or overwrite(body)


def _default_reaction(body: object) -> Errors:
    form = Form(body)
    form.snowflake("emoji_id")
    form.text("emoji_name", most=100)
    return form.errors


def _tag(body: object) -> Errors:
    form = Form(body)
    form.text("name", least=1, most=20, needed=True)
    form.boolean("moderated")
    form.snowflake("emoji_id")
    form.text("emoji_name", most=100)
    return form.errors


def thread_create(body: object) -> Errors:
    """Start Thread, from a message or without one."""
    form = Form(body)
    _thread(form, new=True)
    form.choice("type", (10, 11, 12))
    form.items("applied_tags", most=5, check=snowflake)
    return form.errors


def thread_edit(body: object) -> Errors:
    """Modify Channel, of a thread."""
    form = Form(body)
    _thread(form, new=False)
    form.boolean("archived")
    form.boolean("locked")
    form.number("flags", least=0, most=INT32_MAX)
    form.items("applied_tags", most=5, check=snowflake)
    return form.errors


def forum_post(body: object, *, files: Collection[str] = ()) -> Errors:
    """Start Thread in a forum: a thread and its first message."""
    form = Form(body)
    _thread(form, new=True)
    form.items("applied_tags", most=5, check=snowflake)
    form.part("message", lambda message: message_create(message, files=files), needed=True)
    return form.errors


def _thread(form: Form, *, new: bool) -> None:
    form.text("name", least=1, most=100, needed=new)
    form.choice("auto_archive_duration", AUTO_ARCHIVE)
    form.number("rate_limit_per_user", least=0, most=MAX_SLOWMODE)
    form.boolean("invitable")


def role(body: object) -> Errors:
    """Create and Modify Guild Role."""
    form = Form(body)
    form.text("name", least=1, most=100)
    form.bits("permissions")
    form.number("color", least=0, most=0xFFFFFF)
    form.part("colors", _colors)
    form.boolean("hoist")
    form.boolean("mentionable")
    form.text("unicode_emoji", most=100)
    return form.errors


def _colors(body: object) -> Errors:
    form = Form(body)
    for name in ("primary_color", "secondary_color", "tertiary_color"):
        form.number(name, least=0, most=0xFFFFFF)
    return form.errors


def ban(body: object) -> Errors:
    """Create Guild Ban."""
    form = Form(body)
    _deleting(form)
    return form.errors


def bulk_ban(body: object) -> Errors:
    """Bulk Guild Ban."""
    form = Form(body)
    form.items("user_ids", least=1, most=200, needed=True, check=snowflake)
    _deleting(form)
    return form.errors


def _deleting(form: Form) -> None:
    form.number("delete_message_days", least=0, most=7)
    form.number("delete_message_seconds", least=0, most=604_800)


def webhook(body: object, *, new: bool = True) -> Errors:
    """Create and Modify Webhook."""
    form = Form(body)
    form.text("name", least=1, most=80, needed=new)
    form.refuse("name", forbidden_name(form.body.get("name")))
    form.snowflake("channel_id")
    return form.errors
