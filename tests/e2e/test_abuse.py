"""Reports, pauses and stopping over the wire: what members, facilitators and the author each see."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.sharing.reports.models import Kind, What
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage
from tests.e2e.test_prompts import next_card, schedule

STORY = "I told nobody that I slept in the car that winter."
ANSWER = "So did Tom Miller from the bakery."
DAY = timedelta(days=1)


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


async def share(stage: Stage, person: Person, text: str = STORY, **more: str) -> tuple[Reply, Seen]:
    """The receipt, and the post as others see it."""
    form = await person.slash("/share", channel="circle")
    receipt = await person.click("Post", on=await person.submit(form, {"text": text, **more}))
    await stage.settle()
    return receipt, posts(stage)[-1]


def posts(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]


async def answer(stage: Stage, person: Person, post: Seen, text: str = ANSWER) -> tuple[Reply, Seen]:
    form = await person.click("Answer", on=post)
    receipt = await person.click("Post", on=await person.submit(form, {"text": text}))
    await stage.settle()
    assert post.thread is not None
    return receipt, next(
        seen for seen in reversed(stage.person("sam").sees(post.thread)) if text in seen.text
    )


async def tell(stage: Stage, person: Person, post: Seen, kind: str = "It attacks", words: str = "") -> Reply:
    more = await person.click("More", on=post)
    form = await person.click("Tell the facilitators", on=more)
    thanks = await person.submit(form, {"What is it about?": kind, "words": words})
    await stage.settle()
    return thanks


def cards(stage: Stage, text: str = "") -> list[Seen]:
    return [seen for seen in stage.person("ben").sees("facilitators") if text in seen.text]


async def pause(stage: Stage, post: Seen, days: str = "For a week") -> Seen:
    """Somebody tells the facilitators of the post, and they pause its author; the pause's card."""
    await tell(stage, stage.person("lin"), post)
    ben = stage.person("ben")
    form = await ben.click("Pause its author", on=cards(stage, "told you about")[-1])
    await ben.submit(form, {"For how long?": days})
    await stage.settle()
    return cards(stage, "can't share or answer")[-1]


# Reports


async def test_a_member_tells_the_facilitators_and_the_post_stays_as_it_is(
    stage: Stage, harbour: Circle
) -> None:
    noor = stage.person("noor")
    _, post = await share(stage, stage.person("maya"))
    before = post.text
    more = await noor.click("More", on=post)
    assert more.ephemeral
    form = await noor.click("Tell the facilitators", on=more)
    thanks = await noor.submit(
        form, {"What is it about?": "It names somebody", "words": "That is my *uncle*."}
    )
    await stage.settle()
    assert thanks.ephemeral
    assert "don't learn that it was you" in thanks.text
    assert "Need someone now?" in thanks.buttons
    [card] = cards(stage)
    assert "Harbour: somebody told you about [this post]" in card.text
    assert f"/{harbour.sharing_channel_id}/{post.id})" in card.text
    assert "It names somebody, or tells who they are**\n> That is my *uncle*." in card.text
    assert card.buttons == [
        "Take the post down",
        "Behind a spoiler",
        "Pause its author",
        "Nothing to do",
        "Stop sharing",
    ]
    assert post.text == before
    assert post.buttons
    assert not post.deleted


async def test_what_several_tell_of_one_post_stands_on_one_card(stage: Stage, harbour: Circle) -> None:
    _, post = await share(stage, stage.person("maya"))
    await tell(stage, stage.person("noor"), post, "It attacks", "Look at the end.")
    await tell(stage, stage.person("lin"), post, "Something else")
    [card] = cards(stage)
    assert "several people told you" in card.text
    assert "Look at the end." in card.text
    assert "Something else" in card.text
    again = await stage.person("noor").click("More", on=post)
    refused = await stage.person("noor").click("Tell the facilitators", on=again)
    assert "One telling from each person" in refused.text


async def test_where_harm_is_told_of_late_the_facilitators_hear_it_besides(
    stage: Stage, harbour: Circle
) -> None:
    _, post = await share(stage, stage.person("maya"))
    await tell(stage, stage.person("noor"), post)
    thanks = await tell(stage, stage.person("lin"), post, "It asks for")
    assert "in danger" in thanks.text
    assert len(cards(stage, "how to come to harm: https://")) == 1


