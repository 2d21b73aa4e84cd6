"""What the tables of sharing may hold: no person, no clock time, and no order of acts."""

from __future__ import annotations

import re

import pytest

from bot.app import App
from bot.privacy.kept import TOPICS
from bot.sharing.models import Nod
from tests.sharing.conftest import MAYA, NOOR, Desk, share_of

pytestmark = pytest.mark.anonymity

TABLES = [table for topic in ("sharing", "meetings", "listening") for table in TOPICS[topic]]


@pytest.mark.parametrize("table", TABLES)
async def test_rows_lie_in_the_order_of_random_keys_and_carry_no_number_of_their_own(
    app: App, table: str
) -> None:
    [kept] = [row for row in await app.db.all("PRAGMA table_list") if row["name"] == table]
    assert (kept["wr"], kept["strict"]) == (1, 1)
    keys = [row for row in await app.db.all(f"PRAGMA table_info({table})") if row["pk"]]
    assert {key["type"] for key in keys} == {"TEXT"}


async def test_no_row_holds_a_person_or_a_time_of_day(app: App, desk: Desk) -> None:
    share = share_of(await desk.share())
    await desk.answer(share, NOOR)
    await desk.answer(share, MAYA)
    await app.sharing.nods.nod(share.id, Nod.HEAR, NOOR)
    await desk.draft(NOOR)
    values = [
        value for table in TABLES for row in await app.db.all(f"SELECT * FROM {table}") for value in row
    ]
    assert len(values) > 50
    assert {MAYA, NOOR, str(MAYA), str(NOOR)} & set(values) == set()
    assert [value for value in values if isinstance(value, str) and re.search(r"\d\d:\d\d", value)] == []


async def test_keys_are_not_drawn_in_the_order_of_acts(app: App, desk: Desk) -> None:
    acts = [share_of(await desk.share(person)).id for person in range(500, 512)]
    assert acts != sorted(acts)
    lying = [row["id"] for row in await app.db.all("SELECT id FROM shares")]
    assert lying == sorted(acts)
