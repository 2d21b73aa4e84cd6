"""Shares that facilitators read first, over the wire: several facilitators, an author, and everyone else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.circles.models import Actor, Circle
from bot.sharing.rules.models import Review
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage
from tests.sharing import pictures

STORY = "I told nobody that I slept in the car that winter."
BATCH = timedelta(hours=6)
ON_CARD = ["Let it through", "Behind a spoiler", "Hand back", "Hold, for care", "Next", "What is held"]


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    """Each share is read first."""
    circle = await stage.make_circle()
    await rule(stage, circle, review=Review.ALL)
    await stage.app.tick()
    return circle


async def rule(stage: Stage, circle: Circle, **changes: object) -> None:
    who = Actor(1, frozenset(), manages_server=True)
    await stage.app.sharing.rules.change(who, circle, **changes)


async def hand_in(stage: Stage, person: Person, text: str = STORY, **more: str) -> Reply:
    """The receipt of a share that waits to be read."""
    form = await person.slash("/share", channel="circle")
    receipt = await person.click("Post", on=await person.submit(form, {"text": text, **more}))
    await stage.settle()
    return receipt


async def waiting(stage: Stage, person: Person, text: str = STORY, **more: str) -> Reply:
    """The receipt of a share that has come into the facilitators' view."""
    receipt = await hand_in(stage, person, text, **more)
    await stage.pass_time(BATCH)
    return receipt


async def card(stage: Stage, handle: str = "ana") -> Reply:
    return await stage.person(handle).slash("/review", channel="circle")


def posts(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]


def notices(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("ana").sees("facilitators") if "Read it" in seen.buttons]


