"""Errors that are for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """Words of content/ inside other words: they are told in the same language."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Offer:
    """A button below what went wrong: what the person can do about it."""

    key: str
    custom_id: str


HELP = Offer("care.button", "care:now")
""" "Need someone now?": stands beside every other offer; alone where nothing else can be done."""


class UserError(Exception):
    """Something the person can act on; told to them privately, never logged.

    `key` names a text in content/ that says what happened, what is kept and what to do next;
    `params` fill its placeholders.
    """

    def __init__(self, key: str, *, offer: Offer | None = None, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.offer = offer
        self.params = params


class StartError(Exception):
    """The process can't start: one clear line for whoever runs it, exit code 2, no traceback."""
