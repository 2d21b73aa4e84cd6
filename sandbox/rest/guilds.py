"""Guilds (docs: resources/guild)."""

from __future__ import annotations

from sandbox.errors import missing_permissions
from sandbox.limits.forms import Form
from sandbox.objects import people, places
from sandbox.permissions import Permission
from sandbox.rest.door import Call, Reply, Route, ok
from sandbox.world import Event


async def guild(call: Call) -> Reply:
    found = call.guild()
    body = places.guild(found)
    if call.flag("with_counts"):
        body["approximate_member_count"] = body["approximate_presence_count"] = len(found.members)
    return ok(body)


async def edit(call: Call) -> Reply:
    found = call.guild("edit guild")
    form = Form(call.form)
    name = form.text("name", least=2, most=100)
    locale = form.text("preferred_locale", most=10)
    system_channel_id = form.snowflake("system_channel_id")
    call.refuse(form.errors)
    found.name = name or found.name
    found.locale = locale or found.locale
    if "description" in call.form:
        found.description = call.form["description"]
    if "system_channel_id" in call.form:
        found.system_channel = found.channels.get(system_channel_id or 0)
    body = places.guild(found)
    call.world.emit(Event("GUILD_UPDATE", lambda _: body, guild=found))
    return ok(body)


async def edit_own_member(call: Call) -> Reply:
    found = call.guild()
    form = Form(call.form)
    nick = form.text("nick", most=32)
    call.refuse(form.errors)
    if "nick" in call.form:
        if not call.held_in(found) & Permission.CHANGE_NICKNAME:
            raise missing_permissions()
        call.me(found).nick = nick or None
        call.world.update_member(call.me(found))
    return ok(people.member(call.me(found)))


ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}", guild),
    ("PATCH", "/guilds/{guild_id}", edit),
    ("PATCH", "/guilds/{guild_id}/members/@me", edit_own_member),
]
