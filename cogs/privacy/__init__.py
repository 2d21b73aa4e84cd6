"""The door to what is kept: /privacy for everyone, /my data and /my log for oneself."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.privacy.cog import PrivacyCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(PrivacyCog(bot))
