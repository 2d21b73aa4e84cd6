"""Message components as Discord gives them back: every one with an id, defaults filled in, files resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from sandbox.components import SELECTS, K, walk
from sandbox.models import Attachment, Json

# What Discord fills in where a bot left it out.
_DEFAULTS: Final[Mapping[int, Json]] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    K.SEPARATOR: {"spacing": 1, "divider": True},
    K.CONTAINER: {"accent_color": None, "spoiler": False},
    K.THUMBNAIL: {"description": None, "spoiler": False},
    K.FILE: {"spoiler": False},
}


def completed(
    components: Sequence[Json], attachments: Sequence[Attachment], url_of: Callable[[Attachment], str]
) -> list[Json]:
    """The components as stored and answered; `attachment://name` becomes the file's address."""
    taken = {each["id"] for _, each in walk(components) if each.get("id")}
    free = (number for number in count(1) if number not in taken)
    return [
        _completed(each, free, {file.filename: file for file in attachments}, url_of) for each in components
    ]


def _completed(
    component: Json, ids: Iterator[int], files: dict[str, Attachment], url_of: Callable[[Attachment], str]
) -> Json:
    kind = component["type"]
    body: Json = {**_DEFAULTS.get(kind, {}), **_without_nulls(component)}
    body["id"] = component.get("id") or next(ids)
    if "components" in body:
        body["components"] = [_completed(each, ids, files, url_of) for each in body["components"]]
    for key in ("accessory", "component"):
        if key in body:
            body[key] = _completed(body[key], ids, files, url_of)
    if "emoji" in body:
        body["emoji"] = _without_nulls(body["emoji"])
    if "options" in body:
        body["options"] = [_option(each) for each in body["options"]]
    if "default_values" in body:
        body["default_values"] = [each | {"id": str(each["id"])} for each in body["default_values"]]
    if kind == K.THUMBNAIL:
        body["media"] = _media(body["media"], files, url_of)
    elif kind == K.MEDIA_GALLERY:
        body["items"] = [
            {"description": None, "spoiler": False} | each | {"media": _media(each["media"], files, url_of)}
            for each in body["items"]
        ]
    elif kind == K.FILE:
        body["file"] = _media(body["file"], files, url_of)
        attached = files.get(str(component["file"].get("url", "")).removeprefix("attachment://"))
        body["name"] = attached.filename if attached else None
        body["size"] = attached.size if attached else None
    return body


def _option(option: Json) -> Json:
    body = _without_nulls(option)
    return body | {"emoji": _without_nulls(body["emoji"])} if "emoji" in body else body


def _without_nulls(body: Json) -> Json:
    return {key: value for key, value in body.items() if value is not None}


def _media(media: Json, files: dict[str, Attachment], url_of: Callable[[Attachment], str]) -> Json:
    url = str(media["url"])
    attached = files.get(url.removeprefix("attachment://")) if url.startswith("attachment://") else None
    if attached is None:
        return {"id": "0", "url": url, "proxy_url": url, "width": None, "height": None, "content_type": None}
    address = url_of(attached)
    return {
        "id": str(attached.id),
        "url": address,
        "proxy_url": address,
        "width": None,
        "height": None,
        "content_type": attached.content_type,
        "attachment_id": str(attached.id),
    }
