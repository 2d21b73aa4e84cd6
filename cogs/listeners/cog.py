from __future__ import annotations

import discord
from discord import app_commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.listeners.models import LISTENER
from bot.listeners.service import KIND
from cogs import ui
from cogs.listeners import views

UNKNOWN_MEMBER = 10007  # Discord: opcodes-and-status-codes


class ListenersCog(ui.Cog, name="listeners"):
    @app_commands.command(
        name="listen", description="Shares that nobody has answered yet, and being told of them"
    )
    @app_commands.describe(circle="Which circle, if there is more than one here")
    @app_commands.guild_only()
    async def listen(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        await ui.answer(interaction, await self._card(interaction, here))

    @listen.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        circles = await self.app.circles.of_guild(interaction.guild_id or 0)
        fitting = [circle for circle in circles if typed.casefold() in circle.name.casefold()]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in fitting[:25]]

    @ui.on_press("listen:show")
    async def show(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self.app.circles.get(circle_id)
        await ui.replace(interaction, await self._card(interaction, circle))

    async def _card(self, interaction: ui.Interaction, circle: Circle) -> ui.Card:
        require_sight(interaction.user, circle)
        listeners = self.app.listeners
        return views.listening(
            self.words(interaction),
            circle,
            listens=await listeners.listens(circle, interaction.user.id),
            waiting=await listeners.waiting(circle),
            hours=(await self.app.sharing.rules.of(circle.id)).unanswered_hours,
        )

    @ui.on_press("listen:begin")
    async def begin(self, interaction: ui.Interaction, circle_id: str) -> None:
        await interaction.response.defer()
        circle = await self.app.circles.get(circle_id)
        require_sight(interaction.user, circle)
        hello = ui.note(self.words(interaction)("listen.hello"))
        contact, _ = await ui.reach(
            interaction, hello, closed="listen.errors.closed", later="listen.errors.later"
        )
        await self.app.listeners.begin(circle, contact)
        await ui.replace(interaction, await self._card(interaction, circle))

    @ui.on_press("listen:end")
    async def end(self, interaction: ui.Interaction, circle_id: str) -> None:
        """By the card or, later, by a notice in direct messages."""
        circle = await self.app.circles.get(circle_id)
        await self.app.listeners.end(circle, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, views.ended(text, circle))

    @ui.renders(KIND)
    async def render_nudge(self, reference: str) -> ui.Direct | None:
        circle_id = reference.split(":")[0]
        circle = await self.app.circles.even_closed(circle_id)
        contact = await self.app.contacts.find(LISTENER, reference)
        guild = None if circle is None else self.bot.get_guild(circle.guild_id)
        if circle is None or contact is None or guild is None:
            return None
        try:
            member = await guild.fetch_member(contact.user_id)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MEMBER:
                await self.app.listeners.left(circle_id, contact.user_id)
            return None
        overdue = await self.app.listeners.overdue(circle)
        if not overdue or not sees(member, circle):
            return None  # somebody was quicker, or the links would lead nowhere for them
        return await self.direct(
            LISTENER, reference, circle.tz, lambda text: views.nudge(text, circle, overdue)
        )


def sees(member: discord.Member, circle: Circle) -> bool:
    channel = member.guild.get_channel(circle.sharing_channel_id)
    return channel is not None and channel.permissions_for(member).view_channel


def require_sight(user: discord.User | discord.Member, circle: Circle) -> None:
    if not isinstance(user, discord.Member) or user.guild.id != circle.guild_id or not sees(user, circle):
        raise UserError("listen.errors.not_in_circle", circle=circle.name)
