"""The shape of components: their kinds, which may stand in which, and walking through them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Final

from sandbox.models import Json


class Kind(IntEnum):
    """A component's type, by Discord's numbers."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


K = Kind

SELECTS: Final = (K.STRING_SELECT, K.USER_SELECT, K.ROLE_SELECT, K.MENTIONABLE_SELECT, K.CHANNEL_SELECT)
IN_ROW: Final = (K.BUTTON, *SELECTS)
IN_CONTAINER: Final = (K.ACTION_ROW, K.SECTION, K.TEXT_DISPLAY, K.MEDIA_GALLERY, K.FILE, K.SEPARATOR)
TOP: Final = (*IN_CONTAINER, K.CONTAINER)
TOP_LEGACY: Final = (K.ACTION_ROW,)


def walk(components: Sequence[Json], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every component of a well-formed list with its path below it, parents first."""
    for index, each in enumerate(components):
        here = (*path, str(index))
        yield here, each
        yield from walk(each.get("components") or [], (*here, "components"))
        for name in ("accessory", "component"):
            if each.get(name):
                yield (*here, name), each[name]


def find(components: Sequence[Json], custom_id: str) -> Json | None:
    """The component with this custom_id, if any."""
    return next((each for _, each in walk(components) if each.get("custom_id") == custom_id), None)


def texts(components: Sequence[Json]) -> list[str]:
    """What the text displays say, in order."""
    return [str(each.get("content") or "") for _, each in walk(components) if each["type"] == K.TEXT_DISPLAY]
