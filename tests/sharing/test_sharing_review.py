"""Shares that facilitators read first: what comes into view when, what is decided, and how it is undone."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.contacts.models import Contact
from bot.errors import UserError
from bot.outbox.models import Action
from bot.sharing.models import Body, Receipt, State
from bot.sharing.review.batches import latest
from bot.sharing.review.models import Decision, Reason
from bot.sharing.review.service import Reviewing
from bot.sharing.rules.models import Leaving, Review
from bot.sharing.told.models import TOLD
from tests.conftest import MONDAY_NOON, FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, STORY, Desk, share_of

ANA = Actor(300000000000000201, frozenset({21}), manages_server=False)
BEN = Actor(300000000000000202, frozenset({21}), manages_server=False)
MEMBER = Actor(SAM, frozenset(), manages_server=False)
BATCH = timedelta(hours=6)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def read_all(app: App, circle: Circle) -> None:
    await app.sharing.rules.change(ANA, circle, review=Review.ALL)
    await app.sharing.review.do_due()


async def hand_in(desk: Desk, user_id: int = MAYA, text: str = STORY, note: str = "") -> str:
    """The receipt's handle."""
    handle = await desk.draft(user_id, text, note)
    await desk.app.sharing.post(handle, user_id)
    return handle


async def come_into_view(app: App, clock: FixedClock) -> None:
    clock.advance(BATCH)
    await app.sharing.review.do_due()


async def in_view(desk: Desk, clock: FixedClock, user_id: int = MAYA, note: str = "") -> Receipt:
    """The receipt of a share that facilitators can read by now."""
    handle = await hand_in(desk, user_id, note=note)
    await come_into_view(desk.app, clock)
    return await desk.app.sharing.receipt(handle)


async def seen_by(app: App, circle: Circle, who: Actor = ANA) -> list[str]:
    """The texts that a facilitator comes by, from first to last."""
    found, after = [], ""
    while read := await app.sharing.review.read(who, circle, after=after):
        found.append(read.body.text)
        after = read.share.id
    return found


# First shares


async def test_first_shares_only_are_read_whatever_their_name(app: App, circle: Circle, desk: Desk) -> None:
    await app.sharing.rules.change(ANA, circle, review=Review.FIRST)
    first, second = await hand_in(desk), await hand_in(desk, text="Another one.")
    for handle in (first, second):
        assert (await app.sharing.receipt(handle)).posted.state is State.REVIEWING
    async with app.db.transaction() as tx:
        await tx.execute("INSERT INTO reviews (share_id, day) SELECT id, '2026-03-02' FROM shares")
    await app.sharing.review.let_through(ANA, circle, (await app.sharing.receipt(first)).posted.id)
    third = await hand_in(desk, text="A third one.")
    assert (await app.sharing.receipt(third)).posted.state is State.POSTING
    assert (await app.sharing.receipt(second)).posted.state is State.REVIEWING
    others = await hand_in(desk, NOOR)
    assert (await app.sharing.receipt(others)).posted.state is State.REVIEWING


async def test_a_share_taken_back_or_down_does_not_count_as_let_through(
    app: App, circle: Circle, desk: Desk
) -> None:
    await app.sharing.rules.change(ANA, circle, review=Review.NONE)
    receipt = await desk.share()
    await app.sharing.rules.change(ANA, circle, review=Review.FIRST)
    assert await app.sharing.review.reads(circle.id, MAYA) is Review.NONE
    await app.sharing.take_back(receipt.secret)
    assert await app.sharing.review.reads(circle.id, MAYA) is Review.FIRST


