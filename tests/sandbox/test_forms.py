"""Forms that people fill in: every kind of field."""

from __future__ import annotations

import discord
import pytest

from sandbox.interactions import CannotInvoke, Outcome
from sandbox.models import Attachment, Message
from tests.sandbox.conftest import Bot, Town, running

Interaction = discord.Interaction


def message_of(outcome: Outcome) -> Message:
    assert outcome.message is not None
    return outcome.message


def labelled(text: str, component: discord.ui.Item[discord.ui.Modal]) -> discord.ui.Label[discord.ui.Modal]:
    return discord.ui.Label(text=text, component=component)


def options(kind: type, *words: str) -> list[object]:
    return [kind(label=word) for word in words]


class Everything(discord.ui.Modal, title="All fields"):
    def __init__(self) -> None:
        super().__init__(custom_id="everything")
        weather = options(discord.RadioGroupOption, "sun", "rain")
        parts = options(discord.CheckboxGroupOption, "needs", "desires", "emotions")
        self.fields: list[discord.ui.Item[discord.ui.Modal]] = [
            discord.ui.TextInput(custom_id="words", min_length=2, max_length=10),
            discord.ui.RadioGroup(custom_id="weather", options=weather),  # type: ignore[arg-type] # made above
            discord.ui.CheckboxGroup(custom_id="parts", options=parts, required=False),  # type: ignore[arg-type] # made above
            discord.ui.Checkbox(custom_id="named"),
            discord.ui.FileUpload(custom_id="file", required=False),
        ]
        for field in self.fields:
            self.add_item(labelled("A field", field))

    async def on_submit(self, interaction: Interaction) -> None:
        words, weather, parts, named, file = self.fields
        assert isinstance(words, discord.ui.TextInput)
        assert isinstance(weather, discord.ui.RadioGroup)
        assert isinstance(parts, discord.ui.CheckboxGroup)
        assert isinstance(named, discord.ui.Checkbox)
        assert isinstance(file, discord.ui.FileUpload)
        files = [(await each.read()).decode() for each in file.values]
        heard = [words.value, weather.value, *parts.values, named.value, *files]
        await interaction.response.send_message(" ".join(map(str, heard)), ephemeral=True)


class WithDefaults(discord.ui.Modal, title="Defaults"):
    def __init__(self, channel: discord.Object, role: discord.Object) -> None:
        super().__init__()
        self.channel: discord.ui.ChannelSelect[discord.ui.Modal] = discord.ui.ChannelSelect(
            custom_id="channel",
            default_values=[
                discord.SelectDefaultValue(id=channel.id, type=discord.SelectDefaultValueType.channel)
            ],
        )
        self.role: discord.ui.RoleSelect[discord.ui.Modal] = discord.ui.RoleSelect(
            custom_id="role",
            default_values=[discord.SelectDefaultValue(id=role.id, type=discord.SelectDefaultValueType.role)],
        )
        self.add_item(labelled("Channel", self.channel))
        self.add_item(labelled("Role", self.role))

    async def on_submit(self, interaction: Interaction) -> None:
        words = f"{self.channel.values[0].name} {self.role.values[0].name}"
        await interaction.response.send_message(words, ephemeral=True)


class Selects(discord.ui.Modal, title="Selects"):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[discord.ui.Select[discord.ui.Modal] | discord.ui.RoleSelect[discord.ui.Modal]] = [
            discord.ui.Select(
                custom_id="day", options=[discord.SelectOption(label=day) for day in ("Monday", "Friday")]
            ),
            discord.ui.RoleSelect(custom_id="role", required=False),
        ]
        self.add_item(discord.ui.TextDisplay("When shall it be?"))
        for select in self.chosen:
            self.add_item(labelled("Choose", select))

    async def on_submit(self, interaction: Interaction) -> None:
        heard = [
            value if isinstance(value, str) else value.name for each in self.chosen for value in each.values
        ]
        await interaction.response.send_message(" ".join(heard), ephemeral=True)


def bot_with_forms() -> Bot:
    bot = Bot()

    @bot.tree.command(description="Opens all fields")
    async def everything(interaction: Interaction) -> None:
        await interaction.response.send_modal(Everything())

    @bot.tree.command(description="Opens selects")
    async def selects(interaction: Interaction) -> None:
        await interaction.response.send_modal(Selects())

    return bot


async def test_a_form_with_every_field_is_submitted(town: Town) -> None:
    async with running(bot_with_forms()):
        engine = town.sandbox.interactions
        form = (await engine.slash(town.maya, town.channel, "everything")).modal
        assert form is not None
        file = Attachment(town.sandbox.world.next_id(), "x.txt", "text/plain", b"attached")
        values = {
            "words": "hello",
            "weather": "rain",
            "parts": ["needs", "emotions"],
            "named": True,
            "file": [file],
        }
        answer = await engine.submit(town.maya, form, values)
        assert message_of(answer).content == "hello rain needs emotions True attached"


async def test_fields_left_alone_are_sent_as_they_opened(town: Town) -> None:
    async with running(bot_with_forms()):
        engine = town.sandbox.interactions
        form = (await engine.slash(town.maya, town.channel, "everything")).modal
        assert form is not None
        answer = await engine.submit(town.maya, form, {"words": "hello", "weather": "sun"})
        assert message_of(answer).content == "hello sun False"


async def test_selects_in_a_form_give_what_was_chosen(town: Town) -> None:
    role = town.sandbox.world.add_role(town.guild, "listener")
    async with running(bot_with_forms()):
        engine = town.sandbox.interactions
        form = (await engine.slash(town.maya, town.channel, "selects")).modal
        assert form is not None
        answer = await engine.submit(town.maya, form, {"day": ["Friday"], "role": [role]})
        assert message_of(answer).content == "Friday listener"


async def test_selects_that_open_with_a_choice_send_it(town: Town) -> None:
    bot = Bot()
    role = town.sandbox.world.add_role(town.guild, "listener")

    @bot.tree.command(description="Opens defaults")
    async def defaults(interaction: Interaction) -> None:
        form = WithDefaults(discord.Object(town.channel.id), discord.Object(role.id))
        await interaction.response.send_modal(form)

    async with running(bot):
        engine = town.sandbox.interactions
        form = (await engine.slash(town.maya, town.channel, "defaults")).modal
        assert form is not None
        assert message_of(await engine.submit(town.maya, form)).content == "circle listener"


async def test_a_form_is_not_sent_while_a_field_is_wrong(town: Town) -> None:
    async with running(bot_with_forms()):
        engine = town.sandbox.interactions
        form = (await engine.slash(town.maya, town.channel, "everything")).modal
        assert form is not None
        for values in (
            {},
            {"words": "hello"},
            {"words": "h", "weather": "sun"},
            {"words": "hello there all", "weather": "sun"},
            {"words": "hello", "weather": "hail"},
            {"words": "hello", "weather": "sun", "stranger": "x"},
        ):
            with pytest.raises(CannotInvoke):
                await engine.submit(town.maya, form, values)
        with pytest.raises(CannotInvoke):
            await engine.submit(town.noor, form, {"words": "hello", "weather": "sun"})
