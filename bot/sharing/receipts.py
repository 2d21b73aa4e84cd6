"""Receipts: who holds the handle or the code is, for what it belongs to, the author. No name is needed."""

from __future__ import annotations

import re

from bot.db import Reader, Transaction
from bot.errors import UserError
from bot.keys import Keys
from bot.sharing import sealing, store
from bot.sharing.answers import store as answers_store
from bot.sharing.models import Answer, Receipt, Share

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
            sealed = await store.share_body(db, found[0])
        elif found is not None and found[1] is not None:
            posted = await answers_store.answer(db, found[1])
            sealed = await answers_store.answer_body(db, found[1])
        if posted is None:
            raise UserError("share.errors.receipt_gone")
        body = sealed and sealing.unseal(self._keys, _purpose(posted), sealed, bound_to=posted.id)[0]
        return Receipt(secret, self.code(secret) if _HANDLE.fullmatch(secret) else None, posted, body or None)


def _purpose(posted: Share | Answer) -> sealing.Purpose:
    return "share" if isinstance(posted, Share) else "answer"


def normalised(code: str) -> str:
    """A code as it may be typed: any case, with or without dashes and spaces, O for 0, I or L for 1."""
    signs = re.sub(r"[\s\-–—_]", "", code).upper().translate(_MISREAD)
    return "-".join(signs[place : place + 4] for place in range(0, len(signs), 4))
