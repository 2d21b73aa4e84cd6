"""Commands, components and forms between people and a real client."""

from __future__ import annotations

import asyncio
import io
from typing import Literal

import discord
import pytest
from discord import app_commands

from sandbox.interactions import CannotInvoke, Outcome, What
from sandbox.models import Attachment, ChannelType, Message
from sandbox.permissions import Permission
from sandbox.world import messages, threads
from tests.sandbox.conftest import Bot, Town, running

Interaction = discord.Interaction


def message_of(outcome: Outcome) -> Message:
    assert outcome.message is not None
    return outcome.message


# Commands


async def test_options_of_every_kind_reach_the_command(town: Town) -> None:
    bot, got = Bot(), []

    @bot.tree.command(description="All kinds")
    async def everything(
        interaction: Interaction,
        text: str,
        number: int,
        ratio: float,
        yes: bool,
        member: discord.Member,
        channel: discord.TextChannel,
        role: discord.Role,
        either: discord.Member | discord.Role,
        file: discord.Attachment,
        choice: Literal["sun", "rain"],
    ) -> None:
        got.extend([text, number, ratio, yes, member.id, channel.id, role.id, either.id, choice])
        got.append(await file.read())
        await interaction.response.send_message("ok", ephemeral=True)

    role = town.sandbox.world.add_role(town.guild, "listener")
    file = Attachment(town.sandbox.world.next_id(), "note.txt", "text/plain", b"hush")
    async with running(bot):
        given = {
            "text": "hello",
            "number": 3,
            "ratio": 0.5,
            "yes": True,
            "member": town.noor,
            "channel": town.channel,
            "role": role,
            "either": town.maya,
            "file": file,
            "choice": "rain",
        }
        await town.sandbox.interactions.slash(town.maya, town.channel, "everything", given)
    assert got == [
        "hello", 3, 0.5, True, town.noor.id, town.channel.id, role.id, town.maya.id, "rain", b"hush",
    ]  # fmt: skip


async def test_a_client_refuses_what_a_command_does_not_take(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="Bounds")
    async def bounds(
        interaction: Interaction,
        number: app_commands.Range[int, 1, 5],
        text: app_commands.Range[str, 2, 4] = "some",
        choice: Literal["sun", "rain"] = "sun",
    ) -> None:
        await interaction.response.send_message("ok")

    async with running(bot):
        slash = town.sandbox.interactions.slash
        for options in (
            {},
            {"number": 6},
            {"number": "1"},
            {"number": 1, "text": "a"},
            {"number": 1, "choice": "hail"},
            {"number": 1, "stranger": 1},
        ):
            with pytest.raises(CannotInvoke):
                await slash(town.maya, town.channel, "bounds", options)
        with pytest.raises(CannotInvoke):
            await slash(town.maya, town.channel, "unknown")


async def test_subcommands_are_chosen_by_their_path(town: Town) -> None:
    bot = Bot()
    group = app_commands.Group(name="schedule", description="Schedules")

    @group.command(name="check-in", description="A weekly check-in")
    async def check_in(interaction: Interaction, day: str) -> None:
        await interaction.response.send_message(f"every {day}")

    bot.tree.add_command(group)
    async with running(bot):
        slash = town.sandbox.interactions.slash
        said = message_of(await slash(town.maya, town.channel, "/schedule check-in", {"day": "Monday"}))
        assert said.content == "every Monday"
        with pytest.raises(CannotInvoke):
            await slash(town.maya, town.channel, "schedule", {})


async def test_a_public_answer_names_who_asked(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="Says hello")
    async def hello(interaction: Interaction) -> None:
        await interaction.response.send_message("hello")

    async with running(bot):
        said = message_of(await town.sandbox.interactions.slash(town.maya, town.channel, "hello"))
        assert said.interaction is not None
        assert said.interaction["user"]["id"] == str(town.maya.id)
        assert said.id in town.channel.messages


async def test_suggestions_come_while_typing(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="Chooses a zone")
    async def zone(interaction: Interaction, name: str) -> None:
        await interaction.response.send_message(name)

    @zone.autocomplete("name")
    async def suggest(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"Europe/{current}", value=current)]

    async with running(bot):
        found = await town.sandbox.interactions.autocomplete(
            town.maya, town.channel, "zone", {"name": "Berl"}, "name"
        )
        assert [(each["name"], each["value"]) for each in found] == [("Europe/Berl", "Berl")]