async def test_a_post_is_taken_down_and_its_author_has_the_reason_and_the_words(
    stage: Stage, harbour: Circle
) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    receipt, post = await share(stage, maya, note="mentions cold")
    name = post.text.split("\n")[0].removeprefix("### ")
    await answer(stage, stage.person("noor"), post)
    await tell(stage, stage.person("noor"), post, "It names somebody", "My uncle.")
    form = await ben.click("Take the post down", on=cards(stage)[0])
    done = await ben.submit(form)
    await done.settled()
    await stage.settle()
    [card] = cards(stage)
    assert done.message == card
    assert "It was taken down" in card.text
    assert "My uncle" not in card.text
    assert card.buttons == ["Pause its author", "Stop sharing"]
    assert post.deleted
    assert post.thread is not None
    said = [seen.text for seen in ben.sees(post.thread)]
    assert any(ANSWER in text for text in said)
    assert "taken down by the facilitators" in said[-1]

    told = await maya.click("Take back", on=receipt)
    assert told.ephemeral
    assert f"took down what you posted as **{name}**" in told.text
    assert "had no say in it" in told.text
    assert f"mentions cold\n\n{STORY}" in told.text
    erased = await maya.click("Erase my words here", on=told)
    assert "erased" in erased.text
    code = receipt.text.split("`")[3]
    later = await maya.slash("/receipt", channel="circle", code=code)
    assert STORY not in later.text
    assert "not kept here any more" in later.text


async def test_an_anonymous_answer_is_told_of_hidden_and_taken_down(stage: Stage, harbour: Circle) -> None:
    noor, ben = stage.person("noor"), stage.person("ben")
    _, post = await share(stage, stage.person("maya"))
    receipt, said = await answer(stage, noor, post)
    await tell(stage, stage.person("lin"), said, "It names somebody")
    hidden = await ben.click("Behind a spoiler", on=cards(stage)[0])
    await stage.settle()
    assert hidden.message == cards(stage)[0]
    assert "behind a spoiler now" in cards(stage)[0].text
    assert spoilers(said) == [ANSWER]
    form = await ben.click("Take the post down", on=cards(stage)[0])
    await (await ben.submit(form, {"Why": "Something else"})).settled()
    await stage.settle()
    assert said.deleted
    told = await noor.click("Take back", on=receipt)
    assert ANSWER in told.text
    assert "didn't fit into this circle" in told.text


def spoilers(seen: Seen) -> list[str]:
    return [
        part["content"]
        for container in seen.message.components
        if container.get("spoiler")
        for part in container["components"]
    ]


async def test_a_share_behind_a_spoiler_keeps_its_buttons_and_stays_there_after_a_nod(
    stage: Stage, harbour: Circle
) -> None:
    _, post = await share(stage, stage.person("maya"))
    before = post.buttons
    await tell(stage, stage.person("noor"), post)
    await stage.person("ben").click("Behind a spoiler", on=cards(stage)[0])
    await stage.settle()
    assert spoilers(post) == [STORY]
    await stage.person("lin").click("With you", on=post)
    await stage.pass_time(timedelta(seconds=41))
    assert spoilers(post) == [STORY]
    assert "someone is with you" in post.text.lower()
    assert post.buttons == before


async def test_there_is_nothing_to_do_and_who_is_told_anew_gets_a_new_card(
    stage: Stage, harbour: Circle
) -> None:
    _, post = await share(stage, stage.person("maya"))
    await tell(stage, stage.person("noor"), post)
    await stage.person("ben").click("Nothing to do", on=cards(stage)[0])
    assert "left as it is" in cards(stage)[0].text
    assert cards(stage)[0].buttons == ["Stop sharing"]
    await tell(stage, stage.person("lin"), post)
    assert len(cards(stage, "told you about")) == 2
    assert "Nothing to do" in cards(stage)[-1].buttons


async def test_an_author_who_takes_a_post_back_ends_what_was_told_of_it(
    stage: Stage, harbour: Circle
) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    receipt, post = await share(stage, maya)
    await tell(stage, stage.person("noor"), post)
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=receipt))
    await stage.pass_time(timedelta(seconds=5))
    [card] = cards(stage)
    assert "not there any more" in card.text
    assert card.buttons == ["Stop sharing"]
    assert ben.sees("facilitators")


