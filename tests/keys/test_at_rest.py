"""What people wrote and what waits: sealed in its row, and gone when its work is done."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.checkins.models import Answer, CheckIn, Display
from bot.circles.models import Circle
from bot.config import Settings
from bot.db.migrate import migrate
from bot.prompts.rounds import Round
from bot.sharing.models import Body, Wish
from tests.conftest import FixedClock
from tests.sharing.conftest import Desk, FakeDiscord, share_of

pytestmark = pytest.mark.anonymity

WORD = "zinnia"
MAYA, NOOR = 912_345_678_901_234_567, 912_345_678_901_234_568

# Columns by such names hold what somebody wrote. A new one is to be a BLOB: sealed with app.keys.
WORDS = re.compile(
    r"(.*_)?(body|words?|texts?|note|story|answer_text|content|comment|reason|reply|message|sealed)"
)

# Words of ours (a reason in a word, which of ours comes next, what stands in a deck), and what facilitators tell
# all members.
IN_CLEAR = {
    "care_cases.next_word",
    "outbox.reason",
    "schedules.reason",
    "schedule_troubles.reason",
    "schedule_changes.reason",
    "shares.reason",
    "taken_down.reason",
    "prompt_rounds.text",
    "prompt_rounds.content_note",
}


def test_every_column_for_peoples_words_is_sealed(tmp_path: Path) -> None:
    path = tmp_path / "towards.db"
    migrate(path)
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = [
            (table, row[1], row[2]) for table in tables for row in db.execute(f"PRAGMA table_info({table})")
        ]
    sealed = [(table, name, kind) for table, name, kind in columns if WORDS.fullmatch(name)]
    assert len(sealed) >= 7
    in_clear = {f"{table}.{name}" for table, name, kind in sealed if kind != "BLOB"}
    assert in_clear - IN_CLEAR == set(), (
        "seal it (Keys.seal), in a BLOB that is emptied once its work is done"
    )
    known = {"body", "sealed", "words", "reply", "note", "image", "shown"}
    assert {name for _, name, kind in columns if kind == "BLOB"} <= known


@pytest.fixture
def discord() -> FakeDiscord:
    return FakeDiscord()


@pytest.fixture
def desk(app: App, circle: Circle, discord: FakeDiscord) -> Desk:
    return Desk(app, circle, discord)


@pytest.fixture
async def checkin(app: App, circle: Circle, desk: Desk) -> CheckIn:
    now = app.clock.now()
    async with app.db.transaction() as tx:
        checkin = await app.checkins.open(
            tx, circle, opens_at=now, closes_at=now + timedelta(hours=24), occurrence_id="o1"
        )
    await desk.settle()
    return checkin


@pytest.fixture
async def round(app: App, circle: Circle, desk: Desk) -> Round:
    now = app.clock.now()
    async with app.db.transaction() as tx:
        await app.prompts.open(
            tx,
            circle,
            "first-steps",
            opens_at=now,
            closes_at=now + timedelta(hours=24),
            occurrence_id="o2",
        )
    await desk.settle()
    [row] = await app.db.all("SELECT id FROM prompt_rounds")
    return await app.prompts.get(row["id"])


class Rest:
    """The files of the database, as somebody who took the disk would read them."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.path = settings.database

    def bytes(self) -> bytes:
        beside = (Path(f"{self.path}{end}") for end in ("", "-wal"))
        return b"".join(path.read_bytes() for path in beside if path.exists())

    def sealed(self) -> list[bytes]:
        """Every sealed value in every table."""
        with closing(sqlite3.connect(self.path)) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            values = [
                value for table in tables for row in db.execute(f"SELECT * FROM {table}") for value in row
            ]
        return [value for value in values if isinstance(value, bytes)]

    def waits(self) -> list[bytes]:
        """What waits now, none of it readable."""
        assert WORD.encode() not in self.bytes()
        assert WORD.encode("utf-16-le") not in self.bytes()
        sealed = self.sealed()
        assert sealed, "it waits in no row"
        return sealed

    async def empty(self, waited: list[bytes]) -> None:
        """No sealed value is left, and those that waited are not in the files' bytes any more."""
        assert self.sealed() == []
        await self.app.db.checkpoint()
        kept = self.bytes()
        assert WORD.encode() not in kept
        assert [each for each in waited if each in kept] == []


