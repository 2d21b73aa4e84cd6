"""Messages, attachments and reactions as Discord's JSON."""

from __future__ import annotations

from sandbox.components import walk
from sandbox.models import Attachment, Json, Message, Reaction, User
from sandbox.objects import people, places
from sandbox.objects.people import optional_timestamp, timestamp


def message(subject: Message, viewer: User | None, base_url: str, *, nested: bool = True) -> Json:
    """The message as `viewer` (a bot, as a rule) gets it from REST; events add guild_id and member.

    `nested` is False for a message within a message, where `referenced_message` is left out.
    """
    in_them = in_components(subject)
    body: Json = {
        "type": int(subject.type),
        "content": subject.content,
        "mentions": [people.user(each) for each in subject.mentions],
        "mention_roles": [str(role_id) for role_id in subject.mention_roles],
        "mention_everyone": subject.mention_everyone,
        "attachments": [
            attachment(each, subject.channel.id, base_url)
            for each in subject.attachments
            if str(each.id) not in in_them
        ],
        "embeds": subject.embeds,
        "timestamp": timestamp(subject.created_at),
        "edited_timestamp": optional_timestamp(subject.edited_at),
        "flags": int(subject.flags),
        "components": subject.components,
        "id": str(subject.id),
        "channel_id": str(subject.channel.id),
        "author": people.user(subject.author),
        "pinned": subject.pinned_at is not None,
        "tts": subject.tts,
    }
    if subject.nonce is not None:
        body["nonce"] = subject.nonce
    if subject.webhook_id:
        body["webhook_id"] = str(subject.webhook_id)
    if subject.application:
        body["application_id"] = str(subject.application.id)
    if subject.interaction:
        body["interaction_metadata"] = subject.interaction
    if subject.reference:
        body["message_reference"] = subject.reference
        if nested:
            origin = subject.referenced
            gone = origin is None or origin.deleted
            shown = None if gone or origin is None else message(origin, viewer, base_url, nested=False)
            body["referenced_message"] = shown
    if subject.thread:
        body["thread"] = places.channel(subject.thread, viewer)
    if subject.channel.is_thread:
        body["position"] = subject.position
    if subject.reactions:
        body["reactions"] = [reaction(each, viewer) for each in subject.reactions]
    return body


def in_components(subject: Message) -> set[str]:
    """The ids of the files that its components show: Discord tells of them nowhere else (api-docs#8277)."""
    media = [
        held
        for _, each in walk(subject.components)
        for held in (each.get("media"), each.get("file"), *(item["media"] for item in each.get("items", ())))
    ]
    return {held["attachment_id"] for held in media if held and "attachment_id" in held}


def attachment(subject: Attachment, channel_id: int, base_url: str) -> Json:
    url = f"{base_url}/attachments/{channel_id}/{subject.id}/{subject.filename}"
    body: Json = {
        "id": str(subject.id),
        "filename": subject.filename,
        "size": subject.size,
        "url": url,
        "proxy_url": url,
        "content_type": subject.content_type,
    }
    if subject.description is not None:
        body["description"] = subject.description
    if subject.ephemeral:
        body["ephemeral"] = True
    if subject.flags:
        body["flags"] = subject.flags
    return body


def reaction(subject: Reaction, viewer: User | None) -> Json:
    return {
        "emoji": subject.emoji,
        "count": len(subject.users),
        "count_details": {"burst": 0, "normal": len(subject.users)},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer in subject.users,
    }
