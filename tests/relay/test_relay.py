"""What two write to each other: in order, once, to the right one, sealed while it waits, and never lost."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.circles.models import Circle
from bot.config import Settings
from bot.contacts.models import Contact
from bot.errors import UserError
from bot.outbox.models import Item, TryLater, Undeliverable
from bot.relay.models import ENDED, MESSAGE, RETURNED, SILENT, Party, Side
from tests.conftest import FixedClock

MAYA, NOOR, LIN = 912_345_678_901_234_567, 812_345_678_901_234_567, 712_345_678_901_234_567
KIND = "meet"
DAY = timedelta(days=1)
NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # half past eleven in Berlin
Arrived = tuple[int, str, str]
"""To whom, what, and its words"""


class Postman:
    """Delivers letters as the cog does; `closed` are people who take no direct messages."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.arrived: list[Arrived] = []
        self.closed: set[int] = set()
        self.lost: set[str] = set()
        """Words whose delivery is not heard of the first time"""
        self._ids = itertools.count(1000)
        self._seen: dict[str, int] = {}

    async def deliver(self, item: Item) -> int | None:
        if item.kind != f"{KIND}.letter":
            return None
        parcel = await self.app.relay.to_deliver(item.reference)
        if parcel is None:
            return None
        if parcel.contact.user_id in self.closed:
            raise Undeliverable("closed_dms")
        if item.nonce not in self._seen:
            self._seen[item.nonce] = next(self._ids)
            self.arrived.append((parcel.contact.user_id, parcel.what, parcel.text))
            if parcel.text in self.lost:
                raise TryLater
        return self._seen[item.nonce]


@pytest.fixture
def postman(app: App) -> Postman:
    return Postman(app)


class Talk:
    def __init__(self, app: App, postman: Postman, maya: Side, noor: Side) -> None:
        self.app = app
        self.postman = postman
        self.sides = {MAYA: maya, NOOR: noor}

    async def write(self, who: int, text: str) -> str:
        id = await self.app.relay.draft(self.sides[who].handle, who, text)
        await self.app.relay.send(id, who)
        return id

    async def settle(self) -> list[Arrived]:
        """All that arrived since."""
        before = len(self.postman.arrived)
        await self.app.outbox.drain(self.postman)
        return self.postman.arrived[before:]

    async def end(self, who: int) -> None:
        side = await self.app.relay.mine(self.sides[who].handle, who)
        other = await self.app.relay.other(side)
        async with self.app.db.transaction() as tx:
            await self.app.relay.end(tx, side.talk, {other.handle: ENDED}, handed_back=[other.handle])


@pytest.fixture
async def talk(app: App, circle: Circle, postman: Postman) -> Talk:
    parties = [Party(name, Contact(id, id % 9999, "en")) for name, id in (("M", MAYA), ("N", NOOR))]
    async with app.db.transaction() as tx:
        return Talk(app, postman, *await app.relay.open(tx, KIND, circle.id, parties[0], parties[1]))


async def letters(app: App) -> int:
    return len(await app.db.all("SELECT 1 FROM relay_letters"))


async def reached(app: App) -> set[str]:
    return await app.contacts.references(KIND)


async def test_what_one_writes_arrives_at_the_other_and_is_kept_no_longer(app: App, talk: Talk) -> None:
    await talk.write(MAYA, "Hello?")
    assert await letters(app) == 1
    assert await talk.settle() == [(NOOR, MESSAGE, "Hello?")]
    assert await letters(app) == 0
    await talk.write(NOOR, "Hello.")
    assert await talk.settle() == [(MAYA, MESSAGE, "Hello.")]


async def test_messages_arrive_in_the_order_they_were_sent_in(app: App, talk: Talk) -> None:
    for number in range(5):
        await talk.write(MAYA, f"m{number}")
        await talk.write(NOOR, f"n{number}")
    arrived = await talk.settle()
    assert [text for who, _, text in arrived if who == NOOR] == [f"m{number}" for number in range(5)]
    assert [text for who, _, text in arrived if who == MAYA] == [f"n{number}" for number in range(5)]


