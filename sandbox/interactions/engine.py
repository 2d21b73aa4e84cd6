"""Interactions from the people's side: created, sent to the bot, and watched until the first answer."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Any

from sandbox.interactions import commands, components
from sandbox.interactions.models import (
    ATTACHMENT_SIZE_LIMIT,
    CannotInvoke,
    Interaction,
    Kind,
    Modal,
    Outcome,
    What,
)
from sandbox.interactions.resolved import Resolved
from sandbox.models import Application, Channel, Json, Message, User
from sandbox.objects import people, places
from sandbox.world import Event, World, messages

ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
TURNS = 50


class Interactions:
    """All interactions of a sandbox. The two times are Discord's; a test may shorten them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answer_seconds = ANSWER_SECONDS
        self.token_seconds = TOKEN_SECONDS
        self.by_token: dict[str, Interaction] = {}

    # What people do

    def offered(self, user: User, channel: Channel) -> list[tuple[Application, Json]]:
        """The slash commands that the person's client offers in the channel."""
        return commands.visible(self.world, user, channel)

    async def slash(
        self, user: User, channel: Channel, path: str, options: dict[str, Any] | None = None
    ) -> Outcome:
        """Uses a command, e.g. "schedule check-in". Options by name: str, int, float, bool, or the User,
        Member, Role, Channel or Attachment itself. Raises CannotInvoke where the client would refuse."""
        application, command, steps = commands.chosen(self.world, user, channel, path)
        resolved = Resolved(self.world, channel, user, application.bot)
        data = commands.data(command, steps, channel, options or {}, resolved, None)
        return await self._send(Kind.COMMAND, application, user, channel, data)

    async def menu(self, user: User, channel: Channel, name: str, target: User | Message) -> Outcome:
        """Uses a command of the context menu of a user or a message, by its name."""
        kind = commands.ON_MESSAGE if isinstance(target, Message) else commands.ON_USER
        offered = commands.visible(self.world, user, channel, kind)
        found = next((each for each in offered if each[1]["name"] == name), None)
        if found is None:
            raise CannotInvoke(f"{name!r} is not offered to {user.name} here")
        application, command = found
        resolved = Resolved(self.world, channel, user, application.bot)
        data: Json = {"id": command["id"], "name": name, "type": kind, "target_id": resolved.value(target)}
        data["resolved"] = resolved.body()
        return await self._send(Kind.COMMAND, application, user, channel, data)

    async def autocomplete(
        self, user: User, channel: Channel, path: str, options: dict[str, Any], focused: str
    ) -> list[Json]:
        """The choices ({"name", "value"}) the bot suggests while the person types into `focused`."""
        application, command, steps = commands.chosen(self.world, user, channel, path)
        resolved = Resolved(self.world, channel, user, application.bot)
        data = commands.data(command, steps, channel, {focused: ""} | options, resolved, focused)
        outcome = await self._send(Kind.AUTOCOMPLETE, application, user, channel, data)
        return outcome.choices

    async def press(
        self, user: User, message: Message, custom_id: str, values: Sequence[Any] | None = None
    ) -> Outcome:
        """Presses a button or, with values, chooses in a select of a message the person can see."""
        self._must_see(user, message)
        application = self._speaker(message)
        resolved = Resolved(self.world, message.channel, user, application.bot)
        data = components.pressed(message.components, custom_id, values, resolved)
        return await self._send(Kind.COMPONENT, application, user, message.channel, data, message=message)

    async def submit(self, user: User, modal: Modal, values: dict[str, Any] | None = None) -> Outcome:
        """Submits a form: values by custom_id (text, bool, list of values, or what a select names)."""
        if modal.user is not user:
            raise CannotInvoke(f"the form is not open for {user.name}")
        opener = modal.interaction
        resolved = Resolved(self.world, opener.channel, user, opener.application.bot)
        filled = components.submitted(modal.components, values or {}, resolved)
        data: Json = {"custom_id": modal.custom_id, "components": filled}
        if resolved.body():
            data["resolved"] = resolved.body()
        return await self._send(
            Kind.MODAL_SUBMIT,
            opener.application,
            user,
            opener.channel,
            data,
            message=opener.message,
            triggered_by=opener,
        )

    def _must_see(self, user: User, message: Message) -> None:
        seen = message.viewer is user if message.viewer else self.world.can_view(user, message.channel)
        if message.deleted or not seen:
            raise CannotInvoke(f"{user.name} does not see this message")

    def _speaker(self, message: Message) -> Application:
        application = message.application or self.world.application_of(message.author)
        if application is None:
            raise CannotInvoke("the message is not a bot's")
        return application

    # Sending

    async def _send(
        self,
        kind: Kind,
        application: Application,
        user: User,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        triggered_by: Interaction | None = None,
    ) -> Outcome:
        interaction = Interaction(
            self.world.next_id(),
            secrets.token_urlsafe(48),
            kind,
            application,
            user,
            channel,
            data,
            time.monotonic(),
            message,
            triggered_by,
        )
        await _travel()
        self._forget_old()
        self.by_token[interaction.token] = interaction
        loop = asyncio.get_running_loop()
        interaction.timer = loop.call_later(self.answer_seconds, self._give_up, interaction)
        payload = self.payload(interaction)
        self.world.emit(
            Event(
                "INTERACTION_CREATE",
                lambda _: payload,
                guild=channel.guild,
                application=application,
                subject=interaction,
            )
        )
        return await interaction.first

    def payload(self, interaction: Interaction) -> Json:
        """The INTERACTION_CREATE data (docs: interactions/receiving-and-responding, "Interaction Object")."""
        channel, user, application = interaction.channel, interaction.user, interaction.application
        guild = channel.guild
        body: Json = {
            "id": str(interaction.id),
            "application_id": str(application.id),
            "type": int(interaction.kind),
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": places.channel(channel, application.bot),
            "token": interaction.token,
            "version": 1,
            "app_permissions": str(int(self.world.reported_permissions(application.bot, channel))),
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": interaction.owners,
            "context": commands.IN_GUILD if guild else commands.IN_BOT_DM,
            "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
        }
        held = self.world.reported_permissions(user, channel)
        if guild:
            body["channel"]["permissions"] = str(int(held))
            body["guild_id"] = str(guild.id)
            body["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": list(guild.features)}
            body["guild_locale"] = guild.locale
            body["member"] = people.member(guild.members[user.id]) | {"permissions": str(int(held))}
        else:
            body["user"] = people.user(user)
        if interaction.message:
            body["message"] = messages.as_seen_by(
                self.world, interaction.message, application.bot, may_read_content=True
            )
        return body

    def _give_up(self, interaction: Interaction) -> None:
        interaction.dead = True
        self.conclude(interaction, Outcome(What.FAILED, interaction))

    def _forget_old(self) -> None:
        horizon = time.monotonic() - 2 * self.token_seconds
        for token in [token for token, each in self.by_token.items() if each.created < horizon]:
            del self.by_token[token]

    # What the answers' module reports back

    def conclude(self, interaction: Interaction, outcome: Outcome) -> None:
        """Settles what happened first, for the person waiting and for listeners."""
        if interaction.timer:
            interaction.timer.cancel()
        if not interaction.first.done():
            interaction.first.set_result(outcome)
        name = {
            What.FAILED: "INTERACTION_FAILURE",
            What.MODAL: "INTERACTION_MODAL_CREATE",
        }.get(outcome.what, "INTERACTION_SUCCESS")
        body: Json = {"id": str(interaction.id)}
        self.world.emit(
            Event(name, lambda _: body, interaction.guild, users=(interaction.user,), subject=outcome)
        )

    def expired(self, interaction: Interaction) -> bool:
        """Whether the 15 minutes are over."""
        return time.monotonic() - interaction.created > self.token_seconds

    async def close(self) -> None:
        """Ends the waiting of everyone, as a client that goes offline."""
        for interaction in self.by_token.values():
            if interaction.timer:
                interaction.timer.cancel()
            if not interaction.first.done():
                interaction.first.set_result(Outcome(What.FAILED, interaction))
            if interaction.answer is None:
                interaction.dead = True


async def _travel() -> None:
    """What a person does takes a moment to reach the bot, which by then has settled what it did before (a
    form is known to discord.py only once its opening was answered). Counted in turns of the event loop."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
