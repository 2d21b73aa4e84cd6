"""Users, the bot itself and its direct messages (docs: resources/user)."""

from __future__ import annotations

from sandbox.errors import ApiError, unknown
from sandbox.limits.forms import Form
from sandbox.limits.messages import forbidden_name
from sandbox.objects import people, places
from sandbox.permissions import base_permissions
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok, picture, snowflake
from sandbox.world import Event


async def own_user(call: Call) -> Reply:
    return ok(people.own_user(call.bot))


async def edit_own_user(call: Call) -> Reply:
    """A new name or picture. Pictures have a hash, but are not kept."""
    form = Form(call.form)
    name = form.text("username", least=2, most=32)
    if name is not None:
        form.refuse("username", forbidden_name(name))
    call.refuse(form.errors)
    avatar = picture(call.form.get("avatar"))
    call.bot.name = name or call.bot.name
    if "avatar" in call.form:
        call.bot.avatar = avatar
    body = people.own_user(call.bot)
    call.world.emit(Event("USER_UPDATE", lambda _: body, users=(call.bot,), subject=call.bot))
    return ok(body)


async def user(call: Call) -> Reply:
    call.application  # noqa: B018 - asks for the token
    return ok(people.user(call.world.user(call.id("user_id"))))


async def own_guilds(call: Call) -> Reply:
    guilds = sorted(call.world.guilds_of(call.bot), key=lambda guild: guild.id)
    after, before = call.query_id("after"), call.query_id("before")
    shown = [
        guild
        for guild in guilds
        if (after is None or guild.id > after) and (before is None or guild.id < before)
    ]
    return ok(
        [
            people.partial_guild(guild, call.bot, int(base_permissions(guild, call.me(guild))))
            for guild in shown[: call.limit(200, 200)]
        ]
    )


async def leave_guild(call: Call) -> Reply:
    guild = call.world.guilds.get(call.id("guild_id"))
    if guild is None or call.bot.id not in guild.members:
        raise unknown(10004)
    call.world.uninstall(call.application, guild)
    return NO_CONTENT


async def open_dm(call: Call) -> Reply:
    recipient = call.world.user(snowflake("recipient_id", call.form.get("recipient_id")))
    if recipient is call.bot:
        raise ApiError(400, 50007, "Cannot send messages to this user")
    return ok(places.channel(call.world.open_dm(call.bot, recipient), call.bot))


ROUTES: list[Route] = [
    ("GET", "/users/@me", own_user),
    ("PATCH", "/users/@me", edit_own_user),
    ("GET", "/users/@me/guilds", own_guilds),
    ("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    ("POST", "/users/@me/channels", open_dm),
    ("GET", "/users/{user_id}", user),
]
