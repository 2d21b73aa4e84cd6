"""A file that somebody gave to the bot, fetched from where Discord keeps it. Its name is never looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord

from bot.errors import UserError
from bot.sharing.images import reading
from bot.sharing.images.models import BYTES_MAX
from cogs import ui
from cogs.sharing.image_views import UPLOAD

PATIENCE = 60.0  # seconds for 8 MB


@dataclass(frozen=True)
class Upload:
    url: str = field(repr=False)  # it ends in the file's name
    size: int
    """Bytes, as Discord tells them"""


def of_form(interaction: ui.Interaction, values: ui.Values) -> Upload | None:
    """The file of a form that was submitted, if one was chosen."""
    chosen = values.get(UPLOAD) or ()
    data: Mapping[str, Any] = interaction.data or {}
    files: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    found = [files[id] for id in chosen if id in files]
    return Upload(found[0]["url"], found[0]["size"]) if found else None


def of_message(attachments: Sequence[discord.Attachment]) -> Upload | None:
    """The first image among a message's files; where none says it is one, the first file."""
    likely = [each for each in attachments if (each.content_type or "").startswith("image/")]
    for each in (*likely, *attachments):
        return Upload(each.url, each.size)
    return None


async def fetch(upload: Upload) -> bytes:
    """Its bytes. Raises UserError where it is too large, or Discord doesn't hand it over."""
    if upload.size > BYTES_MAX:
        raise reading.too_heavy()
    data = bytearray()
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(upload.url) as response:
            if response.status != 200:
                raise UserError("image.errors.unreachable")
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > BYTES_MAX:
                    raise reading.too_heavy()
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise UserError("image.errors.unreachable") from None  # the error's words hold the file's name
    return bytes(data)
