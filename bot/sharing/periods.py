"""Links from before keys had periods, brought into the present one: nobody needs to know whose they are."""

from __future__ import annotations

from bot.db import Transaction
from bot.keys import Keys
from bot.sharing import sealing, store
from bot.sharing.answers import store as answers_store
from bot.sharing.drafts import store as drafts_store


async def bring(tx: Transaction, keys: Keys) -> int:
    """How many rows were brought. A second call finds none."""
    period = keys.period
    shares = await store.shares_without_period(tx)
    for share in shares:
        author = share.author and keys.within(period, sealing.AUTHOR, share.author)
        await store.set_period(tx, share.id, period, author=author)
        for nod in await store.nod_tags(tx, share.id):
            await store.change_nod(tx, nod, keys.within(period, sealing.NOD, nod))
    voices = await answers_store.voices_without_period(tx)
    for voice in voices:
        await answers_store.change_voice(tx, voice, keys.within(period, sealing.VOICE, voice), period)
    drafts = await drafts_store.drafts_without_period(tx)
    for draft in drafts:
        author = keys.within(period, sealing.DRAFT_AUTHOR, draft["author"])
        await drafts_store.set_period(tx, draft["id"], period, author=author)
    return len(shares) + len(voices) + len(drafts)
