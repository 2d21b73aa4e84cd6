"""The gateway, version 10: sessions that receive the world's events (docs: events/gateway)."""

from sandbox.gateway.gateway import Gateway

__all__ = ["Gateway"]
