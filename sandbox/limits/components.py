"""Components of messages: which may stand where, and what each may hold (components/reference)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from sandbox.components import IN_CONTAINER, IN_ROW, SELECTS, TOP, TOP_LEGACY, K, Kind, texts, walk
from sandbox.limits.controls import button, select
from sandbox.limits.forms import INT32_MAX, Errors, Form, bad_length, leaf, nested, required

MAX_COMPONENTS: Final = 40
MAX_TEXT: Final = 4000
# Above this a message of Components V2 ends in a bare 500 (discord-api-docs#8554): the UTF-8 bytes of all
# texts, and 12 for each. 4,000 characters of Japanese pass the documented limit and meet this one.
MAX_STORED_BYTES: Final = 10_170


def message_components(components: list[Any], *, v2: bool, files: Collection[str] = ()) -> Errors:
    """Judge a message's `components`; `files` are the names that `attachment://` may refer to."""
    if len(components) > (MAX_COMPONENTS if v2 else 5):
        return bad_length(0, MAX_COMPONENTS if v2 else 5)
    errors = {
        str(index): found
        for index, each in enumerate(components)
        if (found := component(each, TOP if v2 else TOP_LEGACY))
    }
    return errors or _as_a_whole(components, files)


def component(body: object, allowed: tuple[Kind, ...]) -> Errors:
    """Judge one component of a message and all within it, where only the `allowed` kinds may stand."""
    return of_a_kind(body, allowed, _CHECKS)


def of_a_kind(
    body: object, allowed: tuple[Kind, ...], checks: Mapping[Kind, Callable[[Form], None]]
) -> Errors:
    """Judge a component by the check of its kind, if that is one of the allowed."""
    form = Form(body)
    kind = form.body.get("type")
    if kind is None:
        form.refuse("type", required())
        return form.errors
    if isinstance(kind, bool) or kind not in allowed:
        choices = ", ".join(str(int(each)) for each in sorted(allowed))
        return leaf("UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({choices}).')
    form.number("id", least=0, most=INT32_MAX)
    checks[Kind(kind)](form)
    return form.errors


def _as_a_whole(components: list[Any], files: Collection[str]) -> Errors:
    everything = list(walk(components))
    if len(everything) > MAX_COMPONENTS:
        return leaf(
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"Maximum number of total components exceeded ({MAX_COMPONENTS})",
        )
    if displayed_text(components) > MAX_TEXT:
        return leaf(
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Components displayable text size exceeds maximum size of {MAX_TEXT}",
        )
    return repeated_ids(components) or _missing_files(components, files)


def displayed_text(components: list[Any]) -> int:
    """Code points of all text displays together."""
    return sum(len(text) for text in texts(components))


def too_large_to_store(components: list[Any]) -> bool:
    """Whether Discord answers a bare 500 to these well-formed components (see MAX_STORED_BYTES)."""
    return sum(len(text.encode("utf-8", "replace")) + 12 for text in texts(components)) > MAX_STORED_BYTES


def repeated_ids(components: list[Any]) -> Errors:
    """A `custom_id`, or an `id` other than 0, that an earlier component has already."""
    seen: set[object] = set()
    for path, each in walk(components):
        for name, code in (
            ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
            ("id", "COMPONENT_ID_DUPLICATED"),
        ):
            value = each.get(name)
            if not value:
                continue
            if (name, str(value)) in seen:
                label = "Component custom id" if name == "custom_id" else "Component id"
                return _at((*path, name), leaf(code, f"{label} cannot be duplicated"))
            seen.add((name, str(value)))
    return {}


def _missing_files(components: list[Any], files: Collection[str]) -> Errors:
    for path, each in walk(components):
        for where, address in _addresses(each):
            if address.startswith("attachment://") and address.removeprefix("attachment://") not in files:
                missing = f"The referenced attachment was not found: {address}"
                code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                return _at((*path, *where, "url"), leaf(code, missing))
    return {}


def _addresses(body: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The addresses of a component's media, with where they stand in it."""
    kind = body.get("type")
    if kind == K.FILE:
        yield ("file",), body["file"]["url"]
    elif kind == K.THUMBNAIL:
        yield ("media",), body["media"]["url"]
    elif kind == K.MEDIA_GALLERY:
        for index, item in enumerate(body["items"]):
            yield ("items", str(index), "media"), item["media"]["url"]


def _at(path: tuple[str, ...], errors: Errors) -> Errors:
    for name in reversed(path):
        errors = nested(name, errors)
    return errors


def _action_row(form: Form) -> None:
    held = form.items("components", least=1, most=5, needed=True, check=lambda each: component(each, IN_ROW))
    if form.errors:
        return
    width, over = 0, {}
    for index, each in enumerate(held):
        width += 1 if each["type"] == K.BUTTON else 5
        if width > 5:
            too_wide = "The specified component exceeds the maximum width"
            over[str(index)] = leaf("COMPONENT_LAYOUT_WIDTH_EXCEEDED", too_wide)
    form.refuse("components", over)


def _section(form: Form) -> None:
    text = (K.TEXT_DISPLAY,)
    form.items("components", least=1, most=3, needed=True, check=lambda each: component(each, text))
    form.part("accessory", lambda body: component(body, (K.BUTTON, K.THUMBNAIL)), needed=True)


def text_display(form: Form) -> None:
    form.text("content", least=1, most=MAX_TEXT, needed=True)


def _media(body: object) -> Errors:
    form = Form(body)
    form.url("url", schemes=("http", "https", "attachment"), needed=True)
    return form.errors


def _described_media(form: Form) -> None:
    form.part("media", _media, needed=True)
    form.text("description", least=1, most=1024)
    form.boolean("spoiler")


def _gallery_item(body: object) -> Errors:
    form = Form(body)
    _described_media(form)
    return form.errors


def _media_gallery(form: Form) -> None:
    form.items("items", least=1, most=10, needed=True, check=_gallery_item)


def _uploaded(body: object) -> Errors:
    form = Form(body)
    form.url("url", schemes=("attachment",), needed=True)
    return form.errors


def _file(form: Form) -> None:
    form.part("file", _uploaded, needed=True)
    form.boolean("spoiler")


def _separator(form: Form) -> None:
    form.boolean("divider")
    form.choice("spacing", (1, 2))


def _container(form: Form) -> None:
    form.items("components", least=1, most=40, needed=True, check=lambda each: component(each, IN_CONTAINER))
    form.number("accent_color", least=0, most=0xFFFFFF)
    form.boolean("spoiler")


_CHECKS: Final[Mapping[Kind, Callable[[Form], None]]] = {
    K.ACTION_ROW: _action_row,
    K.BUTTON: button,
    **dict.fromkeys(SELECTS, select),
    K.SECTION: _section,
    K.TEXT_DISPLAY: text_display,
    K.THUMBNAIL: _described_media,
    K.MEDIA_GALLERY: _media_gallery,
    K.FILE: _file,
    K.SEPARATOR: _separator,
    K.CONTAINER: _container,
}