async def test_nobody_tells_of_their_own_post(stage: Stage, harbour: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, post = await share(stage, maya)
    _, said = await answer(stage, noor, post)
    for person, own in ((maya, post), (noor, said)):
        more = await person.click("More", on=own)
        refused = await person.click("Tell the facilitators", on=more)
        assert "your own post" in refused.text
    assert cards(stage) == []


async def test_a_card_that_finds_no_channel_comes_when_there_is_one(stage: Stage, harbour: Circle) -> None:
    _, post = await share(stage, stage.person("maya"))
    channel, bot = stage.seeded.channels["facilitators"], stage.seeded.application.bot
    before = copy.deepcopy(channel.overwrites)
    stage.sandbox.world.revoke(bot, Permission.SEND_MESSAGES, channel)
    await tell(stage, stage.person("noor"), post, words="The end of it.")
    assert cards(stage) == []
    channel.overwrites = before
    stage.sandbox.world.tell_channel("CHANNEL_UPDATE", channel)
    await stage.pass_time(timedelta(hours=1))
    assert "The end of it." in cards(stage)[0].text


async def test_an_anonymous_answer_to_a_prompt_is_told_of_and_its_author_paused(
    stage: Stage, harbour: Circle
) -> None:
    noor, lin, ben = stage.person("noor"), stage.person("lin"), stage.person("ben")
    await schedule(stage, "Tuesday")
    await stage.pass_time(DAY + timedelta(hours=6))
    prompt = await next_card(stage)
    preview = await noor.submit(await noor.click("Answer anonymously", on=prompt), {"Your answer": ANSWER})
    await noor.click("Post", on=preview)
    await stage.settle()
    assert prompt.thread is not None
    said = next(seen for seen in lin.sees(prompt.thread) if ANSWER in seen.text)
    await tell(stage, lin, said, "It names")
    await ben.submit(await ben.click("Pause its author", on=cards(stage)[0]), {"For how long?": "For a week"})
    refused = await noor.click("Answer anonymously", on=prompt)
    assert "until the end of 2026-03-10" in refused.text
    assert (await lin.click("Answer anonymously", on=prompt)).modal is not None


async def test_a_post_that_cannot_be_read_back_is_taken_down_all_the_same(
    stage: Stage, harbour: Circle
) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    receipt, post = await share(stage, maya)
    await tell(stage, stage.person("noor"), post)
    form = await ben.click("Take the post down", on=cards(stage)[0])
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.READ_MESSAGE_HISTORY, channel)
    await (await ben.submit(form)).settled()
    await stage.settle()
    assert post.deleted
    told = await maya.click("Take back", on=receipt)
    assert "could not be read back" in told.text
    assert told.buttons == ["Need someone now?"]


async def test_what_a_member_wrote_about_a_post_that_is_gone_meanwhile_is_handed_back(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    form = await noor.click("Tell the facilitators", on=await noor.click("More", on=post))
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=receipt))
    await stage.settle()
    told = await noor.submit(form, {"What is it about?": "It names", "words": "That is my uncle."})
    assert "isn't open any more" in told.text
    assert "That is my uncle." in (await noor.waits_for("sharing", "none are lost")).text
    assert cards(stage) == []


async def test_what_was_decided_before_a_crash_is_done_after_it(stage: Stage, harbour: Circle) -> None:
    _, post = await share(stage, stage.person("maya"))
    [row] = await stage.app.db.all("SELECT id FROM shares")
    await stage.stop_bot()
    ben = Actor(1, frozenset({harbour.facilitator_role_id}), manages_server=False)
    async with App.open(stage.settings, stage.clock) as app:
        reports = app.sharing.reports
        await reports.tell(What.SHARE, row["id"], 42, Kind.ATTACK)
        [report] = await app.db.all("SELECT id FROM reports")
        await reports.pause(ben, harbour, report["id"], 7)
        await reports.take_down(ben, harbour, report["id"], Kind.ATTACK, None)
        await app.sharing.rules.change(ben, harbour, stopped=True)
    await stage.start_bot()
    await stage.restart()
    assert post.deleted
    assert "It was taken down" in cards(stage, "told you about")[0].text
    assert len(cards(stage, "can't share or answer")) == 1
    assert [seen.text.count("Sharing rests here") for seen in stage.person("sam").sees("sharing")] == [1]


