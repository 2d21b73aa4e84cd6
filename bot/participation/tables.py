"""The log as CSV (RFC 4180, UTF-8). A text that a spreadsheet would run as a formula gets a ' before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from bot.participation.models import Log

FIGURES = ("first_day", "last_day", "act", "count")
"""The circle's calendar days from and to, the same for one day; what was done; how often, from 5 on.
Anonymous acts are counted by the month and in fives."""

NAMES = ("day", "name", "act")
"""The circle's calendar day, what the member is called in the server, and what they did: once each a day."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def figures_csv(log: Log) -> str:
    return _table(
        FIGURES,
        (
            (figure.first.isoformat(), figure.last.isoformat(), figure.act, str(figure.count))
            for figure in log.figures
        ),
    )


def names_csv(log: Log) -> str:
    """Members who chose to be logged by name; there is no row for anyone else."""
    return _table(NAMES, ((one.day.isoformat(), _plain(one.name), one.act) for one in log.named))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
