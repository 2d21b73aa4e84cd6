"""What a receipt offers for later, besides taking back and answering: told in a line each, and a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from discord import ui as items

from bot.app import App
from bot.sharing.models import Receipt, Share
from bot.sharing.told.models import Following
from bot.sharing.told.service import FOLLOWED
from cogs import ui


@dataclass
class Offered:
    said: list[str] = field(default_factory=list)
    buttons: list[items.Button[Any]] = field(default_factory=list)


async def on_receipt(app: App, text: ui.Words, held: Receipt) -> Offered:
    offered = Offered()
    if isinstance(held.posted, Share) and held.posted.state in FOLLOWED:
        _being_told(offered, text, held.secret, await app.sharing.told.following(held.posted.id))
    return offered


def _being_told(offered: Offered, text: ui.Words, secret: str, following: Following) -> None:
    if following.is_asked:
        offered.said.append(text("told.receipt.is_told"))
        offered.buttons.append(ui.button(text("told.receipt.stop"), f"told:stop:{secret}"))
        return
    if following.found_closed:
        offered.said.append(text("told.receipt.found_closed"))
    offered.buttons.append(ui.button(text("told.receipt.button"), f"told:ask:{secret}"))
