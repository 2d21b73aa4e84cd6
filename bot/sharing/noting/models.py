from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.sharing.models import Share


class Changing(StrEnum):
    ON_ITS_WAY = "on_its_way"
    REFUSED = "refused"  # by Discord


@dataclass(frozen=True)
class Noted:
    """A share, and the content note (empty for none) with which it is to stand."""

    share: Share
    note: str
