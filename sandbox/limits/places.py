"""Bodies about channels, threads, forum posts, roles and webhooks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sandbox.limits.forms import Errors, Form, snowflake
from sandbox.limits.messages import forbidden_name, message_create

AUTO_ARCHIVE: Final = (60, 1440, 4320, 10080)
CHANNEL_KINDS: Final = (0, 2, 4, 5, 13, 14, 15, 16)
FORUMS: Final = (15, 16)
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
    form.number("position", least=0, most=2**31 - 1)
    form.number("rate_limit_per_user", least=0, most=MAX_SLOWMODE)
    form.number("default_thread_rate_limit_per_user", least=0, most=MAX_SLOWMODE)
    form.choice("default_auto_archive_duration", AUTO_ARCHIVE)
    form.snowflake("parent_id")
    form.boolean("nsfw")
    form.items("permission_overwrites", most=100, check=_overwrite)
    form.items("available_tags", most=20, check=_tag)


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
    return form.errors


def thread_edit(body: object) -> Errors:
    """Modify Channel, of a thread."""
    form = Form(body)
    _thread(form, new=False)
    form.boolean("archived")
    form.boolean("locked")
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
    form.boolean("hoist")
    form.boolean("mentionable")
    form.text("unicode_emoji", most=100)
    return form.errors


def webhook(body: object, *, new: bool = True) -> Errors:
    """Create and Modify Webhook."""
    form = Form(body)
    form.text("name", least=1, most=80, needed=new)
    form.refuse("name", forbidden_name(form.body.get("name")))
    form.snowflake("channel_id")
    return form.errors
