"""Bodies that make or change a message: by the bot, by a webhook, or as the answer to an interaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sandbox.limits import components, embeds
from sandbox.limits.forms import Errors, Form, among, bad_length, leaf, required, snowflake, whole_number

IS_COMPONENTS_V2: Final = 1 << 15
MAX_CONTENT: Final = 2000
MAX_NONCE: Final = 25
_FLAGS_MAX: Final = 2**53
_MENTIONS: Final = ("everyone", "users", "roles")
_LEGACY_FIELDS: Final = ("content", "embeds", "poll", "sticker_ids")


def message_create(body: object, *, files: Collection[str] = ()) -> Errors:
    """A new message; `files` are the names of what was uploaded with it. See also `is_empty`."""
    form = Form(body)
    v2 = _flags(form)
    _shown(form, v2=v2, files=files)
    form.boolean("tts")
    form.boolean("enforce_nonce")
    _nonce(form)
    form.items("sticker_ids", most=3, check=snowflake)
    form.part("message_reference", _reference)
    form.part("poll", _poll)
    _no_legacy_fields(form, v2, form.body)
    return form.errors


def message_edit(body: object, *, before: Mapping[str, Any], files: Collection[str] = ()) -> Errors:
    """A change of a message that was `before` (its content, embeds and flags, as on the wire).

    The body must carry the flag of Components V2 again for such components to be understood, and a message
    becomes one of Components V2 only when the same change empties its content and embeds.
    """
    form = Form(body)
    v2 = _flags(form)
    _shown(form, v2=v2, files=files)
    after_v2 = v2 or bool(int(before.get("flags") or 0) & IS_COMPONENTS_V2)
    _no_legacy_fields(form, after_v2, {name: before.get(name) for name in _LEGACY_FIELDS} | form.body)
    return form.errors


def webhook_message(body: object, *, files: Collection[str] = ()) -> Errors:
    """Execute Webhook, an interaction's answer or follow-up: no nonce, no reference, no stickers."""
    form = Form(body)
    v2 = _flags(form)
    _shown(form, v2=v2, files=files)
    form.boolean("tts")
    form.part("poll", _poll)
    form.text("username", least=1, most=80)
    form.refuse("username", forbidden_name(form.body.get("username")))
    form.url("avatar_url")
    form.text("thread_name", most=100)
    form.items("applied_tags", most=5, check=snowflake)
    _no_legacy_fields(form, v2, form.body)
    return form.errors


def forbidden_name(name: object) -> Errors:
    """A webhook's name may not pass for Discord's own (resources/webhook, Create Webhook)."""
    for word in ("clyde", "discord"):
        if isinstance(name, str) and word in name.lower():
            return leaf("USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    return {}


def is_empty(body: Mapping[str, Any], *, files: int = 0) -> bool:
    """Whether a well-formed new message would show nothing (error 50006)."""
    if str(body.get("content") or "").strip() or files:
        return False
    return not any(body.get(name) for name in ("embeds", "components", "poll", "sticker_ids"))


def fails_for_size(body: Mapping[str, Any]) -> bool:
    """Whether Discord answers this well-formed message with a bare 500 (see components.MAX_STORED_BYTES)."""
    held = body.get("components")
    v2 = int(body.get("flags") or 0) & IS_COMPONENTS_V2
    return bool(v2 and isinstance(held, list) and components.too_large_to_store(held))


def bulk_delete(body: object) -> Errors:
    """2 to 100 ids, each once (Bulk Delete Messages)."""
    form = Form(body)
    ids = form.items("messages", least=2, most=100, needed=True, check=snowflake)
    if not form.errors and len(set(map(str, ids))) < len(ids):
        again = leaf("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
        form.refuse("messages", again)
    return form.errors


def _flags(form: Form) -> bool:
    """Read the flags; True when the message is one of Components V2."""
    flags = form.number("flags", least=0, most=_FLAGS_MAX)
    return bool((flags or 0) & IS_COMPONENTS_V2)


def _shown(form: Form, *, v2: bool, files: Collection[str]) -> None:
    """What makers and changers of messages have in common."""
    form.text("content", most=MAX_CONTENT)
    held = form.items("embeds", most=embeds.MAX_EMBEDS)
    if "embeds" not in form.errors:
        form.refuse("embeds", embeds.embeds(held))
    held = form.items("components", most=components.MAX_COMPONENTS)
    if "components" not in form.errors:
        form.refuse("components", components.message_components(held, v2=v2, files=files))
    form.items("attachments", most=10, check=_attachment)
    if len(files) > 10:
        form.refuse("attachments", bad_length(0, 10))
    form.part("allowed_mentions", _allowed_mentions)


def _no_legacy_fields(form: Form, v2: bool, fields: Mapping[str, Any]) -> None:
    for name in _LEGACY_FIELDS:
        if v2 and fields.get(name):
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.refuse(name, leaf("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message))


def _nonce(form: Form) -> None:
    nonce = form.body.get("nonce")
    if nonce is None:
        return
    if isinstance(nonce, bool) or not isinstance(nonce, (str, int)):
        wrong = leaf("NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
        form.refuse("nonce", wrong)
    elif isinstance(nonce, str) and len(nonce) > MAX_NONCE:
        form.refuse("nonce", leaf("NONCE_TYPE_TOO_LONG", f"Must be {MAX_NONCE} or fewer characters long."))


def _attachment(body: object) -> Errors:
    form = Form(body)
    form.snowflake("id", needed=True)
    form.text("filename", least=1, most=1024)
    form.text("description", most=1024)
    return form.errors


def _reference(body: object) -> Errors:
    form = Form(body)
    form.snowflake("message_id", needed=True)
    form.snowflake("channel_id")
    form.snowflake("guild_id")
    form.boolean("fail_if_not_exists")
    form.choice("type", (0, 1))
    return form.errors


def _allowed_mentions(body: object) -> Errors:
    form = Form(body)
    kinds = form.items("parse", most=3, check=lambda each: among(each, _MENTIONS))
    form.boolean("replied_user")
    for name in ("users", "roles"):
        ids = form.items(name, most=100, check=snowflake)
        if ids and name in kinds:
            both = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            form.whole(leaf("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", both))
    return form.errors


def _poll(body: object) -> Errors:
    form = Form(body)
    hours = whole_number(form.body.get("duration"))
    if hours is not None:  # discord.py sends 24.0
        form.body = form.body | {"duration": hours}
    form.part("question", lambda media: _poll_media(media, most=300), needed=True)
    form.items("answers", least=1, most=10, needed=True, check=_poll_answer)
    form.number("duration", least=1, most=768)
    form.boolean("allow_multiselect")
    form.choice("layout_type", (1,))
    return form.errors


def _poll_answer(body: object) -> Errors:
    form = Form(body)
    form.part("poll_media", lambda media: _poll_media(media, most=55), needed=True)
    return form.errors


def _poll_media(body: object, *, most: int) -> Errors:
    form = Form(body)
    text = form.text("text", least=1, most=most)
    if not form.errors and text is None and not form.body.get("emoji"):
        form.refuse("text", required())
    return form.errors
