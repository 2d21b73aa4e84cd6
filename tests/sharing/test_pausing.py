"""Pausing somebody whom nobody knows: it holds, it ends, it is no oracle, and it keeps nothing it need not."""

from __future__ import annotations

import inspect
import itertools
import re
from datetime import date, datetime, timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.contacts.models import Contact
from bot.errors import HELP, Said, UserError
from bot.keys.file import KeyFile
from bot.outbox.models import Action, Priority
from bot.sharing import sealing
from bot.sharing.models import Body, Receipt
from bot.sharing.pausing.models import Author, Pause
from bot.sharing.pausing.service import Pausing
from bot.sharing.rules.models import Leaving, Review
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of

BEN = Actor(700000000000000001, frozenset({21}), manages_server=False)
DAY = timedelta(days=1)
ASKED = "It was zinnia that I wrote about."


def author_of(posted: Receipt) -> Author:
    post = posted.posted
    return Author(post.circle_id, post.id, post.pausing, post.period)


async def refusal(app: App, circle: Circle, user_id: int) -> UserError | None:
    try:
        await app.sharing.pausing.check(circle.id, user_id)
    except UserError as error:
        return error
    return None


async def is_paused(app: App, circle: Circle, user_id: int) -> bool:
    error = await refusal(app, circle, user_id)
    assert error is None or error.key == "pause.paused"
    return error is not None


async def pause(app: App, circle: Circle, posted: Receipt, days: int = 7) -> Pause:
    return await app.sharing.pausing.pause(BEN, circle, author_of(posted), days)


# Who is recognised


