"""The way in for presses and forms: finds the handler by custom_id, and reports what goes wrong."""

from __future__ import annotations

from typing import Any

import discord
from discord.ext import commands

from bot.client import TowardsBot
from bot.errors import UserError
from cogs import ui


class Door(commands.Cog):
    def __init__(self, bot: TowardsBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: ui.Interaction) -> None:
        data: Any = interaction.data or {}
        if interaction.type is discord.InteractionType.component:
            await self._enter(interaction, "press", data["custom_id"])
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._enter(interaction, "submit", data["custom_id"], values=ui.values_of(interaction))

    async def _enter(self, interaction: ui.Interaction, what: str, custom_id: str, **more: ui.Values) -> None:
        try:
            found = ui.find_handler(self.bot.cogs.values(), what, custom_id)
            if found is None:
                raise UserError("common.errors.button_of_the_past")
            handler, arguments = found
            await handler(interaction, *arguments, **more)
        except Exception as error:
            await ui.report(interaction, error)


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(Door(bot))
