"""Whatever table there will ever be: a person who is in it can see it, and be erased from it."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bot.app import App
from bot.config import Settings
from bot.db.migrate import migrate
from bot.participation import store
from bot.participation.models import Act, Consent
from tests.conftest import MONDAY_NOON
from tests.privacy.conftest import MAYA, OTHERS, Life

# How a column that holds a person's id is called.
PERSON = re.compile(
    r"(.+_)?(who|user|author|member|person|people|owner|actor|asker|sender|recipient|writer|listener|helper"
    r"|facilitator|welcomer|reporter)(_id)?|.+_(by|for)|(asked|reported|chosen|told|held)_(by|to)(_id)?"
)
# Keyed tags, not ids: they tell nothing to whoever lacks the key file.
TAGS = {
    ("drafts", "author"),
    ("shares", "author"),
    ("answers", "voice"),
    ("voices", "voice"),
    ("nods", "nod"),
    ("pace", "tag"),
    ("review_votes", "vote"),
    ("shares", "pausing"),
    ("answers", "pausing"),
    ("report_voices", "reporter"),
    ("taken_down", "pausing"),
    ("checkin_people", "who"),
    ("checkin_named_words", "who"),
    ("reach", "who"),
    ("reminder_wishes", "who"),
    ("reminders", "who"),
    ("care_countries", "who"),
    ("care_quiet", "tag"),
    ("care_holds", "owner"),
    ("care_duty", "who"),
    ("care_concerns", "tag"),
    ("listeners", "who"),
    ("meeting_offers", "reader"),
    ("relay_sides", "owner"),
}
# Random, and made for one talk: whose it is, the owner's tag beside it says.
HANDLES = {("relay_letters", "recipient")}

TODAY = MONDAY_NOON.date()

Columns = dict[str, list[str]]
"""Table -> its columns that hold a person's id"""


def people_columns(path: Path) -> Columns:
    found: Columns = {}
    with closing(sqlite3.connect(path)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            people = [
                name for name in names if PERSON.fullmatch(name) and (table, name) not in TAGS | HANDLES
            ]
            if people:
                found[table] = people
    return found


def columns_without(path: Path, user_id: int) -> list[str]:
    """The columns for people in which this person does not stand."""
    with closing(sqlite3.connect(path)) as db:
        return [
            f"{table}.{column}"
            for table, columns in people_columns(path).items()
            for column in columns
            if not db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (user_id,)).fetchone()
        ]


def tags(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        rows = [row for table, column in TAGS for row in db.execute(f"SELECT {column} FROM {table}")]
        return {tag for (tag,) in rows if tag is not None}


def encodings(user_id: int) -> list[bytes]:
    """An id in decimal, and as SQLite stores it."""
    return [str(user_id).encode(), user_id.to_bytes(8, "big")]


def traces(path: Path, wanted: Iterable[bytes]) -> list[bytes]:
    """Those that stand anywhere in the bytes of a database's files."""
    files = (path, path.with_name(f"{path.name}-wal"))
    written = b"".join(file.read_bytes() for file in files if file.exists())
    return [each for each in wanted if each in written]


def test_the_tables_that_hold_people_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "towards.db"
    migrate(path)
    people = people_columns(path)
    assert {"consents", "presence", "prompt_presence", "prompt_answers", "circle_drafts"} <= set(people)
    assert "circles" not in people  # facilitator_role_id is a role


async def test_who_does_everything_stands_in_every_table_that_holds_people(
    settings: Settings, life: Life
) -> None:
    await life.of([MAYA])
    not_covered = columns_without(settings.database, MAYA)
    assert not not_covered, (
        f"{not_covered} can hold a person, but nobody in these tests gets there. Let Life (conftest.py) do what "
        "writes it, its service export and forget it, and bot/app.py name the service among the keepers."
    )
    assert traces(settings.database, encodings(MAYA)) != []


async def test_a_new_table_that_nobody_covers_is_noticed(settings: Settings, life: Life) -> None:
    await life.of([MAYA])
    async with life.app.db.transaction() as tx:
        await tx.execute("CREATE TABLE confidants (id TEXT PRIMARY KEY, asked_by INTEGER NOT NULL) STRICT")
    assert columns_without(settings.database, MAYA) == ["confidants.asked_by"]


async def test_who_does_everything_sees_every_kind_of_thing_that_is_kept(life: Life) -> None:
    await life.of([MAYA])
    assert set(await life.app.privacy.mine(MAYA)) == {
        "log_choices",
        "log_by_name",
        "check_ins",
        "prompts",
        "share_drafts",
        "shares",
        "anonymous_answers",
        "reports",
        "taken_down",
        "reminders",
        "reach",
        "circle_setup",
        "schedule_drafts",
        "schedule_changes",
        "contacts",
        "care_country",
        "care_holds",
        "care_cases",
        "care_duty",
        "care_concerns",
        "listening",
        "review_votes",
        "meeting_offers",
        "talks",
    }


async def test_after_erasing_no_byte_of_the_person_is_in_any_file(settings: Settings, life: Life) -> None:
    await life.of(OTHERS)
    tags_of_others = tags(settings.database)
    await life.of([MAYA])
    hers = [tag.encode() for tag in tags(settings.database) - tags_of_others]
    assert len(hers) > 5
    assert traces(settings.database, hers) == hers

    await life.app.privacy.erase(MAYA)
    assert traces(settings.database, [*encodings(MAYA), *hers]) == []
    assert await life.app.privacy.mine(MAYA) == {}
    await life.settle()
    assert traces(settings.database, [*encodings(MAYA), *hers]) == []


async def test_erasing_one_person_leaves_the_others_as_they_were(settings: Settings, life: Life) -> None:
    await life.of([*OTHERS, MAYA])
    before = await life.app.privacy.mine(OTHERS[0])
    await life.app.privacy.erase(MAYA)
    assert await life.app.privacy.mine(OTHERS[0]) == before
    assert columns_without(settings.database, OTHERS[0]) == []


async def test_in_a_large_database_no_stale_copy_of_an_id_stays_in_a_page(
    settings: Settings, life: Life
) -> None:
    people = [800_000_000_000_000_000 + 7_919 * number % 1_000_003 for number in range(1500)]
    for occasion in ("a", "b"):
        await _log(life, people, occasion)
    async with life.app.db.transaction() as tx:
        for user_id in people[::3]:
            await life.app.participation.forget(tx, user_id)
    await life.app.privacy.erase(people[3])
    gone = [each for user_id in people[::3] for each in encodings(user_id)]
    assert traces(settings.database, gone) == []
    assert traces(settings.database, encodings(people[1])) != []


async def _log(life: Life, people: list[int], occasion: str) -> None:
    async with life.app.db.transaction() as tx:
        for user_id in people:
            await store.choose(
                tx, circle_id="c1", user_id=user_id, consent=Consent.BY_NAME, name="M", today=TODAY
            )
            await life.app.participation.record(tx, life.circle, Act.HERE, user_id=user_id, occasion=occasion)


def test_every_feature_that_keeps_something_about_people_is_asked(app: App) -> None:
    services = {
        field.name: getattr(app, field.name)
        for field in dataclasses.fields(app)
        if inspect.iscoroutinefunction(getattr(getattr(app, field.name), "forget", None))
    }
    assert {id(service) for service in services.values()} == {id(keeper) for _, keeper in app.privacy.keepers}
