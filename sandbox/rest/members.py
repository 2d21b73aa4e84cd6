"""Members of a guild (docs: resources/guild, "Get Guild Member" and following)."""

from __future__ import annotations

from datetime import timedelta

from sandbox.errors import ApiError, form_error, invalid_form, missing_access, missing_permissions, unknown
from sandbox.intents import Intent
from sandbox.limits import forms
from sandbox.limits.forms import Form
from sandbox.models import Guild, Member
from sandbox.objects import people
from sandbox.permissions import may_moderate
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, snowflake
from sandbox.rest.roles import require_above, role_of

LONGEST_TIMEOUT = timedelta(days=28)


async def member(call: Call) -> Reply:
    return ok(people.member(call.member(call.guild())))


async def members(call: Call) -> Reply:
    """The whole list, for which the members' intent must be switched on."""
    guild = call.guild()
    if not call.application.intents & Intent.GUILD_MEMBERS:
        raise missing_access()
    after = call.query_id("after") or 0
    found = sorted(user_id for user_id in guild.members if user_id > after)
    return ok([people.member(guild.members[user_id]) for user_id in found[: call.limit(1, 1000)]])


async def search(call: Call) -> Reply:
    guild = call.guild()
    query = call.request.query.get("query", "").lower()
    if not query:
        raise invalid_form({"query": form_error("BASE_TYPE_REQUIRED", "This field is required")})
    found = [
        each
        for each in guild.members.values()
        if each.user.name.lower().startswith(query) or (each.nick or "").lower().startswith(query)
    ]
    return ok([people.member(each) for each in found[: call.limit(1, 1000)]])


async def edit(call: Call) -> Reply:
    guild = call.guild()
    target = call.member(guild)
    form = Form(call.form)
    nick = form.text("nick", most=32)
    until = form.moment("communication_disabled_until")
    form.items("roles", most=250, check=forms.snowflake)
    form.boolean("mute")
    form.boolean("deaf")
    call.refuse(form.errors)
    if "nick" in call.form:
        own = target.user is call.bot
        _require_rank(call, target, "edit own nickname" if own else "edit others' nickname")
    if "communication_disabled_until" in call.form:
        _require_rank(call, target, "time out member")
        if until and until > call.world.now() + LONGEST_TIMEOUT:
            problem = form_error("BASE_TYPE_BAD_TIME_RANGE", "Must be within 28 days.")
            raise invalid_form({"communication_disabled_until": problem})
    if any(call.form.get(key) is not None for key in ("mute", "deaf", "channel_id")):
        raise ApiError(400, 40032, "Target user is not connected to voice.")  # nobody here ever is
    role_ids = _roles(call, guild, target) if "roles" in call.form else target.role_ids
    # All is allowed; only now does anything change.
    target.role_ids = role_ids
    if "nick" in call.form:
        target.nick = nick or None
    if "communication_disabled_until" in call.form:
        target.communication_disabled_until = until
    call.world.update_member(target)
    return ok(people.member(target))


def _require_rank(call: Call, target: Member, action: str) -> None:
    """Raises 50013 unless the bot may do this, and to somebody who stands lower (or itself)."""
    call.require_in_guild(target.guild, action)
    if target.user is not call.bot and not may_moderate(target.guild, call.me(target.guild), target):
        raise missing_permissions()


def _roles(call: Call, guild: Guild, target: Member) -> set[int]:
    """The roles to have from now on. Raises for each added or taken that the bot may not give."""
    call.require_in_guild(guild, "edit member roles")
    wanted = {snowflake("roles", each) for each in call.form["roles"] or []} - {guild.id}
    for role_id in wanted ^ target.role_ids:
        if role_id not in guild.roles:
            raise unknown(10011)
        if guild.roles[role_id].managed:
            raise missing_permissions()
        require_above(call, guild.roles[role_id])
    return wanted


async def add_role(call: Call) -> Reply:
    target = _for_role(call)
    target.role_ids.add(call.id("role_id"))
    call.world.update_member(target)
    return NO_CONTENT


async def remove_role(call: Call) -> Reply:
    target = _for_role(call)
    target.role_ids.discard(call.id("role_id"))
    call.world.update_member(target)
    return NO_CONTENT


def _for_role(call: Call) -> Member:
    guild = call.guild("edit member roles")
    target = call.member(guild)
    role = role_of(call, guild)
    if role.managed or role.is_everyone:
        raise missing_permissions()
    require_above(call, role)
    return target


async def kick(call: Call) -> Reply:
    guild = call.guild()
    target = call.member(guild)
    _require_rank(call, target, "kick member")
    call.world.remove_member(guild, target.user)
    return NO_CONTENT


ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}/members", members),
    ("GET", "/guilds/{guild_id}/members/search", search),
    ("GET", "/guilds/{guild_id}/members/{user_id}", member),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}", edit),
    ("DELETE", "/guilds/{guild_id}/members/{user_id}", kick),
    ("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", add_role),
    ("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", remove_role),
]
