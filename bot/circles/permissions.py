"""What the bot must be allowed to do in each of a circle's channels, and what merely helps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.circles.models import Place


@dataclass(frozen=True)
class Need:
    """`permission` is Discord's name as discord.py spells it; content/ says why it matters (circle.why)."""

    place: Place
    permission: str
    necessary: bool  # without it the circle can't do what it is for


NEEDS = (
    Need(Place.CIRCLE, "view_channel", necessary=True),
    Need(Place.CIRCLE, "send_messages", necessary=True),
    Need(Place.CIRCLE, "read_message_history", necessary=True),
    Need(Place.CIRCLE, "create_public_threads", necessary=False),
    Need(Place.CIRCLE, "send_messages_in_threads", necessary=False),
    Need(Place.SHARING, "view_channel", necessary=True),
    Need(Place.SHARING, "send_messages", necessary=True),
    Need(Place.SHARING, "read_message_history", necessary=True),
    Need(Place.SHARING, "create_public_threads", necessary=True),
    Need(Place.SHARING, "send_messages_in_threads", necessary=True),
    Need(Place.FACILITATORS, "view_channel", necessary=True),
    Need(Place.FACILITATORS, "send_messages", necessary=True),
    Need(Place.FACILITATORS, "read_message_history", necessary=True),
)

Allowed = Mapping[int, Collection[str]]
"""Channel id -> what the bot is allowed to do there; a channel that isn't there any more is left out"""


def lacking(channels: Mapping[Place, int], allowed: Allowed) -> list[Need]:
    """What the bot lacks in channels that were chosen. Where it can't look, only that counts."""
    found = []
    for need in NEEDS:
        if need.place in channels:
            granted = allowed.get(channels[need.place], ())
            hidden = "view_channel" not in granted
            if need.permission not in granted and (need.permission == "view_channel" or not hidden):
                found.append(need)
    return found
