"""Buttons and selects that people press and choose in."""

from __future__ import annotations

import asyncio

import discord
import pytest

from sandbox.interactions import CannotInvoke, Outcome, What
from sandbox.models import ChannelType, Message
from sandbox.permissions import Permission
from tests.sandbox.conftest import Bot, Town, running

Interaction = discord.Interaction


def message_of(outcome: Outcome) -> Message:
    assert outcome.message is not None
    return outcome.message


class Panel(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.closed.disabled = True

    @discord.ui.button(label="Here", custom_id="here")
    async def here(self, interaction: Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.edit_message(content="one is here")

    @discord.ui.button(label="Quiet", custom_id="quiet")
    async def quiet(self, interaction: Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="quietly")

    @discord.ui.button(label="Privately", custom_id="privately")
    async def privately(self, interaction: Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_message("for you", ephemeral=True, view=Again())

    @discord.ui.button(label="Closed", custom_id="closed")
    async def closed(self, interaction: Interaction, _: discord.ui.Button[Panel]) -> None: ...

    @discord.ui.select(
        custom_id="weather",
        min_values=1,
        max_values=2,
        options=[discord.SelectOption(label=word) for word in ("sun", "rain", "wind")],
    )
    async def weather(self, interaction: Interaction, select: discord.ui.Select[Panel]) -> None:
        await interaction.response.send_message("+".join(select.values), ephemeral=True)

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who")
    async def who(self, interaction: Interaction, select: discord.ui.UserSelect[Panel]) -> None:
        await interaction.response.send_message(select.values[0].name, ephemeral=True)

    @discord.ui.select(
        cls=discord.ui.ChannelSelect, custom_id="where", channel_types=[discord.ChannelType.text]
    )
    async def where(self, interaction: Interaction, select: discord.ui.ChannelSelect[Panel]) -> None:
        await interaction.response.send_message(select.values[0].name, ephemeral=True)


class Again(discord.ui.View):
    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: Interaction, _: discord.ui.Button[Again]) -> None:
        await interaction.response.edit_message(content="for you, again", view=None)


async def panel(bot: Bot, town: Town) -> Message:
    channel = bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return town.channel.messages[(await channel.send("who is here?", view=Panel())).id]


async def test_a_button_changes_its_message_at_once_or_after_a_silent_defer(town: Town) -> None:
    async with running(Bot()) as bot:
        card, press = await panel(bot, town), town.sandbox.interactions.press
        outcome = await press(town.maya, card, "here")
        assert (outcome.what, card.content) == (What.UPDATE, "one is here")
        edited = asyncio.Event()
        town.sandbox.world.subscribe(lambda event: edited.set() if event.name == "MESSAGE_UPDATE" else None)
        assert (await press(town.maya, card, "quiet")).what is What.SILENT
        await asyncio.wait_for(edited.wait(), 3)
        assert card.content == "quietly"


async def test_a_private_answer_is_seen_pressed_and_changed_by_its_one_reader(town: Town) -> None:
    async with running(Bot()) as bot:
        card, press = await panel(bot, town), town.sandbox.interactions.press
        private = message_of(await press(town.maya, card, "privately"))
        assert private.viewer is town.maya
        with pytest.raises(CannotInvoke):
            await press(town.noor, private, "again")
        await press(town.maya, private, "again")
        assert (private.content, private.components) == ("for you, again", [])


async def test_selects_give_their_values_and_refuse_others(town: Town) -> None:
    async with running(Bot()) as bot:
        card, press = await panel(bot, town), town.sandbox.interactions.press
        assert message_of(await press(town.maya, card, "weather", ["sun", "rain"])).content == "sun+rain"
        assert message_of(await press(town.maya, card, "who", [town.noor])).content == "noor"
        assert message_of(await press(town.maya, card, "where", [town.channel])).content == "circle"
        voice = town.sandbox.world.add_channel(town.guild, "v", ChannelType.VOICE)
        for custom_id, values in (
            ("weather", []),
            ("weather", ["sun", "rain", "wind"]),
            ("weather", ["hail"]),
            ("who", [town.channel]),
            ("where", [voice]),
            ("closed", None),
            ("nothing", None),
        ):
            with pytest.raises(CannotInvoke):
                await press(town.maya, card, custom_id, values)


async def test_a_message_one_cannot_see_has_no_buttons(town: Town) -> None:
    async with running(Bot()) as bot:
        card = await panel(bot, town)
        town.sandbox.world.revoke(town.maya, Permission.VIEW_CHANNEL, town.channel)
        with pytest.raises(CannotInvoke):
            await town.sandbox.interactions.press(town.maya, card, "here")
