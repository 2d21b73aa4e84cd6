"""Anonymous sharing over the wire: a real Discord server on loopback, the real bot, several people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.circles.models import Circle
from bot.outbox.models import Priority
from bot.sharing.text import TEXT_MAX
from sandbox.interactions import CannotInvoke
from sandbox.models import Overwrite
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage

STORY = "I told nobody that I slept in the car that winter."
NODS_SHOWN = timedelta(seconds=41)
ON_POST = ["I hear you", "Me too", "With you", "Answer", "More"]


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def preview_of(person: Person, text: str = STORY, **more: str) -> Reply:
    form = await person.slash("/share", channel="circle")
    return await person.submit(form, {"text": text, **more})


async def share(stage: Stage, person: Person, text: str = STORY, **more: str) -> tuple[Reply, Seen]:
    """Share by form; the receipt, and the post as others see it."""
    receipt = await person.click("Post", on=await preview_of(person, text, **more))
    await stage.settle()
    return receipt, posts(stage)[-1]


def posts(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]


async def answer(stage: Stage, person: Person, post: Seen, text: str) -> Reply:
    form = await person.click("Answer", on=post)
    preview = await person.submit(form, {"text": text})
    receipt = await person.click("Post", on=preview)
    await stage.settle()
    return receipt


def said_in(person: Person, post: Seen) -> list[str]:
    assert post.thread is not None
    return [seen.text for seen in person.sees(post.thread) if seen.text]


def name_of(post: Seen) -> str:
    return post.text.split("\n")[0].removeprefix("### ")


# Three ways in


async def test_a_share_is_written_seen_posted_and_taken_back(stage: Stage, harbour: Circle) -> None:
    maya, sam = stage.person("maya"), stage.person("sam")
    preview = await preview_of(maya, wish="Your own experience")
    assert preview.ephemeral
    assert "Only you see this, and nothing is posted yet." in preview.text
    assert "Whoever runs this bot" in preview.text
    assert preview.buttons == ["Post", "Edit", "Content note", "Let it go", "Need someone now?"]
    assert sam.sees("sharing") == []
    shown = preview.text.split("\n")[1:5]

    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    [post] = sam.sees("sharing")
    assert post.text.split("\n") == shown
    assert shown[2:] == [STORY, "-# Wished for: Your own experience"]
    assert post.buttons == ON_POST
    assert post.author == "Towards"
    assert post.thread is not None
    assert post.thread.name == f"Answers to {name_of(post)}"

    asked = await maya.click("Take back", on=receipt)
    done = await maya.click("Yes, take it back", on=asked)
    await stage.settle()
    assert "taken back" in done.text
    assert post.deleted
    assert "taken back by who wrote it" in said_in(sam, post)[-1]


async def test_the_card_in_the_sharing_channel_opens_the_same_form(stage: Stage, harbour: Circle) -> None:
    async with stage.app.db.transaction() as tx:
        await stage.app.outbox.enqueue(
            tx,
            kind="share.welcome",
            reference=harbour.id,
            channel_id=harbour.sharing_channel_id,
            priority=Priority.ANSWER,
        )
    await stage.settle()
    noor = stage.person("noor")
    card = await noor.waits_for("sharing", "thoughts, behaviours, needs, desires, emotions")
    assert card.buttons == ["Share anonymously", "How care works here", "Need someone now?"]
    form = await noor.click("Share anonymously", on=card)
    assert len(form.fields) == 3
    preview = await noor.submit(form, {"text": STORY})
    assert preview.ephemeral
    assert preview.message != card
    await noor.click("Post", on=preview)
    await stage.settle()
    assert STORY in posts(stage)[-1].text


async def test_a_direct_message_is_answered_with_its_preview_and_posted_from_there(
    stage: Stage, harbour: Circle
) -> None:
    lin = stage.person("lin")
    await lin.dm(STORY)
    preview = await lin.dm_reply()
    assert STORY in preview.text
    assert "your own message stays here" in preview.text
    await lin.choose(None, "Just listen", on=preview)
    await lin.click("Post", on=preview)
    await lin.waits_for("dm", "This message is your receipt")
    await stage.settle()
    assert STORY in posts(stage)[-1].text

    await lin.click("Take back", on=preview)
    await lin.click("Yes, take it back", on=preview)
    await stage.settle()
    assert posts(stage) == []


async def test_a_direct_message_that_was_not_meant_as_a_share_is_let_go(
    stage: Stage, harbour: Circle
) -> None:
    lin = stage.person("lin")
    await lin.dm("hello?")
    preview = await lin.dm_reply()
    done = await lin.click("Let it go", on=preview)
    assert "nothing was posted" in done.text
    assert "hello?" in done.text
    assert await stage.app.db.all("SELECT 1 FROM drafts") == []


async def test_who_is_in_several_circles_chooses_one_and_only_among_theirs(
    stage: Stage, harbour: Circle
) -> None:
    guild, world = stage.seeded.guild, stage.sandbox.world
    quay = world.add_channel(guild, "quay")
    closed = world.add_channel(
        guild, "closed", overwrites=[Overwrite(guild.id, 0, deny=int(Permission.VIEW_CHANNEL))]
    )
    await stage.make_circle(id="c2", name="Quay", channel_id=1, sharing_channel_id=quay.id)
    await stage.make_circle(id="c3", name="Closed", channel_id=2, sharing_channel_id=closed.id)
    sam = stage.person("sam")
    await sam.dm(STORY)
    asked = await sam.dm_reply()
    with pytest.raises(CannotInvoke, match="'Harbour', 'Quay'"):
        await sam.choose(None, "Closed", on=asked)
    preview = await sam.choose(None, "Quay", on=asked)
    assert f"<#{quay.id}>" in preview.text
    await sam.click("Post", on=preview)
    await sam.waits_for("dm", "This message is your receipt")
    await stage.settle()
    assert STORY in sam.sees("quay")[-1].text
    assert posts(stage) == []


async def test_share_in_a_direct_message_opens_the_form_and_finds_the_circle(
    stage: Stage, harbour: Circle
) -> None:
    ida = stage.person("ida")
    form = await ida.slash("/share", channel="dm")
    await ida.submit(form, {"text": STORY})
    preview = await ida.waits_for("dm", STORY)
    await ida.click("Post", on=preview)
    await ida.waits_for("dm", "This message is your receipt")
    await stage.settle()
    assert STORY in posts(stage)[-1].text


async def test_who_is_in_no_circle_gets_their_words_back_and_nothing_is_kept(stage: Stage) -> None:
    ida = stage.person("ida")
    await ida.dm(STORY)
    assert "Nothing was kept" in (await ida.dm_reply()).text
    assert await stage.app.db.all("SELECT 1 FROM drafts") == []


async def test_a_direct_message_too_long_for_a_share_is_neither_cut_nor_kept(
    stage: Stage, harbour: Circle
) -> None:
    ida = stage.person("ida")
    await ida.dm("w" * (TEXT_MAX + 12))
    reply = await ida.dm_reply()
    assert "12 characters more" in reply.text
    assert await stage.app.db.all("SELECT 1 FROM drafts") == []


async def test_who_left_the_circle_meanwhile_can_not_post_and_keeps_the_draft(
    stage: Stage, harbour: Circle
) -> None:
    lin = stage.person("lin")
    await lin.dm(STORY)
    preview = await lin.dm_reply()
    stage.sandbox.world.remove_member(stage.seeded.guild, lin.user)
    await lin.click("Post", on=preview)
    await lin.waits_for("dm", "at the moment you can't")
    await stage.settle()
    assert posts(stage) == []
    assert "Let it go" in preview.buttons


async def test_who_can_not_see_the_sharing_channel_can_not_share_into_it(
    stage: Stage, harbour: Circle
) -> None:
    guild = stage.seeded.guild
    hidden = stage.sandbox.world.add_channel(
        guild, "hidden", overwrites=[Overwrite(guild.id, 0, deny=int(Permission.VIEW_CHANNEL))]
    )
    await stage.make_circle(id="c2", name="Hidden", channel_id=1, sharing_channel_id=hidden.id)
    refused = await stage.person("maya").slash("/share", channel="circle", circle="Hidden")
    assert refused.modal is None
    assert "at the moment you can't" in refused.text


# The preview


async def test_text_note_and_wish_can_be_changed_until_it_is_posted(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya)
    form = await maya.click("Content note", on=preview)
    preview = await maya.submit(form, {"note": "mentions being alone"})
    preview = await maya.choose(None, "Me too", on=preview)
    form = await maya.click("Edit", on=preview)
    preview = await maya.submit(form, {"text": STORY + " It was cold."})
    assert "Content note: mentions being alone" in preview.text
    await maya.click("Post", on=preview)
    await stage.settle()
    [post] = posts(stage)
    assert "It was cold." in post.text
    assert "Wished for: Me too" in post.text
    [hidden] = [part for part in post.message.components if part.get("spoiler")]
    assert STORY in str(hidden)


@pytest.mark.anonymity
async def test_a_mention_in_a_share_reaches_nobody(stage: Stage, harbour: Circle) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    await share(stage, maya, f"@everyone, <@{ben.user.id}> asked me <@&{stage.seeded.facilitators.id}>")
    [post] = posts(stage)
    assert f"<@{ben.user.id}>" not in post.text
    assert "@everyone" not in post.text
    assert post.message.mentions == []


async def test_an_hours_limit_is_told_before_anything_is_written(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    for _ in range(5):
        await share(stage, maya)
    refused = await maya.slash("/share", channel="circle")
    assert refused.modal is None
    assert "in an hour there is room again" in refused.text


async def test_a_draft_whose_preview_is_lost_is_in_the_form_again_and_replaced_by_it(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await preview_of(maya, wish="Me too")
    assert (await noor.slash("/share", channel="circle")).modal
    form = await maya.slash("/share", channel="circle")
    assert "You had begun this" in str(form.modal)
    preview = await maya.submit(form)  # as it opened
    assert STORY in preview.text
    assert "Wished for: Me too" in preview.text
    [row] = await stage.app.db.all("SELECT count(*) AS count FROM drafts")
    assert row["count"] == 1
    await maya.click("Post", on=preview)
    await stage.settle()
    assert "You had begun" not in str((await maya.slash("/share", channel="circle")).modal)

    _, post = await share(stage, maya)
    await noor.submit(await noor.click("Answer", on=post), {"text": "So did I."})
    form = await noor.click("Answer", on=post)
    assert "You had begun this" in str(form.modal)
    assert "So did I." in (await noor.submit(form)).text


async def test_share_outside_of_any_circles_channel_asks_which_once_it_is_written(
    stage: Stage, harbour: Circle
) -> None:
    quay = stage.sandbox.world.add_channel(stage.seeded.guild, "quay")
    await stage.make_circle(id="c2", name="Quay", channel_id=1, sharing_channel_id=quay.id)
    maya = stage.person("maya")
    assert await maya.autocomplete("/share", "circle", "Q", channel="welcome") == {"Quay": "c2"}
    form = await maya.slash("/share", channel="welcome")
    await maya.submit(form, {"text": STORY})
    asked = await maya.waits_for("welcome", "For which circle is it?")
    assert asked.ephemeral
    preview = await maya.choose(None, "Quay", on=asked)
    await maya.click("Post", on=preview)
    await stage.settle()
    assert STORY in maya.sees("quay")[-1].text


# After it was posted


async def test_nods_are_told_in_words_a_while_later_and_the_text_stays(stage: Stage, harbour: Circle) -> None:
    _, post = await share(stage, stage.person("maya"), note="mentions being alone")
    before = post.text
    for handle in ("noor", "sam", "tomas"):
        nod = await stage.person(handle).click("I hear you", on=post)
        assert nod.ephemeral
    await stage.person("lin").click("With you", on=post)
    await stage.settle()
    assert post.text == before
    await stage.pass_time(NODS_SHOWN)
    assert post.text == f"{before}\n-# A few hear you · someone is with you"
    assert post.buttons == ON_POST
    assert [part["spoiler"] for part in post.message.components if "spoiler" in part] == [False, True]

    back = await stage.person("lin").click("With you", on=post)
    assert "taken back" in back.text
    await stage.pass_time(NODS_SHOWN)
    assert post.text == f"{before}\n-# A few hear you"
    own = await stage.person("maya").click("Me too", on=post)
    assert "your own share" in own.text


async def test_answers_carry_one_name_each_and_who_shared_is_marked(stage: Stage, harbour: Circle) -> None:
    maya, noor, sam = (stage.person(handle) for handle in ("maya", "noor", "sam"))
    _, post = await share(stage, maya, wish="Ideas are welcome")
    form = await noor.click("Answer", on=post)
    assert form.modal is not None
    assert "Ideas are welcome" in str(form.modal.components)
    assert "by name, simply write in the thread" in str(form.modal.components)
    for text in ("So did I, once.", "It got warmer."):
        await answer(stage, noor, post, text)
    await answer(stage, sam, post, "Thank you for telling.")
    await answer(stage, maya, post, "That helps.")
    assert post.thread is not None
    await noor.say(post.thread, "And here by my name.")

    said = said_in(stage.person("tomas"), post)
    first, second, third, fourth, named = said
    assert first.split("\n")[0] == second.split("\n")[0]
    assert len({first.split("\n")[0], third.split("\n")[0], f"**{name_of(post)}**"}) == 3
    assert fourth == f"**{name_of(post)}**\n-# who shared this\nThat helps."
    assert named == "And here by my name."


async def test_with_the_receipt_the_author_answers_in_the_same_voice_also_by_its_code(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    receipt, post = await share(stage, maya)
    code = receipt.text.split("`")[3]
    held = await maya.slash("/receipt", channel="dm", code=code.lower())
    assert "It is posted in" in held.text
    form = await maya.click("Answer as the same voice", on=held)
    preview = await maya.submit(form, {"text": "One thing more."})
    await maya.click("Post", on=preview)
    await maya.waits_for("dm", "on its way")
    await stage.settle()
    assert said_in(maya, post) == [f"**{name_of(post)}**\n-# who shared this\nOne thing more."]

    wrong = await stage.person("sam").slash("/receipt", channel="sharing", code="AAAA-BBBB-CCCC")
    assert wrong.ephemeral
    assert "No receipt fits this code" in wrong.text


async def test_an_answer_is_taken_back_by_who_wrote_it(stage: Stage, harbour: Circle) -> None:
    noor = stage.person("noor")
    _, post = await share(stage, stage.person("maya"))
    receipt = await answer(stage, noor, post, "Too much of me.")
    asked = await noor.click("Take back", on=receipt)
    await noor.click("Yes, take it back", on=asked)
    await stage.settle()
    assert said_in(noor, post) == []


async def test_a_prompt_is_answered_without_a_name_in_its_thread(stage: Stage, harbour: Circle) -> None:
    ana, noor = stage.person("ana"), stage.person("noor")
    plan = await ana.slash(
        "/schedule prompt", channel="circle", day="Tuesday", time="19:00", deck="first-steps"
    )
    await ana.click("Save", on=plan)
    await stage.pass_time(timedelta(days=1, hours=6))
    [card] = [seen for seen in noor.sees("circle") if "Answer anonymously" in seen.buttons]
    form = await noor.click("Answer anonymously", on=card)
    preview = await noor.submit(form, {"text": "A lamp in a window."})
    assert preview.ephemeral
    receipt = await noor.click("Post", on=preview)
    await stage.settle()
    [said] = said_in(noor, card)
    assert said.endswith("-# answered anonymously\nA lamp in a window.")
    await noor.click("Yes, take it back", on=await noor.click("Take back", on=receipt))
    await stage.settle()
    assert said_in(noor, card) == []
    assert await stage.app.db.all("SELECT 1 FROM presence") == []


async def test_a_share_comes_to_rest_after_its_days_and_keeps_its_words(
    stage: Stage, harbour: Circle
) -> None:
    _, post = await share(stage, stage.person("maya"))
    await stage.person("noor").click("Me too", on=post)
    await stage.pass_time(NODS_SHOWN)
    shown = post.text
    await stage.pass_time(timedelta(days=30))
    assert post.text == shown
    assert post.buttons == []
    assert await stage.app.db.all("SELECT 1 FROM nods") == []


# When something is in the way


async def test_a_form_a_draft_and_a_receipt_outlive_a_restart(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    form = await maya.slash("/share", channel="circle")
    await stage.restart()
    preview = await maya.submit(form, {"text": STORY})
    await stage.restart()
    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    [post] = posts(stage)
    await stage.restart()
    nod = await stage.person("noor").click("Me too", on=post)
    assert nod.ephemeral
    asked = await maya.click("Take back", on=receipt)
    await stage.restart()
    await maya.click("Yes, take it back", on=asked)
    await stage.settle()
    assert posts(stage) == []


async def test_a_share_that_can_not_be_posted_is_kept_and_told_on_the_receipt(
    stage: Stage, harbour: Circle
) -> None:
    maya, world = stage.person("maya"), stage.sandbox.world
    channel = stage.seeded.channels["sharing"]
    bot = stage.seeded.application.bot
    world.revoke(bot, Permission.SEND_MESSAGES, channel)
    receipt = await maya.click("Post", on=await preview_of(maya))
    await stage.settle()
    held = await maya.click("Look again", on=receipt)
    assert "It could not be posted" in held.text
    notice = await stage.person("ben").waits_for("facilitators", "could not be posted")
    assert STORY not in notice.text

    channel.overwrites.clear()
    world.tell_channel("CHANNEL_UPDATE", channel)
    await maya.click("Try again", on=held)
    await stage.settle()
    assert STORY in posts(stage)[-1].text
    assert await stage.app.db.all("SELECT 1 FROM outbox") == []


async def test_words_in_a_form_are_handed_back_when_they_can_not_be_kept(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    form = await maya.slash("/share", channel="circle")
    await stage.app.circles.leave(stage.seeded.guild.id)
    refused = await maya.submit(form, {"text": STORY})
    assert refused.ephemeral
    handed = await maya.waits_for("circle", "so that none are lost")
    assert STORY in handed.text


async def test_after_it_was_posted_the_receipt_tells_where_by_itself(stage: Stage, harbour: Circle) -> None:
    receipt, post = await share(stage, stage.person("maya"))
    told = await stage.person("maya").waits_for("circle", "It is posted in")
    assert told == receipt.message
    assert str(post.id) in told.text
