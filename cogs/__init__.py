"""The Discord doors of the features: parse the interaction, one service call, show content."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs import ui

EXTENSIONS = (
    "cogs.door",
    "cogs.delivery",
    "cogs.circles",
    "cogs.care",
    "cogs.checkins",
    "cogs.prompts",
    "cogs.schedules",
    "cogs.sharing",
    "cogs.reminders",
    "cogs.listeners",
    "cogs.participation",
    "cogs.privacy",
)


async def setup(bot: TowardsBot) -> None:
    bot.tree.error(ui.on_command_error)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
