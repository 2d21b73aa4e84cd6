"""Which form errors a body has."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.models import Attachment, Json


def message_errors(payload: Json, files: Sequence[Attachment], kind: str) -> Json:
    return {}


def modal_errors(payload: Json) -> Json:
    return {}


def command_errors(payloads: list[Json]) -> Json:
    return {}
