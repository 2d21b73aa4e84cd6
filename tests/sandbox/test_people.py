"""Several people at once: each does what their client lets them, and sees what is theirs to see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands, ui

from sandbox.interactions import CannotInvoke, What
from sandbox.models import ChannelType, Overwrite
from sandbox.people import Person, Seen
from sandbox.permissions import Permission
from sandbox.world import messages, threads
from tests.sandbox.conftest import Bot, Town, running

Click = discord.Interaction[Bot]


class Feelings(ui.Modal, title="How are you?"):
    """A form with one field of each kind that the bot uses."""

    intro: ui.TextDisplay[Feelings] = ui.TextDisplay("Nothing here is required but the first.")
    words: ui.Label[Feelings] = ui.Label(
        text="In a word", component=ui.TextInput(custom_id="word", max_length=20)
    )
    scale: ui.Label[Feelings] = ui.Label(
        text="Connected to others",
        component=ui.RadioGroup(
            custom_id="others",
            required=False,
            options=[
                discord.RadioGroupOption(label=word, value=word[0]) for word in ("Not", "Somewhat", "Very")
            ],
        ),
    )
    parts: ui.Label[Feelings] = ui.Label(
        text="What came along",
        component=ui.CheckboxGroup(
            custom_id="parts",
            required=False,
            options=[
                discord.CheckboxGroupOption(label=word, value=word.lower()) for word in ("Joy", "Grief")
            ],
        ),
    )
    person: ui.Label[Feelings] = ui.Label(
        text="With whom", component=ui.UserSelect(custom_id="whom", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        word, scale, chosen, whom = (
            each.component for each in (self.words, self.scale, self.parts, self.person)
        )
        assert isinstance(word, ui.TextInput)
        assert isinstance(scale, ui.RadioGroup)
        assert isinstance(chosen, ui.CheckboxGroup)
        assert isinstance(whom, ui.UserSelect)
        names = [each.name for each in whom.values]
        told = f"{word.value} {scale.value} {chosen.values} {names}"
        await interaction.response.send_message(told, ephemeral=True)


class Card(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Check in", custom_id="checkin")
    async def check_in(self, interaction: Click, _: ui.Button[Card]) -> None:
        await interaction.response.send_modal(Feelings())

    @ui.button(label="I'm here", custom_id="here")
    async def here(self, interaction: Click, _: ui.Button[Card]) -> None:
        await interaction.response.edit_message(content="One is here")

    @ui.button(label="Think", custom_id="think")
    async def think(self, interaction: Click, _: ui.Button[Card]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("Thought")

    @ui.button(label="Quietly", custom_id="quiet")
    async def quietly(self, interaction: Click, _: ui.Button[Card]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("By the way", ephemeral=True)

    @ui.button(label="Closed", custom_id="closed", disabled=True)
    async def closed(self, interaction: Click, _: ui.Button[Card]) -> None: ...

    @ui.select(
        placeholder="Which day?",
        custom_id="day",
        options=[discord.SelectOption(label=d) for d in ("Tue", "Wed")],
    )
    async def day(self, interaction: Click, select: ui.Select[Card]) -> None:
        await interaction.response.send_message(f"On {select.values[0]}", ephemeral=True)


def the_bot() -> Bot:
    bot = Bot()
    schedule = app_commands.Group(name="schedule", description="When things come")

    @schedule.command(name="check-in", description="Every week")
    @app_commands.choices(day=[app_commands.Choice(name="Tuesday", value="tue")])
    async def check_in(interaction: Click, day: app_commands.Choice[str], by: discord.Member) -> None:
        await interaction.response.send_message(f"{day.value} by {by.name}", view=Card())

    @schedule.command(name="move", description="To another place")
    async def move(interaction: Click, channel: discord.TextChannel, by: discord.Role) -> None:
        await interaction.response.send_message(f"{channel.name} for {by.name}", ephemeral=True)

    @bot.tree.command(description="Set up a circle")
    async def setup(interaction: Click, zone: str) -> None:
        await interaction.response.send_message(zone, ephemeral=True)

    @setup.autocomplete("zone")
    async def zones(interaction: Click, typed: str) -> list[app_commands.Choice[str]]:
        zones = ("Europe/Berlin", "Europe/Paris")
        return [app_commands.Choice(name=z, value=z.upper()) for z in zones if typed in z.lower()]

    bot.tree.add_command(schedule)

    @bot.event
    async def on_message(message: discord.Message) -> None:
        if message.guild is None and message.author != bot.user:
            await message.channel.send(f"You wrote: {message.content}")

    return bot


@pytest.fixture
async def maya(town: Town) -> AsyncIterator[Person]:
    async with running(the_bot()):
        yield town.sandbox.person("maya")


WEEKLY = {"day": "Tuesday", "by": "@noor"}


async def card(maya: Person) -> Seen:
    """The card that a command posted, as Maya sees it."""
    await maya.slash("/schedule check-in", channel="circle", options=WEEKLY)
    return maya.sees("circle")[-1]


async def test_a_command_takes_what_a_person_reads_and_everyone_sees_the_answer(
    town: Town, maya: Person
) -> None:
    reply = await maya.slash("/schedule check-in", channel="circle", day="Tuesday", by="@noor")
    assert reply.what is What.MESSAGE
    assert reply.text == "tue by noor"
    assert reply.buttons == ["Check in", "I'm here", "Think", "Quietly", "Closed"]
    assert reply.selects == ["Which day?"]
    assert not reply.ephemeral
    [seen] = town.sandbox.person("noor").sees("circle")
    assert seen == reply.message
    assert seen.author == "Towards"
    assert seen.view["text"] == "tue by noor"


async def test_channels_and_roles_are_named_as_they_are_read(town: Town, maya: Person) -> None:
    town.sandbox.world.add_role(town.guild, "Facilitators")
    reply = await maya.slash("/schedule move", options={"channel": "#circle", "by": "@Facilitators"})
    assert reply.text == "circle for Facilitators"


async def test_a_wrong_choice_command_or_option_says_what_there_is(maya: Person) -> None:
    with pytest.raises(CannotInvoke, match="no choice 'Monday'; there are: 'Tuesday'"):
        await maya.slash("/schedule check-in", day="Monday", by="noor")
    with pytest.raises(CannotInvoke, match="no person or role 'Zoe'; there are: 'owner', 'maya'"):
        await maya.slash("/schedule check-in", day="Tuesday", by="@Zoe")
    with pytest.raises(CannotInvoke, match="no channel 'garden'; there are: 'circle'"):
        await maya.slash("/schedule move", options={"channel": "#garden", "by": "Towards"})
    with pytest.raises(CannotInvoke, match="'by' is required"):
        await maya.slash("/schedule check-in", day="Tuesday")
    with pytest.raises(CannotInvoke, match="/plan is not offered"):
        await maya.slash("/plan")


async def test_typing_into_an_option_is_met_with_suggestions(maya: Person) -> None:
    assert await maya.autocomplete("/setup", "zone", "ber") == {"Europe/Berlin": "EUROPE/BERLIN"}


async def test_a_form_is_filled_by_its_labels_and_answered_to_one_alone(town: Town, maya: Person) -> None:
    shown = await card(maya)
    form = await maya.click("Check", on=shown)
    assert form.fields == ["In a word", "Connected to others", "What came along", "With whom"]
    assert "How are you?" in repr(form)
    values = {"In a word": "rain", "Connected": "Very", "parts": ["Joy", "grief"], "With whom": "@noor"}
    reply = await maya.submit(form, values)
    assert reply.text == "rain V ['joy', 'grief'] ['noor']"
    assert reply.ephemeral
    assert maya.sees("circle")[-1].text == reply.text
    assert len(town.sandbox.person("noor").sees("circle")) == 1


async def test_a_form_holds_a_person_to_what_it_requires(maya: Person) -> None:
    shown = await card(maya)
    form = await maya.click("checkin", on=shown)
    with pytest.raises(CannotInvoke, match="required"):
        await maya.submit(form, {"Connected to others": "Not"})
    with pytest.raises(CannotInvoke, match="20 or fewer"):
        await maya.submit(form, {"In a word": "x" * 21})
    with pytest.raises(CannotInvoke, match="no field 'Mood'; there are: 'In a word'"):
        await maya.submit(form, {"Mood": "fine"})
    reply = await maya.submit(form, {"In a word": "fine"})
    assert reply.text == "fine None [] []"


async def test_buttons_are_found_by_what_is_written_on_them(maya: Person) -> None:
    shown = await card(maya)
    with pytest.raises(CannotInvoke, match="no button 'Pass'; there are: 'Check in', \"I'm here\""):
        await maya.click("Pass", on=shown)
    with pytest.raises(CannotInvoke, match="'Closed' is disabled"):
        await maya.click("Closed", on=shown)
    assert shown.disabled == ["Closed"]


async def test_a_changed_message_shows_its_new_words_to_who_held_the_old(maya: Person) -> None:
    shown = await card(maya)
    reply = await maya.click("I'm here", on=shown)
    assert reply.what is What.UPDATE
    assert shown.text == "One is here"
    assert shown.edited


async def test_a_deferred_answer_settles_when_its_words_are_there(maya: Person) -> None:
    shown = await card(maya)
    reply = await maya.click("Think", on=shown)
    assert reply.what is What.DEFERRED
    await reply.settled()
    assert reply.text == "Thought"
    assert reply.ephemeral


async def test_a_silent_answer_settles_with_its_follow_up(maya: Person) -> None:
    shown = await card(maya)
    reply = await (await maya.click("Quietly", on=shown)).settled()
    assert reply.what is What.SILENT
    assert [each.text for each in reply.follow_ups] == ["By the way"]


async def test_a_choice_is_made_by_its_label(maya: Person) -> None:
    shown = await card(maya)
    assert (await maya.choose("Which day?", "Wed", on=shown)).text == "On Wed"
    assert (await maya.choose(None, ["Tue"], on=shown)).text == "On Tue"
    with pytest.raises(CannotInvoke, match="no option 'Sun'; there are: 'Tue', 'Wed'"):
        await maya.choose("day", "Sun", on=shown)


async def test_direct_messages_go_to_and_fro(maya: Person) -> None:
    await maya.dm("hello")
    assert (await maya.dm_reply()).text == "You wrote: hello"
    await maya.dm("again")
    assert (await maya.dm_reply()).text == "You wrote: again"
    assert [each.text for each in maya.inbox()] == ["hello", "You wrote: hello", "again", "You wrote: again"]


async def test_what_was_awaited_and_did_not_come_is_told_with_what_is_there(maya: Person) -> None:
    await maya.say("circle", "hello")
    with pytest.raises(TimeoutError, match=r"maya waited for 'goodbye' in circle; there is: .*hello"):
        await maya.waits_for("circle", "goodbye", timeout=0.01)


async def test_waiting_ends_with_the_message(town: Town, maya: Person) -> None:
    first = await maya.say("circle", "hello")
    assert await maya.waits_for("circle", "hello") == first
    waiting = asyncio.create_task(maya.waits_for("circle", "hello", after=first))
    await asyncio.sleep(0)
    second = await town.sandbox.person("noor").say("circle", "hello again")
    assert await waiting == second


async def test_a_closed_channel_shows_nothing_and_takes_nothing(town: Town, maya: Person) -> None:
    world = town.sandbox.world
    closed = world.add_channel(
        town.guild,
        "facilitators",
        overwrites=[Overwrite(town.guild.id, 0, deny=int(Permission.VIEW_CHANNEL))],
    )
    messages.post(world, closed, town.owner, "between us")
    assert maya.sees("facilitators") == []
    assert [each.text for each in town.sandbox.person("owner").sees("#facilitators")] == ["between us"]
    with pytest.raises(CannotInvoke, match="VIEW_CHANNEL"):
        await maya.say("facilitators", "hello")


async def test_threads_are_found_where_a_person_may_open_them(town: Town, maya: Person) -> None:
    world = town.sandbox.world
    said = await maya.say("circle", "A share")
    threads.start_from(world, said.message, town.owner, threads.Opening("Answers"))
    threads.start(world, town.channel, town.owner, threads.Opening("Private", ChannelType.PRIVATE_THREAD))
    [found] = maya.threads("circle")
    assert found.name == "Answers"
    assert said.thread is found
    await maya.say(found, "I hear you")
    assert maya.sees(found)[-1].text == "I hear you"
    assert maya.sees("Answers")[-1].text == "I hear you"
    assert [each.name for each in town.sandbox.person("owner").threads("circle")] == ["Answers", "Private"]


async def test_people_delete_their_own_and_moderators_any(town: Town, maya: Person) -> None:
    noor = town.sandbox.person("noor")
    said = await maya.say("circle", "hello")
    with pytest.raises(CannotInvoke, match="MANAGE_MESSAGES"):
        await noor.delete(said)
    await town.sandbox.person("owner").delete(said)
    assert said.deleted
    assert noor.sees("circle") == []


async def test_nobody_acts_on_what_only_another_sees(town: Town, maya: Person) -> None:
    shown = await card(maya)
    private = await maya.click("Think", on=shown)
    await private.settled()
    with pytest.raises(CannotInvoke):
        await town.sandbox.person("noor").react("🌱", on=private)


def test_a_person_is_found_by_handle_or_name_and_otherwise_all_are_named(town: Town) -> None:
    town.sandbox.world.add_user("tomas", global_name="Tomás")
    assert town.sandbox.person("Tomás") is town.sandbox.person("tomas")
    with pytest.raises(CannotInvoke, match=r"no person 'Zoe'; there are: .*'maya'"):
        town.sandbox.person("Zoe")
