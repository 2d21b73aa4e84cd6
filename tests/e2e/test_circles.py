"""Inviting the bot, setting a circle up and looking after it, as people do it: over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from bot.circles.models import Circle
from bot.outbox.models import Priority
from sandbox.interactions import CannotInvoke
from sandbox.models import Channel, Guild, Overwrite
from sandbox.people import Reply
from sandbox.permissions import Permission
from sandbox.seed import INVITED_WITH
from sandbox.world import Event
from tests.e2e.conftest import Stage


async def panel_of(stage: Stage, handle: str = "ana", zone: str = "Europe/Berlin") -> Reply:
    return await stage.person(handle).slash("/setup", channel="welcome", options={"time-zone": zone})


async def saved(stage: Stage, panel: Reply, handle: str = "ana") -> Reply:
    person = stage.person(handle)
    return await person.click("Save", on=await person.click("Look it over", on=panel))


async def circles(stage: Stage) -> list[Circle]:
    return await stage.app.circles.of_guild(stage.seeded.guild.id)


def heard(stage: Stage, event: str) -> Awaitable[Any]:
    """When the bot next hears of this; ask before it happens."""
    waiting: Awaitable[Any] = stage.bot.wait_for(event, timeout=5)
    return waiting


async def until_closed(stage: Stage) -> None:
    for _ in range(1000):
        if not await stage.app.circles.all_open():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError("there are still circles")


# A server is joined or left


async def test_who_invites_the_bot_is_greeted_and_sets_a_circle_up_from_defaults(stage: Stage) -> None:
    ana, maya = stage.person("ana"), stage.person("maya")
    hello = await maya.waits_for("welcome", "Hello from Towards")

    panel = await ana.click("Set up", on=hello)
    assert panel.ephemeral
    assert "Still to choose: time zone." in panel.text
    assert panel.message is not None
    assert panel.message.disabled == ["Look it over"]
    panel = await ana.choose("Choose a time zone", "Berlin", on=panel)
    assert "Europe/Berlin, where it is 13:00 now" in panel.text
    review = await ana.click("Look it over", on=panel)
    assert "Harbour House: does this look right?" in review.text
    done = await ana.click("Save", on=review)
    assert "Harbour House is set up" in done.text
    assert "/schedule check-in" in done.text

    [circle] = await circles(stage)
    names = ("circle", "sharing", "facilitators")
    assert list(circle.channels.values()) == [stage.seeded.channels[name].id for name in names]
    assert circle.facilitator_role_id == stage.seeded.facilitators.id
    assert (circle.name, circle.zone, circle.locale) == ("Harbour House", "Europe/Berlin", "en")
    await stage.settle()
    assert len(maya.sees("sharing")) == 1, "the sharing channel has its standing card"
    assert "Set up" in hello.buttons, "the hello stays as it was for whoever sets up the next circle"


async def test_hello_goes_where_the_bot_may_write_and_only_once(stage: Stage) -> None:
    world, application = stage.sandbox.world, stage.seeded.application
    guild = world.add_guild("Garden", stage.seeded.people["maya"])
    world.add_channel(guild, "rules", overwrites=[Overwrite(guild.id, 0, deny=int(Permission.SEND_MESSAGES))])
    world.add_channel(guild, "hall")
    maya = stage.person("maya")

    world.install(application, guild, INVITED_WITH)
    await maya.waits_for("hall", "Hello from Towards")
    await stage.settle()
    await stage.restart()
    gone = heard(stage, "guild_remove")
    world.uninstall(application, guild)
    await gone
    back = heard(stage, "guild_join")
    world.install(application, guild, INVITED_WITH)
    await back
    await maya.slash("/help-now", channel="hall")
    await stage.settle()
    assert [seen.ephemeral for seen in maya.sees("hall")] == [False, True]
    assert maya.sees("rules") == []


async def test_a_server_joined_while_the_bot_was_down_gets_its_hello_in_its_system_channel(
    stage: Stage,
) -> None:
    world = stage.sandbox.world
    guild = world.add_guild("Garden", stage.seeded.people["maya"])
    world.add_channel(guild, "rules")
    guild.system_channel = world.add_channel(guild, "hall")
    await stage.stop_bot()
    world.install(stage.seeded.application, guild, INVITED_WITH)
    await stage.start_bot()
    await stage.person("maya").waits_for("hall", "Hello from Towards")


async def test_a_server_where_the_bot_may_write_nowhere_is_greeted_when_it_may(stage: Stage) -> None:
    world = stage.sandbox.world
    guild = world.add_guild("Garden", stage.seeded.people["maya"])
    hall = world.add_channel(
        guild, "hall", overwrites=[Overwrite(guild.id, 0, deny=int(Permission.SEND_MESSAGES))]
    )
    joined = heard(stage, "guild_join")
    world.install(stage.seeded.application, guild, INVITED_WITH)
    await joined
    await stage.settle()
    assert stage.person("maya").sees("hall") == []

    hall.overwrites.clear()
    await stage.restart()
    await stage.person("maya").waits_for("hall", "Hello from Towards")


async def test_leaving_a_server_closes_its_circles_at_once_or_at_the_next_start(stage: Stage) -> None:
    world, application, guild = stage.sandbox.world, stage.seeded.application, stage.seeded.guild
    await saved(stage, await panel_of(stage))
    await stage.settle()
    world.uninstall(application, guild)
    await until_closed(stage)

    world.install(application, guild, INVITED_WITH)
    await heard(stage, "guild_join")
    await allow(stage, "facilitators")
    await saved(stage, await panel_of(stage))
    assert len(await circles(stage)) == 1
    await stage.settle()
    await stage.stop_bot()
    world.uninstall(application, guild)
    await stage.start_bot()
    await until_closed(stage)


async def allow(stage: Stage, *names: str) -> None:
    """Give the bot its own overwrite in a channel again."""
    for name in names:
        channel = stage.seeded.channels[name]
        bot_id = stage.seeded.application.bot.id
        channel.overwrites = [each for each in channel.overwrites if each.id != bot_id]
        channel.overwrites.append(Overwrite(bot_id, 1, allow=INVITED_WITH))
        changed = heard(stage, "guild_channel_update")
        stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
        await changed


async def test_a_server_that_is_merely_unavailable_keeps_its_circle(stage: Stage) -> None:
    guild = stage.seeded.guild
    await saved(stage, await panel_of(stage))
    out = heard(stage, "guild_unavailable")
    stage.sandbox.world.emit(
        Event("GUILD_DELETE", lambda _: {"id": str(guild.id), "unavailable": True}, guild=guild)
    )
    await out
    assert len(await circles(stage)) == 1


# Who may


async def test_who_does_not_manage_the_server_is_told_kindly_who_can(stage: Stage) -> None:
    maya = stage.person("maya")
    hello = await maya.waits_for("welcome", "Hello from Towards")
    reply = await maya.click("Set up", on=hello)
    assert reply.ephemeral
    assert "You're welcome to tell one of them" in reply.text
    with pytest.raises(CannotInvoke):
        await maya.slash("/setup", channel="welcome")


async def test_who_loses_the_right_half_way_can_not_save(stage: Stage) -> None:
    ben, guild = stage.person("ben"), stage.seeded.guild
    stewards = stage.sandbox.world.add_role(guild, "Stewards", int(Permission.MANAGE_GUILD))
    member = guild.members[ben.user.id]
    member.role_ids.add(stewards.id)
    review = await ben.click("Look it over", on=await panel_of(stage, "ben"))
    member.role_ids.discard(stewards.id)
    reply = await ben.click("Save", on=review)
    assert "Manage Server" in reply.text
    assert await circles(stage) == []


# What the bot lacks


async def revoke(stage: Stage, permission: Permission, name: str) -> None:
    changed = heard(stage, "guild_channel_update")
    stage.sandbox.world.revoke(stage.seeded.application.bot, permission, stage.seeded.channels[name])
    await changed


async def test_a_necessary_permission_that_lacks_is_named_and_checked_again(stage: Stage) -> None:
    ana, sharing = stage.person("ana"), stage.seeded.channels["sharing"]
    await revoke(stage, Permission.SEND_MESSAGES, "sharing")
    panel = await panel_of(stage)
    assert f"*Send Messages* in <#{sharing.id}>: without it nobody can share" in panel.text
    assert panel.message is not None
    assert panel.message.disabled == ["Look it over"]

    await allow(stage, "sharing")
    panel = await ana.click("Check again", on=panel)
    assert "Everything needed is here." in panel.text
    assert "is set up" in (await saved(stage, panel)).text


async def test_a_permission_that_merely_helps_is_named_and_does_not_stand_in_the_way(stage: Stage) -> None:
    circle = stage.seeded.channels["circle"]
    await revoke(stage, Permission.CREATE_PUBLIC_THREADS, "circle")
    panel = await panel_of(stage)
    lacking = f"*Create Public Threads* in <#{circle.id}>: without it prompts have no thread for answers"
    assert lacking in panel.text
    assert "Not needed, but it helps" in panel.text
    assert "is set up" in (await saved(stage, panel)).text
    assert lacking in (await stage.person("ben").slash("/circle", channel="circle")).text
    assert lacking not in (await stage.person("maya").slash("/circle", channel="circle")).text


async def test_a_permission_taken_between_review_and_save_stops_it_and_keeps_what_was_chosen(
    stage: Stage,
) -> None:
    ana = stage.person("ana")
    review = await ana.click("Look it over", on=await panel_of(stage))
    await revoke(stage, Permission.VIEW_CHANNEL, "circle")
    reply = await ana.click("Save", on=review)
    assert "nothing was saved; what you chose is kept" in reply.text
    assert await circles(stage) == []
    again = await ana.slash("/setup", channel="welcome")
    assert "*View Channel*" in again.text
    assert "Europe/Berlin" in again.text


async def test_a_facilitators_channel_everyone_reads_is_warned_about(stage: Stage) -> None:
    ana, welcome = stage.person("ana"), stage.seeded.channels["welcome"]
    panel = await panel_of(stage)
    panel = await ana.choose("circle:place:facilitators", "#welcome", on=panel)
    warning = f"Everyone in the server can read <#{welcome.id}>"
    assert warning in panel.text
    assert warning in (await ana.click("Look it over", on=panel)).text


async def test_a_facilitators_channel_its_role_can_not_see_is_warned_about(stage: Stage) -> None:
    ana, world, guild = stage.person("ana"), stage.sandbox.world, stage.seeded.guild
    heard_of = heard(stage, "guild_role_create")
    world.add_role(guild, "Keepers")
    await heard_of
    panel = await ana.choose("Choose a role", "@Keepers", on=await panel_of(stage))
    assert "so notices would not be read there" in panel.text


async def test_everyone_can_not_be_the_facilitator_role(stage: Stage) -> None:
    ana = stage.person("ana")
    everyone = stage.seeded.guild.everyone
    panel = await ana.choose("Choose a role", everyone, on=await panel_of(stage))
    assert "can't be *everyone*" in panel.text
    assert panel.message is not None
    assert panel.message.disabled == ["Look it over"]


# Create for me


async def bare_guild(stage: Stage, permissions: int) -> Guild:
    """Maya's own server, with nothing in it but a hall."""
    world = stage.sandbox.world
    guild = world.add_guild("Garden", stage.seeded.people["maya"])
    world.add_channel(guild, "hall")
    world.install(stage.seeded.application, guild, permissions)
    return guild


