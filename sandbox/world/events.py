"""What the world tells about its changes: to gateway sessions and to listeners in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.models import Application, Channel, Guild, Json, Message, User


@dataclass(frozen=True, eq=False)
class Event:
    """One change, under the gateway's name for it (docs: events/gateway-events).

    Who may know of it: `application` alone, else `users` alone, else whoever can view `channel`, else every
    member of `guild`. `payload(viewer)` is the event's data as that user gets it. Names of the INTERACTION_
    family other than INTERACTION_CREATE go to people (the page, tests), never to a bot's session.
    """

    name: str
    payload: Callable[[User], Json]
    guild: Guild | None = None
    channel: Channel | None = None
    message: Message | None = None
    users: tuple[User, ...] | None = None
    application: Application | None = None
    subject: object = None
    """What it is about where that is no message: a modal, an interaction, a member."""


Listener = Callable[[Event], None]
