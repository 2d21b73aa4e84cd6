"""Channels of a guild, their overwrites, and DMs (docs: resources/channel). Threads are beside."""

from __future__ import annotations

import re
from dataclasses import replace

from sandbox.errors import ApiError, form_error, invalid_form, missing_permissions, unknown
from sandbox.limits import places as limits
from sandbox.limits.forms import whole_number
from sandbox.models import Channel, ChannelType, Guild, Json, Overwrite
from sandbox.objects import places
from sandbox.permissions import may_set_overwrite
from sandbox.rest import threads
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, snowflake
from sandbox.world import messages

MOST = 500
SLUGGED = (ChannelType.TEXT, ChannelType.ANNOUNCEMENT, ChannelType.FORUM, ChannelType.MEDIA)
KEPT = (
    "bitrate",
    "user_limit",
    "rtc_region",
    "video_quality_mode",
    "default_auto_archive_duration",
    "default_thread_rate_limit_per_user",
    "default_sort_order",
    "default_forum_layout",
    "default_tag_setting",
    "default_reaction_emoji",
)
EMPTIED = ("rtc_region", "default_reaction_emoji", "default_sort_order")
"""Those of them that null takes away."""


async def channel(call: Call) -> Reply:
    return ok(places.channel(call.channel(), call.bot))


async def channels(call: Call) -> Reply:
    return ok([places.channel(each, call.bot) for each in call.guild().channels.values()])


async def create(call: Call) -> Reply:
    guild = call.guild("create channel")
    call.refuse(limits.channel_create(call.form))
    kind = ChannelType(call.form.get("type") or 0)
    overwrites = _overwrites(call, guild)
    if len(guild.channels) >= MOST:
        raise ApiError(400, 30013, f"Maximum number of guild channels reached ({MOST})")
    parent = _category(call.form.get("parent_id"), guild)
    if not overwrites and parent:
        overwrites = [replace(each) for each in parent.overwrites]
    made = call.world.add_channel(
        guild,
        _named(call.form["name"], kind),
        kind,
        overwrites or (),
        settle=lambda fresh: _apply(call, fresh, guild),
    )
    return Reply(201, places.channel(made, call.bot))


async def edit(call: Call) -> Reply:
    target = call.channel()
    if target.is_thread:
        return ok(threads.edited(call, target))
    guild = target.guild
    if guild is None:
        raise ApiError(403, 50003, "Cannot execute action on a DM channel")
    call.require(target, "edit channel")
    call.refuse(limits.channel_edit(call.form, target.type))
    overwrites = _overwrites(call, guild)
    if overwrites is not None:
        call.require(target, "edit channel overwrites")
    _category(call.form.get("parent_id"), guild)
    kind = _converted(call.form.get("type"), target.type)
    # All is allowed; only now does anything change.
    if overwrites is not None:
        target.overwrites = overwrites
    target.type = kind
    if call.form.get("name"):
        target.name = _named(call.form["name"], target.type)
    _apply(call, target, guild)
    call.world.tell_channel("CHANNEL_UPDATE", target)
    return ok(places.channel(target, call.bot))


def _converted(wanted: int | None, present: ChannelType) -> ChannelType:
    """The kind a channel has from now on: only text and announcement become one another."""
    convertible = (ChannelType.TEXT, ChannelType.ANNOUNCEMENT)
    if wanted is None or wanted == present:
        return present
    if present not in convertible or wanted not in convertible:
        raise invalid_form(
            {"type": form_error("CHANNEL_TYPE_INVALID", "Cannot convert to this channel type")}
        )
    return ChannelType(wanted)


def _named(name: str, kind: ChannelType) -> str:
    """Text channels' names are written small and with hyphens."""
    return re.sub(r"\s+", "-", name.strip().lower()) if kind in SLUGGED else name


def _apply(call: Call, target: Channel, guild: Guild) -> None:
    form = call.form
    if "topic" in form:
        target.topic = form["topic"]
    if form.get("rate_limit_per_user") is not None:
        target.slowmode = form["rate_limit_per_user"]
    if form.get("position") is not None:
        target.position = form["position"]
    if form.get("nsfw") is not None:
        target.nsfw = form["nsfw"]
    if form.get("flags") is not None:
        target.flags = form["flags"]
    if "parent_id" in form:
        target.parent = _category(form["parent_id"], guild)
    if form.get("available_tags") is not None:
        target.available_tags = [_tagged(call, tag) for tag in form["available_tags"]]
    target.settings |= {
        key: form[key] for key in KEPT if key in form and (key in EMPTIED or form[key] is not None)
    }


