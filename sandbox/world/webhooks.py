"""Webhooks of channels: made, changed, gone."""

from __future__ import annotations

import secrets

from sandbox.models import Application, Channel, Json, User, Webhook
from sandbox.world.events import Event
from sandbox.world.world import World


def add(
    world: World, channel: Channel, name: str, creator: User, application: Application | None = None
) -> Webhook:
    """A webhook; `application` is the bot's that made it, if a bot did."""
    webhook = Webhook(world.next_id(), secrets.token_urlsafe(51), channel, name, creator, application)
    world.webhooks[webhook.id] = webhook
    changed(world, channel)
    return webhook


def delete(world: World, webhook: Webhook) -> None:
    del world.webhooks[webhook.id]
    changed(world, webhook.channel)


def changed(world: World, channel: Channel) -> None:
    """Tells that the channel's webhooks are others than before."""
    data: Json = {"channel_id": str(channel.id), "guild_id": str(channel.guild.id) if channel.guild else None}
    world.emit(Event("WEBHOOKS_UPDATE", lambda _: data, channel.guild, channel))
