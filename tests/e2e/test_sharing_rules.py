"""How a circle shares, over the wire: facilitators choose it, and every place where one decides tells it."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta

import pytest

from bot.circles.models import Circle
from bot.outbox.models import Priority
from bot.sharing.rules.models import Leaving, Review, Rules
from sandbox.models import Overwrite
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

STORY = "I told nobody that I slept in the car that winter."


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def panel_of(person: Person) -> Reply:
    return await person.slash("/sharing settings", channel="welcome")


async def rules_of(stage: Stage, circle: Circle) -> Rules:
    return await stage.app.sharing.rules.of(circle.id)


async def preview_of(person: Person, text: str = STORY) -> Reply:
    form = await person.slash("/share", channel="circle")
    return await person.submit(form, {"text": text})


async def share(stage: Stage, person: Person) -> Reply:
    receipt = await person.click("Post", on=await preview_of(person))
    await stage.settle()
    return receipt


async def post_welcome(stage: Stage, circle: Circle) -> Seen:
    """As setting a circle up does."""
    async with stage.app.db.transaction() as tx:
        await stage.app.outbox.enqueue(
            tx,
            kind="share.welcome",
            reference=circle.id,
            channel_id=circle.sharing_channel_id,
            priority=Priority.ANSWER,
        )
    await stage.settle()
    return welcomes(stage)[-1]


def welcomes(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if "Share anonymously" in seen.buttons]


# Choosing


async def test_each_rule_is_chosen_in_one_panel_that_changes_in_place(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    panel = await panel_of(ben)
    assert panel.ephemeral
    assert "**A share is posted:** At once" in panel.text
    message = panel.message
    for select, option in (
        ("When a share is posted", "A random while later"),
        ("After how long on average", "4 hours"),
        ("When a share is posted", "Together, at an hour"),
        ("At which hour", "19:00"),
        ("When a share is posted", "Together, once several"),
        ("Those of how many people together", "at least 4 people"),
        ("What facilitators read", "Every share"),
        ("How many facilitators", "Two facilitators"),
        ("When the link", "14 days after it closed"),
        ("After how many hours without an answer", "6 hours"),
    ):
        panel = await ben.choose(select, option, on=panel)
        assert option in panel.text
        assert panel.message == message, "changed in place"
    panel = await ben.click("Allow pictures", on=panel)
    assert "**Pictures:** Allowed" in panel.text
    assert await rules_of(stage, harbour) == Rules(
        leaving=Leaving.AUTHORS,
        hold_minutes=240,
        hour=time(19),
        authors=4,
        review=Review.ALL,
        votes=2,
        images=True,
        link_days=14,
        unanswered_hours=6,
    )
    assert await stage.app.audit.counts(harbour.id) == {"share.rules_changed": 11}
    panel = await ben.click("Words only", on=panel)
    assert not (await rules_of(stage, harbour)).images


async def test_only_what_says_something_is_asked(stage: Stage, harbour: Circle) -> None:
    panel = await panel_of(stage.person("ben"))
    always = [
        "When a share is posted",
        "What facilitators read before it is posted",
        "When the link to a share's writer is erased",
        "After how many hours without an answer",
    ]
    assert panel.selects == always
    panel = await stage.person("ben").click("Gentle", on=panel)
    assert panel.selects == [
        always[0],
        "After how long on average",
        always[1],
        "How many facilitators let it through",
        *always[2:],
    ]


async def test_a_preset_is_one_tap_and_shows_as_chosen(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    panel = await panel_of(ben)
    assert panel.buttons[:3] == ["Open ✓", "Gentle", "Careful"]
    panel = await ben.click("Careful", on=panel)
    assert panel.buttons[:3] == ["Open", "Gentle", "Careful ✓"]
    assert await rules_of(stage, harbour) == Rules(leaving=Leaving.AUTHORS, review=Review.ALL, link_days=7)
    panel = await ben.choose("How many facilitators", "Two", on=panel)
    assert panel.buttons[:3] == ["Open", "Gentle", "Careful"]
    panel = await ben.click("Open", on=panel)
    assert (await rules_of(stage, harbour)) == Rules()
    await ben.click("Open", on=panel)
    assert await stage.app.audit.counts(harbour.id) == {"share.rules_changed": 3}, "the last changed nothing"


async def test_the_panel_works_after_a_restart_between_presses(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    panel = await panel_of(ben)
    await stage.restart()
    panel = await ben.choose("When a share is posted", "Together, at an hour", on=panel)
    await stage.restart()
    panel = await ben.choose("At which hour", "08:00", on=panel)
    assert "08:00 (Europe/Berlin)" in panel.text
    assert (await rules_of(stage, harbour)).hour == time(8)


async def test_two_facilitators_at_once_take_nothing_from_each_other(stage: Stage, harbour: Circle) -> None:
    ana, ben = stage.person("ana"), stage.person("ben")
    first, second = await panel_of(ana), await panel_of(ben)
    await asyncio.gather(
        ana.choose("What facilitators read", "Every share", on=first),
        ben.choose("When a share is posted", "A random while later", on=second),
    )
    rules = await rules_of(stage, harbour)
    assert (rules.review, rules.leaving) == (Review.ALL, Leaving.HELD)
    second = await ben.choose("After how long on average", "2 hours", on=second)
    assert "**Facilitators read, before it is posted:** Every share" in second.text, (
        "one sees what the other chose"
    )


async def test_members_can_read_the_rules_and_not_change_them(stage: Stage, harbour: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    assert "for the facilitators of Harbour" in (await panel_of(maya)).text
    look = await maya.slash("/circle", channel="circle")
    assert "Nobody reads a share before it is posted." in look.text
    assert "Sharing" not in look.buttons

    panel = await panel_of(ben)
    stage.seeded.guild.members[ben.user.id].role_ids.clear()
    for press in (
        ben.click("Careful", on=panel),
        ben.choose("When a share is posted", "A random while later", on=panel),
        ben.click("Allow pictures", on=panel),
        ben.click("Post the card anew", on=panel),
    ):
        assert "for the facilitators of Harbour" in (await press).text
    assert await rules_of(stage, harbour) == Rules()
    await stage.settle()
    assert stage.person("sam").sees("sharing") == []


async def test_from_the_circles_card_and_back(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    look = await ben.slash("/circle", channel="circle")
    panel = await ben.click("Sharing", on=look)
    assert "### Sharing in Harbour" in panel.text
    panel = await ben.choose("What facilitators read", "Every share", on=panel)
    look = await ben.click("The circle", on=panel)
    assert "Every share is read by facilitators before it is posted" in look.text


async def test_a_closed_circle_has_no_settings_any_more(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    panel = await panel_of(ben)
    look = await ben.slash("/circle", channel="circle")
    await ben.click("Close the circle", on=await ben.click("Close this circle", on=look))
    assert "has been closed" in (await ben.click("Careful", on=panel)).text
    assert await rules_of(stage, harbour) == Rules()
    assert "no circle in this server" in (await panel_of(ben)).text


async def test_the_circle_can_be_named_where_there_are_several(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    await stage.make_circle(id="c2", name="Garden", channel_id=91, sharing_channel_id=92)
    assert "There is more than one circle here" in (await panel_of(ben)).text
    offered = await ben.autocomplete("/sharing settings", "circle", "gar", channel="welcome")
    assert list(offered) == ["Garden"]
    panel = await ben.slash("/sharing settings", channel="welcome", options={"circle": "Garden"})
    assert "### Sharing in Garden" in panel.text


# Shortening


async def test_fewer_days_for_what_is_shared_already_are_asked_about_first(
    stage: Stage, harbour: Circle
) -> None:
    ben = stage.person("ben")
    await share(stage, stage.person("maya"))
    panel = await panel_of(ben)
    asked = await ben.choose("When the link", "When the share closes", on=panel)
    assert "until 30 days after it was posted" in asked.text
    assert (await rules_of(stage, harbour)).link_days == 30
    panel = await ben.click("Leave it as it is", on=asked)
    assert "30 days after it closed (60 in all)" in panel.text
    asked = await ben.click("Careful", on=panel)
    assert "until 37 days after it was posted" in asked.text
    panel = await ben.click("Yes, shorten it", on=asked)
    assert "Careful ✓" in panel.buttons
    [row] = await stage.app.db.all("SELECT link_days FROM shares")
    assert row["link_days"] == 7


async def test_a_link_of_no_days_is_erased_as_the_share_closes_and_its_post_stays(
    stage: Stage, harbour: Circle
) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    receipt = await share(stage, maya)
    panel = await panel_of(ben)
    await ben.click("Yes, shorten it", on=await ben.choose("When the link", "When the share", on=panel))
    await stage.pass_time(timedelta(days=29))
    [post] = [seen for seen in stage.person("sam").sees("sharing") if STORY in seen.text]
    assert "Answer" in post.buttons
    assert "Take back" in receipt.buttons
    await stage.pass_time(timedelta(days=1))
    [post] = [seen for seen in stage.person("sam").sees("sharing") if STORY in seen.text]
    assert post.buttons == [], "it stands, and rests"
    assert "There is nothing to this any more" in (await maya.click("Take back", on=receipt)).text
    assert await stage.app.db.all("SELECT 1 FROM receipts") == []
    await stage.pass_time(timedelta(days=1))
    assert await stage.app.db.all("SELECT 1 FROM shares") == []


# Told where somebody decides


async def test_the_card_in_the_sharing_channel_follows_the_rules(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    card = await post_welcome(stage, harbour)
    assert "60 days after it was posted" in card.text
    assert "as soon as its writer presses" in card.text
    await ben.click("Careful", on=await panel_of(ben))
    await stage.settle()
    [now] = welcomes(stage)
    assert now == card, "the same message"
    assert "37 days after it was posted" in now.text
    assert "those of at least 3 different people" in now.text
    assert "Every share is read by facilitators" in now.text


async def test_rules_that_change_while_the_card_is_on_its_way_are_on_it(
    stage: Stage, harbour: Circle
) -> None:
    ben = stage.person("ben")
    panel = await panel_of(ben)
    sending = asyncio.create_task(post_welcome(stage, harbour))
    await ben.click("Gentle", on=panel)
    await sending
    await stage.settle()
    [card] = welcomes(stage)
    assert "a random while after" in card.text


async def test_the_card_is_posted_anew_and_the_old_one_goes(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    old = await post_welcome(stage, harbour)
    await share(stage, stage.person("maya"))
    panel = await panel_of(ben)
    panel = await ben.click("Post the card anew", on=panel)
    assert "The card is on its way" in panel.text
    await ben.click("Post the card anew", on=panel)
    await stage.settle()
    [card] = welcomes(stage)
    assert card != old
    assert stage.person("sam").sees("sharing")[-1] == card


async def test_a_card_that_somebody_deleted_can_be_posted_anew(stage: Stage, harbour: Circle) -> None:
    ana = stage.person("ana")
    await ana.delete(await post_welcome(stage, harbour))
    panel = await ana.click("Gentle", on=await panel_of(ana))
    await stage.settle()
    assert welcomes(stage) == []
    await ana.click("Post the card anew", on=panel)
    await stage.settle()
    [card] = welcomes(stage)
    assert "A person's first share here is read by facilitators" in card.text


async def test_facilitators_are_told_where_the_card_cannot_be_brought_up_to_date(
    stage: Stage, harbour: Circle
) -> None:
    ben = stage.person("ben")
    await post_welcome(stage, harbour)
    bot, channel = stage.seeded.application.bot, stage.seeded.channels["sharing"]
    channel.overwrites.append(Overwrite(bot.id, 1, deny=int(Permission.VIEW_CHANNEL)))
    await ben.click("Gentle", on=await panel_of(ben))
    told = await ben.waits_for("facilitators", "could not be posted or brought up to date")
    assert "Post the card anew" in told.text
    await stage.settle()
    assert await stage.app.db.all("SELECT 1 FROM outbox") == []


@pytest.mark.anonymity
async def test_form_and_preview_tell_this_circles_rules(stage: Stage, harbour: Circle) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    await ben.click("Careful", on=await panel_of(ben))
    form = await maya.slash("/share", channel="circle")
    assert form.modal is not None
    told = str(form.modal.components)
    assert "37 days after posting" in told
    assert "those of at least 3 different people" in told
    assert "They don't learn who wrote it" in told
    preview = await maya.submit(form, {"text": STORY})
    assert "37 days after posting" in preview.text
    await maya.dm("something else")
    assert "37 days after posting" in (await maya.dm_reply()).text


async def test_who_has_yet_to_choose_a_circle_is_told_the_longest_of_theirs(
    stage: Stage, harbour: Circle
) -> None:
    ben, lin = stage.person("ben"), stage.person("lin")
    garden = await stage.make_circle(
        id="c2", name="Garden", channel_id=91, sharing_channel_id=stage.seeded.channels["welcome"].id
    )
    panel = await ben.slash("/sharing settings", channel="circle")
    await ben.choose("When the link", "7 days", on=panel)
    panel = await ben.slash("/sharing settings", channel="circle", options={"circle": garden.name})
    await ben.choose("When the link", "14 days", on=panel)
    await lin.dm(STORY)
    choosing = await lin.dm_reply()
    assert "44 days at most after posting" in choosing.text
    preview = await lin.choose(None, "Harbour", on=choosing)
    assert "37 days after posting" in preview.text
    form = await lin.slash("/share", channel="dm")
    assert form.modal is not None
    assert "44 days at most" in str(form.modal.components)


@pytest.mark.anonymity
async def test_rules_that_changed_since_the_preview_are_told_before_anything_is_posted(
    stage: Stage, harbour: Circle
) -> None:
    ben, maya = stage.person("ben"), stage.person("maya")
    preview = await preview_of(maya)
    await ben.choose("What facilitators read", "Every share", on=await panel_of(ben))
    again = await maya.click("Post", on=preview)
    assert "How sharing works here has changed since you last looked" in again.text
    assert "facilitators read each share" in again.text
    assert await stage.app.db.all("SELECT 1 FROM shares") == []
    receipt = await maya.click("Post", on=again)
    assert "waits for the facilitators" in receipt.text


async def test_a_preview_in_a_direct_message_is_told_anew_as_well(stage: Stage, harbour: Circle) -> None:
    ben, lin = stage.person("ben"), stage.person("lin")
    await lin.dm(STORY)
    preview = await lin.dm_reply()
    await ben.click("Careful", on=await panel_of(ben))
    await stage.restart()
    await lin.click("Post", on=preview)
    again = await lin.waits_for("dm", "has changed since you last looked")
    assert again == preview, "in its place"
    assert "Then it waits for others" in again.text
    await lin.click("Post", on=again)
    await lin.waits_for("dm", "This message is your receipt")
    assert len(await stage.app.db.all("SELECT 1 FROM shares")) == 1


async def test_an_answers_preview_minds_only_what_concerns_answers(stage: Stage, harbour: Circle) -> None:
    ben, noor = stage.person("ben"), stage.person("noor")
    await share(stage, stage.person("maya"))
    [post] = [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]
    preview = await noor.submit(await noor.click("Answer", on=post), {"text": "So did I."})
    panel = await ben.choose("What facilitators read", "Every share", on=await panel_of(ben))
    receipt = await noor.click("Post", on=preview)
    assert "This message is your receipt" in receipt.text
    preview = await noor.submit(await noor.click("Answer", on=post), {"text": "And the winter after."})
    await ben.click("Yes, shorten it", on=await ben.choose("When the link", "7 days", on=panel))
    again = await noor.click("Post", on=preview)
    assert "37 days after posting" in again.text
    assert "This message is your receipt" in (await noor.click("Post", on=again)).text


async def test_a_channel_that_only_some_can_see_is_told_so(stage: Stage, harbour: Circle) -> None:
    world, guild = stage.sandbox.world, stage.seeded.guild
    role, bot = world.add_role(guild, "Harbour members"), stage.seeded.application.bot
    guild.members[stage.seeded.people["maya"].id].role_ids.add(role.id)
    stage.seeded.channels["sharing"].overwrites += [
        Overwrite(guild.id, 0, deny=int(Permission.VIEW_CHANNEL)),
        Overwrite(role.id, 0, allow=int(Permission.VIEW_CHANNEL)),
        Overwrite(bot.id, 1, allow=int(Permission.VIEW_CHANNEL)),
    ]
    await stage.restart()
    preview = await preview_of(stage.person("maya"))
    assert "any of fewer than 8 people: not everyone in this server sees" in preview.text
    assert "That is few" in preview.text