def _category(parent_id: object, guild: Guild) -> Channel | None:
    if parent_id is None:
        return None
    found = guild.channels.get(snowflake("parent_id", parent_id))
    if found is None or found.type is not ChannelType.CATEGORY:
        problem = form_error("CHANNEL_PARENT_INVALID", "Category does not exist")
        raise invalid_form({"parent_id": problem})
    return found


def _tagged(call: Call, tag: Json) -> Json:
    return {
        "id": str(tag.get("id") or call.world.next_id()),
        "name": tag["name"],
        "moderated": bool(tag.get("moderated")),
        "emoji_id": tag.get("emoji_id"),
        "emoji_name": tag.get("emoji_name"),
    }


async def move(call: Call) -> Reply:
    """New places: `[{"id", "position", "parent_id", "lock_permissions"}]`; the last takes the new
    category's overwrites."""
    guild = call.guild("move channels")
    call.refuse(limits.moves(call.body))
    moved = []
    for entry in call.body:
        channel_id = snowflake("id", entry["id"])
        if channel_id not in guild.channels:
            raise unknown(10003)
        moved.append((guild.channels[channel_id], entry, _category(entry.get("parent_id"), guild)))
    # All is allowed; only now does anything change.
    for target, entry, parent in moved:
        if entry.get("position") is not None:
            target.position = entry["position"]
        if "parent_id" in entry:
            target.parent = parent
        if entry.get("lock_permissions") and target.parent:
            target.overwrites = [replace(each) for each in target.parent.overwrites]
        call.world.tell_channel("CHANNEL_UPDATE", target)
    return NO_CONTENT


async def delete(call: Call) -> Reply:
    target = call.channel()
    if target.is_dm:
        return ok(places.channel(target, call.bot))
    call.require(target, "delete thread" if target.is_thread else "delete channel")
    call.world.delete_channel(target)
    return ok(places.channel(target, call.bot))


# Overwrites


def _overwrites(call: Call, guild: Guild) -> list[Overwrite] | None:
    """The overwrites given, if any. Raises 50013 for bits the bot does not hold itself."""
    given = call.form.get("permission_overwrites")
    if given is None:
        return None
    held = call.held_in(guild)
    found = [_overwrite(each, snowflake("id", each["id"]), guild) for each in given]
    if any((each.allow | each.deny) & ~held for each in found):
        raise missing_permissions()
    return found


def _overwrite(body: Json, target_id: int, guild: Guild) -> Overwrite:
    kind = body.get("type")
    if kind is None:
        kind = 0 if target_id in guild.roles else 1
    bits = [whole_number(body.get(key) or 0) or 0 for key in ("allow", "deny")]
    return Overwrite(target_id, int(kind), *bits)


async def set_overwrite(call: Call) -> Reply:
    target = call.channel("edit channel overwrites")
    guild = target.guild
    if guild is None:
        raise ApiError(403, 50003, "Cannot execute action on a DM channel")
    call.refuse(limits.overwrite(call.form))
    wanted = _overwrite(call.form, call.id("overwrite_id"), guild)
    known = guild.roles if wanted.type == 0 else guild.members
    if wanted.id not in known:
        raise unknown(10009)
    now = call.world.now()
    if not may_set_overwrite(guild, call.me(guild), target, wanted.allow, wanted.deny, now):
        raise missing_permissions()
    target.overwrites = [each for each in target.overwrites if each.id != wanted.id] + [wanted]
    call.world.tell_channel("CHANNEL_UPDATE", target)
    return NO_CONTENT


async def delete_overwrite(call: Call) -> Reply:
    target = call.channel("edit channel overwrites")
    overwrite_id = call.id("overwrite_id")
    if not any(each.id == overwrite_id for each in target.overwrites):
        raise unknown(10009)
    target.overwrites = [each for each in target.overwrites if each.id != overwrite_id]
    call.world.tell_channel("CHANNEL_UPDATE", target)
    return NO_CONTENT


async def typing(call: Call) -> Reply:
    messages.typing(call.world, call.channel("trigger typing"), call.bot)
    return NO_CONTENT


ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}/channels", channels),
    ("POST", "/guilds/{guild_id}/channels", create),
    ("PATCH", "/guilds/{guild_id}/channels", move),
    ("GET", "/channels/{channel_id}", channel),
    ("PATCH", "/channels/{channel_id}", edit),
    ("DELETE", "/channels/{channel_id}", delete),
    ("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", set_overwrite),
    ("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", delete_overwrite),
    ("POST", "/channels/{channel_id}/typing", typing),
]
