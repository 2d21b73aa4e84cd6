"""Logging that can't carry a person's words, ids or tokens.

Three guards: libraries that log payloads at DEBUG are held at INFO; a traceback names files, lines and
exception types but no exception message (messages quote values); and what is left is combed for
Discord ids and tokens.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType

# At DEBUG discord.py logs every gateway event whole, aiosqlite every statement with its parameters.
CHATTY = ("discord", "aiosqlite", "aiohttp", "asyncio", "apscheduler")

_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6,}\.[\w-]{20,}|\b[\w-]{50,}\b")
_ID = re.compile(r"(?<!\d)\d{15,20}(?!\d)")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def redact(text: str) -> str:
    return _ID.sub("<id>", _TOKEN.sub("<token>", text))


def describe(error: BaseException) -> str:
    """An exception's type, and what of it can be told safely: Discord's status and code."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    told = [
        f"{key}={getattr(error, key)}"
        for key in ("status", "code")
        if isinstance(getattr(error, key, None), int)
    ]
    return f"{name}({', '.join(told)})"


class RedactingFormatter(logging.Formatter):
    def formatException(self, ei: _ExcInfo) -> str:
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines.append(describe(error))
            lines += [
                f"  {frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
            if error is not None:
                lines.append("caused by")
        return "\n".join(lines)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler's formatter may have cached a traceback with messages in it
        return redact(super().format(record))


def configure(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    # One line an occasion that says nothing a self-hoster needs.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
