"""Words by name: into a thread on the card, and out of it again, whatever happens on the way."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.checkins.models import CheckIn, Display, ThreadState
from bot.circles.models import Circle
from bot.errors import UserError
from bot.outbox.models import Action, Item
from tests.checkins.conftest import (
    CHANNEL,
    MAYA,
    NOOR,
    WINDOW,
    Postman,
    asked_to_open,
    everything_in,
    refreshed,
    says,
)
from tests.conftest import FixedClock

CARD = 1000


async def test_the_first_words_open_the_thread_and_all_words_follow_into_it(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME, "Maya")
    await says(app, checkin, NOOR, "calm", Display.BY_NAME, "Noor")
    assert await postman.drain() == ["thread checkin.thread", "send checkin.words", "send checkin.words"]
    assert sorted(postman.said) == [(CARD, "Maya: tired"), (CARD, "Noor: calm")]
    await says(app, checkin, MAYA, "and lighter", Display.BY_NAME, "Maya")
    assert "thread checkin.thread" not in await postman.drain()


async def test_nothing_is_shown_before_someone_chose_it(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, "tired", None)
    await says(app, checkin, NOOR, "calm", Display.COUNTED)
    await postman.drain()
    clock.advance(WINDOW)
    await app.checkins.close_due()
    await postman.drain()
    assert postman.said == []


async def test_choosing_twice_posts_once(app: App, checkin: CheckIn, postman: Postman) -> None:
    visit = await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await app.checkins.show(checkin.id, MAYA, visit.version, Display.BY_NAME, name="Maya")
    await postman.drain()
    await app.checkins.show(checkin.id, MAYA, visit.version, Display.BY_NAME, name="Maya")
    await postman.drain()
    assert len(postman.said) == 1


async def test_another_choice_removes_what_was_posted(app: App, checkin: CheckIn, postman: Postman) -> None:
    visit = await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    await app.checkins.show(checkin.id, MAYA, visit.version, Display.COUNTED, name="Maya")
    assert await postman.drain() == ["delete checkin.gone"]
    assert (postman.items[-1].channel_id, postman.items[-1].message_id) == (CARD, 1001)


async def test_another_choice_before_anything_left_posts_nothing(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    visit = await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await app.checkins.show(checkin.id, MAYA, visit.version, Display.COUNTED, name="Maya")
    await postman.drain()
    assert postman.said == []


async def test_new_words_remove_the_old_and_are_asked_about(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    visit = await says(app, checkin, MAYA, "not for everyone", None)
    assert visit.answer is not None
    assert visit.answer.display is None
    assert await postman.drain() == ["delete checkin.gone"]


async def test_an_answer_with_the_same_words_leaves_the_post_where_it_is(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    visit = await says(app, checkin, MAYA, "tired", None)
    assert visit.answer is not None
    assert visit.answer.display is Display.BY_NAME
    assert await postman.drain() == []


async def test_words_taken_back_while_they_leave_are_deleted_once_they_stand(
    app: App, checkin: CheckIn
) -> None:
    class Slow(Postman):
        async def deliver(self, item: Item) -> int | None:
            sent = await super().deliver(item)
            if item.kind == "checkin.words" and item.action is Action.SEND:
                await app.checkins.take_back(checkin.id, MAYA)
            return sent

    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    slow = Slow(app)
    await slow.drain()
    assert slow.items[-1].action is Action.DELETE
    assert await app.db.all("SELECT * FROM checkin_named_words") == []


@pytest.mark.parametrize("reason", ["too_many_threads", "no_permission"])
async def test_without_a_thread_the_words_come_in_the_channel(
    app: App, checkin: CheckIn, postman: Postman, reason: str
) -> None:
    postman.refuse["checkin.thread", CHANNEL] = reason
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await says(app, checkin, NOOR, "calm", Display.BY_NAME, "Noor")
    await postman.drain()
    assert sorted(postman.said) == [(CHANNEL, "Maya: tired"), (CHANNEL, "Noor: calm")]
    assert await app.db.all("SELECT * FROM outbox WHERE state = 'failed'") == []


async def test_with_the_card_deleted_the_words_come_in_the_channel(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    postman.card_deleted = True
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    assert postman.said == [(CHANNEL, "Maya: tired")]


async def test_with_the_thread_deleted_the_words_come_in_the_channel(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    postman.refuse["checkin.words", CARD] = "channel_gone"
    await says(app, checkin, NOOR, "calm", Display.BY_NAME, "Noor")
    await postman.drain()
    assert postman.said[-1] == (CHANNEL, "Noor: calm")
    assert (await refreshed(app, checkin)).thread is ThreadState.FAILED
    assert await app.db.all("SELECT * FROM outbox WHERE state = 'failed'") == []


async def test_a_locked_thread_is_left_quiet_and_the_words_stay_sealed(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    postman.refuse["checkin.words", CARD] = "thread_archived"
    await says(app, checkin, NOOR, "calm", Display.BY_NAME, "Noor")
    await postman.drain()
    assert len(postman.said) == 1
    assert len(await app.db.all("SELECT * FROM outbox WHERE state = 'failed'")) == 1
    assert "calm" not in await everything_in(app)


async def test_words_chosen_before_we_heard_that_the_card_stands_follow_it(
    app: App, circle: Circle, postman: Postman
) -> None:
    checkin = await asked_to_open(app, circle)
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await postman.drain()
    assert postman.said == [(CARD, "Maya: tired")]


async def test_only_their_writer_takes_words_back_and_even_after_closing(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    marks = []

    class Reading(Postman):
        async def deliver(self, item: Item) -> int | None:
            if item.kind == "checkin.words" and (shown := await app.checkins.shown_words(item.reference)):
                marks.append((shown.id, shown.mark))
            return await super().deliver(item)

    reading = Reading(app)
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    await reading.drain()
    clock.advance(WINDOW)
    await app.checkins.close_due()
    await reading.drain()
    ((words_id, mark),) = marks
    with pytest.raises(UserError) as refused:
        await app.checkins.take_back_words(words_id, mark, NOOR, channel_id=CARD, message_id=1001)
    assert refused.value.key == "checkin.errors.only_their_writer"
    await app.checkins.take_back_words(words_id, mark, MAYA, channel_id=CARD, message_id=1001)
    assert await reading.drain() == ["delete checkin.gone"]


async def test_words_taken_back_under_their_message_may_be_shown_again_while_it_is_open(
    app: App, checkin: CheckIn, postman: Postman
) -> None:
    visit = await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    (row,) = await app.db.all("SELECT id FROM checkin_named_words")
    shown = await app.checkins.shown_words(row["id"])
    assert shown is not None
    await postman.drain()
    await app.checkins.take_back_words(shown.id, shown.mark, MAYA, channel_id=CARD, message_id=1001)
    answer = await app.checkins.mine(checkin.id, MAYA)
    assert answer is not None
    assert (answer.words, answer.display) == ("tired", None)
    await app.checkins.show(checkin.id, MAYA, visit.version, Display.BY_NAME, name="Maya")
    await postman.drain()
    assert postman.said == [(CARD, "Maya: tired")] * 2


async def test_words_on_their_way_at_closing_still_come_and_then_nothing_is_kept(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock
) -> None:
    await says(app, checkin, MAYA, "tired", Display.BY_NAME)
    clock.advance(WINDOW)
    await app.checkins.close_due()
    assert app.keys.tag("check-in person", MAYA) not in await everything_in(app)
    await postman.drain()
    assert (CARD, "Maya: tired") in postman.said
    assert await app.db.all("SELECT * FROM checkin_named_words") == []
