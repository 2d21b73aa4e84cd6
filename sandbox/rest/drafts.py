"""From a message payload to the draft to post or the changes to make, for every route that takes one."""

from __future__ import annotations

from sandbox.errors import form_error, invalid_form
from sandbox.models import Attachment, Json, Message, MessageFlag
from sandbox.rest.door import Call
from sandbox.world.messages import Draft

SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2


def draft(call: Call, payload: Json, *, settable: int = SETTABLE) -> Draft:
    """The message to post. `settable` are the flags this route lets a bot set; others are ignored."""
    return Draft(
        content=payload.get("content") or "",
        embeds=payload.get("embeds") or [],
        components=payload.get("components") or [],
        attachments=described(call, payload),
        flags=(payload.get("flags") or 0) & settable,
        tts=bool(payload.get("tts")),
        allowed_mentions=payload.get("allowed_mentions"),
    )


def described(call: Call, payload: Json) -> list[Attachment]:
    """The uploaded files with what the payload's `attachments` says of each by its number."""
    for entry in payload.get("attachments") or []:
        number = int(entry["id"])
        if number in call.files:
            file = call.files[number]
            file.filename = entry.get("filename") or file.filename
            file.description = entry.get("description")
    return [call.files[number] for number in sorted(call.files)]


def changes(call: Call, payload: Json, message: Message) -> Json:
    """The fields an edit gives, ready for `messages.edit`. Files not named any more are dropped."""
    found: Json = {}
    if "content" in payload:
        found["content"] = payload["content"] or ""
    for key in ("embeds", "components"):
        if key in payload:
            found[key] = payload[key] or []
    if "allowed_mentions" in payload:
        found["allowed_mentions"] = payload["allowed_mentions"]
    if payload.get("flags") is not None:
        found["flags"] = _flags(payload["flags"], message)
    if payload.get("attachments") is not None:
        kept = {int(entry["id"]) for entry in payload["attachments"]}
        new = described(call, payload)
        found["attachments"] = [file for file in message.attachments if file.id in kept] + new
    elif call.files:
        found["attachments"] = message.attachments + described(call, payload)
    return found


def before(message: Message) -> Json:
    """The message as an edit finds it, as far as its form counts."""
    return {"content": message.content, "embeds": message.embeds, "flags": message.flags}


def _flags(wanted: int, message: Message) -> int:
    """IS_COMPONENTS_V2 may be added, never taken away (docs: components/reference)."""
    if message.flags & MessageFlag.IS_COMPONENTS_V2 and not wanted & MessageFlag.IS_COMPONENTS_V2:
        problem = form_error("MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The flag cannot be removed")
        raise invalid_form({"flags": problem})
    changeable = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2
    return (message.flags & ~changeable) | (wanted & changeable)
