"""Bans of a guild (docs: resources/guild, "Get Guild Bans" and following)."""

from __future__ import annotations

from urllib.parse import unquote

from sandbox.errors import ApiError, missing_permissions, unknown
from sandbox.limits import places as limits
from sandbox.limits.forms import whole_number
from sandbox.models import Guild, Json, User
from sandbox.objects import people
from sandbox.permissions import may_moderate
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.world import bans

DAY = 86_400


def _whole(call: Call, guild: Guild, user_id: int) -> Json:
    return {"user": people.user(call.world.user(user_id)), "reason": guild.bans[user_id]}


async def listed(call: Call) -> Reply:
    guild = call.guild("ban member")
    before, after = call.query_id("before"), call.query_id("after")
    limit = call.limit(1000, 1000)
    found = sorted(guild.bans)
    if before is not None:
        found = [each for each in found if each < before][-limit:]
    elif after is not None:
        found = [each for each in found if each > after]
    return ok([_whole(call, guild, each) for each in found[:limit]])


async def one(call: Call) -> Reply:
    guild = call.guild("ban member")
    return ok(_whole(call, guild, _banned(call, guild).id))


def _banned(call: Call, guild: Guild) -> User:
    """The path's user. Raises 10026 for one who is not banned."""
    user_id = call.id("user_id")
    if user_id not in guild.bans:
        raise unknown(10026)
    return call.world.user(user_id)


async def create(call: Call) -> Reply:
    guild = call.guild("ban member")
    if "delete_message_seconds" in call.request.query:  # where discord.py puts it, and Discord takes it
        call.body = {"delete_message_seconds": whole_number(call.request.query["delete_message_seconds"])}
    call.refuse(limits.ban(call.form))
    user = call.world.user(call.id("user_id"))
    if not _may_ban(call, guild, user):
        raise missing_permissions()
    bans.ban(call.world, guild, user, _reason(call), _seconds(call))
    return NO_CONTENT


async def create_many(call: Call) -> Reply:
    guild = call.guild("ban member", "edit guild")
    call.refuse(limits.bulk_ban(call.form))
    asked = list(dict.fromkeys(int(each) for each in call.form["user_ids"]))
    new = [each for each in asked if each in call.world.users and each not in guild.bans]
    banned = [each for each in new if _may_ban(call, guild, call.world.users[each])]
    if not banned:
        raise ApiError(400, 500000, "Failed to ban users")
    for user_id in banned:
        bans.ban(call.world, guild, call.world.users[user_id], _reason(call), _seconds(call))
    failed = [str(each) for each in asked if each not in banned]
    return ok({"banned_users": [str(each) for each in banned], "failed_users": failed})


def _may_ban(call: Call, guild: Guild, user: User) -> bool:
    member = guild.members.get(user.id)
    return member is None or may_moderate(guild, call.me(guild), member)


def _seconds(call: Call) -> int:
    return int(call.form.get("delete_message_seconds") or DAY * (call.form.get("delete_message_days") or 0))


def _reason(call: Call) -> str | None:
    return unquote(call.request.headers.get("X-Audit-Log-Reason", "")) or None


async def lift(call: Call) -> Reply:
    guild = call.guild("ban member")
    bans.lift(call.world, guild, _banned(call, guild))
    return NO_CONTENT


ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}/bans", listed),
    ("GET", "/guilds/{guild_id}/bans/{user_id}", one),
    ("PUT", "/guilds/{guild_id}/bans/{user_id}", create),
    ("DELETE", "/guilds/{guild_id}/bans/{user_id}", lift),
    ("POST", "/guilds/{guild_id}/bulk-ban", create_many),
]
