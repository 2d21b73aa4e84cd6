"""The door to the log: the question at first use, the circle's summary, and its export."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.participation.cog import ParticipationCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(ParticipationCog(bot))
