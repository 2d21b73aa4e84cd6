"""The bot's application and where its gateway is (docs: resources/application, events/gateway)."""

from __future__ import annotations

from sandbox.objects import people
from sandbox.rest.door import Call, Reply, Route, ok


async def gateway(call: Call) -> Reply:
    return ok({"url": call.sandbox.gateway_url})


async def gateway_for_bot(call: Call) -> Reply:
    call.application  # noqa: B018 - asks for the token
    starts = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return ok({"url": call.sandbox.gateway_url, "shards": 1, "session_start_limit": starts})


async def own_application(call: Call) -> Reply:
    return ok(people.application(call.application, len(call.world.guilds_of(call.bot))))


ROUTES: list[Route] = [
    ("GET", "/gateway", gateway),
    ("GET", "/gateway/bot", gateway_for_bot),
    ("GET", "/applications/@me", own_application),
    ("GET", "/oauth2/applications/@me", own_application),
]