async def test_after_the_links_end_a_share_is_a_first_one_again(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.rules.change(ANA, circle, review=Review.NONE, link_days=0)
    await desk.share()
    await app.sharing.rules.change(ANA, circle, review=Review.FIRST)
    clock.advance(timedelta(days=29))
    await app.sharing.do_due()
    assert await app.sharing.review.reads(circle.id, MAYA) is Review.NONE
    clock.advance(DAY)
    await app.sharing.do_due()
    assert await app.sharing.review.reads(circle.id, MAYA) is Review.FIRST


# Batches


def test_set_times_are_the_same_everywhere_four_times_a_day() -> None:
    assert latest(datetime.fromisoformat("2026-03-02T13:59:00+02:00")).isoformat() == (
        "2026-03-02T06:00:00+00:00"
    )
    assert latest(MONDAY_NOON) == MONDAY_NOON


async def test_nothing_is_seen_before_the_next_set_time_and_then_all_of_it(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    for minutes, person in ((1, MAYA), (200, NOOR), (150, SAM)):
        clock.advance(timedelta(minutes=minutes))
        await hand_in(desk, person, text=f"By {person}.")
        await app.sharing.review.do_due()
        assert await seen_by(app, circle) == []
        assert not (await app.sharing.review.queue(ANA, circle)).waiting
    clock.advance(timedelta(minutes=9))
    await app.sharing.review.do_due()
    assert sorted(await seen_by(app, circle)) == sorted(f"By {person}." for person in (MAYA, NOOR, SAM))


async def test_the_order_tells_nothing_of_when_shares_were_handed_in(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    people = range(MAYA, MAYA + 12)
    for person in people:
        await hand_in(desk, person, text=str(person))
    await come_into_view(app, clock)
    found = await seen_by(app, circle)
    assert sorted(found) == [str(person) for person in people]
    assert found != sorted(found)


async def test_one_notice_a_batch_says_only_that_there_is_something(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    for person in (MAYA, NOOR):
        await hand_in(desk, person)
    await come_into_view(app, clock)
    await app.sharing.review.do_due()
    rows = await app.db.all("SELECT kind, reference, channel_id FROM outbox")
    assert [tuple(row) for row in rows] == [("review.notice", "c1:new", 13)]
    await desk.settle()
    clock.advance(BATCH)  # midnight: nothing new
    await app.sharing.review.do_due()
    assert await app.db.all("SELECT 1 FROM outbox") == []


async def test_a_restart_opens_no_batch_of_its_own(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await hand_in(desk)
    sharing = app.sharing
    anew = Reviewing(
        app.db,
        clock,
        app.keys,
        app.outbox,
        app.circles,
        app.audit,
        sharing.rules,
        sharing.shares,
        sharing.images,
    )
    await anew.do_due()
    assert await seen_by(app, circle) == []
    clock.advance(BATCH * 3)  # it was down meanwhile
    await anew.do_due()
    assert await seen_by(app, circle) == [STORY]


async def test_what_waits_for_more_than_a_day_is_told_once_a_day(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await in_view(desk, clock)  # Monday, 18 o'clock
    await desk.settle()
    told = []
    for _ in range(9):
        await come_into_view(app, clock)
        told += [row["reference"] for row in await app.db.all("SELECT reference FROM outbox")]
        await desk.settle()
    assert told == ["c1:waits", "c1:waits"]  # Tuesday and Wednesday at 18 o'clock


async def test_what_is_held_comes_back_to_mind_every_three_days(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    await app.sharing.review.hold(ANA, circle, receipt.posted.id)
    await desk.settle()
    told = []
    for days in range(1, 8):
        clock.advance(DAY)
        await app.sharing.review.do_due()
        told += [days for _ in await app.db.all("SELECT 1 FROM outbox")]
        await desk.settle()
    assert told == [3, 6]


async def test_who_waited_for_days_can_ask_and_facilitators_hear_it_with_a_batch(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    share = share_of(receipt)
    await app.sharing.ask_again(receipt.secret)
    assert not (await app.sharing.review.told(share)).asked  # too early
    clock.advance(3 * DAY)
    assert (await app.sharing.review.told(share)).waits_days == 3
    await app.sharing.review.do_due()
    await desk.settle()
    for _ in range(2):
        await app.sharing.ask_again(receipt.secret)
    assert (await app.sharing.review.told(share)).asked
    assert await app.db.all("SELECT 1 FROM outbox") == []
    await come_into_view(app, clock)
    [row] = await app.db.all("SELECT reference FROM outbox")
    assert row["reference"] == "c1:asked"
    assert not (await app.sharing.review.told(share)).asked


async def test_a_notice_about_what_was_decided_meanwhile_is_not_posted(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    assert await app.sharing.review.waits(circle.id)
    await app.sharing.review.let_through(ANA, circle, receipt.posted.id)
    assert not await app.sharing.review.waits(circle.id)


async def test_where_nothing_is_read_any_more_what_waited_goes_on(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    seen, unseen = await in_view(desk, clock), await hand_in(desk, NOOR)
    await app.sharing.rules.change(ANA, circle, review=Review.NONE, stopped=True)
    await app.sharing.review.do_due()
    assert (await app.sharing.receipt(unseen)).posted.state is State.REVIEWING
    await app.sharing.rules.change(ANA, circle, stopped=False)
    await app.sharing.review.do_due()
    for handle in (seen.secret, unseen):
        assert (await app.sharing.receipt(handle)).posted.state is State.POSTING
    assert await desk.count("reviews") == 0


# Deciding


async def test_let_through_it_goes_on_as_the_circle_has_it(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    await app.sharing.rules.change(ANA, circle, leaving=Leaving.HOUR)
    assert await app.sharing.review.let_through(ANA, circle, receipt.posted.id)
    assert (await app.sharing.receipt(receipt.secret)).posted.state is State.WAITING


async def test_behind_a_spoiler_with_a_note_of_the_facilitators(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    await app.sharing.review.behind_spoiler(ANA, circle, receipt.posted.id, " mentions winter ")
    held = await app.sharing.receipt(receipt.secret)
    assert share_of(held).spoiler
    assert held.body == Body(STORY, "mentions winter")


async def test_an_authors_own_content_note_stays_as_it_is(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock, note="mentions the cold")
    await app.sharing.review.behind_spoiler(ANA, circle, receipt.posted.id, "mentions winter")
    held = await app.sharing.receipt(receipt.secret)
    assert (share_of(held).spoiler, held.body) == (False, Body(STORY, "mentions the cold"))


async def test_handed_back_its_author_finds_the_reason_and_hands_it_in_again(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    review = app.sharing.review
    await review.hand_back(ANA, circle, receipt.posted.id, Reason.DETAILS, "The first line is a gift.")
    held = await app.sharing.receipt(receipt.secret)
    assert held.posted.state is State.RETURNED
    told = await review.told(share_of(held))
    assert (told.reason, told.words) == (Reason.DETAILS, "The first line is a gift.")
    assert told.until == clock.now().date() + timedelta(days=30)
    handle, draft = await app.sharing.take_up_again(receipt.secret, MAYA, circle)
    assert (draft.body.text, draft.wish) == (STORY, share_of(held).wish)
    assert await desk.count("shares") == 0
    with pytest.raises(UserError, match="receipt_gone"):
        await app.sharing.take_up_again(receipt.secret, MAYA, circle)
    posted = await app.sharing.post(handle, MAYA)
    assert posted.posted.state is State.REVIEWING


async def test_the_facilitators_words_lie_sealed(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    await app.sharing.review.hand_back(ANA, circle, receipt.posted.id, Reason.OTHER, "zinnia")
    [row] = await app.db.all("SELECT * FROM reviews")
    assert b"zinnia" not in row["words"]
    assert "zinnia" not in str(tuple(row))


async def test_something_else_needs_words(app: App, circle: Circle, desk: Desk, clock: FixedClock) -> None:
    receipt = await in_view(desk, clock)
    with pytest.raises(UserError, match="words_needed"):
        await app.sharing.review.hand_back(ANA, circle, receipt.posted.id, Reason.OTHER, "  ")


async def test_what_was_handed_back_waits_thirty_days_and_not_longer(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    await app.sharing.review.hand_back(ANA, circle, receipt.posted.id, Reason.AIMED)
    clock.advance(29 * DAY)
    await app.sharing.do_due()
    assert (await app.sharing.receipt(receipt.secret)).body == Body(STORY)
    clock.advance(DAY)
    await app.sharing.do_due()
    assert await desk.count("shares") == 0
    assert await desk.count("reviews") == 0


async def test_held_for_care_it_stays_and_can_be_decided_any_time(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    await app.sharing.review.hold(ANA, circle, receipt.posted.id)
    assert await seen_by(app, circle) == []
    clock.advance(10 * DAY)
    await app.sharing.do_due()
    read = await app.sharing.review.read(BEN, circle, held=True)
    assert read is not None
    assert read.body.text == STORY
    assert await app.sharing.review.let_through(BEN, circle, receipt.posted.id)
    await desk.settle()
    assert (await app.sharing.receipt(receipt.secret)).posted.state is State.OPEN


async def test_only_the_circles_facilitators_read_or_decide(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    share_id, review = (await in_view(desk, clock)).posted.id, app.sharing.review
    for attempt in (
        review.read(MEMBER, circle),
        review.queue(MEMBER, circle),
        review.waiting(MEMBER, circle, share_id),
        review.note(MEMBER, circle, share_id),
        review.let_through(MEMBER, circle, share_id),
        review.behind_spoiler(MEMBER, circle, share_id, ""),
        review.hand_back(MEMBER, circle, share_id, Reason.AIMED),
        review.hold(MEMBER, circle, share_id),
        review.decided(MEMBER, circle),
        review.to_undo(MEMBER, circle, share_id),
        review.undo(MEMBER, circle, share_id),
    ):
        with pytest.raises(UserError, match="facilitators_only"):
            await attempt


async def test_what_is_not_in_view_yet_cannot_be_decided(app: App, circle: Circle, desk: Desk) -> None:
    receipt = await app.sharing.receipt(await hand_in(desk))
    with pytest.raises(UserError, match=r"review\.errors\.gone"):
        await app.sharing.review.let_through(ANA, circle, receipt.posted.id)


async def test_the_second_of_two_who_decide_is_told_that_it_is_decided(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.hand_back(ANA, circle, receipt.posted.id, Reason.AIMED)
    for attempt in (
        review.let_through(BEN, circle, receipt.posted.id),
        review.hold(BEN, circle, receipt.posted.id),
        review.hand_back(BEN, circle, receipt.posted.id, Reason.DETAILS),
    ):
        with pytest.raises(UserError, match=r"review\.errors\.gone"):
            await attempt
    assert (await review.told(share_of(await app.sharing.receipt(receipt.secret)))).reason is Reason.AIMED


async def test_taken_back_while_it_is_looked_at_it_never_appears(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt = await in_view(desk, clock)
    assert await app.sharing.take_back(receipt.secret) == Body(STORY)
    with pytest.raises(UserError, match=r"review\.errors\.gone"):
        await app.sharing.review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    assert "share.post" not in desk.discord.kinds
    assert await desk.count("reviews") == 0


async def test_facilitators_are_shown_their_own_share_like_any_other(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await in_view(desk, clock, ANA.user_id)
    assert await seen_by(app, circle, ANA) == await seen_by(app, circle, BEN) == [STORY]


async def test_in_a_circle_that_ended_its_author_is_told_so_and_nobody_else(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    handle = await hand_in(desk)
    await app.circles.close(ANA, circle)
    await desk.settle()
    await come_into_view(app, clock)
    receipt = await app.sharing.receipt(handle)
    assert (await app.sharing.review.told(share_of(receipt))).closed
    assert await app.db.all("SELECT 1 FROM outbox") == []
    assert await app.sharing.take_back(handle) == Body(STORY)


# Two votes


async def test_with_two_votes_two_different_facilitators_let_it_through(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.rules.change(ANA, circle, votes=2)
    receipt, review = await in_view(desk, clock), app.sharing.review
    assert not await review.let_through(ANA, circle, receipt.posted.id)
    assert not await review.let_through(ANA, circle, receipt.posted.id)
    assert await seen_by(app, circle, ANA) == []
    read = await review.read(BEN, circle)
    assert read is not None
    assert (read.votes, read.needed) == (1, 2)
    assert str(ANA.user_id) not in str([tuple(row) for row in await app.db.all("SELECT * FROM review_votes")])
    assert await review.let_through(BEN, circle, receipt.posted.id)
    assert await desk.count("review_votes") == 0
    counts = await app.audit.counts(circle.id)
    assert (counts["share.voted"], counts["share.approved"]) == (1, 1)


async def test_the_first_of_two_can_ask_for_a_spoiler_and_the_second_sees_it(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.rules.change(ANA, circle, votes=2)
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.behind_spoiler(ANA, circle, receipt.posted.id, "mentions winter")
    read = await review.read(BEN, circle)
    assert read is not None
    assert (read.share.spoiler, read.body.note) == (True, "mentions winter")
    await review.hand_back(BEN, circle, receipt.posted.id, Reason.DETAILS)
    held = await app.sharing.receipt(receipt.secret)
    assert (share_of(held).spoiler, held.body) == (False, Body(STORY))
    assert await desk.count("review_votes") == 0


# Undoing


async def test_every_decision_can_be_undone_before_it_stands(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.rules.change(ANA, circle, leaving=Leaving.HOUR)
    receipt, review = await in_view(desk, clock), app.sharing.review
    share_id = receipt.posted.id
    for decide, decision in (
        (lambda: review.hold(ANA, circle, share_id), Decision.HELD),
        (lambda: review.hand_back(ANA, circle, share_id, Reason.AIMED, "Hm."), Decision.RETURNED),
        (lambda: review.behind_spoiler(ANA, circle, share_id, "cold"), Decision.SPOILERED),
        (lambda: review.let_through(ANA, circle, share_id), Decision.APPROVED),
    ):
        await decide()
        [decided] = await review.decided(BEN, circle)
        assert decided.decision is decision
        await review.undo(BEN, circle, share_id)
        held = await app.sharing.receipt(receipt.secret)
        assert (held.posted.state, held.body) == (State.REVIEWING, Body(STORY))
        assert (share_of(held).spoiler, share_of(held).reason) == (False, None)
        assert await review.decided(BEN, circle) == []
    assert (await app.audit.counts(circle.id))["share.undone"] == 4


async def test_what_stands_is_taken_down_with_its_words_and_read_again(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    assert (await review.to_undo(BEN, circle, receipt.posted.id)).state is State.OPEN
    with pytest.raises(UserError, match="on_its_way"):
        await review.undo(BEN, circle, receipt.posted.id)
    await review.undo(BEN, circle, receipt.posted.id, Body(STORY))
    desk.discord.done.clear()
    await desk.settle()
    assert desk.discord.done == [
        ("share.erase", Action.DELETE, 12),
        ("review.gone", Action.SEND, desk.discord.done[1][2]),
    ]
    held = await app.sharing.receipt(receipt.secret)
    assert (held.posted.state, held.body) == (State.REVIEWING, Body(STORY))
    assert (await review.told(share_of(held))).again
    await review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    assert (await app.sharing.receipt(receipt.secret)).posted.state is State.OPEN


async def test_what_was_answered_stays(app: App, circle: Circle, desk: Desk, clock: FixedClock) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    await desk.answer(share_of(await app.sharing.receipt(receipt.secret)), NOOR)
    with pytest.raises(UserError, match="answered"):
        await review.undo(ANA, circle, receipt.posted.id, Body(STORY))


async def test_what_is_on_its_way_cannot_be_undone_this_moment(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    with pytest.raises(UserError, match="on_its_way"):
        await review.undo(ANA, circle, receipt.posted.id)


async def test_after_a_week_a_decision_stays_and_is_forgotten(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    clock.advance(6 * DAY)
    await app.sharing.do_due()
    assert len(await review.decided(ANA, circle)) == 1
    clock.advance(DAY)
    with pytest.raises(UserError, match="too_late"):
        await review.to_undo(ANA, circle, receipt.posted.id)
    await app.sharing.do_due()
    assert await desk.count("reviews") == 0


async def test_what_its_author_took_up_again_is_not_undone(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.hand_back(ANA, circle, receipt.posted.id, Reason.AIMED)
    await app.sharing.take_up_again(receipt.secret, MAYA, circle)
    with pytest.raises(UserError, match=r"review\.errors\.gone"):
        await review.undo(ANA, circle, receipt.posted.id)


# What is kept


@pytest.mark.anonymity
async def test_no_row_says_who_read_or_who_wrote_or_at_what_time(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.rules.change(ANA, circle, votes=2)
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    other = await in_view(desk, clock, NOOR)
    await review.hand_back(ANA, circle, other.posted.id, Reason.OTHER, "A word.")
    values = [
        str(value)
        for table in ("reviews", "review_votes", "audit")
        for row in await app.db.all(f"SELECT * FROM {table}")
        for value in row
        if not isinstance(value, bytes)  # sealed
    ]
    assert len(values) > 12
    people = {str(person) for person in (MAYA, NOOR, ANA.user_id)}
    assert [value for value in values if any(person in value for person in people)] == []
    assert [value for value in values if re.search(r"\d\d:\d\d", value)] == []


@pytest.mark.anonymity
@pytest.mark.parametrize("table", ["reviews", "review_votes"])
async def test_its_tables_lie_in_the_order_of_random_keys(app: App, table: str) -> None:
    [kept] = [row for row in await app.db.all("PRAGMA table_list") if row["name"] == table]
    assert (kept["wr"], kept["strict"]) == (1, 1)


async def test_an_author_who_asked_is_told_that_there_is_news(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    share_id, until = receipt.posted.id, clock.now().date() + 60 * DAY
    async with app.db.transaction() as tx:
        await app.contacts.keep(tx, TOLD, share_id, Contact(MAYA, 77, "en"), until=until)
    await desk.settle()
    await review.let_through(ANA, circle, share_id)
    assert [row["kind"] for row in await app.db.all("SELECT kind FROM outbox")] == ["share.post"]
    await desk.settle()
    await review.undo(ANA, circle, share_id, Body(STORY))
    kinds = [row["kind"] for row in await app.db.all("SELECT kind FROM outbox")]
    assert "told.notice" in kinds


async def test_what_was_undone_is_not_changed_from_an_old_receipt(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.hand_back(ANA, circle, receipt.posted.id, Reason.AIMED)
    await review.undo(BEN, circle, receipt.posted.id)
    with pytest.raises(UserError, match="not_returned"):
        await app.sharing.take_up_again(receipt.secret, MAYA, circle)
    assert (await app.sharing.receipt(receipt.secret)).posted.state is State.REVIEWING


async def test_two_facilitators_at_once_decide_once(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    tried = await asyncio.gather(
        review.let_through(ANA, circle, receipt.posted.id),
        review.hand_back(BEN, circle, receipt.posted.id, Reason.AIMED),
        review.hold(BEN, circle, receipt.posted.id),
        return_exceptions=True,
    )
    assert sum(isinstance(each, UserError) for each in tried) == 2
    assert len(await review.decided(ANA, circle)) == 1


async def test_a_report_that_hid_a_share_does_not_take_its_authors_note(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock, note="mentions the cold"), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    async with app.db.transaction() as tx:
        await tx.execute("UPDATE shares SET spoiler = 1")
    await review.undo(ANA, circle, receipt.posted.id, Body(STORY, "mentions the cold"))
    held = await app.sharing.receipt(receipt.secret)
    assert (held.body, share_of(held).spoiler) == (Body(STORY, "mentions the cold"), False)


async def test_what_its_author_changed_on_the_post_goes_with_the_post(
    app: App, circle: Circle, desk: Desk, clock: FixedClock
) -> None:
    receipt, review = await in_view(desk, clock), app.sharing.review
    await review.let_through(ANA, circle, receipt.posted.id)
    await desk.settle()
    async with app.db.transaction() as tx:
        await tx.execute("INSERT INTO share_steps SELECT id, 'signed', 0, 'v' FROM shares")
        await tx.execute("INSERT INTO share_notes SELECT id, NULL, 'v' FROM shares")
    await review.undo(ANA, circle, receipt.posted.id, Body(STORY))
    assert await desk.count("share_steps") + await desk.count("share_notes") == 0
