"""The door to prompts: the card, answering by name, and what stands behind a prompt."""

from __future__ import annotations

from bot.client import TowardsBot
from cogs.prompts.cog import PromptsCog


async def setup(bot: TowardsBot) -> None:
    await bot.add_cog(PromptsCog(bot))
