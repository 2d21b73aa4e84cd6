"""The sandbox's README: its example runs, and what it names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

import sandbox.server
from sandbox.people import Person
from sandbox.server import Sandbox

README = (Path(sandbox.server.__file__).parent / "README.md").read_text("utf-8")


@pytest.fixture
def _addresses_put_back() -> Iterator[None]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.mark.usefixtures("_addresses_put_back")
async def test_the_example_runs_as_it_stands() -> None:
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(example[1], "README.md", "exec"), names)
    await names["main"]()


@pytest.mark.parametrize("whole", re.findall(r"`(?:sandbox|world)\.[a-z_.]+", README))
def test_what_it_names_of_the_sandbox_is_there(whole: str) -> None:
    path = whole.strip("`").split(".")
    at: Any = Sandbox()
    for name in path[1:] if path[0] == "sandbox" else path:
        if path[:2] == ["sandbox", "seed"]:
            return
        at = getattr(at, name)


def test_what_it_names_of_a_person_is_there() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| be a person"))
    for name in re.findall(r"`([a-z_]+)`", row):
        assert hasattr(Person, name)


def test_every_kind_of_trouble_over_http_stands_in_it() -> None:
    kinds = [
        str(route.resource.canonical).rsplit("/", 1)[1]
        for route in Sandbox().app.router.routes()
        if route.resource and "/sandbox/trouble/" in route.resource.canonical
    ]
    assert [kind for kind in kinds if f"`{kind}` `{{" not in README] == []
