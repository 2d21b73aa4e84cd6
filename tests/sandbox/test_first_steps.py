"""The whole way once: a real client with a command, a form and a button."""

from __future__ import annotations

import discord

from sandbox.interactions import What
from tests.sandbox.conftest import Bot, Town, running


class Words(discord.ui.Modal, title="A few words"):
    words: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="What is here today?", component=discord.ui.TextInput(custom_id="words")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.words.component, discord.ui.TextInput)
        await interaction.response.send_message(f"Kept: {self.words.component.value}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Write", custom_id="write")
    async def write(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Words())


def bot_with_a_command() -> Bot:
    bot = Bot()

    @bot.tree.command(description="Check in with the circle")
    async def checkin(interaction: discord.Interaction, mood: str) -> None:
        await interaction.response.send_message(f"Mood: {mood}", view=Buttons())

    return bot


async def test_a_command_answers_its_button_opens_a_form_and_the_form_is_answered_privately(
    town: Town,
) -> None:
    async with running(bot_with_a_command()):
        people = town.sandbox.interactions
        posted = await people.slash(town.maya, town.channel, "/checkin", {"mood": "calm"})
        assert posted.what is What.MESSAGE
        assert posted.message is not None
        assert posted.message.content == "Mood: calm"
        assert posted.message.id in town.channel.messages

        opened = await people.press(town.noor, posted.message, "write")
        assert opened.modal is not None
        assert opened.modal.title == "A few words"

        kept = await people.submit(town.noor, opened.modal, {"words": "rain, then sun"})
        assert kept.ephemeral
        assert kept.message is not None
        assert kept.message.content == "Kept: rain, then sun"
        assert kept.message.viewer is town.noor
        assert kept.message.id not in town.channel.messages


async def test_a_message_is_sent_edited_read_back_and_deleted(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send("one")
        await message.edit(content="two")
        assert [each.content async for each in channel.history()] == ["two"]
        await message.delete()
        assert [each async for each in channel.history()] == []


async def test_a_direct_message_arrives_and_is_answered(town: Town) -> None:
    async with running(Bot()) as bot:
        person = await bot.fetch_user(town.maya.id)
        sent = await person.send("hello")
        dm = town.sandbox.world.open_dm(town.maya, town.application.bot)
        assert dm.messages[sent.id].content == "hello"
