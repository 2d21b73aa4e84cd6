"""The image of a draft and of a share, while it waits: sealed, with whoever wrote it, and gone with what it is of."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.app import App
from bot.circles.models import Actor, Circle
from bot.errors import UserError
from bot.sharing.images.models import BESIDE_MAX, DESCRIPTION_MAX
from bot.sharing.models import DRAFT_LIFE, Body, Share, State
from bot.sharing.rules.models import Leaving, Review
from tests.conftest import FixedClock
from tests.sharing import pictures
from tests.sharing.conftest import MAYA, NOOR, STORY, Desk, FakeDiscord, share_of

PICTURE = pictures.MARKED["PNG"]
BOSS = Actor(1, frozenset(), manages_server=True)


@pytest.fixture(autouse=True)
async def allowed(app: App, circle: Circle) -> None:
    await app.sharing.rules.change(BOSS, circle, images=True)


async def draft(desk: Desk, text: str = STORY) -> str:
    handle, _ = await desk.app.sharing.write(MAYA, Body(text), circle=desk.circle, wordless=True)
    await desk.app.sharing.images.put(handle, MAYA, PICTURE)
    return handle


async def waiting(desk: Desk) -> tuple[str, Share]:
    """A share with an image that waits for an hour to come."""
    await desk.app.sharing.rules.change(BOSS, desk.circle, leaving=Leaving.HOUR)
    handle = await draft(desk)
    share = share_of(await desk.app.sharing.post(handle, MAYA))
    assert share.state is State.WAITING
    return handle, share


async def refused(key: str, handle: str, user_id: int, desk: Desk) -> None:
    with pytest.raises(UserError) as error:
        await desk.app.sharing.images.put(handle, user_id, PICTURE)
    assert error.value.key == key


async def test_it_lies_sealed_and_is_opened_for_its_draft_alone(app: App, desk: Desk) -> None:
    handle = await draft(desk)
    await app.sharing.images.describe(handle, MAYA, "A mattress")
    read = await app.sharing.drafts.read(handle, MAYA)
    image = await app.sharing.images.of_draft(read.id)
    assert image is not None
    assert image.description == "A mattress"
    [row] = await app.db.all("SELECT * FROM share_images")
    assert image.data[200:260] not in row["image"]
    assert b"mattress" not in row["image"]
    async with app.db.transaction() as tx:
        await tx.execute("UPDATE share_images SET id = 'another'")
    with pytest.raises(ValueError, match="not sealed here"):
        await app.sharing.images.of_draft(read.id)


async def test_only_who_wrote_the_draft_can_put_describe_or_take_out_an_image(app: App, desk: Desk) -> None:
    handle = await draft(desk)
    await refused("share.errors.draft_gone", handle, NOOR, desk)
    with pytest.raises(UserError):
        await app.sharing.images.describe(handle, NOOR, "x")
    with pytest.raises(UserError):
        await app.sharing.images.take_out(handle, NOOR)
    assert await desk.count("share_images") == 1


async def test_an_answer_takes_none(app: App, desk: Desk) -> None:
    share = share_of(await desk.share())
    place = await app.sharing.answers.place(share.id)
    handle, _ = await app.sharing.answers.write(NOOR, place, "So did I.")
    await refused("image.errors.not_here", handle, NOOR, desk)


async def test_a_circle_of_words_takes_none(app: App, desk: Desk, circle: Circle) -> None:
    await app.sharing.rules.change(BOSS, circle, images=False)
    handle = await desk.draft()
    await refused("image.errors.not_here", handle, MAYA, desk)


async def test_a_long_text_leaves_no_room_and_a_long_description_is_refused(app: App, desk: Desk) -> None:
    handle = await desk.draft(text="w" * (BESIDE_MAX + 1))
    await refused("image.errors.too_many_words", handle, MAYA, desk)
    handle = await draft(desk)
    with pytest.raises(UserError) as error:
        await app.sharing.images.describe(handle, MAYA, "w" * (DESCRIPTION_MAX + 1))
    assert error.value.key == "image.errors.description_too_long"


async def test_without_words_and_without_an_image_nothing_is_posted(app: App, desk: Desk) -> None:
    handle = await draft(desk, text="")
    await app.sharing.images.take_out(handle, MAYA)
    with pytest.raises(UserError) as error:
        await app.sharing.post(handle, MAYA)
    assert error.value.key == "share.errors.no_words"


# Gone with what it is of


async def test_it_goes_when_the_draft_is_let_go_is_a_day_old_or_is_erased_with_all_else(
    app: App, desk: Desk, clock: FixedClock
) -> None:
    await app.sharing.let_go(await draft(desk), MAYA)
    assert await desk.count("share_images") == 0
    await draft(desk)
    clock.advance(DRAFT_LIFE + timedelta(minutes=1))
    await app.sharing.do_due()
    assert await desk.count("share_images") == 0
    await draft(desk)
    await app.privacy.erase(NOOR)
    assert await desk.count("share_images") == 1
    await app.privacy.erase(MAYA)
    assert await desk.count("share_images") == 0


async def test_it_goes_as_soon_as_discord_has_it(app: App, desk: Desk) -> None:
    handle = await draft(desk)
    share = share_of(await app.sharing.post(handle, MAYA))
    assert await app.sharing.images.is_there(share.id)
    await desk.settle()
    assert await desk.count("share_images") == 0


async def test_it_waits_with_its_share_and_goes_with_it_when_that_is_taken_back(app: App, desk: Desk) -> None:
    handle, share = await waiting(desk)
    assert await app.sharing.images.of_share(share.id) is not None
    await app.sharing.take_back(handle)
    assert await desk.count("share_images") == 0
    await waiting(desk)
    await app.privacy.erase(MAYA)
    assert await desk.count("share_images") == 0


async def test_it_stays_while_discord_refuses_and_goes_when_that_is_taken_back(
    app: App, desk: Desk, discord: FakeDiscord
) -> None:
    discord.refuse["share.post"] = "no_permission"
    handle = await draft(desk)
    share = share_of(await app.sharing.post(handle, MAYA))
    await desk.settle()
    assert await app.sharing.images.of_share(share.id) is not None
    [told] = await app.db.all("SELECT key FROM notices")
    assert told["key"] == "image.notices.not_posted"
    await app.sharing.take_back(handle)
    assert await desk.count("share_images") == 0


async def test_a_share_that_was_handed_back_becomes_a_draft_with_its_image(
    app: App, desk: Desk, circle: Circle
) -> None:
    await app.sharing.rules.change(BOSS, circle, review=Review.ALL)
    handle = await draft(desk)
    share = share_of(await app.sharing.post(handle, MAYA))
    before = await app.sharing.images.of_share(share.id)
    async with app.db.transaction() as tx:
        await tx.execute("UPDATE shares SET state = 'returned', reason = 'other'")
    _, again = await app.sharing.take_up_again(handle, MAYA, circle)
    assert await app.sharing.images.of_draft(again.id) == before
    assert before is not None
    assert await desk.count("share_images") == 1


async def test_a_draft_begun_anew_keeps_it_and_another_takes_its_place(
    app: App, desk: Desk, circle: Circle
) -> None:
    await draft(desk)
    handle, again = await app.sharing.write(MAYA, Body("Other words"), circle=circle, instead=True)
    first = await app.sharing.images.of_draft(again.id)
    assert first is not None
    await app.sharing.images.put(handle, MAYA, pictures.plain())
    assert await app.sharing.images.of_draft(again.id) not in (None, first)
    assert await desk.count("share_images") == 1


async def test_two_puts_at_once_leave_one(app: App, desk: Desk) -> None:
    handle = await desk.draft()
    await asyncio.gather(*(app.sharing.images.put(handle, MAYA, PICTURE) for _ in range(2)))
    assert await desk.count("share_images") == 1


async def test_a_draft_posted_while_its_image_was_drawn_has_none_and_that_is_told(
    app: App, desk: Desk
) -> None:
    handle = await desk.draft()
    putting = asyncio.create_task(app.sharing.images.put(handle, MAYA, PICTURE))
    await asyncio.sleep(0)
    await app.sharing.post(handle, MAYA)
    with pytest.raises(UserError) as error:
        await putting
    assert error.value.key == "share.errors.draft_gone"
    assert await desk.count("share_images") == 0
