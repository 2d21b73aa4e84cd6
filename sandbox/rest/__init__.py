"""The REST API, version 10: one module for each of Discord's resources."""

from sandbox.rest import applications, channels, commands, interactions, messages, users, webhooks
from sandbox.rest.door import Route

ROUTES: list[Route] = [
    route
    for module in (applications, users, channels, messages, webhooks, commands, interactions)
    for route in module.ROUTES
]
