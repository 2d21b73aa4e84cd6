"""What everyone sees, in the circle's language. A post is the only home of its text: it is read back."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.sharing import text as texts
from bot.sharing.images.models import Image
from bot.sharing.models import Body, Nod, Share, Wish, amount
from bot.sharing.rules import promises
from bot.sharing.rules.models import Rules
from cogs import ui

# Components keep these ids, so that a card can be read back from Discord and drawn anew.
TEXT_ID, NOTE_ID, NODS_ID = 1001, 1002, 1003
LOOK_BACK = 100  # messages


def welcome(text: ui.Words, circle: Circle, rules: Rules) -> ui.Card:
    """The standing card of the sharing channel. What it promises is what the rules are."""
    promised = [promises.who(text, rules), text("rules.told.hidden"), promises.posted(text, circle, rules)]
    promised += [promises.read_first(text, rules)]
    resting = [items.TextDisplay[Any](text("rules.told.stopped"))] if rules.stopped else []
    return ui.Card(
        items.Container(
            items.TextDisplay(text("share.welcome.title")),
            items.TextDisplay(text("share.welcome.what")),
            items.TextDisplay(text("share.welcome.how", days=promises.link_life(rules))),
            items.TextDisplay("\n".join(f"-# {line}" for line in promised)),
            *resting,
            accent_colour=ui.ACCENT,
        ),
        ui.row(
            ui.button(
                text("share.welcome.button"),
                f"share:open:{circle.id}",
                discord.ButtonStyle.primary,
                disabled=rules.stopped,
            ),
            ui.button(text("cases.policy.button"), f"care:policy:{circle.id}"),
            ui.help_button(text),
        ),
    )


def share_items(
    text: ui.Words,
    *,
    id: str,
    name: str,
    wish: Wish,
    body: Body,
    spoiler: bool = False,
    image: Image | None = None,
) -> list[items.Item[Any]]:
    """The share itself, the same in the preview as in the post. A content note makes a spoiler, too.

    The card they stand in takes `files_of(image)`.
    """
    header = items.TextDisplay[Any](text("share.post.header", name=name), id=mark(id))
    said = texts.posted(body.text) or text("image.post.no_words")
    words: list[items.Item[Any]] = [items.TextDisplay(said, id=TEXT_ID)]
    if image is not None:
        words.append(gallery(image))
    asked = items.TextDisplay[Any](text("share.post.wish", wish=text(f"share.wish.{wish}")))
    if not (spoiler or body.note.strip()):
        return [items.Container(header, *words), asked]
    noted: list[items.Item[Any]] = []
    if body.note.strip():
        noted.append(items.TextDisplay(text("share.post.note", note=texts.posted(body.note)), id=NOTE_ID))
    return [items.Container(header, *noted), items.Container(*words, spoiler=True), asked]


def share_card(text: ui.Words, share: Share, body: Body, image: Image | None = None) -> ui.Card:
    shown = share_items(
        text,
        id=share.id,
        name=share.name,
        wish=share.wish,
        body=body,
        spoiler=share.spoiler,
        image=image,
    )
    return ui.Card(*shown, _buttons(text, share), files=files_of(image))


def gallery(image: Image) -> items.MediaGallery[Any]:
    shown = discord.MediaGalleryItem(f"attachment://{image.name}", description=image.description or None)
    return items.MediaGallery(shown)


def files_of(image: Image | None) -> dict[str, bytes]:
    return {} if image is None else {image.name: image.data}


def read_back(text: ui.Words, message: discord.Message) -> Body | None:
    """The words of a share from its post, which is their only home; None where it isn't one."""
    shown = items.LayoutView.from_message(message, timeout=None)
    found = {item.id: item.content for item in shown.walk_children() if isinstance(item, items.TextDisplay)}
    if TEXT_ID not in found:
        return None
    around = text("share.post.note", note="\0").split("\0")
    note = found.get(NOTE_ID, "").removeprefix(around[0]).removesuffix(around[-1])
    said = found[TEXT_ID]
    return Body("" if said == text("image.post.no_words") else said, note)


