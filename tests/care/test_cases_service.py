"""Cases by what they keep: who may do what, once, and what is left of it."""

from __future__ import annotations

import asyncio
import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.care.cases.models import AFTER, FACILITATOR, KIND, Case, Noted, Part, State, Word, part_of
from bot.circles.models import Actor, Circle
from bot.contacts.models import Contact
from bot.errors import UserError
from bot.outbox.models import Action, Item, Undeliverable
from tests.conftest import FixedClock

MAYA, ANA, BEN = 912_345_678_901_234_567, 812_345_678_901_234_567, 712_345_678_901_234_567
MINUTE = timedelta(minutes=1)


def contact(user_id: int) -> Contact:
    return Contact(user_id, user_id % 9999, "en")


def facilitator(user_id: int) -> Actor:
    return Actor(user_id, frozenset({21}), manages_server=False)


class Postman:
    """Delivers everything that can be, and remembers what it was; `refuses` are kinds that can't."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.refuses: dict[str, str] = {}
        self.sent: list[str] = []
        self._ids = itertools.count(1000)

    async def deliver(self, item: Item) -> int | None:
        if item.kind in self.refuses and item.action is Action.SEND:
            raise Undeliverable(self.refuses[item.kind])
        if item.kind == "case.word":
            found = await self.app.care.cases.word(item.reference)
            if found is None:
                return None
            self.sent.append(found[0].value)
        elif item.kind == "case.letter":
            parcel = await self.app.relay.to_deliver(item.reference)
            if parcel is None:
                return None
            self.sent.append(parcel.what)
        else:
            self.sent.append(f"{item.action} {item.kind}")
        return next(self._ids) if item.action is Action.SEND else item.message_id


@pytest.fixture
def postman(app: App) -> Postman:
    return Postman(app)


async def settle(app: App, postman: Postman) -> list[str]:
    """What left since."""
    before = len(postman.sent)
    await app.outbox.drain(postman)
    return postman.sent[before:]


async def ask(app: App, circle: Circle, user_id: int = MAYA) -> Case:
    return await app.care.cases.ask(circle, contact(user_id), Noted(3, "suicide", None))


async def stored(app: App, case: Case) -> Case:
    shown = await app.care.cases.shown(case.id)
    assert shown is not None
    return shown.case


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_hour_is_in_a_part_of_the_day(moment: datetime) -> None:
    assert part_of(moment) in Part


@pytest.mark.parametrize(
    ("hour", "part"),
    [(4, "night"), (5, "morning"), (11, "morning"), (12, "afternoon"), (17, "evening"), (22, "night")],
)
def test_the_parts_of_a_day_begin_where_people_say_so(hour: int, part: str) -> None:
    assert part_of(datetime(2026, 3, 2, hour, tzinfo=UTC)) == part


async def test_two_requests_at_once_are_one(app: App, circle: Circle) -> None:
    first, second = await asyncio.gather(ask(app, circle), ask(app, circle))
    assert first.id == second.id
    assert len(await app.db.all("SELECT * FROM care_cases")) == 1


async def test_of_several_facilitators_at_once_one_gets_it(app: App, circle: Circle) -> None:
    case = await ask(app, circle)
    people = (ANA, BEN)
    tries = [app.care.cases.take(facilitator(id), case.id, contact(id)) for id in people]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Case", "UserError"]
    assert len(await app.db.all("SELECT * FROM relay_talks")) == 1


async def test_only_facilitators_take_and_nobody_their_own(app: App, circle: Circle) -> None:
    case, cases = await ask(app, circle), app.care.cases
    with pytest.raises(UserError, match="facilitators_only"):
        await cases.take(Actor(BEN, frozenset(), manages_server=False), case.id, contact(BEN))
    with pytest.raises(UserError, match="your_own"):
        await cases.take(facilitator(MAYA), case.id, contact(MAYA))
    assert (await stored(app, case)).state is State.OPEN


async def test_only_who_asked_withdraws(app: App, circle: Circle) -> None:
    case, cases = await ask(app, circle), app.care.cases
    with pytest.raises(UserError):
        await cases.withdraw(case.id, BEN)
    await cases.withdraw(case.id, MAYA)
    with pytest.raises(UserError):
        await cases.withdraw(case.id, MAYA)


async def test_a_facilitator_does_not_end_it_by_the_writers_button(app: App, circle: Circle) -> None:
    case, cases = await ask(app, circle), app.care.cases
    await cases.take(facilitator(ANA), case.id, contact(ANA))
    with pytest.raises(UserError):
        await cases.withdraw(case.id, ANA)


async def test_the_writer_does_not_hand_it_on(app: App, circle: Circle) -> None:
    case, cases = await ask(app, circle), app.care.cases
    await cases.take(facilitator(ANA), case.id, contact(ANA))
    [hers] = await cases.of_person(MAYA)
    with pytest.raises(UserError):
        await cases.hand_on(hers.handle, MAYA)
    [theirs] = await cases.of_person(ANA)
    assert (hers.name, theirs.name) == (str(case.number), FACILITATOR)


async def test_a_closed_case_keeps_its_number_and_nothing_of_why(app: App, circle: Circle) -> None:
    case = await ask(app, circle)
    await app.care.cases.withdraw(case.id, MAYA)
    left = await stored(app, case)
    assert (left.number, left.state) == (case.number, State.CLOSED)
    assert (left.noted, left.part, left.next_at, left.talk_id) == (Noted(), None, None, None)
    assert await app.contacts.of_person(MAYA) == []


async def test_the_facilitators_card_is_changed_with_each_step(
    app: App, circle: Circle, postman: Postman
) -> None:
    case, cases = await ask(app, circle), app.care.cases
    assert await settle(app, postman) == ["send case.card"]
    await cases.take(facilitator(ANA), case.id, contact(ANA))
    assert sorted(await settle(app, postman)) == ["begun", "begun", "edit case.card"]
    [theirs] = await cases.of_person(ANA)
    await cases.hand_on(theirs.handle, ANA)
    assert sorted(await settle(app, postman)) == ["delete case.old_card", "handed_on", "send case.card"]
    await cases.withdraw(case.id, MAYA)
    assert await settle(app, postman) == ["edit case.card"]


async def test_a_card_that_stands_late_shows_what_is_so_by_then(
    app: App, circle: Circle, postman: Postman
) -> None:
    case = await ask(app, circle)
    async with app.db.transaction() as tx:
        await app.care.cases._card._stands(tx, case.id, 77)
    await app.care.cases.withdraw(case.id, MAYA)
    async with app.db.transaction() as tx:
        await app.care.cases._card._stands(tx, case.id, 77)
    assert set(await settle(app, postman)) == {"edit case.card"}


@pytest.mark.parametrize("word", [Word.QUARTER, Word.HOUR, Word.OVER])
async def test_each_word_is_said_once_and_at_its_time(
    app: App, circle: Circle, postman: Postman, clock: FixedClock, word: Word
) -> None:
    await ask(app, circle)
    await settle(app, postman)
    clock.advance(AFTER[word] - MINUTE)
    await app.care.cases.do_due()
    assert word.value not in await settle(app, postman)
    clock.advance(MINUTE)
    for _ in range(2):
        await app.care.cases.do_due()
    assert (await settle(app, postman)).count(word.value) == 1


async def test_who_cannot_be_reached_any_more_waits_no_longer(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    case = await ask(app, circle)
    await settle(app, postman)
    postman.refuses["case.word"] = "closed_dms"
    clock.advance(15 * MINUTE)
    await app.care.cases.do_due()
    assert "edit case.card" in await settle(app, postman)
    assert (await stored(app, case)).state is State.CLOSED
    assert await app.contacts.of_person(MAYA) == []
    assert await app.reminders.reach.is_to_be_told(MAYA)


async def test_a_word_that_is_not_so_any_more_is_not_said(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    case = await ask(app, circle)
    clock.advance(15 * MINUTE)
    await app.care.cases.do_due()
    await app.care.cases.take(facilitator(ANA), case.id, contact(ANA))
    assert "quarter" not in await settle(app, postman)


async def test_the_contact_outlasts_the_last_word_by_nothing(
    app: App, circle: Circle, postman: Postman, clock: FixedClock
) -> None:
    await ask(app, circle)
    for _ in range(3):
        clock.advance(timedelta(days=1))
        assert await app.contacts.of_person(MAYA)
        await app.tick()
    assert "over" in await settle(app, postman)
    assert await app.contacts.of_person(MAYA) == []


async def test_a_key_that_was_destroyed_ends_what_was_sealed_with_it(
    app: App, circle: Circle, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await ask(app, circle)
    monkeypatch.setattr(type(app.keys), "living", property(lambda keys: ()))
    with pytest.raises(UserError, match="closed"):
        await app.care.cases.take(facilitator(ANA), case.id, contact(ANA))


async def test_no_row_of_a_case_names_anybody(app: App, circle: Circle) -> None:
    case, cases = await ask(app, circle), app.care.cases
    await cases.duty.begin(facilitator(BEN), circle, contact(BEN), 4)
    await cases.take(facilitator(ANA), case.id, contact(ANA))
    tables = ("care_cases", "care_duty", "outbox", "relay_talks", "relay_sides", "relay_letters")
    for table in tables:
        for row in await app.db.all(f"SELECT * FROM {table}"):  # names written above
            assert not re.search("|".join(map(str, (MAYA, ANA, BEN))), str(tuple(row)))


async def test_it_is_a_talk_like_any_other_to_who_asks_what_is_kept(app: App, circle: Circle) -> None:
    case = await ask(app, circle)
    kept = await app.privacy.mine(MAYA)
    assert [(row["as"], row["about"]) for row in kept["care_cases"]] == [(str(case.number), "suicide")]
    await app.care.cases.take(facilitator(ANA), case.id, contact(ANA))
    kept = await app.privacy.mine(MAYA)
    assert "care_cases" not in kept
    assert [row["as"] for row in kept["talks"]] == [str(case.number)]
    assert await app.relay.of_person(MAYA, KIND)


async def test_settings_are_for_facilitators_and_counted_when_they_change(app: App, circle: Circle) -> None:
    rules = app.care.cases.rules
    assert (await rules.of(circle.id)).alert
    with pytest.raises(UserError, match="facilitators_only"):
        await rules.change(Actor(BEN, frozenset(), manages_server=False), circle, alert=False)
    for _ in range(2):
        await rules.change(facilitator(ANA), circle, alert=False)
    assert not (await rules.of(circle.id)).alert
    assert (await app.audit.counts(circle.id)) == {"care.policy_changed": 1}


async def test_an_alert_that_cannot_be_told_is_let_go(app: App, circle: Circle, postman: Postman) -> None:
    postman.refuses["case.alert"] = "channel_gone"
    await app.care.cases.alert(circle)
    await settle(app, postman)
    assert await app.db.all("SELECT * FROM outbox") == []