def named(guild: Guild, name: str) -> list[Channel]:
    return [channel for channel in guild.channels.values() if channel.name == name]


MAY_CREATE = INVITED_WITH | int(Permission.MANAGE_CHANNELS | Permission.MANAGE_ROLES)


async def test_what_is_missing_is_created_where_the_bot_may(stage: Stage) -> None:
    guild = await bare_guild(stage, MAY_CREATE)
    world, maya = stage.sandbox.world, stage.person("maya")
    hello = await maya.waits_for("hall", "Hello from Towards")
    panel = await maya.click("Set up", on=hello)
    assert "Still to choose: circle channel, sharing channel, facilitators' channel" in panel.text
    panel = await (await maya.click("Create for me", on=panel)).settled()
    assert panel.text.count("was created") == 4
    panel = await maya.choose("Choose a time zone", "New York", on=panel)
    await maya.click("Save", on=await maya.click("Look it over", on=panel))

    [circle] = await stage.app.circles.of_guild(guild.id)
    [facilitators] = named(guild, "facilitators")
    assert circle.facilitators_channel_id == facilitators.id
    assert circle.facilitator_role_id in guild.members[maya.user.id].role_ids
    world.add_member(guild, stage.seeded.people["noor"])
    assert not world.can_view(stage.seeded.people["noor"], facilitators)
    assert world.can_view(stage.seeded.application.bot, facilitators)
    assert world.can_view(stage.seeded.people["noor"], named(guild, "circle")[0])


