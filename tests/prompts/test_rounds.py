from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.config import Settings
from bot.errors import UserError
from bot.outbox.models import Action, Item
from bot.prompts import store
from bot.prompts.card import BETWEEN_EDITS
from bot.prompts.choosing import choose, load_libraries
from bot.prompts.models import Library
from bot.prompts.rounds import Company, State, Variant, company_of
from bot.schedules.models import CannotOpen
from tests.conftest import FixedClock
from tests.prompts.conftest import WINDOW, Postman, give_prompt, posted_prompt, presence_rows

MAYA, NOOR, TOMAS, LIN, SAM = range(500, 505)


def someone(user_id: int = MAYA, *, facilitates: bool = False) -> Actor:
    return Actor(user_id, frozenset({21} if facilitates else set()), manages_server=False)


async def day_counts(app: App) -> dict[str, int]:
    return {row["act"]: row["count"] for row in await app.db.all("SELECT act, count FROM day_counts")}


# Which prompt


async def test_no_prompt_comes_again_until_the_deck_is_through(
    app: App, circle: Circle, clock: FixedClock
) -> None:
    fitting = len(app.prompts.decks("en")["first-steps"].within(circle.depth_ceiling))
    given = []
    for number in range(fitting + 1):
        clock.advance(timedelta(days=7))
        given.append((await give_prompt(app, circle, f"o{number}")).invitation.prompt_id)
    assert len(set(given[:fitting])) == fitting
    assert given[fitting] in given[: fitting - 1]


async def test_no_prompt_is_deeper_than_the_circle_ceiling_and_the_gentler_form_says_so(
    app: App, circle: Circle
) -> None:
    found = load_libraries(app.settings.content)["en"]
    for number in range(12):
        invitation = (await give_prompt(app, circle, f"o{number}", deck="tender")).invitation
        written = found.prompts[invitation.prompt_id]
        assert invitation.depth <= circle.depth_ceiling
        gentler = invitation.variant is Variant.GENTLER
        assert invitation.text == (written.gentler if gentler else written.text)
        assert gentler == (written.depth > circle.depth_ceiling)


async def test_a_prompt_that_nobody_saw_may_come_again(app: App, circle: Circle, postman: Postman) -> None:
    postman.refuse["prompt.card"] = "no_permission"
    lost = await give_prompt(app, circle)
    await postman.drain()
    assert (await app.prompts.get(lost.id)).state is State.UNDELIVERED
    assert await store.prompts_given(app.db, circle.id) == []


async def test_one_occurrence_brings_one_round(app: App, circle: Circle, postman: Postman) -> None:
    first = await give_prompt(app, circle)
    second = await give_prompt(app, circle)
    assert first == second
    assert await postman.drain() == ["send prompt.card", "thread prompt.thread"]


