"""/schedule and /next: when a circle's check-ins and prompts come."""

from bot.client import TowardsBot
from cogs.schedules.cog import SchedulesCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(SchedulesCog(bot))