async def test_a_share_is_read_and_let_through(stage: Stage, harbour: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(form, {"text": STORY})
    assert "facilitators read each share" in preview.text
    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    assert "It waits for the facilitators" in receipt.text
    assert receipt.buttons[:2] == ["Take back", "Look again"]
    assert posts(stage) == []
    assert notices(stage) == []
    assert "Nothing waits" in (await card(stage)).text

    await stage.pass_time(BATCH)
    [notice] = notices(stage)
    assert STORY not in notice.text
    shown = await ana.click("Read it", on=notice)
    assert shown.ephemeral
    assert STORY in shown.text
    assert shown.buttons[:6] == ON_CARD
    done = await ana.click("Let it through", on=shown)
    assert "Let through" in done.text
    await stage.settle()
    [post] = posts(stage)
    assert STORY in post.text
    assert post.thread is not None
    assert "ana" not in post.text.lower()
    assert "It is posted in" in (await maya.click("Look again", on=receipt)).text
    assert "Nothing waits" in (await ana.click("Go on", on=done)).text


async def test_a_share_is_handed_back_changed_and_handed_in_again(stage: Stage, harbour: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    receipt = await waiting(stage, maya, note="mentions the cold", wish="Me too")
    shown = await card(stage)
    assert "Behind a spoiler" not in shown.buttons  # its author's content note makes one
    form = await ana.click("Hand back", on=shown)
    done = await ana.submit(
        form, {"reason": "Details that are hard to read", "words": "Thank you.\n@everyone, the car stays."}
    )
    assert "Handed back" in done.text
    await stage.settle()
    assert posts(stage) == []

    held = await maya.click("Look again", on=receipt)
    assert "the facilitators handed it back to you" in held.text
    assert "Some details in it may be hard to carry" in held.text
    assert "> Thank you.\n> " in held.text
    assert "@everyone" not in held.text
    assert "2026-04-01" in held.text
    assert held.buttons[:3] == ["Change and hand in again", "Let it go", "Look again"]
    assert "take the share back" not in held.text
    assert "Take back" not in held.buttons
    assert "Tell me when someone answers" not in held.buttons, "nobody can answer it"
    assert "it works as long as your words are kept" in held.text

    preview = await maya.click("Change and hand in again", on=held)
    assert "mentions the cold" in preview.text
    form = await maya.click("Edit", on=preview)
    preview = await maya.submit(form, {"text": "I slept in the car."})
    again = await maya.click("Post", on=preview)
    assert "It waits for the facilitators" in again.text
    await stage.pass_time(BATCH)
    await ana.click("Let it through", on=await card(stage))
    await stage.settle()
    [post] = posts(stage)
    assert "I slept in the car." in post.text
    assert "mentions the cold" in post.text
    assert "Me too" in post.text


async def test_what_was_handed_back_can_be_let_go_with_its_words(stage: Stage, harbour: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    receipt = await waiting(stage, maya)
    form = await ana.click("Hand back", on=await card(stage))
    await ana.submit(form, {"reason": "Somebody could be recognised in it"})
    held = await maya.click("Look again", on=receipt)
    gone = await maya.click("Let it go", on=held)
    assert STORY in gone.text
    assert await stage.app.db.all("SELECT 1 FROM shares UNION SELECT 1 FROM reviews") == []


async def test_words_of_a_facilitator_are_handed_back_where_somebody_else_decided(
    stage: Stage, harbour: Circle
) -> None:
    await waiting(stage, stage.person("maya"))
    ana, ben = stage.person("ana"), stage.person("ben")
    form = await ana.click("Hand back", on=await card(stage))
    await ben.click("Let it through", on=await card(stage, "ben"))
    refused = await ana.submit(form, {"reason": "Something else", "words": "I read this slowly."})
    assert "isn't waiting any more" in refused.text
    await ana.waits_for("circle", "I read this slowly.")


async def test_behind_a_spoiler_its_words_open_with_a_tap_and_its_author_sees_so(
    stage: Stage, harbour: Circle
) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    receipt = await waiting(stage, maya)
    form = await ana.click("Behind a spoiler", on=await card(stage))
    await ana.submit(form, {"note": "mentions a hard winter"})
    await stage.settle()
    [post] = posts(stage)
    assert "Content note: mentions a hard winter" in post.text
    [spoiler] = [each for each in post.message.components if each.get("spoiler")]
    assert STORY in str(spoiler)
    assert "behind a spoiler" in (await maya.click("Look again", on=receipt)).text


async def test_held_for_care_its_author_sees_so_and_can_take_it_back(stage: Stage, harbour: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    receipt = await waiting(stage, maya)
    held = await ana.click("Hold, for care", on=await card(stage))
    assert "is held" in held.text
    seen = await maya.click("Look again", on=receipt)
    assert "to take care" in seen.text
    assert seen.buttons[:2] == ["Take back", "Look again"]
    queue = await ana.click("Go on", on=held)
    assert "Nothing waits" in queue.text
    shown = await ana.click("What is held", on=queue)
    assert STORY in shown.text
    assert "Hold, for care" not in shown.buttons
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=seen))
    refused = await ana.click("Let it through", on=shown)
    assert "isn't waiting any more" in refused.text
    await stage.settle()
    assert posts(stage) == []


async def test_next_goes_through_all_that_waits_and_comes_to_an_end(stage: Stage, harbour: Circle) -> None:
    stories = {f"Story number {number}." for number in range(3)}
    for story, handle in zip(sorted(stories), ("maya", "noor", "tomas"), strict=True):
        await hand_in(stage, stage.person(handle), story)
    await stage.pass_time(BATCH)
    ana, shown = stage.person("ana"), await card(stage)
    found = set()
    for _ in stories:
        found |= {story for story in stories if story in shown.text}
        shown = await ana.click("Next", on=shown)
    assert found == stories
    assert "That was all that waits for you" in shown.text
    shown = await ana.click("What waits", on=shown)
    assert "To read before it is posted" in shown.text


async def test_two_facilitators_are_needed_where_the_circle_would_have_it_so(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, votes=2)
    await waiting(stage, stage.person("maya"))
    ana, ben = stage.person("ana"), stage.person("ben")
    shown = await card(stage)
    noted = await ana.click("Let it through", on=shown)
    assert "once another of you lets it through" in noted.text
    await stage.settle()
    assert posts(stage) == []
    assert "Nothing waits" in (await ana.click("Go on", on=noted)).text
    other = await card(stage, "ben")
    assert "One of you would let it through" in other.text
    assert "ana" not in other.text.lower()
    await ben.click("Let it through", on=other)
    await stage.settle()
    assert len(posts(stage)) == 1


async def test_pressed_twice_it_is_posted_once(stage: Stage, harbour: Circle) -> None:
    await waiting(stage, stage.person("maya"))
    ana, shown = stage.person("ana"), await card(stage)
    other = await card(stage)
    await ana.click("Let it through", on=shown)
    refused = await ana.click("Let it through", on=other)
    assert "isn't waiting any more" in refused.text
    await stage.settle()
    assert len(posts(stage)) == 1


async def test_only_facilitators_see_the_queue_also_after_they_lost_the_role(
    stage: Stage, harbour: Circle
) -> None:
    await waiting(stage, stage.person("maya"))
    for handle in ("maya", "sam"):
        refused = await card(stage, handle)
        assert "That is for the facilitators of Harbour" in refused.text
        assert STORY not in refused.text
    ben, shown = stage.person("ben"), await card(stage, "ben")
    stage.seeded.guild.members[ben.user.id].role_ids.clear()
    for button in ("Let it through", "Next", "What was decided", "Hand back"):
        refused = await ben.click(button, on=shown)
        assert "That is for the facilitators of Harbour" in refused.text
    await stage.settle()
    assert posts(stage) == []


async def test_a_decision_is_undone_and_what_stands_is_taken_down_for_another_look(
    stage: Stage, harbour: Circle
) -> None:
    maya, ana, ben = stage.person("maya"), stage.person("ana"), stage.person("ben")
    receipt = await waiting(stage, maya)
    form = await ana.click("Behind a spoiler", on=await card(stage))
    await ana.submit(form, {"note": "mentions winter"})
    await stage.settle()
    [post] = posts(stage)
    await stage.person("noor").click("I hear you", on=post)
    listed = await ben.click("What was decided", on=await card(stage, "ben"))
    assert "was let through, behind a spoiler" in listed.text
    assert STORY not in listed.text
    undone = await (await ben.click("Undo", on=listed)).settled()
    assert "is being taken down" in undone.text
    await stage.settle()
    assert posts(stage) == []
    assert "took it down to read it once more" in (await maya.click("Look again", on=receipt)).text
    shown = await ben.click("Go on", on=undone)
    assert STORY in shown.text
    assert "mentions winter" not in shown.text
    await ben.click("Let it through", on=shown)
    await stage.settle()
    [post] = posts(stage)
    assert STORY in post.text
    assert post.thread is not None
    assert len([seen for seen in maya.sees("sharing") if STORY in seen.text]) == 1


@pytest.mark.parametrize("by_name", [True, False])
async def test_what_somebody_answered_is_not_taken_down(stage: Stage, harbour: Circle, by_name: bool) -> None:
    await waiting(stage, stage.person("maya"))
    ana, noor = stage.person("ana"), stage.person("noor")
    done = await ana.click("Let it through", on=await card(stage))
    await stage.settle()
    [post] = posts(stage)
    if by_name:
        assert post.thread is not None
        await noor.say(post.thread, "So did I.")
    else:
        preview = await noor.submit(await noor.click("Answer", on=post), {"text": "So did I."})
        await noor.click("Post", on=preview)
        await stage.settle()
    refused = await ana.click("Undo", on=done)
    await refused.settled()
    said = [refused.text, *(seen.text for seen in refused.follow_ups)]
    assert any("Somebody has answered it already" in text for text in said)
    await stage.settle()
    assert len(posts(stage)) == 1


async def test_a_post_that_a_moderator_deleted_cannot_be_brought_back(stage: Stage, harbour: Circle) -> None:
    await waiting(stage, stage.person("maya"))
    ana = stage.person("ana")
    done = await ana.click("Let it through", on=await card(stage))
    await stage.settle()
    [post] = posts(stage)
    await ana.delete(post)
    refused = await (await ana.click("Undo", on=done)).settled()
    said = [refused.text, *(seen.text for seen in refused.follow_ups)]
    assert any("its words are nowhere else" in text for text in said)


async def test_every_card_works_after_a_restart(stage: Stage, harbour: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    receipt = await hand_in(stage, maya)
    await stage.restart()
    await stage.pass_time(BATCH)
    [notice] = notices(stage)
    shown = await ana.click("Read it", on=notice)
    form = await ana.click("Hand back", on=shown)
    await stage.restart()
    done = await ana.submit(form, {"reason": "It could show who wrote it"})
    await stage.restart()
    held = await maya.click("Look again", on=receipt)
    assert "Something in it could show others that it was you" in held.text
    await ana.click("Undo", on=done)
    await stage.restart()
    await ana.click("Let it through", on=await card(stage))
    await stage.settle()
    assert len(posts(stage)) == 1


async def test_who_waited_for_days_asks_and_facilitators_are_reminded(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    receipt = await hand_in(stage, maya)
    for _ in range(12):
        await stage.pass_time(BATCH)
    told = [seen.text for seen in notices(stage)]
    assert len(told) == 3
    assert sum("Something has waited for more than a day" in text for text in told) == 2
    held = await maya.click("Look again", on=receipt)
    assert "It has waited for 3 days" in held.text
    held = await maya.click("Ask for it", on=held)
    assert "The facilitators are asked for it with the next batch" in held.text
    assert len(notices(stage)) == 3
    await stage.pass_time(BATCH)
    assert "Somebody asks whether their share could be read" in notices(stage)[-1].text


async def test_what_is_held_is_told_after_days_and_opens_from_the_notice_in_private(
    stage: Stage, harbour: Circle
) -> None:
    await waiting(stage, stage.person("maya"))
    ana = stage.person("ana")
    await ana.click("Hold, for care", on=await card(stage))
    for _ in range(12):
        await stage.pass_time(BATCH)
    notice = notices(stage)[-1]
    assert "Something is still held" in notice.text
    shown = await ana.click("Read it", on=notice)
    assert shown.ephemeral
    assert STORY in shown.text
    assert STORY not in notices(stage)[-1].text


async def test_where_only_first_shares_are_read_the_preview_says_so_the_first_time(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, review=Review.FIRST)
    maya, ana = stage.person("maya"), stage.person("ana")
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(form, {"text": STORY})
    assert "facilitators read somebody's first share" in preview.text
    await maya.click("Post", on=preview)
    await stage.pass_time(BATCH)
    await ana.click("Let it through", on=await card(stage))
    await stage.settle()
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(form, {"text": "The winter after."})
    assert "facilitators read" not in preview.text
    await maya.click("Post", on=preview)
    await stage.settle()
    assert len(posts(stage)) == 2


async def test_in_a_circle_that_ended_the_author_gets_their_words(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    receipt = await waiting(stage, maya)
    shown = await card(stage)
    await stage.app.circles.close(Actor(1, frozenset(), manages_server=True), harbour)
    refused = await stage.person("ana").click("Let it through", on=shown)
    assert "This circle has been closed" in refused.text
    held = await maya.click("Look again", on=receipt)
    assert "You can still have your words" in held.text
    done = await maya.click("Yes, take it back", on=await maya.click("Take back", on=held))
    assert STORY in done.text


async def test_members_see_how_sharing_is_looked_after_in_counts(stage: Stage, harbour: Circle) -> None:
    maya, ana = stage.person("maya"), stage.person("ana")
    look = await maya.slash("/circle", channel="circle")
    await waiting(stage, maya)
    done = await ana.click("Hold, for care", on=await card(stage))
    await ana.click("Undo", on=done)
    await ana.click("Let it through", on=await card(stage))
    shown = await maya.click("How sharing is looked after", on=look)
    assert "Shares they read first and let through: **1**" in shown.text
    assert "Shares held, for care: **1**" in shown.text
    assert "Decisions undone: **1**" in shown.text
    assert "These counts are complete" in shown.text
    async with stage.app.db.transaction() as tx:
        await tx.execute("DELETE FROM audit WHERE number = 2")
    shown = await maya.click("How sharing is looked after", on=await maya.slash("/circle", channel="circle"))
    assert "These counts can't be relied on" in shown.text


async def test_a_picture_is_read_with_its_words_and_comes_back_with_them(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, images=True)
    maya, ana = stage.person("maya"), stage.person("ana")
    form = await maya.slash("/share", channel="circle")
    file = maya.file("maya.jpg", pictures.MARKED["JPEG"])
    given = {"What you'd like to share": STORY, "A picture, if you like": [file]}
    preview = await (await maya.submit(form, given)).settled()
    await maya.click("Post", on=preview)
    await stage.pass_time(BATCH)
    [notice] = notices(stage)
    [private] = (await (await ana.click("Read it", on=notice)).settled()).follow_ups
    assert private.ephemeral
    assert "Read it" in notices(stage)[0].buttons
    done = await ana.click("Let it through", on=private)
    await stage.settle()
    [post] = posts(stage)
    [first] = post.message.attachments
    undone = await (await ana.click("Undo", on=done)).settled()
    assert "is being taken down" in undone.text
    await stage.settle()
    assert posts(stage) == []
    shown = await (await ana.click("Go on", on=undone)).settled()
    await ana.click("Let it through", on=shown)
    await stage.settle()
    [post] = posts(stage)
    [again] = post.message.attachments
    assert again.data == first.data
    assert await stage.app.db.all("SELECT 1 FROM share_images") == []


async def test_how_often_somebody_asked_for_care_only_facilitators_see(stage: Stage, harbour: Circle) -> None:
    async with stage.app.db.transaction() as tx:
        for act in ("care.case_opened", "care.policy_changed"):
            await stage.app.audit.record(tx, harbour.id, act)
    for handle, sees in (("maya", False), ("ana", True)):
        person = stage.person(handle)
        look = await person.slash("/circle", channel="circle")
        shown = await person.click("How sharing is looked after", on=look)
        assert ("People who asked for a facilitator" in shown.text) is sees
        assert "Changes to how care works here: **1**" in shown.text
