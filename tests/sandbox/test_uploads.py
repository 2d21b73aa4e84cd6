"""Files of people: sent with a message or in a form, read by the bot, shown in what it answers, and gone with it."""

from __future__ import annotations

import io

import discord
import pytest

from sandbox.interactions import CannotInvoke
from sandbox.people import Person
from sandbox.permissions import Permission
from tests.sandbox.conftest import Bot, Town, running

Interaction = discord.Interaction


class Asking(discord.ui.Modal, title="A file, please"):
    def __init__(self) -> None:
        super().__init__(custom_id="asking")
        upload: discord.ui.FileUpload[Asking] = discord.ui.FileUpload(
            custom_id="file", required=False, min_values=0
        )
        self.add_item(discord.ui.Label(text="A picture", component=upload))
        self.upload = upload

    async def on_submit(self, interaction: Interaction) -> None:
        if not self.upload.values:
            await interaction.response.send_message("none", ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        data = await self.upload.values[0].read()
        await interaction.edit_original_response(view=gallery(), attachments=[picture(data)])


def picture(data: bytes = b"pixels", name: str = "image.jpg") -> discord.File:
    return discord.File(io.BytesIO(data), name)


def gallery(name: str = "image.jpg") -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description="a")))
    return view


def asking() -> Bot:
    bot = Bot()

    @bot.tree.command(name="ask", description="Ask")
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(Asking())

    return bot


@pytest.fixture
def maya(town: Town) -> Person:
    return town.sandbox.person("maya")


async def test_a_file_in_a_form_is_read_by_the_bot_and_shown_in_its_answer(town: Town, maya: Person) -> None:
    async with running(asking()):
        form = await maya.slash("/ask", channel="circle")
        file = maya.file("me.jpg", b"pixels of mine")
        answer = await (await maya.submit(form, {"A picture": [file]})).settled()
        assert answer.message is not None
        [shown] = answer.message.message.attachments
        assert (shown.filename, shown.data) == ("image.jpg", b"pixels of mine")
        form = await maya.slash("/ask", channel="circle")
        assert "none" in (await maya.submit(form, {})).text


async def test_a_form_takes_no_more_files_than_it_asks_for(town: Town, maya: Person) -> None:
    async with running(asking()):
        form = await maya.slash("/ask", channel="circle")
        two = [maya.file("a.jpg", b"a"), maya.file("b.jpg", b"b")]
        with pytest.raises(CannotInvoke):
            await maya.submit(form, {"A picture": two})


async def test_a_file_too_large_for_discord_is_refused_before_it_is_sent(town: Town, maya: Person) -> None:
    with pytest.raises(CannotInvoke):
        maya.file("a.jpg", bytes(11 * 1024 * 1024))


async def test_a_message_with_a_file_reaches_the_bot(town: Town, maya: Person) -> None:
    bot = Bot()
    async with running(bot):
        await maya.dm("", files=[maya.file("me.jpg", b"pixels of mine")])
        heard = await bot.next("message")
        assert isinstance(heard, discord.Message)
        [file] = heard.attachments
        assert (file.filename, file.content_type, file.size) == ("me.jpg", "image/jpeg", 14)
        assert await file.read() == b"pixels of mine"


async def test_files_in_a_channel_need_the_permission(town: Town, maya: Person) -> None:
    await maya.say("circle", "look", files=[maya.file("a.jpg", b"a")])
    town.sandbox.world.revoke(maya.user, Permission.ATTACH_FILES, town.channel)
    with pytest.raises(CannotInvoke):
        await maya.say("circle", "look", files=[maya.file("a.jpg", b"a")])


async def test_what_components_show_is_told_of_nowhere_else(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_partial_messageable(town.channel.id)
        sent = await channel.send(view=gallery(), file=picture())
        assert sent.attachments == []
        again = await channel.fetch_message(sent.id)
        assert again.attachments == []
        [shown] = discord.ui.LayoutView.from_message(again).children
        assert isinstance(shown, discord.ui.MediaGallery)
        assert shown.items[0].media.attachment_id is not None
        plain = await channel.send("beside", file=picture())
        assert [file.filename for file in plain.attachments] == ["image.jpg"]


@pytest.mark.parametrize("kept", [True, False])
async def test_an_edit_keeps_the_files_that_it_names_by_their_ids(town: Town, kept: bool) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_partial_messageable(town.channel.id)
        sent = await channel.send(view=gallery(), file=picture())
        [file] = town.channel.messages[sent.id].attachments
        body = {"components": gallery().to_components(), "flags": 1 << 15}
        named = [{"id": str(file.id)}] if kept else []
        route = discord.http.Route(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=town.channel.id,
            message_id=sent.id,
        )
        edit = bot.http.request(route, json=body | {"attachments": named})
        if kept:
            await edit
            assert town.channel.messages[sent.id].attachments == [file]
        else:
            with pytest.raises(discord.HTTPException, match="referenced attachment was not found"):
                await edit


async def test_the_files_of_a_deleted_message_are_served_no_more(town: Town) -> None:
    async with running(Bot()) as bot:
        channel = bot.get_partial_messageable(town.channel.id)
        sent = await channel.send("beside", file=picture())
        [file] = sent.attachments
        await sent.delete()
        with pytest.raises(discord.NotFound):
            await file.read()
