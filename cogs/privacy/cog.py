from __future__ import annotations

import io
import json

import discord
from discord import app_commands

from bot.participation.models import Choice
from cogs import ui
from cogs.privacy import views

ANYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
IN_SERVERS = app_commands.AppInstallationType(guild=True, user=False)


class PrivacyCog(ui.Cog, name="privacy"):
    my = app_commands.Group(
        name="my",
        description="What is kept about you, and how you want it; only you see the answers",
        allowed_contexts=ANYWHERE,
        allowed_installs=IN_SERVERS,
    )

    @app_commands.command(
        name="privacy", description="What Towards keeps, why, for how long, and who sees it"
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def privacy(self, interaction: ui.Interaction) -> None:
        await ui.answer(interaction, views.page(self.words(interaction)))

    @ui.on_press("privacy:page")
    async def page(self, interaction: ui.Interaction, number: str) -> None:
        await ui.replace(interaction, views.page(self.words(interaction), int(number)))

    # Mine

    @my.command(name="data", description="See, download or erase everything that is kept about you")
    async def data(self, interaction: ui.Interaction) -> None:
        await self.mine(interaction)

    @ui.on_press("privacy:mine")
    async def mine(self, interaction: ui.Interaction) -> None:
        found = await self.app.privacy.mine(interaction.user.id)
        await ui.answer(interaction, views.mine(self.words(interaction), found))

    @ui.on_press("privacy:download")
    async def download(self, interaction: ui.Interaction) -> None:
        found = await self.app.privacy.mine(interaction.user.id)
        document = {"made_on": self.app.clock.now().date(), "kept": found}
        text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
        await interaction.response.send_message(
            view=views.download(self.words(interaction)),
            file=discord.File(io.BytesIO(text.encode()), views.FILE),
            ephemeral=True,
        )

    @ui.on_press("privacy:erase")
    async def ask_to_erase(self, interaction: ui.Interaction) -> None:
        await ui.replace(interaction, views.erasing(self.words(interaction)))

    @ui.on_press("privacy:keep")
    async def keep(self, interaction: ui.Interaction) -> None:
        text = self.words(interaction)
        await ui.replace(interaction, views.said(text, text("privacy.erase.kept")))

    @ui.on_press("privacy:erase_now")
    async def erase(self, interaction: ui.Interaction) -> None:
        await interaction.response.defer()  # a large database may take longer than Discord waits
        await self.app.privacy.erase(interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, views.said(text, text("privacy.erase.done")))

    # How I am logged

    @my.command(name="log", description="How you are logged, by name or only counted: change it or erase it")
    @app_commands.describe(circle="Which circle, if there is more than one here")
    async def log(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        entries = await self._entries(interaction, circle)
        await ui.answer(interaction, views.log(self.words(interaction), entries))

    async def _entries(self, interaction: ui.Interaction, named: str | None) -> list[views.Entry]:
        """In a server, the circle that is meant; in direct messages, every circle that knows the person."""
        choices = await self.app.participation.choices_of(interaction.user.id)
        if interaction.guild_id is not None:
            here = await self.circle_here(interaction, named)
            return [views.Entry(here, choices.get(here.id, Choice(None, 0)), is_open=True)]
        still_open = {circle.id for circle in await self.app.circles.all_open()}
        return [
            views.Entry(circle, choice, is_open=circle_id in still_open)
            for circle_id, choice in choices.items()
            if (circle := await self.app.circles.even_closed(circle_id))
            and (circle_id in still_open or choice.days)
        ]
