from __future__ import annotations

from discord import app_commands

from cogs import ui
from cogs.care.views import help_card, where_card


class CareCog(ui.Cog, name="care"):
    """Help that is there when nothing else works: of the database it asks one thing, and not for long."""

    @app_commands.command(
        name="help-now", description="Someone to talk to, right now; only you see the answer"
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help_now(self, interaction: ui.Interaction) -> None:
        await self.now(interaction)

    @ui.on_press("care:now")
    async def now(self, interaction: ui.Interaction) -> None:
        await ui.answer(interaction, await self._card(interaction))

    @ui.on_press("care:again")
    async def again(self, interaction: ui.Interaction) -> None:
        await ui.replace(interaction, await self._card(interaction))

    async def _card(self, interaction: ui.Interaction) -> ui.Card:
        country = await self.app.care.country_of(interaction.user.id)
        return help_card(
            self.words(interaction), self.app.care.fitting(country), country, kept=country is not None
        )

    # The country: asked for, never guessed, and kept only if they wish

    @ui.on_press("care:where")
    async def where(self, interaction: ui.Interaction) -> None:
        await ui.replace(interaction, where_card(self.words(interaction), self.app.care.lines.countries))

    @ui.on_press("care:country")
    async def choose_country(self, interaction: ui.Interaction, page: str) -> None:
        [country] = ui.chosen(interaction)
        found = self.app.care.fitting(country)
        await ui.replace(interaction, help_card(self.words(interaction), found, country))

    @ui.on_press("care:keep")
    async def keep_country(self, interaction: ui.Interaction, country: str) -> None:
        await self.app.care.keep_country(interaction.user.id, country)
        await ui.replace(interaction, await self._card(interaction))

    @ui.on_press("care:forget")
    async def forget_country(self, interaction: ui.Interaction) -> None:
        await self.app.care.forget_country(interaction.user.id)
        await ui.replace(interaction, await self._card(interaction))
