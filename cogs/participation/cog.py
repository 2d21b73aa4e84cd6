from __future__ import annotations

import io
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.participation.models import Consent
from bot.participation.tables import figures_csv, names_csv
from cogs import ui
from cogs.participation import views

log = logging.getLogger(__name__)

WHICH = "Which circle, if there is more than one here"


class ParticipationCog(ui.Cog, name="participation"):
    participation = app_commands.Group(
        name="participation",
        description="How the circle is doing, without anyone in particular",
        guild_only=True,
    )

    # What members choose

    @commands.Cog.listener()
    async def on_presence(self, interaction: ui.Interaction, circle: Circle) -> None:
        """Someone did something in a circle and was answered: ask them, once, how they want to be logged."""
        person = interaction.user
        if await self.app.participation.meet(circle, person.id, person.display_name):
            try:
                await ui.answer(interaction, views.question(self.words(interaction), circle))
            except discord.HTTPException:
                log.warning("a question about the log could not be asked; it is asked again after two weeks")

    @ui.on_press("participation:choose")
    async def choose(self, interaction: ui.Interaction, consent: str, circle_id: str) -> None:
        circle = await self.app.circles.get(circle_id)
        person = interaction.user
        choice = await self.app.participation.choose(circle, person.id, Consent(consent), person.display_name)
        await ui.replace(interaction, views.chosen(self.words(interaction), circle, choice))

    @ui.on_press("participation:erase")
    async def erase(self, interaction: ui.Interaction, circle_id: str) -> None:
        await self.app.participation.erase_named(circle_id, interaction.user.id)
        circle = await self.app.circles.even_closed(circle_id)
        name = circle.name if circle else ""
        text = self.words(interaction)
        await ui.replace(interaction, views.said(text, text("participation.chosen.erased", circle=name)))

    @ui.on_press("participation:leave")
    async def leave(self, interaction: ui.Interaction) -> None:
        text = self.words(interaction)
        await ui.replace(interaction, views.said(text, text("participation.chosen.left")))

    # How the circle is doing

    @participation.command(
        name="summary", description="The circle's last four weeks in figures; only you see the answer"
    )
    @app_commands.describe(circle=WHICH)
    async def summary(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        actor = ui.actor(interaction)
        if not (here.is_facilitator(actor) or _sees(interaction, here)):
            raise UserError("participation.errors.not_your_circle", circle=here.name)
        found = await self.app.participation.summary(here, actor)
        await ui.answer(interaction, views.summary(self.words(interaction), here, found))

    @participation.command(
        name="export", description="For facilitators: the circle's log as CSV files; only you see the answer"
    )
    @app_commands.describe(circle=WHICH)
    async def export(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        found = await self.app.participation.log(here, ui.actor(interaction))
        await interaction.response.send_message(
            view=views.export(self.words(interaction), here),
            files=[
                discord.File(io.BytesIO(table.encode()), name)
                for name, table in zip(views.FILES, (figures_csv(found), names_csv(found)), strict=True)
            ],
            ephemeral=True,
        )


def _sees(interaction: ui.Interaction, circle: Circle) -> bool:
    """Whether they can see the circle's channel: then they are among those it is there for."""
    channel = interaction.guild.get_channel(circle.channel_id) if interaction.guild else None
    person = interaction.user
    return (
        channel is not None
        and isinstance(person, discord.Member)
        and channel.permissions_for(person).view_channel
    )
