from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.sharing.models import Answer, Share

SIGNED = "share.signed"
"""The purpose of a contact: whose name is being put on a share, which is its reference."""


class Going(StrEnum):
    FORWARD = "forward"  # the name is being put on the post
    SIGNED = "signed"
    BACK = "back"  # it is being taken off
    STUCK = "stuck"  # Discord refused it: the name could not be shown


@dataclass(frozen=True)
class Step:
    share_id: str
    going: Going
    with_answers: bool
    """Also on what its author said in its thread in the same voice."""
    version: str
    """Of this decision: what is still on its way of an earlier one does nothing any more."""


@dataclass(frozen=True)
class Edit:
    """One message to change; as an outbox reference it is written `share:version:answer:number`."""

    share_id: str
    version: str
    answer_id: str = ""
    """Empty for the share's own post."""
    number: int = 1

    @classmethod
    def read(cls, reference: str) -> Edit:
        share_id, version, answer_id, number = reference.split(":")
        return cls(share_id, version, answer_id, int(number))

    @property
    def reference(self) -> str:
        return f"{self.share_id}:{self.version}:{self.answer_id}:{self.number}"

    def again(self) -> Edit:
        return replace(self, number=self.number + 1)


@dataclass(frozen=True)
class Shown:
    """How a message is to stand: under this person's name, or (None) under the pseudonym."""

    posted: Share | Answer
    user_id: int | None
