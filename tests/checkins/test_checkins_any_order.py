"""Whatever six people press in whatever order, the check-in comes to what a plain list of them says."""

from __future__ import annotations

import random

import pytest

from bot.app import App
from bot.checkins.models import Answer, CheckIn, Display, Scale
from bot.checkins.summary import summarise
from bot.errors import UserError
from tests.checkins.conftest import CHANNEL, SIX, WINDOW, Postman
from tests.conftest import FixedClock

DISPLAYS = (Display.BY_NAME, Display.WITHOUT_NAME, Display.COUNTED)


class Plain:
    """The same check-in, kept in two dicts."""

    def __init__(self) -> None:
        self.here: dict[int, Answer | None] = {}
        self.version: dict[int, str] = {}

    def words(self, display: Display) -> list[str]:
        answers = [answer for answer in self.here.values() if answer and answer.display is display]
        return sorted(answer.words for answer in answers if answer.words)


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_of_presses_comes_to_what_a_plain_list_says(
    app: App, checkin: CheckIn, postman: Postman, clock: FixedClock, seed: int
) -> None:
    dice, plain = random.Random(seed), Plain()
    for number in range(120):
        await _press(app, checkin, plain, dice, f"words {number}")
        if dice.random() < 0.2:
            await postman.drain()
        found = await app.checkins.card(checkin.id)
        assert found is not None
        assert found[1] == len(plain.here)
    clock.advance(WINDOW)
    await app.checkins.close_due()
    page = await app.checkins.page(f"{checkin.id}:0")
    await postman.drain()

    if plain.here:
        assert page is not None
        assert page.summary == summarise(len(plain.here), [a for a in plain.here.values() if a])
    assert _standing(postman, CHANNEL) == plain.words(Display.WITHOUT_NAME)
    assert _standing(postman, 1000) == [f"Maya: {words}" for words in plain.words(Display.BY_NAME)]
    for table in ("checkin_people", "checkin_named_words", "checkin_unnamed_words", "outbox"):
        assert await app.db.all(f"SELECT * FROM {table}") == []


async def _press(app: App, checkin: CheckIn, plain: Plain, dice: random.Random, words: str) -> None:
    who = dice.choice(SIX)
    match dice.randrange(6):
        case 0:
            await app.checkins.here(checkin.id, who)
            plain.here.setdefault(who, None)
        case 1:
            await app.checkins.pass_by(checkin.id, who)
            plain.here.setdefault(who, None)
        case 2:
            await app.checkins.take_back(checkin.id, who)
            plain.here.pop(who, None)
            plain.version.pop(who, None)
        case 3 | 4:
            answer = Answer({scale: dice.randint(1, 5) for scale in Scale}, None, dice.choice([None, words]))
            visit = await app.checkins.check_in(checkin.id, who, answer)
            plain.here[who], plain.version[who] = answer, visit.version
        case _:
            display = dice.choice(DISPLAYS)
            answered = plain.here.get(who)
            version = plain.version.get(who, "of nothing")
            if answered is not None and answered.words:
                await app.checkins.show(checkin.id, who, version, display, name="Maya")
                plain.here[who] = answered.shown(display)
            else:
                with pytest.raises(UserError):
                    await app.checkins.show(checkin.id, who, version, display, name="Maya")


def _standing(postman: Postman, channel_id: int) -> list[str]:
    return sorted(words for channel, words in postman.standing.values() if channel == channel_id)