# Who may, and when


async def test_who_is_no_facilitator_can_do_nothing_with_the_cards(stage: Stage, harbour: Circle) -> None:
    _, post = await share(stage, stage.person("maya"))
    card = await pause(stage, post)
    stage.seeded.channels["facilitators"].overwrites.clear()  # the channel is open to everyone, by mistake
    sam = stage.person("sam")
    report = cards(stage, "told you about")[0]
    presses = [(name, report) for name in report.buttons] + [("Lift it", card)]
    assert len(presses) > 4
    for name, where in presses:
        refused = await sam.click(name, on=where)
        assert "for the facilitators of Harbour" in refused.text, name
        assert refused.ephemeral
    for command in ("stop", "start", "pauses"):
        refused = await sam.slash(f"/sharing {command}", channel="circle")
        assert "for the facilitators of Harbour" in refused.text
    assert not post.deleted


async def test_what_is_pressed_twice_or_by_two_is_done_once(stage: Stage, harbour: Circle) -> None:
    ana, ben = stage.person("ana"), stage.person("ben")
    _, post = await share(stage, stage.person("maya"))
    await tell(stage, stage.person("noor"), post)
    card = cards(stage)[0]
    forms = [await person.click("Take the post down", on=card) for person in (ana, ben)]
    await (await ana.submit(forms[0], {"Why": "It attacks"})).settled()
    late = await ben.submit(forms[1], {"Why": "Something else"})
    await late.settled()
    await stage.settle()
    assert late.message is not None
    assert "It was taken down" in late.text
    assert await stage.app.audit.counts(harbour.id) == {"report.taken_down": 1}