async def test_a_delivery_that_was_not_heard_of_is_not_repeated(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    talk.postman.lost = {"Hello?"}
    await talk.write(MAYA, "Hello?")
    await talk.write(MAYA, "Are you there?")
    await talk.settle()
    clock.advance(timedelta(minutes=1))
    await talk.settle()
    assert [text for _, _, text in talk.postman.arrived] == ["Hello?", "Are you there?"]


async def test_the_words_lie_sealed_while_they_wait(app: App, talk: Talk, settings: Settings) -> None:
    await talk.write(MAYA, "zinnia, quite plainly")
    await app.relay.draft(talk.sides[NOOR].handle, NOOR, "zinnia, a draft")
    for end in ("", "-wal"):
        path = Path(f"{settings.database}{end}")
        assert b"zinnia" not in path.read_bytes()


async def test_a_draft_is_sent_once_however_often_it_is_pressed(app: App, talk: Talk) -> None:
    id = await talk.write(MAYA, "Hello?")
    with pytest.raises(UserError, match="draft_gone"):
        await app.relay.send(id, MAYA)
    await talk.settle()
    with pytest.raises(UserError, match="draft_gone"):
        await app.relay.send(id, MAYA)
    assert len(talk.postman.arrived) == 1


async def test_a_draft_can_be_changed_and_let_go(app: App, talk: Talk) -> None:
    id = await app.relay.draft(talk.sides[MAYA].handle, MAYA, "Too much")
    await app.relay.change(id, MAYA, "Enough")
    assert await app.relay.let_go(id, MAYA) == "Enough"
    assert await letters(app) == 0
    assert await talk.settle() == []


async def test_a_draft_goes_after_a_day_or_two(app: App, talk: Talk, clock: FixedClock) -> None:
    await app.relay.draft(talk.sides[MAYA].handle, MAYA, "Left lying")
    clock.advance(DAY)
    await app.relay.do_due()
    assert await letters(app) == 1
    clock.advance(DAY)
    await app.relay.do_due()
    assert await letters(app) == 0


@pytest.mark.parametrize("text", ["", "  \u200b "])
async def test_no_words_are_not_carried(app: App, talk: Talk, text: str) -> None:
    with pytest.raises(UserError, match="no_words"):
        await app.relay.draft(talk.sides[MAYA].handle, MAYA, text)


async def test_too_many_words_are_not_cut(app: App, talk: Talk) -> None:
    with pytest.raises(UserError, match="too_long"):
        await app.relay.draft(talk.sides[MAYA].handle, MAYA, "a" * 2801)


@pytest.mark.parametrize("who", [NOOR, LIN])
async def test_a_handle_works_for_nobody_else(app: App, talk: Talk, who: int) -> None:
    handle, id = (
        talk.sides[MAYA].handle,
        await app.relay.draft(talk.sides[MAYA].handle, MAYA, "Mine"),
    )
    for attempt in (
        app.relay.mine(handle, who),
        app.relay.mine(handle, who, ended=True),
        app.relay.draft(handle, who, "Not mine"),
        app.relay.read(id, who),
        app.relay.change(id, who, "Not mine"),
        app.relay.send(id, who),
        app.relay.let_go(id, who),
        app.relay.at_any_hour(handle, who, yes=True),
    ):
        with pytest.raises(UserError, match="over"):
            await attempt
    assert (await app.relay.read(id, MAYA))[1] == "Mine"


# Who can't be reached now


async def test_quiet_hours_are_waited_for_in_order(app: App, talk: Talk, clock: FixedClock) -> None:
    clock.moment = NIGHT
    await talk.write(MAYA, "one")
    await talk.write(MAYA, "two")
    assert await talk.settle() == []
    clock.advance(timedelta(hours=9))
    await app.relay.do_due()
    assert await talk.settle() == [(NOOR, MESSAGE, "one"), (NOOR, MESSAGE, "two")]


async def test_whoever_wishes_is_reached_at_any_hour(app: App, talk: Talk, clock: FixedClock) -> None:
    clock.moment = NIGHT
    await talk.write(MAYA, "Awake?")
    await app.relay.at_any_hour(talk.sides[NOOR].handle, NOOR, yes=True)
    assert await talk.settle() == [(NOOR, MESSAGE, "Awake?")]


async def test_what_was_under_way_when_quiet_hours_began_waits(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    await talk.write(MAYA, "Late")
    clock.moment = NIGHT
    assert await talk.settle() == []
    clock.advance(timedelta(hours=9))
    await app.relay.do_due()
    assert await talk.settle() == [(NOOR, MESSAGE, "Late")]


async def test_whoever_is_away_finds_it_when_they_are_back(app: App, talk: Talk, clock: FixedClock) -> None:
    await app.reminders.reach.go_away(NOOR, clock.now() + 5 * DAY)
    await talk.write(MAYA, "No hurry")
    for _ in range(4):
        clock.advance(DAY)
        await app.relay.do_due()
        assert await talk.settle() == []
    clock.advance(DAY)
    await app.relay.do_due()
    assert await talk.settle() == [(NOOR, MESSAGE, "No hurry")]


async def test_what_could_not_be_delivered_comes_back_to_who_wrote_it(app: App, talk: Talk) -> None:
    talk.postman.closed = {NOOR}
    await talk.write(MAYA, "Are you there?")
    assert await talk.settle() == [(MAYA, RETURNED, "Are you there?")]
    assert await letters(app) == 0
    assert await app.reminders.reach.is_to_be_told(NOOR)
    assert await app.db.all("SELECT * FROM outbox") == []


async def test_the_talk_goes_on_once_direct_messages_are_open_again(app: App, talk: Talk) -> None:
    talk.postman.closed = {NOOR}
    await talk.write(MAYA, "Are you there?")
    await talk.settle()
    talk.postman.closed = set()
    await talk.write(MAYA, "Now?")
    assert await talk.settle() == [(NOOR, MESSAGE, "Now?")]


async def test_where_nobody_can_be_reached_nothing_goes_round_in_circles(app: App, talk: Talk) -> None:
    talk.postman.closed = {NOOR, MAYA}
    await talk.write(MAYA, "Anyone?")
    assert await talk.settle() == []
    assert await letters(app) == 0
    assert await app.db.all("SELECT * FROM outbox") == []


# The end


async def test_either_ends_it_and_the_other_is_told_once(app: App, talk: Talk) -> None:
    await talk.end(MAYA)
    assert await talk.settle() == [(NOOR, ENDED, "")]
    assert await reached(app) == set()
    for who in (MAYA, NOOR):
        with pytest.raises(UserError, match="over"):
            await talk.write(who, "More")
        assert await app.relay.of_person(who, KIND) == []


async def test_after_the_end_the_side_is_known_for_a_while_and_then_every_row_goes(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    await talk.end(MAYA)
    await talk.settle()
    clock.advance(6 * DAY)
    await app.relay.do_due()
    assert (await app.relay.mine(talk.sides[NOOR].handle, NOOR, ended=True)).name == "N"
    clock.advance(DAY)
    await app.relay.do_due()
    for table in ("relay_talks", "relay_sides", "relay_letters", "contacts"):
        assert await app.db.all(f"SELECT * FROM {table}") == []


async def test_what_was_sent_before_the_end_still_arrives_and_what_was_sent_to_who_ended_it_comes_back(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    clock.moment = NIGHT
    await talk.write(MAYA, "Good bye")
    await talk.write(NOOR, "Until tomorrow")
    await app.relay.draft(talk.sides[NOOR].handle, NOOR, "A thought")
    await talk.end(MAYA)
    assert await talk.settle() == []
    clock.advance(timedelta(hours=9))
    await app.relay.do_due()
    assert await talk.settle() == [
        (NOOR, MESSAGE, "Good bye"),
        (NOOR, RETURNED, "Until tomorrow"),
        (NOOR, ENDED, ""),
    ]
    assert await letters(app) == 0
    assert await reached(app) == set()


async def test_fourteen_days_of_silence_end_it_and_both_are_told(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    clock.advance(10 * DAY)
    await talk.write(MAYA, "Still here")
    await talk.settle()
    clock.advance(13 * DAY)
    await app.tick()
    assert await talk.settle() == []
    clock.advance(DAY)
    await app.tick()
    assert sorted(await talk.settle()) == sorted([(MAYA, SILENT, ""), (NOOR, SILENT, "")])
    assert await reached(app) == set()


async def test_silence_gives_back_what_waited_for_somebody_who_stayed_away(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    await app.reminders.reach.go_away(NOOR, None)
    await talk.write(MAYA, "No hurry")
    clock.advance(14 * DAY)
    await app.tick()
    assert await talk.settle() == [(MAYA, RETURNED, "No hurry"), (MAYA, SILENT, "")]
    clock.advance(7 * DAY)
    await app.tick()
    assert await app.db.all("SELECT * FROM relay_letters") == []
    assert await reached(app) == set()


async def test_it_ends_with_the_key_of_its_period(app: App, talk: Talk, clock: FixedClock) -> None:
    period = talk.sides[MAYA].talk.period
    for _ in range(12):
        clock.advance(10 * DAY)
        await app.tick()
        if period not in app.keys.living:
            break
        await talk.write(MAYA, "Still here")
        await talk.settle()
    assert period not in app.keys.living
    arrived = [what for _, what, _ in await talk.settle()]
    assert set(arrived) <= {SILENT, MESSAGE}
    with pytest.raises(UserError, match="over"):
        await app.relay.mine(talk.sides[MAYA].handle, MAYA, ended=True)


# What is kept about a person


async def test_erasing_oneself_ends_it_kindly_and_takes_back_what_had_not_left(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    clock.moment = NIGHT
    await talk.write(MAYA, "Mine")
    await talk.write(NOOR, "Hers")
    await app.privacy.erase(MAYA)
    clock.advance(timedelta(hours=9))
    await app.relay.do_due()
    assert await talk.settle() == [(NOOR, RETURNED, "Hers"), (NOOR, ENDED, "")]
    with pytest.raises(UserError, match="over"):
        await app.relay.mine(talk.sides[MAYA].handle, MAYA, ended=True)
    assert await reached(app) == set()


async def test_one_sees_what_is_kept_of_the_talk_and_not_who_the_other_is(
    app: App, talk: Talk, clock: FixedClock
) -> None:
    clock.moment = NIGHT
    await talk.write(MAYA, "Not there yet")
    mine = await app.relay.export(MAYA)
    assert mine == {
        "talks": [{"circle_id": "c1", "as": "M", "with": "N", "not_delivered": ["Not there yet"]}]
    }
    assert (await app.relay.export(NOOR))["talks"][0]["not_delivered"] == []
    assert await app.relay.export(LIN) == {"talks": []}


async def test_days_are_all_that_is_known_of_when(app: App, talk: Talk) -> None:
    await talk.write(MAYA, "Hello?")
    for table in ("relay_talks", "relay_letters"):
        for row in await app.db.all(f"SELECT day FROM {table}"):
            assert date.fromisoformat(row["day"])