async def test_a_deck_that_is_gone_is_replaced_and_the_facilitators_are_told(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await give_prompt(app, circle, deck="autumn-2019")
    assert round.deck_id == "first-steps"
    assert "send circle.notice" in await postman.drain()
    [notice] = [await app.circles.notice(i.reference) for i in postman.items if i.kind == "circle.notice"]
    assert notice is not None
    assert notice.params == {"wanted": "autumn-2019", "taken": "First steps"}


async def test_a_library_with_nothing_for_the_ceiling_gives_nothing(app: App, circle: Circle) -> None:
    library = load_libraries(app.settings.content)["en"]
    tender = library.decks["tender"]
    only_deep = tuple(replace(p, gentler="", gentler_depth=None) for p in tender.prompts if p.depth == 3)
    deep = Library({"tender": replace(tender, prompts=only_deep)}, library.concepts, library.sources)
    assert choose(deep, circle, "tender", [], random.Random(1)) is None
    assert choose(deep, replace(circle, depth_ceiling=3), "tender", [], random.Random(1)) is not None


async def test_a_circle_for_which_there_is_nothing_opens_nothing(app: App, circle: Circle) -> None:
    with pytest.raises(CannotOpen) as caught:
        await give_prompt(app, replace(circle, depth_ceiling=-1))
    assert caught.value.reason == "no_prompt"
    assert await app.db.all("SELECT 1 FROM prompt_rounds") == []


async def test_a_prompt_that_left_the_library_stays_in_its_round_as_it_was(
    settings: Settings, clock: FixedClock, tmp_path: Path, app: App, circle: Circle
) -> None:
    round = await give_prompt(app, circle)
    shutil.copytree(settings.content, tmp_path / "content")
    (tmp_path / "content" / "en" / "prompts" / "first-steps.toml").unlink()
    async with App.open(replace(settings, content=tmp_path / "content"), clock) as later:
        await Postman(later).drain()
        there = await later.prompts.get(round.id)
        assert there.state is State.OPEN
        assert there.invitation == round.invitation
        about = await later.prompts.about(round.id, someone(facilitates=True), "en")
        assert (about.concept, about.sources, about.note) == (None, (), None)


# Being here


async def test_a_card_is_followed_by_its_thread(app: App, circle: Circle, postman: Postman) -> None:
    round = await posted_prompt(app, circle, postman)
    assert (round.state, round.message_id, round.thread_id) == (State.OPEN, 1000, 1000)
    assert await app.prompts.thread_of(round.id) == (circle, 1000)


async def test_each_person_counts_once_for_each_act(app: App, circle: Circle, postman: Postman) -> None:
    round = await posted_prompt(app, circle, postman)
    for _ in range(3):
        await app.prompts.here(round.id, MAYA)
    await app.prompts.pass_by(round.id, NOOR)
    assert await day_counts(app) == {"here": 1, "passed": 1}
    assert await presence_rows(app, round.id) == 2


async def test_a_round_is_open_now_from_when_its_card_stands_until_its_time_is_over(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await give_prompt(app, circle)
    assert await app.prompts.open_now() == []
    await postman.drain()
    assert await app.prompts.open_now() == [await app.prompts.get(round.id)]
    clock.advance(WINDOW)
    assert await app.prompts.open_now() == []
    await app.prompts.do_due()
    assert not (await app.prompts.get(round.id)).stands


async def test_who_has_come_is_known_until_the_round_closes(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    await app.prompts.pass_by(round.id, MAYA)
    await app.prompts.answer(round.id, user_id=NOOR, name="Noor", text="the harbour at night")
    came = [await app.prompts.has_come(round.id, each) for each in (MAYA, NOOR, TOMAS)]
    assert came == [True, True, False]
    clock.advance(WINDOW)
    await app.prompts.do_due()
    assert not await app.prompts.has_come(round.id, MAYA)


async def test_several_who_come_at_once_cost_one_edit_a_little_later(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    for user_id in (MAYA, NOOR, TOMAS, LIN, SAM):
        await app.prompts.here(round.id, user_id)
    assert await postman.drain() == []
    clock.advance(BETWEEN_EDITS)
    assert await postman.drain() == ["edit prompt.card"]
    assert (await app.prompts.get(round.id)).company is Company.SEVERAL


def test_company_is_told_in_words_and_nothing_finer_below_five() -> None:
    assert company_of(0) is Company.NONE
    assert {company_of(people) for people in range(1, 5)} == {Company.SOME}
    assert [company_of(people) for people in (5, 11, 12, 400)] == [
        Company.SEVERAL,
        Company.SEVERAL,
        Company.MANY,
        Company.MANY,
    ]


async def test_someone_quicker_than_discords_answer_is_counted_and_shown(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await give_prompt(app, circle)
    await app.prompts.here(round.id, MAYA)
    assert await postman.drain() == ["send prompt.card", "thread prompt.thread"]
    clock.advance(BETWEEN_EDITS)
    assert await postman.drain() == ["edit prompt.card"]


# The end


async def test_a_round_ends_once_and_forgets_who_was_here(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    await app.prompts.here(round.id, MAYA)
    clock.advance(WINDOW - timedelta(seconds=1))
    await app.prompts.do_due()
    assert (await app.prompts.get(round.id)).state is State.OPEN
    await postman.drain()
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        await app.prompts.do_due()
    assert await postman.drain() == ["edit prompt.card"]
    assert (await app.prompts.get(round.id)).state is State.CLOSED
    assert await presence_rows(app, round.id) == 0
    assert await day_counts(app) == {"here": 1}
    with pytest.raises(UserError, match="closed"):
        await app.prompts.here(round.id, NOOR)
    with pytest.raises(UserError, match="closed"):
        await app.prompts.thread_of(round.id)


async def test_a_card_whose_time_passed_before_it_left_is_not_posted(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await give_prompt(app, circle)
    clock.advance(WINDOW)
    await app.prompts.do_due()
    assert await postman.drain() == []
    assert (await app.prompts.get(round.id)).state is State.UNDELIVERED
    assert await app.db.all("SELECT 1 FROM outbox") == []
    with pytest.raises(UserError, match="gone"):
        await app.prompts.here(round.id, MAYA)


async def test_a_card_that_was_given_up_and_yet_stands_there_is_closed(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await give_prompt(app, circle)

    class Late(Postman):
        async def deliver(self, item: Item) -> int | None:
            message_id = await super().deliver(item)
            if item.action is Action.SEND and item.kind == "prompt.card":
                clock.advance(WINDOW)
                await app.prompts.do_due()
            return message_id

    assert await Late(app).drain() == ["send prompt.card", "edit prompt.card"]
    there = await app.prompts.get(round.id)
    assert (there.state, there.message_id) == (State.CLOSED, 1000)


async def test_an_edit_that_fails_leaves_the_round_open(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    round = await posted_prompt(app, circle, postman)
    await app.prompts.here(round.id, MAYA)
    postman.refuse["prompt.card"] = "no_access"
    clock.advance(BETWEEN_EDITS)
    await postman.drain()
    assert (await app.prompts.get(round.id)).state is State.OPEN
    assert await app.db.all("SELECT 1 FROM outbox") == []


async def test_a_card_that_was_deleted_at_once_has_no_thread_and_tells_nobody(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await give_prompt(app, circle)
    async with app.db.transaction() as tx:
        await app.prompts._card._delivered(tx, round.id, None)
    assert (await app.prompts.get(round.id)).state is State.UNDELIVERED


# What stands behind it


async def test_only_facilitators_read_what_a_prompt_may_stir(
    app: App, circle: Circle, postman: Postman
) -> None:
    round = await posted_prompt(app, circle, postman)
    member = await app.prompts.about(round.id, someone(), "en")
    facilitator = await app.prompts.about(round.id, someone(facilitates=True), "en")
    assert member.note is None
    assert member.concept is not None
    assert member.sources
    assert facilitator.note is not None
    assert facilitator.note.id == round.invitation.prompt_id


async def test_the_round_near_a_channel_is_its_threads_or_the_newest(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    with pytest.raises(UserError, match="none_yet"):
        await app.prompts.near(circle, 11)
    older = await posted_prompt(app, circle, postman, "o1")
    clock.advance(timedelta(days=7))
    newer = await posted_prompt(app, circle, postman, "o2")
    assert (await app.prompts.near(circle, older.thread_id)).id == older.id
    assert (await app.prompts.near(circle, 11)).id == newer.id
