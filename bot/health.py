"""Whether the running bot is well: it writes down, once a minute, that it is connected to Discord."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.db import Reader, Transaction, facts, instant, written

FRESH = timedelta(minutes=2)


class State(StrEnum):
    WELL = "well"
    SILENT = "not connected within the last two minutes"


async def note_connected(tx: Transaction, *, now: datetime) -> None:
    await facts.remember(tx, "connected_at", written(now))


async def state(db: Reader, *, now: datetime) -> State:
    at = await facts.recall(db, "connected_at")
    return State.WELL if at is not None and now - instant(at) < FRESH else State.SILENT
