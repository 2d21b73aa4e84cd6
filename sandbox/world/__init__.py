"""The state of the sandbox: people, servers, channels and what was said."""

from sandbox.world.events import Event, Listener
from sandbox.world.world import World

__all__ = ["Event", "Listener", "World"]
