"""An interaction from both ends: what the bot was sent, and what became of it for the person."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from sandbox.models import Application, Channel, Guild, Json, Message, User
from sandbox.objects import people

ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024
"""Bytes an answer's file may have in a guild without boosts (docs: interactions, "attachment_size_limit")."""


class Kind(IntEnum):
    """docs: interactions/receiving-and-responding, "Interaction Type"."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Answer(IntEnum):
    """docs: interactions/receiving-and-responding, "Interaction Callback Type"."""

    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class What(StrEnum):
    """What a person sees happen first after acting."""

    MESSAGE = "message"
    DEFERRED = "deferred"
    """"The bot is thinking": `Outcome.finished()` waits for the words."""
    UPDATE = "update"
    """The message they acted on was changed."""
    SILENT = "silent"
    """Acknowledged without anything to see (a deferred update)."""
    MODAL = "modal"
    CHOICES = "choices"
    FAILED = "failed"
    """"The application did not respond." """


class CannotInvoke(Exception):
    """Discord's own client would not have let the person do this; says why."""


@dataclass(eq=False)
class Modal:
    """A form open on a person's screen."""

    interaction: Interaction = field(repr=False)
    user: User
    custom_id: str
    title: str
    components: list[Json]


@dataclass(eq=False)
class Outcome:
    """What happened first. `message` is the answer, or the message changed; `modal` the form that opened."""

    what: What
    interaction: Interaction = field(repr=False)
    message: Message | None = None
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return self.what is What.FAILED

    @property
    def ephemeral(self) -> bool:
        return self.message is not None and self.message.ephemeral

    async def finished(self, timeout: float = 5.0) -> Message:
        """Waits until a deferred answer has its words (TimeoutError otherwise); else gives the message."""
        if self.what is What.DEFERRED:
            await asyncio.wait_for(self.interaction.filled.wait(), timeout)
        if self.message is None:
            raise LookupError(f"no message came of it: {self.what}")
        return self.message


@dataclass(eq=False)
class Interaction:
    """One interaction. `metadata` is what a message that answers it tells of it."""

    id: int
    token: str
    kind: Kind
    application: Application
    user: User
    channel: Channel
    data: Json
    created: float
    """Monotonic seconds, from which the 3 seconds and the 15 minutes count."""
    message: Message | None = None
    """The message whose component was used."""
    triggered_by: Interaction | None = None
    """For a modal's submit: the interaction that opened the modal."""
    answer: Answer | None = None
    dead: bool = False
    """Not answered in time: the token is worth nothing."""
    original: Message | None = None
    first: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    timer: asyncio.TimerHandle | None = None

    @property
    def guild(self) -> Guild | None:
        return self.channel.guild

    @property
    def owners(self) -> Json:
        """Authorizing integration owners: always the guild install; "0" in a DM with the bot."""
        return {"0": str(self.guild.id) if self.guild else "0"}

    @property
    def metadata(self) -> Json:
        body: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "user": people.user(self.user),
            "authorizing_integration_owners": self.owners,
        }
        if self.kind is Kind.COMPONENT and self.message:
            body["interacted_message_id"] = str(self.message.id)
        if self.kind is Kind.MODAL_SUBMIT and self.triggered_by:
            body["triggering_interaction_metadata"] = self.triggered_by.metadata
        if self.original and self.answer is not Answer.UPDATE:
            body["original_response_message_id"] = str(self.original.id)
        return body
