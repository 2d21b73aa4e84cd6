from __future__ import annotations

from discord import app_commands

from cogs import ui
from cogs.care.views import help_card


class CareCog(ui.Cog, name="care"):
    """Asks the database nothing, so that help is there when nothing else works."""

    @app_commands.command(
        name="help-now", description="Someone to talk to, right now; only you see the answer"
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help_now(self, interaction: ui.Interaction) -> None:
        await self.now(interaction)

    @ui.on_press("care:now")
    async def now(self, interaction: ui.Interaction) -> None:
        await ui.answer(interaction, help_card(self.words(interaction), self.app.help_lines))
