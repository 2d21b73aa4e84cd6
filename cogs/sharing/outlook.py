"""When a share is posted, in words for its author alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from discord import ui as items
from discord.utils import format_dt

from bot.sharing.models import Share
from bot.sharing.rules.models import Leaving
from bot.sharing.waiting.models import Outlook, Rest
from cogs import ui

AS_CIRCLE = "circle"
"""In a custom_id, in place of a Leaving."""


def before(text: ui.Words, outlook: Outlook) -> str:
    """The line below a preview."""
    return text(f"waiting.preview.{outlook.leaving}", **_filled(text, outlook))


def told(text: ui.Words, outlook: Outlook) -> list[str]:
    """The line on a receipt; none where the circle has ended, which is told of whatever was not posted."""
    if outlook.rest is Rest.ENDED:
        return []
    if outlook.rest is Rest.STOPPED:
        return [text("waiting.told.stopped")]
    return [_how(text, outlook, outlook.leaving)]


def _how(text: ui.Words, outlook: Outlook, leaving: Leaving) -> str:
    return text(f"waiting.told.{leaving}", **_filled(text, outlook))


def _filled(text: ui.Words, outlook: Outlook) -> dict[str, str | int]:
    return {
        "usually": _within(text, outlook.usually),
        "opens_at": format_dt(outlook.opens_at, "f"),
        "latest": format_dt(outlook.latest, "f"),
        "authors": outlook.authors,
    }


def _within(text: ui.Words, usually: timedelta) -> str:
    """In the largest unit of which it is two or more, rounded up."""
    for unit, length in (("days", timedelta(days=1)), ("hours", timedelta(hours=1))):
        if usually >= 2 * length:
            return text(f"waiting.usually.{unit}", count=-(-usually // length))
    return text("waiting.usually.minutes", count=usually // timedelta(minutes=1))


def choices(text: ui.Words, secret: str, share: Share, outlook: Outlook) -> ui.Card:
    """What its author can choose, each with what it gives away."""
    opens_at = format_dt(outlook.opens_at, "f")
    lines = [
        text("waiting.choose.intro", channel=f"<#{share.channel_id}>"),
        text("waiting.choose.now"),
        text("waiting.choose.circle", how=_how(text, outlook, outlook.as_circle)),
    ]
    buttons: list[items.Button[Any]] = [
        ui.button(text("waiting.choose.post_now"), f"share:leaving:{Leaving.AT_ONCE}:{secret}"),
        ui.button(text("waiting.choose.as_circle"), f"share:leaving:{AS_CIRCLE}:{secret}"),
    ]
    if outlook.as_circle is not Leaving.HOUR:
        lines.insert(2, text("waiting.choose.opening", opens_at=opens_at))
        opening = ui.button(text("waiting.choose.with_opening"), f"share:leaving:{Leaving.HOUR}:{secret}")
        buttons.insert(1, opening)
    back = ui.button(text("waiting.choose.back"), f"share:receipt:{secret}")
    return ui.Card(items.TextDisplay("\n".join(lines)), *ui.rows(*buttons, back, ui.help_button(text)))
