"""Holds recorded REST exchanges to Discord's own OpenAPI document.

The judge lives beside the repository, in ../shared. A copy of the repository without it cannot judge: such
tests skip and say so, except where CI=true, where its absence is a failure.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).resolve().parents[1].parent / "shared" / "tools" / "discord_contract.py"


@cache
def _contract() -> Any:
    spec = importlib.util.spec_from_file_location("discord_contract", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Contract()


def available() -> bool:
    return TOOL.exists()


def require() -> None:
    """Skips the test where the judge is absent; in CI fails it."""
    if available():
        return
    reason = "Discord's OpenAPI document is not beside this repository (../shared), so nothing can be judged"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


# Lists of ids in requests.
_ID_LISTS = {"messages", "roles", "users", "user_ids", "applied_tags"}
# Where the document asks for a body, if an empty one, and discord.py sends none.
_BODILESS = re.compile(r"/guilds/\d+/bans/\d+$")
# Permission bits in requests.
_BITS = {"permissions", "allow", "deny"}


def _as_documented(body: Any, key: str = "") -> Any:
    """Mends what discord.py 2.7.1 itself sends otherwise than documented, and Discord takes all the same:
    ids as numbers instead of strings, permission bits as strings instead of numbers."""
    if isinstance(body, dict):
        whole = {name: _as_documented(value, name) for name, value in body.items()}
        return whole | {"id": str(body["id"])} if key == "attachments" else whole
    if isinstance(body, list):
        return [_as_documented(each, "id" if key in _ID_LISTS else key) for each in body]
    if isinstance(body, int) and not isinstance(body, bool) and (key == "id" or key.endswith("_id")):
        return str(body) if body > 2**32 else body  # smaller ones are components' own ids
    return int(body) if key in _BITS and isinstance(body, str) and body.isdigit() else body


def _request(exchange: dict[str, Any]) -> Any:
    if exchange["method"] != "GET" and exchange["request"] is None and _BODILESS.search(exchange["path"]):
        return {}
    return _as_documented(exchange["request"])


def violations(exchanges: Iterable[dict[str, Any]]) -> list[str]:
    """What Discord's document holds against the exchanges, each complaint once; empty is well."""
    require()
    contract = _contract()
    found = (
        complaint
        for exchange in exchanges
        for complaint in contract.violations(exchange | {"request": _request(exchange)})
    )
    return list(dict.fromkeys(found))
