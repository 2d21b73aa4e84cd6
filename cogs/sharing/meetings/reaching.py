"""Somebody's direct messages with the bot, found to be open before anything is promised to the other."""

from __future__ import annotations

from bot.contacts.models import Contact
from cogs import ui


async def contact(interaction: ui.Interaction, hello: str) -> Contact:
    """How to reach whoever pressed. A first message shows where it comes, and proves that it can.

    Raises UserError where nothing may be sent to them.
    """
    if interaction.guild_id is None and interaction.channel_id is not None:
        return Contact(interaction.user.id, interaction.channel_id, str(interaction.locale))
    closed, later = "meeting.errors.closed", "meeting.errors.later"
    found, _ = await ui.reach(interaction, ui.note(hello), closed=closed, later=later)
    return found
