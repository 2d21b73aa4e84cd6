"""What one person has before their eyes: messages, and what came of something they did."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TypeVar

from sandbox.components import SELECTS, K, texts, walk
from sandbox.interactions import Modal, Outcome, What
from sandbox.limits.modals import inputs
from sandbox.models import Channel, Json, Message, User
from sandbox.permissions import Permission
from sandbox.world import World

Found = TypeVar("Found")


def can_see(world: World, message: Message, viewer: User) -> bool:
    """Whether the message stands on the person's screen: an ephemeral one only on the one it is for."""
    if message.deleted:
        return False
    if message.viewer is not None:
        return message.viewer is viewer
    needed = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
    return world.permissions(viewer, message.channel) & needed == needed


def messages_in(world: World, channel: Channel, viewer: User) -> list[Message]:
    """All that the person sees in a channel, oldest first."""
    theirs = [each for each in world.ephemeral.values() if each.channel is channel]
    shown = [each for each in [*channel.messages.values(), *theirs] if can_see(world, each, viewer)]
    return sorted(shown, key=lambda each: each.id)


def view_of(message: Message) -> Json:
    """A message as whoever may see it reads it. `text` is content, embeds and text displays, a line each;
    mentions and markdown stay as they are on the wire."""
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": author_of(message),
        "text": "\n".join(line for line in _lines(message) if line),
        "components": message.components,
        "files": [each.filename for each in message.attachments],
        "ephemeral": message.ephemeral,
        "thinking": message.loading,
        "edited": message.edited_at is not None,
        "thread_id": str(message.thread.id) if message.thread else None,
    }


def author_of(message: Message) -> str:
    """The name above the message: a nickname in the server goes before one's own."""
    guild = message.channel.guild
    member = guild.members.get(message.author.id) if guild else None
    return member.display_name if member else message.author.display_name


def _lines(message: Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield (embed.get("author") or {}).get("name", "")
        yield embed.get("title", "")
        yield embed.get("description", "")
        for field in embed.get("fields") or []:
            yield f"{field['name']}: {field['value']}"
        yield (embed.get("footer") or {}).get("text", "")
    yield from texts(message.components)


def buttons_of(message: Message) -> list[Json]:
    return [each for _, each in walk(message.components) if each["type"] == K.BUTTON]


def selects_of(message: Message) -> list[Json]:
    return [each for _, each in walk(message.components) if each["type"] in SELECTS]


def label_of(button: Json) -> str:
    """What is written on a button: its label, or its emoji alone."""
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")


class Seen:
    """A message as one person sees it, always as it stands now: after an edit, the new words."""

    def __init__(self, message: Message) -> None:
        self.message = message

    @property
    def id(self) -> int:
        return self.message.id

    @property
    def view(self) -> Json:
        return view_of(self.message)

    @property
    def text(self) -> str:
        """All words but those on buttons and selects; see `view_of`."""
        return str(self.view["text"])

    @property
    def author(self) -> str:
        return author_of(self.message)

    @property
    def channel(self) -> Channel:
        return self.message.channel

    @property
    def thread(self) -> Channel | None:
        return self.message.thread

    @property
    def ephemeral(self) -> bool:
        return self.message.ephemeral

    @property
    def edited(self) -> bool:
        return self.message.edited_at is not None

    @property
    def deleted(self) -> bool:
        return self.message.deleted

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons, disabled ones too."""
        return [label_of(each) for each in buttons_of(self.message)]

    @property
    def disabled(self) -> list[str]:
        """The labels of the buttons that cannot be pressed."""
        return [label_of(each) for each in buttons_of(self.message) if each.get("disabled")]

    @property
    def selects(self) -> list[str]:
        """The placeholders (or custom_ids) of all selects."""
        return [str(each.get("placeholder") or each["custom_id"]) for each in selects_of(self.message)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and other.message is self.message

    def __hash__(self) -> int:
        return hash(self.message.id)

    def __repr__(self) -> str:
        kind = "private message" if self.ephemeral else "message"
        shown = f", buttons {self.buttons}" if self.buttons else ""
        return f"<{kind} of {self.author}: {self.text!r}{shown}>"


class Reply:
    """What came of something a person did: words, a form, or silence."""

    def __init__(self, world: World, outcome: Outcome) -> None:
        self._world = world
        self.outcome = outcome

    @property
    def what(self) -> What:
        return self.outcome.what

    @property
    def failed(self) -> bool:
        """ "The application did not respond." """
        return self.outcome.failed

    @property
    def message(self) -> Seen | None:
        """The answer, or the message that was acted on when it was changed instead."""
        return Seen(self.outcome.message) if self.outcome.message else None

    @property
    def text(self) -> str:
        """The words of the answer, "" for none; see `Seen.text`."""
        return self.message.text if self.message else ""

    @property
    def ephemeral(self) -> bool:
        return self.outcome.ephemeral

    @property
    def buttons(self) -> list[str]:
        return self.message.buttons if self.message else []

    @property
    def selects(self) -> list[str]:
        return self.message.selects if self.message else []

    @property
    def modal(self) -> Modal | None:
        return self.outcome.modal

    @property
    def fields(self) -> list[str]:
        """The labels of the form's fields, if a form opened."""
        return field_labels(self.modal) if self.modal else []

    @property
    def follow_ups(self) -> list[Seen]:
        """What the bot added after its first answer, as far as the person sees it."""
        interaction, user = self.outcome.interaction, self.outcome.interaction.user
        made_by = str(interaction.id)
        return [
            Seen(each)
            for each in messages_in(self._world, interaction.channel, user)
            if each.interaction and each.interaction["id"] == made_by and each is not interaction.original
        ]

    async def settled(self, timeout: float = 5.0) -> Reply:
        """Wait until a deferred answer has its words, or a silent one an edit or a follow-up."""
        if self.what is What.DEFERRED:
            await self.outcome.finished(timeout)
        elif self.what is What.SILENT:
            interaction = self.outcome.interaction
            await until(
                self._world,
                lambda: interaction.filled.is_set() or self.follow_ups or None,
                timeout,
                lambda: "nothing came after the silent acknowledgement",
            )
        return self

    def __repr__(self) -> str:
        if self.modal:
            return f"<form {self.modal.title!r} with {self.fields}>"
        if self.message is None:
            return f"<reply: {self.what}>"
        return f"<reply: {self.what}, {self.message!r}>"


def field_labels(modal: Modal) -> list[str]:
    return [field_label(around, each) for around, each in inputs(modal.components)]


def field_label(around: Json | None, component: Json) -> str:
    """What is written above a form's field."""
    return str((around or component)["label"])


async def until(
    world: World, condition: Callable[[], Found | None], timeout: float, otherwise: Callable[[], str]
) -> Found:
    """Wait, from one change of the world to the next, for a condition to give something.

    Raises TimeoutError with what `otherwise` says then.
    """
    changed = asyncio.Event()
    unsubscribe = world.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(timeout):
            while not (found := condition()):
                changed.clear()
                await changed.wait()
            return found
    except TimeoutError:
        raise TimeoutError(otherwise()) from None
    finally:
        unsubscribe()
