from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.errors import UserError
from bot.outbox.models import Item
from bot.prompts.answers import TRY_AGAIN
from bot.prompts.rounds import ANSWER_LIMIT, KEPT_AFTER_CLOSING, Answer
from tests.conftest import FixedClock
from tests.prompts.conftest import CHANNEL, WINDOW, Postman, give_prompt, posted_prompt

MAYA, NOOR = 500, 501
CANARY = "heron over the wet roof"


async def write(app: App, round_id: str, text: str = CANARY, user_id: int = MAYA) -> Answer:
    return (await app.prompts.answer(round_id, user_id=user_id, name="Maya", text=text)).answer


def on_disk(settings_database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in settings_database.parent.glob("towards.db*"))


async def test_an_answer_is_posted_in_the_thread_and_its_words_are_erased(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    answer = await write(app, round.id)
    assert await postman.drain() == ["send prompt.answer"]
    assert postman.words == [(round.thread_id, CANARY)]
    [kept] = await app.prompts.answers.of(round.id, MAYA)
    assert (kept.id, kept.is_posted, kept.sealed) == (answer.id, True, None)


async def test_words_that_wait_are_never_readable_in_the_file(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    await write(app, round.id)
    assert CANARY.encode() not in on_disk(app.settings.database)
    assert b"Maya" not in on_disk(app.settings.database)


async def test_an_answer_waits_for_its_thread(app: App, circle: Circle, postman: Postman) -> None:
    round = await give_prompt(app, circle)
    await write(app, round.id)
    with pytest.raises(UserError, match="thread_soon"):
        await app.prompts.thread_of(round.id)
    assert await postman.drain() == ["send prompt.card", "thread prompt.thread", "send prompt.answer"]
    assert postman.words == [(1000, CANARY)]


async def test_without_a_thread_answers_go_to_the_channel_and_the_facilitators_are_told(
    app: App, circle: Circle, postman: Postman
) -> None:
    postman.refuse["prompt.thread"] = "no_permission"
    round = await give_prompt(app, circle)
    await write(app, round.id)
    assert await postman.drain() == ["send prompt.card", "send prompt.answer", "send circle.notice"]
    assert postman.words == [(CHANNEL, CANARY)]
    assert await app.prompts.thread_of(round.id) == (circle, CHANNEL)
    await write(app, round.id, "one more")
    await postman.drain()
    assert postman.words[1:] == [(CHANNEL, "one more")]


async def test_a_thread_that_was_deleted_costs_no_word(app: App, circle: Circle, postman: Postman) -> None:
    round = await posted_prompt(app, circle, postman)
    await write(app, round.id)

    class ThreadGone(Postman):
        async def deliver(self, item: Item) -> int | None:
            self.refuse = {} if item.channel_id == CHANNEL else {"prompt.answer": "channel_gone"}
            return await super().deliver(item)

    postman = ThreadGone(app)
    await postman.drain()
    assert postman.words == [(CHANNEL, CANARY)]
    assert postman.done() == ["send prompt.answer", "send circle.notice"]


async def test_a_locked_thread_holds_the_answer_and_one_notice_tells_of_it(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    postman.refuse["prompt.answer"] = "thread_archived"
    await write(app, round.id)
    await write(app, round.id, "another", NOOR)
    assert await postman.drain() == ["send circle.notice"]
    clock.advance(TRY_AGAIN)
    await app.prompts.do_due()
    assert await postman.drain() == ["edit prompt.card"]  # no second notice
    postman.refuse.clear()
    clock.advance(TRY_AGAIN)
    await app.prompts.do_due()
    assert await postman.drain() == ["send prompt.answer"] * 2
    assert {place for place, _ in postman.words} == {round.thread_id}


async def test_the_same_words_sent_again_are_posted_once(app: App, circle: Circle, postman: Postman) -> None:
    round = await posted_prompt(app, circle, postman)
    first = await write(app, round.id)
    await postman.drain()
    again = await write(app, round.id)
    assert again.id == first.id
    assert await postman.drain() == []
    assert (await write(app, round.id, user_id=NOOR)).id != first.id


async def test_a_form_sent_after_the_end_is_posted_and_not_counted(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    await app.prompts.write(round.id)
    clock.advance(WINDOW)
    await app.prompts.do_due()
    await write(app, round.id)
    assert "send prompt.answer" in await postman.drain()
    assert await app.db.all("SELECT 1 FROM day_counts") == []
    assert await app.db.all("SELECT 1 FROM prompt_presence") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [("  \n", "no_words"), ("x" * (ANSWER_LIMIT + 1), "too_long"), ("\N{SEEDLING}" * 2500, "too_long")],
)
async def test_words_that_are_none_or_too_many_are_refused(
    app: App, circle: Circle, postman: Postman, text: str, key: str
) -> None:
    round = await posted_prompt(app, circle, postman)
    with pytest.raises(UserError, match=key):
        await write(app, round.id, text)


# Taking back


async def test_an_answer_taken_back_before_it_left_is_handed_back(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    answer = await write(app, round.id)
    assert await app.prompts.answers.take_back(answer.id, MAYA) == CANARY
    assert await postman.drain() == []
    assert await app.db.all("SELECT 1 FROM prompt_answers") == []


async def test_an_answer_taken_back_after_it_was_posted_is_deleted(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    answer = await write(app, round.id)
    await postman.drain()
    assert await app.prompts.answers.take_back(answer.id, MAYA) is None
    assert await postman.drain() == ["delete prompt.answer_gone"]
    assert (postman.items[-1].channel_id, postman.items[-1].message_id) == (round.thread_id, 1001)
    with pytest.raises(UserError, match="nothing_to_take_back"):
        await app.prompts.answers.take_back(answer.id, MAYA)


async def test_an_answer_taken_back_while_it_is_being_sent_is_deleted_afterwards(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    answer = await write(app, round.id)

    class Slow(Postman):
        async def deliver(self, item: Item) -> int | None:
            message_id = await super().deliver(item)
            if self.done()[-1] == "send prompt.answer":
                assert await app.prompts.answers.take_back(answer.id, MAYA) == CANARY
            return message_id

    assert await Slow(app).drain() == ["send prompt.answer", "delete prompt.answer_gone"]
    assert await app.db.all("SELECT 1 FROM prompt_answers") == []


async def test_nobody_takes_back_what_another_wrote(app: App, circle: Circle, postman: Postman) -> None:
    round = await posted_prompt(app, circle, postman)
    answer = await write(app, round.id)
    with pytest.raises(UserError, match="nothing_to_take_back"):
        await app.prompts.answers.take_back(answer.id, NOOR)


async def test_the_link_to_an_answer_ends_thirty_days_after_its_round(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    await write(app, round.id)
    await postman.drain()
    clock.advance(WINDOW + KEPT_AFTER_CLOSING)
    await app.prompts.do_due()
    assert len(await app.prompts.answers.of(round.id, MAYA)) == 1
    clock.advance(timedelta(seconds=1))
    await app.prompts.do_due()
    assert await app.prompts.answers.of(round.id, MAYA) == []


# Everything about a person


async def test_what_is_kept_about_someone_is_told_to_them_and_forgotten_on_request(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    await app.prompts.here(round.id, MAYA)
    await write(app, round.id)
    await postman.drain()
    await write(app, round.id, "still waiting")
    told = await app.prompts.export(MAYA)
    assert [row["act"] for row in told if "act" in row] == ["answered", "here"]
    assert {row["words"] for row in told if "words" in row} == {None, "still waiting"}

    async with app.db.transaction() as tx:
        await app.prompts.forget(tx, MAYA)
    assert await postman.drain() == ["delete prompt.answer_gone"]
    assert await app.prompts.export(MAYA) == []
