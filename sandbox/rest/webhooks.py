"""Webhooks by the bot's own token: made, listed, changed, deleted (docs: resources/webhook)."""

from __future__ import annotations

from sandbox.errors import ApiError, unknown
from sandbox.limits import places as limits
from sandbox.models import ChannelType, Json, Webhook
from sandbox.objects import places
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, picture, snowflake
from sandbox.world import webhooks

MOST = 15
HOLDS_WEBHOOKS = (
    ChannelType.TEXT,
    ChannelType.ANNOUNCEMENT,
    ChannelType.FORUM,
    ChannelType.MEDIA,
    ChannelType.VOICE,
    ChannelType.STAGE,
)


def whole(call: Call, webhook: Webhook, *, with_user: bool = True) -> Json:
    return places.webhook(webhook, call.sandbox.api_url, with_user=with_user)


async def create(call: Call) -> Reply:
    channel = call.channel("manage webhooks")
    call.refuse(limits.webhook(call.form))
    if channel.type not in HOLDS_WEBHOOKS:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    held = [each for each in call.world.webhooks.values() if each.channel is channel]
    if len(held) >= MOST:
        raise ApiError(400, 30007, f"Maximum number of webhooks reached ({MOST})")
    avatar = picture(call.form.get("avatar"))
    made = webhooks.add(call.world, channel, call.form["name"].strip(), call.bot, call.application)
    made.avatar = avatar
    return ok(whole(call, made))


async def of_channel(call: Call) -> Reply:
    channel = call.channel("manage webhooks")
    return ok([whole(call, each) for each in call.world.webhooks.values() if each.channel is channel])


async def of_guild(call: Call) -> Reply:
    guild = call.guild("read guild webhooks")
    return ok([whole(call, each) for each in call.world.webhooks.values() if each.channel.guild is guild])


def _webhook(call: Call) -> Webhook:
    found = call.world.webhooks.get(call.id("webhook_id"))
    if found is None:
        raise unknown(10015)
    call.channel_by_id(found.channel.id, "manage webhooks")
    return found


async def webhook(call: Call) -> Reply:
    return ok(whole(call, _webhook(call)))


async def edit(call: Call) -> Reply:
    target = _webhook(call)
    change(call, target)
    if call.form.get("channel_id") is not None:
        channel_id = snowflake("channel_id", call.form["channel_id"])
        target.channel = call.channel_by_id(channel_id, "manage webhooks")
    webhooks.changed(call.world, target.channel)
    return ok(whole(call, target))


def change(call: Call, target: Webhook) -> None:
    """Applies a new name or picture."""
    call.refuse(limits.webhook(call.form, new=False))
    avatar = picture(call.form.get("avatar"))
    target.name = call.form.get("name") or target.name
    if "avatar" in call.form:
        target.avatar = avatar


async def delete(call: Call) -> Reply:
    webhooks.delete(call.world, _webhook(call))
    return NO_CONTENT


ROUTES: list[Route] = [
    ("POST", "/channels/{channel_id}/webhooks", create),
    ("GET", "/channels/{channel_id}/webhooks", of_channel),
    ("GET", "/guilds/{guild_id}/webhooks", of_guild),
    ("GET", "/webhooks/{webhook_id}", webhook),
    ("PATCH", "/webhooks/{webhook_id}", edit),
    ("DELETE", "/webhooks/{webhook_id}", delete),
]