async def test_pressing_create_twice_at_once_creates_everything_once(stage: Stage) -> None:
    guild = await bare_guild(stage, MAY_CREATE)
    maya = stage.person("maya")
    panel = await maya.click("Set up", on=await maya.waits_for("hall", "Hello from Towards"))
    replies = await asyncio.gather(*(maya.click("Create for me", on=panel) for _ in range(3)))
    await asyncio.gather(*(reply.settled() for reply in replies))
    assert sorted(channel.name for channel in guild.channels.values()) == [
        "circle",
        "facilitators",
        "hall",
        "sharing",
    ]


async def test_without_the_right_to_create_it_is_said_what_to_do_instead(stage: Stage) -> None:
    guild = await bare_guild(stage, INVITED_WITH)
    maya = stage.person("maya")
    panel = await maya.click("Set up", on=await maya.waits_for("hall", "Hello from Towards"))
    panel = await (await maya.click("Create for me", on=panel)).settled()
    assert "without *Manage Channels*" in panel.text
    assert "without *Manage Roles*" in panel.text
    assert len(guild.channels) == 1


async def test_where_creating_breaks_off_it_goes_on_with_what_is_still_missing(stage: Stage) -> None:
    guild = await bare_guild(stage, MAY_CREATE)
    maya = stage.person("maya")
    panel = await maya.click("Set up", on=await maya.waits_for("hall", "Hello from Towards"))
    stage.sandbox.faults.lose_answer(method="POST", path=f"guilds/{guild.id}/channels")
    broken = await (await maya.click("Create for me", on=panel)).settled()
    assert any("Something went wrong" in each.text for each in broken.follow_ups)
    await (await maya.click("Create for me", on=panel)).settled()
    assert [len(named(guild, name)) for name in ("circle", "sharing", "facilitators")] == [1, 1, 1]
    assert len([role for role in guild.roles.values() if role.name == "Facilitator"]) == 1


