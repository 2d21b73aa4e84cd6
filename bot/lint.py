"""What `towards content lint` says: everything in content/ that breaks the rules it is written by."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.care import lines, safe_messaging
from bot.prompts.lint import lint_prompts


def faults(content: Path, *, today: date) -> list[str]:
    """One line each: where, and what."""
    rows, broken = lines.read(content)
    return [
        *map(str, lint_prompts(content)),
        *broken,
        *lines.stale(rows, today),
        *safe_messaging.faults(content),
    ]
