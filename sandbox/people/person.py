"""A person in the sandbox, as a test or the page acts for them."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.interactions import CannotInvoke, Modal
from sandbox.interactions.models import ATTACHMENT_SIZE_LIMIT
from sandbox.models import Attachment, Channel, ChannelType, Message, User
from sandbox.people import finding
from sandbox.people.seen import Reply, Seen, can_see, messages_in, until
from sandbox.permissions import REQUIRED, Permission, names
from sandbox.world import World, messages, reactions

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Place = str | Channel
"""A channel or thread, or its name with or without "#"; "dm" is the direct messages with the bot."""


def named(world: World, name: str) -> User:
    """The person of that handle or shown name. Raises CannotInvoke, telling who there is."""
    humans = [user for user in world.users.values() if not user.bot]
    return finding.pick(name, (([user.display_name, user.name], user) for user in humans), "person")


class Person:
    """One of the people. What Discord's client would not let them do raises CannotInvoke.

    Where no channel is given, they are in the first text channel that they see.
    """

    def __init__(self, sandbox: Sandbox, user: User) -> None:
        self.sandbox = sandbox
        self.user = user
        self._world = sandbox.world
        self._heard = 0  # id of the last direct message that was sent or waited for

    @property
    def name(self) -> str:
        return self.user.display_name

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    # Doing

    async def slash(
        self,
        command: str,
        /,
        *,
        channel: Place | None = None,
        options: Mapping[str, Any] | None = None,
        **more_options: Any,
    ) -> Reply:
        """Use a command: `slash("/schedule check-in", channel="circle", day="Tuesday")`.

        Options are given by name; `options` is for names that Python or this method has taken. Choices go by
        name or value, people, roles and channels as objects or "@Maya", "@Facilitators", "#circle".
        """
        where = self.place(channel)
        given = {**(options or {}), **more_options}
        values = finding.option_values(self._world, self.user, where, command, given)
        outcome = await self.sandbox.interactions.slash(self.user, where, command, values)
        return Reply(self._world, outcome)

    async def autocomplete(
        self,
        command: str,
        option: str,
        typed: str,
        /,
        *,
        channel: Place | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What is suggested while typing into an option: the values by the names shown, in their order.

        `options` are those filled in before.
        """
        where = self.place(channel)
        given = finding.option_values(self._world, self.user, where, command, dict(options or {}))
        engine = self.sandbox.interactions
        choices = await engine.autocomplete(self.user, where, command, {**given, option: typed}, option)
        return {choice["name"]: choice["value"] for choice in choices}

    async def click(self, button: str, *, on: Seen | Reply | Message) -> Reply:
        """Press a button, by its label, the beginning of it, or its custom_id."""
        message = self._seen(on)
        custom_id = finding.button(message, button)["custom_id"]
        return Reply(self._world, await self.sandbox.interactions.press(self.user, message, custom_id))

    async def choose(self, select: str | None, values: Any, *, on: Seen | Reply | Message) -> Reply:
        """Choose in a select, found by placeholder or custom_id (None: the only one there).

        `values` is one or a list: options by label or value, people, roles and channels as for `slash`.
        """
        message = self._seen(on)
        component = finding.select(message, select)
        chosen = finding.values_of(self._world, component, values, message.channel.guild)
        engine = self.sandbox.interactions
        outcome = await engine.press(self.user, message, component["custom_id"], chosen)
        return Reply(self._world, outcome)

    async def submit(self, form: Reply | Modal, values: Mapping[str, Any] | None = None) -> Reply:
        """Send a form. Values go by the field's label, the beginning of it, or its custom_id.

        A text field takes a string, a checkbox a bool, a radio group an option, a file upload what `file`
        gives, all others one option or a list of them. What is not given stays as the form opened.
        """
        modal = form.modal if isinstance(form, Reply) else form
        if modal is None:
            raise CannotInvoke(f"no form is open: {form!r}")
        guild = modal.interaction.guild
        filled = finding.form_values(self._world, modal, dict(values or {}), guild)
        return Reply(self._world, await self.sandbox.interactions.submit(self.user, modal, filled))

    async def say(
        self,
        channel: Place,
        text: str,
        *,
        reply_to: Seen | Reply | None = None,
        files: Sequence[Attachment] = (),
    ) -> Seen:
        """Write a plain message; see `file` for what can go with it."""
        where = self.place(channel)
        action = "send message in thread" if where.is_thread else "send message"
        self._must(where, REQUIRED[action])
        if files:
            self._must(where, REQUIRED["send files"])
        answered = self._seen(reply_to) if reply_to else None
        draft = messages.Draft(text, replies_to=answered, attachments=list(files))
        return Seen(messages.post(self._world, where, self.user, draft))

    async def dm(self, text: str, *, files: Sequence[Attachment] = ()) -> Seen:
        """Write to the bot in private, which takes a server that both are in."""
        if not self._world.have_mutual_guild(self.user, self._bot()):
            raise CannotInvoke(f"{self.name} and the bot are in no server together")
        sent = await self.say("dm", text, files=files)
        self._heard = sent.id
        return sent

    def file(self, name: str, data: bytes) -> Attachment:
        """A file of theirs, to be sent once: with a message, or as a value of a form's file upload.

        As on Discord its kind is told by its name alone. Raises CannotInvoke for one that is too large.
        """
        return uploaded(self._world, name, data)

    async def dm_reply(self, timeout: float = 5.0) -> Seen:
        """The bot's next direct message after the last one that was written or waited for here."""
        found = await self._next(self.place("dm"), "", self._heard, timeout, by_others=True)
        self._heard = found.id
        return found

    async def react(self, emoji: str, *, on: Seen | Reply | Message) -> None:
        message = self._seen(on)
        self._must(message.channel, REQUIRED["add first reaction"])
        reactions.add(self._world, message, self.user, {"id": None, "name": emoji})

    async def delete(self, which: Seen | Reply | Message) -> None:
        """Delete a message of one's own, or another's where one may manage messages."""
        message = self._seen(which)
        if message.author is not self.user:
            self._must(message.channel, REQUIRED["delete others' message"])
        messages.delete(self._world, message)

    # Seeing

    def sees(self, channel: Place) -> list[Seen]:
        """The messages they see in a channel, newest last; none where they may not look."""
        return [Seen(each) for each in messages_in(self._world, self.place(channel), self.user)]

    def inbox(self) -> list[Seen]:
        """Their direct messages with the bot, newest last."""
        return self.sees("dm")

    def threads(self, channel: Place) -> list[Channel]:
        """The threads of a channel that they can open, oldest first."""
        where = self.place(channel)
        held = where.guild.threads.values() if where.guild else ()
        return [each for each in held if each.parent is where and self._world.can_view(self.user, each)]

    async def waits_for(
        self, channel: Place, text: str = "", *, after: Seen | Reply | None = None, timeout: float = 5.0
    ) -> Seen:
        """The first message they see in a channel with `text` in its words: there already, or awaited.

        With `after`, only messages newer than that one count.
        """
        newer_than = _message(after).id if after else 0
        return await self._next(self.place(channel), text, newer_than, timeout)

    def place(self, channel: Place | None) -> Channel:
        """The channel meant; see `Place`. It must be there, but they need not be able to see it."""
        if isinstance(channel, Channel):
            return channel
        if channel == "dm":
            return self._world.open_dm(self.user, self._bot())
        guilds = self._world.guilds_of(self.user)
        if channel is None:
            texts = [
                each for guild in guilds for each in guild.channels.values() if each.type is ChannelType.TEXT
            ]
            seen = [each for each in texts if self._world.can_view(self.user, each)]
            if not seen:
                raise CannotInvoke(f"{self.name} sees no channel")
            return seen[0]
        held = [each for guild in guilds for each in (*guild.channels.values(), *guild.threads.values())]
        return finding.pick(channel.removeprefix("#"), (([each.name], each) for each in held), "channel")

    async def _next(
        self, channel: Channel, text: str, newer_than: int, timeout: float, *, by_others: bool = False
    ) -> Seen:
        def found() -> Seen | None:
            for message in messages_in(self._world, channel, self.user):
                seen = Seen(message)
                own = by_others and message.author is self.user
                if message.id > newer_than and not own and not message.loading and text in seen.text:
                    return seen
            return None

        def otherwise() -> str:
            there = [Seen(each) for each in messages_in(self._world, channel, self.user)]
            return (
                f"{self.name} waited for {text!r} in {channel.name or 'direct messages'}; there is: {there}"
            )

        return await until(self._world, found, timeout, otherwise)

    def _bot(self) -> User:
        bots = [each.bot for each in self._world.applications.values()]
        if len(bots) != 1:
            raise CannotInvoke(f"which bot? there are {len(bots)}")
        return bots[0]

    def _seen(self, which: Seen | Reply | Message) -> Message:
        """The message meant, which must be there for them to see."""
        message = _message(which)
        if not can_see(self._world, message, self.user):
            raise CannotInvoke(f"{self.name} does not see {Seen(message)!r}")
        return message

    def _must(self, channel: Channel, needed: Permission) -> None:
        lacking = needed & ~self._world.permissions(self.user, channel)
        if lacking:
            missing = ", ".join(names(lacking))
            raise CannotInvoke(f"{self.name} may not do this in {channel.name!r}: {missing} is missing")


def uploaded(world: World, name: str, data: bytes) -> Attachment:
    """A person's file; see `Person.file`."""
    if len(data) > ATTACHMENT_SIZE_LIMIT:
        raise CannotInvoke(f"{name!r} has {len(data)} bytes, and {ATTACHMENT_SIZE_LIMIT} is the most")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(world.next_id(), name, kind, data)


def _message(which: Seen | Reply | Message) -> Message:
    if isinstance(which, Message):
        return which
    if isinstance(which, Seen):
        return which.message
    if which.message is None:
        raise CannotInvoke(f"there is no message: {which!r}")
    return which.message.message