def renewed(
    text: ui.Words, share: Share, message: discord.Message, nods: Mapping[Nod, int], *, is_open: bool
) -> ui.Card | None:
    """The card as it stands on Discord, with the nods of now; None where it isn't one."""
    shown = items.LayoutView.from_message(message, timeout=None)
    found = {item.id: item for item in shown.walk_children() if isinstance(item, items.TextDisplay)}
    if TEXT_ID not in found:
        return None
    line = _nods_line(text, nods)
    kept = [item for item in shown.children if not isinstance(item, items.ActionRow) and item.id != NODS_ID]
    if not is_open:
        line = found[NODS_ID].content if NODS_ID in found else ""
    told: list[items.Item[Any]] = [items.TextDisplay(line, id=NODS_ID)] if line else []
    buttons = [_buttons(text, share)] if is_open else []
    return ui.Card(*kept, *told, *buttons, keeps=kept_files(shown))


def behind_spoiler(message: discord.Message) -> ui.Card | None:
    """A share or answer as it stands on Discord, its words to be opened with a tap; None where they are."""
    shown = items.LayoutView.from_message(message, timeout=None)
    drawn: list[items.Item[Any]] = []
    for item in shown.children:
        ids = [each.id for each in item.children] if isinstance(item, items.Container) else []
        if isinstance(item, items.Container) and TEXT_ID in ids and not item.spoiler:
            head, words = item.children[: ids.index(TEXT_ID)], item.children[ids.index(TEXT_ID) :]
            drawn += [items.Container(*head, id=item.id), items.Container(*words, spoiler=True)]
        else:
            drawn.append(item)
    return ui.Card(*drawn, keeps=kept_files(shown)) if len(drawn) > len(shown.children) else None


def kept_files(shown: items.LayoutView) -> list[int]:
    """The ids of the files of a card as it stands on Discord; they are now named as an edit has to name them.

    What Discord gives back of each is an address that ends after a day.
    """
    ids = []
    for each in shown.walk_children():
        for item in each.items if isinstance(each, items.MediaGallery) else ():
            if item.media.attachment_id is not None:
                ids.append(item.media.attachment_id)
                item.media = f"attachment://{PurePosixPath(urlsplit(item.media.url).path).name}"
    return ids


def _buttons(text: ui.Words, share: Share) -> items.ActionRow[Any]:
    nods = [ui.button(text(f"share.nods.{nod}"), f"share:nod:{nod}:{share.id}") for nod in Nod]
    return ui.row(
        *nods,
        ui.button(text("share.post.answer"), f"share:answer:{share.id}", discord.ButtonStyle.primary),
        ui.button(text("share.post.more"), f"share:more:{share.id}"),
    )


def _nods_line(text: ui.Words, nods: Mapping[Nod, int]) -> str:
    told = [text(f"share.nods_told.{nod}.{amount(nods[nod])}") for nod in Nod if nods.get(nod)]
    if not told:
        return ""
    line = " · ".join(told)
    return text("share.nods.line", nods=line[0].upper() + line[1:])


def thread(text: ui.Words, share: Share) -> ui.Thread:
    return ui.Thread(text("share.post.thread", name=share.name))


def answer_items(
    text: ui.Words, *, id: str, name: str, as_author: bool, words: str, more: bool = False
) -> list[items.Item[Any]]:
    """`more`: with the button of a posted answer."""
    said = text("share.answer_post.author" if as_author else "share.answer_post.header", name=name)
    header: items.Item[Any] = items.TextDisplay(said, id=mark(id))
    if more:
        header = items.Section(
            header, accessory=ui.button(text("share.post.more"), f"share:more_answer:{id}")
        )
    return [items.Container(header, items.TextDisplay(texts.posted(words), id=TEXT_ID))]


def gone(text: ui.Words) -> ui.Card:
    return ui.note(text("share.gone.text"))


def mark(id: str) -> int:
    """A 32-bit component id by which a row's post is found again (Discord gives components' ids back)."""
    return zlib.crc32(id.encode()) & 0x7FFF_FFFF | 0x1_0000


async def find(bot: discord.Client, channel_id: int, id: str) -> int | None:
    """The message of a share or answer, if it stands among the newest of the channel."""
    assert bot.user is not None
    async for message in bot.get_partial_messageable(channel_id).history(limit=LOOK_BACK):
        if message.author.id == bot.user.id and mark(id) in _ids(message.components):
            return message.id
    return None


def _ids(components: Sequence[Any]) -> Iterator[int | None]:
    for component in components:
        yield component.id
        yield from _ids(getattr(component, "children", ()))
