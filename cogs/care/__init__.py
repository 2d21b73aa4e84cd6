"""The door to "Need someone now?"."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.care.cases import CasesCog
from cogs.care.cog import CareCog
from cogs.care.holds import HoldsCog
from cogs.care.looking_after import LookingAfterCog
from cogs.care.noticing import NoticingCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(CareCog(bot))
    await bot.add_cog(NoticingCog(bot))
    await bot.add_cog(HoldsCog(bot))
    await bot.add_cog(CasesCog(bot))
    await bot.add_cog(LookingAfterCog(bot))
