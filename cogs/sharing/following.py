"""What a receipt offers for later, besides taking back and answering: told in a line each, and a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui as items

from bot.app import App
from bot.sharing.models import Answer, Receipt, Share, State
from bot.sharing.noting.models import Changing
from bot.sharing.stepping.models import Going, Step
from bot.sharing.stepping.service import STANDING
from bot.sharing.told.models import Following
from bot.sharing.told.service import FOLLOWED
from cogs import ui

_GOING = {
    Going.FORWARD: "forward",
    Going.SIGNED: "signed",
    Going.BACK: "going_back",
    Going.STUCK: "stuck",
}


@dataclass
class Offered:
    said: list[str] = field(default_factory=list)
    buttons: list[items.Button[Any]] = field(default_factory=list)


async def on_receipt(app: App, text: ui.Words, held: Receipt, user_id: int) -> Offered:
    offered, share = Offered(), held.posted
    if not isinstance(share, Share):
        return offered
    if offers := await app.meetings.offers.of_share(share.id, user_id):
        key = "meeting.receipt.one" if len(offers) == 1 else "meeting.receipt.several"
        look = ui.button(text(key), f"meet:look:{held.secret}", discord.ButtonStyle.primary)
        offered.buttons.append(look)
    following = await app.sharing.told.following(share.id)
    if share.state in FOLLOWED and (following.is_asked or share.state is not State.RETURNED):
        _being_told(offered, text, held.secret, following)  # not offered for what was handed back
    if share.state is State.OPEN:
        _note(offered, text, held.secret, await app.sharing.noting.changing(share.id))
    if share.state in STANDING:
        _stepping_forward(offered, text, held.secret, await app.sharing.stepping.of(share.id))
    return offered


async def in_list(app: App, text: ui.Words, posted: Share | Answer) -> list[items.Button[Any]]:
    """What can be ended of it where the receipt is lost, beside taking it back."""
    if not isinstance(posted, Share):
        return []
    step, buttons = await app.sharing.stepping.of(posted.id), []
    if step is not None and step.going is not Going.BACK:
        buttons.append(ui.button(text("step.receipt.back"), f"step:mine:{posted.id}"))
    if (await app.sharing.told.following(posted.id)).is_asked:
        buttons.append(ui.button(text("told.receipt.stop"), f"told:end:{posted.id}"))
    return buttons


def _being_told(offered: Offered, text: ui.Words, secret: str, following: Following) -> None:
    if following.is_asked:
        offered.said.append(text("told.receipt.is_told"))
        offered.buttons.append(ui.button(text("told.receipt.stop"), f"told:stop:{secret}"))
        return
    if following.found_closed:
        offered.said.append(text("told.receipt.found_closed"))
    offered.buttons.append(ui.button(text("told.receipt.button"), f"told:ask:{secret}"))


def _note(offered: Offered, text: ui.Words, secret: str, changing: Changing | None) -> None:
    if changing is not None:
        offered.said.append(text(f"note.receipt.{changing}"))
    offered.buttons.append(ui.button(text("note.receipt.button"), f"note:open:{secret}"))


def _stepping_forward(offered: Offered, text: ui.Words, secret: str, step: Step | None) -> None:
    if step is not None:
        offered.said.append(text(f"step.receipt.{_GOING[step.going]}"))
    if step is None or step.going in (Going.BACK, Going.STUCK):
        offered.buttons.append(ui.button(text("step.receipt.button"), f"step:first:{secret}"))
    if step is not None and step.going is not Going.BACK:
        offered.buttons.append(ui.button(text("step.receipt.back"), f"step:back:{secret}"))
