"""The door to check-ins."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.checkins.cog import CheckInCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(CheckInCog(bot))
