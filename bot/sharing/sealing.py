"""What a person wrote and who wrote it, in the only form in which they lie in the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from bot.db import instant, written
from bot.keys import Keys
from bot.sharing.models import Body, Nod, Share

Purpose = Literal["draft", "share", "answer", "taken down"]


def seal(keys: Keys, purpose: Purpose, body: Body, *, bound_to: str, at: datetime | None = None) -> bytes:
    """`at` is sealed with it: a draft's age has to be known, and the time it was written not to be seen."""
    inside = {"text": body.text, "note": body.note, "at": None if at is None else written(at)}
    return keys.seal(purpose, json.dumps(inside), bound_to=bound_to)


def unseal(keys: Keys, purpose: Purpose, sealed: bytes, *, bound_to: str) -> tuple[Body, datetime | None]:
    inside = json.loads(keys.unseal(purpose, sealed, bound_to=bound_to))
    return Body(inside["text"], inside["note"]), inside["at"] and instant(inside["at"])


AUTHOR = "share author"
PAUSING = "pausing"
DRAFT_AUTHOR = "draft author"
VOICE = "voice"
NOD = "nod"
REPORTER = "reporter"


def author_tag(keys: Keys, period: int | None, share_id: str, user_id: int) -> str:
    """What a share of that period keeps of its author: nothing without the key, another for each share."""
    return keys.link(period, AUTHOR, share_id, user_id)


def is_by(keys: Keys, share: Share, user_id: int) -> bool:
    """Whether this person posted it; False, too, where that was erased, or its period's key destroyed."""
    return share.author is not None and share.author == author_tag(keys, share.period, share.id, user_id)


def pausing_tag(keys: Keys, period: int | None, share_id: str, user_id: int) -> str:
    """By which a share's author can be paused: under a key of its own, and without knowing who it is."""
    return keys.link(period, PAUSING, share_id, user_id)


def voices(keys: Keys, scope: str, user_id: int) -> list[str]:
    """Every tag under which this person may have a voice in a scope; that of the present period first."""
    return [keys.link(period, VOICE, scope, user_id) for period in keys.living]


def nod_tag(keys: Keys, share: Share, kind: Nod, user_id: int) -> str:
    return keys.link(share.period, NOD, share.id, kind, user_id)
