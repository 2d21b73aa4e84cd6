"""Message components as Discord gives them back: every one with an id, defaults filled in, files resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count

from sandbox.models import Attachment, Json

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
LINK_STYLE, PREMIUM_STYLE = 5, 6


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component, outer before inner."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def find(components: Sequence[Json], custom_id: str) -> Json | None:
    """The component with this custom_id, if any."""
    return next((each for each in walk(components) if each.get("custom_id") == custom_id), None)


def texts(components: Sequence[Json]) -> list[str]:
    """What the text displays say, in order."""
    return [each["content"] for each in walk(components) if each["type"] == TEXT_DISPLAY]


def completed(
    components: Sequence[Json], attachments: Sequence[Attachment], url_of: Callable[[Attachment], str]
) -> list[Json]:
    """The components as stored and answered; `attachment://name` becomes the file's address."""
    taken = {each["id"] for each in walk(components) if each.get("id")}
    free = (number for number in count(1) if number not in taken)
    return [
        _completed(each, free, {file.filename: file for file in attachments}, url_of) for each in components
    ]


def _completed(
    component: Json, ids: Iterator[int], files: dict[str, Attachment], url_of: Callable[[Attachment], str]
) -> Json:
    kind = component["type"]
    body = {key: value for key, value in component.items() if value is not None}
    body["id"] = component.get("id") or next(ids)
    for key in ("components", "items"):
        if key == "components" and key in body:
            body[key] = [_completed(each, ids, files, url_of) for each in body[key]]
    for key in ("accessory", "component"):
        if key in body:
            body[key] = _completed(body[key], ids, files, url_of)
    if kind in SELECTS:
        body = {"min_values": 1, "max_values": 1} | body
        if "default_values" in body:
            body["default_values"] = [each | {"id": str(each["id"])} for each in body["default_values"]]
    elif kind == SEPARATOR:
        body = {"spacing": 1, "divider": True} | body
    elif kind == CONTAINER:
        body = {"accent_color": None, "spoiler": False} | body
    elif kind == THUMBNAIL:
        body = {"description": None, "spoiler": False} | body
        body["media"] = _media(body["media"], files, url_of)
    elif kind == MEDIA_GALLERY:
        body["items"] = [
            {"description": None, "spoiler": False} | each | {"media": _media(each["media"], files, url_of)}
            for each in body["items"]
        ]
    elif kind == FILE:
        body = {"spoiler": False} | body
        body["file"] = _media(body["file"], files, url_of)
        attached = files.get(str(component["file"].get("url", "")).removeprefix("attachment://"))
        body |= {
            "name": attached.filename if attached else None,
            "size": attached.size if attached else None,
        }
    return body


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
