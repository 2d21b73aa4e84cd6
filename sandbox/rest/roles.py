"""Roles (docs: resources/guild, "Get Guild Roles" and following)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sandbox.errors import ApiError, missing_permissions, unknown
from sandbox.limits import places as limits
from sandbox.limits.forms import whole_number
from sandbox.models import Guild, Role
from sandbox.objects import people
from sandbox.permissions import may_manage_role, may_set_role_permissions
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, snowflake

MOST = 250


def role_of(call: Call, guild: Guild) -> Role:
    """The path's role. Raises 10011."""
    role_id = call.id("role_id")
    if role_id not in guild.roles:
        raise unknown(10011)
    return guild.roles[role_id]


def require_above(call: Call, role: Role) -> None:
    """Raises 50013 for a role that stands too high for the bot."""
    if not may_manage_role(role.guild, call.me(role.guild), role):
        raise missing_permissions()


async def roles(call: Call) -> Reply:
    return ok([people.role(role) for role in call.guild().roles.values()])


async def member_counts(call: Call) -> Reply:
    """How many have each role; @everyone is left out."""
    guild = call.guild()
    held = Counter(role_id for member in guild.members.values() for role_id in member.role_ids)
    return ok({str(each.id): held[each.id] for each in guild.roles.values() if not each.is_everyone})


async def role(call: Call) -> Reply:
    return ok(people.role(role_of(call, call.guild())))


async def create(call: Call) -> Reply:
    guild = call.guild("create role")
    call.refuse(limits.role(call.form))
    if len(guild.roles) >= MOST:
        raise ApiError(400, 30005, f"Maximum number of guild roles reached ({MOST})")
    bits = _permissions(call, guild, before=0, default=guild.everyone.permissions)
    made = call.world.add_role(
        guild,
        call.form.get("name") or "new role",
        bits,
        mentionable=bool(call.form.get("mentionable")),
        color=_color(call, 0),
        hoist=bool(call.form.get("hoist")),
    )
    return ok(people.role(made))


def _permissions(call: Call, guild: Guild, *, before: int, default: int) -> int:
    """The permissions to give a role. Raises 50013 for bits the bot does not hold itself."""
    bits = whole_number(call.form.get("permissions"))
    if bits is None:
        return default
    if not may_set_role_permissions(guild, call.me(guild), before, bits):
        raise missing_permissions()
    return bits


def _color(call: Call, default: int) -> int:
    colors = call.form.get("colors") or {}
    value = colors.get("primary_color", call.form.get("color"))
    return default if value is None else int(value)


async def edit(call: Call) -> Reply:
    guild = call.guild("edit role")
    target = role_of(call, guild)
    require_above(call, target)
    call.refuse(limits.role(call.form))
    target.permissions = _permissions(call, guild, before=target.permissions, default=target.permissions)
    target.name = call.form.get("name") or target.name
    target.color = _color(call, target.color)
    for key in ("hoist", "mentionable"):
        if call.form.get(key) is not None:
            setattr(target, key, bool(call.form[key]))
    call.world.update_role(target)
    return ok(people.role(target))


async def move(call: Call) -> Reply:
    """New positions: `[{"id", "position"}]`."""
    guild = call.guild("edit role")
    call.refuse(limits.moves(call.body))
    moved = []
    for entry in call.body:
        role_id = snowflake("id", entry.get("id"))
        if role_id not in guild.roles:
            raise unknown(10011)
        target = guild.roles[role_id]
        position = target.position if entry.get("position") is None else int(entry["position"])
        require_above(call, target)
        require_above(call, replace(target, position=position))
        moved.append((target, position))
    for target, position in moved:
        target.position = position
        call.world.update_role(target)
    return ok([people.role(role) for role in guild.roles.values()])


async def delete(call: Call) -> Reply:
    guild = call.guild("delete role")
    target = role_of(call, guild)
    require_above(call, target)
    if target.managed or target.is_everyone:
        raise ApiError(400, 50028, "Invalid role")
    call.world.delete_role(target)
    return NO_CONTENT


ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}/roles", roles),
    ("POST", "/guilds/{guild_id}/roles", create),
    ("PATCH", "/guilds/{guild_id}/roles", move),
    ("GET", "/guilds/{guild_id}/roles/member-counts", member_counts),
    ("GET", "/guilds/{guild_id}/roles/{role_id}", role),
    ("PATCH", "/guilds/{guild_id}/roles/{role_id}", edit),
    ("DELETE", "/guilds/{guild_id}/roles/{role_id}", delete),
]
