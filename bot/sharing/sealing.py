"""What a person wrote and who wrote it, in the only form in which they lie in the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from bot.db import instant, written
from bot.keys import Keys
from bot.sharing.models import Body

Purpose = Literal["draft", "share", "answer"]


def seal(keys: Keys, purpose: Purpose, body: Body, *, bound_to: str, at: datetime | None = None) -> bytes:
    """`at` is sealed with it: a draft's age has to be known, and the time it was written not to be seen."""
    inside = {"text": body.text, "note": body.note, "at": None if at is None else written(at)}
    return keys.seal(purpose, json.dumps(inside), bound_to=bound_to)


def unseal(keys: Keys, purpose: Purpose, sealed: bytes, *, bound_to: str) -> tuple[Body, datetime | None]:
    inside = json.loads(keys.unseal(purpose, sealed, bound_to=bound_to))
    return Body(inside["text"], inside["note"]), inside["at"] and instant(inside["at"])


def author_tag(keys: Keys, share_id: str, user_id: int) -> str:
    """What a share keeps of its author: nothing without the key file, and another tag for each share."""
    return keys.tag("share author", share_id, user_id)
