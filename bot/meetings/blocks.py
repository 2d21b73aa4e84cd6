"""Who is not to meet again: pairs of people in a circle, known by nothing but a tag of both."""

from __future__ import annotations

from bot.db import Reader, Transaction
from bot.keys import Keys
from bot.meetings import store


def pair_tag(keys: Keys, period: int, circle_id: str, one: int, other: int) -> str:
    """The same whoever of the two is named first; it ends with the period's key."""
    return keys.link(period, "meeting pair", circle_id, *sorted((one, other)))


async def are_apart(db: Reader, keys: Keys, circle_id: str, one: int, other: int) -> bool:
    """Whether one of the two wants not to meet the other again."""
    for period in keys.living:
        if await store.is_blocked(db, pair_tag(keys, period, circle_id, one, other)):
            return True
    return False


async def purge(tx: Transaction, keys: Keys) -> int:
    """Erase those whose key is destroyed: they keep nobody apart any more."""
    gone = await store.block_periods(tx) - set(keys.living)
    return sum([await store.delete_blocks(tx, period) for period in gone])
