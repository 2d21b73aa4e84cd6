"""Messages over the wire: sent, edited, deleted, pinned, answered, refused."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import discord
import pytest

from sandbox.permissions import Permission
from sandbox.ratelimits import Limits
from sandbox.world import messages, reactions
from tests.sandbox.conftest import Bot, Town, running


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with running(Bot()) as bot:
        yield bot


@pytest.fixture
def channel(bot: Bot, town: Town) -> discord.TextChannel:
    found = bot.get_channel(town.channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


def code(refusal: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    return refusal.value.status, refusal.value.code


async def test_history_goes_before_after_and_around_a_message(
    town: Town, channel: discord.TextChannel
) -> None:
    for number in range(7):
        messages.post(town.sandbox.world, town.channel, town.application.bot, str(number))
    sent = sorted(town.channel.messages)

    async def words(**options: object) -> list[str]:
        return [each.content async for each in channel.history(**options)]  # type: ignore[arg-type] # as given

    assert await words(limit=2) == ["6", "5"]
    assert await words(limit=2, before=discord.Object(sent[3])) == ["2", "1"]
    assert await words(limit=2, after=discord.Object(sent[3])) == ["4", "5"]
    assert sorted(await words(limit=3, around=discord.Object(sent[3]))) == ["2", "3", "4"]
    assert await words(limit=None, oldest_first=True) == [str(number) for number in range(7)]


async def test_an_embed_and_a_file_arrive_and_the_file_can_be_read_back(
    town: Town, channel: discord.TextChannel
) -> None:
    embed = discord.Embed(title="Harbour", description="calm").add_field(name="wind", value="none")
    file = discord.File(io.BytesIO(b"the tide"), "tide.txt", description="when the water comes")
    sent = await channel.send("with both", embed=embed, file=file)
    assert sent.embeds[0].fields[0].value == "none"
    assert sent.attachments[0].description == "when the water comes"
    assert await sent.attachments[0].read() == b"the tide"
    edited = await sent.edit(attachments=[])
    assert edited.attachments == []


async def test_components_of_the_second_kind_come_back_whole_and_their_flag_stays(
    channel: discord.TextChannel,
) -> None:
    view = discord.ui.LayoutView(timeout=None)
    button: discord.ui.Button[discord.ui.LayoutView] = discord.ui.Button(label="Here", custom_id="here")
    section: discord.ui.Section[discord.ui.LayoutView] = discord.ui.Section("A section", accessory=button)
    file = discord.File(io.BytesIO(b"x"), "leaf.txt")
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("How are you?"),
            discord.ui.Separator(),
            section,
            discord.ui.File("attachment://leaf.txt"),
            accent_colour=0x445566,
        )
    )
    sent = await channel.send(view=view, file=file)
    assert sent.flags.components_v2
    container = sent.components[0]
    assert isinstance(container, discord.Container)
    assert [each.type.name for each in container.children] == ["text_display", "separator", "section", "file"]
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.edit(content="plain again", view=None)
    assert code(refusal) == (400, 50035)


async def test_the_same_nonce_posts_once(town: Town, channel: discord.TextChannel) -> None:
    first = await channel.send("once", nonce="delivery-1")
    again = await channel.send("once", nonce="delivery-1")
    assert again.id == first.id
    assert [each.content for each in town.channel.messages.values()] == ["once"]


async def test_the_nonce_of_a_deleted_message_is_answered_with_10008(channel: discord.TextChannel) -> None:
    first = await channel.send("gone", nonce="delivery-2")
    await first.delete()
    with pytest.raises(discord.NotFound) as refusal:
        await channel.send("gone", nonce="delivery-2")
    assert code(refusal) == (404, 10008)


async def test_mentions_are_those_allowed(town: Town, channel: discord.TextChannel) -> None:
    words = f"<@{town.maya.id}> <@{town.noor.id}> @everyone"
    assert {each.id for each in (await channel.send(words)).mentions} == {town.maya.id, town.noor.id}
    nobody = await channel.send(words, allowed_mentions=discord.AllowedMentions.none())
    assert nobody.mentions == []
    assert not nobody.mention_everyone
    only = discord.AllowedMentions(users=[discord.Object(town.maya.id)], everyone=False)
    assert [each.id for each in (await channel.send(words, allowed_mentions=only)).mentions] == [town.maya.id]


async def test_everyone_is_mentioned_only_by_who_may(town: Town, channel: discord.TextChannel) -> None:
    everyone = discord.AllowedMentions(everyone=True)
    assert (await channel.send("@everyone", allowed_mentions=everyone)).mention_everyone
    town.sandbox.world.revoke(town.application.bot, Permission.MENTION_EVERYONE, town.channel)
    assert not (await channel.send("@everyone", allowed_mentions=everyone)).mention_everyone


async def test_a_silent_message_and_hidden_embeds_keep_their_flags(channel: discord.TextChannel) -> None:
    sent = await channel.send("quietly", silent=True, suppress_embeds=True)
    assert sent.flags.suppress_notifications
    assert sent.flags.suppress_embeds


async def test_a_reply_names_what_it_answers(channel: discord.TextChannel) -> None:
    first = await channel.send("question")
    answer = await first.reply("answer")
    assert answer.reference is not None
    assert answer.reference.message_id == first.id
    await first.delete()
    with pytest.raises(discord.HTTPException) as refusal:
        await first.reply("too late")
    assert code(refusal) == (400, 50035)


async def test_a_pin_is_listed_and_said_in_the_channel(town: Town, channel: discord.TextChannel) -> None:
    sent = await channel.send("agreements")
    await sent.pin()
    assert [each.id async for each in channel.pins()] == [sent.id]
    assert list(town.channel.messages.values())[-1].type == 6
    await sent.unpin()
    assert [each async for each in channel.pins()] == []


async def test_pinning_needs_its_own_permission(town: Town, channel: discord.TextChannel) -> None:
    sent = await channel.send("agreements")
    town.sandbox.world.revoke(town.application.bot, Permission.PIN_MESSAGES, town.channel)
    with pytest.raises(discord.Forbidden) as refusal:
        await sent.pin()
    assert code(refusal) == (403, 50013)


async def test_reactions_are_counted_and_taken_back(
    town: Town, bot: Bot, channel: discord.TextChannel
) -> None:
    sent = await channel.send("hear, hear")
    await sent.add_reaction("👂")
    reactions.add(town.sandbox.world, town.channel.messages[sent.id], town.maya, {"id": None, "name": "👂"})
    fresh = await channel.fetch_message(sent.id)
    assert (fresh.reactions[0].count, fresh.reactions[0].me) == (2, True)
    assert {user.id async for user in fresh.reactions[0].users()} == {town.maya.id, town.application.id}
    await sent.remove_reaction("👂", discord.Object(town.application.id))
    await sent.clear_reactions()
    assert (await channel.fetch_message(sent.id)).reactions == []
    with pytest.raises(discord.NotFound) as refusal:
        await sent.add_reaction("not an emoji")
    assert code(refusal) == (404, 10014)


async def test_several_messages_are_deleted_at_once(town: Town, channel: discord.TextChannel) -> None:
    await channel.delete_messages([await channel.send(str(number)) for number in range(3)])
    assert town.channel.messages == {}


async def test_an_announcement_is_published_once(town: Town, bot: Bot) -> None:
    place = town.sandbox.world.add_channel(town.guild, "news", "announcement")
    found = await bot.fetch_channel(place.id)
    assert isinstance(found, discord.TextChannel)
    sent = await found.send("new times")
    assert (await sent.publish()) is None
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.publish()
    assert code(refusal) == (400, 40033)


@pytest.mark.parametrize(
    ("lost", "expected"), [(Permission.VIEW_CHANNEL, 50001), (Permission.SEND_MESSAGES, 50013)]
)
async def test_sending_without_permission_is_refused(
    town: Town, channel: discord.TextChannel, lost: Permission, expected: int
) -> None:
    town.sandbox.world.revoke(town.application.bot, lost, town.channel)
    with pytest.raises(discord.Forbidden) as refusal:
        await channel.send("hello")
    assert code(refusal) == (403, expected)


async def test_embeds_and_files_need_their_permissions(town: Town, channel: discord.TextChannel) -> None:
    town.sandbox.world.revoke(
        town.application.bot, Permission.EMBED_LINKS | Permission.ATTACH_FILES, town.channel
    )
    for parts in ({"embed": discord.Embed(title="x")}, {"file": discord.File(io.BytesIO(b"x"), "x.txt")}):
        with pytest.raises(discord.Forbidden) as refusal:
            await channel.send(**parts)  # type: ignore[arg-type] # one or the other
        assert code(refusal) == (403, 50013)


async def test_others_messages_are_not_edited_and_deleted_only_by_a_moderator(
    town: Town, channel: discord.TextChannel
) -> None:
    posted = messages.post(town.sandbox.world, town.channel, town.maya, "hers")
    hers = await channel.fetch_message(posted.id)
    with pytest.raises(discord.Forbidden) as refusal:
        await hers.edit(content="his")
    assert code(refusal) == (403, 50005)
    town.sandbox.world.revoke(town.application.bot, Permission.MANAGE_MESSAGES, town.channel)
    with pytest.raises(discord.Forbidden) as refusal:
        await hers.delete()
    assert code(refusal) == (403, 50013)


async def test_without_reading_history_the_list_is_empty_and_a_message_refused(
    town: Town, channel: discord.TextChannel
) -> None:
    sent = await channel.send("one")
    town.sandbox.world.revoke(town.application.bot, Permission.READ_MESSAGE_HISTORY, town.channel)
    assert [each async for each in channel.history()] == []
    with pytest.raises(discord.Forbidden):
        await channel.fetch_message(sent.id)


async def test_what_is_not_there_is_answered_with_its_code(
    town: Town, bot: Bot, channel: discord.TextChannel
) -> None:
    nowhere = 1 << 40
    for expected, asked in (
        (10008, channel.fetch_message(nowhere)),
        (10003, bot.fetch_channel(nowhere)),
        (10004, bot.fetch_guild(nowhere)),
        (10013, bot.fetch_user(nowhere)),
        (10015, bot.fetch_webhook(nowhere)),
    ):
        with pytest.raises(discord.NotFound) as refusal:
            await asked
        assert code(refusal) == (404, expected)


async def test_a_deleted_channel_is_unknown(town: Town, bot: Bot, channel: discord.TextChannel) -> None:
    town.sandbox.world.delete_channel(town.channel)
    await bot.next("guild_channel_delete")
    with pytest.raises(discord.NotFound) as refusal:
        await channel.send("anyone?")
    assert code(refusal) == (404, 10003)


async def test_an_empty_and_an_overlong_message_are_refused(channel: discord.TextChannel) -> None:
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("")
    assert code(refusal) == (400, 50006)
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("x" * 2001)
    assert code(refusal) == (400, 50035)
    assert "In content: Must be 2000 or fewer in length." in refusal.value.text


async def test_a_closed_dm_is_refused_with_50007(town: Town, bot: Bot) -> None:
    town.sandbox.world.close_dms(town.maya)
    person = await bot.fetch_user(town.maya.id)
    with pytest.raises(discord.Forbidden) as refusal:
        await person.send("hello")
    assert code(refusal) == (403, 50007)


async def test_who_shares_no_guild_with_the_bot_is_refused_with_50278(town: Town, bot: Bot) -> None:
    stranger = town.sandbox.world.add_user("stranger")
    person = await bot.fetch_user(stranger.id)
    with pytest.raises(discord.Forbidden) as refusal:
        await person.send("hello")
    assert code(refusal) == (403, 50278)


async def test_a_persons_direct_message_reaches_the_bot_with_its_words(town: Town, bot: Bot) -> None:
    world = town.sandbox.world
    messages.post(world, world.open_dm(town.maya, town.application.bot), town.maya, "may I share?")
    heard = await bot.next("message")
    assert isinstance(heard, discord.Message)
    assert heard.content == "may I share?"
    assert isinstance(heard.channel, discord.DMChannel)


async def test_typing_is_told(town: Town, bot: Bot, channel: discord.TextChannel) -> None:
    seen = []
    town.sandbox.world.subscribe(lambda event: seen.append(event.name))
    await channel.typing()
    assert seen == ["TYPING_START"]


async def test_slowmode_holds_a_bot_back_that_may_not_manage_the_channel(
    town: Town, bot: Bot, channel: discord.TextChannel
) -> None:
    town.channel.slowmode = 60
    await channel.send("one")
    await channel.send("two")
    exempting = Permission.MANAGE_CHANNELS | Permission.MANAGE_MESSAGES | Permission.BYPASS_SLOWMODE
    town.sandbox.world.revoke(town.application.bot, exempting, town.channel)
    bot.http.max_ratelimit_timeout = 30.0
    with pytest.raises(discord.RateLimited) as refusal:
        await channel.send("three")
    assert 30 < refusal.value.retry_after <= 60


async def test_an_embeds_picture_is_the_file_sent_with_it(channel: discord.TextChannel) -> None:
    embed = discord.Embed(title="tide").set_image(url="attachment://tide.png")
    sent = await channel.send(
        "  spaces around  ", embed=embed, file=discord.File(io.BytesIO(b"x"), "tide.png")
    )
    assert sent.embeds[0].image.url == sent.attachments[0].url
    assert sent.content == "spaces around"


async def test_the_sixth_message_in_five_seconds_waits_for_its_turn(
    town: Town, channel: discord.TextChannel
) -> None:
    town.sandbox.limiter.limits = Limits(speed=20)
    for number in range(6):
        await channel.send(str(number))
    assert town.sandbox.limiter.counts.refused == 0
    assert len(town.channel.messages) == 6