@pytest.mark.anonymity
async def test_it_holds_for_the_author_under_every_new_name_and_for_nobody_else(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted = await desk.share(MAYA)
    draft = await desk.draft(MAYA, "Begun before.")
    await pause(app, circle, posted)
    assert await is_paused(app, circle, MAYA)
    assert not await is_paused(app, circle, NOOR)
    with pytest.raises(UserError) as refused:
        await desk.draft(MAYA, "Another.")
    assert refused.value.key == "pause.paused"
    with pytest.raises(UserError):
        await app.sharing.post(draft, MAYA)
    assert (await app.sharing.drafts.read(draft, MAYA)).body.text == "Begun before."
    others = share_of(await desk.share(NOOR))
    with pytest.raises(UserError):
        await desk.answer(others, MAYA)
    assert await desk.count("answers") == 0


async def test_it_holds_in_its_own_circle_only(app: App, circle: Circle, desk: Desk) -> None:
    await pause(app, circle, await desk.share(MAYA))
    await app.sharing.pausing.check("another", MAYA)


async def test_who_answered_without_a_name_is_paused_as_who_shared(
    app: App, circle: Circle, desk: Desk
) -> None:
    share = share_of(await desk.share(MAYA))
    await pause(app, circle, await desk.answer(share, NOOR))
    assert await is_paused(app, circle, NOOR)
    assert not await is_paused(app, circle, MAYA)


async def test_what_was_handed_in_before_goes_its_way(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord, clock: FixedClock
) -> None:
    posted = await desk.share(MAYA)
    await app.sharing.rules.change(BEN, circle, leaving=Leaving.HOUR)
    handle = await desk.draft(MAYA, "Waits.")
    await app.sharing.post(handle, MAYA)
    await pause(app, circle, posted)
    for _ in range(2):
        clock.advance(DAY)
        await app.tick()
        await desk.settle()
    assert discord.kinds.count("share.post") == 2


# How long


async def test_it_lasts_to_the_end_of_its_last_day_on_the_circles_calendar(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    posted = await desk.share(MAYA)
    clock.moment = datetime.fromisoformat("2026-03-02T23:30+00:00")  # Tuesday in Berlin already
    assert (await pause(app, circle, posted, 1)).until == date(2026, 3, 4)
    clock.moment = datetime.fromisoformat("2026-03-04T22:59+00:00")
    assert await is_paused(app, circle, MAYA)
    clock.moment = datetime.fromisoformat("2026-03-04T23:00+00:00")
    assert not await is_paused(app, circle, MAYA)


@pytest.mark.parametrize(("first", "then", "until"), [(1, 7, 7), (7, 1, 7), (7, 7, 7), (1, 30, 30)])
async def test_pausing_the_same_post_again_can_only_make_it_longer(
    app: App, circle: Circle, desk: Desk, clock: FixedClock, first: int, then: int, until: int
) -> None:
    posted = await desk.share(MAYA)
    begun = await pause(app, circle, posted, first)
    again = await pause(app, circle, posted, then)
    assert (again.id, again.number) == (begun.id, begun.number)
    assert again.until == clock.now().date() + until * DAY
    assert await desk.count("pauses") == 1


@pytest.mark.anonymity
async def test_two_pauses_of_one_person_look_like_those_of_two_and_the_longer_counts(
    app: App, circle: Circle, desk: Desk
) -> None:
    one, other = await desk.share(MAYA, "One."), await desk.share(MAYA, "Other.")
    long, short = await pause(app, circle, one, 30), await pause(app, circle, other, 1)
    assert len({long.id, short.id, str(long.number), str(short.number), long.tag, short.tag}) == 6
    error = await refusal(app, circle, MAYA)
    assert error is not None
    assert error.params["day"] == long.until.isoformat()
    await app.sharing.pausing.lift(BEN, circle, long.id)
    error = await refusal(app, circle, MAYA)
    assert error is not None
    assert error.params["day"] == short.until.isoformat()
    assert len(await app.sharing.pausing.running(BEN, circle)) == 1


async def test_after_it_was_lifted_the_same_post_can_be_paused_anew_with_another_appeal(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted = await desk.share(MAYA)
    first = await pause(app, circle, posted)
    await app.sharing.pausing.ask(first.id, MAYA, ASKED)
    await app.sharing.pausing.lift(BEN, circle, first.id)
    second = await pause(app, circle, posted)
    assert second.id != first.id
    await app.sharing.pausing.ask(second.id, MAYA, ASKED)


async def test_a_week_after_its_end_nothing_of_it_is_left(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord, clock: FixedClock
) -> None:
    await pause(app, circle, await desk.share(MAYA), 1)
    await desk.settle()
    for _ in range(3):
        clock.advance(DAY)
        await app.tick()
        await desk.settle()
    edits = [action for kind, action, _ in discord.done if kind == "pause.card"]
    assert edits == [Action.SEND, Action.EDIT]  # its end is told once
    clock.advance(7 * DAY)
    await app.tick()
    assert await desk.count("pauses") == 0


# When the link is gone


async def test_with_the_key_of_its_period_it_falls_and_nobody_can_be_paused_by_that_period_any_more(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    posted, before = await desk.share(MAYA), await desk.share(MAYA, "Before.")
    await pause(app, circle, posted)
    file, today = KeyFile(app.settings.key_file), clock.now().date()
    file.change(lambda ring: ring.burnt([ring.periods[-1].number], today))
    await app.tick()
    assert not await is_paused(app, circle, MAYA)
    with pytest.raises(UserError) as refused:
        await pause(app, circle, before)
    assert refused.value.key == "pause.errors.no_link"
    [running] = await app.sharing.pausing.running(BEN, circle)
    await app.sharing.pausing.lift(BEN, circle, running.id)
    await pause(app, circle, await desk.share(MAYA, "After."))
    assert await is_paused(app, circle, MAYA)


async def test_who_erases_everything_stays_paused_and_nothing_but_the_tag_stays(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted, other = await desk.share(MAYA), await desk.share(MAYA, "Other.")
    begun = await pause(app, circle, posted)
    await app.sharing.pausing.ask(begun.id, MAYA, ASKED)
    [exported] = (await app.sharing.export(MAYA))["pauses"]
    assert exported == {"circle_id": circle.id, "day": begun.until.isoformat()}
    await app.privacy.erase(MAYA)
    assert await is_paused(app, circle, MAYA)
    [row] = await app.db.all("SELECT * FROM pauses")
    assert (row["words"], row["reply"], row["news"]) == (None, None, 0)
    gone = await app.sharing.receipt(other.secret)
    with pytest.raises(UserError) as refused:
        await pause(app, circle, gone)
    assert refused.value.key == "pause.errors.no_link"


async def test_who_answers_as_the_author_of_a_share_and_erases_everything_leaves_no_tag(
    app: App, desk: Desk
) -> None:
    await desk.answer(share_of(await desk.share(MAYA)), MAYA)
    [row] = await app.db.all("SELECT voice, pausing FROM answers")
    assert row["voice"] is None
    assert row["pausing"] is not None
    await app.privacy.erase(MAYA)
    [row] = await app.db.all("SELECT pausing FROM answers")
    assert row["pausing"] is None


async def test_an_answer_from_before_answers_could_be_paused_says_so(
    app: App, circle: Circle, desk: Desk
) -> None:
    answered = await desk.answer(share_of(await desk.share(MAYA)), NOOR)
    old = Author(circle.id, answered.posted.id, None, None)
    with pytest.raises(UserError) as refused:
        await app.sharing.pausing.pause(BEN, circle, old, 7)
    assert refused.value.key == "pause.errors.no_link"


# The appeal


async def test_only_the_paused_person_can_ask_and_once(app: App, circle: Circle, desk: Desk) -> None:
    begun = await pause(app, circle, await desk.share(MAYA))
    for user_id in (NOOR, BEN.user_id):
        with pytest.raises(UserError) as refused:
            await app.sharing.pausing.ask(begun.id, user_id, "Let me see.")
        assert refused.value.key == "pause.errors.over"
        with pytest.raises(UserError):
            await app.sharing.pausing.answer_for(begun.id, user_id)
    await app.sharing.pausing.ask(begun.id, MAYA, ASKED)
    with pytest.raises(UserError) as refused:
        await app.sharing.pausing.ask(begun.id, MAYA, "Again.")
    assert refused.value.key == "pause.errors.asked_already"


async def test_what_is_asked_waits_sealed_and_is_gone_once_it_stands(
    app: App, circle: Circle, desk: Desk
) -> None:
    begun = await pause(app, circle, await desk.share(MAYA))
    await app.sharing.pausing.ask(begun.id, MAYA, ASKED)
    [row] = await app.db.all("SELECT words FROM pauses")
    assert b"zinnia" not in row["words"]
    assert await app.sharing.pausing.appeal_of(begun.id) == ASKED
    await desk.settle()
    [row] = await app.db.all("SELECT words FROM pauses")
    assert row["words"] is None


async def test_an_answer_is_given_once_whoever_presses_when(app: App, circle: Circle, desk: Desk) -> None:
    begun = await pause(app, circle, await desk.share(MAYA))
    await app.sharing.pausing.ask(begun.id, MAYA, ASKED)
    pausing = app.sharing.pausing
    await pausing.answer(BEN, circle, begun.id, lift=False, reply="We stay with it.")
    await pausing.answer(BEN, circle, begun.id, lift=False, reply="And again.")
    error = await refusal(app, circle, MAYA)
    assert error is not None
    assert error.offer == HELP  # nothing else is left to ask
    assert error.params["appeal"] == Said("pause.asked.answered", {"reply": "\n> We stay with it."})
    assert (await app.audit.counts(circle.id))["pause.kept"] == 1
    with pytest.raises(UserError) as refused:
        await pausing.get(BEN, circle, begun.id)
    assert refused.value.key == "pause.errors.answered_already"


async def test_an_answer_that_finds_direct_messages_closed_waits_and_who_it_was_for_is_forgotten(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    begun = await pause(app, circle, await desk.share(MAYA))
    await app.sharing.pausing.ask(begun.id, MAYA, ASKED, Contact(MAYA, 77, "en"))
    assert await desk.count("contacts") == 1
    discord.refuse["pause.answer"] = "closed_dms"
    await app.sharing.pausing.answer(BEN, circle, begun.id, lift=True, reply="Come.")
    await desk.settle()
    assert await desk.count("contacts") == await desk.count("outbox") == 0
    with pytest.raises(UserError) as told:
        await app.sharing.pausing.may_begin(circle.id, MAYA)
    assert (told.value.key, told.value.params["reply"]) == ("pause.lifted", "\n> Come.")
    await app.sharing.pausing.may_begin(circle.id, MAYA)


async def test_cards_that_cannot_be_posted_are_tried_each_hour_while_the_pause_runs(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord, clock: FixedClock
) -> None:
    begun = await pause(app, circle, await desk.share(MAYA), 1)
    await app.sharing.pausing.ask(begun.id, MAYA, ASKED)
    discord.refuse |= {"pause.card": "no_permission", "pause.appeal": "no_permission"}
    await desk.settle()
    clock.advance(timedelta(hours=1))
    await desk.settle()
    assert await app.sharing.pausing.appeal_of(begun.id) == ASKED
    discord.refuse.clear()
    clock.advance(timedelta(hours=1))
    await desk.settle()
    assert {"pause.card", "pause.appeal"} <= set(discord.kinds)
    assert await app.sharing.pausing.appeal_of(begun.id) is None


async def test_only_facilitators_of_that_circle_pause_lift_and_answer(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted = await desk.share(MAYA)
    begun = await pause(app, circle, posted)
    nobody, pausing = Actor(SAM, frozenset(), manages_server=False), app.sharing.pausing
    for attempt in (
        pausing.pause(nobody, circle, author_of(posted), 1),
        pausing.lift(nobody, circle, begun.id),
        pausing.answer(nobody, circle, begun.id, lift=True, reply=""),
        pausing.get(nobody, circle, begun.id),
        pausing.running(nobody, circle),
    ):
        with pytest.raises(UserError) as refused:
            await attempt
        assert refused.value.key == "common.errors.facilitators_only"


# What is kept


@pytest.mark.anonymity
async def test_links_pauses_pace_and_reports_are_made_with_keys_of_their_own(app: App) -> None:
    period, purposes = (
        app.keys.period,
        (
            sealing.AUTHOR,
            sealing.PAUSING,
            sealing.VOICE,
            sealing.NOD,
            sealing.REPORTER,
            sealing.DRAFT_AUTHOR,
            "pace share",
            "pace answer",
            "pace report",
        ),
    )
    made = {app.keys.link(period, purpose, "the same", MAYA) for purpose in purposes}
    assert len(made) == len(purposes)
    # Whoever had the key of one purpose could reckon no tag of another: each is derived for itself.
    keys = {
        app.keys._derive(f"{use} {purpose}", number)
        for purpose in purposes
        for use, number in (("tag", 0), ("link", period))
    }
    assert len(keys) == 2 * len(purposes)


@pytest.mark.anonymity
async def test_no_row_of_a_pause_holds_a_person_or_a_time_of_day_or_lies_in_the_order_of_acts(
    app: App, circle: Circle, desk: Desk
) -> None:
    for number, user_id in enumerate((MAYA, NOOR, SAM)):
        begun = await pause(app, circle, await desk.share(user_id, f"Story {number}."))
        await app.sharing.pausing.ask(begun.id, user_id, ASKED)
    rows = await app.db.all("SELECT * FROM pauses")
    values = list(itertools.chain.from_iterable(rows))
    assert {MAYA, NOOR, SAM, str(MAYA), str(NOOR), str(SAM)} & set(values) == set()
    assert [value for value in values if isinstance(value, str) and re.search(r"\d\d:\d\d", value)] == []
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    authors = {row["author"] for row in await app.db.all("SELECT author FROM shares")}
    assert {row["tag"] for row in rows} & authors == set()


@pytest.mark.anonymity
async def test_all_that_is_held_against_a_pause_is_the_presser_never_somebody_named(app: App) -> None:
    """No use case takes another person's id: a facilitator has no way to ask whether somebody is the one."""
    for name, method in inspect.getmembers(Pausing, inspect.iscoroutinefunction):
        takes = inspect.signature(method).parameters
        assert not ({"actor", "user_id"} <= set(takes)), name
    assert isinstance(app.sharing.pausing, Pausing)


# Stopping


async def test_while_sharing_rests_nothing_new_is_posted_and_what_failed_is_not_tried_again(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    share = share_of(await desk.share(NOOR))
    draft = await desk.draft(MAYA)
    place = await app.sharing.answers.place(share.id)
    answer, _ = await app.sharing.answers.write(MAYA, place, "So did I.")
    discord.refuse["share.post"] = "no_permission"
    stuck = await desk.share(MAYA, "Stuck.")
    await app.sharing.rules.change(BEN, circle, stopped=True)
    for attempt in (
        app.sharing.post(draft, MAYA),
        app.sharing.post(answer, MAYA),
        app.sharing.try_again(stuck.secret),
        desk.draft(MAYA, "New."),
    ):
        with pytest.raises(UserError) as refused:
            await attempt
        assert refused.value.key == "share.errors.stopped"
    await app.sharing.rules.change(BEN, circle, stopped=False)
    discord.refuse.clear()
    for handle in (draft, answer):
        await app.sharing.post(handle, MAYA)
    await app.sharing.try_again(stuck.secret)
    await desk.settle()
    assert discord.kinds.count("share.post") == 3


async def test_stopped_and_begun_again_before_it_was_told_nothing_is_told(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    rules = app.sharing.rules
    await rules.change(BEN, circle, stopped=True)
    await rules.change(BEN, circle, stopped=True)
    [row] = await app.db.all("SELECT * FROM outbox WHERE kind = 'share.rests'")
    assert row["priority"] == Priority.SAFETY
    await rules.change(BEN, circle, stopped=False)
    await desk.settle()
    assert not {"share.rests", "share.goes_on"} & set(discord.kinds)
    await rules.change(BEN, circle, stopped=True)
    await desk.settle()
    await rules.change(BEN, circle, stopped=False)
    await desk.settle()
    assert [kind for kind in discord.kinds if kind in ("share.rests", "share.goes_on")] == [
        "share.rests",
        "share.goes_on",
    ]


async def test_a_channel_that_cannot_be_told_is_told_to_the_facilitators(
    app: App, circle: Circle, desk: Desk, discord: FakeDiscord
) -> None:
    discord.refuse["share.rests"] = "no_permission"
    await app.sharing.rules.change(BEN, circle, stopped=True)
    await desk.settle()
    [notice] = await app.db.all("SELECT key FROM notices")
    assert notice["key"] == "pause.notices.untold"
    assert await desk.count("outbox") == 0


async def test_a_share_that_was_handed_back_is_kept_as_it_was_while_its_author_is_paused(
    app: App, circle: Circle, desk: Desk
) -> None:
    posted = await desk.share(MAYA)
    await app.sharing.rules.change(BEN, circle, review=Review.ALL)
    handle = await desk.draft(MAYA, "To be read first.")
    receipt = await app.sharing.post(handle, MAYA)
    async with app.db.transaction() as tx:
        await tx.execute(
            "UPDATE shares SET state = 'returned', reason = 'someone' WHERE id = :id", id=receipt.posted.id
        )
    await pause(app, circle, posted)
    with pytest.raises(UserError) as refused:
        await app.sharing.take_up_again(handle, MAYA, circle)
    assert refused.value.key == "pause.paused"
    kept = await app.sharing.receipt(handle)
    assert kept.body == Body("To be read first.")
