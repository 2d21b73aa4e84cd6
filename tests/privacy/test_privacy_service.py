from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import App
from bot.db import Transaction
from bot.participation.models import KEPT, Act, Consent
from bot.privacy.service import Privacy
from tests.conftest import FixedClock
from tests.privacy.conftest import MAYA, Life


class Broken:
    async def export(self, user_id: int) -> list[dict[str, object]]:
        return []

    async def forget(self, tx: Transaction, user_id: int) -> None:
        raise RuntimeError("it could not")


async def test_where_one_feature_can_not_forget_nothing_is_forgotten(life: Life) -> None:
    app = life.app
    await life.of([MAYA])
    before = await app.privacy.mine(MAYA)
    privacy = Privacy(
        app.db,
        app.clock,
        app.circles,
        app.participation,
        app.audit,
        [*app.privacy.keepers, ("broken", Broken())],
    )
    with pytest.raises(RuntimeError, match="it could not"):
        await privacy.erase(MAYA)
    assert await app.privacy.mine(MAYA) == before


async def test_whoever_was_erased_can_take_part_as_if_they_were_new(life: Life) -> None:
    await life.of([MAYA])
    await life.app.privacy.erase(MAYA)
    assert await life.app.participation.meet(life.circle, MAYA, "Maya")
    await life.of([MAYA])


async def test_once_a_day_what_has_reached_its_age_is_erased(app: App, life: Life, clock: FixedClock) -> None:
    await app.participation.choose(life.circle, MAYA, Consent.BY_NAME, "Maya")
    async with app.db.transaction() as tx:
        await app.participation.record(tx, life.circle, Act.HERE, user_id=MAYA, occasion="a")
    clock.advance(KEPT)
    await app.tick()
    assert "log_by_name" in await app.privacy.mine(MAYA)
    clock.advance(timedelta(days=1))
    await app.tick()
    assert await app.privacy.mine(MAYA) == {}


async def test_a_second_look_on_the_same_day_changes_nothing(app: App, life: Life) -> None:
    await app.privacy.purge_due()
    before = await app.db.all("PRAGMA data_version")
    await app.privacy.purge_due()
    assert await app.db.all("PRAGMA data_version") == before


async def test_the_rows_carry_the_names_of_their_circles(life: Life) -> None:
    await life.of([MAYA])
    found = await life.app.privacy.mine(MAYA)
    for kind in ("log_choices", "log_by_name", "check_ins", "prompts", "shares", "anonymous_answers"):
        assert {(row["circle_id"], row["circle"]) for row in found[kind]} == {("c1", "Harbour")}