# Choosing


async def test_a_city_is_found_while_typing_it_into_the_command(stage: Stage) -> None:
    ana = stage.person("ana")
    offered = await ana.autocomplete("/setup", "time-zone", "mex", channel="welcome")
    assert offered["Mexico City (America/Mexico_City), 06:00 now"] == "America/Mexico_City"


async def test_name_city_and_language_are_chosen_in_a_form(stage: Stage) -> None:
    ana = stage.person("ana")
    panel = await ana.slash("/setup", channel="welcome")
    form = await ana.click("Name, city, language", on=panel)
    panel = await ana.submit(form, {"What is the circle called?": "Quiet Room", "A city": "Munich"})
    assert "**Name**: Quiet Room · **Language**: English" in panel.text
    assert "Europe/Berlin" in panel.text


async def test_a_place_of_several_zones_is_offered_and_one_that_is_none_is_said(stage: Stage) -> None:
    ana = stage.person("ana")
    panel = await ana.slash("/setup", channel="welcome", options={"time-zone": "Atlantis"})
    assert "No time zone was found for **Atlantis**" in panel.text
    form = await ana.click("Name, city, language", on=panel)
    panel = await ana.submit(form, {"A city": "indiana"})
    assert "**indiana** could be more than one time zone" in panel.text
    panel = await ana.choose("Choose a time zone", "America/Indiana/Vincennes", on=panel)
    assert "America/Indiana/Vincennes, where it is" in panel.text


async def test_a_restart_in_the_middle_costs_nothing(stage: Stage) -> None:
    ana = stage.person("ana")
    panel = await panel_of(stage, zone="Asia/Tokyo")
    form = await ana.click("Name, city, language", on=panel)
    await stage.restart()
    panel = await ana.submit(form, {"What is the circle called?": "Quiet Room"})
    assert "**Name**: Quiet Room" in panel.text
    await stage.restart()
    review = await ana.click("Look it over", on=panel)
    await stage.restart()
    await ana.click("Save", on=review)
    [circle] = await circles(stage)
    assert (circle.name, circle.zone) == ("Quiet Room", "Asia/Tokyo")


async def test_saving_twice_makes_one_circle(stage: Stage) -> None:
    ana = stage.person("ana")
    review = await ana.click("Look it over", on=await panel_of(stage))
    message = review.message
    assert message is not None
    replies = await asyncio.gather(*(ana.click("Save", on=message) for _ in range(2)))
    assert len(await circles(stage)) == 1
    assert any("finished or put aside already" in reply.text for reply in replies)


