"""Errors that are for people."""

from __future__ import annotations


class UserError(Exception):
    """Something the person can act on; told to them privately, never logged.

    `key` names a text in content/ that says what happened, what is kept and what to do next;
    `params` fill its placeholders.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


class StartError(Exception):
    """The process can't start: one clear line for whoever runs it, exit code 2, no traceback."""