async def test_commands_are_offered_by_permission_place_and_context(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="For those who manage")
    @app_commands.default_permissions(manage_guild=True)
    async def setup(interaction: Interaction) -> None: ...

    @bot.tree.command(description="In the guild")
    @app_commands.guild_only()
    async def here(interaction: Interaction) -> None: ...

    @bot.tree.command(description="In direct messages")
    @app_commands.dm_only()
    async def aside(interaction: Interaction) -> None: ...

    async with running(bot):
        world, engine = town.sandbox.world, town.sandbox.interactions

        def offered(user: object, channel: object) -> set[str]:
            return {command["name"] for _, command in engine.offered(user, channel)}  # type: ignore[arg-type] # users

        assert offered(town.owner, town.channel) == {"setup", "here"}
        assert offered(town.maya, town.channel) == {"here"}
        dm = world.open_dm(town.maya, town.application.bot)
        assert offered(town.maya, dm) == {"setup", "aside"}
        world.revoke(town.maya, Permission.USE_APPLICATION_COMMANDS, town.channel)
        assert offered(town.maya, town.channel) == set()
        world.remove_member(town.guild, town.maya)
        assert offered(town.maya, dm) == set()


async def test_a_command_in_a_direct_message_has_no_guild(town: Town) -> None:
    bot, seen = Bot(), []

    @bot.tree.command(description="Shares")
    async def share(interaction: Interaction) -> None:
        seen.append((interaction.guild, interaction.context.dm_channel, interaction.user.id))
        await interaction.response.send_message("kept", ephemeral=True)

    async with running(bot):
        dm = town.sandbox.world.open_dm(town.maya, town.application.bot)
        answer = await town.sandbox.interactions.slash(town.maya, dm, "share")
        assert answer.ephemeral
    assert seen == [(None, True, town.maya.id)]


async def test_a_guilds_own_commands_are_kept_apart(town: Town) -> None:
    bot = Bot()
    place = discord.Object(town.guild.id)

    @bot.tree.command(description="Only here", guild=place)
    async def local(interaction: Interaction) -> None:
        await interaction.response.send_message("here")

    async with running(bot):
        await bot.tree.sync(guild=place)
        first = (await bot.tree.fetch_commands(guild=place))[0]
        assert (await bot.tree.sync(guild=place))[0].id == first.id
        assert message_of(await town.sandbox.interactions.slash(town.maya, town.channel, "local")).content
        edited = await first.edit(description="Only in this guild")
        assert edited.description == "Only in this guild"
        await first.delete()
        assert await bot.tree.fetch_commands(guild=place) == []


async def test_the_payload_tells_of_people_places_and_permissions(town: Town) -> None:
    bot, seen = Bot(), []

    @bot.tree.command(description="Looks")
    async def look(interaction: Interaction) -> None:
        seen.append(interaction)
        await interaction.response.send_message("ok")

    town.maya.locale = "de"
    async with running(bot):
        await town.sandbox.interactions.slash(town.maya, town.channel, "look")
    interaction = seen[0]
    assert interaction.app_permissions.manage_channels
    assert interaction.permissions.send_messages
    assert not interaction.permissions.manage_channels
    assert (interaction.locale, interaction.guild_locale) == (
        discord.Locale.german,
        discord.Locale.american_english,
    )
    assert interaction.channel.id == town.channel.id
    assert interaction.context.guild
    assert interaction.is_guild_integration()
    assert interaction.filesize_limit > 0


async def test_commands_of_the_context_menu_get_their_target(town: Town) -> None:
    bot = Bot()

    async def report(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"about: {message.content}", ephemeral=True)

    async def greet(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"hello {member.name}", ephemeral=True)

    bot.tree.add_command(app_commands.ContextMenu(name="Report", callback=report))
    bot.tree.add_command(app_commands.ContextMenu(name="Greet", callback=greet))
    async with running(bot):
        hers = messages.post(town.sandbox.world, town.channel, town.noor, "a worry")
        menu = town.sandbox.interactions.menu
        assert message_of(await menu(town.maya, town.channel, "Report", hers)).content == "about: a worry"
        assert message_of(await menu(town.maya, town.channel, "Greet", town.noor)).content == "hello noor"
        with pytest.raises(CannotInvoke):
            await menu(town.maya, town.channel, "Report", town.noor)


async def test_a_command_in_a_thread_is_answered_there(town: Town) -> None:
    bot, seen = Bot(), []

    @bot.tree.command(description="Says where")
    async def where(interaction: Interaction) -> None:
        seen.append(type(interaction.channel))
        await interaction.response.send_message("here")

    async with running(bot):
        thread = threads.start(town.sandbox.world, town.channel, town.maya, threads.Opening("answers"))
        said = message_of(await town.sandbox.interactions.slash(town.maya, thread, "where"))
        assert said.channel is thread
        assert seen == [discord.Thread]


async def test_an_answer_in_a_channel_deleted_meanwhile_is_refused(town: Town) -> None:
    bot: Bot = Bot()
    codes: asyncio.Queue[int] = asyncio.Queue()

    @bot.tree.command(description="Waits")
    async def waits(interaction: Interaction) -> None:
        town.sandbox.world.delete_channel(town.channel)
        try:
            await interaction.response.send_message("anyone?")
        except discord.HTTPException as refusal:
            codes.put_nowait(refusal.code)

    town.sandbox.interactions.answer_seconds = 0.5
    async with running(bot):
        assert (await town.sandbox.interactions.slash(town.maya, town.channel, "waits")).failed
        assert await asyncio.wait_for(codes.get(), 3) == 10003


