"""What a community bot of another kind does with discord.py: each as a stranger's bot would, over the wire."""

from __future__ import annotations

import io
from datetime import timedelta

import discord
import pytest

from tests.sandbox.conftest import Bot, Town, running

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


async def test_a_bot_takes_another_name_and_picture(town: Town) -> None:
    async with running(Bot()) as bot:
        assert bot.user is not None
        edited = await bot.user.edit(username="Onwards", avatar=PNG)
        assert (edited.name, edited.avatar is not None) == ("Onwards", True)
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        webhook = await channel.create_webhook(name="Masks", avatar=PNG)
        assert webhook.avatar is not None
        assert (await webhook.edit(avatar=None)).avatar is None


async def test_members_of_each_role_are_counted(town: Town) -> None:
    async with running(Bot()) as bot:
        role = await bot.guilds[0].create_role(name="Listeners")
        town.guild.members[town.maya.id].role_ids.add(role.id)
        counts = await bot.guilds[0].role_member_counts()
        assert {each.id: count for each, count in counts.items()}[role.id] == 1


async def test_text_becomes_announcement_and_back_and_never_voice(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await channel.edit(type=discord.ChannelType.news)
        await bot.next("guild_channel_update")
        assert channel.is_news()
        with pytest.raises(discord.HTTPException) as caught:
            await bot.http.edit_channel(channel.id, type=2)
        assert caught.value.code == 50035


async def test_a_channel_moved_with_its_permissions_locked_has_those_of_its_new_category(town: Town) -> None:
    async with running(Bot()) as bot:
        guild = bot.guilds[0]
        closed: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
            guild.default_role: discord.PermissionOverwrite(view_channel=False)
        }
        category = await guild.create_category("Rooms", overwrites=closed)
        channel = guild.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await channel.move(beginning=True, category=category, sync_permissions=True)
        assert town.channel.parent is not None
        assert [each.id for each in town.channel.overwrites] == [guild.id]


async def test_a_forum_keeps_and_loses_its_default_reaction(town: Town) -> None:
    async with running(Bot()) as bot:
        forum = await bot.guilds[0].create_forum("Stories", default_reaction_emoji="\N{SPARKLES}")
        assert forum.default_reaction_emoji is not None
        edited = await forum.edit(default_reaction_emoji=None)
        assert edited is not None
        assert edited.default_reaction_emoji is None


async def test_nobody_is_in_voice(town: Town) -> None:
    async with running(Bot()) as bot:
        maya = await bot.guilds[0].fetch_member(town.maya.id)
        with pytest.raises(discord.HTTPException) as caught:
            await maya.edit(mute=True)
        assert caught.value.code == 40032


async def test_of_what_a_server_has_none_the_list_is_empty(town: Town) -> None:
    async with running(Bot()) as bot:
        guild = bot.guilds[0]
        assert await guild.fetch_emojis() == []
        assert await guild.fetch_stickers() == []
        assert await guild.fetch_automod_rules() == []
        assert await guild.invites() == []
        assert await guild.integrations() == []
        assert await guild.templates() == []
        assert await guild.fetch_soundboard_sounds() == []
        assert await bot.fetch_application_emojis() == []
        assert [each async for each in bot.entitlements()] == []
        channel = guild.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        assert await channel.invites() == []


async def test_nobody_has_set_a_commands_permissions(town: Town) -> None:
    bot = Bot()

    @bot.tree.command(description="Check in")
    async def checkin(interaction: discord.Interaction) -> None: ...

    async with running(bot):
        (command,) = await bot.tree.fetch_commands()
        with pytest.raises(discord.NotFound) as caught:
            await command.fetch_permissions(bot.guilds[0])
        assert caught.value.code == 10066


async def test_an_edit_may_show_again_a_file_the_message_has(town: Town) -> None:
    class Shown(discord.ui.LayoutView):
        file = discord.ui.File[discord.ui.LayoutView]("attachment://notes.txt")

    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send(view=Shown(), file=discord.File(io.BytesIO(b"x"), "notes.txt"))
        await message.edit(view=Shown().add_item(discord.ui.TextDisplay("more")))
        with pytest.raises(discord.HTTPException) as caught:
            await message.edit(view=Shown(), attachments=[])
        assert caught.value.code == 50035


async def test_a_file_that_an_edit_drops_can_be_read_no_more(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        files = [discord.File(io.BytesIO(name.encode()), name) for name in ("a.txt", "b.txt")]
        message = await channel.send(files=files)
        kept, dropped = message.attachments
        await message.edit(attachments=[kept])
        assert await kept.read() == b"a.txt"
        with pytest.raises(discord.NotFound):
            await dropped.read()


async def test_an_emoji_on_a_button_comes_back_as_discord_writes_it(town: Town) -> None:
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Nod", emoji="\N{SPARKLES}"))
    option = discord.SelectOption(label="Rain", emoji="\N{CLOUD WITH RAIN}")
    view.add_item(discord.ui.Select(options=[option]))
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=view)
    rows = town.sandbox.exchanges[-1]["response"]["components"]
    assert rows[0]["components"][0]["emoji"] == {"name": "\N{SPARKLES}"}
    assert rows[1]["components"][0]["options"][0]["emoji"] == {"name": "\N{CLOUD WITH RAIN}"}


async def test_a_poll_is_refused_by_name_as_the_sandbox_has_none(town: Town) -> None:
    poll = discord.Poll("When?", timedelta(hours=24)).add_answer(text="Tuesday")
    async with running(Bot()) as bot:
        channel = bot.get_channel(town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        with pytest.raises(discord.HTTPException, match="no polls"):
            await channel.send(poll=poll)
