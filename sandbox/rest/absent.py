"""What the sandbox's servers never have: asked for, it is an empty list; made, it is refused (405).

A bot that looks about on its start, or takes stock of a server, goes on as in a server without them.
"""

from __future__ import annotations

from typing import Any

from sandbox.rest.door import Call, Handler, Reply, Route, ok


def _none_in_guild(answer: Any) -> Handler:
    async def none(call: Call) -> Reply:
        call.guild()
        return ok(answer)

    return none


def _none_in_application(answer: Any) -> Handler:
    async def none(call: Call) -> Reply:
        call.own_application()
        return ok(answer)

    return none


async def channel_invites(call: Call) -> Reply:
    call.channel("edit channel")
    return ok([])


_GUILD = "/guilds/{guild_id}"
_APPLICATION = "/applications/{application_id}"
ROUTES: list[Route] = [
    ("GET", _GUILD + "/auto-moderation/rules", _none_in_guild([])),
    ("GET", _GUILD + "/emojis", _none_in_guild([])),
    ("GET", _GUILD + "/integrations", _none_in_guild([])),
    ("GET", _GUILD + "/invites", _none_in_guild([])),
    ("GET", _GUILD + "/soundboard-sounds", _none_in_guild({"items": []})),
    ("GET", _GUILD + "/stickers", _none_in_guild([])),
    ("GET", _GUILD + "/templates", _none_in_guild([])),
    ("GET", "/channels/{channel_id}/invites", channel_invites),
    ("GET", _APPLICATION + "/emojis", _none_in_application({"items": []})),
    ("GET", _APPLICATION + "/entitlements", _none_in_application([])),
]
