"""Somebody's direct messages with the bot, found to be open before anything is promised to the other."""

from __future__ import annotations

import discord

from bot.contacts.models import Contact
from bot.errors import UserError
from cogs import ui

EXPECTED = {50007: "meeting.errors.closed", 50278: "meeting.errors.closed", 40003: "meeting.errors.later"}
# Discord: opcodes-and-status-codes


async def contact(interaction: ui.Interaction, hello: str) -> Contact:
    """How to reach whoever pressed. A first message shows where it comes, and proves that it can.

    Raises UserError where nothing may be sent to them.
    """
    locale = str(interaction.locale)
    if interaction.guild_id is None and interaction.channel_id is not None:
        return Contact(interaction.user.id, interaction.channel_id, locale)
    try:
        channel = await interaction.user.create_dm()
        await channel.send(view=ui.note(hello))
    except discord.RateLimited as error:
        raise UserError("meeting.errors.later") from error
    except discord.HTTPException as error:
        if error.code in EXPECTED:
            raise UserError(EXPECTED[error.code]) from error
        raise
    reach = interaction.client.app.reminders.reach
    if await reach.is_to_be_told(interaction.user.id):
        await reach.told(interaction.user.id)  # they were found closed once, and are open now
    return Contact(interaction.user.id, channel.id, locale)
