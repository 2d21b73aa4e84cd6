"""Anonymous answers: one name per person and thread, and none that joins two threads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.errors import UserError
from bot.sharing.models import Answer, Body, Place, Receipt, State
from tests.conftest import FixedClock
from tests.sharing.conftest import MAYA, NOOR, SAM, Desk, FakeDiscord, share_of


def answer_of(receipt: Receipt) -> Answer:
    assert isinstance(receipt.posted, Answer)
    return receipt.posted


async def test_a_person_keeps_one_name_in_a_thread_and_has_another_in_the_next(app: App, desk: Desk) -> None:
    here, there = share_of(await desk.share()), share_of(await desk.share(text="Another."))
    first = answer_of(await desk.answer(here, NOOR))
    second = answer_of(await desk.answer(here, NOOR))
    elsewhere = answer_of(await desk.answer(there, NOOR))
    other = answer_of(await desk.answer(here, SAM))
    assert first.name == second.name
    assert len({first.name, other.name, here.name}) == 3
    assert first.voice != elsewhere.voice


async def test_who_shared_answers_in_the_voice_of_the_share(app: App, desk: Desk) -> None:
    receipt = await desk.share()
    share = share_of(receipt)
    answer = answer_of(await desk.answer(share, MAYA))
    assert (answer.name, answer.as_author) == (share.name, True)
    assert not answer_of(await desk.answer(share, NOOR)).as_author


async def test_with_the_receipt_one_is_the_author_without_any_link(app: App, desk: Desk) -> None:
    receipt = await desk.share()
    async with app.db.transaction() as tx:
        await app.sharing.forget(tx, MAYA)
    place = await app.sharing.answers.place(share_of(receipt).id)
    _, plain = await app.sharing.answers.write(MAYA, place, "Hello.")
    _, same_voice = await app.sharing.answers.write(MAYA, place, "Hello.", as_author=True)
    assert (plain.as_author, same_voice.as_author) == (False, True)


async def test_an_answer_to_a_prompt_goes_to_its_place_under_a_name_for_that_prompt(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    names = set()
    for scope in ("prompt:r1", "prompt:r2"):
        place = Place(desk.circle.id, 77, scope)
        handle, draft = await app.sharing.answers.write(NOOR, place, "A lamp in a window.")
        assert draft.is_to_prompt
        await app.sharing.post(handle, NOOR)
        await desk.settle()
        names.add((await app.sharing.receipt(handle)).posted)
    assert [channel for kind, _, channel in discord.done if kind == "share.answer"] == [77, 77]
    assert len({answer.voice for answer in names if isinstance(answer, Answer)}) == 2
    [row] = await app.db.all("SELECT act, count FROM day_counts")
    assert tuple(row) == ("answered_anonymously", 2)


async def test_an_answer_is_taken_back_and_with_the_last_one_the_name_goes(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    share = share_of(await desk.share())
    first, second = await desk.answer(share, NOOR), await desk.answer(share, NOOR)
    await app.sharing.take_back(first.secret)
    assert await desk.count("voices") == 1
    await app.sharing.take_back(second.secret)
    await desk.settle()
    assert discord.kinds[-2:] == ["share.erase", "share.erase"]
    assert await desk.count("voices") == await desk.count("answers") == await desk.count("outbox") == 0


async def test_an_answer_let_go_leaves_no_name_behind(app: App, desk: Desk) -> None:
    place = await app.sharing.answers.place(share_of(await desk.share()).id)
    handle, _ = await app.sharing.answers.write(NOOR, place, "Hm.")
    assert await app.sharing.let_go(handle, NOOR) == Body("Hm.")
    assert await desk.count("voices") == 0


async def test_an_answer_that_cannot_be_posted_is_kept_and_tried_again(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    share = share_of(await desk.share())
    discord.refuse["share.answer"] = "no_permission"
    receipt = await desk.answer(share, NOOR, "I know that winter.")
    assert (receipt.posted.state, receipt.body) == (State.STUCK, Body("I know that winter."))
    assert discord.kinds[-1] == "circle.notice"
    discord.refuse.clear()
    await app.sharing.try_again(receipt.secret)
    await desk.settle()
    assert (await app.sharing.receipt(receipt.secret)).posted.state is State.OPEN


async def test_an_answer_taken_back_while_it_was_being_sent_is_deleted_when_it_arrives(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    place = await app.sharing.answers.place(share_of(await desk.share()).id)
    handle, _ = await app.sharing.answers.write(NOOR, place, "Too soon.")
    await app.sharing.post(handle, NOOR)
    assert await app.sharing.take_back(handle) == Body("Too soon.")
    await desk.settle()
    assert discord.kinds[-2:] == ["share.answer", "share.erase"]
    assert await desk.count("answers") == await desk.count("voices") == 0


async def test_the_author_of_a_share_that_was_taken_back_cannot_post_an_answer_of_theirs_any_more(
    app: App, desk: Desk
) -> None:
    receipt = await desk.share()
    place = await app.sharing.answers.place(share_of(receipt).id)
    handle, _ = await app.sharing.answers.write(MAYA, place, "One thing more.")
    await app.sharing.take_back(receipt.secret)
    with pytest.raises(UserError, match="share_gone"):
        await app.sharing.post(handle, MAYA)
    assert await app.sharing.let_go(handle, MAYA) == Body("One thing more.")


async def test_an_abandoned_answer_draft_takes_its_name_along(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    place = await app.sharing.answers.place(share_of(await desk.share()).id)
    await app.sharing.answers.write(NOOR, place, "Hm.")
    clock.advance(timedelta(days=1))
    await app.tick()
    assert await desk.count("drafts") == await desk.count("voices") == 0
