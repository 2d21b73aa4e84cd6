"""The door to reminders, quiet hours and being away."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.reminders.cog import RemindersCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(RemindersCog(bot))
