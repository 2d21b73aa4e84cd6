"""/schedule, /hold and /next: when a circle's check-ins and prompts come."""

from bot.client import TowardsBot
from cogs.schedules.cog import SchedulesCog
from cogs.schedules.deciding import DecidingCog
from cogs.schedules.making import MakingCog
from cogs.schedules.mirroring import MirroringCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(SchedulesCog(bot))
    await bot.add_cog(MakingCog(bot))
    await bot.add_cog(DecidingCog(bot))
    await bot.add_cog(MirroringCog(bot))