async def test_cards_work_after_a_restart(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    _, post = await share(stage, stage.person("maya"))
    await tell(stage, stage.person("noor"), post)
    form = await ben.click("Take the post down", on=cards(stage)[0])
    await stage.restart()
    await (await ben.submit(form)).settled()
    await stage.settle()
    assert post.deleted
    await stage.restart()
    form = await ben.click("Pause its author", on=cards(stage)[0])
    await stage.restart()
    await ben.submit(form)
    await stage.settle()
    assert "The author was paused" in cards(stage)[0].text or "Its author was paused" in cards(stage)[0].text
    refused = await stage.person("maya").slash("/share", channel="circle")
    assert "until the end of" in refused.text


async def test_in_a_circle_that_has_ended_nothing_is_told_or_done(stage: Stage, harbour: Circle) -> None:
    ben, noor = stage.person("ben"), stage.person("noor")
    _, post = await share(stage, stage.person("maya"))
    _, other = await share(stage, stage.person("ida"), "Another one.")
    await tell(stage, noor, post)
    await stage.app.circles.close(Actor(1, frozenset(), manages_server=True), harbour)
    more = await noor.click("More", on=other)
    assert "closed" in (await noor.click("Tell the facilitators", on=more)).text
    refused = await ben.click("Take the post down", on=cards(stage)[0])
    assert refused.ephemeral
    assert not post.deleted
    await stage.pass_time(DAY)


# Pauses


async def test_whoever_is_paused_is_told_so_wherever_they_write_and_nobody_else_is(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, post = await share(stage, maya)
    _, others = await share(stage, noor)
    form = await maya.slash("/share", channel="circle")
    preview = await maya.submit(await maya.slash("/share", channel="circle"), {"text": "Begun before."})
    card = await pause(stage, post)
    assert "until the end of 2026-03-09" in card.text
    assert "Neither you nor anybody in the circle learns who it is" in card.text

    refused = [
        await maya.slash("/share", channel="circle"),
        await maya.click("Answer", on=others),
        await maya.submit(form, {"text": "Written meanwhile."}),
        await maya.click("Post", on=preview),
    ]
    for each in refused:
        assert each.ephemeral
    await maya.dm("By direct message.")
    replies = [each.text for each in refused[:2]] + [(await maya.dm_reply()).text]
    seen = [each.text for each in maya.sees("circle")]
    for text in replies:
        assert "until the end of 2026-03-09" in text
        assert "Neither they nor other members learn that it was you" in text
    assert any("Written meanwhile." in text and "none are lost" in text for text in seen)
    assert "Begun before." not in " ".join(each.text for each in posts(stage))
    assert await stage.app.db.all("SELECT 1 FROM drafts") != []  # what was begun is kept

    for person in (noor, stage.person("ben")):
        assert (await person.slash("/share", channel="circle")).modal is not None
    await stage.pass_time(DAY * 7)
    assert (await maya.slash("/share", channel="circle")).modal is None
    await stage.pass_time(DAY)
    assert (await maya.slash("/share", channel="circle")).modal is not None
    assert "It is over" in cards(stage, "pause")[-1].text


async def test_a_pause_from_an_answer_holds_for_shares_too(stage: Stage, harbour: Circle) -> None:
    noor = stage.person("noor")
    _, post = await share(stage, stage.person("maya"))
    _, said = await answer(stage, noor, post)
    await pause(stage, said, "Until tomorrow evening")
    assert "until the end of 2026-03-03" in (await noor.slash("/share", channel="circle")).text
    assert (await stage.person("maya").slash("/share", channel="circle")).modal is not None


async def test_the_paused_person_asks_once_and_is_heard_without_a_name(stage: Stage, harbour: Circle) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    _, post = await share(stage, maya)
    card = await pause(stage, post)
    number = card.text.split("pause ")[1][:4]
    told, open_still = [await maya.slash("/share", channel="circle") for _ in range(2)]
    form = await maya.click("Ask them to look again", on=told)
    done = await maya.submit(form, {"What you'd like": "It was about myself.\nNobody else."})
    await done.settled()
    await stage.settle()
    assert "don't learn who asks" in done.text
    asked = cards(stage, "a question to you")[0]
    assert f"pause {number}" in asked.text
    assert "> It was about myself.\n> Nobody else." in asked.text
    assert "Maya" not in asked.text
    again = await maya.slash("/share", channel="circle")
    assert "Their answer will stand here" in again.text
    assert again.buttons == ["Need someone now?"]
    twice = await maya.click("Ask them to look again", on=open_still)
    assert "already" in twice.text

    form = await ben.click("Keep it", on=asked)
    await ben.submit(form, {"A few words": "We'd like to talk in a week."})
    await stage.settle()
    assert "it stays until the end of" in cards(stage, "a question to you")[0].text
    told = await maya.slash("/share", channel="circle")
    assert "they stay with it.\n> We'd like to talk in a week." in told.text
    await stage.restart()
    late = await ben.click("Lift it", on=cards(stage, "can't share or answer")[0])
    await stage.settle()
    assert "It was lifted" in late.text
    told = await maya.slash("/share", channel="circle")
    assert "your pause is over" in told.text
    assert "talk in a week" not in told.text
    assert (await maya.slash("/share", channel="circle")).modal is not None


async def test_a_pause_is_lifted_and_the_answer_comes_by_direct_message(
    stage: Stage, harbour: Circle
) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    _, post = await share(stage, maya)
    await pause(stage, post)
    form = await maya.click("Ask them to look again", on=await maya.slash("/share", channel="circle"))
    await (
        await maya.submit(form, {"What you'd like": "Please.", "How would": "By direct message"})
    ).settled()
    await stage.settle()
    form = await ben.click("Lift it", on=cards(stage, "a question to you")[0])
    await ben.submit(form, {"A few words": "We read it wrongly."})
    await stage.settle()
    message = await maya.dm_reply()
    assert message.text == "There is an answer for you. *Show it* tells what it is about."
    assert await stage.app.db.all("SELECT 1 FROM contacts") == []
    shown = await maya.click("Show it", on=message)
    assert "your pause is over" in shown.text
    assert "> We read it wrongly." in shown.text
    assert (await maya.slash("/share", channel="circle")).modal is not None
    assert "Answered: it was lifted" in cards(stage, "a question to you")[0].text
    assert "It was lifted" in cards(stage, "pause")[-2].text


async def test_who_asked_and_comes_by_is_told_once_that_the_pause_was_lifted(
    stage: Stage, harbour: Circle
) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    _, post = await share(stage, maya)
    card = await pause(stage, post)
    form = await maya.click("Ask them to look again", on=await maya.slash("/share", channel="circle"))
    await (await maya.submit(form, {"What you'd like": "Please."})).settled()
    await stage.settle()
    await ben.click("Lift it", on=card)
    await stage.settle()
    assert "your pause is over" in (await maya.slash("/share", channel="circle")).text
    assert (await maya.slash("/share", channel="circle")).modal is not None


async def test_somebody_elses_press_on_a_paused_persons_note_tells_nothing(
    stage: Stage, harbour: Circle
) -> None:
    maya, sam = stage.person("maya"), stage.person("sam")
    _, post = await share(stage, maya)
    await pause(stage, post)
    [row] = await stage.app.db.all("SELECT id FROM pauses")
    note = await maya.slash("/share", channel="circle")
    assert note.message is not None
    note.message.message.viewer = sam.user  # as if the note had come to another's screen
    refused = await sam.click(f"pause:ask:{row['id']}", on=note)
    assert "over, or it isn't yours" in refused.text


async def test_facilitators_see_how_many_pauses_run_and_lift_one(stage: Stage, harbour: Circle) -> None:
    maya, ben = stage.person("maya"), stage.person("ben")
    assert "No pause runs" in (await ben.slash("/sharing pauses", channel="circle")).text
    for text in ("One.", "Two."):
        _, post = await share(stage, maya, text)
        await tell(stage, stage.person("lin"), post)
    for card in cards(stage, "told you about"):
        await ben.submit(await ben.click("Pause its author", on=card), {"For how long?": "For a week"})
    await stage.settle()
    listed = await ben.slash("/sharing pauses", channel="circle")
    assert listed.ephemeral
    assert "Harbour: 2" in listed.text
    assert listed.buttons == ["Lift it", "Lift it", "Need someone now?"]
    ids = [row["id"] for row in await stage.app.db.all("SELECT id FROM pauses")]
    listed = await ben.click(f"pause:lift_listed:{ids[0]}", on=listed)
    assert "Harbour: 1" in listed.text
    assert (await maya.slash("/share", channel="circle")).modal is None  # the other one runs
    await ben.click(f"pause:lift_listed:{ids[1]}", on=listed)
    assert (await maya.slash("/share", channel="circle")).modal is not None


# Stopping


async def test_sharing_is_stopped_and_goes_on(stage: Stage, harbour: Circle) -> None:
    maya, noor, ben = stage.person("maya"), stage.person("noor"), stage.person("ben")
    _, post = await share(stage, maya)
    form = await noor.slash("/share", channel="circle")
    stopped = await ben.slash("/sharing stop", channel="circle")
    await stage.settle()
    assert stopped.ephemeral
    assert "rests in **Harbour** now" in stopped.text
    note = noor.sees("sharing")[-1]
    assert "Sharing rests here for a while" in note.text
    for each in (
        await noor.slash("/share", channel="circle"),
        await noor.click("Answer", on=post),
        await noor.submit(form, {"text": "Written meanwhile."}),
    ):
        assert "Sharing rests in this circle" in each.text or "Written meanwhile." in each.text
    await noor.dm("By direct message.")
    assert "Sharing rests in this circle" in (await noor.dm_reply()).text
    assert len(posts(stage)) == 1
    again = await stage.person("ana").slash("/sharing stop", channel="circle")
    await stage.settle()
    assert "already" in again.text

    started = await ben.click("Let it go on", on=stopped)
    await stage.settle()
    assert "goes on in **Harbour**" in started.text
    assert "Sharing goes on" in noor.sees("sharing")[-1].text
    await share(stage, noor)
    assert await stage.app.audit.counts(harbour.id) == {"share.stopped": 1, "share.started": 1}


async def test_sharing_is_stopped_from_a_reports_card(stage: Stage, harbour: Circle) -> None:
    ben = stage.person("ben")
    _, post = await share(stage, stage.person("maya"))
    await tell(stage, stage.person("noor"), post)
    await ben.click("Stop sharing", on=cards(stage)[0])
    await stage.settle()
    assert cards(stage)[0].buttons[-1] == "Let it go on"
    assert "Sharing rests" in stage.person("sam").sees("sharing")[-1].text
    await ben.click("Let it go on", on=cards(stage)[0])
    await stage.settle()
    assert cards(stage)[0].buttons[-1] == "Stop sharing"
