"""For a receipt that is lost: one's own posts without a name, listed in a direct message to be taken back.

`/my data` leads here. What is listed is what the key file still links to the person; no receipt is made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.errors import UserError
from bot.sharing.models import OPEN_DAYS, Answer, Share
from cogs import ui
from cogs.sharing import following, views

PAGE = 8
"""Of three components each, in a card of 40."""
Posted = Share | Answer


class MineCog(ui.Cog, name="posts of mine"):
    @ui.on_press("mine:posts")
    async def posts(self, interaction: ui.Interaction, page: str = "0") -> None:
        if interaction.guild_id is not None:
            raise UserError("mine.in_direct_messages")
        mine = await self.app.sharing.mine(interaction.user.id)
        circles = {each.circle_id: await self.app.circles.even_closed(each.circle_id) for each in mine}
        await ui.replace(interaction, listed(self.words(interaction), mine, circles, int(page)))

    @ui.on_press("mine:take_back")
    async def take_back(self, interaction: ui.Interaction, posted_id: str) -> None:
        mine = await self.app.sharing.mine(interaction.user.id)
        posted = next((each for each in mine if each.id == posted_id), None)
        if posted is None:
            raise UserError("mine.gone")
        text = self.words(interaction)
        more = await following.in_list(self.app, text, posted)
        await ui.replace(interaction, asking(text, posted, more))

    @ui.on_press("mine:take_back_now")
    async def take_back_now(self, interaction: ui.Interaction, posted_id: str) -> None:
        image = await self.app.sharing.images.of_share(posted_id)
        body = await self.app.sharing.take_back_mine(posted_id, interaction.user.id)
        await ui.replace(interaction, views.taken_back(self.words(interaction), body, image))


def listed(text: ui.Words, mine: Sequence[Posted], circles: dict[str, Circle | None], page: int) -> ui.Card:
    if not mine:
        return views.note(text, text("mine.nothing"))
    page = min(page, (len(mine) - 1) // PAGE)
    shown = mine[page * PAGE : (page + 1) * PAGE]
    turns = [
        *([ui.button(text("mine.newer"), f"mine:posts:{page - 1}")] if page else []),
        *([ui.button(text("mine.older"), f"mine:posts:{page + 1}")] if len(mine) > (page + 1) * PAGE else []),
    ]
    days = max(OPEN_DAYS.days + posted.link_days for posted in mine)
    return ui.Card(
        items.Container(
            items.TextDisplay(f"{text('mine.title')}\n{text('mine.intro', days=days)}"),
            *(_each(text, posted, circles[posted.circle_id]) for posted in shown),
            ui.row(*turns, ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )


def _each(text: ui.Words, posted: Posted, circle: Circle | None) -> items.Section[Any]:
    is_share = isinstance(posted, Share)
    channel = posted.channel_id if isinstance(posted, Share) else posted.thread_id
    guild = "@me" if circle is None else circle.guild_id
    link = f"https://discord.com/channels/{guild}/{channel}/{posted.message_id}"
    what = text(
        "mine.share" if is_share else "mine.answer",
        day=posted.day.isoformat(),
        name=posted.name,
        channel=f"<#{channel}>",
    )
    return items.Section(
        items.TextDisplay(f"{what}\n{text(f'mine.{posted.state}', link=link)}"),
        accessory=ui.button(text("mine.take_back"), f"mine:take_back:{posted.id}"),
    )


def asking(text: ui.Words, posted: Posted, more: Sequence[items.Button[Any]] = ()) -> ui.Card:
    """`more`: what else of it can be ended."""
    kind = "share" if isinstance(posted, Share) else "answer"
    return ui.Card(
        items.TextDisplay(text(f"share.take_back.{kind}")),
        ui.row(
            ui.button(
                text("share.take_back.yes"), f"mine:take_back_now:{posted.id}", discord.ButtonStyle.danger
            ),
            *more,
            ui.button(text("share.take_back.no"), "mine:posts"),
            ui.help_button(text),
        ),
    )
