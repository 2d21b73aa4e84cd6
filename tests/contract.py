"""Holds recorded REST exchanges to Discord's own OpenAPI document.

The judge lives beside the repository, in ../shared. A copy of the repository without it cannot judge: such
tests skip and say so, except where CI=true, where its absence is a failure.
"""

from __future__ import annotations

import importlib.util
import os
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


# What discord.py 2.7.1 itself sends otherwise than documented, and Discord takes all the same.
OF_DISCORD_PY = (
    "POST /users/@me/channels request recipient_id: ",  # a number instead of a string
)


def violations(exchanges: Iterable[dict[str, Any]]) -> list[str]:
    """What Discord's document holds against the exchanges, each complaint once; empty is well."""
    require()
    contract = _contract()
    found = (complaint for exchange in exchanges for complaint in contract.violations(exchange))
    return [each for each in dict.fromkeys(found) if not each.startswith(OF_DISCORD_PY)]
