from __future__ import annotations

from datetime import timedelta

from bot.app import App
from bot.circles.models import Circle
from bot.outbox.models import Item, Priority
from tests.conftest import FixedClock


class Postman:
    """Takes what the outbox sends, and remembers it."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    async def deliver(self, item: Item) -> int | None:
        self.items.append(item)
        return 900 + len(self.items)


async def test_a_notice_goes_to_the_facilitators_channel_with_its_words_and_what_fills_them(
    app: App, circle: Circle
) -> None:
    async with app.db.transaction() as tx:
        await app.circles.notify(tx, circle, "common.errors.which_circle", names="Harbour", count=2)
    postman = Postman()
    await app.outbox.drain(postman)

    [item] = postman.items
    notice = await app.circles.notice(item.reference)
    assert (item.kind, item.channel_id, item.priority) == ("circle.notice", 13, Priority.REMINDER)
    assert notice is not None
    assert (notice.circle, notice.key) == (circle, "common.errors.which_circle")
    assert notice.params == {"names": "Harbour", "count": 2}


async def test_a_notice_about_safety_leaves_before_the_others(app: App, circle: Circle) -> None:
    async with app.db.transaction() as tx:
        await app.circles.notify(tx, circle, "common.errors.circle_gone")
        await app.circles.notify(tx, circle, "common.errors.circle_gone", priority=Priority.SAFETY)
    postman = Postman()
    await app.outbox.drain(postman)

    assert [item.priority for item in postman.items] == [Priority.SAFETY, Priority.REMINDER]


async def test_a_notice_is_taken_back_with_the_transaction_it_belongs_to(app: App, circle: Circle) -> None:
    try:
        async with app.db.transaction() as tx:
            await app.circles.notify(tx, circle, "common.errors.circle_gone")
            raise RuntimeError("the use case failed")
    except RuntimeError:
        pass
    assert await app.outbox.drain(Postman()) == 0


async def test_a_notice_is_deleted_after_thirty_days(app: App, circle: Circle, clock: FixedClock) -> None:
    async with app.db.transaction() as tx:
        await app.circles.notify(tx, circle, "common.errors.circle_gone")
    postman = Postman()
    await app.outbox.drain(postman)
    [item] = postman.items

    clock.advance(timedelta(days=30))
    await app.circles.do_due()
    assert await app.circles.notice(item.reference) is not None
    clock.advance(timedelta(seconds=1))
    await app.circles.do_due()
    assert await app.circles.notice(item.reference) is None
