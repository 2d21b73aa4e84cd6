"""Embeds (resources/message, Embed Limits)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.limits.forms import Errors, Form, each, leaf, required

MAX_EMBEDS: Final = 10
MAX_EMBED_TEXT: Final = 6000

_IMAGES: Final = ("http", "https", "attachment")
_SHOWN: Final = ("title", "description", "fields", "image", "thumbnail", "author", "footer", "video", "url")


def embeds(held: list[Any]) -> Errors:
    """Each embed by itself, then the characters of all embeds of the message together."""
    errors = each(held, _embed)
    if not errors and sum(map(embed_text, held)) > MAX_EMBED_TEXT:
        too_much = f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}"
        errors = leaf("MAX_EMBED_SIZE_EXCEEDED", too_much)
    return errors


def embed_text(embed: Mapping[str, Any]) -> int:
    """Code points of a well-formed embed's title, description, fields, footer and author's name."""
    parts = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for one in embed.get("fields") or []:
        parts += [one.get("name"), one.get("value")]
    return sum(len(str(part)) for part in parts if part is not None)


def _embed(body: object) -> Errors:
    form = Form(body)
    form.text("title", most=256)
    form.text("description", most=4096)
    form.url("url")
    form.number("color", least=0, most=0xFFFFFF)
    form.moment("timestamp")
    form.items("fields", most=25, check=_field)
    form.part("footer", _footer)
    form.part("author", _author)
    form.part("image", _image)
    form.part("thumbnail", _image)
    if not form.errors and not any(form.body.get(name) for name in _SHOWN):
        form.refuse("description", required())
    return form.errors


def _field(body: object) -> Errors:
    form = Form(body)
    form.text("name", most=256, needed=True)
    form.text("value", most=1024, needed=True)
    form.boolean("inline")
    return form.errors


def _footer(body: object) -> Errors:
    form = Form(body)
    form.text("text", most=2048, needed=True)
    form.url("icon_url", schemes=_IMAGES)
    return form.errors


def _author(body: object) -> Errors:
    form = Form(body)
    form.text("name", most=256, needed=True)
    form.url("url")
    form.url("icon_url", schemes=_IMAGES)
    return form.errors


def _image(body: object) -> Errors:
    form = Form(body)
    form.url("url", schemes=_IMAGES, needed=True)
    return form.errors
