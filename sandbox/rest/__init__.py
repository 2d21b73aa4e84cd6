"""The REST API, version 10: one module for each of Discord's resources."""

from sandbox.rest import (
    absent,
    applications,
    bans,
    channels,
    commands,
    events,
    guilds,
    interactions,
    members,
    messages,
    pins,
    reactions,
    roles,
    threads,
    users,
    webhook_tokens,
    webhooks,
)
from sandbox.rest.door import Route

# Where two paths match, the first counts: pins before messages, @me before a user's id.
ROUTES: list[Route] = [
    route
    for module in (
        applications,
        users,
        guilds,
        roles,
        members,
        bans,
        channels,
        pins,
        messages,
        reactions,
        threads,
        webhooks,
        webhook_tokens,
        commands,
        interactions,
        events,
        absent,
    )
    for route in module.ROUTES
]
