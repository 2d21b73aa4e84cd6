"""The doors of setting a circle up and looking after it."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.circles.cog import CirclesCog
from cogs.circles.looked_after import LookedAfterCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(CirclesCog(bot))
    await bot.add_cog(LookedAfterCog(bot))
