"""The door of those who listen."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.listeners.cog import ListenersCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(ListenersCog(bot))
