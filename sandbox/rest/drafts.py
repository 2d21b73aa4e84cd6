"""From a message payload to the draft to post or the changes to make, for every route that takes one."""

from __future__ import annotations

from sandbox.errors import form_error, invalid_form
from sandbox.limits import messages as limits
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
    if payload.get("attachments") is not None or call.files:
        named = {int(entry["id"]): entry for entry in payload.get("attachments") or []}
        kept = _kept(payload, message)
        for file in kept:
            if "description" in named.get(file.id, {}):
                file.description = named[file.id]["description"]
        found["attachments"] = kept + described(call, payload)
    return found


def _kept(payload: Json, message: Message) -> list[Attachment]:
    """The message's files that stay: those named, or all where none is (reference, "Editing Attachments")."""
    given = payload.get("attachments")
    if not isinstance(given, list):
        return message.attachments
    named = {str(entry.get("id")) for entry in given if isinstance(entry, dict)}
    return [file for file in message.attachments if str(file.id) in named]


def check_edit(call: Call, payload: Json, message: Message) -> None:
    """Raises 50035 for a change of the message that is badly formed."""
    before = {"content": message.content, "embeds": message.embeds, "flags": message.flags}
    files = [file.filename for file in _kept(payload, message)] + call.file_names
    call.refuse(limits.message_edit(payload, before=before, files=files))


def _flags(wanted: int, message: Message) -> int:
    """IS_COMPONENTS_V2 may be added, never taken away (docs: components/reference)."""
    if message.flags & MessageFlag.IS_COMPONENTS_V2 and not wanted & MessageFlag.IS_COMPONENTS_V2:
        problem = form_error("MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The flag cannot be removed")
        raise invalid_form({"flags": problem})
    changeable = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2
    return (message.flags & ~changeable) | (wanted & changeable)