# Answers


async def test_a_deferred_answer_is_filled_by_its_first_follow_up(town: Town) -> None:
    bot, go = Bot(), asyncio.Event()

    @bot.tree.command(description="Slow")
    async def slow(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await go.wait()
        await interaction.followup.send("there")
        await interaction.followup.send("and more", ephemeral=True)

    async with running(bot):
        outcome = await town.sandbox.interactions.slash(town.maya, town.channel, "slow")
        assert outcome.what is What.DEFERRED
        assert message_of(outcome).loading
        go.set()
        filled = await outcome.finished()
        assert (filled.content, filled.loading, filled.viewer) == ("there", False, town.maya)


async def test_a_deferred_answer_is_filled_by_an_edit_and_stays_ephemeral(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="Slow")
    async def slow(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="there")
        whole = await interaction.original_response()
        assert whole.flags.ephemeral

    async with running(bot):
        filled = await (await town.sandbox.interactions.slash(town.maya, town.channel, "slow")).finished()
        assert filled.ephemeral
        assert filled.id not in town.channel.messages


async def test_the_original_answer_and_follow_ups_are_read_edited_and_deleted(town: Town) -> None:
    bot, done = Bot(), asyncio.Event()

    @bot.tree.command(description="Talks")
    async def talk(interaction: Interaction) -> None:
        answered = await interaction.response.send_message("one")
        assert answered.message_id is not None
        more = await interaction.followup.send("two", wait=True, file=discord.File(io.BytesIO(b"x"), "x.txt"))
        await more.edit(content="two, again")
        assert (await interaction.followup.fetch_message(more.id)).content == "two, again"
        await more.delete()
        await interaction.delete_original_response()
        done.set()

    async with running(bot):
        await town.sandbox.interactions.slash(town.maya, town.channel, "talk")
        await asyncio.wait_for(done.wait(), 3)
        assert town.channel.messages == {}


async def test_answering_twice_is_refused_with_40060(town: Town) -> None:
    bot: Bot = Bot()
    codes: asyncio.Queue[int] = asyncio.Queue()

    @bot.tree.command(description="Twice")
    async def twice(interaction: Interaction) -> None:
        await interaction.response.send_message("one")
        interaction.response._response_type = None
        try:
            await interaction.response.send_message("two")
        except discord.HTTPException as refusal:
            codes.put_nowait(refusal.code)

    async with running(bot):
        await town.sandbox.interactions.slash(town.maya, town.channel, "twice")
        assert await asyncio.wait_for(codes.get(), 3) == 40060


async def test_who_does_not_answer_in_time_is_too_late(town: Town) -> None:
    bot, go = Bot(), asyncio.Event()
    codes: asyncio.Queue[int] = asyncio.Queue()
    town.sandbox.interactions.answer_seconds = 0.05

    @bot.tree.command(description="Sleeps")
    async def sleeps(interaction: Interaction) -> None:
        await go.wait()
        for attempt in (interaction.response.send_message("late"), interaction.followup.send("later")):
            try:
                await attempt
            except discord.HTTPException as refusal:
                codes.put_nowait(refusal.code)

    async with running(bot):
        outcome = await town.sandbox.interactions.slash(town.maya, town.channel, "sleeps")
        assert outcome.failed
        go.set()
        assert [await asyncio.wait_for(codes.get(), 3) for _ in range(2)] == [10062, 10015]


async def test_after_its_time_the_token_is_worth_nothing(town: Town) -> None:
    bot, go = Bot(), asyncio.Event()
    codes: asyncio.Queue[int] = asyncio.Queue()

    @bot.tree.command(description="Takes long")
    async def long(interaction: Interaction) -> None:
        await interaction.response.send_message("one")
        await go.wait()
        try:
            await interaction.followup.send("two")
        except discord.HTTPException as refusal:
            codes.put_nowait(refusal.code)

    async with running(bot):
        await town.sandbox.interactions.slash(town.maya, town.channel, "long")
        town.sandbox.interactions.token_seconds = 0
        go.set()
        assert await asyncio.wait_for(codes.get(), 3) == 50027


async def test_an_answer_too_long_is_refused_and_another_still_taken(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="Long")
    async def long(interaction: Interaction) -> None:
        try:
            await interaction.response.send_message("x" * 2001)
        except discord.HTTPException as refusal:
            await interaction.response.send_message(str(refusal.code))

    async with running(bot):
        said = message_of(await town.sandbox.interactions.slash(town.maya, town.channel, "long"))
        assert said.content == "50035"


# Components


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


# Forms


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
