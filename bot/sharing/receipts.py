"""Receipts: who holds the handle or the code is, for what it belongs to, the author. No name is needed."""

from __future__ import annotations

import re

from bot.db import Reader, Transaction
from bot.errors import HELP, Offer, Said, UserError
from bot.keys import Keys
from bot.sharing import sealing, store
from bot.sharing.answers import store as answers_store
from bot.sharing.models import Answer, Body, Receipt, Share
from bot.sharing.reports import store as reports_store
from bot.sharing.reports.models import WORDS_BACK, TakenDown

RECEIPT_GONE = "share.errors.receipt_gone"
"""What is told of a secret that leads nowhere."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to be misread
_CODE_SIGNS = 12  # 60 bits, and wrong tries are limited
_MISREAD = str.maketrans("ILO", "110")
_HANDLE = re.compile(r"[0-9a-f]{32}")


class Receipts:
    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def digest(self, secret: str) -> str:
        """What is kept of a handle or a code; also the id of the draft that a handle belongs to."""
        return self._keys.tag("receipt", secret)

    def code(self, handle: str) -> str:
        """The handle's short code, such as `7Q2M-X4TP-9D0K`."""
        number = int(self._keys.tag("receipt code", handle), 16)
        signs = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CODE_SIGNS))
        return "-".join(signs[place : place + 4] for place in range(0, _CODE_SIGNS, 4))

    async def issue(self, tx: Transaction, handle: str, posted: Share | Answer) -> None:
        for secret in (handle, self.code(handle)):
            if isinstance(posted, Share):
                await store.insert_receipt(tx, self.digest(secret), share_id=posted.id)
            else:
                await store.insert_receipt(tx, self.digest(secret), answer_id=posted.id)

    async def find(self, db: Reader, secret: str) -> Receipt:
        """Raises UserError for a secret that is wrong, or belongs to what was taken back or has aged out."""
        found = await store.receipt(db, self.digest(secret))
        posted: Share | Answer | None = None
        if found is not None and found[0] is not None:
            posted = await store.share(db, found[0])
        elif found is not None and found[1] is not None:
            posted = await answers_store.answer(db, found[1])
        if posted is None:
            down = await reports_store.taken_down_by_receipt(db, self.digest(secret))
            raise (UserError(RECEIPT_GONE) if down is None else await self._told(db, secret, down))
        code = self.code(secret) if _HANDLE.fullmatch(secret) else None
        return Receipt(secret, code, posted, await self.body(db, posted))

    async def _told(self, db: Reader, secret: str, down: TakenDown) -> UserError:
        """For the holder of the receipt: that facilitators took it down, why, and the words of it."""
        sealed = await reports_store.taken_down_body(db, down.id)
        body = sealed and sealing.unseal(self._keys, "taken down", sealed, bound_to=down.id)[0]
        reason = Said(f"report.reasons.{down.reason}")
        if not body:
            return UserError("report.down.without_words", offer=HELP, name=down.name, reason=reason)
        return UserError(
            "report.down.with_words",
            offer=Offer("report.down.erase", f"report:erase:{secret}"),
            name=down.name,
            reason=reason,
            day=(down.day + WORDS_BACK).isoformat(),
            words="\n\n".join(part for part in (body.note, body.text) if part),
        )

    async def body(self, db: Reader, posted: Share | Answer) -> Body | None:
        """Its words, until it is delivered."""
        purpose: sealing.Purpose
        if isinstance(posted, Share):
            purpose, sealed = "share", await store.share_body(db, posted.id)
        else:
            purpose, sealed = "answer", await answers_store.answer_body(db, posted.id)
        if sealed is None:
            return None
        return sealing.unseal(self._keys, purpose, sealed, bound_to=posted.id)[0]


def normalised(code: str) -> str:
    """A code as it may be typed: any case, with or without dashes and spaces, O for 0, I or L for 1."""
    signs = re.sub(r"[\s\-–—_]", "", code).upper().translate(_MISREAD)
    return "-".join(signs[place : place + 4] for place in range(0, len(signs), 4))
