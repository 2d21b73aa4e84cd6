"""Whose language it is would tell who wrote: what others see is in the circle's, whatever the author's.

The bot speaks a second language here: English with a mark at the end of every text and in every pseudonym.
The author's Discord is in it; the circle, its facilitators and the other members are not.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.config import CONTENT, Settings
from sandbox.people import Person
from tests.e2e import test_abuse_anonymity as abuse
from tests.e2e import test_anonymity as sharing
from tests.e2e import test_review_anonymity as review
from tests.e2e.conftest import Stage
from tests.e2e.test_anonymity import Author, public, shown_to_all

pytestmark = pytest.mark.anonymity

MARK = "ʬ"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    (folder / "pt/words").mkdir(parents=True)
    for path in (CONTENT / "en/words").glob("*.toml"):
        words = tomllib.loads(path.read_text(encoding="utf-8"))
        written(folder / "pt/words" / path.name, {key: text + MARK for key, text in texts(words)})
    names = tomllib.loads((CONTENT / "en/pseudonyms.toml").read_text(encoding="utf-8"))
    written(folder / "pt/pseudonyms.toml", {**names, "pattern": names["pattern"] + MARK})
    return replace(settings, content=folder)


def texts(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from texts(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value.strip()


def written(path: Path, table: Mapping[str, Any]) -> None:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
    path.write_text("\n".join(lines), encoding="utf-8")


async def shared(stage: Stage, author: Person) -> list[Any]:
    await stage.make_circle()
    await sharing.story(stage, author)
    return []


async def told(stage: Stage, author: Person) -> list[Any]:
    await stage.make_circle()
    reporter = Author(stage, "axolotl", "pt-PT").person
    return list(await abuse.story(stage, author, reporter))


async def read_first(stage: Stage, author: Person) -> list[Any]:
    await review.read_all(stage)
    return await review.story(stage, author)


@pytest.mark.parametrize("story", [shared, told, read_first])
async def test_what_others_and_facilitators_see_is_in_the_circles_language(
    stage: Stage, story: Callable[[Stage, Person], Awaitable[list[Any]]]
) -> None:
    author = Author(stage, "quokka", "pt-BR").person
    shown = await story(stage, author)
    assert MARK in (await author.slash("/receipt", channel="circle", code="none")).text
    assert len(public(stage)) > 5
    seen = json.dumps([public(stage), shown], ensure_ascii=False) + "".join(shown_to_all(stage))
    assert MARK not in seen
    assert json.dumps(MARK).strip('"') not in seen
