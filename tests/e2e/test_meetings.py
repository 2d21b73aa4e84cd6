"""Meet over the wire: a reader offers to talk, the author accepts, and the bot carries what the two write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage

DAY = timedelta(days=1)
HELP = "Need someone now?"
OFFER = "I know this. I could listen, if you like."


@pytest.fixture
async def circle(stage: Stage) -> Circle:
    """A circle on Berlin's clock; it is Monday, 13:00 there (12:00 UTC)."""
    return await stage.make_circle()


async def share(stage: Stage, author: Person, story: str = "Something heavy.") -> tuple[Reply, Seen]:
    """The author's receipt, and the post."""
    preview = await author.submit(await author.slash("/share", channel="circle"), {"text": story})
    receipt = await author.click("Post", on=preview)
    await stage.settle()
    return receipt, [seen for seen in author.sees("sharing") if "Answer" in seen.buttons][-1]


async def offer(stage: Stage, reader: Person, post: Seen, words: str = OFFER) -> Reply:
    more = await reader.click("More", on=post)
    reply = await reader.submit(await reader.click("Offer to talk", on=more), {"text": words})
    await reply.settled()
    await stage.settle()
    return reply


async def look(author: Person, receipt: Reply) -> Reply:
    again = await author.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    return await author.click("Someone offers to talk", on=again)


async def accept(stage: Stage, author: Person, receipt: Reply) -> Reply:
    done = await author.click("Accept, without my name", on=await look(author, receipt))
    await done.settled()
    await stage.settle()
    return done


async def meet(stage: Stage, author: Person, reader: Person) -> tuple[Seen, Seen]:
    """The cards with which the meeting begins, of the author and of the reader."""
    receipt, post = await share(stage, author)
    await offer(stage, reader, post)
    await accept(stage, author, receipt)
    return author.inbox()[-1], reader.inbox()[-1]


async def write(stage: Stage, writer: Person, card: Seen, text: str) -> Reply:
    button = "Write back" if "Write back" in card.buttons else "Write"
    reply = await writer.submit(await writer.click(button, on=card), {"text": text})
    await reply.settled()
    await stage.settle()
    return reply


async def test_two_meet_without_a_name_and_write_to_each_other(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    told = await offer(stage, noor, post)
    assert "Your offer is where whoever shared it can find it" in told.text
    assert maya.inbox() == []

    seen = await look(maya, receipt)
    assert OFFER in seen.text
    done = await accept(stage, maya, receipt)
    assert "It is accepted" in done.text

    begun = noor.inbox()[-1]
    assert begun.buttons == ["Write", "End", "More", HELP]
    sent = await write(stage, noor, begun, "Thank you for writing that.")
    assert "On its way to" in sent.text
    card = maya.inbox()[-1]
    assert "Thank you for writing that." in card.text
    assert card.buttons == ["Write back", "End", "More", HELP]
    await write(stage, maya, card, "Thank you for asking.")
    assert "Thank you for asking." in noor.inbox()[-1].text
    assert await stage.app.db.all("SELECT * FROM relay_letters") == []


# Offering


async def test_an_offer_says_what_is_kept_before_it_is_made(stage: Stage, circle: Circle) -> None:
    _, post = await share(stage, stage.person("maya"))
    noor = stage.person("noor")
    form = await noor.click("Offer to talk", on=await noor.click("More", on=post))
    assert form.modal is not None
    told = str(form.modal.components)
    assert "keeps how to reach you, sealed" in told
    assert "14 days at most without an answer" in told


async def test_one_cannot_offer_to_talk_about_ones_own_share(stage: Stage, circle: Circle) -> None:
    maya = stage.person("maya")
    _, post = await share(stage, maya)
    reply = await maya.click("Offer to talk", on=await maya.click("More", on=post))
    assert reply.modal is None
    assert "your own share" in reply.text


async def test_one_offer_for_each_share_and_it_can_be_taken_back(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post)
    again = await noor.click("Offer to talk", on=await noor.click("More", on=post))
    assert "already" in again.text
    gone = await noor.click("Take the offer back", on=again)
    assert "taken back" in gone.text
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    assert "Someone offers to talk" not in held.buttons
    assert await stage.app.contacts.references("meet.offer") == set()
    await offer(stage, noor, post)
    assert OFFER in (await look(maya, receipt)).text


async def test_whose_direct_messages_are_closed_is_told_before_anything_is_promised(
    stage: Stage, circle: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    stage.sandbox.world.close_dms(noor.user)
    reply = await offer(stage, noor, post)
    assert "Your direct messages are closed" in " ".join(
        [reply.text, *(seen.text for seen in reply.follow_ups)]
    )
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    assert "Someone offers to talk" not in held.buttons


async def test_several_offers_are_looked_at_one_by_one(stage: Stage, circle: Circle) -> None:
    maya, noor, lin = (stage.person(name) for name in ("maya", "noor", "lin"))
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post, "From the one.")
    await offer(stage, lin, post, "")
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    first = await maya.click("Some offer to talk", on=held)
    texts = [first.text]
    texts.append((await maya.click("The next", on=first)).text)
    assert len({"From the one." in text for text in texts}) == 2
    assert any("They added no words" in text for text in texts)


async def unmet(stage: Stage, reader: Person) -> list[str]:
    """What the reader hears day by day for sixteen days."""
    heard = []
    for _ in range(16):
        before = len(reader.inbox())
        await stage.pass_time(DAY)
        heard.append("\n".join(seen.text for seen in reader.inbox()[before:]))
    return heard


async def test_a_no_and_no_answer_read_the_same_on_the_same_day(stage: Stage, circle: Circle) -> None:
    maya, noor, lin = (stage.person(name) for name in ("maya", "noor", "lin"))
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post, "From here.")
    await offer(stage, lin, post, "From there.")
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    seen = await maya.click("Some offer to talk", on=held)
    said_no_to = noor if "From here." in seen.text else lin
    done = await maya.click("Not now", on=seen)
    assert "neither that you read it nor what you chose" in done.text
    before = {person.name: len(person.inbox()) for person in (noor, lin)}
    assert (await stage.app.meetings.offers.export(noor.user.id))[0]["text"] == "From here."
    assert said_no_to in (noor, lin)
    for _ in range(13):
        await stage.pass_time(DAY)
    assert {person.name: len(person.inbox()) for person in (noor, lin)} == before
    await stage.pass_time(DAY)
    assert noor.inbox()[-1].text == lin.inbox()[-1].text
    assert "No meeting came of it this time" in noor.inbox()[-1].text
    assert await stage.app.db.all("SELECT * FROM meeting_offers") == []
    assert await stage.app.contacts.references("meet.offer") == set()


