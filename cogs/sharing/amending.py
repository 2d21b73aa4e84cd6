"""A post as it stands on Discord, with one thing changed: it is the only home of its text."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui as items

from bot.sharing import text as texts
from cogs import ui
from cogs.sharing import posts


def reheaded(message: discord.Message, header_id: int, header: str) -> ui.Card | None:
    """With another line above it; None where the message is no post of ours any more."""
    shown = items.LayoutView.from_message(message, timeout=None)
    if (found := _texts(shown).get(header_id)) is None:
        return None
    found.content = header
    return ui.Card(*shown.children, keeps=posts.kept_files(shown))


def renoted(
    text: ui.Words, message: discord.Message, header_id: int, note: str, *, covered: bool
) -> ui.Card | None:
    """A share with another content note, or (empty) none. `covered`: its words stay behind a spoiler."""
    shown = items.LayoutView.from_message(message, timeout=None)
    header = _texts(shown).get(header_id)
    containers = [each for each in shown.children if isinstance(each, items.Container)]
    if header is None or not containers:
        return None
    inside = [item for container in containers for item in container.children]
    words = [item for item in inside if item.id not in (header_id, posts.NOTE_ID)]
    framed: list[items.Item[Any]]
    if note:
        told = items.TextDisplay[Any](text("share.post.note", note=texts.posted(note)), id=posts.NOTE_ID)
        framed = [items.Container(header, told), items.Container(*words, spoiler=True)]
    elif covered:
        framed = [items.Container(header), items.Container(*words, spoiler=True)]
    else:
        framed = [items.Container(header, *words)]
    framed[0].id = containers[0].id  # the message's own mark, by which the outbox finds it
    rest = [each for each in shown.children if not isinstance(each, items.Container)]
    return ui.Card(*framed, *rest, keeps=posts.kept_files(shown))


def _texts(shown: items.LayoutView) -> dict[int | None, items.TextDisplay[Any]]:
    return {item.id: item for item in shown.walk_children() if isinstance(item, items.TextDisplay)}