@pytest.fixture
def rest(app: App, settings: Settings) -> Rest:
    return Rest(app, settings)


async def test_a_draft_waits_sealed_until_it_is_let_go(app: App, desk: Desk, rest: Rest) -> None:
    handle = await desk.draft(MAYA, f"A {WORD}.", f"note {WORD}")
    waited = rest.waits()
    await app.sharing.drafts.change(handle, MAYA, body=Body(f"Another {WORD}.", WORD), wish=Wish.LISTEN)
    waited += rest.waits()
    await app.sharing.let_go(handle, MAYA)
    await rest.empty(waited)


async def test_a_draft_that_is_forgotten_is_gone_after_a_day(
    app: App, desk: Desk, rest: Rest, clock: FixedClock
) -> None:
    await desk.draft(MAYA, f"A {WORD}.", f"note {WORD}")
    waited = rest.waits()
    clock.advance(timedelta(hours=24))
    await app.tick()
    await rest.empty(waited)


async def test_a_share_waits_sealed_until_it_stands(app: App, desk: Desk, rest: Rest) -> None:
    handle = await desk.draft(MAYA, f"A {WORD}.", f"note {WORD}")
    await app.sharing.post(handle, MAYA)
    waited = rest.waits()
    await desk.settle()
    await rest.empty(waited)


async def test_a_share_that_discord_refuses_waits_sealed_until_it_is_taken_back(
    app: App, desk: Desk, rest: Rest, discord: FakeDiscord
) -> None:
    discord.refuse["share.post"] = "no_permission"
    share = share_of(await desk.share(MAYA, f"A {WORD}."))
    waited = rest.waits()
    await app.sharing.take_back_mine(share.id, MAYA)
    await desk.settle()
    await rest.empty(waited)


async def test_an_answer_without_a_name_waits_sealed_until_it_stands(
    app: App, desk: Desk, rest: Rest, discord: FakeDiscord
) -> None:
    share = share_of(await desk.share(MAYA))
    discord.refuse["share.answer"] = "no_permission"
    receipt = await desk.answer(share, NOOR, f"A {WORD}.")
    waited = rest.waits()
    discord.refuse.clear()
    await app.sharing.try_again(receipt.secret)
    await desk.settle()
    await rest.empty(waited)


@pytest.mark.parametrize("display", list(Display))
async def test_words_of_a_check_in_wait_sealed_until_it_closes(
    app: App, desk: Desk, rest: Rest, clock: FixedClock, checkin: CheckIn, display: Display
) -> None:
    for user_id in range(MAYA, MAYA + 6):
        visit = await app.checkins.check_in(checkin.id, user_id, Answer({}, None, f"A {WORD}, {user_id}."))
        await app.checkins.show(checkin.id, user_id, visit.version, display, name="Maya")
    waited = rest.waits()
    clock.advance(timedelta(hours=25))
    await app.tick()
    if display is Display.WITHOUT_NAME:
        waited += rest.waits()  # on their way into the summary
    for _ in range(3):
        await desk.settle()
        await app.tick()
    await rest.empty(waited)


async def test_an_answer_by_name_to_a_prompt_waits_sealed_until_it_stands(
    app: App, desk: Desk, rest: Rest, discord: FakeDiscord, clock: FixedClock, round: Round
) -> None:
    discord.refuse["prompt.answer"] = "no_permission"
    await app.prompts.answer(round.id, user_id=MAYA, name="Maya", text=f"A {WORD}.")
    await desk.settle()
    waited = rest.waits()
    discord.refuse.clear()
    clock.advance(timedelta(hours=2))
    await app.tick()
    await desk.settle()
    await rest.empty(waited)