async def test_an_offer_ends_with_its_share(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post)
    seen = await look(maya, receipt)
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=held))
    await stage.settle()
    late = await maya.click("Accept, without my name", on=seen)
    await late.settled()
    assert "nothing to this any more" in late.text
    await stage.pass_time(14 * DAY)
    assert "No meeting came of it this time" in noor.inbox()[-1].text


async def test_a_meeting_goes_on_when_the_share_is_taken_back_and_the_circle_closed(
    stage: Stage, circle: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post)
    await accept(stage, maya, receipt)
    begun, hers = noor.inbox()[-1], maya.inbox()[-1]
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=held))
    await stage.app.circles.leave(circle.guild_id)
    await write(stage, noor, begun, "I am still here.")
    assert "I am still here." in maya.inbox()[-1].text
    await write(stage, maya, hers, "So am I.")
    assert "So am I." in noor.inbox()[-1].text


async def test_who_asked_to_be_told_finds_the_offer_without_the_receipt(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    asked = await maya.click("Tell me when someone answers", on=held)
    await (await maya.click("Yes, tell me", on=asked)).settled()
    await offer(stage, noor, post)
    await stage.pass_time(timedelta(hours=1))
    notice = maya.inbox()[-1]
    assert "There is something new for you." in notice.text
    seen = await maya.click("Someone offers to talk", on=await maya.click("Look", on=notice))
    assert OFFER in seen.text
    assert "Back to the receipt" not in seen.buttons
    done = await (await maya.click("Accept, without my name", on=seen)).settled()
    assert "It is accepted" in done.text
    await stage.settle()
    await write(stage, noor, noor.inbox()[-1], "Hello.")
    assert "Hello." in maya.inbox()[-1].text


# What tells who one is


async def test_what_could_tell_who_writes_is_asked_about_first(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, card = await meet(stage, maya, noor)
    before = len(maya.inbox())
    asked = await write(stage, noor, card, "It is Noor here, write to noor@example.org.")
    assert len(maya.inbox()) == before
    assert "Nothing is sent yet" in asked.text
    assert "noor@example.org" in asked.text
    assert "Send as it is" in asked.buttons
    mended = await (await noor.click("Say (e-mail address)", on=asked)).settled()
    mended = await (await noor.click("Say (name)", on=mended)).settled()
    assert "Send it" in mended.buttons
    sent = await (await noor.click("Send it", on=mended)).settled()
    assert "On its way" in sent.text
    await stage.settle()
    assert "It is (name) here, write to (e-mail address)." in maya.inbox()[-1].text


async def test_it_is_theirs_to_say_so_all_the_same_or_to_write_it_anew_or_let_it_go(
    stage: Stage, circle: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, card = await meet(stage, maya, noor)
    asked = await write(stage, noor, card, "It is Noor here.")
    await (await noor.click("Send as it is", on=asked)).settled()
    await stage.settle()
    assert "It is Noor here." in maya.inbox()[-1].text

    asked = await write(stage, noor, card, "Noor again.")
    form = await noor.click("Edit", on=asked)
    anew = await (await noor.submit(form, {"text": "Somebody again."})).settled()
    assert "Send it" in anew.buttons
    await (await noor.click("Send it", on=anew)).settled()
    await stage.settle()
    assert "Somebody again." in maya.inbox()[-1].text

    before = len(maya.inbox())
    asked = await write(stage, noor, card, "Noor once more.")
    gone = await noor.click("Let it go", on=asked)
    assert "Noor once more." in gone.text
    await stage.settle()
    assert len(maya.inbox()) == before


async def test_an_offer_is_looked_through_as_well(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    asked = await offer(stage, noor, post, "Noor here, I know this.")
    assert "Nothing is sent yet" in asked.text
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    assert "Someone offers to talk" not in held.buttons
    mended = await (await noor.click("Say (name)", on=asked)).settled()
    await (await noor.click("Send it", on=mended)).settled()
    assert "(name) here, I know this." in (await look(maya, receipt)).text


# Written straight into the chat


async def test_a_plain_direct_message_goes_nowhere_before_it_is_said_for_whom_it_is(
    stage: Stage, circle: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await meet(stage, maya, noor)
    before = len(maya.inbox())
    await noor.dm("Just typed this.")
    asked = await noor.dm_reply()
    assert "what is this for?" in asked.text
    assert [label.split(" to ")[0] for label in asked.buttons[:1]] == ["Send it"]
    assert "Share it with the circle" in asked.buttons
    await stage.settle()
    assert len(maya.inbox()) == before
    sent = await (await noor.click("Send it to", on=asked)).settled()
    assert "On its way" in sent.text
    await stage.settle()
    assert "Just typed this." in maya.inbox()[-1].text
    assert await stage.app.db.all("SELECT * FROM drafts") == []


async def test_a_plain_direct_message_can_still_be_shared(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await meet(stage, maya, noor)
    await noor.dm("For everyone.")
    preview = await (await noor.click("Share it with the circle", on=await noor.dm_reply())).settled()
    assert "nothing is posted yet" in preview.text
    await (await noor.click("Post", on=preview)).settled()
    await stage.settle()
    assert any("For everyone." in seen.text for seen in maya.sees("sharing"))


# Not reached


async def test_quiet_hours_hold_a_message_and_any_hour_lets_it_through(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, card = await meet(stage, maya, noor)
    await stage.pass_time(timedelta(hours=11))
    before = len(maya.inbox())
    await write(stage, noor, card, "In the night.")
    assert len(maya.inbox()) == before
    await stage.pass_time(timedelta(hours=9))
    assert "In the night." in maya.inbox()[-1].text
    more = await maya.click("More", on=maya.inbox()[-1])
    assert "In your quiet hours" in more.text
    more = await maya.click("Reach me at any hour", on=more)
    assert "at any hour" in more.text
    await stage.pass_time(timedelta(hours=15))
    await write(stage, noor, card, "The next night.")
    assert "The next night." in maya.inbox()[-1].text


async def test_closed_direct_messages_lose_no_word(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, card = await meet(stage, maya, noor)
    stage.sandbox.world.close_dms(maya.user)
    await write(stage, noor, card, "Are you there?")
    back = noor.inbox()[-1]
    assert "could not be delivered" in back.text
    assert "Are you there?" in back.text
    assert "Write" in back.buttons


# Ending


async def test_one_press_ends_it_and_the_other_reads_a_kind_line(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    hers, card = await meet(stage, maya, noor)
    ended = await noor.click("End", on=card)
    assert "reads only that it has come to its end" in ended.text
    await stage.settle()
    assert "has come to its end" in maya.inbox()[-1].text
    assert maya.inbox()[-1].buttons == ["More", HELP]
    for person, mine in ((maya, hers), (noor, card)):
        assert "come to its end" in (await person.click("Write", on=mine)).text
        assert "come to its end" in (await person.click("End", on=mine)).text
    assert await stage.app.contacts.references("meet") == set()


async def test_who_blocked_another_never_meets_them_again_and_the_other_cannot_tell(
    stage: Stage, circle: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    hers, _ = await meet(stage, maya, noor)
    done = await maya.click("Never with them", on=await maya.click("More", on=hers))
    assert "won't meet them again" in done.text
    await stage.settle()
    assert "has come to its end" in noor.inbox()[-1].text

    receipt, post = await share(stage, maya, "Another story.")
    told = await offer(stage, noor, post)
    assert "Your offer is where whoever shared it can find it" in told.text
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    assert "Someone offers to talk" not in held.buttons
    # And the other way round: what the blocked one shares is no way to them, either.
    theirs, other_post = await share(stage, noor, "My own story.")
    told = await offer(stage, maya, other_post)
    assert "Your offer is where whoever shared it can find it" in told.text
    held = await noor.slash("/receipt", channel="circle", code=theirs.text.split("`")[3])
    assert "Someone offers to talk" not in held.buttons


async def test_never_with_them_can_be_said_to_an_offer(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post)
    done = await maya.click("Never with them", on=await look(maya, receipt))
    assert "won't meet them again" in done.text
    receipt, post = await share(stage, maya, "Another story.")
    await offer(stage, noor, post)
    held = await maya.slash("/receipt", channel="circle", code=receipt.text.split("`")[3])
    assert "Someone offers to talk" not in held.buttons


async def test_silence_ends_it_for_both(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    await meet(stage, maya, noor)
    for _ in range(14):
        await stage.pass_time(DAY)
    for person in (maya, noor):
        assert "the meeting has come to rest" in person.inbox()[-1].text
    for _ in range(7):
        await stage.pass_time(DAY)
    for table in ("relay_talks", "relay_sides", "relay_letters", "meetings", "meeting_sides", "contacts"):
        assert await stage.app.db.all(f"SELECT * FROM {table}") == []


async def test_whoever_erases_everything_leaves_the_other_a_kind_line(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    _, card = await meet(stage, maya, noor)
    await stage.app.privacy.erase(maya.user.id)
    await stage.settle()
    assert "has come to its end" in noor.inbox()[-1].text
    assert "come to its end" in (await noor.click("Write", on=card)).text


# Showing who one is


async def choose_to_show(stage: Stage, person: Person, card: Seen) -> Reply:
    asked = await person.click("Show who I am", on=await person.click("More", on=card))
    assert f"<@{person.user.id}>" in asked.text
    sure = await person.click("Go on", on=asked)
    assert f"<@{person.user.id}>" in sure.text
    assert "can't be undone" in sure.text
    done = await person.click("Yes, if they do, too", on=sure)
    await stage.settle()
    return done


async def test_names_are_shown_only_once_both_chose_so(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    hers, card = await meet(stage, maya, noor)
    before = noor.inbox()
    waits = await choose_to_show(stage, maya, hers)
    assert "is not told" in waits.text
    assert noor.inbox() == before
    more = await noor.click("More", on=card)
    assert "You chose to show" not in more.text
    both = await choose_to_show(stage, noor, card)
    assert "You both chose so" in both.text
    assert f"<@{maya.user.id}> (`{maya.user.name}`)" in noor.inbox()[-1].text
    assert f"<@{noor.user.id}> (`{noor.user.name}`)" in maya.inbox()[-1].text
    assert noor.inbox()[-1].message.mentions == []
    assert "come to its end" in (await noor.click("Write", on=card)).text
    assert await stage.app.contacts.references("meet") == set()


async def test_it_can_be_taken_back_until_then(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    hers, card = await meet(stage, maya, noor)
    await choose_to_show(stage, maya, hers)
    more = await maya.click("More", on=hers)
    assert "You chose to show who you are" in more.text
    hidden = await maya.click("Don't show who I am", on=more)
    assert "were never told of it" in hidden.text
    waits = await choose_to_show(stage, noor, card)
    assert "is not told" in waits.text
    assert not any(f"<@{noor.user.id}>" in seen.text for seen in maya.inbox())


# Telling the facilitators


async def test_facilitators_are_told_with_a_message_and_pause_whom_nobody_knows(
    stage: Stage, circle: Circle
) -> None:
    maya, noor, ana = (stage.person(name) for name in ("maya", "noor", "ana"))
    _, card = await meet(stage, maya, noor)
    await write(stage, noor, card, "Something that hurts.")
    message = maya.inbox()[-1]
    form = await maya.click("Tell the facilitators", on=await maya.click("More", on=message))
    thanks = await maya.submit(
        form, {"What is it about?": "attack", "A few words": "It frightens me.", "Show them": True}
    )
    await thanks.settled()
    await stage.settle()
    assert "who don't learn who told them" in thanks.text
    told = ana.sees("facilitators")[-1]
    assert "It frightens me." in told.text
    assert "Something that hurts." in told.text
    for person in (maya, noor):
        assert str(person.user.id) not in str(told.message.components)
        assert person.user.name not in told.text
    assert await stage.app.db.all("SELECT 1 FROM meeting_reports WHERE words IS NOT NULL") == []

    form = await ana.click("Pause that person", on=told)
    await ana.submit(form, {"For how long?": "7"})
    assert "They were paused: pause" in told.text, "so the other facilitators see it, too"
    assert (await ana.waits_for("facilitators", "It is done: pause")).ephemeral
    refused = await noor.click("Write", on=card)
    assert "For now you can't write" in refused.text
    refused = await noor.slash("/share", channel="circle")
    assert "For now you can't write" in refused.text or refused.modal is not None
    await write(stage, maya, message, "I'd rather end this.")
    assert "I'd rather end this." in noor.inbox()[-1].text


async def test_only_facilitators_can_pause(stage: Stage, circle: Circle) -> None:
    maya, noor, ana = (stage.person(name) for name in ("maya", "noor", "ana"))
    hers, _ = await meet(stage, maya, noor)
    form = await maya.click("Tell the facilitators", on=await maya.click("More", on=hers))
    assert "Show them the message you came from" not in form.fields
    await (await maya.submit(form, {"What is it about?": "other"})).settled()
    await stage.settle()
    told = ana.sees("facilitators")[-1]
    with pytest.raises(Exception, match="does not see"):
        await noor.click("Pause that person", on=told)


async def test_after_the_end_one_can_still_tell_or_block_for_a_week(stage: Stage, circle: Circle) -> None:
    maya, noor, ana = (stage.person(name) for name in ("maya", "noor", "ana"))
    _, card = await meet(stage, maya, noor)
    await write(stage, noor, card, "Something that hurts.")
    message = maya.inbox()[-1]
    await noor.click("End", on=card)
    await stage.settle()
    more = await maya.click("More", on=message)
    assert "is over" in more.text
    assert "Show who I am" not in more.buttons
    form = await maya.click("Tell the facilitators", on=more)
    told = await maya.submit(form, {"What is it about?": "attack", "Show them": True})
    await told.settled()
    await stage.settle()
    assert "Something that hurts." in ana.sees("facilitators")[-1].text
    again = await maya.submit(
        await maya.click("Tell the facilitators", on=await maya.click("More", on=message)),
        {"What is it about?": "attack"},
    )
    await again.settled()
    assert any("they have it" in text for text in [again.text, *(s.text for s in again.follow_ups)])
    done = await maya.click("Never with them", on=await maya.click("More", on=message))
    assert "won't meet them again" in done.text


async def test_an_offer_can_be_told_of_too(stage: Stage, circle: Circle) -> None:
    maya, noor, ana = (stage.person(name) for name in ("maya", "noor", "ana"))
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post, "Buy my course.")
    form = await maya.click("Tell the facilitators", on=await look(maya, receipt))
    await (await maya.submit(form, {"What is it about?": "selling", "Show them": True})).settled()
    await stage.settle()
    told = ana.sees("facilitators")[-1]
    assert "Buy my course." in told.text
    await ana.submit(await ana.click("Pause that person", on=told), {"For how long?": "1"})
    _, other = await share(stage, stage.person("lin"))
    refused = await noor.click("Offer to talk", on=await noor.click("More", on=other))
    assert "For now you can't write" in refused.text


# Restarts and double presses


async def test_everything_works_after_a_restart(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post)
    seen = await look(maya, receipt)
    await stage.restart()
    done = await maya.click("Accept, without my name", on=seen)
    await done.settled()
    await stage.settle()
    card = noor.inbox()[-1]
    await stage.restart()
    await write(stage, noor, card, "After the restart.")
    assert "After the restart." in maya.inbox()[-1].text


async def test_accepting_twice_begins_one_meeting(stage: Stage, circle: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    receipt, post = await share(stage, maya)
    await offer(stage, noor, post)
    seen, again = await look(maya, receipt), await look(maya, receipt)
    for each in (seen, again):
        await (await maya.click("Accept, without my name", on=each)).settled()
    await stage.settle()
    assert len(await stage.app.db.all("SELECT * FROM relay_talks")) == 1
    assert len([each for each in noor.inbox() if "can talk" in each.text]) == 1
