"""Commands between people and a real client, and its answers."""

from __future__ import annotations

import asyncio
import io
from typing import Literal

import discord
import pytest
from discord import app_commands

from sandbox.interactions import CannotInvoke, Outcome, What
from sandbox.models import Attachment, Message
from sandbox.permissions import Permission
from sandbox.world import messages, threads
from tests.sandbox.conftest import Bot, Town, running

Interaction = discord.Interaction


def message_of(outcome: Outcome) -> Message:
    assert outcome.message is not None
    return outcome.message


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
