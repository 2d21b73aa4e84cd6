"""Stepping forward: asked twice, and told exactly what becomes visible to whom."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui as items
from discord.utils import escape_markdown, escape_mentions

from bot.circles.models import Circle
from bot.errors import UserError
from bot.outbox.models import Undeliverable
from bot.sharing.models import Answer, Share
from bot.sharing.stepping.service import KIND
from cogs import ui
from cogs.sharing import amending, posts, views
from cogs.sharing.desk import Desk

ALONE, ANSWERS_TOO = "alone", "answers"


class SteppingCog(Desk, name="stepping forward"):
    # With the receipt

    @ui.on_press("step:first")
    async def first(self, interaction: ui.Interaction, secret: str) -> None:
        share = await self.app.sharing.stepping.require(secret, interaction.user.id)
        await ui.replace(interaction, first(self.words(interaction), secret, share))

    @ui.on_press("step:second")
    async def second(self, interaction: ui.Interaction, secret: str) -> None:
        await interaction.response.defer()
        share = await self.app.sharing.stepping.require(secret, interaction.user.id)
        circle = await self.app.circles.get(share.circle_id)
        member = await self._member(circle, interaction.user.id)
        if member is None:
            raise UserError("step.errors.not_there")
        header = signed(self.circle_words(circle), share, member)
        has_answers = await self.app.sharing.stepping.has_answers(share.id)
        await ui.replace(interaction, second(self.words(interaction), secret, share, header, has_answers))

    @ui.on_press("step:yes")
    async def yes(self, interaction: ui.Interaction, secret: str, which: str) -> None:
        await self.app.sharing.stepping.forward(
            secret, interaction.user.id, with_answers=which == ANSWERS_TOO
        )
        await self._show_receipt(interaction, secret)

    @ui.on_press("step:back")
    async def back(self, interaction: ui.Interaction, secret: str) -> None:
        share = (await self.app.sharing.receipt(secret)).posted
        await ui.replace(interaction, asking_back(self.words(interaction), secret, share.name))

    @ui.on_press("step:back_now")
    async def back_now(self, interaction: ui.Interaction, secret: str) -> None:
        await self.app.sharing.stepping.back(secret)
        await self._show_receipt(interaction, secret)

    # Without it, from the list of what one posted

    @ui.on_press("step:mine")
    async def back_mine(self, interaction: ui.Interaction, share_id: str) -> None:
        await self.app.sharing.stepping.back_mine(share_id, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, views.note(text, text("step.receipt.going_back")))

    async def _show_receipt(self, interaction: ui.Interaction, secret: str) -> None:
        held = await self.app.sharing.receipt(secret)
        await ui.replace(interaction, await self.receipt_card(interaction, held))

    # On the posts

    @ui.renders(KIND)
    async def render(self, reference: str) -> ui.Card | None:
        shown = await self.app.sharing.stepping.to_show(reference)
        if shown is None:
            return None
        posted = shown.posted
        assert posted.message_id is not None
        circle = await self.app.circles.even_closed(posted.circle_id)
        if circle is None:
            return None
        text = self.circle_words(circle)
        if shown.user_id is not None:
            member = await self._member(circle, shown.user_id)
            if member is None:
                raise Undeliverable("left")
            header = signed(text, posted, member)
        else:
            key = "share.post.header" if isinstance(posted, Share) else "share.answer_post.author"
            header = text(key, name=posted.name)
        channel = posted.channel_id if isinstance(posted, Share) else posted.thread_id
        message = await self.bot.get_partial_messageable(channel).fetch_message(posted.message_id)
        return amending.reheaded(message, posts.mark(posted.id), header)

    async def _member(self, circle: Circle, user_id: int) -> discord.Member | None:
        guild = self.bot.get_guild(circle.guild_id)
        if guild is None:
            return None
        try:
            return await guild.fetch_member(user_id)
        except discord.NotFound:
            return None


def signed(text: ui.Words, posted: Share | Answer, member: discord.Member) -> str:
    """The line above it under somebody's name. The username beside it tells people of one name apart."""
    name, handle = _plain(member.display_name), _plain(member.name)
    if isinstance(posted, Share):
        return text("step.post.header", name=name, handle=handle, pseudonym=posted.name)
    return text("step.post.answer", name=name, handle=handle)


def _plain(name: str) -> str:
    return escape_mentions(escape_markdown(" ".join(name.split())))


def first(text: ui.Words, secret: str, share: Share) -> ui.Card:
    told = text("step.first.text", channel=f"<#{share.channel_id}>", day=share.forgotten_on.isoformat())
    return ui.Card(
        items.TextDisplay(told),
        ui.row(
            ui.button(text("step.first.go_on"), f"step:second:{secret}"),
            ui.button(text("step.first.no"), f"share:receipt:{secret}"),
            ui.help_button(text),
        ),
    )


def second(text: ui.Words, secret: str, share: Share, header: str, has_answers: bool) -> ui.Card:
    yes = [ui.button(text("step.second.yes"), f"step:yes:{secret}:{ALONE}")]
    told: list[items.Item[Any]] = []
    if has_answers:
        yes.append(ui.button(text("step.second.yes_answers"), f"step:yes:{secret}:{ANSWERS_TOO}"))
        told.append(items.TextDisplay(text("step.second.answers", pseudonym=share.name)))
    return ui.Card(
        items.TextDisplay(text("step.second.text", channel=f"<#{share.channel_id}>")),
        items.Container(items.TextDisplay(header)),
        *told,
        ui.row(*yes, ui.button(text("step.first.no"), f"share:receipt:{secret}"), ui.help_button(text)),
    )


def asking_back(text: ui.Words, secret: str, pseudonym: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("step.back.text", pseudonym=pseudonym)),
        ui.row(
            ui.button(text("step.back.yes"), f"step:back_now:{secret}"),
            ui.button(text("step.back.no"), f"share:receipt:{secret}"),
            ui.help_button(text),
        ),
    )