async def test_a_set_up_put_aside_leaves_nothing(stage: Stage) -> None:
    ana = stage.person("ana")
    panel = await panel_of(stage)
    assert "nothing was saved" in (await ana.click("Put aside", on=panel)).text
    assert await stage.app.setup.export(ana.user.id) == []


# Several circles, looking, changing, closing


async def second_circle(stage: Stage) -> Circle:
    world, guild, ana = stage.sandbox.world, stage.seeded.guild, stage.person("ana")
    for name in ("evening", "evening-sharing"):
        made = heard(stage, "guild_channel_create")
        world.add_channel(guild, name)
        await made
    panel = await panel_of(stage, zone="Asia/Tokyo")
    panel = await ana.choose("circle:place:circle", "#evening", on=panel)
    panel = await ana.choose("circle:place:sharing", "#evening-sharing", on=panel)
    panel = await ana.choose("circle:place:facilitators", "#facilitators", on=panel)
    form = await ana.click("Name, city, language", on=panel)
    await saved(stage, await ana.submit(form, {"What is the circle called?": "Evening"}))
    return next(circle for circle in await circles(stage) if circle.name == "Evening")


async def test_a_server_holds_two_circles_and_each_channel_knows_its_own(stage: Stage) -> None:
    maya = stage.person("maya")
    await saved(stage, await panel_of(stage))
    evening = await second_circle(stage)
    assert "### Harbour House" in (await maya.slash("/circle", channel="circle")).text
    assert "### Evening" in (await maya.slash("/circle", channel="evening")).text
    assert "more than one circle" in (await maya.slash("/circle", channel="welcome")).text
    offered = await maya.autocomplete("/circle", "name", "even", channel="welcome")
    assert offered == {"Evening": evening.id}
    look = await maya.slash("/circle", channel="welcome", options={"name": evening.id})
    assert "Asia/Tokyo (now 21:00)" in look.text


async def test_a_second_circle_can_not_take_the_first_one_s_channel(stage: Stage) -> None:
    ana = stage.person("ana")
    await saved(stage, await panel_of(stage))
    panel = await ana.slash("/setup", channel="welcome")
    assert "**Name**: Circle 2" in panel.text
    panel = await ana.choose("circle:place:circle", "#circle", on=panel)
    assert "belongs to Harbour House already" in panel.text


async def test_members_look_and_facilitators_change(stage: Stage) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await saved(stage, await panel_of(stage))
    look = await maya.slash("/circle", channel="circle")
    assert look.ephemeral
    assert f"<@&{stage.seeded.facilitators.id}>" in look.text
    assert look.buttons == ["How care works here", "How sharing is looked after", "Need someone now?"]

    look = await ben.slash("/circle", channel="circle")
    assert look.buttons == [
        "Change",
        "Sharing",
        "Close this circle",
        "How care works here",
        "How sharing is looked after",
        "Need someone now?",
    ]
    panel = await ben.click("Change", on=look)
    panel = await ben.choose("Choose a time zone", "London", on=panel)
    assert "was changed" in (await saved(stage, panel, "ben")).text
    [circle] = await circles(stage)
    assert circle.zone == "Europe/London"


async def test_closing_asks_first_and_is_said_in_the_circle(stage: Stage) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await saved(stage, await panel_of(stage))
    look = await ben.slash("/circle", channel="circle")
    asked = await ben.click("Close this circle", on=look)
    kept = await ben.click("Keep it open", on=asked)
    assert "### Harbour House" in kept.text
    asked = await ben.click("Close this circle", on=kept)
    done = await ben.click("Close the circle", on=asked)
    assert "is closed" in done.text
    await maya.waits_for("circle", "has been closed by those who look after it")
    assert "no circle in this server" in (await maya.slash("/circle", channel="circle")).text


async def test_a_notice_reaches_the_facilitators_and_nobody_else(stage: Stage) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await saved(stage, await panel_of(stage))
    [circle] = await circles(stage)
    async with stage.app.db.transaction() as tx:
        await stage.app.circles.notify(
            tx, circle, "common.errors.unexpected", priority=Priority.SAFETY, reference="ab12"
        )
    seen = await ben.waits_for("facilitators", "For the facilitators of Harbour House")
    assert "`ab12`" in seen.text
    assert maya.sees("facilitators") == []
