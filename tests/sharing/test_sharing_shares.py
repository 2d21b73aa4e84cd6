"""Shares: from the draft to the post, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.errors import UserError
from bot.outbox.models import Action
from bot.sharing.models import SHARES_AN_HOUR, WRONG_CODES_AN_HOUR, Body, State
from bot.sharing.text import TEXT_MAX
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, STORY, Desk, FakeDiscord, share_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.anonymity
async def test_a_draft_lies_sealed_and_without_a_person(app: App, desk: Desk) -> None:
    await desk.draft()
    [row] = await app.db.all("SELECT * FROM drafts")
    held = repr(tuple(row))
    assert "slept in the car" not in held
    assert str(MAYA) not in held
    assert row["written_on"] == "2026-03-02"


@pytest.mark.anonymity
async def test_a_draft_opens_for_who_wrote_it_and_nobody_else(app: App, desk: Desk) -> None:
    handle = await desk.draft()
    assert (await app.sharing.drafts.read(handle, MAYA)).body == Body(STORY)
    with pytest.raises(UserError, match="draft_gone"):
        await app.sharing.drafts.read(handle, NOOR)
    with pytest.raises(UserError, match="draft_gone"):
        await app.sharing.post(handle, NOOR)


async def test_letting_go_hands_the_words_back_and_leaves_nothing(app: App, desk: Desk) -> None:
    handle = await desk.draft(note="cold, night")
    assert await app.sharing.let_go(handle, MAYA) == Body(STORY, "cold, night")
    assert await desk.count("drafts") == 0
    with pytest.raises(UserError, match="receipt_gone"):
        await app.sharing.post(handle, MAYA)


async def test_a_draft_is_kept_for_24_hours_and_not_longer(app: App, desk: Desk, clock: FixedClock) -> None:
    handle = await desk.draft()
    clock.advance(DAY - timedelta(seconds=1))
    await app.tick()
    assert await app.sharing.drafts.read(handle, MAYA)
    clock.advance(timedelta(seconds=1))
    await app.tick()
    with pytest.raises(UserError, match="draft_gone"):
        await app.sharing.drafts.read(handle, MAYA)


@pytest.mark.anonymity
async def test_what_was_posted_is_kept_only_by_discord(app: App, desk: Desk, discord: FakeDiscord) -> None:
    receipt = await desk.share()
    share = share_of(receipt)
    assert (share.state, share.channel_id, receipt.body) == (State.OPEN, 12, None)
    assert share.thread_id == share.message_id
    assert discord.done == [("share.post", Action.SEND, 12), ("share.thread", Action.THREAD, 12)]
    assert await desk.count("drafts") == await desk.count("outbox") == 0
    [row] = await app.db.all("SELECT act, count FROM day_counts")
    assert tuple(row) == ("shared", 1)


async def test_pressing_post_again_posts_nothing_and_gives_the_same_receipt(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    handle = await desk.draft()
    first = await app.sharing.post(handle, MAYA)
    second = await app.sharing.post(handle, MAYA)
    await desk.settle()
    third = await app.sharing.post(handle, MAYA)
    assert first.code == second.code == third.code
    assert discord.kinds.count("share.post") == 1


@pytest.mark.anonymity
async def test_two_shares_of_one_person_resemble_each_other_in_nothing_that_is_kept(
    app: App, desk: Desk
) -> None:
    await desk.share()
    await desk.share(text="And the winter after.")
    one, other = await app.db.all("SELECT id, name, author, message_id FROM shares")
    assert all(one[column] != other[column] for column in one.keys())  # noqa: SIM118 - a row iterates values


async def test_a_share_taken_back_before_it_left_never_appears(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    handle = await desk.draft()
    await app.sharing.post(handle, MAYA)
    assert await app.sharing.take_back(handle) == Body(STORY)
    assert await app.sharing.shares.to_post((await app.db.all("SELECT id FROM shares"))[0]["id"])
    [row] = await app.db.all("SELECT state, body, author FROM shares")
    assert tuple(row) == ("taken_back", None, None)  # its renderer sends nothing for it
    with pytest.raises(UserError, match="receipt_gone"):
        await app.sharing.receipt(handle)


async def test_a_share_that_was_being_sent_while_taken_back_is_deleted_when_it_arrives(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    handle = await desk.draft()
    await app.sharing.post(handle, MAYA)
    await app.sharing.take_back(handle)
    await desk.settle()  # this Discord had taken the text already
    assert discord.done == [("share.post", Action.SEND, 12), ("share.erase", Action.DELETE, 12)]
    assert await desk.count("shares") == await desk.count("outbox") == 0
    assert await desk.count("day_counts") == 0


async def test_taking_back_erases_the_post_the_own_answers_and_every_row(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    receipt = await desk.share()
    share = share_of(receipt)
    own = await desk.answer(share, MAYA, "One thing more.")
    other = await desk.answer(share, NOOR)
    assert await app.sharing.take_back(receipt.secret) is None
    await desk.settle()
    assert discord.kinds[-3:] == ["share.erase", "share.erase", "share.gone"]
    assert await desk.count("shares") == 0
    assert [row["id"] for row in await app.db.all("SELECT id FROM answers")] == [other.posted.id]
    for secret in (receipt.secret, own.secret):
        with pytest.raises(UserError, match="receipt_gone"):
            await app.sharing.receipt(secret)
    assert await app.sharing.take_back(other.secret) is None


async def test_a_share_that_cannot_be_posted_stays_with_its_author_and_facilitators_are_told(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    discord.refuse["share.post"] = "channel_gone"
    handle = await desk.draft()
    await app.sharing.post(handle, MAYA)
    await desk.settle()
    receipt = await app.sharing.receipt(handle)
    assert (receipt.posted.state, receipt.body) == (State.STUCK, Body(STORY))
    assert discord.kinds == ["circle.notice"]
    assert await desk.count("outbox") == 0

    discord.refuse.clear()
    assert (await app.sharing.try_again(handle)).posted.state is State.POSTING
    await desk.settle()
    assert (await app.sharing.receipt(handle)).posted.state is State.OPEN


async def test_a_stuck_share_can_be_taken_back_with_its_words(
    app: App, desk: Desk, discord: FakeDiscord, clock: FixedClock
) -> None:
    discord.refuse["share.post"] = "no_permission"
    handle = await desk.draft()
    await app.sharing.post(handle, MAYA)
    await desk.settle()
    assert await app.sharing.take_back(handle) == Body(STORY)
    with pytest.raises(UserError, match="receipt_gone"):
        await app.sharing.receipt(handle)
    clock.advance(timedelta(days=4))  # until then it is looked for, should Discord have it all the same
    await desk.settle()
    assert await desk.count("shares") == await desk.count("outbox") == 0


async def test_a_thread_that_could_not_be_opened_is_tried_when_somebody_would_answer(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    discord.refuse["share.thread"] = "too_many_threads"
    share = share_of(await desk.share())
    with pytest.raises(UserError, match="no_thread_yet"):
        await app.sharing.answers.place(share.id)
    await desk.settle()
    assert discord.kinds == ["share.post", "circle.notice", "share.thread_again"]
    assert (await app.sharing.answers.place(share.id)).thread_id == share.message_id


@pytest.mark.anonymity
async def test_only_so_many_shares_an_hour_and_the_draft_stays(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    for _ in range(SHARES_AN_HOUR):
        await desk.share()
    with pytest.raises(UserError, match="pace_share"):
        await app.sharing.check_pace(MAYA)
    await app.sharing.check_pace(NOOR)
    handle = await desk.draft()
    with pytest.raises(UserError, match="pace_share"):
        await app.sharing.post(handle, MAYA)
    clock.advance(HOUR)
    await app.sharing.post(handle, MAYA)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (Body("x" * (TEXT_MAX + 1)), "too_long"),
        (Body("🌊" * (TEXT_MAX // 2 + 1)), "too_long"),
        (Body(" \n\u200b"), "no_words"),
        (Body("x", "n" * 81), "note_too_long"),
    ],
)
async def test_what_does_not_fit_is_refused_whole(app: App, desk: Desk, body: Body, error: str) -> None:
    with pytest.raises(UserError, match=error):
        await app.sharing.write(MAYA, body, circle=desk.circle)
    assert await desk.count("drafts") == 0


async def test_a_code_works_however_it_is_typed_and_shows_no_further_code(app: App, desk: Desk) -> None:
    receipt = await desk.share()
    assert receipt.code is not None
    assert len(receipt.code) == 14
    typed = receipt.code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    held = await app.sharing.enter_code(f" {typed} ", NOOR)
    assert held.posted == receipt.posted
    assert held.code is None
    assert await app.sharing.take_back(held.secret) is None


@pytest.mark.anonymity
async def test_only_so_many_wrong_codes_an_hour_and_then_not_even_a_right_one(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    code = str((await desk.share()).code)
    for _ in range(WRONG_CODES_AN_HOUR):
        with pytest.raises(UserError, match="wrong_code"):
            await app.sharing.enter_code("AAAA-BBBB-CCCC", NOOR)
    with pytest.raises(UserError, match="pace_wrong_code"):
        await app.sharing.enter_code(code, NOOR)
    await app.sharing.enter_code(code, MAYA)
    clock.advance(HOUR)
    await app.sharing.enter_code(code, NOOR)


async def test_a_share_in_a_circle_that_ended_keeps_its_words_for_the_author(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    handle = await desk.draft()
    await app.circles.leave(desk.circle.guild_id)
    with pytest.raises(UserError, match="circle_gone"):
        await app.sharing.post(handle, MAYA)
    assert await app.sharing.let_go(handle, MAYA) == Body(STORY)


@pytest.mark.anonymity
async def test_after_its_days_a_share_rests_and_then_nothing_of_it_is_kept(
    app: App, desk: Desk, clock: FixedClock, discord: FakeDiscord
) -> None:
    receipt = await desk.share()
    await desk.answer(share_of(receipt), NOOR)
    clock.advance(30 * DAY)
    await app.tick()
    await desk.settle()
    assert share_of(await app.sharing.receipt(receipt.secret)).state is State.CLOSED
    assert discord.done[-1] == ("share.nods", Action.EDIT, 12)
    clock.advance(30 * DAY)
    await app.tick()
    for table in ("shares", "answers", "voices", "receipts", "pace"):
        assert await desk.count(table) == 0


async def test_what_is_known_of_a_person_can_be_taken_out_and_erased(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    posted = await desk.share()
    answered = await desk.answer(share_of(await desk.share(NOOR, "Mine.")), MAYA)
    await desk.draft(text="not yet")
    waiting = await desk.draft(text="on its way")
    await app.sharing.post(waiting, MAYA)

    held = await app.sharing.export(MAYA)
    assert [draft["text"] for draft in held["share_drafts"]] == ["not yet"]
    assert {share["as"] for share in held["shares"]} >= {posted.posted.name}
    assert [answer["as"] for answer in held["anonymous_answers"]] == [answered.posted.name]

    async with app.db.transaction() as tx:
        await app.sharing.forget(tx, MAYA)
    assert not any((await app.sharing.export(MAYA)).values())
    assert await desk.count("drafts") == await desk.count("voices") == 0
    assert len((await app.sharing.export(NOOR))["shares"]) == 1
    # Whoever holds a receipt can still take back what stands.
    await app.sharing.take_back(posted.secret)
    await app.sharing.take_back(answered.secret)
